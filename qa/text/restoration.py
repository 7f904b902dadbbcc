"""Restore the diacritics of a question typed without them, with some, or with the keys that type them.

Each bare syllable has several possible written forms ("dang": đang, đảng, đăng, ...). The likeliest sequence is found
by Viterbi's algorithm over pairs of neighbours, counted in a general table and in the texts that are searched. A
general table of Vietnamese syllables is shipped, which also tells whether a word is one. Telex and VNI keys
("phuwowngf", "d9a5t") are read as the letters that they stand for.
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
from qa.text.language import detect_language, is_vietnamese_syllable

# The weight of a count in the searched texts relative to one in the general table. Measured with it: 97.4 % of
# syllables and 75 % of whole questions right.
OWN_WEIGHT = 50.0
# The share of probability that is kept for pairs that were never seen; chosen by hand.
UNSEEN = 0.05

# Two syllables are one word when they occur side by side this often, and this many times as often as by chance.
LEAST_TIMES = 50.0
LEAST_LIFT = 50.0

# A word with digits is a code or a measure, and has no diacritics to lack.
_SYLLABLE = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_]|-\d)")
_TINY = 1e-9
_TONE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323")

Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class SyllableTable:
    """Counts of written syllables, and of pairs of neighbours.

    `pairs` are first * len(forms) + second in ascending order, `times` how often each pair occurs.
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
        """Return the written forms of a folded syllable, the most frequent first; empty if none is known."""
        return self._groups.get(bare, [])

    def count(self, form: str) -> float:
        """Return how often a syllable occurs in the table's texts."""
        number = self._numbers.get(form)
        return 0.0 if number is None else float(self.counts[number])

    def pair_count(self, first: str, second: str) -> float:
        """Return how often two syllables occur side by side in the table's texts."""
        one, other = self._numbers.get(first), self._numbers.get(second)
        if one is None or other is None:
            return 0.0
        pair = one * len(self.forms) + other
        place = int(np.searchsorted(self.pairs, np.uint32(pair)))
        return float(self.times[place]) if place < len(self.pairs) and self.pairs[place] == pair else 0.0

    def is_compound(self, first: str, second: str, lift: float = LEAST_LIFT) -> bool:
        """Return whether two syllables are one word: they are neighbours often, and far more often than by chance."""
        together = self.pair_count(first, second)
        chance = self.count(first) * self.count(second) / (float(self.counts.sum()) or 1.0)
        return together >= LEAST_TIMES and together > lift * chance


class Restorer:
    """A general table, and `own_count`, the number of searched passages that have a term ("đảng", "đảng_viên")."""

    def __init__(self, table: SyllableTable, own_count: Callable[[str], int]) -> None:
        self._table = table
        self._own_count = own_count
        self._total = float(table.counts.sum()) or 1.0

    def restore(self, text: str) -> str:
        """Return the text with its likeliest diacritics; marks that were typed stay, and so do punctuation and case.

        A word that was typed with its tone, and is one as it stands, gets no other marks.
        """
        text = nfc(text)
        found = list(_SYLLABLE.finditer(text))
        choices = [self._choices(canonical(match[0])) for match in found]
        pieces, done = [], 0
        for match, form in zip(found, self._likeliest(choices), strict=True):
            pieces += [text[done : match.start()], _cased(form, match[0])]
            done = match.end()
        return "".join([*pieces, text[done:]])

    def _choices(self, typed: str) -> list[str]:
        if not _TONE_MARKS.isdisjoint(nfd(typed)) and self._count(typed):  # tones are omitted first
            return [typed]
        forms = [form for form in self._table.forms_of(fold(typed)) if _agrees(form, typed)]
        return forms or [typed]

    def _likeliest(self, choices: Sequence[Sequence[str]]) -> list[str]:
        """Return, for each form of a syllable, the best sequence that ends in it and its log probability (Viterbi)."""
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
    """Return whether a form has every mark that was typed."""
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


# The bundled table


TABLE = Path(__file__).parent.parent / "models" / "vi-syllables.npz"


@cache
def syllable_table() -> SyllableTable:
    """Return how often syllables, and pairs of them, occur in Vietnamese text in general.

    Read once, when first needed.
    """
    with np.load(TABLE, allow_pickle=False) as stored:
        forms = stored["forms"].tobytes().decode("utf-8").split(" ")
        return SyllableTable(forms, stored["counts"], stored["pairs"], stored["times"])


@lru_cache(maxsize=1 << 14)
def is_known(word: str) -> bool:
    """Return whether a word, however it is spelled and capitalised, is a syllable of the table."""
    return syllable_table().count(canonical(word)) > 0


# Telex and VNI keys that were left in a text


