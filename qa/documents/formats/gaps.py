"""What only gaps separate on a printed page: tables without ruled lines, and columns of prose.

Positions are in points, y upwards. Whatever is not certainly a table or a column is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.documents.formats.ruled import Box, Lattice

GAP = 0.9  # of the height of a line; cells and columns are further apart, words are not

# Tables: a header, and rows with values below it

SAME_LINE = 2.0  # points that the characters of a line stand higher or lower
NEXT_LINE = 2.2  # heights of a line down to the next one of its row
MIN_ROWS = 2  # below the header
MIN_FILLED = 0.8  # of the cells below it
MAX_BEFORE = 80  # characters of a line before its value
MAX_LINES = 500  # of a page that is looked at

_VALUE = re.compile(r"[-–+(]?\d[\d.,/:–-]*\)?(?:%|đ|₫)?|[-–]")
_ENDS_WITH_VALUE = re.compile(r"(?<!\S)\d[\d.,/:–-]*(?:%| ?[^\W\d]{1,8})?[ \t]*$")


@dataclass(frozen=True, slots=True)
class Printed:
    """A character, its box, and the height of its baseline."""

    text: str
    box: Box
    line: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters of a line without a gap."""

    text: str
    left: float
    right: float

    @property
    def is_value(self) -> bool:
        return bool(_VALUE.fullmatch(self.text))


@dataclass(frozen=True, slots=True)
class _Line:
    pieces: tuple[_Piece, ...]
    bottom: float
    top: float


def may_be_aligned(text: str) -> bool:
    """Return whether a page with this text can have such a table: lines that end with a value, or its unit."""
    ends = (found.start() for line in text.split("\n") if (found := _ENDS_WITH_VALUE.search(line)))
    return sum(1 for start in ends if start <= MAX_BEFORE) >= MIN_ROWS


def find_aligned(page: Iterable[Printed]) -> list[Lattice]:
    """Return the tables of a page, from the top; at least one column of each has only values."""
    lines, found, at = _table_lines(page)[:MAX_LINES], [], 0
    while at < len(lines):
        table = _Table(lines[at])
        for line in lines[at + 1 :] if table.has_header else ():
            if not table.take(line):
                break
        if table.is_certain():
            found.append(table.lattice())
            at += table.taken
        at += 1
    return found


def _table_lines(page: Iterable[Printed]) -> list[_Line]:
    lines: list[list[Printed]] = []
    for one in sorted(page, key=lambda one: -one.line):
        if not lines or lines[-1][0].line - one.line > SAME_LINE:
            lines.append([])
        lines[-1].append(one)
    return [_line(line) for line in lines]


def _line(page: Sequence[Printed]) -> _Line:
    bottom, top = min(one.box.bottom for one in page), max(one.box.top for one in page)
    held: list[list[Printed]] = []
    reached = 0.0
    for one in sorted(page, key=lambda one: one.box.left):
        if not held or one.box.left - reached > GAP * (top - bottom):
            held.append([])
            reached = one.box.right
        held[-1].append(one)
        reached = max(reached, one.box.right)
    pieces = (
        _Piece("".join(one.text for one in piece), piece[0].box.left, max(one.box.right for one in piece))
        for piece in held
    )
    return _Line(tuple(pieces), bottom, top)


class _Table:
    """A header and the lines that fit below it: each piece below, or above, one column."""

    def __init__(self, header: _Line) -> None:
        self._columns = [(piece.left, piece.right) for piece in header.pieces]
        self._rows = [[header]]
        self._cells = [dict(enumerate(header.pieces))]
        self.taken = 0

    @property
    def has_header(self) -> bool:
        """Whether its first line can be a header: several cells, none of them a value."""
        return len(self._columns) > 1 and not any(piece.is_value for piece in self._cells[0].values())

    def take(self, line: _Line) -> bool:
        """Add a line as the next row, or to the last one; return whether it fits."""
        cells: dict[int, _Piece] = {}
        for piece in line.pieces:
            over = [n for n, (left, right) in enumerate(self._columns) if left <= piece.right and piece.left <= right]
            if len(over) != 1 or over[0] in cells:
                return False
            cells[over[0]] = piece
        last = self._rows[-1][-1]
        near = last.bottom - line.top < NEXT_LINE * (line.top - line.bottom)
        if 0 in cells and len(cells) > 1:
            self._rows.append([line])
            self._cells.append(cells)
        elif near and not any(piece.is_value for piece in cells.values()):
            self._rows[-1].append(line)
        else:
            return False
        for column, piece in cells.items():
            left, right = self._columns[column]
            self._columns[column] = min(left, piece.left), max(right, piece.right)
        self.taken += 1
        return True

    def is_certain(self) -> bool:
        """Return whether there is a header over columns, at least one of which has only values."""
        width, body = len(self._columns), self._cells[1:]
        if not self.has_header or len(body) < MIN_ROWS:
            return False
        if any(right >= left for (_, right), (left, _) in pairwise(self._columns)):
            return False
        columns = [[cells[n] for cells in body if n in cells] for n in range(1, width)]
        has_values = any(len(column) == len(body) and all(one.is_value for one in column) for column in columns)
        return has_values and sum(map(len, body)) >= MIN_FILLED * width * len(body)

    def lattice(self) -> Lattice:
        """Return the boundaries of rows and columns."""
        columns = [(right + left) / 2 for (_, right), (left, _) in pairwise(self._columns)]
        rows = [(above[-1].bottom + below[0].top) / 2 for above, below in pairwise(self._rows)]
        sides = [self._columns[0][0], *columns, self._columns[-1][1]]
        levels = [self._rows[0][0].top, *rows, self._rows[-1][-1].bottom]
        width = len(self._columns)
        return Lattice(sides, levels, [[*range(n * width, (n + 1) * width)] for n in range(len(self._rows))])


