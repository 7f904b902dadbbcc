"""Syllables of a text and the terms made of them: each syllable, and each pair of neighbours as "đảng_viên".

Syllables, numbers and dates of several spellings have one term. Knows nothing of weights or dictionaries: a pair is two
syllables side by side, be they a word or not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
_SYLLABLE_AND_LINK = re.compile(rf"({_WORD})([{_LINKS.replace('-', '')}-]+(?=[^\W_]))?")


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
    return _terms([_written_words[word] for word in text.split()])


def folded_terms(text: str) -> list[str]:
    """`terms` of the folded text."""
    return _terms([_folded_words[word] for word in text.split()])


class _Word(NamedTuple):
    """What stands between white space: its form, its syllables, and the pairs among them.

    It `opens` or `closes` where nothing but hyphens and slashes is before its first or after its last syllable.
    """

    form: str
    syllables: tuple[str, ...]
    pairs: tuple[str, ...]
    opens: bool
    closes: bool


def _terms(words: Sequence[_Word]) -> list[str]:
    found: list[str] = []
    pairs: list[str] = []
    before = ""
    for _, some, inner, opens, closes in words:
        if some:
            if before and opens:
                pairs.append(f"{before}_{some[0]}")
            found += some
            pairs += inner
            before = some[-1] if closes else ""
        elif not closes:
            before = ""
    return found + pairs + value_terms(" ".join([word.form for word in words if word.form]))


def _word(form: str) -> _Word:
    matches = list(_SYLLABLE_AND_LINK.finditer(form))
    some = tuple(plain_number(match[1]) for match in matches)
    pairs = tuple(f"{one}_{two}" for (one, two), match in zip(pairwise(some), matches, strict=False) if match[2])
    first, last = (matches[0].start(1), matches[-1].end(1)) if matches else (len(form), 0)
    return _Word(form, some, pairs, _is_link(form[:first]), _is_link(form[last:]))


def _is_link(between: str) -> bool:
    return not between.strip(_LINKS)


_written_words = WordCache(lambda word: _word(one_spelling(canonical(word))))
_syllable_counts = WordCache(lambda word: len(_SYLLABLE.findall(canonical(word))))
_folded_words = WordCache(lambda word: _word(one_folded_spelling(fold(word))))
