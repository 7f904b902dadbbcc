"""Move an index without embedding it again: copy it into another store, or pack it into one file.

A pack can be made while others write, and is checked completely before it is unpacked. It is a ZIP of `corpus.db` and
any `judgements.db`, with a manifest of their sizes and SHA-256 digests, and the manifest's own digest. The searches are
left out, since they are rebuilt from the truth. A copy computes only the bundled model's tokens again.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.database import Database
from qa.documents import Document
from qa.embedding import EmbedderSettings
from qa.errors import IndexDamagedError, IndexExistsError, IndexNotFoundError, PackError
from qa.index.files import system_errors, writer_lock
from qa.index.index import FolderIndex
from qa.index.protocol import Index, scheme_of
from qa.index.schema import refuse_others
from qa.index.snapshot import is_built
from qa.index.store import DATABASE_NAME
from qa.judgements import JUDGEMENTS_NAME
from qa.text import common_spelling

MANIFEST = "manifest.json"
MANIFEST_DIGEST = "manifest.sha256"
MEMBERS = (DATABASE_NAME, JUDGEMENTS_NAME)
PACK_FORMAT = 1
_NO_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What reading an archive raises if its bytes make no sense, are encrypted, or compressed by an unknown method."""
_AT_ONCE = 1 << 20
_MOST_MANIFEST = 1 << 20  # bytes
_HEADER_BYTES = 30  # of a ZIP, before the name of its first member


# Copying


def move(source: str | Path, target: str | Path, progress: Callable[[int], None] = lambda _: None) -> Index:
    """Copy documents, vectors and judgements into a new index and return it, leaving the source unchanged.

    An interrupted copy is resumed: a target that holds only documents of the source is completed. Raises
    `IndexExistsError` if the target is any other index, and what `Index.open` raises for the source.
    """
    opened = Index.open(source, offline=True)
    _refuse_others(opened, target)
    known = _Known(opened)
    copy = Index.create(target, known, offline=True)
    copy.upsert(known.documents(), progress)
    if not len(copy.judgements):
        copy.judgements.keep(opened.judgements.votes())
    return copy


class _Known:
    """An embedder that returns an index's vectors for its texts, and embeds only other texts."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @property
    def settings(self) -> EmbedderSettings:
        """The settings of the index's embedder."""
        found = self._index.settings
        prompts = found["query_prompt"], found["passage_prompt"]
        return EmbedderSettings(found["model"], found["revision"], int(found["dimension"]), *prompts)

    def documents(self) -> Iterator[Document]:
        """Yield the index's documents, keeping the vectors of each until it is written."""
        for document, embedded in self._index.contents():
            self._vectors |= {common_spelling(text): vector for text, vector in embedded}
            yield document

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions with the index's own embedder."""
        return self._index.embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(texts), dimension)."""
        unknown = [text for text in texts if text not in self._vectors]
        if unknown:
            vectors = self._index.embedder.embed_passages(unknown)
            self._vectors |= dict(zip(unknown, vectors, strict=True))
        found = np.stack([self._vectors[text] for text in texts])
        self._vectors = {}
        return found


def _refuse_others(source: Index, target: str | Path) -> None:
    try:
        there = Index.open(target, offline=True)
    except IndexNotFoundError:
        return
    is_part = all(source.is_whole(document) for document in there.documents())
    if not is_part or there.location == source.location:
        raise IndexExistsError(there.location)


# Packing


@dataclass(frozen=True)
class Pack:
    """What a pack's manifest states: the index's settings, its number of documents, each member's size and SHA-256."""

    settings: Mapping[str, str]
    documents: int
    members: Mapping[str, tuple[int, str]]


def pack(path: str | Path, file: str | Path) -> Pack:
    """Pack an index as of one moment into a file, which may replace an earlier pack, but only once it is complete.

    Raises what `FolderIndex.as_found` raises, `IndexDamagedError` for a damaged truth, so that no damaged pack replaces
    an earlier one, and `PackError` if the file cannot be written or another file has its name.
    """
    if scheme_of(path):
        raise PackError(file, "a database cannot be packed", "Copy it into a folder with qa move, and pack that.")
    folder, target = FolderIndex.as_found(path).folder, Path(file)
    try:
        _refuse_replacing(target)
        with _beside(target) as working:
            for name in MEMBERS:
                if (folder / name).is_file():
                    Database(folder / name).backup(working / name)
            found = _described(folder, working)
            _write(found, working, working / "pack")
            (working / "pack").replace(target)
    except OSError as error:
        raise PackError(file, str(error), "Choose another file, and check the disk space and permissions.") from error
    return found


