"""Syllables of a text and the terms made of them: each syllable, and each pair of neighbours as "đảng_viên".

Syllables, numbers and dates of several spellings have one term. Knows nothing of weights or dictionaries: a pair is two
syllables side by side, be they a word or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from qa.text.canonical import MARKS, WordCache, canonical, canonical_with_offsets, fold
from qa.text.spelling import one_folded_spelling, one_spelling
from qa.text.values.terms import value_terms
from qa.text.values.value import plain_number

# Letters and digits with their marks; "." and "," only between digits: "5.248.607" and "5,2" stay one.
_WORD = rf"[^\W_]+(?:(?:[{MARKS}]+|(?<=\d)[.,](?=\d))[^\W_]*)*"
_SYLLABLE = re.compile(_WORD)
_LINKS = " -\u2010\u2011/"


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
    return sum(map(_syllable_counts.__getitem__, text.split()))


def terms(text: str) -> list[str]:
    """Canonical syllables in order, then pairs of those that only spaces, hyphens or slashes separate, then values.

    Repeats repeat; no term holds white space, and only a pair holds "_".
    """
    return _terms(text, _written_words)


def folded_terms(text: str) -> list[str]:
    """`terms` of the folded text."""
    return _terms(text, _folded_words)


class _Word(NamedTuple):
    """What stands between white space: its form, and its syllables, with a space between two that are neighbours.

    "|" stands between others, and at an end that has more than hyphens and slashes.
    """

    form: str
    syllables: str


def _terms(text: str, known: WordCache[_Word]) -> list[str]:
    words = [known[word] for word in text.split()]
    runs = " ".join([word.syllables for word in words])
    pairs = [pair for run in runs.split("|") for pair in map("_".join, pairwise(run.split()))]
    return runs.replace("|", " ").split() + pairs + value_terms(" ".join([word.form for word in words if word.form]))


def _word(form: str) -> _Word:
    parts, done = [], 0
    for match in _SYLLABLE.finditer(form):
        parts += [_parting(form[done : match.start()]), plain_number(match[0])]
        done = match.end()
    return _Word(form, " ".join([*parts, _parting(form[done:])]))


def _parting(between: str) -> str:
    return "|" if between.strip(_LINKS) else ""


_written_words = WordCache(lambda word: _word(one_spelling(canonical(word))))
_folded_words = WordCache(lambda word: _word(one_folded_spelling(fold(word))))
_syllable_counts = WordCache(lambda word: len(_SYLLABLE.findall(canonical(word))))
