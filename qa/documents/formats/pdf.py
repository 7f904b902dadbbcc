"""PDF: the text, filled-in fields and comments of pages, by pdfium; the text of scans by Tesseract, if installed."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.documents.formats.printed import read_signs
from qa.documents.formats.protocol import Content, UnreadableError, Written
from qa.documents.formats.ruled import Box
from qa.documents.places import page_label
from qa.documents.watchdog import begin_step

if TYPE_CHECKING:
    from PIL.Image import Image

INSTALL = "pip install 'qa[ocr]', and Tesseract with its Vietnamese data (tesseract-ocr-vie)"
RESOLUTION = 300  # dots per inch of a page whose text is recognised
MAX_SIDE = 5_000  # pixels of such a page
LANGUAGE = "vie"  # as Tesseract names it
PAGE_SECONDS = 50  # that recognising a page may take
LOW_CONFIDENCE = 0.8  # below which a page's text is reported as unsure
MAX_ANNOTATIONS = 500  # of a page
MAX_LABEL = 60  # characters before a field
MAX_LENGTH = 20_000  # bytes of a value or a comment
_CHECKED = "có"
_FILLING = " \n:.…_"
_LOCKED = "locked with a password: save a copy without one"
_BROKEN = "a damaged or truncated PDF: open it in a viewer and print it to a new PDF"
_SCAN = f"a scan, {{pages}} without text: have its text recognised ({INSTALL})"
_UNREADABLE_SCAN = "a scan, {pages} on which no text was recognised: scan them anew, upright and at 300 dpi"
_ONE_AT_A_TIME = threading.Lock()  # pdfium is not thread-safe, not even for two files


def read_pdf(data: bytes) -> Content:
    """Return the text of all pages; each is a place, "tr. 3"; a form feed separates pages.

    `metadata` tells which pages were recognised (`ocrPages`), and how sure that is (`ocrConfidence`, 0 to 1).
    """
    with opened_pdf(data) as document:
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
def opened_pdf(data: bytes) -> Iterator[Any]:
    """Yield pdfium's document; whatever is taken from it must be closed within the block."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            with closing(pypdfium2.PdfDocument(data)) as document:
                yield document
        except pypdfium2.PdfiumError as error:
            raise UnreadableError(_LOCKED if "password" in str(error).lower() else _BROKEN) from error


def _page_text(document: Any, index: int) -> str:
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        read = plain_text(text.get_text_range())
        signs = read_signs(page, text, read)
        added = "".join(f"\n{line}" for line in read_annotations(page, text))
    return (read if signs is None else plain_text("".join(sign.text for sign in signs))) + added


