"""Update both searches to the newest generation of the truth, then let readers move on to it.

Nothing is embedded again. Each search is prepared beside the current one, so that readers of the previous generation
never wait, and replaces it just before readers move on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial
from typing import NamedTuple

import numpy as np

from qa.embedding import Embedder
from qa.errors import IndexDamagedError
from qa.index.bm25 import Terms, with_terms
from qa.index.dense import QUESTIONS, laid_out
from qa.index.files import manifest_mark, take_place
from qa.index.layout import DENSE_NAME, Layout, dense_mark, read_layout, write_layout
from qa.index.lexical import LexicalIndex
from qa.index.lexical_draft import LEXICAL_NAME, LexicalDraft, build_lexical, change_lexical
from qa.index.nearest import Vectors
from qa.index.rows import Keys, to_keys
from qa.index.second_process import SecondProcess
from qa.index.snapshot import vectors_of
from qa.index.store import Store
from qa.text import common_spelling

QUESTION_WORDS = 8


class LexicalAhead:
    """A lexical index prepared while documents are being stored, so that little is left to do at the end.

    The caller holds the writer's lock. If it fails, `publish` makes the index from the truth instead.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: int = store.database.one("SELECT coalesce(max(key), 0) FROM passage")[0]
        self._draft: LexicalDraft | None = None
        self._failed = False

    def take(self, terms: Iterable[Terms]) -> None:
        """Add the terms of the passages stored since the last call, in order."""
        if not self._failed:
            try:
                self._draft = self._draft or self._begun()
                self._draft.add(zip(self._new_keys(), terms, strict=True))
                self._last = self._draft.keys[-1]
            except (OSError, ValueError, LookupError, TypeError):
                self._draft, self._failed = None, True

    def _new_keys(self) -> list[int]:
        rows = self._store.database.rows("SELECT key FROM passage WHERE key > ? ORDER BY key", (self._last,))
        return [key for (key,) in rows]

    def _begun(self) -> LexicalDraft:
        """Start from the published generation; raises `ValueError` if that is not there, or what reading it raises."""
        is_first = self._store.published == 0
        if not is_first and manifest_mark(self._store.folder / LEXICAL_NAME) != self._store.published_mark:
            raise ValueError("of another generation")
        return LexicalDraft(self._store.folder, empty=is_first)

    def finished(self, change: _Change, *, is_intact: bool) -> bool:
        """Finish the newest generation, which this change leads to; return whether that worked.

        It is given up if what it started from is not intact. Either way, nothing more is written to its folder.
        """
        draft, self._draft = self._draft, None
        if draft is None or not is_intact or draft.keys != change.added.tolist():
            return False
        if not draft.may_lose(len(change.removed)):
            return False
        draft.finish(list(self._store.stored_passages(change.removed)), self._store.mark)
        return True


def publish(
    store: Store,
    embedder: Callable[[], Embedder],
    second: SecondProcess | None = None,
    ahead: LexicalAhead | None = None,
) -> None:
    """Write the searches that are outdated, missing or damaged, then let readers move on.

    The caller holds the writer's lock. `embedder` loads the index's embedder, only if vectors are made from tokens or
    recall is measured. The second process, if there is one, makes terms unless the lexical index was prepared `ahead`.
    Raises `IndexDamagedError`, and writes nothing, if the searches were made from another truth.
    """
    check_truth(store)
    generation, before = store.generation, read_layout(store.folder)
    change = _change(store)
    ready = dict.fromkeys((DENSE_NAME, LEXICAL_NAME), False)
    if before is None or before.mark != store.mark:
        before = before if before is not None and before.mark == store.published_mark else None
        _ready_dense(store, change.living(store, before), before, embedder)
        ready[DENSE_NAME] = True
    with nullcontext(second) if second else SecondProcess() as sharing:
        ready[LEXICAL_NAME] = _ready_lexical(store, change, sharing, ahead)
    for name, made in ready.items():
        if made:
            take_place(store.folder / name)
    store.publish(generation)


