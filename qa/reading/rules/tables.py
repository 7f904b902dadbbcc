"""Read tables in a text: rows with the header of each cell, and rows spelled out.

Knows lines with bars between their cells; knows nothing of who reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.reading.protocol import Window

Place = tuple[int, int]

LEAST_CELLS = 2
WORDS_OF_A_HEAD = 4
"""The longest header of a column of names, in words."""
_ROW = re.compile(r"^[^\n|]*\|[^\n]*$", re.MULTILINE)
_RULE = re.compile(r"[|\s:–—-]+")
_CONTEXT = " | "
COUNTING = re.compile(r"\s*(?:stt|tt|số tt|số thứ tự|#|no\.?)\s*", re.IGNORECASE)
"""The header of a column that only numbers the rows."""


@dataclass(frozen=True)
class Row:
    """The places of a row's cells in its text, and the header of each; rows of one table share their headers."""

    cells: tuple[Place, ...]
    header: tuple[str, ...]
    table: int

    @property
    def named_by(self) -> int:
        """The column that says what the row is about: the first, or the second if the first only numbers the rows."""
        return int(bool(COUNTING.fullmatch(self.header[0])) and len(self.cells) > LEAST_CELLS)

    @property
    def start(self) -> int:
        """The start of its first cell."""
        return self.cells[0][0]

    @property
    def end(self) -> int:
        """The end of its last cell."""
        return self.cells[-1][1]


@lru_cache(maxsize=1024)
def rows_of(text: str, context: str) -> tuple[Row, ...]:
    """Return the rows of the tables in a passage whose headers are known, the headers themselves left out.

    A header is the row above a rule of hyphens, the last part of the context for a table that begins elsewhere, or a
    row without values above rows that have some.
    """
    found: list[Row] = []
    for number, lines in enumerate(tables_in(text)):
        rows = [cells for line in lines if len(cells := _cells(text, line)) >= LEAST_CELLS]
        header, body = _header(text, lines, rows, context)
        found += [Row(tuple(cells), header, number) for cells in body if len(cells) == len(header)]
    return tuple(found)


def tables_in(text: str) -> Iterator[list[Place]]:
    """Yield the lines of each table, one below the other."""
    lines: list[Place] = []
    for match in _ROW.finditer(text):
        if lines and match.start() != lines[-1][1] + 1:
            yield lines
            lines = []
        lines.append(match.span())
    if lines:
        yield lines


def _cells(text: str, line: Place) -> list[Place]:
    """Return the cells of a line, without bars at its ends; none for the rule below a header."""
    start, end = line
    if _RULE.fullmatch(text, start, end):
        return []
    start, end = _stripped(text, start, end)
    place = start + (text[start] == "|")
    cells = []
    for cell in text[place : end - (text[end - 1] == "|")].split("|"):
        cells.append(_stripped(text, place, place + len(cell)))
        place += len(cell) + 1
    return cells


def _stripped(text: str, start: int, end: int) -> Place:
    """Return a place without the spaces at its ends."""
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return start, start + len(text[start:end].rstrip())


def _header(
    text: str, lines: Sequence[Place], rows: Sequence[list[Place]], context: str
) -> tuple[tuple[str, ...], Sequence[list[Place]]]:
    """Return the headers of a table's columns, and the rows below; no headers if none are certain."""
    if not rows:
        return (), []
    first = tuple(text[slice(*cell)] for cell in rows[0])
    rules = [bool(_RULE.fullmatch(text, *line)) for line in lines]
    if sum(rules) > 1:  # it cannot be seen which rows belong to which header
        return (), []
    if rules[1:2] == [True] or (not any(rules) and _is_header(text, rows)):
        return first, rows[1:]
    above = _above(context, len(first)) if lines[0][0] == 0 and not any(rules) else ()
    return above, rows if above else []


def _above(context: str, width: int) -> tuple[str, ...]:
    """Return the last parts of a context, one for each cell of the row; nothing if there are fewer."""
    parts = context.split(_CONTEXT) if context else []
    return tuple(parts[-width:]) if len(parts) >= width else ()


def _is_header(text: str, rows: Sequence[list[Place]]) -> bool:
    """Return whether the first row has no values, and a column below it nothing else, or the columns hold names.

    Such columns are cells between bars, three or more in a row.
    """
    first, *body = rows
    if not body or any(is_value(text[slice(*cell)]) or cell[0] == cell[1] for cell in first):
        return False
    same = [row for row in body if len(row) == len(first)]
    columns = zip(*same, strict=True) if same else ()
    if any(all(is_value(text[slice(*cell)]) for cell in column) for column in columns):
        return True
    has_names = len(first) > LEAST_CELLS and len(same) >= LEAST_CELLS and text[: first[0][0]].rstrip(" ").endswith("|")
    return has_names and all(len(text[slice(*cell)].split()) <= WORDS_OF_A_HEAD for cell in first)


def is_value(cell: str) -> bool:
    """Return whether a cell has digits and hardly any letters."""
    return any(map(str.isdigit, cell)) and sum(map(str.isalpha, cell)) <= sum(map(str.isdigit, cell))


@dataclass(frozen=True)
class SpelledOut:
    """A text whose table rows are spelled out as labels and values.

    `origin` has each character's place in the stored text, -1 for what was added, shape (characters,).
    """

    text: str
    origin: NDArray[np.int64]

    def window_as_it_stands(self, window: Window) -> Window:
        """Return a window read here with the places of its tokens in the stored text; added tokens are left out."""
        places = [self.origin[start:end] for start, end in window.offsets]
        kept = [n for n, place in enumerate(places) if (place >= 0).any()]
        stand = [places[n][places[n] >= 0] for n in kept]
        offsets = np.array([(place[0], place[-1] + 1) for place in stand], dtype=np.int64).reshape(-1, 2)
        return Window(offsets, window.starts[kept], window.ends[kept], window.relevance)


def spelled_out(text: str, context: str) -> SpelledOut:
    """Return a passage's text in the form readers know, with its header before each cell."""
    parts: list[tuple[str, int]] = []
    last = 0
    rows = rows_of(text, context)
    tables = {row.table for row in rows}
    for number, lines in enumerate(tables_in(text)):
        if number not in tables:
            continue
        parts.append((text[last : lines[0][0]], last))
        for row in rows:
            parts += [*_spelled(text, row), ("\n", -1)] if row.table == number else []
        last = min(lines[-1][1] + 1, len(text))
    parts.append((text[last:], last))
    origin = [np.arange(at, at + len(part)) if at >= 0 else np.full(len(part), -1) for part, at in parts]
    return SpelledOut("".join(part for part, _ in parts), np.concatenate(origin).astype(np.int64))


def _spelled(text: str, row: Row, between: str = ", ") -> Iterator[tuple[str, int]]:
    """Yield the parts of a row, each with its place in the text, -1 for what is added."""
    sign = ""
    for number, (head, (start, end)) in enumerate(zip(row.header, row.cells, strict=True)):
        if start == end or number < row.named_by:
            continue
        yield f"{sign}{head} ", -1
        yield text[start:end], start
        sign = ": " if number == row.named_by else between
    yield ".", -1


def sentence_of(text: str, context: str, sentence: Place) -> str:
    """Return a sentence of a passage, spelled out if it is a table row, with no value beside the next header."""
    row = next((one for one in rows_of(text, context) if one.start < sentence[1] and sentence[0] < one.end), None)
    return "".join(part for part, _ in _spelled(text, row, between=" ; ")) if row else text[slice(*sentence)]
