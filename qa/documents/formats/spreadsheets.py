"""Spreadsheets (.xlsx, .xls, .ods) through calamine, and tables in text files (.csv, .tsv): a line for each row."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO, StringIO
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

from qa.documents.formats.decoding import damage_at_end, decode
from qa.documents.formats.protocol import Content, UnreadableError, Written
from qa.documents.formats.tables import Cell, letterhead_height, parts_of_columns, spread, table_lines
from qa.documents.formats.workbooks import Detail, Shown, read_details

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_NUMBER = 1e15  # from which on a spreadsheet does not know all digits
MAX_COLUMNS = 16_384  # of a sheet of Excel ("Excel specifications and limits"); a longer line is no row of a table
_LOCKED = "locked with a password: save a copy without one"
_BROKEN_SHEET = "a damaged spreadsheet: open it in Excel or LibreOffice and save it anew as .xlsx"
_NOT_TEXT = "binary data, not a table in text: save it as .xlsx or as CSV in UTF-8"
_TOO_WIDE = f"columns after the first {MAX_COLUMNS:,} were not read: split the table into narrower ones"
_DELIMITERS = ";\t|,"  # the last stands in texts and numbers too
_SAMPLE, _SAMPLE_ROWS = 64 * 1024, 20  # characters and rows that show the separator
_CUT_ROW = "its last row breaks off, so its end may be missing: get the whole file"
_END = "\ue000"
"""A line put after the table while it is read."""
MIN_ALIKE = 3  # rows, before a shorter one shows that a table was cut off
_FURTHER = "(tiếp theo)"
"""Separates a table from its further columns."""
_WITHOUT_VALUE = "{}: open it in Excel or LibreOffice and save it anew, so that they are calculated"
_Numbered = Sequence[tuple[int, Sequence[Cell]]]


def read_spreadsheet(data: bytes) -> Content:
    """Return the rows as text, each a place, "Sheet1!12", as the program numbers it; a hidden one is "Sheet1!12 (ẩn)".

    Of several sheets each has its name above it.
    """
    import python_calamine as calamine

    written, damages, details = Written(), [], read_details(data)
    try:
        with calamine.CalamineWorkbook.from_filelike(BytesIO(data)) as book:
            sheets = [one for one in book.sheets_metadata if one.typ == calamine.SheetTypeEnum.WorkSheet]
            for one in sheets:
                detail = details.get(one.name, Detail())
                is_hidden = one.visible != calamine.SheetVisibleEnum.Visible
                rows = _cells(book.get_sheet_by_name(one.name), detail)
                heading = f"{one.name}\n\n" if len(sheets) > 1 else ""
                _add_sheet(written, rows, _Sheet(one.name, heading, is_hidden, detail))
                damages += [f"{detail.unknown} formulas without a value on {one.name}"] if detail.unknown else []
    except calamine.PasswordError as error:
        raise UnreadableError(_LOCKED) from error
    except (calamine.CalamineError, OSError, ValueError, AttributeError) as error:
        raise UnreadableError(_BROKEN_SHEET) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a Rust panic, which is not an Exception and cannot be imported
            raise
        raise UnreadableError(_BROKEN_SHEET) from error
    damage = _WITHOUT_VALUE.format(", ".join(damages)) if damages else ""
    return Content(written.text, places=tuple(written.places), is_prose=False, damage=damage)


def read_csv(data: bytes) -> Content:
    """Return the rows as text, each a place, "dòng 12"; of a row, as many cells as a sheet of Excel may have."""
    text = decode(data)
    if text is None:
        raise UnreadableError(_NOT_TEXT)
    written = Written()
    rows, damage = _rows_of(text)
    _add_rows(written, rows, lambda number: f"dòng {number + 1}")
    damages = filter(None, (damage, damage_at_end(data)))
    return Content(written.text, places=tuple(written.places), is_prose=False, damage="; ".join(damages))


def _rows_of(text: str) -> tuple[list[list[Cell]], str]:
    """Return the rows of a table in text, and what of them is missing; a line after it shows whether a quote is open.

    A last row without a line end that is shorter than all others, which are equally long, was cut off too.
    """
    rows, is_too_wide = [], False
    try:
        for cells in csv.reader(chain(StringIO(text), [_END]), delimiter=_delimiter(text)):
            is_too_wide |= len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:])
            rows.append(list(map(Cell, cells[:MAX_COLUMNS])))
    except csv.Error as error:
        raise UnreadableError(f"not a table that can be read ({error}): save it as .xlsx") from error
    is_open = rows[-1][0].text != _END
    if is_open:
        rows[-1][-1].text = rows[-1][-1].text.removesuffix(_END)
    else:
        rows.pop()
    widths = [*map(len, rows)]
    is_short = len(rows) > MIN_ALIKE and not text.endswith("\n") and widths[-1] < min(widths[:-1]) == max(widths[:-1])
    return rows, "; ".join([_TOO_WIDE] * is_too_wide + [_CUT_ROW] * (is_open or is_short))


@dataclass(frozen=True)
class _Sheet:
    """The name of a sheet, and the text above it."""

    name: str
    heading: str
    is_hidden: bool
    detail: Detail

    def place(self, number: int) -> str:
        """Return the name of a row, counted from 0."""
        hidden = " (ẩn)" if self.is_hidden or number in self.detail.hidden else ""
        return f"{self.name}!{number + 1}{hidden}"


def _add_sheet(written: Written, rows: Sequence[Sequence[Cell]], sheet: _Sheet) -> None:
    if any(cell.text.strip() for cells in rows for cell in cells):
        written.add(sheet.heading)
        _add_rows(written, rows, sheet.place)
        for number, note in sheet.detail.notes:
            written.add(f"\n{note}\n", f"{sheet.place(number)}, ghi chú")
        written.add("\n")


def _add_rows(written: Written, rows: Sequence[Sequence[Cell]], place: Callable[[int], str]) -> None:
    """Write tables, and the single lines above and below them, such as a title."""
    filled = ((number, _filled(cells), cells) for number, cells in enumerate(rows))
    for is_block, block in groupby(filled, key=lambda one: one[1] > 0):
        held = list(block) if is_block else []
        head = letterhead_height([cells for _, _, cells in held])
        for number, _, cells in held[:head]:
            texts = dict.fromkeys(" ".join(cell.text.split()) for cell in cells if cell.text.strip())
            written.add("".join(f"{text}\n" for text in texts), place(number))
        held = held[head:]
        wide = [index for index, (_, count, _) in enumerate(held) if count > 1] or [len(held)]
        for index, (number, _, cells) in enumerate(held):
            if index == wide[0]:
                _add_table(written, [(one, row) for one, _, row in held[wide[0] : wide[-1] + 1]], place)
            elif not wide[0] <= index <= wide[-1]:
                written.add(f"{' '.join(next(one.text for one in cells if one.text.strip()).split())}\n", place(number))


def _filled(cells: Sequence[Cell]) -> int:
    """Return how many cells have text, a merged one counted once, and all after the second left uncounted."""
    first = None
    for cell in cells:
        if cell is not first and cell.text.strip():
            if first:
                return 2
            first = cell
    return 1 if first else 0


def _add_table(written: Written, rows: _Numbered, place: Callable[[int], str]) -> None:
    width = max(len(cells) for _, cells in rows)
    squared = [[*cells, *(Cell() for _ in range(width - len(cells)))] for _, cells in rows]
    if len(squared) > 1:
        squared[0] = spread(squared[0], squared[1])
    for part, columns in enumerate(parts_of_columns(squared[0])):
        written.add(f"{_FURTHER}\n" if part else "")
        for number, line in table_lines([[cells[column] for column in columns] for cells in squared]):
            written.add(f"{line}\n", place(rows[number][0]))


# Cells


_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*]."
    r"|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?)|(?P<sign>.)"
)


def _cells(sheet: CalamineSheet, detail: Detail) -> list[list[Cell]]:
    """Return the rows, without empty columns; a merged cell is repeated at each of its places."""
    rows = [
        [Cell(_shown(cell, detail.at(number, column))) for column, cell in enumerate(cells)]
        for number, cells in enumerate(sheet.to_python(skip_empty_area=False))
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for cells in rows[top : bottom + 1]:
            cells[left : right + 1] = [rows[top][left]] * len(cells[left : right + 1])
    used = [place for place, column in enumerate(zip(*rows, strict=True)) if any(cell.text.strip() for cell in column)]
    return [[cells[column] for column in used] for cells in rows]


def _shown(cell: object, known: Shown) -> str:
    """Return a cell as displayed, or as a Vietnamese reader would write it if that is not known.

    That is the day first, and whole numbers without a point.
    """
    if known.text:
        return known.text
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        plain = str(int(cell)) if float(cell).is_integer() and abs(cell) < MAX_NUMBER else repr(cell).replace(".", ",")
        return _formatted(cell, known.pattern) or plain
    if isinstance(cell, datetime) and (cell.hour or cell.minute):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return f"{cell:%H:%M}" if isinstance(cell, time) else str(cell)


def _formatted(value: float, pattern: str) -> str:
    """Return a number as a pattern of a spreadsheet (ECMA-376, 18.8.31) shows it; empty for one of another kind."""
    sections = pattern.split(";")
    negative = value < 0 and len(sections) > 1
    tokens = list(_TOKEN.finditer(sections[negative]))
    places = [token["digits"] for token in tokens if token["digits"]]
    is_other = any(token["sign"] in {"E", "/", "@"} for token in tokens)
    if is_other or abs(value) >= MAX_NUMBER or len(places) != 1 or places[0].endswith(","):
        return ""
    percent = any(token["sign"] == "%" for token in tokens)
    amount = Decimal(repr(value)) * (100 if percent else 1)
    digits = _digits(abs(amount) if negative else amount, places[0])
    shown = "".join(digits if token["digits"] else _literal(token) for token in tokens)
    return " ".join(shown.split())


def _literal(token: re.Match[str]) -> str:
    return token["quoted"] or token["escaped"] or token["currency"] or token["sign"] or ""


def _digits(amount: Decimal, pattern: str) -> str:
    whole, _, decimals = pattern.partition(".")
    rounded = amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    shown, _, fraction = f"{rounded:,f}".partition(".")
    shown = shown.replace(",", "." if "," in whole else "").zfill(whole.count("0"))
    kept = fraction[: decimals.count("0")] + fraction[decimals.count("0") :].rstrip("0")
    return f"{shown},{kept}" if kept else shown


def _delimiter(text: str) -> str:
    """Return the separator that parts the most of the first rows into equally many cells."""
    return max(_DELIMITERS, key=lambda sign: _alike(text[:_SAMPLE], sign))


def _alike(text: str, sign: str) -> int:
    """Return how many of the first rows have as many cells as most of them, where that is more than one."""
    try:
        rows = list(islice(csv.reader(StringIO(text), delimiter=sign), _SAMPLE_ROWS))
    except csv.Error:
        return 0
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    return max(widths.values(), default=0)
