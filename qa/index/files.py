"""Handle the files of an index: replace them whole, lock out a second writer, and verify checksums.

System errors are reported in `qa`'s words. Knows files, not their contents.
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
    """Turn errors of the system or Tantivy, such as a full disk or a missing permission, into `IndexUnusableError`."""
    try:
        yield
    except (OSError, ValueError) as error:  # Tantivy raises ValueError if it cannot open or write
        raise IndexUnusableError(folder, str(error)) from error


def write_beside(path: Path, content: bytes) -> None:
    """Write a file for `take_place` to put at `path`, and flush it to disk."""
    with beside(path).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def beside(path: Path) -> Path:
    """Return the path where the replacement for `path` is prepared."""
    return path.with_name(path.name + ".new")


def empty_beside(path: Path) -> Path:
    """Return an empty folder for `take_place` to put at `path`."""
    draft = beside(path)
    remove(draft)
    draft.mkdir()
    return draft


def take_place(path: Path) -> None:
    """Move the prepared replacement to `path`; whoever has the earlier one open keeps it."""
    old = path.with_name(path.name + ".old")
    remove(old)
    if os.path.lexists(path) and (path.is_dir() or beside(path).is_dir()):  # only a file can replace a file in one step
        path.rename(old)
    beside(path).replace(path)
    remove(old)


def remove(path: Path) -> None:
    """Delete a file, a link or a whole folder, if it exists."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


LOCK_NAME = "writer.lock"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises `IndexBusyError` at once if somebody else holds it.

    The operating system releases it when the process ends, however it ends. Raises `IndexReplacedError` if the folder
    is gone, and `IndexUnusableError` if the lock cannot be taken at all: the folder is not writable, or something else
    has the name of the lock's file.
    """
    if not folder.is_dir():  # else filelock would create it
        raise IndexReplacedError(folder)
    path = folder / LOCK_NAME
    if path.is_dir() or path.is_symlink():
        step = f"Delete {LOCK_NAME} from the folder; a new one is made."
        raise IndexUnusableError(folder, f"{LOCK_NAME} is a folder or a link, not a file", step)
    lock = FileLock(path, timeout=0, is_singleton=False)
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
    """The contents of `qa.json`: the mark, each file's checksum, and the number of terms in living passages by form.

    `padding` is the number of documents in Tantivy's index that are padding and not passages.
    """

    mark: str
    files: Mapping[str, int]
    terms: Mapping[str, int]
    padding: int


def read_manifest(folder: Path) -> Manifest:
    """Read `qa.json`; raises `OSError`, `ValueError`, `LookupError` or `TypeError` if it is missing or damaged."""
    known: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_bytes())
    checksum = known.pop("checksum")
    if _checksum(known) != checksum:
        raise ValueError(f"{MANIFEST_NAME} is damaged")
    return Manifest(**known)


def manifest_mark(folder: Path) -> str | None:
    """Return the mark of the files' generation, read from `qa.json` alone; None if that cannot be read."""
    try:
        return read_manifest(folder).mark
    except (OSError, ValueError, LookupError, TypeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write `qa.json` with the checksums of the files; those that the manifest already has are not computed again."""
    known = {name: checksum for name, checksum in manifest.files.items() if not _is_rewritten(name)}
    content = manifest._replace(files=checksums(folder, known))._asdict()
    with (folder / MANIFEST_NAME).open("w", encoding="utf-8") as file:
        json.dump({**content, "checksum": _checksum(content)}, file)
        file.flush()
        os.fsync(file.fileno())
    readable = stat.S_IMODE((folder / MANIFEST_NAME).stat().st_mode)
    for name in _file_names(folder):  # Tantivy makes its lists readable to their owner alone
        (folder / name).chmod(readable)


def checksums(folder: Path, known: Mapping[str, int] | None = None) -> dict[str, int]:
    """Return the checksums of the files that Tantivy reads, by name; those in `known` are not computed again.

    A damaged file would make Tantivy panic instead of raising an error.
    """
    known = known or {}
    named = [name for name in _file_names(folder) if name != MANIFEST_NAME and not name.startswith(".")]
    return {name: known[name] if name in known else _checksum_of(folder / name) for name in named}


_SETTLED = 2_000_000_000
"""Nanoseconds after which another change is certain to change a file's time: no file system's clock is coarser."""
_FILES_KEPT = 1_000
_settled: dict[tuple[int, ...], int] = {}


def _checksum_of(path: Path) -> int:
    """Return a file's checksum, reading the file only if it has changed.

    An index of a million passages has gigabytes of files, and a change leaves most of them as they are.
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
    """Copy the files; those that are never rewritten become hard links, if the file system supports them."""
    for name in _file_names(folder):
        if _is_rewritten(name):
            shutil.copyfile(folder / name, target / name)
            continue
        try:
            (target / name).hardlink_to(folder / name)
        except OSError:
            shutil.copyfile(folder / name, target / name)


def link_files(folder: Path, target: Path) -> None:
    """Put symbolic links to the files into another folder."""
    for name in _file_names(folder):
        (target / name).symlink_to(folder.absolute() / name)


def _is_rewritten(name: str) -> bool:
    """Return whether Tantivy rewrites a file: only its lists, since the files of each segment get new names."""
    return name.endswith(".json")


def _file_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(_LOCKS))


def _checksum(content: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
