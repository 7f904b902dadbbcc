"""Spreadsheets (.xlsx, .xls, .ods) through calamine, and tables in text files (.csv, .tsv): a line for each row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO

from qa.documents.decoding import decode
from qa.documents.formats.protocol import Content, UnreadableError, Written, row

_LOCKED = "locked with a password: save a copy without one"
_BROKEN = "a damaged spreadsheet: open it in Excel or LibreOffice and save it anew as .xlsx"
_NOT_TEXT = "binary data, not a table in text: save it as .xlsx or as CSV in UTF-8"
_DELIMITERS = ";,\t|"


def read_spreadsheet(data: bytes) -> Content:
    """Each row is a place, "Sheet1!12", as the program counts it; of several sheets each has its name above it."""
    import python_calamine as calamine

    written = Written()
    try:
        with calamine.CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            names = [one.name for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
            for name in names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                _add_sheet(written, name, rows, heading=f"{name}\n\n" if len(names) > 1 else "")
    except calamine.PasswordError as error:
        raise UnreadableError(_LOCKED) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError(_BROKEN) from error
    return Content(written.text, places=tuple(written.places), is_prose=False)


def read_csv(data: bytes) -> Content:
    """Each row is a place, "dòng 12"."""
    text = decode(data)
    if text is None:
        raise UnreadableError(_NOT_TEXT)
    written = Written()
    try:
        for number, cells in enumerate(csv.reader(StringIO(text), delimiter=_delimiter(text)), start=1):
            _add_row(written, cells, f"dòng {number}")
    except csv.Error as error:
        raise UnreadableError(f"not a table that can be read ({error}): save it as .xlsx") from error
    return Content(written.text, places=tuple(written.places), is_prose=False)


def _add_sheet(written: Written, name: str, rows: Sequence[Sequence[object]], heading: str) -> None:
    if any(_shown(cell) for cells in rows for cell in cells):
        written.add(heading)
        for number, cells in enumerate(rows, start=1):
            _add_row(written, map(_shown, cells), f"{name}!{number}")
        written.add("\n")


def _add_row(written: Written, cells: Iterable[str], label: str) -> None:
    """A row of one cell is a line of text, such as the title above a table."""
    shown = list(cells)
    filled = [cell.strip() for cell in shown if cell.strip()]
    if filled:
        written.add(f"{row(shown) if len(filled) > 1 else ' '.join(filled[0].split())}\n", label)


def _shown(cell: object) -> str:
    """A cell as a Vietnamese reader writes it: day first, whole numbers without a point."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    if isinstance(cell, datetime) and (cell.hour or cell.minute):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)


def _delimiter(text: str) -> str:
    """The sign that stands most often, and equally often, in the first lines."""
    lines = [line for line in text.split("\n")[:20] if line.strip()]
    return max(
        _DELIMITERS, key=lambda sign: (min((line.count(sign) for line in lines), default=0), -_DELIMITERS.index(sign))
    )
