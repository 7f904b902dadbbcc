"""PDF: the text of its pages, through pdfium; of pages that are pictures it is recognised where that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from qa.documents.formats.protocol import Content, UnreadableError, Written
from qa.documents.formats.scan import INSTALL, Recognised, load_recogniser
from qa.documents.watchdog import begin_step

RESOLUTION = 300  # dots per inch of a page whose text is recognised
MAX_SIDE = 5_000  # pixels of such a page
LOW_CONFIDENCE = 0.8  # below which a page's text is told as unsure
_LOCKED = "locked with a password: save a copy without one"
_BROKEN = "a damaged or truncated PDF: open it in a viewer and print it to a new PDF"
_SCAN = f"a scan, {{count}} pages without text: have its text recognised ({INSTALL})"
_UNREADABLE_SCAN = "a scan, {count} pages on which no text was recognised: scan them anew, upright and at 300 dpi"


def read_pdf(data: bytes) -> Content:
    """Each page is a place, "tr. 3"; pages are parted by a form feed.

    `metadata` tells which pages were recognised (`ocrPages`), and how sure that is (`ocrConfidence`, 0 to 1).
    """
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            pages = [_page_text(document, index) for index in range(len(document))]
            empty = [index for index, text in enumerate(pages) if not _has_words(text)]
            recognise = load_recogniser() if empty else None
            found = _recognised(document, empty, recognise) if recognise else {}
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(_LOCKED if "password" in str(error).lower() else _BROKEN) from error
    left = [index for index in empty if index not in found]
    if len(left) == len(pages):
        raise UnreadableError((_UNREADABLE_SCAN if recognise else _SCAN).format(count=len(pages)))
    written = Written()
    for index, text in enumerate(pages):
        written.add(found[index].text if index in found else text, f"tr. {index + 1}")
        written.add("\n\f\n")
    damage = "; ".join(filter(None, (_without_text(left), _unsure(found))))
    return Content(written.text, places=tuple(written.places), damage=damage, metadata=_metadata(found))


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _page_text(document: Any, index: int) -> str:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        return str(text.get_text_range()).replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-")


def _recognised(document: Any, pages: Sequence[int], recognise: Callable[..., Recognised]) -> dict[int, Recognised]:
    """By index, the pages on which text was found; each may take as long as a whole file."""
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
    told = ", ".join(f"{index + 1} ({page.confidence:.0%})" for index, page in found.items())
    low = any(page.confidence < LOW_CONFIDENCE for page in found.values())
    step = "scan them anew, upright and at 300 dpi" if low else "compare names and figures with the file"
    return f"the text of page {told} was recognised from a picture: {step}"


def _numbers(pages: Sequence[int] | Mapping[int, Recognised]) -> str:
    return ", ".join(str(index + 1) for index in pages)
