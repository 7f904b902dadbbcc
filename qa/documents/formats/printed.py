"""Put the characters of a PDF page into reading order: tables row by row, columns one by one.

Each keeps its index in pdfium's map of the page, by which it can be found and marked there.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.documents.formats.gaps import Columns, Printed, find_aligned, find_columns, may_be_aligned
from qa.documents.formats.ruled import Box, Lattice, find_lattices, joined_rules
from qa.documents.formats.tables import table_lines

MAX_OBJECTS = 20_000  # of a page; one with more is a drawing
MAX_SIGNS = 30_000  # of a page whose tables are looked for
MAX_TABLES = 40  # of a page
THIN = 3.0  # points; what is filled and no thicker is a line
_FIRST = 0xF0000  # a character for private use, which stands for a page's first one while its tables are put together
_Home = tuple[int, int] | None  # the numbers of a character's table and cell
_Turn = Callable[[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Sign:
    """A character, and its index in pdfium's map of the page, -1 if it was added."""

    text: str
    index: int


def read_signs(page: Any, text: Any, known: str) -> list[Sign] | None:
    """Return the characters of a page of pdfium, which has this map and this text.

    None if it has neither tables nor columns that the file runs across: then the order of the map is right.
    """
    if not 0 < len(known) <= MAX_SIGNS:
        return None
    ruled, columns = find_lattices(joined_rules(_lines(page))), find_columns([*_pieces(page, text)])
    if not ruled and not columns and not may_be_aligned(known):
        return None
    signs, boxes = signs_as_they_stand(text), [*_boxes(page, text)]
    lattices = [*ruled, *_aligned(page, text, signs, boxes, ruled)][:MAX_TABLES]
    homes = [*_homes([*lattices, *columns], signs, boxes)]
    parts = [_rows(lattice, number, signs, homes) for number, lattice in enumerate(lattices)]
    parts += [_sides(number, len(one.sides), signs, homes) for number, one in enumerate(columns, start=len(lattices))]
    return [*_arranged(signs, homes, parts)] if any(parts) else None


def _aligned(
    page: Any, text: Any, signs: Sequence[Sign], boxes: Sequence[Box], ruled: Sequence[Lattice]
) -> list[Lattice]:
    """Return the tables without lines, outside those with lines."""
    from pypdfium2.raw import FPDFText_GetCharOrigin

    turn, x, y = _turn(page), ctypes.c_double(), ctypes.c_double()
    printed = []
    for sign, box in zip(signs, boxes, strict=True):
        if not sign.text.isspace() and not any(lattice.box.holds(*box.middle) for lattice in ruled):
            FPDFText_GetCharOrigin(text, sign.index, x, y)
            printed.append(Printed(sign.text, box, turn(x.value, y.value)[1]))
    return find_aligned(printed)


def signs_as_they_stand(text: Any) -> list[Sign]:
    """Return the characters of a page in the order of pdfium's map of its text."""
    from pypdfium2.raw import FPDFText_GetUnicode

    return [Sign(chr(FPDFText_GetUnicode(text, index)), index) for index in range(text.count_chars())]


def _homes(parts: Sequence[Lattice | Columns], signs: Sequence[Sign], boxes: Iterable[Box]) -> Iterator[_Home]:
    """Yield the cell of each character; white space belongs to the character before it."""
    home: _Home = None
    for sign, box in zip(signs, boxes, strict=True):
        if not sign.text.isspace():
            cells = ((number, part.cell_at(*box.middle)) for number, part in enumerate(parts))
            home = next(((number, cell) for number, cell in cells if cell is not None), None)
        yield home


def _rows(lattice: Lattice, number: int, signs: Sequence[Sign], homes: Sequence[_Home]) -> list[Sign]:
    """Return the rows of a table, one per line; nothing if it is not a table."""
    texts = [""] * (max(map(max, lattice.cells)) + 1)
    before: _Home = None
    for sign, home in zip(signs, homes, strict=True):
        if home and home[0] == number:
            gap = "" if home == before else " "
            texts[home[1]] += gap + (sign.text if sign.text in "|\r\n\t " else chr(_FIRST + sign.index))
        before = home
    rows = lattice.filled(texts)
    lines = table_lines(rows) if rows else []
    return [_meant(sign, signs) for _, line in lines for sign in f"{line}\n"]


def _sides(number: int, count: int, signs: Sequence[Sign], homes: Sequence[_Home]) -> list[Sign]:
    """Return the columns, between blank lines; a line ends where other text interrupts it."""
    end = Sign("\n", -1)
    found = [end]
    for home in ((number, side) for side in range(count)):
        before: _Home = None
        for sign, at in zip(signs, homes, strict=True):
            if at == home:
                found += [sign] if before == home or found[-1].text == "\n" else [end, sign]
            before = at
        found += [end, end]
    return found


