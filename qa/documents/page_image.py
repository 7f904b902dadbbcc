"""The page of a document's own file, as a picture with a quote marked on it. Knows only PDF.

The file is opened by the second process, so that one that crashes its reader costs a picture and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from qa.documents.archives import members
from qa.documents.decoding import HEAD
from qa.documents.document import Document
from qa.documents.formats.pdf import QuotedOnPage, draw_page, height_on_page, quoted_letters
from qa.documents.formats.protocol import UnreadableError
from qa.documents.places import Place, page_of
from qa.documents.worker import lent_worker
from qa.errors import QAError

_LEFT_OUT = 40  # letters at the end of a page's part of a quote, which the next page may have after all
_NO_PDF = "its file is no PDF any more"
_GONE = "its file is not where it was"
_Seen = TypeVar("_Seen", bytes, float)


class PageImageError(QAError):
    """A page of a document's own file that cannot be shown."""

    def __init__(self, document_id: str, reason: str) -> None:
        super().__init__(f"No page of {document_id!r} can be shown ({reason}).", "Its text is kept in the index.")
        self.document_id = document_id


def page_image(document: Document, start: int, end: int) -> bytes:
    """Return a PNG of the page that `document.text[start:end]` begins on, what of it is on that page marked.

    The file is read from where the document was read from, also within an archive. Raises `PageImageError` where the
    document was read from no PDF, or its file is gone, leads elsewhere, cannot be read, or does not have these words on
    that page any more.
    """
    return _seen(draw_page, document, start, end)


def height_of_quote(document: Document, start: int, end: int) -> float:
    """Return where on that page the words begin, from 0 at its upper edge to 1; raises what `page_image` raises."""
    return _seen(height_on_page, document, start, end)


def _seen(see: Callable[[bytes, QuotedOnPage], _Seen | None], document: Document, start: int, end: int) -> _Seen:
    page, path = document.page(start), document.path
    if page is None or path is None or not start < end <= len(document.text):
        raise PageImageError(document.id, "it was read from no file in pages")
    if os.path.realpath(path) != path:  # what was indexed had no link on its way
        raise PageImageError(document.id, _GONE)
    before = quoted_letters(document.text[page.start : start])
    wanted = [
        QuotedOnPage(page_of(page.label) or 0, quote, before.count(quoted_letters(quote)))
        for quote in _parts(document, page, start, end)
    ]
    try:
        with lent_worker() as worker:
            seen: _Seen | None = worker.call(_first_seen, see, path, document.metadata.get("member", ""), wanted)
    except UnreadableError as error:
        raise PageImageError(document.id, f"its file cannot be read: {error}") from error
    if seen is None:
        raise PageImageError(document.id, "its file has changed since it was indexed")
    return seen


def _parts(document: Document, page: Place, start: int, end: int) -> list[str]:
    """Return the quote; of one that goes on on the next page its beginning, and a little less of it."""
    if end <= page.end:
        return [document.text[start:end]]
    here = quoted_letters(document.text[start : page.end])
    return [here, here[:-_LEFT_OUT]] if len(here) > 2 * _LEFT_OUT else [here]


# In the second process


def _first_seen(
    see: Callable[[bytes, QuotedOnPage], _Seen | None], path: str, member: str, wanted: Sequence[QuotedOnPage]
) -> _Seen | None:
    """Return the picture of the first of some quotes that is there; raises `UnreadableError`."""
    data = _data(Path(path), member)
    return next((seen for one in wanted if (seen := see(data, one)) is not None), None)


def _data(path: Path, member: str) -> bytes:
    found = next((one for one in members(path, path.suffix.lower()) if one.name == member), None)
    if found is None or found.reason:
        raise UnreadableError(found.reason if found else _GONE)
    if b"%PDF-" not in found.data[:HEAD]:
        raise UnreadableError(_NO_PDF)
    return found.data
