"""Syllables that a conversion split ("Th ư vi ện") or glued ("Côngty"), repaired if the result is Vietnamese.

Both are judged by the frequency of syllables and their neighbours in Vietnamese text, and only in lines that have
several such words: one alone may be a name, a loan word ("ôtô") or an abbreviation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from qa.text import canonical, fold, is_known, nfd, syllable_table

MIN_SPLIT = 2  # pieces of syllables in a line, before it is taken for split
MIN_SPLIT_SHARE = 0.12  # of the words of the line
MIN_SPLIT_LINES_SHARE = 0.3  # of the lines of a text, before one piece in any other line is enough
MIN_GLUED = 3  # different glued words in a text, before it is taken for glued
MIN_GLUED_SHARE = 0.02  # of its words
COMMON = 150  # times that each part of a glued word occurs in the table
LONGEST = 7  # letters of a Vietnamese syllable: "nghiêng"
MIN_LEFT = 2  # glued words in a line, before it is reported as not mended
MAX_GLUED = 30  # letters of a glued word
UNKNOWN = 30.0  # what a word that is no syllable costs beside the logarithms of probabilities

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CHAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,200}")  # bounded: the likeliest row of words is copied as it grows
_CONSONANTS = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdđghklmnpqrstvx])", re.IGNORECASE)
_PAIR = re.compile(r"(?<![^\W_])([^\W\d_]{1,4}) (?=([^\W\d_]{1,5})(?![^\W_]))")
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
# It begins with a set, which is found ten times as fast as a beginning of words.
_LONE_CONSONANTS = re.compile(
    r"[bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX](?<![^\W_].)"
    r"(?i:(?<=n)gh?|(?<=[cgknpt])h|(?<=g)i|(?<=q)u|(?<=t)r|)(?![^\W_])"
)
_NUMBER_GLUED = re.compile(
    r"(?<![^\W\d_])(\d[\d.,/]{0,30})([^\W\d_]{2,7})(?![^\W_])|(?<![^\W_])([^\W\d_]{2,7})(\d[\d.,/]*)"
)
_STOP_GLUED = re.compile(r"(?<=[^\W\d_]{2}[.,;:])(?=[^\W\d_]{2})")


def mend_spacing(text: str) -> str:
    """Return the text with its syllables apart, and each of them in one piece."""
    lines = text.split("\n")
    split = [is_split(line) for line in lines]
    often = sum(split) >= MIN_SPLIT_LINES_SHARE * sum(1 for line in lines if line.strip())
    texts = [
        _joined(line) if one or (often and any(split) and _split_pieces(line)) else line
        for line, one in zip(lines, split, strict=True)
    ]
    mended = "\n".join(texts)
    return "\n".join(map(_parted, texts)) if _is_glued(mended) else mended


def is_glued(line: str) -> bool:
    """Return whether a line holds several words that are too long for Vietnamese, in Vietnamese letters."""
    if not _VIETNAMESE.search(line):
        return False
    long = (part for part in line.split() if len(part) > LONGEST)
    words = (word for part in long for word in _LETTERS.findall(part))
    return sum(1 for word in words if len(word) > LONGEST and _VIETNAMESE.search(word)) >= MIN_LEFT


# Split


def _split_pieces(line: str) -> int:
    """Return how many words of a line are not words but look like pieces of syllables."""
    words = _LETTERS.findall(line)
    return sum(1 for word, after in pairwise([*words, ""]) if _is_piece(word, after))


def is_split(line: str) -> bool:
    """Return whether a line holds split syllables."""
    if line.isascii() or not _LONE_CONSONANTS.search(
        line
    ):  # without these nothing was split, and the table need not be read
        return False
    if _whole_pieces(line) >= MIN_SPLIT:
        return True
    pieces = _split_pieces(line)
    return pieces >= MIN_SPLIT and pieces >= MIN_SPLIT_SHARE * len(_WORD.findall(line))


def _whole_pieces(line: str) -> int:
    """Return how many words of a line form a syllable with the marked ending after them, which is not one by itself."""
    return sum(
        1
        for begin, end in _PAIR.findall(line)
        if not end.isascii() and end.islower() and not is_known(end) and is_known(begin + end)
    )


def _is_piece(word: str, after: str) -> bool:
    """Match a consonant before a vowel, or the end of a syllable with a mark that no other word has."""
    if len(word) > 4:
        return False
    if _is_consonant(word):
        return bool(after) and fold(after)[:1] in set("aeiouy") and (word.islower() or len(word) > 1)
    return not word.isascii() and not is_known(word) and fold(word).isalpha()


@lru_cache(maxsize=1 << 14)
def _is_consonant(word: str) -> bool:
    return _CONSONANTS.fullmatch(word) is not None


def _joined(line: str) -> str:
    return _CHAIN.sub(lambda chain: " ".join(_likeliest(chain[0].split(" "))), line)


def _likeliest(pieces: Sequence[str]) -> list[str]:
    """Return the words of the likeliest way to join neighbours, by Viterbi's algorithm."""
    rows: list[list[tuple[float, list[str]]]] = [[(0.0, [])]]
    for end in range(1, len(pieces) + 1):
        here = []
        for start in range(max(0, end - LONGEST), end):
            word = "".join(pieces[start:end])
            if end - start == 1 or (len(word) <= LONGEST and is_known(word)):
                here.append(min((_longer(row, word) for row in rows[start]), key=_cost))
        rows.append(here)
    return min(rows[-1], key=_cost)[1]


