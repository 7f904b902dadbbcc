"""Draw the page of a document's own file, with a quote marked on it. Knows only PDF.

The file is opened by the second process, so that a file that crashes its reader only costs a picture.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from qa.documents.archives import members
from qa.documents.document import Document
from qa.documents.formats.decoding import HEAD
from qa.documents.formats.pdf import opened_pdf, plain_text, read_annotations
from qa.documents.formats.printed import Sign, read_signs, signs_as_they_stand
from qa.documents.formats.protocol import UnreadableError
from qa.documents.mending.encoding import mend_encoding
from qa.documents.places import Place, page_of
from qa.documents.worker import lent_worker
from qa.errors import QAError
from qa.text import nfc

_LEFT_OUT = 40  # letters at the end of a page's part of a quote, which may be on the next page after all
_NO_PDF = "its file is no PDF any more"
_GONE = "its file is not where it was"
_STEPS = 10_000  # that the height of a page is counted in
PIXELS_A_POINT = 2.0
MAX_PIXELS = 2400  # of the longer side of a picture
MARK = (255, 226, 122)  # what the paper's white becomes under a quote
_Box = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page
_Seen = TypeVar("_Seen", bytes, float)


class PageImageError(QAError):
    """A page of a document's own file that cannot be shown."""

    def __init__(self, document_id: str, reason: str) -> None:
        super().__init__(f"No page of {document_id!r} can be shown ({reason}).", "Its text is kept in the index.")
        self.document_id = document_id


@dataclass(frozen=True)
class QuotedOnPage:
    """A quote to find on a page, counted from 1; `nth` equal ones before it are skipped.

    Letters and digits are compared, in NFC, since lines and spaces of a text are mended.
    """

    page: int
    quote: str
    nth: int = 0


def page_image(document: Document, start: int, end: int) -> bytes:
    """Return a PNG of the page that `document.text[start:end]` begins on, with its part on that page marked.

    The file is read from where the document was read from, also within an archive. Raises `PageImageError` if the
    document was not read from a PDF, or its file is gone, leads elsewhere, cannot be read, or no longer has these words
    on that page.
    """
    return _seen(draw_page, document, start, end)


def height_of_quote(document: Document, start: int, end: int) -> float:
    """Return how far down that page the words begin, from 0 at its upper edge to 1; raises what `page_image` raises."""
    return _seen(height_on_page, document, start, end)


