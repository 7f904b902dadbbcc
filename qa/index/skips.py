"""The files that were skipped when their folders were last indexed, and why, kept in `corpus.db`.

Knows paths and reasons. The table is made with the first skipped file, so indexes of any format may have it or not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from qa.documents import Skipped
from qa.index.store import Store

TABLE = "CREATE TABLE IF NOT EXISTS skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID"


def skipped_files(store: Store) -> list[Skipped]:
    """What the latest run over each folder skipped, by path; nothing where none did yet."""
    if not store.database.one("SELECT 1 FROM sqlite_master WHERE name = 'skipped'"):
        return []
    return [Skipped(*row) for row in store.database.rows("SELECT path, reason FROM skipped ORDER BY path")]


def keep_skipped(store: Store, folders: Sequence[Path], skipped: Iterable[Skipped]) -> None:
    """Replaces what is known of these folders, and of files that are documents by now or are gone."""
    before = skipped_files(store)
    after = {one.path: one.reason for one in before if not _is_settled(store, one.path, folders)}
    after |= {one.path: one.reason for one in skipped}
    if after == {one.path: one.reason for one in before}:
        return
    with store.writing():
        store.database.run(TABLE)
        store.database.run("DELETE FROM skipped")
        store.database.run_many("INSERT INTO skipped VALUES (?, ?)", sorted(after.items()))


def _is_settled(store: Store, path: str, folders: Sequence[Path]) -> bool:
    real = os.path.realpath(path)
    inside = any(Path(one).is_relative_to(folder) for folder in folders for one in (path, real))
    return inside or not os.path.lexists(path) or bool(store.ids_at_path(real))
