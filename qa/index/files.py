"""Files of an index: replaced whole, locked against a second writer, known by their checksums.

Errors of the system about them are reported in `qa`'s words. Knows files, not what is in them.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock, Timeout

from qa.errors import IndexBusyError, IndexReplacedError, IndexUnusableError


@contextmanager
def system_errors(folder: Path) -> Iterator[None]:
    """Turn what the system, or Tantivy on top of it, say of a full disk or a permission into `IndexUnusableError`."""
    try:
        yield
    except (OSError, ValueError) as error:  # Tantivy raises ValueError for what it could not open or write
        raise IndexUnusableError(folder, str(error)) from error


def write_beside(path: Path, content: bytes) -> None:
    """Write a file that `take_place` will put at `path`, and flush it to disk."""
    with beside(path).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def beside(path: Path) -> Path:
    """Return where what will take the place of `path` is made ready."""
    return path.with_name(path.name + ".new")


def empty_beside(path: Path) -> Path:
    """Return an empty folder that `take_place` will put at `path`."""
    draft = beside(path)
    remove(draft)
    draft.mkdir()
    return draft


def take_place(path: Path) -> None:
    """Give the name to what was made ready beside; who has opened what was there before keeps that."""
    old = path.with_name(path.name + ".old")
    remove(old)
    if os.path.lexists(path) and (path.is_dir() or beside(path).is_dir()):  # only a file replaces a file at once
        path.rename(old)
    beside(path).replace(path)
    remove(old)


def remove(path: Path) -> None:
    """Take away a file, a link or a whole folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


LOCK_NAME = "writer.lock"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises `IndexBusyError` at once when somebody else does.

    The operating system frees it when the process ends, however it ends. Raises `IndexReplacedError` where the folder
    is gone, `IndexUnusableError` where it cannot be had at all: the folder cannot be written, or something else stands
    in the place of its file.
    """
    if not folder.is_dir():  # else the lock's library would make it
        raise IndexReplacedError(folder)
    lock = FileLock(folder / LOCK_NAME, timeout=0, is_singleton=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(folder) from error
    except OSError as error:
        raise IndexUnusableError(folder, str(error)) from error
    try:
        yield
    finally:
        lock.release()


MANIFEST_NAME = "qa.json"
_LOCKS = ".tantivy-"


class Manifest(NamedTuple):
    """What `qa.json` tells: the checksum of each file; of the living passages, how many terms they have by form.

    `padding` is how many of the passages that are found are none.
    """

    mark: str
    files: Mapping[str, int]
    terms: Mapping[str, int]
    padding: int


def read_manifest(folder: Path) -> Manifest:
    """Raise `OSError`, `ValueError`, `LookupError` or `TypeError` where it is missing or damaged."""
    known: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_bytes())
    checksum = known.pop("checksum")
    if _checksum(known) != checksum:
        raise ValueError(f"{MANIFEST_NAME} is damaged")
    return Manifest(**known)


def manifest_mark(folder: Path) -> str | None:
    """Return the mark of the generation that the files are of, without reading them; None when it cannot be read."""
    try:
        return read_manifest(folder).mark
    except (OSError, ValueError, LookupError, TypeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it with the checksums of the files that are there; one that was there before keeps what it had."""
    known = {name: checksum for name, checksum in manifest.files.items() if not _is_rewritten(name)}
    content = manifest._replace(files=checksums(folder, known))._asdict()
    with (folder / MANIFEST_NAME).open("w", encoding="utf-8") as file:
        json.dump({**content, "checksum": _checksum(content)}, file)
        file.flush()
        os.fsync(file.fileno())
    readable = stat.S_IMODE((folder / MANIFEST_NAME).stat().st_mode)
    for name in _file_names(folder):  # Tantivy lets nobody else read its lists
        (folder / name).chmod(readable)


def checksums(folder: Path, known: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return the files that Tantivy reads and that are not known.

    A damaged one would make it panic rather than fail.
    """
    known = known or {}
    named = [name for name in _file_names(folder) if name != MANIFEST_NAME and not name.startswith(".")]
    return {name: known[name] if name in known else _checksum_of(folder / name) for name in named}


_SETTLED = 2_000_000_000
"""Nanoseconds after which a file that changes once more surely has another time: no file system's clock is coarser."""
_FILES_KEPT = 1_000
_settled: dict[tuple[int, ...], int] = {}


def _checksum_of(path: Path) -> int:
    """Return a file's checksum, without reading it again while it is as it was: an index of a million passages has
    gigabytes of files, and each change leaves most of them as they are.
    """
    status = path.stat()
    known = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    if known in _settled:
        return _settled[known]
    found = zlib.crc32(path.read_bytes())
    if time.time_ns() - status.st_mtime_ns > _SETTLED:
        if len(_settled) >= _FILES_KEPT:
            _settled.clear()
        _settled[known] = found
    return found


def copy_files(folder: Path, target: Path) -> None:
    """Copy the files; those that are never written again by a second name, where the file system knows such."""
    for name in _file_names(folder):
        if _is_rewritten(name):
            shutil.copyfile(folder / name, target / name)
            continue
        try:
            (target / name).hardlink_to(folder / name)
        except OSError:
            shutil.copyfile(folder / name, target / name)


def link_files(folder: Path, target: Path) -> None:
    """Put links to the files into another folder."""
    for name in _file_names(folder):
        (target / name).symlink_to(folder.absolute() / name)


def _is_rewritten(name: str) -> bool:
    """Tantivy gives each segment's files names of their own, and only its lists of them are written again."""
    return name.endswith(".json")


def _file_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(_LOCKS))


def _checksum(content: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
