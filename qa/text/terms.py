"""Syllables of a text and the terms made of them: each syllable, and each pair of neighbours as "đảng_viên".

Syllables, numbers and dates of several spellings have one term. Knows nothing of weights or dictionaries: a pair is two
syllables side by side, be they a word or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from qa.text.canonical import MARKS, canonical, canonical_with_offsets, fold
from qa.text.spelling import one_folded_spelling, one_spelling
from qa.text.values.terms import value_terms
from qa.text.values.value import plain_number

# Letters and digits with their marks; "." and "," only between digits: "5.248.607" and "5,2" stay one.
_WORD = rf"[^\W_]+(?:(?:[{MARKS}]+|(?<=\d)[.,](?=\d))[^\W_]*)*"
_SYLLABLE = re.compile(_WORD)
_SYLLABLE_AND_LINK = re.compile(rf"({_WORD})([ \-\u2010\u2011/]+(?=[^\W_]))?")


@dataclass(frozen=True, slots=True)
class Syllable:
    """A canonical syllable or number, and where it stands in the text as it was written."""

    form: str
    start: int
    end: int


def syllables(text: str) -> list[Syllable]:
    """Runs of letters and digits, in order, with their offsets in `text`."""
    form = canonical_with_offsets(text)
    return [Syllable(match[0], *form.original_span(*match.span())) for match in _SYLLABLE.finditer(form.text)]


def count_syllables(text: str) -> int:
    """How many `syllables` a text has, without finding out where they stand, which takes most of the time."""
    return len(_SYLLABLE.findall(canonical(text)))


def terms(text: str) -> list[str]:
    """Canonical syllables in order, then pairs of those that only spaces, hyphens or slashes separate, then values.

    Repeats repeat; no term holds white space, and only a pair holds "_".
    """
    return _terms(one_spelling(canonical(text)))


def folded_terms(text: str) -> list[str]:
    """`terms` of the folded text."""
    return _terms(one_folded_spelling(fold(text)))


def _terms(form: str) -> list[str]:
    found = [(plain_number(syllable), link) for syllable, link in _SYLLABLE_AND_LINK.findall(form)]
    pairs = [f"{first}_{second}" for (first, link), (second, _) in pairwise(found) if link]
    return [syllable for syllable, _ in found] + pairs + value_terms(form)
