"""What a search returns: passages found, with how they were found.

Those of nearly the same words, such as one piece of news in two papers, stand under the best of them. Knows texts; does
not know where scores come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from qa.passages import Passage
from qa.text import fold


@dataclass(frozen=True)
class Hit:
    """A passage found: `rank` counts from 1, a higher `score` is better.

    A dense score is a cosine, a lexical one a BM25, a hybrid one a weighted sum of standard scores over the candidates,
    and a reranker's is its own. `similar` are hits of nearly the same words, best first, which share the rank.
    """

    passage: Passage
    score: float
    rank: int
    similar: tuple[Hit, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Rank, score, passage and similar hits in values that JSON knows."""
        passage = self.passage
        return {
            "rank": self.rank,
            "score": round(self.score, 6),
            "passage": {
                "index": passage.index or None,
                "id": passage.id,
                "document_id": passage.document_id,
                "source": passage.source,
                "title": passage.title,
                "published": passage.published.isoformat() if passage.published else None,
                "start": passage.start,
                "end": passage.end,
                "place": passage.place,
                "text": passage.text,
            },
            "similar": [hit.to_json() for hit in self.similar],
        }


class Hits(list[Hit]):
    """Hits, best first, with what was searched for.

    `restored` is the query with its diacritics put back, None where it was searched for as typed; `across_languages`
    tells whether the query is in another language than most documents.
    """

    def __init__(self, hits: Iterable[Hit], restored: str | None, *, across_languages: bool) -> None:
        super().__init__(hits)
        self.restored = restored
        self.across_languages = across_languages


# The share of the pairs of neighbouring words of two passages that both have, from which they are nearly the same.
ALIKE = 0.7
# Leading texts that others are compared with: the first page or two, which is where repetition is in the way.
LEADERS = 20


class Groups:
    """Places of texts in groups: each joins the first whose leading text it is like; unless `together`, none does."""

    def __init__(self, *, together: bool = True) -> None:
        self._together = together
        self._leaders: list[frozenset[tuple[str, str]]] = []
        self._members: list[list[int]] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Sequence[int]]:
        """Return the places of each group, the leader's first."""
        return iter(self._members)

    def add(self, texts: Iterable[str]) -> None:
        """Take the next texts."""
        for text in texts:
            group = self._group_of(_pairs(text)) if self._together else None
            if group is None:
                self._members.append([])
                group = -1
            self._members[group].append(self._count)
            self._count += 1

    def _group_of(self, found: frozenset[tuple[str, str]]) -> int | None:
        """Return the group that a text joins; where there is none, it leads one itself."""
        group = next((number for number, leader in enumerate(self._leaders) if _alike(found, leader)), None)
        if group is None and len(self._leaders) < LEADERS:
            self._leaders.append(found)
        return group


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    """Return the neighbours among its folded words, the first and the last beside nothing."""
    words = ["", *fold(text).split(), ""]
    return frozenset(pairwise(words))


def _numbers(pairs: frozenset[tuple[str, str]]) -> set[str]:
    return {word for word, _ in pairs if any(map(str.isdigit, word))}


def _alike(first: frozenset[tuple[str, str]], second: frozenset[tuple[str, str]]) -> bool:
    """Return whether the Jaccard similarity reaches `ALIKE`; another number makes another piece of news."""
    smaller, larger = sorted((len(first), len(second)))
    if smaller < ALIKE * larger:
        return False
    shared = len(first & second)
    return shared >= ALIKE * (smaller + larger - shared) and _numbers(first) == _numbers(second)
