"""Read one generation of an index in a folder: candidates, exact scores and passages.

A snapshot does not know which of them are good.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Embedder
from qa.errors import IndexDamagedError, NotAnIndexError
from qa.index.bm25 import Counted, WeightedTerm, bm25
from qa.index.dense import DenseIndex, dense_index
from qa.index.files import LOCK_NAME, beside, system_errors
from qa.index.filters import Filters
from qa.index.layout import DENSE_NAME, read_layout
from qa.index.lexical import LexicalIndex, load_among
from qa.index.lexical_draft import LEXICAL_NAME
from qa.index.nearest import VectorsOf
from qa.index.rows import Keys
from qa.index.store import DATABASE_NAME, Store
from qa.passages import Passage, search_text

DERIVED = frozenset(str(name) for path in (Path(LEXICAL_NAME), Path(DENSE_NAME)) for name in (path, beside(path)))


def load_derived(
    store: Store, mark: str, embedder: Callable[[], Embedder], before: DenseIndex | None = None
) -> tuple[LexicalIndex, DenseIndex] | None:
    """Return both searches if both are of the generation with this mark, else None.

    Vectors that `before`, the dense index of an earlier generation, already holds are not read again.
    """
    lexical, layout = LexicalIndex.load(store.folder), read_layout(store.folder)
    if lexical is None or layout is None or {lexical.mark, layout.mark} != {mark}:
        return None
    kept = before if before is not None and store.descends_from(before.mark) else None
    return lexical, dense_index(layout, *vectors_of(store, embedder), kept)


def vectors_of(store: Store, embedder: Callable[[], Embedder]) -> tuple[VectorsOf, int]:
    """Return a function that reads the vectors of passages, and their dimension."""
    dimension = int(store.settings()["dimension"])
    return partial(store.embeddings.of_passages, dimension=dimension, embedder=embedder), dimension


_STARTED = {LOCK_NAME, *(DATABASE_NAME + suffix for suffix in ("", "-journal", "-wal", "-shm"))}


def is_built(folder: Path) -> bool:
    """Return whether there is an index; raises `NotAnIndexError` for a folder with other files.

    An interrupted creation leaves only its own empty files, and counts as no index. Raises `IndexDamagedError` if the
    searches are there but `corpus.db` is missing.
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


Scores = NDArray[np.float32]
PASSAGES_KEPT = 2_000
"""How many passages are cached: a search reads the same ones several times, and so does the next similar one."""
SETS_KEPT = 8
"""An index can take turns in this many sets of indexes without being prepared for each of them again."""


class Snapshot:
    """Both searches and the texts of one generation."""

    def __init__(
        self, store: Store, lexical: LexicalIndex, dense: DenseIndex, scored_among: Counted | None = None
    ) -> None:
        self._store = store
        self._lexical = lexical
        self.scored_among = scored_among or lexical.counted
        self._among: dict[tuple[float, ...], Snapshot | None] = {}
        self._making = threading.Lock()
        self.dense = dense
        self.generation = store.published
        self.mark = store.published_mark
        self.languages = store.languages(self.generation)
        self._passages: dict[int, Passage] = {}

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.dense)

    @property
    def counted(self) -> Counted:
        """The number of passages, and of their terms by form."""
        return self._lexical.counted

    @property
    def dense_recall(self) -> float:
        """The share of the nearest passages that dense candidates contain; 1 if all are compared."""
        return self.dense.recall

    def among(self, of_all: Counted) -> Snapshot:
        """Return it with BM25 by the average lengths `of_all`, or unchanged if that is not possible."""
        if self.scored_among.is_like(of_all) or not len(self):
            return self
        key = (of_all.passages, *of_all.terms.values())
        with self._making:
            if key not in self._among:
                if len(self._among) >= SETS_KEPT:
                    self._among.clear()
                lexical = load_among(self._store.folder, self.mark, of_all)
                self._among[key] = Snapshot(self._store, lexical, self.dense, of_all) if lexical is not None else None
            found = self._among[key]
        return self if found is None else found

    def allowed(self, filters: Filters | None) -> Keys | None:
        """Return the keys of the passages that pass the filters, None when there are no filters."""
        return self._store.passage_keys(self.generation, filters) if filters else None

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest BM25, best first, with their scores."""
        return self._lexical.candidates(query, k, allowed)

    def dense_candidates(self, vector: Scores, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest cosine, best first, with their scores."""
        return self.dense.candidates(vector, k, allowed)

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """Return the BM25 of these passages, in their order."""
        return self._lexical.scores(query, keys)

    def lexical_scores_among(self, query: Sequence[WeightedTerm], keys: Keys, lengths: Mapping[str, float]) -> Scores:
        """Return the BM25 of these passages, in their order, scored among more passages than the index has."""
        texts = (search_text(one.title, one.text, one.context) for one in self.passages(keys))
        return bm25(query, texts, lengths)

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """Return the cosines of these passages, in their order."""
        return self.dense.scores(vector, keys)

    def passages_with(self, form: str, term: str) -> int:
        """Return how many passages have a term in this form, `written` or `folded`."""
        return self._lexical.passages_with(form, term)

    def idf(self, form: str, terms: Sequence[str]) -> list[float]:
        """Return each term's rarity among the passages: BM25's inverse document frequency."""
        return [self._lexical.idf(form, term) for term in terms]

    def tokens(self, keys: Keys) -> list[bytes] | None:
        """Return the bundled model's tokens of these passages, in their order; None unless they are stored."""
        return self._store.embeddings.tokens(keys)

    def passages(self, keys: Keys) -> list[Passage]:
        """Return the passages in the order of their keys."""
        wanted = keys.tolist()
        known = {key: one for key in wanted if (one := self._passages.get(key)) is not None}
        known |= self._store.passages([key for key in wanted if key not in known], self.generation)
        if len(self._passages) > PASSAGES_KEPT:
            self._passages = {}
        self._passages |= known
        return [known[key] for key in wanted]

    def metadata(self, document_ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return the details of documents, by id; unknown ids are left out."""
        return self._store.metadata(document_ids, self.generation)

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
        """Return the passages before and after each in its document, by its id."""
        ordinals: dict[str, set[int]] = {}
        for one in passages:
            ordinals.setdefault(one.document_id, set()).update((one.ordinal - 1, one.ordinal + 1))
        found = {name: self._store.passages_at(name, of, self.generation) for name, of in ordinals.items()}
        return {
            one.id: [of[at] for at in (one.ordinal - 1, one.ordinal + 1) if at in (of := found[one.document_id])]
            for one in passages
        }
