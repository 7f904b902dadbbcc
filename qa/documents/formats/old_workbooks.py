"""Read how an .xls displays its numbers, and which of its rows are hidden.

The records of BIFF8 ([MS-XLS]) are read from the stream of the workbook in the file ([MS-CFB]).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.documents.formats.protocol import BROKEN, UnreadableError

_FREE = 0xFFFFFFFA  # from this number on a sector is none
_IN_HEADER = 109  # sectors of the table of sectors that the header names
_STREAM, _ROOT = 2, 5  # kinds of entries
_NAMES = ("Workbook", "Book")
_SHEET, _FORMAT, _STYLE, _LOCK, _END = 0x85, 0x41E, 0xE0, 0x2F, 0x0A
_ROW, _SEVERAL = 0x208, 0xBD
_CELLS = (0x203, 0x27E, 0x06)  # a number, a short number, a formula
_PLACED = (*_CELLS, _SEVERAL, 0xFD, 0x204, 0x205)  # and texts and truth values
_EXTENT = 0x200
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
MAX_AREA = 4_000_000
"""Cells from the first to the last of a sheet: calamine allocates them all, or ends the process if it cannot."""
_TOO_FAR = "its cells stand too far apart: delete what is far below or beside the table, and save it anew"
_HIDDEN = 0x20


@dataclass
class OldSheet:
    """The pattern of each number by its row and column, counted from 0, and the hidden rows."""

    patterns: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


def read_old_sheets(data: bytes, built_in: Mapping[str, str]) -> dict[str, OldSheet]:
    """Return what is known about each sheet by its name; `built_in` has the patterns that are named by number alone.

    There is none where the file is locked, damaged, or no such workbook. Raises `UnreadableError` where its parts go on
    without end, or its cells could not be held in memory.
    """
    try:
        return _sheets(_workbook(data), built_in)
    except (struct.error, IndexError, ValueError):
        return {}


# The stream in the file


def _workbook(data: bytes) -> bytes:
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 20)
    table = [number for sector in _table(data, size) for number in _numbers(_sector(data, sector, size))]
    entries = _chain(data, table, struct.unpack_from("<I", data, 48)[0], size)
    streams = {name: (start, length) for name, kind, start, length in _entries(entries) if kind == _STREAM}
    [(start, length), *_] = [streams[name] for name in _NAMES if name in streams]
    if length >= struct.unpack_from("<I", data, 56)[0]:
        return _chain(data, table, start, size)[:length]
    short = 1 << min(struct.unpack_from("<H", data, 32)[0], 20)
    [root, *_] = [start for _, kind, start, _ in _entries(entries) if kind == _ROOT]
    small = _numbers(_chain(data, table, struct.unpack_from("<I", data, 60)[0], size))
    held = _chain(data, table, root, size)
    return b"".join(held[one * short : (one + 1) * short] for one in _links(small, start))[:length]


def _table(data: bytes, size: int) -> list[int]:
    """Return the sectors that hold the table of which sector follows which."""
    found = list(struct.unpack_from(f"<{_IN_HEADER}I", data, 76))
    further = struct.unpack_from("<I", data, 68)[0]
    for _ in range(len(data) // size + 1):
        if further >= _FREE:
            return [one for one in found if one < _FREE]
        *more, further = _numbers(_sector(data, further, size))
        found += more
    raise UnreadableError(BROKEN)


def _sector(data: bytes, number: int, size: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size]


def _numbers(data: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _links(table: Sequence[int], start: int) -> Iterator[int]:
    for _ in range(len(table) + 1):
        if start >= len(table):
            return
        yield start
        start = table[start]
    raise UnreadableError(BROKEN)  # calamine would go round until there is no memory


def _chain(data: bytes, table: Sequence[int], start: int, size: int) -> bytes:
    return b"".join(_sector(data, one, size) for one in _links(table, start))


def _entries(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    """Yield the name, kind, first sector and length of each entry."""
    for at in range(0, len(data) - 127, 128):
        length, kind = struct.unpack_from("<HB", data, at + 64)
        start, size = struct.unpack_from("<II", data, at + 116)
        yield data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace"), kind, start, size


# The records in the stream


def _sheets(book: bytes, built_in: Mapping[str, str]) -> dict[str, OldSheet]:
    formats, styles, sheets = dict(built_in), list[str](), dict[str, int]()
    for kind, record in _records(book, 0):
        if kind == _LOCK:
            return {}
        if kind == _SHEET:
            sheets[_text(record[7:], record[6])] = struct.unpack_from("<I", record)[0]
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", record)
            formats[str(number)] = _text(record[4:], length)
        elif kind == _STYLE:
            styles.append(str(struct.unpack_from("<H", record, 2)[0]))
    patterns = [formats.get(style, "") for style in styles]
    return {name: _sheet(book, start, patterns) for name, start in sheets.items()}


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and the content of each record up to the end of a part."""
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if kind == _END:
            return
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _text(data: bytes, length: int) -> str:
    return (
        data[1 : 1 + 2 * length].decode("utf-16-le", "replace")
        if data[0] & 1
        else data[1 : 1 + length].decode("latin-1")
    )


def _sheet(book: bytes, start: int, patterns: Sequence[str]) -> OldSheet:
    sheet, height, width = OldSheet(), 0, 0
    for kind, record in _records(book, start):
        if kind in _PLACED:
            row, column = struct.unpack_from("<HH", record)
            height, width = max(height, row + 1), max(width, column + 1)
        if width > _MAX_COLUMNS or (kind == _EXTENT and _is_beyond(*struct.unpack_from("<IIHH", record))):
            raise UnreadableError(BROKEN)
        if height * width > MAX_AREA:
            raise UnreadableError(_TOO_FAR)
        if kind == _ROW:
            if struct.unpack_from("<H", record, 12)[0] & _HIDDEN:
                sheet.hidden.add(struct.unpack_from("<H", record)[0])
        elif kind in _CELLS or kind == _SEVERAL:
            row, first, style = struct.unpack_from("<HHH", record)
            styles = [style] if kind != _SEVERAL else [one[0] for one in struct.iter_unpack("<HI", record[4:-2])]
            own = {first + n: patterns[one] for n, one in enumerate(styles) if one < len(patterns) and patterns[one]}
            sheet.patterns.setdefault(row, {}).update(own)
    return sheet


def _is_beyond(top: int, bottom: int, left: int, right: int) -> bool:
    """Return whether a sheet is said to reach where none can; the last row and column are outside of it."""
    return not (top <= bottom <= _MAX_ROWS and left <= right <= _MAX_COLUMNS)