def unpack(file: str | Path, into: str | Path, *, replacing: bool = False) -> Pack:
    """Unpack a pack into a new folder, which gets its name only once everything in it is checked.

    An index that it replaces is first set aside under a name that begins with a dot, and deleted last. Raises
    `PackError` for a file that is not a complete pack, `IndexExistsError` if there is an index and `replacing` is
    false, and `IndexMismatchError` for a pack from a newer version; nothing is written then.
    """
    target = Path(os.path.realpath(into))  # so that what a link leads to is replaced, not the link
    is_there = is_built(target)
    if is_there and not replacing:
        raise IndexExistsError(target)
    with _opened(Path(file)) as archive:
        found = _read_manifest(archive, Path(file))
        refuse_others(target, found.settings, None)
        with system_errors(target), _beside(target) as working:
            for name, wanted in found.members.items():
                if not _extract(archive, name, working / name, wanted):
                    raise PackError(file, f"its {name} does not match its digest")
            _take_place(working, target, is_there=is_there)
    return found


def _refuse_replacing(target: Path) -> None:
    """Raise `PackError` if another file has this name; a pack is known by its beginning, even if it is truncated."""
    if target.is_file():
        with target.open("rb") as file:
            head = file.read(_HEADER_BYTES + len(MANIFEST))
        if head and head[_HEADER_BYTES:] != MANIFEST.encode():
            raise PackError(target, "there is another file of that name", "Choose another name; nothing was written.")


def _described(folder: Path, working: Path) -> Pack:
    copy = Database(working / DATABASE_NAME)
    damage = copy.damage()
    if damage:
        raise IndexDamagedError(folder, damage[0])
    settings = dict(copy.rows("SELECT name, value FROM setting"))
    documents = int(copy.one("SELECT count(*) FROM document WHERE removed IS NULL")[0])
    copy.close()
    members = {name: _measured(working / name) for name in MEMBERS if (working / name).is_file()}
    return Pack(settings, documents, members)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _write(described: Pack, working: Path, target: Path) -> None:
    members = {name: {"size": size, "sha256": digest} for name, (size, digest) in described.members.items()}
    content = {"pack": PACK_FORMAT, "settings": described.settings, "documents": described.documents}
    manifest = json.dumps({**content, "members": members}, indent=1, sort_keys=True).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(MANIFEST_DIGEST, f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n")
        for name in members:
            archive.write(working / name, name)
    with target.open("rb+") as file:
        os.fsync(file.fileno())


# Unpacking


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except OSError as error:
        raise PackError(file, error.strerror or "it cannot be read") from error
    except _NO_ZIP as error:
        raise PackError(file, f"it is truncated, damaged, or not a pack: {error}") from error


def _read_manifest(archive: zipfile.ZipFile, file: Path) -> Pack:
    names = [info.filename for info in archive.infolist()]
    strangers = sorted({*names} - {MANIFEST, MANIFEST_DIGEST, *MEMBERS})
    if strangers or len(names) != len({*names}):
        raise PackError(
            file, f"it holds {strangers[0]!r}, which no pack does" if strangers else "it holds a name twice"
        )
    if not {MANIFEST, MANIFEST_DIGEST, DATABASE_NAME} <= {*names}:
        raise PackError(file, "it is not a pack: its manifest or its corpus.db is missing")
    manifest = _all_of(archive, MANIFEST)
    if _all_of(archive, MANIFEST_DIGEST).split()[:1] != [hashlib.sha256(manifest).hexdigest().encode()]:
        raise PackError(file, "its manifest does not match its digest")
    try:
        found = _parsed(json.loads(manifest))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise PackError(file, f"its manifest cannot be read: {error!r}") from error
    if {*found.members} != {*names} - {MANIFEST, MANIFEST_DIGEST}:
        raise PackError(file, "its manifest names other files than it holds")
    return found


def _all_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(_MOST_MANIFEST)


def _parsed(manifest: dict[str, Any]) -> Pack:
    if manifest["pack"] != PACK_FORMAT:
        raise ValueError(f"a pack of format {manifest['pack']}")
    members = {name: (int(one["size"]), str(one["sha256"])) for name, one in manifest["members"].items()}
    return Pack({**manifest["settings"]}, int(manifest["documents"]), members)


def _extract(archive: zipfile.ZipFile, name: str, target: Path, wanted: tuple[int, str]) -> bool:
    """Write a member, at most a byte longer than it should be; return whether its size and digest are as wanted."""
    size, digest = wanted
    found, left = hashlib.sha256(), size + 1
    with archive.open(name) as member, target.open("wb") as file:
        while left > 0 and (content := member.read(min(left, _AT_ONCE))):
            left -= len(content)
            found.update(content)
            file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return left == 1 and found.hexdigest() == digest


def _take_place(working: Path, target: Path, *, is_there: bool) -> None:
    if not is_there:
        with suppress(FileNotFoundError):
            target.rmdir()  # fails if another process has begun an index there
        working.rename(target)
        return
    earlier = target.absolute().with_name(f".{target.name}.earlier-{secrets.token_hex(4)}")
    with writer_lock(target):
        target.rename(earlier)
        working.rename(target)
    shutil.rmtree(earlier)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a folder beside the target, on the same disk, to be renamed to it or removed."""
    target = target.absolute()
    working = target.with_name(f".{target.name}.part-{secrets.token_hex(4)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    working.mkdir()
    try:
        yield working
    finally:
        shutil.rmtree(working, ignore_errors=True)
