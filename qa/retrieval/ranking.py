"""Rank the candidates of both searches: fuse their scores, compare the best closely, and group near-duplicates.

Scores are standardised over a query's candidates, so that the scales of the two searches do not matter. The weights are
in a file beside the embedding model that they were fitted for; `python -m training.ranking` fits them, and
training/README.md has the tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from qa.embedding import BUNDLED, BUNDLED_FOLDER, BundledEmbedder, Embedder, EmbedderSettings, LateInteraction, Reranker
from qa.errors import ModelUnusableError
from qa.index.rows import Keys
from qa.passages import Passage, search_text
from qa.retrieval.evidence import Groups, Hit, Hits
from qa.retrieval.query import Query, Rule, addressed, names
from qa.retrieval.snapshots import Allowed, Snapshots
from qa.text import common_spelling

Scores = NDArray[np.float32]


def standard_scores(scores: Scores) -> Scores:
    """Return (score - mean) / standard deviation over the candidates; all 0 when they are all equal."""
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(lexical: Scores, dense: Scores, dense_share: float) -> Scores:
    """Return the weighted mean of both standard scores, shape (n,).

    With ranks alone, a weak search could outvote a confident one.
    """
    return (1 - dense_share) * standard_scores(lexical) + dense_share * standard_scores(dense)


@dataclass(frozen=True)
class Fitted:
    """Weights of the scores: each for one language and, with `_across`, for two.

    `dense_share` is the share of the dense score in the fused one, `close_weight` the weight of late interaction beside
    the fused score.
    """

    dense_share: float
    dense_share_across: float
    close_weight: float
    close_weight_across: float


NEUTRAL = Fitted(0.5, 0.85, 0.5, 0.5)
"""For any other model: both searches count equally; across languages, which share few words, mostly the dense one."""


def fitted_for(embedder: EmbedderSettings) -> Fitted:
    """Return the weights for an index's embedder.

    Raises `ModelUnusableError` if the bundled model's file is damaged.
    """
    numbers = _bundled()
    known = (embedder.name, embedder.revision) == (BUNDLED, numbers["revision"])
    return Fitted(**numbers["ranking"]) if known else NEUTRAL


@cache
def _bundled() -> dict[str, Any]:
    path = BUNDLED_FOLDER / "fitted.json"
    try:
        numbers = json.loads(path.read_text(encoding="utf-8"))
        Fitted(**numbers["ranking"])
        return {"revision": numbers["revision"], "ranking": numbers["ranking"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelUnusableError(str(path), f"its numbers cannot be read ({error!r})", "Install qa again.") from error


Mode = Literal["hybrid", "dense", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)

# Candidates that each search contributes to fusion.
DEPTH = 100
# Where a passage has many copies, up to this many times the candidates are searched for something else.
DEEPEST = 10
# How many of the best are compared closely, by late interaction or by a reranker.
CLOSE_DEPTH = 20
# What a passage gains by having every document number of the question: another number is another document.
NAMED_GAIN = 3.0

# What a passage gains by being in the article that the question names, and once more in its clause. Of 500 questions
# about articles of 40 made-up decisions, all have the article first with it, and 328 without.
ADDRESSED_GAIN = 3.0


class Ranking:
    """One search of one generation of the indexes, for any number of queries."""

    def __init__(
        self, snapshots: Snapshots, embedder: Embedder, reranker: Reranker | None, mode: Mode, without: Collection[Rule]
    ) -> None:
        self._snapshots = snapshots
        self._embedder = embedder
        self._reranker = reranker
        self._mode = mode
        self._without = without
        self.fitted = fitted_for(embedder.settings)

    def hits(self, queries: Sequence[Query], k: int, allowed: Allowed | None) -> list[Hits]:
        """Return the best k of each query's passages, best first."""
        texts = [query.text for query in queries]
        vectors = self._embedder.embed_queries(texts) if self._mode != "lexical" else np.zeros((len(texts), 0))
        return [self._hits(*pair, k, allowed) for pair in zip(queries, vectors, strict=True)]

    def _hits(self, query: Query, vector: Scores, k: int, allowed: Allowed | None) -> Hits:
        everything = max(len(self._snapshots), 1)
        deepest = min(everything, DEEPEST * max(k, DEPTH))
        k = min(k, everything)
        depth = min(max(k, DEPTH), everything)
        across = query.is_across(self._snapshots.languages)
        while True:
            keys, scores = self._candidates(query, vector, depth, allowed)
            found = list(self._grouped(keys, scores, k))
            if len(found) >= k or len(keys) < depth or depth >= deepest:
                return Hits(found, query.restored, across_languages=across, compared=len(keys))
            depth = min(4 * depth, deepest)

    def _candidates(self, query: Query, vector: Scores, depth: int, allowed: Allowed | None) -> tuple[Keys, Scores]:
        snapshots = self._snapshots
        if self._mode == "lexical":
            keys, scores = snapshots.lexical_candidates(query.terms, depth, allowed)
        elif self._mode == "dense":
            keys, scores = snapshots.dense_candidates(vector, depth, allowed)
        else:
            keys, scores = self._fused(query, vector, depth, allowed)
        return self._reranked(self._reranker, query, keys, scores) if self._reranker and len(keys) else (keys, scores)

    def _fused(self, query: Query, vector: Scores, depth: int, allowed: Allowed | None) -> tuple[Keys, Scores]:
        """Return the candidates of both searches, each scored exactly by both, best first, ties by key."""
        snapshots = self._snapshots
        lexical = snapshots.lexical_candidates(query.terms, depth, allowed)
        dense = snapshots.dense_candidates(vector, depth, allowed)
        keys = np.union1d(lexical[0], dense[0])
        if not len(keys):
            return keys, np.zeros(0, dtype=np.float32)
        by_words = _completed(keys, *lexical, partial(snapshots.lexical_scores, query.terms))
        by_vectors = _completed(keys, *dense, partial(snapshots.dense_scores, vector))
        across = query.is_across(snapshots.languages)
        share = self.fitted.dense_share_across if across else self.fitted.dense_share
        scores = fuse(by_words, by_vectors, share)
        if query.address:
            places = np.array([addressed(query, one) for one in snapshots.passages(keys)], dtype=np.float32)
            scores = scores + np.float32(ADDRESSED_GAIN) * places
        return self._looked_at(query, *_ordered(keys, scores))

    def _looked_at(self, query: Query, keys: Keys, scores: Scores) -> tuple[Keys, Scores]:
        """Compare the best candidates closely, and give the rest the smallest gain of these."""
        head = keys[:CLOSE_DEPTH]
        gains = np.zeros(len(head))
        if query.document_numbers:
            gains += NAMED_GAIN * np.array([names(query, text) for text in self._texts(head)])
        if "late_interaction" not in self._without and isinstance(self._embedder, LateInteraction):
            across = query.is_across(self._snapshots.languages)
            close = standard_scores(self._max_sim(self._embedder, query.text, head))
            gains = gains + close * (self.fitted.close_weight_across if across else self.fitted.close_weight)
        rest = np.full(len(keys) - len(gains), gains.min())
        return _ordered(keys, (scores + np.concatenate([gains, rest])).astype(np.float32))

    def _max_sim(self, embedder: LateInteraction, text: str, keys: Keys) -> Scores:
        """Compare stored tokens, where there are any: splitting texts into tokens takes most of the time."""
        if isinstance(embedder, BundledEmbedder) and (tokens := self._snapshots.tokens(keys)) is not None:
            return embedder.max_sim_of_tokens(text, tokens)
        return embedder.max_sim(text, self._texts(keys))

    def _reranked(self, reranker: Reranker, query: Query, keys: Keys, scores: Scores) -> tuple[Keys, Scores]:
        """Return the best passages in the order of the reranker's scores.

        The rest follow in their own order, with scores 1 lower.
        """
        head = keys[:CLOSE_DEPTH]
        best = np.asarray(reranker.rerank(query.text, self._texts(head)), dtype=np.float32)
        if best.shape != head.shape or not np.isfinite(best).all():
            raise ModelUnusableError("reranker", f"it gave no score for each of {len(head)} passages")
        head, best = _ordered(head, best)
        rest = scores[CLOSE_DEPTH:]
        below = rest - rest[:1] + best[-1] - 1
        return np.concatenate([head, keys[CLOSE_DEPTH:]]), np.concatenate([best, below])

    def _texts(self, keys: Keys) -> list[str]:
        return [
            common_spelling(search_text(one.title, one.text, one.context)) for one in self._snapshots.passages(keys)
        ]

    def _grouped(self, keys: Keys, scores: Scores, k: int) -> Iterator[Hit]:
        """Yield the first k groups of near-duplicates, or single passages if the rule is switched off."""
        groups, passages = Groups(together="grouping" not in self._without), list[Passage]()
        for start in range(0, len(keys), k):
            if len(groups) >= k:
                break
            some = self._snapshots.passages(keys[start : start + k])
            passages += some
            groups.add(passage.text for passage in some)
        for rank, (leader, *others) in enumerate(list(groups)[:k], start=1):
            similar = tuple(Hit(passages[place], float(scores[place]), rank) for place in others)
            yield Hit(passages[leader], float(scores[leader]), rank, similar)


def _completed(keys: Keys, found: Keys, known: Scores, score: Callable[[Keys], Scores]) -> Scores:
    """Return the score of each key, in order: the known one if it was found, else the one that `score` computes."""
    scores = np.zeros(len(keys), dtype=np.float32)
    scores[np.searchsorted(keys, found)] = known
    others = np.setdiff1d(keys, found)
    scores[np.searchsorted(keys, others)] = score(others)
    return scores


def _ordered(keys: Keys, scores: Scores) -> tuple[Keys, Scores]:
    """Sort by descending score, then by key."""
    order = np.lexsort((keys, -scores))
    return keys[order], scores[order]
