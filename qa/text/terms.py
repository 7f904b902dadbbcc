"""Split a text into syllables, and the terms made of them: each syllable, and each pair of neighbours as "đảng_viên".

Syllables (kĩ and kỹ, lí and lý), numbers and dates of several spellings have one term; `common_spelling` is for texts
that a model reads, `one_spelling` for terms. Knows nothing of weights or dictionaries: a pair is any two syllables side
by side, a word or not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qa.text.canonical import MARKS, WordCache, canonical, canonical_with_offsets, fold, nfc, plain_letters
from qa.text.values.terms import places_of_values, value_role, value_terms
from qa.text.values.value import plain_number

# Of each pair the spelling that is more frequent in 143,000 news articles. Not here: vi and vy, which part names,
# and ti and ty, since ti vi is not written with y.
_USUAL = "hy hỷ kỳ ký kỷ kỹ kỵ ly lý lỵ mỹ quy quý quỳ quỷ quỹ quỵ tỷ lì mì mị sĩ tì tí tị"
_Y_FOR_I = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True))
_OTHER = {**_Y_FOR_I, **{y: i for i, y in _Y_FOR_I.items()}}
_TO_USUAL = {usual[:-1] + _OTHER[usual[-1]]: usual for usual in _USUAL.split()}
_LETTERS = re.compile(r"[^\W\d_]+")
_FOLDED_I = re.compile(r"(?<![^\W_])(h|k|l|m|s|t|qu)i(?![^\W_])")
_LETTER = r"[^\W\d_]"
# Syllables that may have two spellings; going through all the others would take most of the time.
_MAY_VARY = re.compile(
    rf"(?<!{_LETTER})(?:(?:h|k|l|m|s|t|qu)[iìíỉĩịyỳýỷỹỵ]|{_LETTER}{{0,3}}(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])|{_LETTER}*ð{_LETTER}*)"
    rf"(?!{_LETTER})",
    re.IGNORECASE,
)


def one_spelling(form: str) -> str:
    """Return a canonical text with each syllable in its more usual spelling; idempotent."""
    return _LETTERS.sub(lambda match: _TO_USUAL.get(match[0], match[0]), form)


def one_folded_spelling(form: str) -> str:
    """Return a folded text with y for i where both are written after the same letters; idempotent."""
    return _FOLDED_I.sub(r"\1y", form)


def common_spelling(text: str) -> str:
    """Return a text as its author wrote it, but NFC, in plain letters, and each syllable in its more usual spelling."""
    return " ".join(map(_common_words.__getitem__, text.split(" ")))


def _common_word(word: str) -> str:
    return _MAY_VARY.sub(_usual, nfc(plain_letters(word)))


def _usual(match: re.Match[str]) -> str:
    """Return the usual spelling in the case of the written one; a syllable of another length is no spelling of it."""
    written = match[0]
    usual = one_spelling(canonical(written))
    if len(usual) != len(written):
        return written
    return "".join(new.upper() if old.isupper() else new for new, old in zip(usual, written, strict=True))


# Terms


# Letters and digits with their marks; "." and "," only between digits: "5.248.607" and "5,2" stay one.
_WORD = rf"[^\W_]+(?:(?:[{MARKS}]+|(?<=\d)[.,](?=\d))[^\W_]*)*"
_SYLLABLE = re.compile(_WORD)
_LINKS = " -\u2010\u2011/"


@dataclass(frozen=True, slots=True)
class Syllable:
    """A canonical syllable or number, and its place in the text as it was written."""

    form: str
    start: int
    end: int


def syllables(text: str) -> list[Syllable]:
    """Return runs of letters and digits, in order, with their offsets in `text`."""
    form = canonical_with_offsets(text)
    return [Syllable(match[0], *form.original_span(*match.span())) for match in _SYLLABLE.finditer(form.text)]


def count_syllables(text: str) -> int:
    """Return how many `syllables` a text has, without finding their places, which takes most of the time."""
    return sum(map(_syllable_counts.__getitem__, text.split()))


def terms(text: str) -> list[str]:
    """Return canonical syllables in order, then pairs of neighbours, then values.

    Only spaces, hyphens or slashes are between neighbours. Repetitions are kept; no term has white space, and only
    pairs have "_".
    """
    return _terms(text, _written_words).split()


def folded_terms(text: str) -> list[str]:
    """Return `terms` of the folded text."""
    return _terms(text, _folded_words).split()


def term_forms(text: str) -> tuple[str, str]:
    """Return `terms` and `folded_terms` of a text, with spaces between, in less time than one after the other."""
    words = text.split()
    if not words:
        return "", ""
    found = zip(*map(_both_forms.__getitem__, words), strict=True)
    written, written_pairs, written_roles, folded, folded_pairs, folded_roles = found
    return (
        _made_terms(words, _written_words, written, written_pairs, bytes(written_roles)),
        _made_terms(words, _folded_words, folded, folded_pairs, bytes(folded_roles)),
    )


class _Words:
    """A cache of words, which white space separates, in one of the two forms.

    `terms` has the syllables of a word, with spaces between; then "_hội hội" for each, so that one and its neighbour,
    written side by side, make a pair, with "|" after those that have none, and before them at the start of the word;
    then the word's possible roles in a value, 0x80 for one that is empty.
    """

    def __init__(self, form: Callable[[str], str]) -> None:
        self.forms = WordCache(form)
        self.terms = WordCache(lambda word: (*_syllables(self.forms[word]), self._role(word)))

    def _role(self, word: str) -> int:
        return value_role(self.forms[word]) if self.forms[word] else _NOTHING


_NOTHING = 0x80


def _terms(text: str, known: _Words) -> str:
    words = text.split()
    if not words:
        return ""
    syllables_of, pairs, roles = zip(*map(known.terms.__getitem__, words), strict=True)
    return _made_terms(words, known, syllables_of, pairs, bytes(roles))


def _made_terms(
    words: list[str], known: _Words, syllables_of: Iterable[str], pairs: Iterable[str], roles: bytes
) -> str:
    """Return the terms of words, of which these syllables, pairs and roles are `known`."""
    made = [*filter(None, syllables_of)]
    for neighbours in "".join(pairs).split("|"):  # "_a a_b b_c c" without the pairs that the first and the last miss
        made.append(neighbours[neighbours.find(" ") + 1 : neighbours.rfind(" ")])
    if _NOTHING in roles:
        words = [word for word, role in zip(words, roles, strict=True) if role != _NOTHING]
        roles = roles.replace(bytes([_NOTHING]), b"")
    for start, end in places_of_values(roles):
        made += value_terms(" ".join(map(known.forms.__getitem__, words[start:end])))
    return " ".join(filter(None, made))


def _syllables(form: str) -> tuple[str, str]:
    """Return the first two of what `_Words.terms` has."""
    found, pairs, done = [], "", 0
    for match in _SYLLABLE.finditer(form):
        found.append(plain_number(match[0]))
        pairs += f"{_parting(form[done : match.start()])}_{found[-1]} {found[-1]}"
        done = match.end()
    return " ".join(found), pairs + _parting(form[done:])


def _parting(between: str) -> str:
    return "|" if between.strip(_LINKS) else ""


_common_words = WordCache(_common_word)
_written_words = _Words(lambda word: one_spelling(canonical(word)))
_folded_words = _Words(lambda word: one_folded_spelling(fold(word)))
_both_forms = WordCache(lambda word: (*_written_words.terms[word], *_folded_words.terms[word]))
_syllable_counts = WordCache(lambda word: len(_SYLLABLE.findall(canonical(word))))
