"""What is filled in and noted on a page of a PDF: fields of forms with what stands before them, and comments."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qa.documents.formats.ruled import Box

MAX_ANNOTATIONS = 500  # of a page
MAX_LABEL = 60  # characters before a field
MAX_LENGTH = 20_000  # bytes of a value or a comment
_CHECKED = "có"
_FILLING = " \n:.…_"


def read_annotations(page: Any, text: Any) -> list[str]:
    """Return a line for each field that is filled in, and for each comment, of pdfium's page that has this text."""
    from pypdfium2.raw import FPDFPage_GetAnnotCount

    lines, fields = [], list[Box]()
    for index in range(min(FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        with _annotation(page, index) as annotation:
            lines.append(_said(annotation, text, fields) if annotation else "")
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


def _said(annotation: Any, text: Any, fields: list[Box]) -> str:
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
    """Return what a field holds; of a box that is checked that it is."""
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
    """Return a value of an annotation; empty where it has none, or one that is too long."""
    from pypdfium2.raw import FPDF_WCHAR, FPDFAnnot_GetStringValue

    name = key.encode("ascii")
    length = FPDFAnnot_GetStringValue(annotation, name, None, 0)
    if not 2 < length <= MAX_LENGTH:
        return ""
    buffer = ctypes.create_string_buffer(length)
    FPDFAnnot_GetStringValue(annotation, name, ctypes.cast(buffer, ctypes.POINTER(FPDF_WCHAR)), length)
    return buffer.raw[:length].decode("utf-16-le", "replace").strip("\0").strip()
