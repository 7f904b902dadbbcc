"""The text of a picture of a page, recognised by Tesseract where that is installed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

LANGUAGE = "vie"
_PAGE_SECONDS = 50


@dataclass(frozen=True)
class Recognised:
    """The text of a picture, and how sure its words are on average, from 0 to 1."""

    text: str
    confidence: float


def load_recogniser() -> Callable[[Image], Recognised] | None:
    """Return what recognises the text of a picture.

    It is None where the package, the program behind it or its data is not installed.
    """
    try:
        import pytesseract
    except ImportError:
        return None
    # Tesseract's threads wait for each other by spinning: on a busy machine a page takes twice as long with them.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        known = pytesseract.get_languages()
    except (pytesseract.TesseractError, OSError):  # one of them when the program is missing
        return None
    return _recognise if LANGUAGE in known else None


def _recognise(image: Image) -> Recognised:
    import pytesseract

    try:
        found = pytesseract.image_to_data(image, LANGUAGE, timeout=_PAGE_SECONDS, output_type=pytesseract.Output.DICT)
    except (pytesseract.TesseractError, RuntimeError, OSError):  # a page that takes too long is a RuntimeError
        return Recognised("", 0.0)
    words = [place for place, word in enumerate(found["text"]) if word.strip()]
    lines: dict[tuple[int, ...], list[str]] = {}
    for place in words:
        line = tuple(found[name][place] for name in ("block_num", "par_num", "line_num"))
        lines.setdefault(line, []).append(found["text"][place])
    confidence = sum(float(found["conf"][place]) for place in words) / (100 * len(words)) if words else 0.0
    return Recognised("\n".join(" ".join(line) for line in lines.values()), confidence)
