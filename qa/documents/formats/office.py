"""Word files (.docx): paragraphs, headings, lists, tables and footnotes in the order of the text; and tables.

Spreadsheets (.xlsx, .xls, .ods) come through calamine, tables in text files (.csv, .tsv) by themselves: a line for each
row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from qa.documents.decoding import decode
from qa.documents.formats.protocol import DAMAGES, Content, UnreadableError, Written, row
from qa.documents.mending.encoding import decoder_of_font

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table, _Cell

MAX_LABEL = 80  # characters of a heading that names a place
_BROKEN = "a damaged Word file: open it in Word or LibreOffice and save it anew as .docx"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NOTES = {f"{_RELATIONS}/footnotes": "{*}footnote", f"{_RELATIONS}/endnotes": "{*}endnote"}
_WRAPPERS = ("{*}sdt", "{*}ins", "{*}moveTo", "{*}smartTag", "{*}customXml", "{*}fldSimple")


def read_word(data: bytes) -> Content:
    """Return the text with a place for what stands below each heading, named by it."""
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return _content(docx.Document(BytesIO(data)))
    except (OpcError, LxmlError, *DAMAGES) as error:
        raise UnreadableError(_BROKEN) from error


def _content(document: Document) -> Content:
    from docx.text.paragraph import Paragraph

    _unwrap(document.element.body)
    _decode_by_fonts(document)
    written, title, label, numbers = Written(), "", "", _Numbers()
    styles = _style_names(document)
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            style = styles.get(block._p.style, "")
            text = numbers.before(style) + block.text.strip()
            title = title or (text if style == "Title" else "")
            label = text[:MAX_LABEL] if style.startswith("Heading") and text else label
            written.add("".join(f"{line}\n" for line in (text, *_boxed(block._p))), label)
        else:
            written.add("".join(f"{line}\n" for line in _table_lines(block)), label)
    for note in _notes(document):
        written.add(f"\n{note}", "chú thích")
    return Content(written.text, title, places=tuple(written.places))


def _unwrap(body: BaseOxmlElement) -> None:
    """Put in its place what stands within controls, fields and accepted changes, and drop what was moved or is twice.

    python-docx sees the text of what stands directly in the body, a table or a paragraph.
    """
    for gone in [*body.iter("{*}moveFrom", "{*}del", "{*}Fallback")]:
        gone.getparent().remove(gone)
    for formula in [*body.iter("{*}oMath")]:
        text = "".join(node.text or "" for node in formula.iter("{*}t"))
        formula.getparent().replace(formula, _run(text))
    for wrapper in [*body.iter(*_WRAPPERS)]:
        held = wrapper.find("{*}sdtContent")
        for child in list(wrapper if held is None else held):
            wrapper.addprevious(child)
        wrapper.getparent().remove(wrapper)


def _run(text: str) -> BaseOxmlElement:
    from docx.oxml import OxmlElement

    run = OxmlElement("w:r")
    run.text = text
    return run


def _boxed(paragraph: BaseOxmlElement) -> list[str]:
    """Return the paragraphs of the text boxes that hang on one."""
    return [text for one in paragraph.xpath(".//w:txbxContent//w:p") if (text := one.text.strip())]


def _style_names(document: Document) -> dict[str | None, str]:
    """Return the name of each style by id, and under None that of paragraphs without one.

    Looked up once, since each lookup in the file goes through all of them.
    """
    from docx.enum.style import WD_STYLE_TYPE

    try:
        styles = document.styles
    except AttributeError:  # the part with their names is damaged, the text need not be
        return {}
    names: dict[str | None, str] = {style.style_id: style.name or "" for style in styles}
    default = styles.default(WD_STYLE_TYPE.PARAGRAPH)
    return names | {None: (default.name or "") if default else ""}


def _decode_by_fonts(document: Document) -> None:
    """Put text in fonts of an old character set into Unicode, unless some of it is: then it was converted before."""
    fonts = _fonts(document)
    old = [
        (node, decoder)
        for run in document.element.body.iter("{*}r")
        if (decoder := decoder_of_font(_font(run) or fonts.get(next(run.iterancestors("{*}p")).style, fonts[None])))
        for node in run.iter("{*}t")
    ]
    if not any(letter > "ÿ" and letter.isalpha() for node, _ in old for letter in node.text or ""):
        for node, decoder in old:
            node.text = decoder(node.text or "")


def _font(element: BaseOxmlElement) -> str:
    """Return the name of the font that an element states itself; empty where it states none."""
    found = element.find("{*}rPr/{*}rFonts")
    return "" if found is None else str(found.get(found.tag.replace("rFonts", "ascii"), ""))


def _fonts(document: Document) -> dict[str | None, str]:
    """Return the font of each style by id, or that of the style below it; under None that of plain text."""
    try:
        root = document.styles.element
    except AttributeError:  # as above
        return {None: ""}
    default = "".join(map(_font, root.iterfind("{*}docDefaults/{*}rPrDefault")))
    styles = {one.styleId: one for one in root.style_lst}
    found: dict[str | None, str] = {}
    for name, style in styles.items():
        below, seen = style, {name}
        while not _font(below) and below.basedOn_val in styles and below.basedOn_val not in seen:
            below = styles[below.basedOn_val]
            seen.add(below.styleId)
        found[name] = _font(below) or default
    return found | {None: found.get("Normal", default)}


class _Numbers:
    """The signs before items of lists, which Word counts and does not keep in the text."""

    def __init__(self) -> None:
        self._count = 0

    def before(self, style: str) -> str:
        self._count = self._count + 1 if style.startswith("List Number") else 0
        return f"{self._count}. " if self._count else "- " if style.startswith("List Bullet") else ""


def _table_lines(table: Table) -> Iterator[str]:
    """Yield rows; of a table that only sets a letterhead side by side, its columns one below the other."""
    rows = [[_cell_text(cell) for cell in line.cells] for line in table.rows]
    if len(rows) <= 2 and any(len(cell.strip().split("\n")) > 2 for cells in rows for cell in cells):
        for column in range(max(map(len, rows))):
            yield from (line for cells in rows for cell in cells[column : column + 1] for line in cell.split("\n"))
    else:
        yield from filter(None, (row(_once(cells)) for cells in rows))


def _once(cells: list[str]) -> list[str]:
    return [cell for index, cell in enumerate(cells) if index == 0 or cell != cells[index - 1] or not cell.strip()]


def _cell_text(cell: _Cell) -> str:
    """Return the paragraphs of a cell, and of the tables and text boxes in it."""
    return "\n".join(one.text for one in cell._tc.xpath(".//w:p"))


def _notes(document: Document) -> Iterator[str]:
    """Yield the notes at the foot of the pages, and those at the end."""
    from lxml import etree

    for relation in document.part.rels.values():
        if relation.reltype in _NOTES:
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            for note in root.iterfind(_NOTES[relation.reltype]):
                text = "".join(node.text or "" for node in note.iter("{*}t")).strip()
                if text:
                    yield text


# Spreadsheets, and tables in text files


_LOCKED = "locked with a password: save a copy without one"
_BROKEN_SHEET = "a damaged spreadsheet: open it in Excel or LibreOffice and save it anew as .xlsx"
_NOT_TEXT = "binary data, not a table in text: save it as .xlsx or as CSV in UTF-8"
_DELIMITERS = ";,\t|"


def read_spreadsheet(data: bytes) -> Content:
    """Return the rows as text, each a place, "Sheet1!12", as the program counts it.

    Of several sheets each has its name above it.
    """
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
        raise UnreadableError(_BROKEN_SHEET) from error
    return Content(written.text, places=tuple(written.places), is_prose=False)


def read_csv(data: bytes) -> Content:
    """Return the rows as text, each a place, "dòng 12"."""
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
    """Return a row as a line; one of one cell is a line of text, such as the title above a table."""
    shown = list(cells)
    filled = [cell.strip() for cell in shown if cell.strip()]
    if filled:
        written.add(f"{row(shown) if len(filled) > 1 else ' '.join(filled[0].split())}\n", label)


def _shown(cell: object) -> str:
    """Return a cell as a Vietnamese reader writes it: day first, whole numbers without a point."""
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
    """Return the sign that stands most often, and equally often, in the first lines."""
    lines = [line for line in text.split("\n")[:20] if line.strip()]
    return max(
        _DELIMITERS, key=lambda sign: (min((line.count(sign) for line in lines), default=0), -_DELIMITERS.index(sign))
    )
