"""BM25 of passages (Robertson and Zaragoza, 2009): their terms, what is counted of them, and the scores.

Tantivy computes the scores of an index; of passages that several indexes found, which are ranked as one, they are
computed here, with Tantivy's constants and rounding.

Tantivy no longer finds a deleted passage, but counts it until it merges the segment that the passage is in. Until then
the terms of such passages are kept here: what they add to the number of passages with a term is taken off again, and
padding, passages of terms that nobody asks for, brings the average length back to that of the living ones. So scores
are those of an index that was built of the living ones alone. By padding, too, an index scores its passages as among
those of several indexes.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.rows import StoredPassage
from qa.text import folded_terms, term_forms, terms

K1, B = 1.2, 0.75
FORMS = ("written", "folded")
_EXACT_BELOW = 24
_BITS = 4  # that are kept of what a length has beyond that
_TERMS_OF = {"written": terms, "folded": folded_terms}
_SAME = 1e-6
"""Averages that differ by a smaller share are the same, as exactly as scores are computed."""
_TERMS = 1_000_000
"""The average over so many is the same, however the number of terms is rounded."""

Terms = Mapping[str, str]
"""By form, the terms of a passage, separated by spaces."""


def terms_of(text: str) -> Terms:
    """Return the terms of the text that a passage is searched by."""
    return dict(zip(FORMS, term_forms(text), strict=True))


def terms_of_each(texts: Iterable[str]) -> list[Terms]:
    """Return the terms of each text."""
    return list(map(terms_of, texts))


def with_terms(passage: StoredPassage) -> tuple[int, Terms]:
    """Return the key and the terms of a passage."""
    return passage.key, terms_of(passage.search_text)


def count_terms(of_form: str) -> int:
    """Return how many terms a passage has in one of its forms."""
    return of_form.count(" ") + 1 if of_form else 0


@dataclass(frozen=True)
class Counted:
    """How many passages there are, and by form how many terms they have in all."""

    passages: int
    terms: Mapping[str, float]

    @property
    def lengths(self) -> dict[str, float]:
        """By form, how many terms a passage has on average, 1 at least."""
        return {form: max(1.0, terms / max(1, self.passages)) for form, terms in self.terms.items()}

    def is_like(self, other: Counted) -> bool:
        """Return whether passages are as long on average, as exactly as scores are computed."""
        return all(abs(self.lengths[form] / length - 1) <= _SAME for form, length in other.lengths.items())

    def missing_padding(self, counted: Counted | None, of_all: Counted | None) -> Counted | None:
        """Return the padding that these living passages need, or that `of_all` do if given; None where they need none.

        `counted` is what Tantivy counts, None while there is no padding yet whose score would tell.
        """
        if counted is None:
            return Counted(1, dict.fromkeys(FORMS, 1))
        return padding_among(counted, of_all) if of_all else padding(self, counted)


# Scores


class WeightedTerm(NamedTuple):
    """A term of a query: in which form it is looked up (`written` or `folded`) and how much it counts."""

    form: str
    term: str
    weight: float


def idf(passages: int, having: int) -> float:
    """Return BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


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


def explained(part: Mapping[str, Any], name: str) -> float:
    """Return the value of this name in the tree of an explanation, which must have it."""
    if str(part["description"]).startswith(f"{name},"):
        return float(part["value"])
    return next(filter(None, (explained(one, name) for one in part.get("details", []))), 0.0)


# Passages that are deleted, and padding


@dataclass(frozen=True)
class Deleted:
    """Deleted passages by key, each with its terms."""

    passages: Mapping[int, Terms] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Deleted:
        """Read what `save` wrote; raises `OSError` or `ValueError` where it cannot."""
        return cls({int(key): of_one for key, of_one in json.loads(path.read_bytes()).items()})

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_text(json.dumps(self.passages), encoding="utf-8")

    def __len__(self) -> int:
        return len(self.passages)

    def still(self, keys: Iterable[int]) -> Deleted:
        """Return those of these keys."""
        return Deleted({key: self.passages[key] for key in keys})

    def passages_with(self, form: str, term: str) -> int:
        """Return how many of them have the term."""
        return self._counts[form][term]

    @cached_property
    def _counts(self) -> dict[str, Counter[str]]:
        return {form: self._count(form) for form in FORMS}

    def _count(self, form: str) -> Counter[str]:
        return Counter(term for of_one in self.passages.values() for term in set(of_one[form].split()))


def padding(living: Counted, counted: Counted) -> Counted | None:
    """Return what to add to what Tantivy counts for the average length of the living; None where that is its average.

    At least one passage, and of each form at least one term.
    """
    missing = _missing(living, counted, 0)
    if all(abs(count) < max(1, living.terms[form] * 2e-7) for form, count in missing.items()):  # as exact as its floats
        return None
    passages = 1
    for form in FORMS:  # each passage of no terms makes room for as many as the living have on average
        average = living.terms[form] / living.passages
        passages = max(passages, math.ceil((1 - missing[form]) / average))
    return Counted(passages, {form: round(count) for form, count in _missing(living, counted, passages).items()})


def _missing(living: Counted, counted: Counted, added: int) -> dict[str, float]:
    share = (counted.passages + added) / living.passages
    return {form: living.terms[form] * share - counted.terms[form] for form in FORMS}


def padding_among(counted: Counted, of_all: Counted) -> Counted | None:
    """Return what to add to what Tantivy counts for the average length of all; None where that is its average.

    As many passages and terms as all have make it exact; where those are very many, fewer do.
    """
    if counted.is_like(of_all):
        return None
    lengths = of_all.lengths
    least = max(math.ceil(terms / lengths[form]) for form, terms in counted.terms.items())
    enough = max(least, *(math.ceil(_TERMS / length) for length in lengths.values()))
    passages = min(of_all.passages, enough) if least <= of_all.passages else enough
    passages = max(passages, counted.passages + 1)
    return Counted(
        passages - counted.passages,
        {form: round(lengths[form] * passages - counted.terms[form]) for form in FORMS},
    )
