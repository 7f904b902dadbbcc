"""Files of an index: replaced whole, and the system's errors about them in `qa`'s words."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import IndexUnusableError


@contextmanager
def system_errors(folder: Path) -> Iterator[None]:
    """Turns what the system, or Tantivy on top of it, says of a full disk or a permission into `IndexUnusableError`."""
    try:
        yield
    except (OSError, ValueError) as error:  # Tantivy raises ValueError for what it could not open or write
        raise IndexUnusableError(folder, str(error)) from error


def write_beside(path: Path, content: bytes) -> None:
    """Writes a file that `take_place` will put at `path`, and flushes it to disk."""
    with beside(path).open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def beside(path: Path) -> Path:
    """Where what will take the place of `path` is made ready."""
    return path.with_name(path.name + ".new")


def take_place(path: Path) -> None:
    """What was made ready beside takes the name; who has opened what was there before keeps that."""
    old = path.with_name(path.name + ".old")
    remove(old)
    if os.path.lexists(path) and (path.is_dir() or beside(path).is_dir()):  # only a file replaces a file at once
        path.rename(old)
    beside(path).replace(path)
    remove(old)


def remove(path: Path) -> None:
    """Takes away a file, a link or a whole folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
