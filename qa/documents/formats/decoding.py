"""Decode the bytes of one file to text, or say why they are not text. Knows neither folders nor pages."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from qa.documents.formats.protocol import UnreadableError
from qa.documents.mending.encoding import in_old_charset
from qa.text import nfc

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 20 * MEBIBYTE  # of text, which grows while it is read
MAX_PACKED_BYTES = 200 * MEBIBYTE  # of PDF, Office files and archives, most of which are pictures
HEAD = 1024  # bytes in which a file says of what kind it is
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
_PACKED = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_ENDS_EARLY = "unexpected end of data"  # the reason of an incomplete last character of UTF-8
_CUT = "it ends in the middle of a character, so its end is missing: get the whole file"
_NO_FILE = "not a regular file: copy its text into a .txt file"
_EMPTY = "empty (not one letter or digit): put text into it, or leave it out"
_SAVE = "open it in an editor and save it as UTF-8"
_BINARY = "binary data, not text: export its text to a UTF-8 .txt file"


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yield a regular file and its size; raises `UnreadableError` for anything else, without waiting for it."""
    try:
        with os.fdopen(_open_at_once(path), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UnreadableError(_NO_FILE)
            yield file, status.st_size
    except OSError as error:
        raise UnreadableError(system_reason(error)) from error


def read_whole(file: IO[bytes], size: int) -> bytes:
    """Return all of a file that says it has `size` bytes; raises `UnreadableError` when it has more than are read.

    Never holds more than `MAX_FILE_BYTES` of it, or `MAX_PACKED_BYTES` where its beginning says that it is packed.
    """
    head = file.read(HEAD)
    most = MAX_PACKED_BYTES if head.startswith(_PACKED) or b"%PDF-" in head else MAX_FILE_BYTES
    data = head + file.read(most + 1 - len(head)) if size <= most else head
    if max(size, len(data)) > most:
        raise UnreadableError(_too_large(max(size, len(data)), most))
    return data


def decode(data: bytes) -> str | None:
    """Return the text of some bytes, in NFC, with line feeds; None if they are not text.

    UTF-8, UTF-16 and UTF-32, with or without a byte order mark; else Windows-1258, TCVN3 or VNI where that makes
    Vietnamese of it.
    """
    text = _decoded(data)
    if text is None or len(_CONTROLS.findall(text)) > MAX_CONTROL_SHARE * len(text) or "\0" in text:
        return None
    return nfc(text.replace("\r\n", "\n").replace("\r", "\n"))


def reason_against(data: bytes, text: str | None) -> str:
    """Return why the bytes are not text, or have no word, and the next step; empty if they are."""
    if text is not None:
        return "" if any(map(str.isalnum, text)) else _EMPTY
    latin = data.decode("latin-1")
    if "\0" in latin or len(_CONTROLS.findall(latin)) > MAX_CONTROL_SHARE * len(latin):
        return _BINARY
    line = data.count(b"\n", 0, _first_wrong_byte(data)) + 1
    return f"not UTF-8 (line {line}), nor any Vietnamese encoding that is known: {_SAVE}"


def damage_at_end(data: bytes) -> str:
    """Return that a text is cut off within a character of UTF-8 or UTF-16, and the next step; empty if it is not."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _CUT if len(data) % 2 else ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _CUT if error.reason == _ENDS_EARLY else ""
    return ""


def system_reason(error: OSError) -> str:
    """Return the system's reason for not opening a path."""
    reason = error.strerror or str(error)
    return f"cannot be opened ({reason}): check that it is still there and that you may read it"


def _open_at_once(path: Path) -> int:
    """Do not open pipes, sockets or devices, which might block, or do something."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableError(_NO_FILE)
    return os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))


def _too_large(size: int, most: int) -> str:
    return f"too large ({size / MEBIBYTE:.1f} MB; at most {most // MEBIBYTE} MB are read): split it into smaller files"


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    wide = _wide_encoding(data[:4096])
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return in_old_charset(data) or _nearly_utf8(data[: error.start] if error.reason == _ENDS_EARLY else data)


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
    """Return the encoding shown by the zeros of spaces and Latin letters, at one place of each 2 or 4 bytes."""
    for encoding in _WIDE:
        width = 4 if "32" in encoding else 2
        places = range(width) if encoding.endswith("be") else range(width - 1, -1, -1)
        zeros = [sample[place::width].count(0) / max(MIN_WIDE, len(sample) // width) for place in places]
        if zeros[0] > 0.25 and zeros[-1] < zeros[0] / 8 and (width == 2 or zeros[1] > 0.9):
            return encoding
    return None
