"""Word files (.docx): paragraphs, headings, lists, tables and footnotes in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from qa.documents.formats.packed import DAMAGES
from qa.documents.formats.protocol import Content, UnreadableError, Written, row

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

MAX_LABEL = 80  # characters of a heading that names a place
_BROKEN = "a damaged Word file: open it in Word or LibreOffice and save it anew as .docx"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def read_word(data: bytes) -> Content:
    """What stands below a heading is a place named by it."""
    import docx
    from docx.opc.exceptions import OpcError
    from docx.text.paragraph import Paragraph
    from lxml.etree import LxmlError

    try:
        document = docx.Document(BytesIO(data))
        blocks = list(document.iter_inner_content())
    except (OpcError, LxmlError, *DAMAGES) as error:
        raise UnreadableError(_BROKEN) from error
    written, title, label, numbers = Written(), "", "", _Numbers()
    styles = _style_names(document)
    for block in blocks:
        if isinstance(block, Paragraph):
            style = styles.get(block._p.style, "")
            text = numbers.before(style) + block.text.strip()
            title = title or (text if style == "Title" else "")
            label = text[:MAX_LABEL] if style.startswith("Heading") and text else label
            written.add(f"{text}\n", label)
        else:
            written.add("".join(f"{line}\n" for line in _table_lines(block)), label)
    for note in _footnotes(document):
        written.add(f"\n{note}", "chú thích")
    return Content(written.text, title, places=tuple(written.places))


def _style_names(document: Document) -> dict[str | None, str]:
    """By id, and of paragraphs without one; looked up once, since each lookup in the file goes through all of them."""
    from docx.enum.style import WD_STYLE_TYPE

    names: dict[str | None, str] = {style.style_id: style.name or "" for style in document.styles}
    default = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    return names | {None: (default.name or "") if default else ""}


class _Numbers:
    """The signs before items of lists, which Word counts and does not keep in the text."""

    def __init__(self) -> None:
        self._count = 0

    def before(self, style: str) -> str:
        self._count = self._count + 1 if style.startswith("List Number") else 0
        return f"{self._count}. " if self._count else "- " if style.startswith("List Bullet") else ""


def _table_lines(table: Table) -> Iterator[str]:
    """Rows; of a table that only sets a letterhead side by side, its columns one below the other."""
    rows = [[cell.text for cell in line.cells] for line in table.rows]
    if len(rows) <= 2 and any(len(cell.strip().split("\n")) > 2 for cells in rows for cell in cells):
        for column in range(max(map(len, rows))):
            yield from (line for cells in rows for cell in cells[column : column + 1] for line in cell.split("\n"))
    else:
        yield from filter(None, (row(_once(cells)) for cells in rows))


def _once(cells: list[str]) -> list[str]:
    return [cell for index, cell in enumerate(cells) if index == 0 or cell != cells[index - 1] or not cell.strip()]


def _footnotes(document: Document) -> Iterator[str]:
    from lxml import etree

    for relation in document.part.rels.values():
        if relation.reltype == _FOOTNOTES:
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            for note in root.iterfind("{*}footnote"):
                text = "".join(node.text or "" for node in note.iter("{*}t")).strip()
                if text:
                    yield text
