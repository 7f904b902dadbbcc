"""Score passages by BM25 (Robertson and Zaragoza, 2009): their terms, counts and scores.

Tantivy computes the scores of a single index. When several indexes are searched as one, scores are computed here, with
Tantivy's constants and rounding.

Tantivy no longer finds a deleted passage, but counts it until it merges the passage's segment. Until then the terms of
deleted passages are kept here: they are subtracted from the number of passages with a term, and padding, passages of a
term that nobody searches for, brings the average length back to that of the living passages. Scores are therefore those
of an index built from the living passages alone. Padding also lets an index score its passages as if they were among
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
_BITS = 4  # leading ones, kept of the part of a length above that
_TERMS_OF = {"written": terms, "folded": folded_terms}
_SAME = 1e-6
"""Averages within this relative difference count as equal: scores are no more precise."""
_TERMS = 1_000_000
"""With at least this many terms, rounding their number changes the average by less than `_SAME`."""

Terms = Mapping[str, str]
"""The terms of a passage by form, separated by spaces."""


def terms_of(text: str) -> Terms:
    """Return the terms of a passage's search text."""
    return dict(zip(FORMS, term_forms(text), strict=True))


def terms_of_each(texts: Iterable[str]) -> list[Terms]:
    """Return the terms of each text."""
    return list(map(terms_of, texts))


def with_terms(passage: StoredPassage) -> tuple[int, Terms]:
    """Return the key and the terms of a passage."""
    return passage.key, terms_of(passage.search_text)


def count_terms(of_form: str) -> int:
    """Return how many terms one form of a passage has."""
    return of_form.count(" ") + 1 if of_form else 0


@dataclass(frozen=True)
class Counted:
    """The number of passages, and the total number of their terms by form."""

    passages: int
    terms: Mapping[str, float]

    @property
    def lengths(self) -> dict[str, float]:
        """The average number of terms in a passage by form, at least 1."""
        return {form: max(1.0, terms / max(1, self.passages)) for form, terms in self.terms.items()}

    def is_like(self, other: Counted) -> bool:
        """Return whether the average lengths are the same, to the precision of scores."""
        return all(abs(self.lengths[form] / length - 1) <= _SAME for form, length in other.lengths.items())

    def missing_padding(self, counted: Counted | None, of_all: Counted | None) -> Counted | None:
        """Return the padding still needed for the average lengths of these living passages, or of `of_all` if given.

        It is None if none is needed. `counted` is what Tantivy counts, None while there is no padding whose score would
        reveal it.
        """
        if counted is None:
            return Counted(1, dict.fromkeys(FORMS, 1))
        return padding_among(counted, of_all) if of_all else padding(self, counted)


# Scores


class WeightedTerm(NamedTuple):
    """A term of a query, the form in which it is looked up (`written` or `folded`), and its weight."""

    form: str
    term: str
    weight: float


def idf(passages: int, having: int) -> float:
    """Return BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


def bm25(query: Sequence[WeightedTerm], texts: Iterable[str], lengths: Mapping[str, float]) -> NDArray[np.float32]:
    """Return the BM25 of search texts, shape (len(texts),); a term's weight already includes its idf.

    `lengths` is the average number of terms in a passage, by form.
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
    """Return a passage's length as Tantivy stores it, in one byte: exact up to 40 terms, rounded down above."""
    above = max(0, length - _EXACT_BELOW)
    lost = max(0, above.bit_length() - _BITS)
    return min(length, _EXACT_BELOW) + (above >> lost << lost)


def explained(part: Mapping[str, Any], name: str) -> float:
    """Return the value with this name from the tree of Tantivy's explanation of a score, which must contain it."""
    if str(part["description"]).startswith(f"{name},"):
        return float(part["value"])
    return next(filter(None, (explained(one, name) for one in part.get("details", []))), 0.0)


# Deleted passages and padding


@dataclass(frozen=True)
class Deleted:
    """The terms of deleted passages, by key."""

    passages: Mapping[int, Terms] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Deleted:
        """Read what `save` wrote; raises `OSError` or `ValueError` if it cannot be read."""
        return cls({int(key): of_one for key, of_one in json.loads(path.read_bytes()).items()})

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_text(json.dumps(self.passages), encoding="utf-8")

    def __len__(self) -> int:
        return len(self.passages)

    def still(self, keys: Iterable[int]) -> Deleted:
        """Return only the passages with these keys."""
        return Deleted({key: self.passages[key] for key in keys})

    def passages_with(self, form: str, term: str) -> int:
        """Return how many deleted passages have the term."""
        return self._counts[form][term]

    @cached_property
    def _counts(self) -> dict[str, Counter[str]]:
        return {form: self._count(form) for form in FORMS}

    def _count(self, form: str) -> Counter[str]:
        return Counter(term for of_one in self.passages.values() for term in set(of_one[form].split()))


def padding(living: Counted, counted: Counted) -> Counted | None:
    """Return the padding that brings Tantivy's average lengths to those of the living; None if they are equal already.

    It has at least one passage, and at least one term of each form.
    """
    missing = _missing(living, counted, 0)
    if all(abs(count) < max(1, living.terms[form] * 2e-7) for form, count in missing.items()):  # a float's precision
        return None
    passages = 1
    for form in FORMS:  # each empty passage makes room for the terms of an average one
        average = living.terms[form] / living.passages
        passages = max(passages, math.ceil((1 - missing[form]) / average))
    return Counted(passages, {form: round(count) for form, count in _missing(living, counted, passages).items()})


def _missing(living: Counted, counted: Counted, added: int) -> dict[str, float]:
    share = (counted.passages + added) / living.passages
    return {form: living.terms[form] * share - counted.terms[form] for form in FORMS}


def padding_among(counted: Counted, of_all: Counted) -> Counted | None:
    """Return the padding that brings Tantivy's average lengths to those in `of_all`; None if they are equal already.

    Padded to as many passages and terms as `of_all`, the averages are exact; if those are very many, fewer suffice.
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