def _longer(row: tuple[float, list[str]], word: str) -> tuple[float, list[str]]:
    cost, words = row
    return cost + _surprise(words[-1] if words else "", word), [*words, word]


def _cost(row: tuple[float, list[str]]) -> float:
    return row[0]


def _surprise(before: str, word: str) -> float:
    """Return the negative logarithm of the probability of a word after another."""
    table, form = syllable_table(), canonical(word)
    count = table.count(form)
    if not count or (len(form) == 1 and _CONSONANTS.fullmatch(form)):
        return UNKNOWN
    chance = count / 1e8
    first = canonical(before)
    together = table.pair_count(first, form) / max(1.0, table.count(first)) if first else 0.0
    return -math.log(0.9 * min(1.0, together) + 0.1 * chance)


# Glued


def _is_glued(text: str) -> bool:
    words = _WORD.findall(text)
    parted = {word for word in {*words} if _parts(word)}
    if len(parted) < 2:  # the numbers of a long table take seconds to look through
        return False
    glued = [word for word in words if word in parted]
    numbers = [match[0] for match in _NUMBER_GLUED.finditer(text) if _is_unit(match) and not match[0].isascii()]
    enough = len(parted) >= MIN_GLUED or len({*glued, *numbers}) > MIN_GLUED
    return enough and len(glued) + len(numbers) >= MIN_GLUED_SHARE * len(words)


def _parted(line: str) -> str:
    line = _LETTERS.sub(lambda word: " ".join(_parts(word[0]) or [word[0]]), line)
    for _ in range(2):  # a number may have words glued to both its ends
        line = _NUMBER_GLUED.sub(_apart, line)
    return _STOP_GLUED.sub(" ", line)


def _apart(match: re.Match[str]) -> str:
    pair = [part for part in match.groups() if part]
    return " ".join(pair) if _is_unit(match) else match[0]


def _is_unit(match: re.Match[str]) -> bool:
    """Return whether the letters beside a number are a word, which a unit such as "kg" is not."""
    word = match[2] or match[3]
    return not word.isascii() and _is_common(word)


def _parts(word: str) -> list[str]:
    """Return the syllables of a glued word; empty when it is none."""
    if not LONGEST // 2 < len(word) <= MAX_GLUED or word.isascii() or not word.isalpha():
        return []
    if _is_syllable(word) or is_known(word):
        return []
    allowed = _is_common if word.isupper() else _is_common_in_one_case
    rows: list[list[tuple[float, list[str]]]] = [[(0.0, [])]]
    for end in range(1, len(word) + 1):
        starts = [start for start in range(max(0, end - LONGEST), end) if rows[start] and allowed(word[start:end])]
        rows.append([min((_longer(row, word[s:end]) for row in rows[s]), key=_cost) for s in starts])
    return min(rows[-1], key=_cost)[1] if rows[-1] else []


def _is_common(part: str) -> bool:
    if len(part) == 1:
        return part in _ALONE
    return syllable_table().count(canonical(part)) >= COMMON and _is_syllable(part)


def _is_common_in_one_case(part: str) -> bool:
    return (part in _ALONE or part[1:].islower()) and _is_common(part)


@lru_cache(maxsize=1 << 14)
def _is_syllable(part: str) -> bool:
    tones = sum(1 for mark in nfd(part) if mark in "\u0300\u0301\u0303\u0309\u0323")
    return tones <= 1 and bool(_SYLLABLE.fullmatch(fold(part)))


_ALONE = ("ở", "Ở", "ý")  # words of one letter that are common enough to be glued
_SYLLABLE = re.compile(r"(?:ngh?|[cgknpt]h|gi|qu|tr|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")
