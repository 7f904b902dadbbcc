"""The handle on one index for asking: `Searcher` finds passages and ranks them as `Hit`s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Embedder
from qa.errors import QuestionError
from qa.index import Filters, Index, Snapshot
from qa.index.rows import Keys
from qa.passages import Passage
from qa.retrieval.absent import absent_words
from qa.retrieval.fusion import fuse
from qa.retrieval.query import Query, to_query
from qa.retrieval.restoring import restore
from qa.text import canonical, fold, folded_terms, syllables

Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)
Scores = NDArray[np.float32]

# Candidates that each search hands to fusion.
DEPTH = 100
# Share of the dense score in the fused one, when question and passages share a language and when they do not. nDCG@10
# on MLQA dev and on held-out training questions with .3: .813, .597; .4: .825, .601; .5: .833, .605; .55: .834, .605.
DENSE_SHARE = 0.5
DENSE_SHARE_ACROSS = 0.85


@dataclass(frozen=True)
class Hit:
    """A passage found: `rank` counts from 1, a higher `score` is better.

    A dense score is a cosine, a lexical one a BM25, a hybrid one a mean of standard scores over the candidates.
    """

    passage: Passage
    score: float
    rank: int

    def to_json(self) -> dict[str, Any]:
        """Rank, score and passage in values that JSON knows."""
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
                "text": passage.text,
            },
        }


@dataclass(frozen=True)
class Support:
    """How far a text speaks of a query: `cosine` of both vectors; `coverage`, the share of the query's terms, each
    counting by its rarity in the index, that the text has in any diacritics.
    """

    cosine: float
    coverage: float


class Searcher:
    """Answers queries from one index; safe to share between threads."""

    def __init__(self, index: Index) -> None:
        self.index = index

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Searcher:
        """Opens the index with the embedder that it was built with; raises what `Index.open` raises."""
        return cls(Index.open(path, embedder, offline=offline))

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None, literal: bool = False
    ) -> list[Hit]:
        """The best k passages, best first; raises `QuestionError` for a query that cannot be searched for.

        Diacritics that were not typed are put back first, unless `literal`; `restored` tells what is searched for.
        """
        return self.search_many([query], k=k, mode=mode, filters=filters, literal=literal)[0]

    def search_many(
        self,
        queries: Sequence[str],
        *,
        k: int = 10,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        literal: bool = False,
    ) -> list[list[Hit]]:
        """A list of hits for each query, in their order, all from one generation of the index."""
        if mode not in MODES:
            raise QuestionError(f"There is no mode {mode!r}.", f"Use one of: {', '.join(MODES)}.")
        if k < 1:
            raise QuestionError(f"{k} hits were asked for.", "Ask for at least 1.")
        with self.index.reading() as snapshot:
            ready = [to_query(query, None if literal else partial(restore, snapshot)) for query in queries]
            vectors = self._vectors(ready, mode)
            allowed = snapshot.allowed(filters)
            k = min(k, max(len(snapshot), 1))
            return [_search(snapshot, *pair, k, mode, allowed) for pair in zip(ready, vectors, strict=True)]

    def restored(self, query: str) -> str | None:
        """The query with diacritics put back, None where it is searched for as it was typed."""
        with self.index.reading() as snapshot:
            return to_query(query, partial(restore, snapshot)).restored

    def support(self, query: str, texts: Sequence[str]) -> list[Support]:
        """How far each text speaks of the query, by the yardsticks of both searches, whatever index they are from."""
        embedder = self.index.embedder
        asked = sorted(set(folded_terms(query)))
        with self.index.reading() as snapshot:
            text = to_query(query, partial(restore, snapshot)).text
            rarities = dict(zip(asked, snapshot.rarities("folded", asked), strict=True))
        cosines = embedder.embed_passages(texts) @ embedder.embed_queries([text])[0]
        return [Support(float(c), _coverage(rarities, text)) for c, text in zip(cosines, texts, strict=True)]

    def rarities(self, terms: Sequence[str]) -> dict[str, float]:
        """How rare each folded term is among all passages; no lower than that of a term that none has."""
        with self.index.reading() as snapshot:
            return dict(zip(terms, snapshot.rarities("folded", list(terms)), strict=True))

    def absent(self, text: str) -> list[str]:
        """The words of a text that no passage has in any diacritics."""
        with self.index.reading() as snapshot:
            return absent_words(snapshot, text)

    def cosines(self, query: str, texts: Sequence[str]) -> list[float]:
        """How near the meaning of each text is to that of the query."""
        embedder = self.index.embedder
        found = embedder.embed_passages(texts) @ embedder.embed_queries([query])[0]
        return [float(cosine) for cosine in found]

    def is_across_languages(self, query: str) -> bool:
        """Whether the query's language, where it is known, is not that of most documents."""
        with self.index.reading() as snapshot:
            return _across_languages(to_query(query, None), snapshot)

    def matches(self, query: str, text: str) -> list[tuple[int, int]]:
        """Spans of the words in `text` that the query also has, in order; diacritics count if the query has any."""
        form = fold if canonical(query) == fold(query) else canonical
        asked = {form(word.form) for word in syllables(query)}
        return [(word.start, word.end) for word in syllables(text) if form(word.form) in asked]

    def _vectors(self, queries: Sequence[Query], mode: Mode) -> Scores:
        if mode == "lexical":
            return np.zeros((len(queries), 0), dtype=np.float32)
        return self.index.embedder.embed_queries([query.text for query in queries])


def _search(snapshot: Snapshot, query: Query, vector: Scores, k: int, mode: Mode, allowed: Keys | None) -> list[Hit]:
    if mode == "lexical":
        keys, scores = snapshot.lexical_candidates(query.terms, k, allowed)
    elif mode == "dense":
        keys, scores = snapshot.dense_candidates(vector, k, allowed)
    else:
        keys, scores = _fused(snapshot, query, vector, max(k, DEPTH), allowed)
    found = zip(snapshot.passages(keys[:k]), scores[:k].tolist(), strict=True)
    return [Hit(passage, score, rank) for rank, (passage, score) in enumerate(found, 1)]


def _fused(snapshot: Snapshot, query: Query, vector: Scores, depth: int, allowed: Keys | None) -> tuple[Keys, Scores]:
    """Both searches' candidates, each scored exactly by both, best first, then by key."""
    lexical, _ = snapshot.lexical_candidates(query.terms, depth, allowed)
    dense, _ = snapshot.dense_candidates(vector, depth, allowed)
    keys = np.union1d(lexical, dense)
    if not len(keys):
        return keys, np.zeros(0, dtype=np.float32)
    share = DENSE_SHARE_ACROSS if _across_languages(query, snapshot) else DENSE_SHARE
    scores = fuse(snapshot.lexical_scores(query.terms, keys), snapshot.dense_scores(vector, keys), share)
    order = np.lexsort((keys, -scores))
    return keys[order], scores[order]


def _coverage(rarities: dict[str, float], text: str) -> float:
    had = set(folded_terms(text))
    total = sum(rarities.values())
    return sum(rarity for term, rarity in rarities.items() if term in had) / total if total else 0.0


def _across_languages(query: Query, snapshot: Snapshot) -> bool:
    if query.language is None or not snapshot.languages:
        return False
    return query.language != max(snapshot.languages, key=lambda language: snapshot.languages[language])
