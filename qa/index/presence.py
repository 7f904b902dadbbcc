"""Whether there is an index in a folder, another thing, or nothing yet."""

from __future__ import annotations

from pathlib import Path

from qa.errors import IndexDamagedError, NotAnIndexError
from qa.index.derived import DERIVED
from qa.index.files import system_errors
from qa.index.lock import LOCK_NAME
from qa.index.store import DATABASE_NAME, Store

_STARTED = {LOCK_NAME, *(DATABASE_NAME + suffix for suffix in ("", "-journal", "-wal", "-shm"))}


def is_built(folder: Path) -> bool:
    """Whether there is an index; raises `NotAnIndexError` for a folder of other things.

    A creation that was cut short leaves nothing but its own empty files, and counts as no index. What is derived
    without the truth beside it raises `IndexDamagedError`.
    """
    with system_errors(folder):
        if Store.exists(folder):
            return True
        if folder.exists() and not folder.is_dir():
            raise NotAnIndexError(folder, "it is a file")
        names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if names & DERIVED:
        raise IndexDamagedError(folder, "corpus.db is missing")
    if names - _STARTED:
        raise NotAnIndexError(folder, "it has no corpus.db, and holds other files")
    return False
