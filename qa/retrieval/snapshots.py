"""Combine one generation of each index searched: `Snapshots`.

Terms are weighed by their rarity, and lengths by the average, among the passages of all indexes, so the hits are those
of one index that holds every document. A single index is the simple case. Knows candidates, scores and passages; does
not know which of them are good.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index import Counted, Filters, Snapshot, WeightedTerm, idf
from qa.index.rows import Keys
from qa.passages import Passage

FORMS = ("written", "folded")
KEY_BITS = 40
"""The low bits of a key are the passage's key within its index, the high bits the number of the index."""

Scores = NDArray[np.float32]
Source = tuple[int, Snapshot, Any]
"""An index by its number, with its allowed passages; None for all of them."""


class Allowed:
    """The passages that pass filters, for each index; numpy sees an array of their keys."""

    def __init__(self, parts: Sequence[Any]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Keys:  # noqa: FBT001  # as numpy calls it
        keys = _joined(_global(number, np.asarray(part)) for number, part in enumerate(self.parts))
        return np.array(keys, dtype=dtype)


class _Candidates(NamedTuple):
    """Passages of one index, with bounds on their scores among all passages."""

    keys: Keys
    least: Scores
    most: Scores


class Snapshots:
    """Snapshots by index name, as one that has all their passages; a single one may have an empty name.

    A key combines the number of the index with the passage's key in it.
    """

    def __init__(self, snapshots: Mapping[str, Snapshot]) -> None:
        self._names = list(snapshots)
        self.counted = _together(one.counted for one in snapshots.values())
        several = len(snapshots) > 1
        self._snapshots = [one.among(self.counted) if several else one for one in snapshots.values()]
        languages = sum((Counter(one.languages) for one in self._snapshots), Counter[str]())
        self.languages = dict(sorted(languages.items()))
        self._idf: dict[tuple[str, str], float] = {}
        self._weighed: dict[tuple[int, tuple[WeightedTerm, ...]], Sequence[WeightedTerm]] = {}

    def __len__(self) -> int:
        """Return how many passages there are."""
        return sum(map(len, self._snapshots))

    def allowed(self, filters: Filters | None) -> Allowed | None:
        """Return the passages that pass the filters, None when there are no filters."""
        return Allowed([one.allowed(filters) for one in self._snapshots]) if filters else None

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Allowed | None) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest BM25, best first, with their scores."""
        found = [self._found(query, k, one) for one in self._sources(allowed)]
        keys, least, most = (np.concatenate(part) for part in zip(*found, strict=True))
        if len(keys) > k:
            could_be = most >= np.partition(least, -k)[-k]
            keys, least, most = keys[could_be], least[could_be], most[could_be]
        exact = least == most
        scores = least.copy()
        scores[~exact] = self.lexical_scores(query, keys[~exact])
        order = np.lexsort((keys, -scores))[:k]
        return keys[order], scores[order]

    def dense_candidates(self, vector: Scores, k: int, allowed: Allowed | None) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest cosine, best first, with their scores."""
        sources = self._sources(allowed)
        found = [(number, *one.dense_candidates(vector, k, keys)) for number, one, keys in sources]
        keys = _joined(_global(number, keys) for number, keys, _ in found)
        scores = np.concatenate([scores for *_, scores in found])
        order = np.argsort(-scores, kind="stable")[:k]
        return keys[order], scores[order]

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """Return the BM25 of these passages, in their order."""

        def scores(number: int, snapshot: Snapshot, own: Keys) -> Scores:
            if max(self._stretches(number, query)) == min(self._stretches(number, query)) == 1:
                return snapshot.lexical_scores(self._as_weighed_by(number, query), own)
            rare = [WeightedTerm(form, term, weight * self.idf(form, [term])[0]) for form, term, weight in query]
            return snapshot.lexical_scores_among(rare, own, self.counted.lengths)

        return self._scores(keys, scores)

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """Return the cosines of these passages, in their order."""
        return self._scores(keys, lambda _, snapshot, own: snapshot.dense_scores(vector, own))

    def passages_with(self, form: str, term: str) -> int:
        """Return how many passages have a term in this form, `written` or `folded`."""
        return sum(one.passages_with(form, term) for one in self._snapshots)

    def idf(self, form: str, terms: Sequence[str]) -> list[float]:
        """Return each term's rarity among the passages: BM25's inverse document frequency."""
        for term in terms:
            if (form, term) not in self._idf:
                self._idf[form, term] = idf(self.counted.passages, self.passages_with(form, term))
        return [self._idf[form, term] for term in terms]

    def tokens(self, keys: Keys) -> list[bytes] | None:
        """Return the bundled model's tokens of these passages, in their order; None unless all are stored."""
        found: dict[int, bytes] = {}
        for number, snapshot, own in self._split(keys):
            tokens = snapshot.tokens(own)
            if tokens is None:
                return None
            found |= zip(_global(number, own).tolist(), tokens, strict=True)
        return [found[key] for key in keys.tolist()]

    def passages(self, keys: Keys) -> list[Passage]:
        """Return the passages in the order of their keys."""
        found: dict[int, Passage] = {}
        for number, snapshot, own in self._split(keys):
            passages = self._named(number, snapshot.passages(own))
            found |= zip(_global(number, own).tolist(), passages, strict=True)
        return [found[key] for key in keys.tolist()]

    def metadata(self, document_keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Mapping[str, str]]:
        """Return the details of documents, by key; unknown keys are left out."""
        ids: dict[str, list[str]] = {}
        for name, document_id in document_keys:
            ids.setdefault(name, []).append(document_id)
        found = {name: self._snapshots[self._names.index(name)].metadata(of) for name, of in ids.items()}
        return {(name, document_id): one for name, of in found.items() for document_id, one in of.items()}

    def neighbours(self, passages: Sequence[Passage]) -> dict[tuple[str, str], list[Passage]]:
        """Return the passages before and after each in its document, by its key."""
        found: dict[tuple[str, str], list[Passage]] = {}
        for number, (name, snapshot) in enumerate(zip(self._names, self._snapshots, strict=True)):
            own = snapshot.neighbours([one for one in passages if one.index == name])
            found |= {(name, passage_id): list(self._named(number, near)) for passage_id, near in own.items()}
        return found

    def _found(self, query: Sequence[WeightedTerm], k: int, source: Source) -> _Candidates:
        """Return all passages of one index that may be among the best k of all.

        There are more than k if its average lengths are unusual.
        """
        number, snapshot, allowed = source
        low, high = min(self._stretches(number, query)), max(self._stretches(number, query))
        weighed, depth = self._as_weighed_by(number, query), k
        while True:
            keys, scores = snapshot.lexical_candidates(weighed, depth, allowed)
            if len(keys) < depth or scores[-1] * high <= scores[k - 1] * low:
                return _Candidates(_global(number, keys), scores * np.float32(low), scores * np.float32(high))
            depth *= 2

    def _as_weighed_by(self, number: int, query: Sequence[WeightedTerm]) -> Sequence[WeightedTerm]:
        """Return the query for one index, with weights corrected so that its own idf yields that of all passages."""
        if len(self._snapshots) == 1:
            return query
        asked = (number, tuple(query))
        if asked not in self._weighed:
            own = self._snapshots[number]
            self._weighed[asked] = [
                WeightedTerm(form, term, weight * self.idf(form, [term])[0] / own.idf(form, [term])[0])
                for form, term, weight in query
            ]
        return self._weighed[asked]

    def _stretches(self, number: int, query: Sequence[WeightedTerm]) -> list[float]:
        """Return the least and greatest factor between a score among the passages of the index and one among all.

        A score grows at most in proportion to the average length, and falls at most as much.
        """
        own, of_all = self._snapshots[number].scored_among, self.counted
        if own.is_like(of_all):
            return [1.0]
        ratios = [of_all.lengths[form] / own.lengths[form] for form in {form for form, _, _ in query}]
        return [1.0, *ratios]

    def _sources(self, allowed: Allowed | None) -> list[Source]:
        parts = allowed.parts if allowed is not None else [None] * len(self._snapshots)
        return list(zip(range(len(parts)), self._snapshots, parts, strict=True))

    def _split(self, keys: Keys) -> Iterator[tuple[int, Snapshot, Keys]]:
        """Yield the keys of each index, in its own numbering and in their order."""
        numbers = keys >> KEY_BITS
        for number, one in enumerate(self._snapshots):
            yield number, one, keys[numbers == number] & ((1 << KEY_BITS) - 1)

    def _scores(self, keys: Keys, scores_of: Callable[[int, Snapshot, Keys], Scores]) -> Scores:
        scores = np.zeros(len(keys), dtype=np.float32)
        numbers = keys >> KEY_BITS
        for number, snapshot, own in self._split(keys):
            if len(own):
                scores[numbers == number] = scores_of(number, snapshot, own)
        return scores

    def _named(self, number: int, passages: Iterable[Passage]) -> Iterator[Passage]:
        name = self._names[number]
        return (replace(one, index=name) if name else one for one in passages)


def _together(counted: Iterable[Counted]) -> Counted:
    parts = list(counted)
    return Counted(sum(one.passages for one in parts), {form: sum(one.terms[form] for one in parts) for form in FORMS})


def _global(number: int, keys: Keys) -> Keys:
    return keys | (number << KEY_BITS)


def _joined(parts: Iterable[Keys]) -> Keys:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])
