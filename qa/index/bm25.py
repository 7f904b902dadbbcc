"""BM25 of passages by their own terms, as they would be scored among more passages than their index has.

Several indexes are ranked as one by it. Constants and rounding are Tantivy's, so that scores are those of one index of
all the passages (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.text import folded_terms, terms

K1, B = 1.2, 0.75
_EXACT_BELOW = 24
_BITS = 4  # that are kept of what a length has beyond that
_TERMS_OF = {"written": terms, "folded": folded_terms}


class WeightedTerm(NamedTuple):
    """A term of a query: in which form it is looked up (`written` or `folded`) and how much it counts."""

    form: str
    term: str
    weight: float


def bm25(query: Sequence[WeightedTerm], texts: Iterable[str], lengths: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the BM25 of the texts that passages are searched by; a term's weight has its idf in it already.

    `lengths` is by form how many terms a passage has on average.
    """
    return np.array([_score(query, text, lengths) for text in texts], dtype=np.float32)


def _score(query: Sequence[WeightedTerm], text: str, lengths: Mapping[str, float]) -> float:
    score = 0.0
    for form in {form for form, _, _ in query}:
        found = _TERMS_OF[form](text)
        often = Counter(found)
        length = K1 * (1 - B + B * rounded_length(len(found)) / lengths[form])
        own = ((often[term], weight) for of, term, weight in query if of == form and term in often)
        score += sum(weight * (K1 + 1) * count / (count + length) for count, weight in own)
    return score


def rounded_length(length: int) -> int:
    """Return the length of a passage as Tantivy stores it, in one byte: from 40 terms on some of the lengths."""
    above = max(0, length - _EXACT_BELOW)
    lost = max(0, above.bit_length() - _BITS)
    return min(length, _EXACT_BELOW) + (above >> lost << lost)
