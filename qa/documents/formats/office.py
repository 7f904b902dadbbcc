"""Word files (.docx): paragraphs, headings, lists, tables, notes and comments in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from qa.documents.formats.headings import MAX_LABEL
from qa.documents.formats.numbering import Numbering
from qa.documents.formats.protocol import DAMAGES, Content, UnreadableError, Written
from qa.documents.formats.tables import Cell, lines_of
from qa.documents.mending.encoding import decoder_of_font

if TYPE_CHECKING:
    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table

_BROKEN = "a damaged Word file: open it in Word or LibreOffice and save it anew as .docx"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NOTES = {f"{_RELATIONS}/footnotes": "{*}footnote", f"{_RELATIONS}/endnotes": "{*}endnote"}
_WRAPPERS = ("{*}sdt", "{*}ins", "{*}moveTo", "{*}smartTag", "{*}customXml", "{*}fldSimple")
_ITEM = re.compile(r" +- ")
_HEADING = re.compile(r"heading(?P<number> [1-9]$)?", re.IGNORECASE)
_TEXT_LEVEL = 9  # the outline level of what is no heading (ECMA-376, 17.3.1.20)
PAGE_NUMBER = re.compile(r"(?:[\W\d_]|\b(?:trang|tr|page|of|trên)\b)*", re.IGNORECASE)


def read_word(data: bytes) -> Content:
    """Return the text with a place for the part below each heading, named by it.

    A comment follows what it is about; headers and footers come once, at the end, without lines that are in the text.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        return _content(docx.Document(BytesIO(data)))
    except (OpcError, LxmlError, *DAMAGES) as error:
        raise UnreadableError(_BROKEN) from error


def _content(document: Document) -> Content:
    edges = list(_edges(document))
    roots = [document.element.body, *(edge._element for edge, _ in edges)]
    for root in roots:
        _unwrap(root)
    _decode_by_fonts(document, roots)
    _number(document)
    written = Written()
    title = _add_body(written, document)
    known = set(written.text.split("\n"))
    for edge, name in edges:
        lines = [line for line in _lines(edge) if line not in known and not PAGE_NUMBER.fullmatch(line)]
        known.update(lines)
        written.add("".join(f"\n{line}" for line in lines), name)
    for note in _notes(document):
        written.add(f"\n{note}", "chú thích")
    return Content(written.text, title, places=tuple(written.places))


def _add_body(written: Written, document: Document) -> str:
    """Return the title, from a paragraph in the title style."""
    from docx.text.paragraph import Paragraph

    title, label = "", ""
    styles, headings, comments = _style_names(document), _heading_styles(document), _comments(document)
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            style = styles.get(block._p.style, "")
            text = block.text.rstrip() if _ITEM.match(block.text) else block.text.strip()
            title = title or (text if style == "Title" else "")
            level = _level(block._p)
            is_heading = block._p.style in headings if level is None else level < _TEXT_LEVEL
            label = text[:MAX_LABEL] if is_heading and text else label
            written.add("".join(f"{line}\n" for line in (text, *_boxed(block._p))), label)
        else:
            written.add("".join(f"{line}\n" for line in _table_lines(block)), label)
        for reference in block._element.iter("{*}commentReference"):
            written.add(comments.pop(_own(reference, "id"), ""), f"{label}, ghi chú" if label else "ghi chú")
    for comment in comments.values():  # on what was deleted
        written.add(comment, "ghi chú")
    return title


def _number(document: Document) -> None:
    """Write the numbers and signs of lists into their paragraphs; into empty ones only in the cells of tables."""
    parts = {one.reltype: one.target_part for one in document.part.rels.values() if not one.is_external}
    roots = (getattr(parts.get(f"{_RELATIONS}/{name}"), "element", None) for name in ("numbering", "styles"))
    numbering = Numbering(*roots)
    for paragraph in document.element.body.iter("{*}p"):
        sign = numbering.before(paragraph)
        if sign and (paragraph.text.strip() or paragraph.getparent().tag.endswith("}tc")):
            own = paragraph.find("{*}pPr")
            paragraph.insert(0 if own is None else 1, _run(sign))


def _own(element: BaseOxmlElement, name: str) -> str:
    """Return an attribute of the element's own namespace."""
    return str(element.get(f"{element.tag.partition('}')[0]}}}{name}", ""))


def _comments(document: Document) -> dict[str, str]:
    """Return the comments by their numbers, each on a line with the name of who wrote it."""
    if not any(one.reltype == f"{_RELATIONS}/comments" for one in document.part.rels.values()):
        return {}
    shown = {str(one.comment_id): (one.author.strip(), " ".join(one.text.split())) for one in document.comments}
    named = {
        number: (f"Ghi chú của {author}" if author else "Ghi chú", text) for number, (author, text) in shown.items()
    }
    return {number: f"{head}: {text}\n" for number, (head, text) in named.items() if text}


