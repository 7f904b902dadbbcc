"""Bringing the derived indexes up to the truth, without embedding anything again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.index.dense import DenseIndex
from qa.index.lexical import LexicalIndex, clear_lexical, write_lexical
from qa.index.rows import Keys
from qa.index.store import Store

READ_AT_ONCE = 10_000
REBUILD_UP_TO = 50_000


def publish(store: Store, model: str, dimension: int) -> None:
    """Writes what is behind, missing or damaged, then lets readers move on; the caller holds the writer's lock."""
    generation = store.generation
    living = store.passage_keys(generation, {})
    _publish_dense(store, model, dimension, living)
    _publish_lexical(store, living)
    store.publish(generation)


def load_derived(folder: Path, mark: str) -> tuple[LexicalIndex, DenseIndex] | None:
    """Both derived indexes if both are of the generation of this mark, else None."""
    lexical, dense = LexicalIndex.load(folder), DenseIndex.load(folder)
    if lexical is None or dense is None or {lexical.mark, dense.mark} != {mark}:
        return None
    return lexical, dense


def _publish_dense(store: Store, model: str, dimension: int, living: Keys) -> None:
    dense = DenseIndex.load(store.folder)
    if dense is not None and dense.mark == store.mark:
        return
    if dense is None or dense.mark != store.published_mark:
        dense = DenseIndex.empty(dimension)
    held = dense.keys
    dense.remove(np.setdiff1d(held, living))
    missing = np.setdiff1d(living, held)
    for start in range(0, len(missing), READ_AT_ONCE):
        dense.add(*store.vectors(model, missing[start : start + READ_AT_ONCE]))
    dense.suited().save(store.folder, store.mark)


def _publish_lexical(store: Store, living: Keys) -> None:
    lexical = LexicalIndex.load(store.folder)
    if lexical is not None and lexical.mark == store.mark:
        return
    added, removed = living, living[:0]
    if lexical is not None and lexical.mark == store.published_mark:
        added, removed = store.change(store.published, store.generation)
    if lexical is None or len(added) == len(living) or _better_rebuilt(len(removed), len(living)):
        clear_lexical(store.folder)
        added, removed = living, living[:0]
    write_lexical(store.folder, store.stored_passages(added), removed, store.mark)


def _better_rebuilt(removed: int, living: int) -> bool:
    """Tantivy goes on counting the terms of removed passages until it merges, which bends the scores of the rest."""
    return removed > 0 and (living <= REBUILD_UP_TO or removed * 10 > living)
