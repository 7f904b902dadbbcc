"""Bringing the derived indexes up to the truth, without embedding anything again.

Each is made ready beside the one that is there, so that readers of the generation before never wait, and takes its
place just before readers move on.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from qa.errors import IndexDamagedError
from qa.index.dense import DENSE_NAME, DenseIndex, VectorsOf, dense_mark, laid_out, read_layout, write_layout
from qa.index.files import beside, take_place
from qa.index.lexical import LEXICAL_NAME, LexicalIndex, build_lexical, change_lexical, lexical_mark
from qa.index.rows import Keys
from qa.index.store import Store

DERIVED = frozenset(str(name) for path in (Path(LEXICAL_NAME), Path(DENSE_NAME)) for name in (path, beside(path)))


def publish(store: Store) -> None:
    """Writes what is behind, missing or damaged, then lets readers move on; the caller holds the writer's lock.

    Raises `IndexDamagedError`, and writes nothing, where the truth is not the one that they were made from.
    """
    check_truth(store)
    generation = store.generation
    living = store.passage_keys(generation, {})
    ready = {DENSE_NAME: _ready_dense(store, living), LEXICAL_NAME: _ready_lexical(store, living)}
    for name, made in ready.items():
        if made:
            take_place(store.folder / name)
    store.publish(generation)


def load_derived(store: Store, mark: str, before: DenseIndex | None = None) -> tuple[LexicalIndex, DenseIndex] | None:
    """Both derived indexes if both are of the generation of this mark, else None.

    What the dense one of a generation `before` holds is not read again.
    """
    lexical, layout = LexicalIndex.load(store.folder), read_layout(store.folder)
    if lexical is None or layout is None or {lexical.mark, layout.mark} != {mark}:
        return None
    kept = before if before is not None and store.descends_from(before.mark) else None
    return lexical, DenseIndex.of(layout, *_vectors(store), kept)


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


def _ready_dense(store: Store, living: Keys) -> bool:
    """Whether a new one was made ready beside, since the one that is there is not of the newest generation."""
    before = read_layout(store.folder)
    if before is not None and before.mark == store.mark:
        return False
    if before is not None and before.mark != store.published_mark:
        before = None
    write_layout(store.folder, laid_out(living, store.mark, before, *_vectors(store)))
    return True


def _vectors(store: Store) -> tuple[VectorsOf, int]:
    dimension = int(store.settings()["dimension"])
    return partial(store.embeddings.of_passages, dimension=dimension), dimension


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
