"""PDF: the text of its pages, and a picture of a page with a quote marked on it, through pdfium.

Knows nothing of scanned pages but that they have no text.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from qa.documents.formats.protocol import Content, UnreadableError, Written
from qa.documents.mending.encoding import mend_encoding
from qa.documents.places import page_label

_LOCKED = "locked with a password: save a copy without one"
_BROKEN = "a damaged or truncated PDF: open it in a viewer and print it to a new PDF"
_SCAN = "a scan, {count} pages without text: recognise its text first (ocrmypdf -l vie), and give the result"
_Box = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page
_ONE_AT_A_TIME = threading.Lock()  # pdfium holds no two calls apart, not even for two files

_PARTS = 10_000  # that the height of a page is told in
PIXELS_A_POINT = 2.0
MAX_PIXELS = 2400  # of the longer side of a picture
MARK = (255, 226, 122)  # what the paper's white becomes under a quote


def read_pdf(data: bytes) -> Content:
    """Each page is a place, "tr. 3"; pages are parted by a form feed."""
    with _opened(data) as document:
        pages = [_page_text(document, index) for index in range(len(document))]
    empty = [str(number) for number, text in enumerate(pages, start=1) if not any(map(str.isalnum, text))]
    if len(empty) == len(pages):
        raise UnreadableError(_SCAN.format(count=len(pages)))
    written = Written()
    for number, text in enumerate(pages, start=1):
        written.add(text, page_label(number))
        written.add("\n\f\n")
    return Content(written.text, places=tuple(written.places), damage=_without_text(empty))


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """The document of pdfium; whatever is taken out of it is closed within the block."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            with closing(pypdfium2.PdfDocument(data)) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            raise UnreadableError(_LOCKED if "password" in str(error).lower() else _BROKEN) from error


def _page_text(document: Any, index: int) -> str:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        return str(text.get_text_range()).replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-")


def _without_text(empty: list[str]) -> str:
    if not empty:
        return ""
    return f"no text on page {', '.join(empty)} (a scan?): recognise its text first (ocrmypdf -l vie)"


# Pictures of pages


@dataclass(frozen=True)
class QuotedOnPage:
    """A quote to be looked for on a page, counted from 1; `nth` of its equals before it are passed over.

    Letters and digits are compared, in NFC, since lines and spaces of a text are mended.
    """

    page: int
    quote: str
    nth: int = 0


def draw_page(data: bytes, wanted: QuotedOnPage) -> bytes | None:
    """The page as a PNG with the quote marked on it; None where the page does not have the quote.

    A page without text, a scan, has no marks. Raises `UnreadableError`.
    """
    with _found(data, wanted) as (page, boxes):
        return None if boxes is None else _picture(page, boxes)


def height_on_page(data: bytes, wanted: QuotedOnPage) -> float | None:
    """Where the quote begins on the page, from 0 at its upper edge to 1; like `draw_page` without drawing."""
    from pypdfium2 import PdfPosConv

    with _found(data, wanted) as (page, boxes):
        if boxes is None:
            return None
        position = PdfPosConv(page, (0, 0, _PARTS, _PARTS, 0))
        corners = [position.to_bitmap(*corner) for box in boxes for corner in (box[:2], box[2:])]
        return min(max(min((y for _, y in corners), default=0), 0), _PARTS) / _PARTS


@contextmanager
def _found(data: bytes, wanted: QuotedOnPage) -> Iterator[tuple[Any, list[_Box] | None]]:
    """pdfium's page with the boxes of the quote, None where it is not there."""
    with _opened(data) as document:
        if not 0 < wanted.page <= len(document):
            yield None, None
            return
        with closing(document[wanted.page - 1]) as page, closing(page.get_textpage()) as text:
            letters = _letters(text)
            found = _span(letters, wanted)
            boxes = _boxes(text, *found) if found else []
            yield page, None if letters and not found else boxes


def quoted_letters(text: str) -> str:
    """The letters and digits of a text, in NFC: what it has in common with the page that it is from."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


def _letters(text: Any) -> list[tuple[str, int]]:
    """The letters and digits of a page, each with the index of its character in pdfium's map of the page."""
    from pypdfium2.raw import FPDFText_GetUnicode

    signs = [chr(FPDFText_GetUnicode(text, index)) for index in range(text.count_chars())]
    mended = mend_encoding("".join(signs))
    signs = list(mended) if len(mended) == len(signs) else signs
    clusters: list[tuple[str, int]] = []
    for index, sign in enumerate(signs):
        if clusters and unicodedata.combining(sign):
            clusters[-1] = (clusters[-1][0] + sign, clusters[-1][1])
        else:
            clusters.append((sign, index))
    return [(letter, index) for cluster, index in clusters for letter in quoted_letters(cluster)]


def _span(letters: list[tuple[str, int]], wanted: QuotedOnPage) -> tuple[int, int] | None:
    """The indexes of the first and the last character of the quote; of the last there is, where there are fewer."""
    page, quote = "".join(letter for letter, _ in letters), quoted_letters(wanted.quote)
    at = page.find(quote) if quote else -1
    for _ in range(wanted.nth):
        following = page.find(quote, at + 1)
        at = following if following >= 0 else at
    return (letters[at][1], letters[at + len(quote) - 1][1]) if at >= 0 else None


def _boxes(text: Any, first: int, last: int) -> list[_Box]:
    """A box for each line of the characters."""
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