def plain_text(text: str) -> str:
    """Return pdfium's text of a page with line feeds, and with hyphens where it marks them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-")


def _recognised(document: Any, pages: Sequence[int], recognise: Callable[..., Recognised]) -> dict[int, Recognised]:
    """Return, by index, the pages on which text was recognised; each may take as long as a whole file."""
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


# Fields of forms, with the words before them, and comments


def read_annotations(page: Any, text: Any) -> list[str]:
    """Return a line for each filled-in field and each comment of pdfium's page, which has this text."""
    from pypdfium2.raw import FPDFPage_GetAnnotCount

    lines, fields = [], list[Box]()
    for index in range(min(FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        with _annotation(page, index) as annotation:
            lines.append(_line_of(annotation, text, fields) if annotation else "")
    return [" ".join(line.split()) for line in lines if line.strip()]


@contextmanager
def _annotation(page: Any, index: int) -> Iterator[Any]:
    from pypdfium2.raw import FPDFPage_CloseAnnot, FPDFPage_GetAnnot

    annotation = FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        if annotation:
            FPDFPage_CloseAnnot(annotation)


def _line_of(annotation: Any, text: Any, fields: list[Box]) -> str:
    from pypdfium2.raw import FPDF_ANNOT_LINK, FPDF_ANNOT_POPUP, FPDF_ANNOT_WIDGET, FPDFAnnot_GetSubtype

    kind = FPDFAnnot_GetSubtype(annotation)
    if kind in {FPDF_ANNOT_LINK, FPDF_ANNOT_POPUP}:
        return ""
    if kind != FPDF_ANNOT_WIDGET:
        author, note = _string(annotation, "T"), _string(annotation, "Contents")
        return f"Ghi chú{f' của {author}' if author else ''}: {note}" if note else ""
    label = _label(annotation, text, fields) or _string(annotation, "TU") or _string(annotation, "T")
    value = _value(annotation)
    return f"{label}: {value}" if value and label else value


def _value(field: Any) -> str:
    """Return the value of a field; for a checked box, that it is checked."""
    state = _string(field, "AS")
    if state or _string(field, "FT") == "Btn":
        return "" if state in {"", "Off"} else _CHECKED
    return _string(field, "V")


def _label(field: Any, text: Any, fields: list[Box]) -> str:
    """Return the words on the page between a field and the one before it in its line, which is kept in `fields`."""
    from pypdfium2.raw import FS_RECTF, FPDFAnnot_GetRect

    rectangle = FS_RECTF()
    if not FPDFAnnot_GetRect(field, rectangle):
        return ""
    box = Box(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    before = (other.right for other in fields if other.right <= box.left and box.bottom < other.middle[1] < box.top)
    words = str(text.get_text_bounded(max(before, default=0.0), box.bottom, box.left, box.top)).strip(_FILLING)
    fields.append(box)
    return words if len(words) <= MAX_LABEL else ""


def _string(annotation: Any, key: str) -> str:
    """Return a value of an annotation; empty if it has none, or one that is too long."""
    from pypdfium2.raw import FPDF_WCHAR, FPDFAnnot_GetStringValue

    name = key.encode("ascii")
    length = FPDFAnnot_GetStringValue(annotation, name, None, 0)
    if not 2 < length <= MAX_LENGTH:
        return ""
    buffer = ctypes.create_string_buffer(length)
    FPDFAnnot_GetStringValue(annotation, name, ctypes.cast(buffer, ctypes.POINTER(FPDF_WCHAR)), length)
    return buffer.raw[:length].decode("utf-16-le", "replace").strip("\0").strip()


# Pages that are pictures, read by Tesseract


@dataclass(frozen=True)
class Recognised:
    """The text of a picture, and how sure its words are on average, from 0 to 1."""

    text: str
    confidence: float


def load_recogniser() -> Callable[[Image], Recognised] | None:
    """Return a function that recognises the text of a picture.

    It is None if the package, its program or its data is not installed.
    """
    try:
        import pytesseract
    except ImportError:
        return None
    # Tesseract's threads spin while waiting for each other: on a busy machine they double the time of a page.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        known = pytesseract.get_languages()
    except (pytesseract.TesseractError, OSError):  # one of them when the program is missing
        return None
    return _recognise if LANGUAGE in known else None


def _recognise(image: Image) -> Recognised:
    import pytesseract

    try:
        found = pytesseract.image_to_data(image, LANGUAGE, timeout=PAGE_SECONDS, output_type=pytesseract.Output.DICT)
    except (pytesseract.TesseractError, RuntimeError, OSError):  # a page that takes too long is a RuntimeError
        return Recognised("", 0.0)
    words = [place for place, word in enumerate(found["text"]) if word.strip()]
    lines: dict[tuple[int, ...], list[str]] = {}
    for place in words:
        line = tuple(found[name][place] for name in ("block_num", "par_num", "line_num"))
        lines.setdefault(line, []).append(found["text"][place])
    confidence = sum(float(found["conf"][place]) for place in words) / (100 * len(words)) if words else 0.0
    return Recognised("\n".join(" ".join(line) for line in lines.values()), confidence)
