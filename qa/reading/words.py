"""The folded words of a text with their places; each text is read once, since questions meet the same passages.

Knows nothing of questions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from qa.text import fold, sentences, syllables
from qa.text.values import Value, values

LONGEST_SYLLABLE = 7
"""Letters, as in "nghiêng"; a longer word is foreign, and spelled in several ways."""


@dataclass(frozen=True)
class Words:
    """The words of a text in order, folded, with where they start."""

    folded: tuple[str, ...]
    starts: tuple[int, ...]

    @cached_property
    def all(self) -> frozenset[str]:
        """Each of them once."""
        return frozenset(self.folded)

    def within(self, start: int, end: int) -> tuple[str, ...]:
        """Return those that start in `text[start:end]`."""
        return self.folded[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """Return the words of a text."""
    found = syllables(text)
    return Words(tuple(_folded(one.form) for one in found), tuple(one.start for one in found))


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a text's sentences."""
    return tuple(sentences(text))


@lru_cache(maxsize=4096)
def values_of(text: str) -> tuple[Value, ...]:
    """Return the values of a text."""
    return tuple(values(text))


@lru_cache(maxsize=50_000)
def _folded(form: str) -> str:
    """`fold`, remembered: a language has few syllables."""
    return fold(form)


def are_spelled_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two names are one, with at most a letter of each long word more, less or another."""
    return len(one) == len(other) and all(map(_are_nearly_equal, one, other))


def _are_nearly_equal(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(shorter) <= LONGEST_SYLLABLE:
        return one == other
    alike = SequenceMatcher(None, one, other).get_matching_blocks()
    return sum(run.size for run in alike) >= len(longer) - 1
