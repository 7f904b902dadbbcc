"""What is packed as ZIP, of which Office files and e-books are made: opening it, and one way of telling its damage."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from qa.documents.formats.protocol import UnreadableError

MAX_UNPACKED = 200 * 1024 * 1024  # bytes of the parts of one file together
BROKEN = "a damaged or truncated file: open it in the program that wrote it and save it anew"
LOCKED = "locked with a password: save a copy without one"
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(KeyError, ValueError, TypeError, AttributeError, EOFError, OSError, RuntimeError, OverflowError),
)
"""What reading a damaged archive raises; a `RuntimeError` is one that is encrypted, or packed in a way not known."""


@contextmanager
def unpacking(data: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """An archive that can be read; what is raised of its damage becomes an `UnreadableError`."""
    try:
        with zipfile.ZipFile(data) as archive:
            yield archive
    except DAMAGES as error:
        raise UnreadableError(BROKEN) from error


def refuse_locked(archive: zipfile.ZipFile) -> None:
    """Raises `UnreadableError` for an archive that has a part which wants a password."""
    if any(one.flag_bits & 1 for one in archive.infolist()):
        raise UnreadableError(LOCKED)


def read_xml(archive: zipfile.ZipFile, path: str) -> Any:
    """The root of a part that is XML, its entities left as they are."""
    from lxml import etree

    try:
        return etree.fromstring(archive.read(path), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.LxmlError as error:
        raise UnreadableError(BROKEN) from error