def check_truth(store: Store) -> None:
    """Raise `IndexDamagedError` if the searches were made from a later truth than this, or from another."""
    marks = [mark for mark in (manifest_mark(store.folder / LEXICAL_NAME), dense_mark(store.folder)) if mark]
    # After reading the marks, since a writer commits to the truth first.
    if marks and not any(map(store.descends_from, marks)):
        raise IndexDamagedError(
            store.folder,
            f"corpus.db is older than {LEXICAL_NAME} and {DENSE_NAME}, or not the one that they were made from; "
            "perhaps it was copied without its corpus.db-wal",
            "Put corpus.db and its corpus.db-wal back together; or, to go on with what corpus.db holds now, delete "
            f"{LEXICAL_NAME} and {DENSE_NAME} from the folder.",
        )


def _ready_dense(store: Store, living: Keys, before: Layout | None, embedder: Callable[[], Embedder]) -> None:
    """Prepare a new layout, starting from the current one if that is of the published generation."""
    questions = partial(_questions, store, living, embedder)
    write_layout(store.folder, laid_out(living, store.mark, before, vectors_of(store, embedder)[0], questions))


def _questions(store: Store, living: Keys, embedder: Callable[[], Embedder]) -> Vectors:
    """Return the vectors of a few words from some passages, which test recall harder than whole passages would."""
    chance = np.random.default_rng(1)
    some = np.sort(chance.choice(living, QUESTIONS, replace=False))
    texts = []
    for passage in store.stored_passages(some):
        words = common_spelling(passage.search_text).split()
        start = int(chance.integers(max(1, len(words) - QUESTION_WORDS)))
        texts.append(" ".join(words[start : start + QUESTION_WORDS]))
    return embedder().embed_queries(texts)


def _ready_lexical(store: Store, change: _Change, second: SecondProcess, ahead: LexicalAhead | None) -> bool:
    """Prepare a new lexical index unless the current one is of the newest generation; return whether it did."""
    lexical = LexicalIndex.load(store.folder)
    if lexical is not None and lexical.mark == store.mark:
        return False
    is_known = lexical is not None and lexical.mark == store.published_mark
    if ahead is not None and ahead.finished(change, is_intact=is_known or store.published == 0):
        return True
    if is_known:
        new = second.mapped(with_terms, store.stored_passages(change.added))
        gone = list(store.stored_passages(change.removed))
        if change_lexical(store.folder, new, gone, store.mark):
            return True
    living = change.living(store, None)
    build_lexical(store.folder, second.mapped(with_terms, store.stored_passages(living)), store.mark)
    return True


class _Change(NamedTuple):
    """Keys of the passages added and removed since the published generation."""

    added: Keys
    removed: Keys

    def living(self, store: Store, before: Layout | None) -> Keys:
        """Return the passages of the newest generation, found faster with the layout of the published one."""
        if before is None:
            return store.passage_keys(store.generation, {})
        stay = np.setdiff1d(before.keys, self.removed, assume_unique=True)
        return np.sort(np.concatenate([stay, self.added]), kind="stable")  # in a tenth of the time of a union


def _change(store: Store) -> _Change:
    """Return what has changed since the published generation; removed documents must not have been purged yet.

    A later document has a higher key, so the added ones are the last ones, and no others are read.
    """
    since, until = store.published, store.generation
    last = store.database.one("SELECT key FROM document WHERE added <= ? ORDER BY key DESC LIMIT 1", (since,)) or (0,)
    of_documents = "SELECT p.key FROM document d CROSS JOIN passage p ON p.document_key = d.key WHERE"
    came = f"{of_documents} d.key > ? AND (d.removed IS NULL OR d.removed > ?) ORDER BY p.key"
    went = f"{of_documents} d.removed > ? AND d.removed <= ? AND d.added <= ? ORDER BY p.key"
    added, removed = store.database.rows(came, (*last, until)), store.database.rows(went, (since, until, since))
    return _Change(to_keys(added), to_keys(removed))
