"""The bytes of one file to text, or the reason why they are none. Knows neither folders nor pages."""

from __future__ import annotations

import codecs
import re
import stat
import unicodedata
from pathlib import Path

from qa.documents.document import Skipped

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_CONTROL_SHARE = 0.01  # of the characters; tabs, line ends and form feeds not counted

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_EMPTY = "empty (not one letter or digit): put text into it, or leave it out"
_SAVE = "open it in an editor and save it as UTF-8"
_BINARY = "binary data, not text: export its text to a UTF-8 .txt file"


def read_text(path: Path) -> str | Skipped:
    """The text of a UTF-8 file, in NFC, lines ended by a line feed.

    Never holds more than `MAX_FILE_BYTES` of the file, and one byte that tells that there is more.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Skipped(str(path), "not a regular file: copy its text into a .txt file")
        if status.st_size > MAX_FILE_BYTES:
            return Skipped(str(path), _too_large(status.st_size))
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        return Skipped(str(path), system_reason(error))
    reason = _reason_against(data)
    if reason:
        return Skipped(str(path), reason)
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def system_reason(error: OSError) -> str:
    """What the system said about a path that it would not open."""
    reason = error.strerror or str(error)
    return f"cannot be opened ({reason}): check that it is still there and that you may read it"


def _reason_against(data: bytes) -> str:
    """Why the bytes are no text, with the next step; empty when they are."""
    if len(data) > MAX_FILE_BYTES:
        return _too_large(len(data))
    if data.startswith(_UTF16_MARKS) or _has_utf16_zeros(data):
        return f"looks like UTF-16, not UTF-8: {_SAVE}"
    if b"\0" in data:
        return _BINARY
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _BINARY if _is_binary(data.decode("latin-1")) else _other_encoding(data, error)
    if _is_binary(text):
        return _BINARY
    return "" if any(map(str.isalnum, text)) else _EMPTY


def _too_large(size: int) -> str:
    mebibyte = 1024 * 1024
    return (
        f"too large ({size / mebibyte:.1f} MB; at most {MAX_FILE_BYTES // mebibyte} MB are read): "
        "split it into smaller files"
    )


def _has_utf16_zeros(data: bytes) -> bool:
    """Text in UTF-16 has zeros in every other place where its letters are ASCII, and few in between."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return max(even, odd) > max(4, len(sample) / 8) and min(even, odd) < max(even, odd) / 8


def _is_binary(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > MAX_CONTROL_SHARE * len(text)


def _other_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    return (
        f"not UTF-8 (line {line}), probably a single-byte encoding such as Windows-1258, TCVN3 or VNI: "
        f"{_SAVE} (TCVN3 and VNI need a converter, such as Unikey's)"
    )
