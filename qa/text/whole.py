"""Make spans whole: not cut inside a value, name, syllable or character, and without loose ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from qa.text.canonical import extends, nfc
from qa.text.terms import syllables
from qa.text.values import values

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "‹": "›", '"': '"', "'": "'"}
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
# Words that a name follows, capitalised only at the start of a sentence.
_BEFORE_NAMES = re.compile("ông|bà|anh|chị|cô|chú|bác|thầy|em|cụ|theo|tại|ở|do|cho|với|và|của|từ|đến|khi|nếu|là")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;“\"\n(–—-])\s*$")
_HALF = re.compile(r"\w+ rưỡi\b")
"""Words to which a half may be added: "ba năm rưỡi"."""
_JOINER = "\u200d"

Place = tuple[int, int]


def whole_span(text: str, start: int, end: int) -> Place:
    """Return the span extended over whatever it cuts, then without white space and punctuation at its ends; idempotent.

    A quote or bracket is kept if its partner is inside. A span of nothing else becomes empty.
    """
    kept, units = _units(text)
    before = None
    while before != (start, end):
        before = (start, end)
        start, end = _widened(units, *_clustered(text, start, end))
    return _trimmed(text, start, end, kept)


@lru_cache(maxsize=1024)
def _units(text: str) -> tuple[list[Place], list[Place]]:
    """Return what must not be cut: values, and values together with syllables and names.

    Cached, since spans share their text.
    """
    kept = [(one.start, one.end) for one in values(text)]
    halves = (one.span() for one in _HALF.finditer(text))
    return kept, sorted([*kept, *((one.start, one.end) for one in syllables(text)), *_names(text), *halves])


def _widened(units: list[Place], start: int, end: int) -> Place:
    if start < end:
        for first, last in units:
            start = first if first < start < last else start
            end = last if first < end < last else end
    return start, end


def _clustered(text: str, start: int, end: int) -> Place:
    """Return the span from the character that its first mark belongs to, with the marks of its last character."""
    while 0 < start < end and _continues(text, start):
        start -= 1
    while start < end < len(text) and _continues(text, end):
        end += 1
    return start, end


def _continues(text: str, place: int) -> bool:
    """Return whether a character combines with the one before it: marks, joined emoji and skin tones."""
    return extends(text[place]) or text[place - 1] == _JOINER or "\U0001f3fb" <= text[place] <= "\U0001f3ff"


def _names(text: str) -> Iterator[Place]:
    """Yield sequences of capitalised syllables separated by single spaces, without words before the name."""
    row: list[Place] = []
    for one in syllables(text):
        written = text[one.start : one.end]
        begins = not row or text[row[-1][1] : one.start] != " "
        if begins or not _is_capitalised(written):
            yield from _row(row)
            row = []
        first = not row and (
            _BEFORE_NAMES.fullmatch(one.form) or _SENTENCE_START.search(text, max(0, one.start - 4), one.start)
        )
        if _is_capitalised(written) and not first:
            row.append((one.start, one.end))
    yield from _row(row)


def _row(row: list[Place]) -> Iterator[Place]:
    if len(row) > 1:
        yield row[0][0], row[-1][1]


def _is_capitalised(word: str) -> bool:
    letters = nfc(word)
    return letters[:1].isupper() and (len(letters) == 1 or letters[1:].islower()) and letters.isalpha()


def _trimmed(text: str, start: int, end: int, kept: list[Place]) -> Place:
    """Return the span without loose ends; signs that belong to a value are kept."""
    firsts, lasts = {first for first, _ in kept}, {last for _, last in kept}
    while start < end and start not in firsts and _dangles(text, start, start + 1, end, _PAIRS):
        start += 1
        while start < end and _continues(text, start):
            start += 1
    while start < end and end not in lasts:
        last = end - 1
        while last > start and _continues(text, last):
            last -= 1
        if not _dangles(text, last, start, last, _CLOSING):
            break
        end = last
    return start, end


def _dangles(text: str, place: int, start: int, end: int, partners: dict[str, str]) -> bool:
    """Return whether a place has white space, or punctuation whose partner is not between start and end."""
    character = text[place]
    partner = partners.get(character)
    if partner and partner in text[start:end]:
        return False
    return character.isspace() or (
        unicodedata.category(character) in {"Po", "Pd", "Ps", "Pe", "Pi", "Pf", "Cf", "Cc"} and (character not in "%‰")
    )
