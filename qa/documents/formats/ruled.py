"""Find ruled tables on a printed page, and the cell between the lines that each character is in.

Knows lines and boxes in points, y upwards; knows nothing of files. Whatever is not certainly a table is left alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from qa.documents.formats.tables import Cell

MAX_RULES = 400  # of a page; more are a drawing
NEAR = 3.0  # points that lines which meet may be apart
MIN_COVERED = 0.6  # of the side of a cell that a line must go along
MIN_FILLED = 0.25  # of the cells of a table


class Box(NamedTuple):
    """A place on the page, in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre, x and y."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point is inside."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


class Rules(NamedTuple):
    """Parallel lines of a page: the extent of each, and its position across; those at one position are one."""

    level: tuple[Box, ...]
    upright: tuple[Box, ...]


class Lattice(NamedTuple):
    """A table: the boundaries of its columns and of its rows from the top, and each position's cell number."""

    columns: Sequence[float]
    rows: Sequence[float]
    cells: Sequence[Sequence[int]]

    @property
    def box(self) -> Box:
        """All of the table."""
        return Box(self.columns[0], self.rows[-1], self.columns[-1], self.rows[0])

    def cell_at(self, x: float, y: float) -> int | None:
        """Return the number of the cell that a point is in; None outside of the table."""
        if not self.box.holds(x, y):
            return None
        column = min(bisect_right(self.columns, x), len(self.columns) - 1) - 1
        row = next(number for number, below in enumerate(self.rows[1:]) if y >= below)
        return self.cells[row][column]

    def filled(self, texts: Sequence[str]) -> list[list[Cell]] | None:
        """Return the rows with the texts of their cells; None if they contain too little for a table."""
        cells = [Cell(text) for text in texts]
        rows = [[cells[number] for number in row] for row in self.cells]
        several = [row for row in rows if len({id(cell) for cell in row if cell.text.strip()}) > 1]
        filled = sum(1 for text in texts if text.strip())
        return rows if len(several) > 1 and filled >= MIN_FILLED * len(texts) else None


def joined_rules(lines: Iterable[Box]) -> Rules:
    """Return lines as they appear: overlapping or adjoining ones as one."""
    level, upright = [], []
    for line in lines:
        if line.right - line.left >= line.top - line.bottom:
            level.append((line.middle[1], line.left, line.right))
        else:
            upright.append((line.middle[0], line.bottom, line.top))
    return Rules(
        tuple(Box(start, at, end, at) for at, start, end in _joined(level)),
        tuple(Box(at, start, at, end) for at, start, end in _joined(upright)),
    )


def _joined(lines: list[tuple[float, float, float]]) -> Iterator[tuple[float, float, float]]:
    """Yield lines, each where it is across, where it begins and where it ends."""
    places = _places(at for at, _, _ in lines)
    along: dict[float, list[tuple[float, float]]] = {}
    for at, start, end in lines:
        along.setdefault(_nearest(places, at), []).append((start, end))
    for at, parts in along.items():
        begun, reached = (parts := sorted(parts))[0]
        for start, end in parts:
            if start > reached + NEAR:
                yield at, begun, reached
                begun = start
            reached = max(reached, end)
        yield at, begun, reached


def _places(numbers: Iterable[float]) -> list[float]:
    """Return the places of numbers, in order; those that are near each other are one."""
    found: list[float] = []
    for number in sorted(numbers):
        if not found or number > found[-1] + NEAR:
            found.append(number)
    return found


def _nearest(places: Sequence[float], number: float) -> float:
    return min(places, key=lambda place: abs(place - number))


def find_lattices(rules: Rules) -> list[Lattice]:
    """Return the ruled tables of at least two rows and columns; none within another."""
    if len(rules.level) + len(rules.upright) > MAX_RULES:
        return []
    found = [lattice for group in _groups(rules) if (lattice := _lattice(group))]
    found.sort(key=lambda one: -(one.box.right - one.box.left) * (one.box.top - one.box.bottom))
    outer: list[Lattice] = []
    for one in found:
        if not any(other.box.holds(*one.box.middle) for other in outer):
            outer.append(one)
    return outer


def _groups(rules: Rules) -> Iterator[Rules]:
    """Yield lines that meet, directly or through others."""
    left = {*rules.level, *rules.upright}
    while left:
        group, waiting = set(), [left.pop()]
        while waiting:
            line = waiting.pop()
            group.add(line)
            met = {other for other in left if _meet(line, other)}
            left -= met
            waiting += met
        level, upright = (tuple(sorted(group & {*lines})) for lines in rules)
        if level and upright:
            yield Rules(level, upright)


def _meet(line: Box, other: Box) -> bool:
    across = line.left <= other.right + NEAR and other.left <= line.right + NEAR
    return across and line.bottom <= other.top + NEAR and other.bottom <= line.top + NEAR


def _lattice(rules: Rules) -> Lattice | None:
    """Return the table of lines that meet; its sides may be open."""
    columns = _places(x for line in (*rules.upright, *rules.level) for x in (line.left, line.right))
    rows = _places(y for line in (*rules.level, *rules.upright) for y in (line.bottom, line.top))[::-1]
    if len(columns) < 3 or len(rows) < 3:
        return None
    cells = _cells(rules, columns, rows)
    return Lattice(columns, rows, cells) if cells else None


def _cells(rules: Rules, columns: Sequence[float], rows: Sequence[float]) -> list[list[int]]:
    """Return the number of the cell at each place, in order; none where a cell is no rectangle."""
    numbers: dict[tuple[int, int], int] = {}
    parts: list[list[tuple[int, int]]] = []
    for place in product(range(len(rows) - 1), range(len(columns) - 1)):
        if place not in numbers:
            numbers[place] = len(parts)
            part = [place]
            for row, column in part:
                for other in _open_to(rules, columns, rows, row, column):
                    if other not in numbers:
                        numbers[other] = len(parts)
                        part.append(other)
            parts.append(part)
    if not all(map(_is_rectangle, parts)):
        return []
    return [[numbers[row, column] for column in range(len(columns) - 1)] for row in range(len(rows) - 1)]


def _open_to(
    rules: Rules, columns: Sequence[float], rows: Sequence[float], row: int, column: int
) -> Iterator[tuple[int, int]]:
    """Yield the places beside one that no line parts from it."""
    left, right, top, bottom = columns[column], columns[column + 1], rows[row], rows[row + 1]
    level = [(line.bottom, line.left, line.right) for line in rules.level]
    upright = [(line.left, line.bottom, line.top) for line in rules.upright]
    if row and not _is_parted(level, top, left, right):
        yield row - 1, column
    if row < len(rows) - 2 and not _is_parted(level, bottom, left, right):
        yield row + 1, column
    if column and not _is_parted(upright, left, bottom, top):
        yield row, column - 1
    if column < len(columns) - 2 and not _is_parted(upright, right, bottom, top):
        yield row, column + 1


def _is_parted(lines: Sequence[tuple[float, float, float]], at: float, start: float, end: float) -> bool:
    covered = sum(
        max(0.0, min(end, last) - max(start, first)) for place, first, last in lines if abs(place - at) <= NEAR
    )
    return covered >= MIN_COVERED * (end - start)


def _is_rectangle(places: Sequence[tuple[int, int]]) -> bool:
    rows, columns = ({*numbers} for numbers in zip(*places, strict=True))
    return len(places) == len(rows) * len(columns) and all(
        max(numbers) - min(numbers) == len(numbers) - 1 for numbers in (rows, columns)
    )
