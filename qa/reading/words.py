"""The folded words of a text with their places; each text is read once, since questions meet the same passages.

Knows nothing of questions.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa.text import fold, sentences, syllables
from qa.text.values import Value, values


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
