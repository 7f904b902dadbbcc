"""OpenDocument texts (.odt): paragraphs, headings, lists, tables, notes and comments in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from qa.documents.formats.headings import MAX_LABEL
from qa.documents.formats.office import PAGE_NUMBER
from qa.documents.formats.protocol import Content, Written, read_xml, refuse_locked, unpacking
from qa.documents.formats.tables import grid, lines_of

_PARAGRAPHS = ("{*}h", "{*}p")
_LINE_END = "\u2028"
_MAX_SPACES = 100
_EDGES = (
    *(("{*}header", "đầu trang"), ("{*}header-first", "đầu trang"), ("{*}header-left", "đầu trang")),
    *(("{*}footer", "chân trang"), ("{*}footer-first", "chân trang"), ("{*}footer-left", "chân trang")),
)


def read_odt(data: bytes) -> Content:
    """Return the text with a place for the part below each heading, named by it.

    Deleted text is left out, a comment follows its paragraph, and notes, headers and footers come at the end.
    """
    with unpacking(BytesIO(data)) as archive:
        refuse_locked(archive)
        body = read_xml(archive, "content.xml").find(".//{*}text")
        styles = read_xml(archive, "styles.xml") if "styles.xml" in archive.namelist() else None
    written = Written()
    notes = _take_notes(body)
    _add_body(written, body)
    known = set(written.text.split("\n"))
    for line, name in _edges(styles) if styles is not None else ():
        if line not in known and not PAGE_NUMBER.fullmatch(line):
            known.add(line)
            written.add(f"\n{line}", name)
    for note in notes:
        written.add(f"\n{note}", "chú thích")
    return Content(written.text, places=tuple(written.places))


def _take_notes(body: Any) -> list[str]:
    """Return the notes, taken out of the text as what was deleted is; comments become paragraphs behind theirs."""
    from lxml import etree

    etree.strip_elements(body, "{*}tracked-changes", with_tail=False)
    notes = [text for note in body.iter("{*}note-body") if (text := " ".join(_lines(note)))]
    etree.strip_elements(body, "{*}note", with_tail=False)
    for comment in reversed(list(body.iter("{*}annotation"))):
        author = " ".join(comment.findtext("{*}creator", "").split())
        text = " ".join(_lines(comment))
        about = [one for one in comment.iterancestors(*_PARAGRAPHS) if not _is_inside(one)]
        if text and about:
            about[-1].addnext(_paragraph(about[-1], f"Ghi chú của {author}: {text}" if author else f"Ghi chú: {text}"))
    etree.strip_elements(body, "{*}annotation", with_tail=False)
    return notes


def _paragraph(beside: Any, text: str) -> Any:
    made = beside.makeelement(f"{beside.tag.partition('}')[0]}}}p", {})
    made.text = text
    return made


def _add_body(written: Written, body: Any) -> None:
    label = ""
    for block in body.iter(*_PARAGRAPHS, "{*}table"):
        if _is_inside(block):
            continue
        if block.tag.endswith("}table"):
            rows = (row for row in block.iter("{*}table-row") if next(row.iterancestors("{*}table")) is block)
            written.add("".join(f"{line}\n" for line in lines_of(grid(map(_cells, rows)))), label)
            continue
        text = _text(block)
        label = text[:MAX_LABEL] if block.tag.endswith("}h") and text else label
        is_item = next(block.iterancestors("{*}list-item"), None) is not None
        written.add(f"{'- ' if is_item else ''}{text}\n", label)


def _is_inside(block: Any) -> bool:
    """Return whether a block is read with the cell or comment that contains it."""
    return next(block.iterancestors("{*}table-cell", "{*}annotation"), None) is not None


def _cells(row: Any) -> Iterator[tuple[str, int, int]]:
    """Yield the text of each cell of a row, with how many rows and columns it spans."""
    for cell in row.iterchildren("{*}table-cell"):
        rows, columns, times = (
            _number(cell, name) for name in ("number-rows-spanned", "number-columns-spanned", "number-columns-repeated")
        )
        text = "\n".join(_lines(cell))
        yield from [(text, rows, columns)] * (times if text else 1)


def _number(node: Any, name: str) -> int:
    """Return an attribute of the element's own namespace, 1 where it has none, at most 100."""
    stated = str(node.get(f"{node.tag.partition('}')[0]}}}{name}", "1"))
    return min(int(stated), _MAX_SPACES) if stated.isascii() and stated.isdigit() else 1


def _lines(node: Any) -> Iterator[str]:
    return (text for one in node.iter(*_PARAGRAPHS) if (text := _text(one)))


def _text(paragraph: Any) -> str:
    """Return a paragraph, its spaces, tabs and line ends as it is shown."""
    for gap in paragraph.iter("{*}s", "{*}tab"):
        gap.text = " "
    for end in paragraph.iter("{*}line-break"):
        end.text = _LINE_END
    return "\n".join(" ".join(line.split()) for line in "".join(paragraph.itertext()).split(_LINE_END)).strip()


def _edges(styles: Any) -> Iterator[tuple[str, str]]:
    """Yield the lines of the headers and footers."""
    for tag, name in _EDGES:
        for edge in styles.iterfind(f".//{{*}}master-page/{tag}"):
            yield from ((line, name) for line in _lines(edge))
