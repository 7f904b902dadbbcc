"""Putting back the diacritics of a question that was typed without them, or with some.

Each bare syllable may stand for several written ones ("dang": đang, đảng, đăng, ...). The likeliest row of them is
found by Viterbi's algorithm over pairs of neighbours, counted in a general table and in the texts that are searched.
A general table of Vietnamese syllables is shipped, which also tells whether a word is one.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.text.canonical import canonical, fold, nfc, nfd

# How much a count in the searched texts weighs beside one in the general table.
OWN_WEIGHT = 50.0
# The share of probability that is kept for pairs that were never seen.
UNSEEN = 0.05

# A word with digits is a code or a measure, and has no diacritics to lack.
_SYLLABLE = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_]|-\d)")
_TINY = 1e-9

Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class SyllableTable:
    """Counts of written syllables, and of pairs of neighbours.

    `pairs` are first * len(forms) + second in growing order, `times` how often each stands together.
    """

    forms: Sequence[str]
    counts: Numbers
    pairs: Numbers
    times: Numbers
    _numbers: dict[str, int] = field(default_factory=dict)
    _groups: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for number, form in enumerate(self.forms):
            self._numbers[form] = number
            self._groups[fold(form)].append(form)

    def forms_of(self, bare: str) -> list[str]:
        """The written forms of a folded syllable, the most frequent first; empty where none is known."""
        return self._groups.get(bare, [])

    def count(self, form: str) -> float:
        """How often a syllable stands in the table's texts."""
        number = self._numbers.get(form)
        return 0.0 if number is None else float(self.counts[number])

    def pair_count(self, first: str, second: str) -> float:
        """How often two syllables stand together in the table's texts."""
        one, other = self._numbers.get(first), self._numbers.get(second)
        if one is None or other is None:
            return 0.0
        pair = one * len(self.forms) + other
        place = int(np.searchsorted(self.pairs, np.uint32(pair)))
        return float(self.times[place]) if place < len(self.pairs) and self.pairs[place] == pair else 0.0


class Restorer:
    """A general table, and `own_count`, which tells how many searched passages have a term ("đảng", "đảng_viên")."""

    def __init__(self, table: SyllableTable, own_count: Callable[[str], int]) -> None:
        self._table = table
        self._own_count = own_count
        self._total = float(table.counts.sum()) or 1.0

    def restore(self, text: str) -> str:
        """The text with its likeliest diacritics; marks that were typed stay, and so do punctuation and case."""
        text = nfc(text)
        found = list(_SYLLABLE.finditer(text))
        choices = [self._choices(canonical(match[0])) for match in found]
        pieces, done = [], 0
        for match, form in zip(found, self._likeliest(choices), strict=True):
            pieces += [text[done : match.start()], _cased(form, match[0])]
            done = match.end()
        return "".join([*pieces, text[done:]])

    def _choices(self, typed: str) -> list[str]:
        forms = [form for form in self._table.forms_of(fold(typed)) if _agrees(form, typed)]
        return forms or [typed]

    def _likeliest(self, choices: Sequence[Sequence[str]]) -> list[str]:
        """Viterbi: for each form of a syllable, the best row that ends in it and its logarithmic probability."""
        if not choices:
            return []
        rows = [(math.log(self._chance(form)), [form]) for form in choices[0]]
        for forms in choices[1:]:
            rows = [self._longer(rows, form) for form in forms]
        return max(rows)[1]

    def _longer(self, rows: Sequence[tuple[float, list[str]]], form: str) -> tuple[float, list[str]]:
        chance, row = max((known + math.log(self._step(row[-1], form)), row) for known, row in rows)
        return chance, [*row, form]

    def _chance(self, form: str) -> float:
        return (self._count(form) + _TINY) / self._total

    def _step(self, first: str, second: str) -> float:
        together = self._table.pair_count(first, second) + OWN_WEIGHT * self._own_count(f"{first}_{second}")
        seen = together / max(self._count(first), together, 1.0)
        return (1 - UNSEEN) * seen + UNSEEN * self._chance(second)

    def _count(self, form: str) -> float:
        return self._table.count(form) + OWN_WEIGHT * self._own_count(form)


def _agrees(form: str, typed: str) -> bool:
    """Whether a form has every mark that was typed."""
    if len(form) != len(typed):
        return False
    return all(
        want == has or (set(nfd(want)) <= set(nfd(has))) or (want == "d" and has == "đ")
        for want, has in zip(typed, form, strict=True)
    )


def _cased(form: str, typed: str) -> str:
    if typed.isupper() and len(typed) > 1:
        return form.upper()
    return form.capitalize() if typed[:1].isupper() else form


# The table that is shipped


TABLE = Path(__file__).parent.parent / "models" / "vi-syllables.npz"


@cache
def syllable_table() -> SyllableTable:
    """How often syllables, and pairs of them, stand in Vietnamese text in general; read once, when first needed."""
    with np.load(TABLE, allow_pickle=False) as stored:
        forms = stored["forms"].tobytes().decode("utf-8").split(" ")
        return SyllableTable(forms, stored["counts"], stored["pairs"], stored["times"])


@lru_cache(maxsize=1 << 14)
def is_known(word: str) -> bool:
    """Whether a word, however it is spelled and capitalised, is a syllable of the table."""
    return syllable_table().count(canonical(word)) > 0
