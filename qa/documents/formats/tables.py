"""Write tables as lines of text, one per row, as in Markdown; cells may span rows and columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, takewhile

MAX_COLUMNS = 20  # of a table; a wider one is written in parts
MAX_HEADER = 240  # characters of the header of such a part
MAX_HEADER_ROWS = 4  # that one header has
MAX_SPANNED = 200  # rows that one cell spans
MAX_REPEATED = 80  # characters of a cell that is repeated in each row that it spans

MAX_LETTERHEAD_ROWS = 4

_MOTTO = re.compile(
    r"^(?:CỘNG HÒA|CỘNG HOÀ|Cộng hòa|Cộng hoà) (?:XÃ HỘI|xã hội)|^ĐẢNG CỘNG SẢN VIỆT NAM|^Độc lập\s*[-–—]\s*Tự do",
    re.MULTILINE,
)
_COUNTING = re.compile(r"\s*(?:stt|tt|số tt|số thứ tự|#|no\.?)\s*", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


def row(cells: Iterable[str]) -> str:
    """Return a row of a table as Markdown writes it, on one line; empty when all its cells are."""
    plain = [" ".join(cell.replace("|", "/").split()) for cell in cells]
    return f"| {' | '.join(plain)} |" if any(plain) else ""


@dataclass(eq=False, slots=True)
class Cell:
    """A cell of a table; one that spans several rows or columns is at each of its places."""

    text: str = ""


def grid(rows: Iterable[Iterable[tuple[str, int, int]]]) -> list[list[Cell]]:
    """Return the cells of each row, those that span several at each of their places.

    Each cell is given by its text and how many rows and columns it spans.
    """
    lines: list[list[Cell]] = []
    held: dict[int, tuple[Cell, int]] = {}
    for given in rows:
        line = _held(held, 0)
        for text, height, width in given:
            cell = Cell(text)
            for _ in range(min(max(width, 1), MAX_COLUMNS)):
                held[len(line)] = (cell, min(height, MAX_SPANNED))
                line.append(cell)
            line += _held(held, len(line))
        lines.append(line)
        held = {column: (cell, left - 1) for column, (cell, left) in held.items() if left > 1}
    return lines


def _held(held: Mapping[int, tuple[Cell, int]], column: int) -> list[Cell]:
    """Return the cells of rows above that reach into a row, from a column on."""
    return [held[one][0] for one in takewhile(held.__contains__, count(column))]


def lines_of(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines of a table in a text.

    A table that only sets a letterhead or signatures side by side gives its columns one below the other.
    """
    if not is_side_by_side(rows):
        yield from (line for _, line in table_lines(rows))
        return
    written: set[int] = set()
    for column in range(max(map(len, rows))):
        for cell in (cell for line in rows for cell in line[column : column + 1] if id(cell) not in written):
            written.add(id(cell))
            yield from cell.text.split("\n")


def is_side_by_side(rows: Sequence[Sequence[Cell]]) -> bool:
    """Return whether a table only sets a letterhead or signatures side by side, with line breaks within its cells."""
    cells = [cell.text.strip() for line in rows for cell in line]
    if len(rows) <= MAX_LETTERHEAD_ROWS and any(_MOTTO.search(text) for text in cells):
        return True
    return len(rows) <= 2 and any(len(text.split("\n")) > 2 for text in cells)


def letterhead_height(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many of the first rows set a letterhead side by side, down to the name of the state or its motto."""
    head = [any(_MOTTO.search(cell.text) for cell in cells) for cells in rows[:MAX_LETTERHEAD_ROWS]]
    return max((number for number, is_head in enumerate(head, start=1) if is_head), default=0)


def table_lines(rows: Sequence[Sequence[Cell]]) -> list[tuple[int, str]]:
    """Return the non-empty rows as lines, each with its number, from 0.

    A header of several rows becomes one line, with all that is above each column. A cell that spans columns is written
    in the first of them, one that spans rows in each.
    """
    height = _header_height(rows)
    head = [(0, row(_heads(column) for column in zip(*rows[:height], strict=True)))] if height > 1 else []
    first = height if height > 1 else 0
    body = [
        (first + n, row(_without_repeats(cells, rows[first + n - 1] if n else ())))
        for n, cells in enumerate(rows[first:])
    ]
    return [(number, line) for number, line in (*head, *body) if line]


def _header_height(rows: Sequence[Sequence[Cell]]) -> int:
    height = 1
    while height < min(len(rows), MAX_HEADER_ROWS) and _parts(rows[height - 1], rows[height]):
        height += 1
    return height


def _parts(upper: Sequence[Cell], lower: Sequence[Cell]) -> bool:
    """Return whether a row names the parts of what spans columns in the row above, and nothing else."""
    if len(upper) != len(lower):
        return False
    spans = [cell in (*upper[max(0, n - 1) : n], *upper[n + 1 : n + 2]) for n, cell in enumerate(upper)]
    others = [(above, below) for above, below, spanned in zip(upper, lower, spans, strict=True) if not spanned]
    return 0 < len(others) < len(upper) and all(below is above or not below.text.strip() for above, below in others)


def _heads(column: Iterable[Cell]) -> str:
    return " ".join(dict.fromkeys(text for cell in column if (text := cell.text.strip())))


def _without_repeats(cells: Sequence[Cell], above: Sequence[Cell]) -> list[str]:
    if len({*cells, *above}) == len(cells) + len(above):
        return [cell.text for cell in cells]
    return ["" if _repeats(cell, n, cells, above) else cell.text for n, cell in enumerate(cells)]


def _repeats(cell: Cell, place: int, cells: Sequence[Cell], above: Sequence[Cell]) -> bool:
    if place and cells[place - 1] is cell:
        return True
    return len(cell.text) > MAX_REPEATED and place < len(above) and above[place] is cell


# Headers of spreadsheets


def parts_of_columns(header: Sequence[Cell]) -> list[list[int]]:
    """Return the columns of the parts that a table is written in, each with the first ones, which name its rows."""
    if len(header) <= MAX_COLUMNS:
        return [list(range(len(header)))]
    own = [0, 1] if _COUNTING.fullmatch(header[0].text) else [0]
    parts: list[list[int]] = []
    length = MAX_HEADER
    for column in range(len(own), len(header)):
        length += len(header[column].text) + 3
        if length > MAX_HEADER or len(parts[-1]) == MAX_COLUMNS:
            parts.append(own[:])
            length = sum(len(header[one].text) + 3 for one in (*own, column))
        parts[-1].append(column)
    return parts


def spread(upper: Sequence[Cell], lower: Sequence[Cell]) -> list[Cell]:
    """Return a header, each cell spread over the empty ones behind it where the row below names their parts.

    This is for cells that were not merged, or files that do not say so.
    """
    texts = [(above.text.strip(), below.text.strip()) for above, below in zip(upper, lower, strict=True)]
    whole = any(above and not below for above, below in texts)
    if not whole or not all(above or below for above, below in texts) or any(_is_value(below) for _, below in texts):
        return list(upper)
    cells = list(upper)
    for place, (above, _) in enumerate(texts):
        if not above and place and texts[place - 1][1]:
            cells[place] = cells[place - 1]
    return cells


def _is_value(text: str) -> bool:
    return bool(text) and not any(map(str.isalpha, text)) and not _YEAR.fullmatch(text)
