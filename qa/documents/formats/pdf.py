"""PDF: the text of its pages, and a picture of a page with a quote marked on it, through pdfium.

The text of pages that are pictures is recognised where that is installed.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any

from qa.documents.formats.annotations import read_annotations
from qa.documents.formats.printed import Sign, read_signs, signs_as_they_stand
from qa.documents.formats.protocol import Content, UnreadableError, Written
from qa.documents.formats.scans import Recognised, load_recogniser
from qa.documents.mending.encoding import mend_encoding
from qa.documents.places import page_label
from qa.documents.watchdog import begin_step
from qa.text import nfc

INSTALL = "pip install 'qa[ocr]', and Tesseract with its Vietnamese data (tesseract-ocr-vie)"
RESOLUTION = 300  # dots per inch of a page whose text is recognised
MAX_SIDE = 5_000  # pixels of such a page
LOW_CONFIDENCE = 0.8  # below which a page's text is reported as unsure
_LOCKED = "locked with a password: save a copy without one"
_BROKEN = "a damaged or truncated PDF: open it in a viewer and print it to a new PDF"
_SCAN = f"a scan, {{pages}} without text: have its text recognised ({INSTALL})"
_UNREADABLE_SCAN = "a scan, {pages} on which no text was recognised: scan them anew, upright and at 300 dpi"
_Box = tuple[float, float, float, float]  # left, bottom, right, top, in points of the page
_ONE_AT_A_TIME = threading.Lock()  # pdfium holds no two calls apart, not even for two files

_PARTS = 10_000  # that the height of a page is counted in
PIXELS_A_POINT = 2.0
MAX_PIXELS = 2400  # of the longer side of a picture
MARK = (255, 226, 122)  # what the paper's white becomes under a quote


def read_pdf(data: bytes) -> Content:
    """Return the text of all pages; each is a place, "tr. 3"; pages are parted by a form feed.

    `metadata` tells which pages were recognised (`ocrPages`), and how sure that is (`ocrConfidence`, 0 to 1).
    """
    with _opened(data) as document:
        pages = [_page_text(document, index) for index in range(len(document))]
        empty = [index for index, text in enumerate(pages) if not _has_words(text)]
        recognise = load_recogniser() if empty else None
        found = _recognised(document, empty, recognise) if recognise else {}
    left = [index for index in empty if index not in found]
    if len(left) == len(pages):
        raise UnreadableError(
            (_UNREADABLE_SCAN if recognise else _SCAN).format(
                pages="1 page" if len(pages) == 1 else f"{len(pages)} pages"
            )
        )
    written = Written()
    for index, text in enumerate(pages):
        written.add(found[index].text if index in found else text, page_label(index + 1))
        written.add("\n\f\n")
    damage = "; ".join(filter(None, (_without_text(left), _unsure(found))))
    return Content(written.text, places=tuple(written.places), damage=damage, metadata=_metadata(found))


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Yield the document of pdfium; whatever is taken out of it is closed within the block."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            with closing(pypdfium2.PdfDocument(data)) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            raise UnreadableError(_LOCKED if "password" in str(error).lower() else _BROKEN) from error


def _page_text(document: Any, index: int) -> str:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        read = _plain(text.get_text_range())
        signs = read_signs(page, text, read)
        added = "".join(f"\n{line}" for line in read_annotations(page, text))
    return (read if signs is None else _plain("".join(sign.text for sign in signs))) + added


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-")


def _recognised(document: Any, pages: Sequence[int], recognise: Callable[..., Recognised]) -> dict[int, Recognised]:
    """Yield, by index, the pages on which text was found; each may take as long as a whole file."""
    found = {}
    for index in pages:
        begin_step()
        with closing(document[index]) as page:
            scale = min(RESOLUTION / 72, MAX_SIDE / max(1, *page.get_size()))
            with closing(page.render(scale=scale, grayscale=True)) as bitmap:
                recognised = recognise(bitmap.to_pil())
        if _has_words(recognised.text):
            found[index] = recognised
    return found


def _metadata(found: Mapping[int, Recognised]) -> dict[str, str]:
    if not found:
        return {}
    confidence = sum(page.confidence for page in found.values()) / len(found)
    return {"ocrPages": _numbers(found), "ocrConfidence": f"{confidence:.2f}"}


def _without_text(empty: Sequence[int]) -> str:
    if not empty:
        return ""
    return f"no text on page {_numbers(empty)} (a scan?): have it recognised ({INSTALL})"


def _unsure(found: Mapping[int, Recognised]) -> str:
    if not found:
        return ""
    pages = ", ".join(f"{index + 1} ({page.confidence:.0%})" for index, page in found.items())
    low = any(page.confidence < LOW_CONFIDENCE for page in found.values())
    step = "scan them anew, upright and at 300 dpi" if low else "compare names and figures with the file"
    return f"the text of page {pages} was recognised from a picture: {step}"


def _numbers(pages: Sequence[int] | Mapping[int, Recognised]) -> str:
    return ", ".join(str(index + 1) for index in pages)


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
    """Return the page as a PNG with the quote marked on it; None where the page does not have the quote.

    A page without text, a scan, has no marks. Raises `UnreadableError`.
    """
    with _found(data, wanted) as (page, boxes):
        return None if boxes is None else _picture(page, boxes)


def height_on_page(data: bytes, wanted: QuotedOnPage) -> float | None:
    """Return where the quote begins on the page, from 0 at its upper edge to 1; like `draw_page` without drawing."""
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
            known = _plain(text.get_text_range())
            added = (Sign(letter, -1) for line in read_annotations(page, text) for letter in line)
            letters = _letters([*(read_signs(page, text, known) or signs_as_they_stand(text)), *added])
            found = _span(letters, wanted)
            boxes = [box for first, last in _runs(found, letters) for box in _boxes(text, first, last)]
            yield page, None if letters and not found else boxes


def quoted_letters(text: str) -> str:
    """Return the letters and digits of a text, in NFC: what it has in common with the page that it is from."""
    return "".join(filter(str.isalnum, nfc(text)))


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
    return [Sign(letter, sign.index) for sign in clusters for letter in quoted_letters(sign.text)]


def _span(letters: Sequence[Sign], wanted: QuotedOnPage) -> list[int]:
    """Return the index of each character of the quote; where there are fewer of it, of the last there is."""
    page, quote = "".join(letter.text for letter in letters), quoted_letters(wanted.quote)
    at = page.find(quote) if quote else -1
    for _ in range(wanted.nth):
        following = page.find(quote, at + 1)
        at = following if following >= 0 else at
    return [letter.index for letter in letters[at : at + len(quote)]] if at >= 0 else []


def _runs(found: Sequence[int], letters: Sequence[Sign]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last index of characters that follow each other in pdfium's map, in order.

    What is not in it, the values of a form's fields, is left out.
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