def _seen(see: Callable[[bytes, QuotedOnPage], _Seen | None], document: Document, start: int, end: int) -> _Seen:
    page, path = document.page(start), document.path
    if page is None or path is None or not start < end <= len(document.text):
        raise PageImageError(document.id, "it was read from no file in pages")
    if os.path.realpath(path) != path:  # the indexed path had no link in it
        raise PageImageError(document.id, _GONE)
    before = _quoted_letters(document.text[page.start : start])
    wanted = [
        QuotedOnPage(page_of(page.label) or 0, quote, before.count(_quoted_letters(quote)))
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
    """Return the quote; if it continues on the next page, its beginning, and a slightly shorter one."""
    if end <= page.end:
        return [document.text[start:end]]
    here = _quoted_letters(document.text[start : page.end])
    return [here, here[:-_LEFT_OUT]] if len(here) > 2 * _LEFT_OUT else [here]


def _quoted_letters(text: str) -> str:
    """Return the letters and digits of a text, in NFC, which it shares with its page."""
    return "".join(filter(str.isalnum, nfc(text)))


# In the second process


def _first_seen(
    see: Callable[[bytes, QuotedOnPage], _Seen | None], path: str, member: str, wanted: Sequence[QuotedOnPage]
) -> _Seen | None:
    """Return the picture for the first of the quotes that is found; raises `UnreadableError`."""
    data = _data(Path(path), member)
    return next((seen for one in wanted if (seen := see(data, one)) is not None), None)


def _data(path: Path, member: str) -> bytes:
    found = next((one for one in members(path, path.suffix.lower()) if one.name == member), None)
    if found is None or found.reason:
        raise UnreadableError(found.reason if found else _GONE)
    if b"%PDF-" not in found.data[:HEAD]:
        raise UnreadableError(_NO_PDF)
    return found.data


def draw_page(data: bytes, wanted: QuotedOnPage) -> bytes | None:
    """Return the page as a PNG with the quote marked on it; None if the page does not have the quote.

    A page without text, a scan, has no marks. Raises `UnreadableError`.
    """
    with _found(data, wanted) as (page, boxes):
        return None if boxes is None else _picture(page, boxes)


def height_on_page(data: bytes, wanted: QuotedOnPage) -> float | None:
    """Return how far down the page the quote begins, from 0 to 1, without drawing it."""
    from pypdfium2 import PdfPosConv

    with _found(data, wanted) as (page, boxes):
        if boxes is None:
            return None
        position = PdfPosConv(page, (0, 0, _STEPS, _STEPS, 0))
        corners = [position.to_bitmap(*corner) for box in boxes for corner in (box[:2], box[2:])]
        return min(max(min((y for _, y in corners), default=0), 0), _STEPS) / _STEPS


@contextmanager
def _found(data: bytes, wanted: QuotedOnPage) -> Iterator[tuple[Any, list[_Box] | None]]:
    """Yield pdfium's page with the boxes of the quote, None if it is not there."""
    with opened_pdf(data) as document:
        if not 0 < wanted.page <= len(document):
            yield None, None
            return
        with closing(document[wanted.page - 1]) as page, closing(page.get_textpage()) as text:
            known = plain_text(text.get_text_range())
            added = (Sign(letter, -1) for line in read_annotations(page, text) for letter in line)
            letters = _letters([*(read_signs(page, text, known) or signs_as_they_stand(text)), *added])
            found = _span(letters, wanted)
            boxes = [box for first, last in _runs(found, letters) for box in _boxes(text, first, last)]
            yield page, None if letters and not found else boxes


def _letters(signs: Sequence[Sign]) -> list[Sign]:
    """Return the letters and digits of a page, each with the index of its character in pdfium's map of the page."""
    mended = mend_encoding("".join(sign.text for sign in signs))
    if len(mended) == len(signs):
        signs = [Sign(text, sign.index) for text, sign in zip(mended, signs, strict=True)]
    clusters: list[Sign] = []
    for sign in signs:
        if clusters and unicodedata.combining(sign.text):
            clusters[-1] = Sign(clusters[-1].text + sign.text, clusters[-1].index)
        else:
            clusters.append(sign)
    return [Sign(letter, sign.index) for sign in clusters for letter in _quoted_letters(sign.text)]


def _span(letters: Sequence[Sign], wanted: QuotedOnPage) -> list[int]:
    """Return the index of each character of the quote; if it occurs fewer times, of the last occurrence."""
    page, quote = "".join(letter.text for letter in letters), _quoted_letters(wanted.quote)
    at = page.find(quote) if quote else -1
    for _ in range(wanted.nth):
        following = page.find(quote, at + 1)
        at = following if following >= 0 else at
    return [letter.index for letter in letters[at : at + len(quote)]] if at >= 0 else []


def _runs(found: Sequence[int], letters: Sequence[Sign]) -> Iterator[tuple[int, int]]:
    """Yield the first and last index of each run of characters in pdfium's map, in order.

    Characters that are not in it, such as values of form fields, are left out.
    """
    follows = dict(pairwise(sorted({letter.index for letter in letters} - {-1})))
    first = last = -1
    for index in sorted({*found} - {-1}):
        if index != follows.get(last):
            if last >= 0:
                yield first, last
            first = index
        last = index
    if last >= 0:
        yield first, last


def _boxes(text: Any, first: int, last: int) -> list[_Box]:
    """Return a box for each line of the characters."""
    count = text.count_rects(first, last - first + 1)
    return [text.get_rect(index) for index in range(count)]


def _picture(page: Any, boxes: list[_Box]) -> bytes:
    from PIL import Image, ImageChops, ImageDraw

    scale = min(PIXELS_A_POINT, MAX_PIXELS / max(page.get_size()))
    with closing(page.render(scale=scale)) as bitmap:
        picture = bitmap.to_pil().convert("RGB")
        position = bitmap.get_posconv(page)
        corners = [
            (position.to_bitmap(left, top), position.to_bitmap(right, bottom)) for left, bottom, right, top in boxes
        ]
    marks = Image.new("RGB", picture.size, (255, 255, 255))
    draw = ImageDraw.Draw(marks)
    for (left, top), (right, bottom) in corners:
        across, along = sorted((left, right)), sorted((top, bottom))  # a turned page has its corners elsewhere
        draw.rectangle((across[0] - 2, along[0] - 2, across[1] + 2, along[1] + 2), fill=MARK)
    file = BytesIO()
    ImageChops.multiply(picture, marks).save(file, "PNG")
    return file.getvalue()
