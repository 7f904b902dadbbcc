"""The bytes of one file to text, or the reason why they are none. Knows neither folders nor pages."""

from __future__ import annotations

import codecs
import re
import stat
from pathlib import Path

from qa.documents.document import Skipped
from qa.documents.mending.encoding import in_old_charset
from qa.text import nfc

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_CONTROL_SHARE = 0.01  # of the characters; tabs, line ends and form feeds not counted
MAX_WRONG_SHARE = 0.001  # of the bytes of a text that is UTF-8 but for a few, as one that was cut off is
MIN_WIDE = 16  # characters; of fewer, a stray zero is no sign of two or four bytes each

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_EMPTY = "empty (not one letter or digit): put text into it, or leave it out"
_SAVE = "open it in an editor and save it as UTF-8"
_BINARY = "binary data, not text: export its text to a UTF-8 .txt file"


def read_bytes(path: Path) -> bytes | Skipped:
    """The whole of a regular file.

    Never holds more than `MAX_FILE_BYTES` of it, and one byte that tells that there is more.
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
    return Skipped(str(path), _too_large(len(data))) if len(data) > MAX_FILE_BYTES else data


def decode(data: bytes) -> str | None:
    """The text of some bytes, in NFC, lines ended by a line feed; None when they are no text.

    UTF-8, UTF-16 and UTF-32, with or without a byte order mark; else Windows-1258, TCVN3 or VNI where that makes
    Vietnamese of it.
    """
    text = _decoded(data)
    if text is None or len(_CONTROLS.findall(text)) > MAX_CONTROL_SHARE * len(text) or "\0" in text:
        return None
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n"))


def reason_against(data: bytes, text: str | None) -> str:
    """Why the bytes are no text, or one without a word, and the next step; empty when they are one."""
    if text is not None:
        return "" if any(map(str.isalnum, text)) else _EMPTY
    latin = data.decode("latin-1")
    if "\0" in latin or len(_CONTROLS.findall(latin)) > MAX_CONTROL_SHARE * len(latin):
        return _BINARY
    line = data.count(b"\n", 0, _first_wrong_byte(data)) + 1
    return f"not UTF-8 (line {line}), nor any Vietnamese encoding that is known: {_SAVE}"


def system_reason(error: OSError) -> str:
    """What the system said about a path that it would not open."""
    reason = error.strerror or str(error)
    return f"cannot be opened ({reason}): check that it is still there and that you may read it"


def _too_large(size: int) -> str:
    mebibyte = 1024 * 1024
    return (
        f"too large ({size / mebibyte:.1f} MB; at most {MAX_FILE_BYTES // mebibyte} MB are read): "
        "split it into smaller files"
    )


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    wide = _wide_encoding(data[:4096])
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return in_old_charset(data) or _nearly_utf8(data)


def _nearly_utf8(data: bytes) -> str | None:
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = sum(1 for character in text if not character.isascii()) - wrong
    return text if wrong < right and wrong <= max(2, MAX_WRONG_SHARE * len(data)) else None


def _first_wrong_byte(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _wide_encoding(sample: bytes) -> str | None:
    """Text of two or four bytes a character has its zeros, of its spaces and Latin letters, always at one place."""
    for encoding in _WIDE:
        width = 4 if "32" in encoding else 2
        places = range(width) if encoding.endswith("be") else range(width - 1, -1, -1)
        zeros = [sample[place::width].count(0) / max(MIN_WIDE, len(sample) // width) for place in places]
        if zeros[0] > 0.25 and zeros[-1] < zeros[0] / 8 and (width == 2 or zeros[1] > 0.9):
            return encoding
    return None
