"""The page of a document's own file, as a picture with a quote marked on it. Knows only PDF."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from qa.documents.decoding import HEAD, opened, read_whole
from qa.documents.document import Document
from qa.documents.formats.pdf import QuotedOnPage, draw_page, height_on_page, quoted_letters
from qa.documents.formats.protocol import UnreadableError
from qa.documents.places import Place, page_of
from qa.errors import PageImageError

_LEFT_OUT = 40  # letters at the end of a page's part of a quote, which the next page may have after all
_Seen = TypeVar("_Seen", bytes, float)


def page_image(document: Document, start: int, end: int) -> bytes:
    """A PNG of the page that `document.text[start:end]` begins on, what of it is on that page marked.

    The file is read from where the document was read from. Raises `PageImageError` where the document was read from no
    PDF, or its file is gone, leads elsewhere, cannot be read, or does not have these words on that page any more.
    """
    return _seen(draw_page, document, start, end)


def height_of_quote(document: Document, start: int, end: int) -> float:
    """Where on that page the words begin, from 0 at its upper edge to 1; raises what `page_image` raises."""
    return _seen(height_on_page, document, start, end)


def _seen(see: Callable[[bytes, QuotedOnPage], _Seen | None], document: Document, start: int, end: int) -> _Seen:
    page, path = document.page(start), document.metadata.get("path")
    if page is None or path is None or "member" in document.metadata or not start < end <= len(document.text):
        raise PageImageError(document.id, "it was read from no file in pages")
    data = _data(document.id, path)
    before = quoted_letters(document.text[page.start : start])
    for quote in _parts(document, page, start, end):
        wanted = QuotedOnPage(page_of(page.label) or 0, quote, before.count(quoted_letters(quote)))
        try:
            seen = see(data, wanted)
        except UnreadableError as error:
            raise PageImageError(document.id, f"its file cannot be read: {error}") from error
        if seen is not None:
            return seen
    raise PageImageError(document.id, "its file has changed since it was indexed")


def _data(document_id: str, path: str) -> bytes:
    if os.path.realpath(path) != path:  # what was indexed had no link on its way
        raise PageImageError(document_id, "its file is not where it was")
    try:
        with opened(Path(path)) as (file, size):
            data = read_whole(file, size)
    except UnreadableError as error:
        raise PageImageError(document_id, f"its file cannot be read: {error}") from error
    if b"%PDF-" not in data[:HEAD]:
        raise PageImageError(document_id, "its file is no PDF")
    return data


def _parts(document: Document, page: Place, start: int, end: int) -> list[str]:
    """The quote; of one that goes on on the next page its beginning, and a little less of it."""
    if end <= page.end:
        return [document.text[start:end]]
    here = quoted_letters(document.text[start : page.end])
    return [here, here[:-_LEFT_OUT]] if len(here) > 2 * _LEFT_OUT else [here]
