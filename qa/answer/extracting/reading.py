"""A text as the weighing reads it: its words, folded, with their places, clauses and sentences.

Knows nothing of questions.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from qa.text import fold, sentences, syllables

_CLAUSE_END = re.compile(r"[;:\n(]")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words of a text in order: folded, as they are written, where they start, and which clause they are in.

    `sentences` are offsets in the text.
    """

    folded: tuple[str, ...]
    written: tuple[str, ...]
    starts: tuple[int, ...]
    clauses: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]

    def words(self, start: int, end: int) -> range:
        """The numbers of the words that begin in `text[start:end]`."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))

    def clause(self, place: range, within: range) -> range:
        """The words of the clauses that some words touch, as far as they are `within` others."""
        first, last = self.clauses[place.start], self.clauses[place.stop - 1]
        start, stop = bisect_left(self.clauses, first), bisect_left(self.clauses, last + 1)
        return range(max(start, within.start), min(stop, within.stop))


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """A text is read once, since questions over the same documents meet the same passages."""
    found = syllables(text)
    starts = tuple(one.start for one in found)
    spans = tuple(sentences(text))
    stops = sorted({*(match.end() for match in _CLAUSE_END.finditer(text)), *(end for _, end in spans)})
    return Reading(
        tuple(folded(one.form) for one in found),
        tuple(one.form for one in found),
        starts,
        tuple(bisect_left(stops, start + 1) for start in starts),
        spans,
    )


@lru_cache(maxsize=50_000)
def folded(form: str) -> str:
    """`fold`, remembered: a language has few syllables."""
    return fold(form)
