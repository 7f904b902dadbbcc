"""Define what each format's reader returns or raises, and open files packed as ZIP. Knows no format."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from posixpath import basename, dirname, join, normpath
from typing import IO, Any, Protocol

from qa.documents.places import Place


class UnreadableError(Exception):
    """A file that cannot be read: `str(error)` gives the reason and, after a colon, the next step."""


@dataclass(frozen=True)
class Content:
    """The text of a file as it is, before anything is mended or removed.

    `is_prose` is False if lines are cells or rows, which are never joined or removed.
    """

    text: str
    title: str = ""
    published: date | None = None
    places: tuple[Place, ...] = ()
    is_prose: bool = True
    damage: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class FormatReader(Protocol):
    """Reads one format."""

    def __call__(self, data: bytes) -> Content:
        """Return the content of a file; raises `UnreadableError`."""
        ...


@dataclass
class Written:
    """Text built from parts, each of which may be a place."""

    parts: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, label: str = "") -> None:
        """Append a part unchanged; with a label it is a place, together with the part before if that has the same."""
        start = self.length
        if label and self.places and (self.places[-1].end, self.places[-1].label) == (start, label):
            start = self.places.pop().start
        if label and (text.strip() or start < self.length):
            self.places.append(Place(start, self.length + len(text), label))
        self.parts.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        """All parts, one after the other."""
        return "".join(self.parts)


# What is packed as ZIP, of which Office files and e-books are made


RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
"""The attribute by which an element of an Office file names another part."""
MAX_UNPACKED = 200 * 1024 * 1024  # bytes of the parts of one file together
BROKEN = "a damaged or truncated file: open it in the program that wrote it and save it anew"
LOCKED = "locked with a password: save a copy without one"
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(KeyError, ValueError, TypeError, AttributeError, EOFError, OSError, RuntimeError, OverflowError),
)
"""What reading a damaged archive raises; `RuntimeError` means encrypted, or an unknown compression."""


@contextmanager
def unpacking(data: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Yield an open archive; errors from its damage become `UnreadableError`."""
    try:
        with zipfile.ZipFile(data) as archive:
            yield archive
    except DAMAGES as error:
        raise UnreadableError(BROKEN) from error


def refuse_locked(archive: zipfile.ZipFile) -> None:
    """Raise `UnreadableError` for an archive with a part that needs a password.

    In an OpenDocument file the manifest says which parts are encrypted (OpenDocument 1.3, part 2, 4.8).
    """
    manifest = "META-INF/manifest.xml"
    is_encrypted = manifest in archive.namelist() and b"encryption-data" in archive.read(manifest)
    if is_encrypted or any(one.flag_bits & 1 for one in archive.infolist()):
        raise UnreadableError(LOCKED)


def read_xml(archive: zipfile.ZipFile, path: str) -> Any:
    """Return the root of a part that is XML, its entities left as they are."""
    from lxml import etree

    try:
        return etree.fromstring(archive.read(path), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.LxmlError as error:
        raise UnreadableError(BROKEN) from error


def related_parts(archive: zipfile.ZipFile, path: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the path of each part that one of an Office file refers to, by the id that it has there."""
    relations = f"{dirname(path)}/_rels/{basename(path)}.rels"
    if relations not in archive.namelist():
        return {}
    return {
        one.get("Id"): (basename(one.get("Type")), normpath(join("/", dirname(path), one.get("Target"))).lstrip("/"))
        for one in read_xml(archive, relations)
        if one.get("TargetMode") != "External"
    }


def read_elements(archive: zipfile.ZipFile, path: str, names: Sequence[str]) -> Iterator[Any]:
    """Yield each element of these names in a part that is XML, emptied when the next one is asked for."""
    from lxml import etree

    try:
        with archive.open(path) as part:
            for _, element in etree.iterparse(part, tag=names, no_network=True, resolve_entities=False):
                yield element
                element.clear()
    except etree.LxmlError as error:
        raise UnreadableError(BROKEN) from error
