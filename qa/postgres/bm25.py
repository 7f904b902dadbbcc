"""Score by BM25 over our terms: the weights that pgvector searches, and the exact scores.

A passage's score for a query is the sum, over the terms that they share, of the query's weight times the term's inverse
document frequency times (k1 + 1) tf / (tf + k1 (1 - b + b length / average length)), with k1 = 1.2 and b = 0.75
(Robertson and Zaragoza 2009). Only the current average length is unknown when a passage is stored, so pgvector gets
weights for a typical average and finds candidates, whose exact scores are computed here. Lengths are rounded as in
Lucene and Tantivy, so that a folder's index has the same scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.bm25 import FORMS, K1, B, rounded_length

TYPICAL_LENGTH = 110.0
"""The average number of terms in a passage of news, in either form."""
MOST_TERMS = 1_000
"""pgvector indexes no vector with more, so only a passage's heaviest terms are searched; all of them are scored."""
DIMENSION = 1_000_000_000

Ids = NDArray[np.int32]
Scores = NDArray[np.float32]


class Counts(NamedTuple):
    """BM25's counts for one passage: its terms by ascending id, their frequencies, and whether each is folded."""

    ids: Ids
    times: NDArray[np.uint16]
    folded: NDArray[np.bool_]
    lengths: tuple[int, int]

    def to_bytes(self) -> bytes:
        """Encode for the column `terms`: the ids, negative for folded terms, then the counts, little endian."""
        signed = np.where(self.folded, -self.ids, self.ids).astype("<i4")
        return signed.tobytes() + self.times.astype("<u2").tobytes()

    def weights(self) -> Scores:
        """Return the weight of each term in a corpus of the typical length."""
        norms = np.array([_norm(length, TYPICAL_LENGTH) for length in self.lengths])
        weights: Scores = ((K1 + 1) * self.times / (self.times + norms[self.folded.astype(np.int8)])).astype(np.float32)
        return weights


def _norm(length: int, average: float) -> float:
    return K1 * (1 - B + B * rounded_length(length) / average)


def sparse_bytes(ids: Ids, weights: Scores) -> bytes:
    """Return a sparsevec in PostgreSQL's binary format, with the `MOST_TERMS` heaviest terms at most."""
    if len(ids) > MOST_TERMS:
        kept = np.sort(np.argsort(-weights, kind="stable")[:MOST_TERMS])
        ids, weights = ids[kept], weights[kept]
    head = np.array([DIMENSION, len(ids), 0], dtype=">i4")
    return head.tobytes() + (ids - 1).astype(">i4").tobytes() + weights.astype(">f4").tobytes()


def sparse_text(weights: Mapping[int, float]) -> str:
    """Return a sparsevec as an SQL literal."""
    return f"{{{','.join(f'{key}:{weight:.7g}' for key, weight in sorted(weights.items()))}}}/{DIMENSION}"


StoredCounts = tuple[bytes, int, int]
"""A passage's entry in the table `lexical`: `Counts.to_bytes`, and its lengths in both forms."""


def exact_scores(stored: Sequence[StoredCounts], weights: Mapping[int, float], lengths: Mapping[str, float]) -> Scores:
    """Return the BM25 of passages for a query's weights by term id, each already times its idf.

    `lengths` is the average number of terms in a passage, by form.
    """
    if not stored or not weights:
        return np.zeros(len(stored), dtype=np.float32)
    averages = [lengths[form] for form in FORMS]
    sizes = np.array([len(one[0]) // 6 for one in stored])
    signed = np.concatenate([np.frombuffer(one[0], "<i4", size) for one, size in zip(stored, sizes, strict=True)])
    times = np.concatenate(
        [np.frombuffer(one[0], "<u2", offset=4 * int(n)) for one, n in zip(stored, sizes, strict=True)]
    )
    rows = np.repeat(np.arange(len(stored)), sizes)
    asked = np.array(sorted(weights))
    found = np.isin(np.abs(signed), asked)
    signed, times, rows = signed[found], times[found].astype(np.float64), rows[found]
    norms = np.array([[_norm(length, mean) for length, mean in zip(one[1:], averages, strict=True)] for one in stored])
    by_id = np.array([weights[key] for key in asked.tolist()])
    counted = (K1 + 1) * times / (times + norms[rows, (signed < 0).astype(int)])
    totals = np.bincount(rows, by_id[np.searchsorted(asked, np.abs(signed))] * counted, len(stored))
    return totals.astype(np.float32)