# Columns of prose in a file that runs across them, line by line; each is read by itself

MIN_LINES = 6  # of each column
MIN_CROSSINGS = 3  # from a column back to one on its left, which show that the file runs across
MAX_COLUMNS = 5
MIN_FULL = 0.7  # of a column that half of its lines fill at least; cells do not
MIN_WIDTH = 100.0  # points, about twenty letters of ten points
MAX_PIECES = 2_000  # of a page that is looked at


@dataclass(frozen=True)
class Columns:
    """Columns between lines over the whole page, from the left."""

    sides: tuple[Box, ...]

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the number of the column that holds a point, from 0; None outside of all."""
        return next((number for number, side in enumerate(self.sides) if side.holds(x, y)), None)


def find_columns(pieces: Sequence[Box]) -> list[Columns]:
    """Return the columns of a page by the pieces of its lines, which are in the order of the file."""
    lines = [*_lines(pieces)] if len(pieces) <= MAX_PIECES else []
    for middles in _middles([(one.right, other.left) for one, other in pairwise(lines) if _is_level(one, other)]):
        if _are_certain([line for line in lines if not _crosses(line, middles)], middles):
            return [columns for band in _bands(lines, middles) if (columns := _columns(band, middles))]
    return []


def _middles(gaps: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Return where columns may be separated, most columns first: at places that most gaps contain."""
    found: list[float] = []
    while len(gaps) >= MIN_LINES and len(found) < MAX_COLUMNS - 1:
        middles = [(start + end) / 2 for start, end in gaps]
        found.append(max(middles, key=lambda x: sum(1 for start, end in gaps if start < x < end)))
        gaps = [gap for gap in gaps if not gap[0] < found[-1] < gap[1]]
    return [found[:count] for count in range(len(found), 0, -1)]


def _lines(pieces: Iterable[Box]) -> Iterator[Box]:
    """Yield pieces, joining those separated only by the gap between two words."""
    held: Box | None = None
    for piece in pieces:
        if held and _is_level(held, piece) and piece.left - held.right <= GAP * (held.top - held.bottom):
            held = Box(held.left, min(held.bottom, piece.bottom), piece.right, max(held.top, piece.top))
            continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _is_level(one: Box, other: Box) -> bool:
    """Return whether a piece follows another in its line."""
    return one.right <= other.left and one.bottom <= other.middle[1] <= one.top


def _crosses(line: Box, middles: Sequence[float]) -> bool:
    return any(line.left < middle < line.right for middle in middles)


def _column(line: Box, middles: Sequence[float]) -> int:
    """Return the number of the column that a line is in, from 0 at the left."""
    return sum(1 for middle in middles if line.left > middle)


def _are_certain(lines: Sequence[Box], middles: Sequence[float]) -> bool:
    """Return whether the lines of every column are prose, and the file runs across."""
    numbers = [_column(line, middles) for line in lines]
    crossings = sum(1 for before, after in pairwise(numbers) if before > after)
    columns = _by_column(lines, middles)
    return crossings >= MIN_CROSSINGS and all(len(column) >= MIN_LINES and _is_prose(column) for column in columns)


def _by_column(lines: Sequence[Box], middles: Sequence[float]) -> list[list[Box]]:
    columns: list[list[Box]] = [[] for _ in range(len(middles) + 1)]
    for line in lines:
        columns[_column(line, middles)].append(line)
    return columns


def _is_prose(column: Sequence[Box]) -> bool:
    width = max(line.right for line in column) - min(line.left for line in column)
    return width >= MIN_WIDTH and median(line.right - line.left for line in column) >= MIN_FULL * width


def _bands(lines: Iterable[Box], middles: Sequence[float]) -> Iterator[list[Box]]:
    """Yield groups of lines not interrupted by a line over several columns, from the top."""
    band: list[Box] = []
    for line in sorted(lines, key=lambda line: -line.middle[1]):
        if _crosses(line, middles):
            yield band
            band = []
        else:
            band.append(line)
    yield band


def _columns(band: Sequence[Box], middles: Sequence[float]) -> Columns | None:
    """Return the columns of a band without what is above them in one of them, such as a title."""
    first = next((at for at, (one, other) in enumerate(pairwise(band)) if _is_beside(one, other, middles)), len(band))
    sides = tuple(_around(column) for column in _by_column(band[first:], middles) if column)
    return Columns(sides) if len(sides) > 1 else None


def _is_beside(one: Box, other: Box, middles: Sequence[float]) -> bool:
    return _column(one, middles) != _column(other, middles) and one.bottom <= other.middle[1] <= one.top


def _around(lines: Sequence[Box]) -> Box:
    left, bottom, right, top = zip(*lines, strict=True)
    return Box(min(left), min(bottom), max(right), max(top))
