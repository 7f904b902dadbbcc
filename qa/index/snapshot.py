"""One generation of an index, as retrieval sees it.

Knows candidates, exact scores and passages; does not know which of them are good. Another engine can stand behind the
same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.index.dense import DenseIndex
from qa.index.lexical import LexicalIndex, WeightedTerm
from qa.index.rows import Filters, Keys
from qa.index.store import Store
from qa.passages import Passage

Scores = NDArray[np.float32]


class Snapshot:
    """Both searches and the texts, all of one generation."""

    def __init__(self, store: Store, lexical: LexicalIndex, dense: DenseIndex) -> None:
        self._store = store
        self._lexical = lexical
        self._dense = dense
        self.generation = store.published
        self.mark = store.published_mark
        self.languages = store.languages(self.generation)

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._dense)

    @property
    def dense_recall(self) -> float:
        """The share of the nearest passages of all that dense candidates have; 1 where all are compared."""
        return self._dense.recall

    def allowed(self, filters: Filters | None) -> Keys | None:
        """Keys of the passages that pass the filters, None when there are no filters."""
        return self._store.passage_keys(self.generation, filters) if filters else None

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """The k allowed passages of the highest BM25, best first, with their scores."""
        return self._lexical.candidates(query, k, allowed)

    def dense_candidates(self, vector: Scores, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """The k allowed passages of the highest cosine, best first, with their scores."""
        return self._dense.candidates(vector, k, allowed)

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """The BM25 of these passages, in their order."""
        return self._lexical.scores(query, keys)

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """The cosines of these passages, in their order."""
        return self._dense.scores(vector, keys)

    def passages_with(self, form: str, term: str) -> int:
        """How many passages have a term in this form, `written` or `folded`."""
        return self._lexical.passages_with(form, term)

    def rarities(self, form: str, terms: Sequence[str]) -> list[float]:
        """How rare each term is among the passages: BM25's inverse document frequency."""
        return [self._lexical.rarity(form, term) for term in terms]

    def passages(self, keys: Keys) -> list[Passage]:
        """The passages in the order of their keys."""
        found = self._store.passages(keys.tolist(), self.generation)
        return [found[key] for key in keys.tolist()]

    def metadata(self, document_ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """By id, what documents say of themselves; ids that there are not are left out."""
        return self._store.metadata(document_ids, self.generation)

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
