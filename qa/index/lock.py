"""One writer at a time for an index folder, across processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import IndexBusyError, IndexUnusableError

LOCK_NAME = "writer.lock"


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Holds the folder's lock; raises `IndexBusyError` at once when somebody else does.

    The operating system frees it when the process ends, however it ends. Raises `IndexUnusableError` where it cannot be
    had at all: the folder cannot be written, or something else stands in the place of its file.
    """
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
