"""PDF: the text of its pages, through pdfium. Knows nothing of scanned pages but that they have no text."""

from __future__ import annotations

from contextlib import closing

from qa.documents.formats.protocol import Content, UnreadableError, Written
from qa.documents.places import page_label

_LOCKED = "locked with a password: save a copy without one"
_BROKEN = "a damaged or truncated PDF: open it in a viewer and print it to a new PDF"
_SCAN = "a scan, {count} pages without text: recognise its text first (ocrmypdf -l vie), and give the result"


def read_pdf(data: bytes) -> Content:
    """Each page is a place, "tr. 3"; pages are parted by a form feed."""
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            pages = [_page_text(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(_LOCKED if "password" in str(error).lower() else _BROKEN) from error
    empty = [str(number) for number, text in enumerate(pages, start=1) if not any(map(str.isalnum, text))]
    if len(empty) == len(pages):
        raise UnreadableError(_SCAN.format(count=len(pages)))
    written = Written()
    for number, text in enumerate(pages, start=1):
        written.add(text, page_label(number))
        written.add("\n\f\n")
    return Content(written.text, places=tuple(written.places), damage=_without_text(empty))


def _page_text(document: object, index: int) -> str:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:  # type: ignore[index]
        return str(text.get_text_range()).replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-")


def _without_text(empty: list[str]) -> str:
    if not empty:
        return ""
    return f"no text on page {', '.join(empty)} (a scan?): recognise its text first (ocrmypdf -l vie)"
