"""What Tantivy counts behind BM25 beside the passages that are there, and how that is put right.

Tantivy finds a deleted passage no more, but takes it out of the counts behind BM25 only when it merges the segment
that the passage stands in. Until then the terms of such passages are kept here: what they add to the number of
passages with a term is taken off again, and padding, passages of no terms that anybody asks for, brings the average
length back to that of the living. So scores are those of an index that was built of the living alone. By padding, too,
an index scores its passages as among those of several indexes.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from qa.index.rows import StoredPassage
from qa.text import term_forms

FORMS = ("written", "folded")
_SAME = 1e-6
"""Averages that differ by a smaller share are the same, as exactly as scores are computed."""
_TERMS = 1_000_000
"""The average over so many is the same, however the number of terms is rounded."""

Terms = Mapping[str, str]
"""By form, the terms of a passage, separated by spaces."""


def terms_of(text: str) -> Terms:
    """Return the terms of the text that a passage is searched by."""
    return dict(zip(FORMS, term_forms(text), strict=True))


def with_terms(passage: StoredPassage) -> tuple[int, Terms]:
    """Return the key and the terms of a passage."""
    return passage.key, terms_of(passage.search_text)


def count_terms(of_form: str) -> int:
    """Return how many terms a passage has in one of its forms."""
    return of_form.count(" ") + 1 if of_form else 0


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


def idf(passages: int, having: int) -> float:
    """Return BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


def missing_padding(living: Counted, counted: Counted | None, of_all: Counted | None) -> Counted | None:
    """Return what to add for the average length of the living, or `of_all` if given; None where it is that already.

    `counted` is what Tantivy counts, None while there is no padding yet whose score would tell.
    """
    if counted is None:
        return Counted(1, dict.fromkeys(FORMS, 1))
    return padding_among(counted, of_all) if of_all else padding(living, counted)


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


def explained(part: Mapping[str, Any], name: str) -> float:
    """Return the value of this name in the tree of an explanation, which must have it."""
    if str(part["description"]).startswith(f"{name},"):
        return float(part["value"])
    return next(filter(None, (explained(one, name) for one in part.get("details", []))), 0.0)