# A word with a sign between letters and digits, or with capitals beside digits, is a code.
_WORD = re.compile(r"(?<![\w/.@-])[A-Za-z](?:[a-z]*|[A-Z]*|[a-z0-9]*)(?![\w/@-]|\.\w)")
_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323", "z": ""}
_VNI_TONES = dict(zip("123450", "sfrxjz", strict=True))
_VNI_SHAPES = {"6": "aeo", "7": "uo", "8": "a"}
_CIRCUMFLEX, _HORN, _BREVE = "\u0302", "\u031b", "\u0306"
_VOWELS = "aeiouy"
# Keys that hardly any English word ends up with by chance, unlike the s of "bus" and the r of "car".
_SURE = re.compile(r"w|dd|aa|ee|oo|[fj]$|[aeiouy]+[fj]|\w+\d+[a-z]|[a-z]{2,}\d+$")
# Of the words of a question typed with an input method that was off, at least this share shows it.
_LEAST_SHARE = 0.35


def read_keys(text: str, is_known: Callable[[str], bool]) -> str:
    """Return the text with keys turned into letters; unchanged if it is not Vietnamese typed in keys.

    `is_known` tells whether a canonical syllable exists in the language.
    """
    if canonical(text) != fold(text) or detect_language(text) == "en":
        return text
    read = {match.span(): _syllable(match[0], is_known) for match in _WORD.finditer(text)}
    keyed = {span: syllable for span, syllable in read.items() if syllable}
    sure = any(_SURE.search(text[start:end].lower()) for start, end in keyed)
    if not sure or len(keyed) < _LEAST_SHARE * len(read) or (len(keyed) < 2 < len(read)):
        return text
    return _WORD.sub(lambda match: keyed.get(match.span()) or match[0], text)


def _syllable(word: str, is_known: Callable[[str], bool]) -> str | None:
    """Return the syllable of a word typed in keys, None if it is a syllable already or does not become one."""
    form = word.lower()
    decoded = None if is_vietnamese_syllable(form) else decode(form)
    if decoded is None or not is_known(canonical(decoded)):
        return None
    return (
        decoded.upper() if word.isupper() and len(word) > 1 else decoded.capitalize() if word[0].isupper() else decoded
    )


def decode(word: str) -> str | None:
    """Return the syllable that Telex or VNI keys type, in NFC; None if they type none: a tone or a mark twice."""
    letters: list[str] = []
    tone: str | None = None
    for key in word:
        key = _VNI_TONES.get(key, key)
        if key in _TONES and any(letter[0] in _VOWELS for letter in letters):
            if tone is not None:
                return None
            tone = _TONES[key]
        elif not _typed(letters, key):
            return None
    return None if tone is None and "".join(letters) == word else _toned(letters, tone or "")


def _typed(letters: list[str], key: str) -> bool:
    """Add what a key types to the letters so far; return False if it types nothing."""
    if key in "9d" and letters and letters[0] in {"d", "đ"}:
        wrong = letters[0] == "đ"
        letters[0] = "đ"
        return not wrong
    if key in "w7":
        return _horned(letters, key)
    if key in _VNI_SHAPES:
        return _shaped(letters, _VNI_SHAPES[key], _CIRCUMFLEX if key == "6" else _BREVE)
    if key in "aeo" and key in letters:
        return _shaped(letters, key, _CIRCUMFLEX)
    letters.append(key)
    return not key.isdigit()


def _shaped(letters: list[str], vowels: str, mark: str) -> bool:
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in vowels:
            letters[place] += mark
            return True
    return False


def _horned(letters: list[str], key: str) -> bool:
    """Apply w or 7: ươ of "uo", else ơ, ư or (w) ă; w without a vowel is ư."""
    text = "".join(letter[0] if len(letter) == 1 else "-" for letter in letters)
    if "uo" in text and not text.startswith("quo"):
        at = text.index("uo")
        letters[at], letters[at + 1] = "u" + _HORN, "o" + _HORN
        return True
    if "ua" in text and not text.startswith("qu"):
        return _shaped(letters, "u", _HORN)
    if key == "w" and "a" in text:
        return _shaped(letters, "a", _BREVE)
    if _shaped(letters, "o", _HORN) or _shaped(letters, "u", _HORN):
        return True
    if key == "w" and not any(letter[0] in _VOWELS for letter in letters):
        letters.append("u" + _HORN)
        return True
    return False


def _toned(letters: list[str], tone: str) -> str:
    """Return the place of the tone: a vowel with a mark of its own, or else where an open or closed rhyme has it."""
    first = 2 if "".join(letters[:2]) in {"qu", "gi"} and len(letters) > 2 and letters[2][0] in _VOWELS else 0
    places = [place for place in range(first, len(letters)) if letters[place][0] in _VOWELS]
    shaped = [place for place in places if len(letters[place]) > 1]
    if not places:
        return nfc("".join(letters))
    closed = places[-1] < len(letters) - 1
    at = shaped[-1] if shaped else places[1] if len(places) > 2 or (len(places) == 2 and closed) else places[0]
    return nfc("".join([*letters[:at], letters[at] + tone, *letters[at + 1 :]]))
