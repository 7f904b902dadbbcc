"""Read what calamine does not tell about a workbook: how a cell is displayed, hidden rows, comments.

It is read from the XML of an .xlsx, with which formulas have no value, and of an .ods, and from the records of an .xls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from qa.documents.formats.old_workbooks import OldSheet, read_old_sheets
from qa.documents.formats.protocol import (
    RELATION,
    UnreadableError,
    read_elements,
    read_xml,
    refuse_locked,
    related_parts,
    unpacking,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a cell is displayed: as this text, or its number by this pattern (ECMA-376, 18.8.31); empty if not known."""

    text: str = ""
    pattern: str = ""


_UNKNOWN = Shown()


@dataclass(frozen=True)
class Detail:
    """What is known about a sheet; its rows and columns are counted from 0."""

    shown: Mapping[int, Mapping[int, Shown]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    unknown: int = 0
    """Formulas without a value."""
    notes: Sequence[tuple[int, str]] = ()

    def at(self, row: int, column: int) -> Shown:
        """Return how a cell is displayed."""
        return self.shown.get(row, {}).get(column, _UNKNOWN)


def read_details(data: bytes) -> dict[str, Detail]:
    """Return what is known about each sheet; nothing if that part of an .xlsx is damaged.

    Raises `UnreadableError` for an .xls that would be read without end, and for a locked .ods or one
    with broken XML, which calamine reads in part or without end.
    """
    if not data.startswith(b"PK"):
        return {name: _old(sheet) for name, sheet in read_old_sheets(data, _BUILT_IN).items()}
    is_open = False
    try:
        with unpacking(BytesIO(data)) as archive:
            is_open = "content.xml" in archive.namelist()
            return _open_document(archive) if is_open else _excel(archive)
    except UnreadableError:  # the cells of an .xlsx are read without it
        if is_open:
            raise
        return {}


def _old(sheet: OldSheet) -> Detail:
    rows = sheet.patterns.items()
    shown = {row: {column: Shown(pattern=own) for column, own in cells.items()} for row, cells in rows}
    return Detail(shown, frozenset(sheet.hidden))


# .xlsx


_BOOK = "xl/workbook.xml"
_BUILT_IN = {
    **{"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"},
    **dict.fromkeys(("5", "6", "37", "38", "41", "42"), "#,##0"),
    **dict.fromkeys(("7", "8", "39", "40", "43", "44"), "#,##0.00"),
}
"""Patterns that a workbook names by number alone (ECMA-376, 18.8.30), without the currency of the country."""
_TRUE = ("1", "true")


def _excel(archive: ZipFile) -> dict[str, Detail]:
    patterns, parts = _patterns(archive), related_parts(archive, _BOOK)
    sheets = [(one.get("name"), parts[one.get(RELATION)]) for one in read_xml(archive, _BOOK).iter("{*}sheet")]
    return {name: _detail(archive, path, patterns) for name, (kind, path) in sheets if kind == "worksheet"}


def _patterns(archive: ZipFile) -> dict[str, str]:
    """Return the pattern of numbers by the number of the style that has it."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = read_xml(archive, "xl/styles.xml")
    own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iterfind("{*}numFmts/{*}numFmt")}
    used = [one.get("numFmtId") for one in styles.iterfind("{*}cellXfs/{*}xf")]
    found = {str(number): own.get(one, _BUILT_IN.get(one, "")) for number, one in enumerate(used)}
    return {number: pattern for number, pattern in found.items() if pattern not in {"", "General"}}


def _detail(archive: ZipFile, path: str, patterns: Mapping[str, str]) -> Detail:
    shown: dict[int, dict[int, Shown]] = {}
    hidden, unknown, number = set(), 0, -1
    for line in read_elements(archive, path, ["{*}row"]):
        number = int(line.get("r", number + 2)) - 1
        hidden |= {number} if line.get("hidden") in _TRUE else set()
        unknown += sum(map(_is_unknown, line.iterfind("{*}c")))
        cells = ((place, one, patterns.get(one.get("s"))) for place, one in enumerate(line.iterfind("{*}c")))
        own = {_column(one.get("r"), place): Shown(pattern=pattern) for place, one, pattern in cells if pattern}
        if own:
            shown[number] = own
    return Detail(shown, frozenset(hidden), unknown, list(_notes(archive, path)))


def _is_unknown(cell: Any) -> bool:
    """Return whether a cell has a formula whose value was not kept, as files that no office program wrote have them."""
    return cell.find("{*}f") is not None and cell.get("t") != "str" and not cell.findtext("{*}v")


def _column(reference: str | None, place: int) -> int:
    """Return the column that "AB12" is in, counted from 0; without a reference the place that the cell has."""
    if not reference:
        return place
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1


def _notes(archive: ZipFile, path: str) -> Iterator[tuple[int, str]]:
    """Yield the comments on the cells of a sheet, each with the number of its row."""
    for kind, part in related_parts(archive, path).values():
        if kind != "comments":
            continue
        root = read_xml(archive, part)
        authors = [(one.text or "").strip() for one in root.iterfind("{*}authors/{*}author")]
        for one in root.iter("{*}comment"):
            author, cell = authors[int(one.get("authorId", 0))], one.get("ref")
            text = " ".join("".join(node.text or "" for node in one.iter("{*}t")).split())
            yield int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1, _note(author, cell, text)


def _note(author: str, cell: str, text: str) -> str:
    return f"Ghi chú{f' của {author}' if author else ''} ở ô {cell}: {text}"


# .ods


MAX_REPEATED = 1_000  # equal rows or cells that the file has once, with how often they stand there


def _open_document(archive: ZipFile) -> dict[str, Detail]:
    found: dict[str, Detail] = {}
    shown: dict[int, dict[int, Shown]] = {}
    hidden: set[int] = set()
    notes: list[tuple[int, str]] = []
    number = 0
    refuse_locked(archive)
    for element in read_elements(archive, "content.xml", ["{*}table", "{*}table-row"]):
        if element.tag.endswith("}table"):
            found[_own(element, "name")] = Detail(shown, frozenset(hidden), notes=notes)
            shown, hidden, notes, number = {}, set(), [], 0
            continue
        times = _times(element, "number-rows-repeated")
        rows = range(number, number + min(times, MAX_REPEATED))
        cells = list(_placed(element))
        if own := {column: Shown(text) for column, cell in cells if (text := _text_of(cell))}:
            shown |= dict.fromkeys(rows, own)
        hidden |= {*rows} if _own(element, "visibility") in {"collapse", "filter"} else set()
        notes += [(number, note) for column, cell in cells for note in _noted(cell, f"{_letters(column)}{number + 1}")]
        number += times
    return found


def _own(element: Any, name: str) -> str:
    """Return an attribute of the element's own namespace; empty where it has none."""
    return str(element.get(f"{element.tag.partition('}')[0]}}}{name}", ""))


def _times(element: Any, name: str) -> int:
    stated = _own(element, name)
    return int(stated) if stated.isascii() and stated.isdigit() else 1


def _placed(row: Any) -> Iterator[tuple[int, Any]]:
    """Yield the cells of a row that hold something, each with its column."""
    column = 0
    for cell in row.iterchildren("{*}table-cell", "{*}covered-table-cell"):
        times = _times(cell, "number-columns-repeated")
        if len(cell):
            yield from ((column + n, cell) for n in range(min(times, MAX_REPEATED)))
        column += times


def _text_of(cell: Any) -> str:
    """Return the paragraphs of a cell as they are shown; empty for a text, which needs no showing."""
    kinds = (value for name, value in cell.attrib.items() if name.endswith("}value-type"))
    if next(kinds, "string") == "string":
        return ""
    return " ".join(" ".join("".join(one.itertext()) for one in cell.iterchildren("{*}p")).split())


def _noted(cell: Any, reference: str) -> Iterator[str]:
    for one in cell.iterchildren("{*}annotation"):
        text = " ".join(" ".join("".join(line.itertext()) for line in one.iterchildren("{*}p")).split())
        yield from [_note(one.findtext("{*}creator", "").strip(), reference, text)] if text else []


def _letters(column: int) -> str:
    """Return what a column is called, counted from 0: A, B, ..., Z, AA."""
    upper, letter = divmod(column, 26)
    return (_letters(upper - 1) if upper else "") + chr(ord("A") + letter)
