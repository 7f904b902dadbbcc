"""Passages that were deleted from the lexical index while Tantivy goes on counting them, and how that is put right.

Tantivy finds a deleted passage no more, but takes it out of the counts behind BM25 only when it merges the segment
that the passage stands in. Until then the terms of such passages are kept here: what they add to the number of
passages with a term is taken off again, and padding, passages of no terms that anybody asks for, brings the average
length back to that of the living. So scores are those of an index that was built of the living alone.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

FORMS = ("written", "folded")

Terms = Mapping[str, str]
"""By form, the terms of a passage, separated by spaces."""


@dataclass(frozen=True)
class Deleted:
    """Deleted passages by key, each with its terms."""

    passages: Mapping[int, Terms] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Deleted:
        """Read what `save` wrote; raises `OSError` or `ValueError` where it cannot."""
        return cls({int(key): terms for key, terms in json.loads(path.read_bytes()).items()})

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
        return Counter(term for terms in self.passages.values() for term in set(terms[form].split()))


@dataclass(frozen=True)
class Counted:
    """How many passages there are, and by form how many terms they have in all."""

    passages: int
    terms: Mapping[str, float]


def idf(passages: int, having: int) -> float:
    """Return BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


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
