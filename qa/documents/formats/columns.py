"""Two columns of prose on a page of print whose file goes across both, line by line: each is read by itself.

Knows places of pieces of lines in points, y upwards; knows nothing of files. What are no certain columns are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from qa.documents.formats.aligned import GAP
from qa.documents.formats.ruled import Box

MIN_LINES = 6  # of each column
MIN_CROSSINGS = 3  # from the right column back to the left one, that show that the file goes across
MIN_FULL = 0.7  # of a column that half of its lines fill at least; cells do not
MIN_WIDTH = 100.0  # points, about twenty letters of ten points
MAX_PIECES = 2_000  # of a page that is looked at


class Columns(NamedTuple):
    """Two columns between lines over the whole page."""

    left: Box
    right: Box

    def cell_at(self, x: float, y: float) -> int | None:
        """Return 0 for a point in the left column, 1 for one in the right one; None outside of both."""
        return next((number for number, side in enumerate(self) if side.holds(x, y)), None)


def find_columns(pieces: Sequence[Box]) -> list[Columns]:
    """Return the columns of a page by the pieces of its lines, which are in the order of the file."""
    lines = [*_lines(pieces)] if len(pieces) <= MAX_PIECES else []
    gaps = [(one.right, other.left) for one, other in pairwise(lines) if _is_level(one, other)]
    if len(gaps) < MIN_LINES:
        return []
    middles = [(start + end) / 2 for start, end in gaps]
    middle = max(middles, key=lambda x: sum(1 for start, end in gaps if start < x < end))
    if not _are_certain([line for line in lines if not _crosses(line, middle)], middle):
        return []
    return [columns for band in _bands(lines, middle) if (columns := _columns(band, middle))]


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


def _crosses(line: Box, middle: float) -> bool:
    return line.left < middle < line.right


def _are_certain(lines: Sequence[Box], middle: float) -> bool:
    """Return whether lines on both sides are those of prose, and the file goes across."""
    sides = [line.left > middle for line in lines]
    crossings = sum(1 for before, after in pairwise(sides) if before and not after)
    columns = [
        [line for line, is_right in zip(lines, sides, strict=True) if is_right is side] for side in (False, True)
    ]
    return crossings >= MIN_CROSSINGS and all(len(column) >= MIN_LINES and _is_prose(column) for column in columns)


def _is_prose(column: Sequence[Box]) -> bool:
    width = max(line.right for line in column) - min(line.left for line in column)
    return width >= MIN_WIDTH and median(line.right - line.left for line in column) >= MIN_FULL * width


def _bands(lines: Iterable[Box], middle: float) -> Iterator[list[Box]]:
    """Yield lines that no line over both columns parts, from the top."""
    band: list[Box] = []
    for line in sorted(lines, key=lambda line: -line.middle[1]):
        if _crosses(line, middle):
            yield band
            band = []
        else:
            band.append(line)
    yield band


def _columns(band: Sequence[Box], middle: float) -> Columns | None:
    """Return the columns of a band without what stands above them on one side, as a title does."""
    first = next((at for at, (one, other) in enumerate(pairwise(band)) if _is_beside(one, other, middle)), len(band))
    band = band[first:]
    left, right = ([line for line in band if (line.left > middle) is side] for side in (False, True))
    return Columns(_around(left), _around(right)) if left and right else None


def _is_beside(one: Box, other: Box, middle: float) -> bool:
    return (one.left > middle) is not (other.left > middle) and one.bottom <= other.middle[1] <= one.top


def _around(lines: Sequence[Box]) -> Box:
    left, bottom, right, top = zip(*lines, strict=True)
    return Box(min(left), min(bottom), max(right), max(top))
