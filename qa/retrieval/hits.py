"""What a search returns: passages found, with how they were found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from qa.passages import Passage


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
