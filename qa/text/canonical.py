"""One canonical form for Vietnamese text, its folded form, and the way back to the text as it was written.

Knows nothing of words, sentences or languages. The canonical form is for searching and comparing, never shown.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

# Unicode's normal forms, in time linear in the length of any text: ordering a run of marks takes time quadratic in its
# length, so Unicode's stream-safe format (UAX #15) has at most 30 of them in a row, letters and marks taken apart; an
# invisible combining grapheme joiner precedes the next one. No word of any language needs it.

MARKS_IN_A_ROW = 30
_JOINER = "\u034f"
# No mark is one of these Latin letters and signs, which most text is made of.
_BEYOND_LATIN = re.compile(rf"[^\x00-\u02ff\u1e00-\u1eff]{{{MARKS_IN_A_ROW // 3 - 1},}}")
# Every mark is one of these, and none is more than three when it is taken apart.
_MAYBE_MARKS = re.compile(rf"(?s:.)?[^\w\s\x00-\u02ff]{{{MARKS_IN_A_ROW // 3 - 1},}}")


def storable(text: str) -> str:
    """Return the text with question marks for lone surrogates, which no file and no database can hold.

    Names of files, arguments of a program and JSON may have them.
    """
    return text.encode("utf-8", "replace").decode()


def nfc(text: str, joiner: str = _JOINER) -> str:
    """Return each letter and its marks as one character where there is one."""
    return unicodedata.normalize("NFC", stream_safe(text, joiner))


def nfd(text: str, joiner: str = _JOINER) -> str:
    """Return letters and marks apart, the marks in Unicode's order."""
    return unicodedata.normalize("NFD", stream_safe(text, joiner))


def stream_safe(text: str, joiner: str = _JOINER) -> str:
    """Return the text with the joiner before each mark that is too many; with an empty one such marks are left out."""
    if not _BEYOND_LATIN.search(text):
        return text
    return _MAYBE_MARKS.sub(lambda match: _limited(match[0], joiner), text)


def _limited(run: str, joiner: str) -> str:
    kept: list[str] = []
    in_a_row = 0
    for character in run:
        apart = unicodedata.normalize("NFD", character)
        marks = [unicodedata.combining(one) > 0 for one in apart]
        if all(marks) and in_a_row + len(marks) > MARKS_IN_A_ROW:
            if not joiner:
                continue
            kept.append(joiner)
            in_a_row = 0
        in_a_row = in_a_row + len(marks) if all(marks) else marks[::-1].index(False)
        kept.append(character)
    return "".join(kept)


# The canonical form


TEXT_RULES: int = 4
"""Version of the rules in this package; it grows when a rule changes bytes that an index stores."""

# Diacritics that appear once text is decomposed. Marks of other scripts may be vowels, so folding leaves them.
MARKS = r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"

# Controls, soft hyphen, joiners, bidirectional controls, byte order mark, variation selectors, tags.
_INVISIBLE_SET = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_SET}]+")

# Onsets of open syllables; "qu" is missing, since its u is no vowel.
_LETTER = r"[^\W\d_]"
_BEFORE = rf"(?<!{_LETTER})"
_OPEN_SYLLABLE = re.compile(
    r"(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])"
    rf"(?:(?<={_BEFORE}..)|(?<={_BEFORE}[bcdđghklmnprstvx]..)"
    rf"|(?<={_BEFORE}(?:ch|gh|kh|ng|nh|ph|th|tr)..)|(?<={_BEFORE}ngh..))"
    rf"(?!{_LETTER}|[{MARKS}])"
)
_OLD_PLACEMENT = {
    first + toned: first_toned + second
    for first, first_tones, second, second_tones in (
        ("o", "òóỏõọ", "a", "àáảãạ"),
        ("o", "òóỏõọ", "e", "èéẻẽẹ"),
        ("u", "ùúủũụ", "y", "ỳýỷỹỵ"),
    )
    for first_toned, toned in zip(first_tones, second_tones, strict=True)
}

# Letters, digits and signs that are others in another style: full width, mathematical, circled, ligatures, Roman
# numerals, squared units. Not superscripts, fractions and circled digits: "10²" is not 102.
_STYLED = re.compile(
    "[\u2102\u2103\u2109-\u2113\u2115-\u2116\u2119-\u211d\u2124\u2128\u212c-\u2131\u2133\u2134\u2160-\u217f\u24b6-\u24e9"
    "\u3371-\u33df\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f130-\U0001f149]+"
)
_TONES, _SHAPES = "\u0300\u0301\u0303\u0309", "\u0302\u0306"
_MARKS_OUT_OF_ORDER = re.compile(f"[{_TONES}][{_TONES}{_SHAPES}]*[{_SHAPES}][{_TONES}{_SHAPES}]*")
_SQUARE_OR_CUBE = re.compile("(?<![^\\W\\d_])([kcdh]?m)([²³])")

# Characters that become exactly one character, whatever surrounds them, unless a mark follows.
_PLAIN_SET = r"!-~\u00a1-\u00ac\u00ae-\u012f\u0131-\u02ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e"
_PLAIN_RUN = re.compile(rf"[{_PLAIN_SET}]+(?: [{_PLAIN_SET}]+)*(?![^{_PLAIN_SET}\s])")
_FOLDED_AWAY = re.compile(f"[{MARKS}]+")

Made = TypeVar("Made")
_LONGEST_KEPT = 40  # characters
_MOST_KEPT = 100_000


