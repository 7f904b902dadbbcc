"""One generation of an index, as retrieval sees it.

Knows candidates, exact scores and passages; does not know which of them are good. Another engine can stand behind the
same names.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.index.dense import DenseIndex
from qa.index.lexical import LexicalIndex, WeightedTerm
from qa.index.rows import Filters, Keys
from qa.index.store import Store
from qa.passages import Passage

Scores = NDArray[np.float32]
PASSAGES_KEPT = 2_000
"""A search looks at the same passages several times, and the next one of the same words at many of them again."""


class Snapshot:
    """Both searches and the texts, all of one generation."""

    def __init__(self, store: Store, lexical: LexicalIndex, dense: DenseIndex) -> None:
        self._store = store
        self._lexical = lexical
        self.dense = dense
        self.generation = store.published
        self.mark = store.published_mark
        self.languages = store.languages(self.generation)
        self._passages: dict[int, Passage] = {}

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self.dense)

    @property
    def dense_recall(self) -> float:
        """The share of the nearest passages of all that dense candidates have; 1 where all are compared."""
        return self.dense.recall

    def allowed(self, filters: Filters | None) -> Keys | None:
        """Keys of the passages that pass the filters, None when there are no filters."""
        return self._store.passage_keys(self.generation, filters) if filters else None

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """The k allowed passages of the highest BM25, best first, with their scores."""
        return self._lexical.candidates(query, k, allowed)

    def dense_candidates(self, vector: Scores, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """The k allowed passages of the highest cosine, best first, with their scores."""
        return self.dense.candidates(vector, k, allowed)

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """The BM25 of these passages, in their order."""
        return self._lexical.scores(query, keys)

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """The cosines of these passages, in their order."""
        return self.dense.scores(vector, keys)

    def passages_with(self, form: str, term: str) -> int:
        """How many passages have a term in this form, `written` or `folded`."""
        return self._lexical.passages_with(form, term)

    def rarities(self, form: str, terms: Sequence[str]) -> list[float]:
        """How rare each term is among the passages: BM25's inverse document frequency."""
        return [self._lexical.rarity(form, term) for term in terms]

    def passages(self, keys: Keys) -> list[Passage]:
        """The passages in the order of their keys."""
        wanted = keys.tolist()
        known = {key: one for key in wanted if (one := self._passages.get(key)) is not None}
        known |= self._store.passages([key for key in wanted if key not in known], self.generation)
        if len(self._passages) > PASSAGES_KEPT:
            self._passages = {}
        self._passages |= known
        return [known[key] for key in wanted]

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
        """By the id of each passage, those before and after it in its document."""
        ordinals: dict[str, set[int]] = {}
        for one in passages:
            ordinals.setdefault(one.document_id, set()).update((one.ordinal - 1, one.ordinal + 1))
        found = {name: self._store.passages_at(name, of, self.generation) for name, of in ordinals.items()}
        return {
            one.id: [of[at] for at in (one.ordinal - 1, one.ordinal + 1) if at in (of := found[one.document_id])]
            for one in passages
        }