def _meant(sign: str, signs: Sequence[Sign]) -> Sign:
    return signs[ord(sign) - _FIRST] if ord(sign) >= _FIRST else Sign(sign, -1)


def _arranged(signs: Sequence[Sign], homes: Sequence[_Home], parts: Sequence[Sequence[Sign]]) -> Iterator[Sign]:
    """Yield all characters, those of a table or of columns together where their first one stands.

    They are on lines of their own.
    """
    added: set[int] = set()
    last = "\n"
    for sign, home in zip(signs, homes, strict=True):
        if home is None or not parts[home[0]]:
            yield sign
            last = sign.text
        elif home[0] not in added:
            if last != "\n":
                yield Sign("\n", -1)
            yield from parts[home[0]]
            added.add(home[0])
            last = "\n"


# What pdfium knows of a page


def _turn(page: Any) -> _Turn:
    """Return a function from points of the page to points of the page as displayed, upright."""
    from pypdfium2.raw import FPDFPage_GetRotation

    turns: Sequence[_Turn] = (lambda x, y: (x, y), lambda x, y: (y, -x), lambda x, y: (-x, -y), lambda x, y: (-y, x))
    return turns[int(FPDFPage_GetRotation(page)) % 4]


def _box(first: tuple[float, float], second: tuple[float, float]) -> Box:
    return Box(min(first[0], second[0]), min(first[1], second[1]), max(first[0], second[0]), max(first[1], second[1]))


def _boxes(page: Any, text: Any) -> Iterator[Box]:
    """Yield the box of each character."""
    from pypdfium2.raw import FPDFText_GetCharBox

    turn = _turn(page)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(text.count_chars()):
        FPDFText_GetCharBox(text, index, left, right, bottom, top)
        yield _box(turn(left.value, bottom.value), turn(right.value, top.value))


def _pieces(page: Any, text: Any) -> Iterator[Box]:
    """Yield the box of each piece of a line that was set at once, in the order of the file."""
    turn = _turn(page)
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        yield _box(turn(left, bottom), turn(right, top))


def _lines(page: Any) -> list[Box]:
    """Return the lines that are drawn along or across the page; nothing where more is drawn than tables have."""
    from pypdfium2.raw import FPDF_PAGEOBJ_PATH, FPDFPage_CountObjects, FPDFPage_GetObject, FPDFPageObj_GetType

    count, turn = FPDFPage_CountObjects(page), _turn(page)
    if count > MAX_OBJECTS:
        return []
    found = []
    for index in range(count):
        drawn = FPDFPage_GetObject(page, index)
        if FPDFPageObj_GetType(drawn) == FPDF_PAGEOBJ_PATH:
            found += [line for line in _drawn(drawn, turn) if all(map(math.isfinite, line))]
    return found


def _drawn(path: Any, turn: _Turn) -> Iterator[Box]:
    """Yield the straight lines of a path, or the one that it is when it is thin and filled."""
    from pypdfium2.raw import FPDFPageObj_GetBounds, FPDFPath_GetDrawMode

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    FPDFPath_GetDrawMode(path, fill, stroke)
    if stroke.value:
        yield from (line for line in _strokes(path, turn) if min(line.right - line.left, line.top - line.bottom) < THIN)
    elif fill.value:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        FPDFPageObj_GetBounds(path, left, bottom, right, top)
        box = _box(turn(left.value, bottom.value), turn(right.value, top.value))
        if min(box.right - box.left, box.top - box.bottom) < THIN:
            yield box


def _strokes(path: Any, turn: _Turn) -> Iterator[Box]:
    """Yield what a stroked path draws from point to point."""
    from pypdfium2.raw import FPDF_SEGMENT_MOVETO, FPDFPathSegment_GetClose, FPDFPathSegment_GetType

    begun = before = (0.0, 0.0)
    for segment, point in _points(path):
        at = turn(*point)
        if FPDFPathSegment_GetType(segment) == FPDF_SEGMENT_MOVETO:
            begun = at
        else:
            yield _box(before, at)
        if FPDFPathSegment_GetClose(segment):
            yield _box(at, begun)
        before = at


def _points(path: Any) -> Iterator[tuple[Any, tuple[float, float]]]:
    """Yield each segment of a path with the point on the page where it ends."""
    from pypdfium2.raw import (
        FS_MATRIX,
        FPDFPageObj_GetMatrix,
        FPDFPath_CountSegments,
        FPDFPath_GetPathSegment,
        FPDFPathSegment_GetPoint,
    )

    moved, x, y = FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    FPDFPageObj_GetMatrix(path, moved)
    for index in range(min(FPDFPath_CountSegments(path), MAX_OBJECTS)):
        segment = FPDFPath_GetPathSegment(path, index)
        FPDFPathSegment_GetPoint(segment, x, y)
        along, across = moved.a * x.value + moved.c * y.value, moved.b * x.value + moved.d * y.value
        yield segment, (along + moved.e, across + moved.f)