def _edges(document: Document) -> Iterator[tuple[BlockItemContainer, str]]:
    """Yield the headers and footers of all sections, of their first and their even pages too."""
    for section in document.sections:
        for header in (section.header, section.first_page_header, section.even_page_header):
            if not header.is_linked_to_previous:
                yield header, "đầu trang"
        for footer in (section.footer, section.first_page_footer, section.even_page_footer):
            if not footer.is_linked_to_previous:
                yield footer, "chân trang"


def _lines(container: BlockItemContainer) -> Iterator[str]:
    from docx.text.paragraph import Paragraph

    for block in container.iter_inner_content():
        lines = [block.text, *_boxed(block._p)] if isinstance(block, Paragraph) else _table_lines(block)
        yield from (text for line in lines if (text := line.strip()))


def _unwrap(body: BaseOxmlElement) -> None:
    """Unwrap the contents of controls, fields and accepted changes, and drop what was moved or is duplicated.

    python-docx only sees text directly in the body, a table or a paragraph.
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
    """Return the paragraphs of the text boxes anchored to one."""
    return [text for one in paragraph.xpath(".//w:txbxContent//w:p") if (text := one.text.strip())]


def _style_names(document: Document) -> dict[str | None, str]:
    """Return the name of each style by id, and under None that for paragraphs without one.

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


def _heading_styles(document: Document) -> set[str | None]:
    """Return the ids of styles for headings: by outline level or name, or by those of the style they are based on.

    LibreOffice bases titles of every sort on a style "Heading", which makes none of them a heading.
    """
    styles = _styles(document)
    return {name for name in styles if _is_for_headings(name, styles)}


def _is_for_headings(name: str | None, styles: Mapping[str | None, BaseOxmlElement]) -> bool:
    seen: set[str | None] = set()
    while name in styles and name not in seen:
        seen.add(name)
        level, called = _level(styles[name]), _HEADING.match(styles[name].name_val or "")
        if level is not None:
            return level < _TEXT_LEVEL
        if called and (called["number"] or len(seen) == 1):
            return True
        name = styles[name].basedOn_val
    return False


def _level(element: BaseOxmlElement) -> int | None:
    """Return the outline level of a paragraph or style, from 0; None if it does not say."""
    level = element.find("{*}pPr/{*}outlineLvl")
    stated = "" if level is None else _own(level, "val")
    return int(stated) if stated.isdecimal() else None


def _styles(document: Document) -> dict[str | None, BaseOxmlElement]:
    """Return the styles by id; none where the part with them is damaged, since the text need not be."""
    try:
        return {one.styleId: one for one in document.styles.element.style_lst}
    except AttributeError:
        return {}


def _decode_by_fonts(document: Document, roots: Sequence[BaseOxmlElement]) -> None:
    """Put text in fonts of an old character set into Unicode, unless some of it is: then it was converted before."""
    fonts = _fonts(document)
    old = [
        (node, decoder)
        for root in roots
        for run in root.iter("{*}r")
        if (decoder := decoder_of_font(_font(run) or fonts.get(next(run.iterancestors("{*}p")).style, fonts[None])))
        for node in run.iter("{*}t")
    ]
    if not any(letter > "ÿ" and letter.isalpha() for node, _ in old for letter in node.text or ""):
        for node, decoder in old:
            node.text = decoder(node.text or "")


def _font(element: BaseOxmlElement) -> str:
    """Return the name of an element's own font; empty if it has none."""
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


def _table_lines(table: Table) -> Iterator[str]:
    """Yield rows, or the columns of a table that only sets a letterhead side by side."""
    cells: dict[BaseOxmlElement, Cell] = {}
    rows = [[cells.setdefault(one._tc, Cell(_cell_text(one._tc))) for one in line.cells] for line in table.rows]
    yield from lines_of(rows)


def _cell_text(cell: BaseOxmlElement) -> str:
    """Return the paragraphs of a cell, those of its text boxes, and the rows of a table in it, labels before values."""
    lines = []
    for block in cell.xpath("./w:p | ./w:tbl/w:tr"):
        if block.tag.endswith("}p"):
            lines += [one.text for one in block.xpath(". | .//w:txbxContent//w:p")]
        else:
            texts = [" ".join(_cell_text(one).split()) for one in block.xpath("./w:tc")]
            lines.append(_labelled([text for text in texts if text]))
    return "\n".join(lines)


def _labelled(texts: Sequence[str]) -> str:
    is_pair = len(texts) == 2 and len(texts[0]) <= MAX_LABEL and not texts[0].endswith((":", "?"))
    return ": ".join(texts) if is_pair else " ".join(texts)


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