class WordCache(dict[str, Made]):
    """A cache of a function's result for each word, since few words make up most of a text.

    Long words are not cached, and all are dropped when there are many, so that it stays small.
    """

    def __init__(self, make: Callable[[str], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> Made:
        made = self._make(word)
        if len(word) <= _LONGEST_KEPT:
            if len(self) >= _MOST_KEPT:
                self.clear()
            self[word] = made
        return made


def canonical(text: str) -> str:
    """Return the one form in which two spellings of the same words are equal.

    NFC; plain letters, digits and signs (𝟯𝟱𝟬 is 350, m² m2); lower case; tones of open oa, oe, uy on the first vowel
    (hòa, khỏe, thủy); white space of any kind and length is one space, none at the ends; invisible characters dropped;
    the look-alike ð made đ. Idempotent.
    """
    return " ".join(filter(None, map(_canonical_words.__getitem__, text.split())))


def fold(text: str) -> str:
    """Return the canonical form without diacritics, đ as d; idempotent, and canonical itself."""
    return " ".join(filter(None, map(_folded_words.__getitem__, text.split())))


def _canonical_word(word: str) -> str:
    """Return a word in its one form, which does not depend on anything beyond white space."""
    return _place_tones(" ".join(_letters(word).split()))


def _folded_word(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", _canonical_word(word))
    bare = _FOLDED_AWAY.sub("", decomposed).replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", bare).split())


_canonical_words = WordCache(_canonical_word)
_folded_words = WordCache(_folded_word)


def plain_letters(text: str) -> str:
    """Styled letters, digits and signs (full-width, mathematical, ...) as plain ones; a tone after a letter's shape.

    Limits the marks in a row to what can be ordered quickly.
    """
    safe = stream_safe(text, joiner="")
    return _ordered_marks(_STYLED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), safe))


def _ordered_marks(text: str) -> str:
    """Circumflex and breve before a tone, as Unicode composes them; both orders look the same."""
    if "\u0302" not in text and "\u0306" not in text:
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return _MARKS_OUT_OF_ORDER.sub(
        lambda match: "".join(sorted(match[0], key=_SHAPES.__contains__, reverse=True)), decomposed
    )


@dataclass(frozen=True, eq=False)
class Canonical:
    """A canonical text with the origin of each of its characters."""

    text: str
    _starts: array[int]
    _ends: array[int]
    _length: int

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the smallest span of the given text that produced `text[start:end]`; an empty span stays empty."""
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"span ({start}, {end}) outside a text of {len(self.text)} characters")
        if start == end:
            here = self._starts[start] if start < len(self.text) else self._length
            return here, here
        return self._starts[start], self._ends[end - 1]


def canonical_with_offsets(text: str) -> Canonical:
    """Return `canonical(text)` with a map back: a base letter and its combining marks map back as one."""
    pieces: list[str] = []
    starts, ends = array("L"), array("L")
    space: tuple[int, int] | None = None
    for piece, piece_starts, piece_ends in _pieces(text):
        if piece == " ":
            space = (space[0] if space else piece_starts[0], piece_ends[0])
        elif piece:
            if space and pieces:
                pieces.append(" ")
                starts.append(space[0])
                ends.append(space[1])
            space = None
            pieces.append(piece)
            starts.extend(piece_starts)
            ends.extend(piece_ends)
    return Canonical(_place_tones("".join(pieces)), starts, ends, len(text))


_Piece = tuple[str, Sequence[int], Sequence[int]]


def _pieces(text: str) -> Iterator[_Piece]:
    """Yield stretches that can be canonicalised separately, each with the starts and ends of its characters."""
    done = 0
    for run in _PLAIN_RUN.finditer(text):
        start, end = run.span()
        yield from _clusters(text, done, start)
        yield _letters(run[0]), range(start, end), range(start + 1, end + 1)
        done = end
    yield from _clusters(text, done, len(text))


def _clusters(text: str, start: int, end: int) -> Iterator[_Piece]:
    while start < end:
        space = text[start].isspace()
        stop = start + 1
        while stop < end and (_continues_space(text[stop]) if space else extends(text[stop])):
            stop += 1
        piece = " " if space else _letters(text[start:stop])
        shown_start, shown_stop = _without_invisible_ends(text, start, stop)
        yield piece, [shown_start] * len(piece), [shown_stop] * len(piece)
        start = stop


def _without_invisible_ends(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and _INVISIBLE.match(text[end - 1]):
        end -= 1
    while start < end and _INVISIBLE.match(text[start]):
        start += 1
    return start, end


def _continues_space(character: str) -> bool:
    return character.isspace() or _INVISIBLE.match(character) is not None


def extends(character: str) -> bool:
    """Return whether a character may merge with the one before it: a mark, an invisible one, a Hangul part.

    Of Hangul these are vowels and finals.
    """
    return (
        unicodedata.category(character)[0] == "M"
        or "\u1160" <= character <= "\u11ff"
        or _INVISIBLE.match(character) is not None
    )


def _letters(text: str) -> str:
    """Return the canonical form except for white space and tone placement."""
    visible = plain_letters(_INVISIBLE.sub("", text))
    lowered = unicodedata.normalize("NFC", visible).lower()
    # ς depends on its neighbours in `lower`, which would make a word differ from itself in a sentence.
    return unicodedata.normalize("NFC", lowered).replace("ς", "σ").replace("ð", "đ")


def _place_tones(text: str) -> str:
    """Tones of open syllables on their first vowel, and m² as m2; each character stays one."""
    toned = _OPEN_SYLLABLE.sub(lambda match: _OLD_PLACEMENT[match[0]], text)
    return _SQUARE_OR_CUBE.sub(lambda match: match[1] + "23"[match[2] == "³"], toned)
