"""Bringing the derived indexes up to the truth, without embedding anything again.

Each is made ready beside the one that is there, so that readers of the generation before never wait, and takes its
place just before readers move on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.errors import IndexDamagedError
from qa.index.dense import DENSE_NAME, DenseIndex, dense_mark
from qa.index.files import beside, take_place
from qa.index.lexical import LEXICAL_NAME, LexicalIndex, build_lexical, change_lexical, lexical_mark
from qa.index.rows import Keys
from qa.index.store import Store

READ_AT_ONCE = 10_000
DERIVED = frozenset(str(name) for path in (Path(LEXICAL_NAME), Path(DENSE_NAME)) for name in (path, beside(path)))


def publish(store: Store, model: str, dimension: int) -> None:
    """Writes what is behind, missing or damaged, then lets readers move on; the caller holds the writer's lock.

    Raises `IndexDamagedError`, and writes nothing, where the truth is not the one that they were made from.
    """
    check_truth(store)
    generation = store.generation
    living = store.passage_keys(generation, {})
    ready = {DENSE_NAME: _ready_dense(store, model, dimension, living), LEXICAL_NAME: _ready_lexical(store, living)}
    for name, made in ready.items():
        if made:
            take_place(store.folder / name)
    store.publish(generation)


def load_derived(folder: Path, mark: str) -> tuple[LexicalIndex, DenseIndex] | None:
    """Both derived indexes if both are of the generation of this mark, else None."""
    lexical, dense = LexicalIndex.load(folder), DenseIndex.load(folder)
    if lexical is None or dense is None or {lexical.mark, dense.mark} != {mark}:
        return None
    return lexical, dense


def check_truth(store: Store) -> None:
    """Raises `IndexDamagedError` where what is derived was made from a later truth than this, or from another."""
    marks = [mark for mark in (lexical_mark(store.folder), dense_mark(store.folder)) if mark]
    # Asked after the marks were read, since a writer at work commits to the truth first.
    if marks and not any(map(store.descends_from, marks)):
        raise IndexDamagedError(
            store.folder,
            f"corpus.db is older than {LEXICAL_NAME} and {DENSE_NAME}, or another than they were made from, "
            "as when it was copied without its corpus.db-wal",
            "Put corpus.db and its corpus.db-wal back together; or, to go on with what corpus.db holds now, delete "
            f"{LEXICAL_NAME} and {DENSE_NAME} from the folder.",
        )


def _ready_dense(store: Store, model: str, dimension: int, living: Keys) -> bool:
    """Whether a new one was made ready beside, since the one that is there is not of the newest generation."""
    dense = DenseIndex.load(store.folder)
    if dense is not None and dense.mark == store.mark:
        return False
    if dense is None or dense.mark != store.published_mark:
        dense = DenseIndex.empty(dimension)
    held = dense.keys
    dense.remove(np.setdiff1d(held, living))
    missing = np.setdiff1d(living, held)
    for start in range(0, len(missing), READ_AT_ONCE):
        dense.add(*store.embeddings.of_passages(model, missing[start : start + READ_AT_ONCE]))
    dense.suited().save_beside(store.folder, store.mark)
    return True


def _ready_lexical(store: Store, living: Keys) -> bool:
    lexical = LexicalIndex.load(store.folder)
    if lexical is not None and lexical.mark == store.mark:
        return False
    if lexical is not None and lexical.mark == store.published_mark:
        added, removed = store.change(store.published, store.generation)
        gone = list(store.stored_passages(removed))
        if change_lexical(store.folder, store.stored_passages(added), gone, store.mark):
            return True
    build_lexical(store.folder, store.stored_passages(living), store.mark)
    return True
