"""Columns of prose on a page of print whose file goes across them, line by line: each is read by itself.

Knows places of pieces of lines in points, y upwards; knows nothing of files. What are no certain columns are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.documents.formats.aligned import GAP
from qa.documents.formats.ruled import Box

MIN_LINES = 6  # of each column
MIN_CROSSINGS = 3  # from a column back to one on its left, that show that the file goes across
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
    """Return where columns may be parted, the more columns the earlier: at what most gaps have within them."""
    found: list[float] = []
    while len(gaps) >= MIN_LINES and len(found) < MAX_COLUMNS - 1:
        middles = [(start + end) / 2 for start, end in gaps]
        found.append(max(middles, key=lambda x: sum(1 for start, end in gaps if start < x < end)))
        gaps = [gap for gap in gaps if not gap[0] < found[-1] < gap[1]]
    return [found[:count] for count in range(len(found), 0, -1)]


def _lines(pieces: Iterable[Box]) -> Iterator[Box]:
    """Yield pieces, those that only the gap between two words parts as one."""
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
    """Return whether the lines of every column are those of prose, and the file goes across."""
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
    """Yield lines that no line over several columns parts, from the top."""
    band: list[Box] = []
    for line in sorted(lines, key=lambda line: -line.middle[1]):
        if _crosses(line, middles):
            yield band
            band = []
        else:
            band.append(line)
    yield band


def _columns(band: Sequence[Box], middles: Sequence[float]) -> Columns | None:
    """Return the columns of a band without what stands above them in one of them, as a title does."""
    first = next((at for at, (one, other) in enumerate(pairwise(band)) if _is_beside(one, other, middles)), len(band))
    sides = tuple(_around(column) for column in _by_column(band[first:], middles) if column)
    return Columns(sides) if len(sides) > 1 else None


def _is_beside(one: Box, other: Box, middles: Sequence[float]) -> bool:
    return _column(one, middles) != _column(other, middles) and one.bottom <= other.middle[1] <= one.top


def _around(lines: Sequence[Box]) -> Box:
    left, bottom, right, top = zip(*lines, strict=True)
    return Box(min(left), min(bottom), max(right), max(top))
