"""Files of an index: replaced whole, and the system's errors about them in `qa`'s words."""

from __future__ import annotations

import os
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


def replace_file(path: Path, content: bytes) -> None:
    """Writes beside the file, flushes to disk, then takes its name."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
