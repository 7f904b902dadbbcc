"""Harder versions of any question, made by rule: the same question as it reaches a search box in real life.

Each version is a pure function of the question, so two runs ask the same. It knows Vietnamese spelling, not systems.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from eval.sets import Question, QuestionSet

AS_WRITTEN = "as written"


def without_diacritics(text: str) -> str:
    """Drop every mark and write đ as d: "Đảng viên" becomes "Dang vien"."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("Đ", "D"))


def half_the_diacritics(question: Question) -> str:
    """Drop the marks of each syllable or keep them, by chance that follows from the question's id."""
    text = unicodedata.normalize("NFC", question.text)
    chance = random.Random(f"{question.id} {text}")
    return re.sub(r"\w+", lambda word: word[0] if chance.random() < 0.5 else without_diacritics(word[0]), text)


def decomposed(text: str) -> str:
    """Write every mark as a character of its own (NFD), as some keyboards and file systems do."""
    return unicodedata.normalize("NFD", text)


_TONES = "\u0300\u0301\u0303\u0309\u0323"
# A syllable that ends in oa, oe or uy (not after q): the tone mark is on its first or on its second vowel.
_MOVABLE = re.compile(
    rf"(?<![qQ])([oO](?=[{_TONES}]?[aAeE])|[uU](?=[{_TONES}]?[yY]))([{_TONES}]?)([aAeEyY])([{_TONES}]?)"
    r"(?![\w\u0300-\u036f])"
)


def other_tone_placement(text: str) -> str:
    """Move the tone mark where two placements are usual: "hòa" becomes "hoà", and "hoà" becomes "hòa"."""
    moved = _MOVABLE.sub(r"\1\4\3\2", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", moved)


# The whole of a syllable that is spelled with i by some and with y by others: kĩ and kỹ, lí and lý, quí and quý.
_EITHER_VOWEL = re.compile(rf"(?<!\w)([hklmst]|qu)([iy])(?=[{_TONES}]?(?![\w\u0300-\u036f]))", re.IGNORECASE)
_OTHER_VOWEL = str.maketrans("iyIY", "yiYI")


def other_vowel(text: str) -> str:
    """Write i for y and y for i where both are usual: "kỹ sư" becomes "kĩ sư", and "lí do" becomes "lý do"."""
    spelled = _EITHER_VOWEL.sub(
        lambda found: found[1] + found[2].translate(_OTHER_VOWEL), unicodedata.normalize("NFD", text)
    )
    return unicodedata.normalize("NFC", spelled)


def full_width_digits(text: str) -> str:
    """Write digits as wide as Chinese characters, as some keyboards and scanned texts do: "19" becomes "１９"."""
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


def lower_case(text: str) -> str:
    """Lower every letter."""
    return text.lower()


def one_typo(question: Question) -> str:
    """Swap two neighbouring letters of one word; the place follows from the question's id.

    A question in which no word has two different neighbouring letters is returned as it is.
    """
    text = unicodedata.normalize("NFC", question.text)
    places = [i for i in range(len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha() and text[i] != text[i + 1]]
    if not places:
        return text
    i = random.Random(f"{question.id} {text}").choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


VERSIONS: dict[str, Callable[[Question], str]] = {
    AS_WRITTEN: lambda question: question.text,
    "without diacritics": lambda question: without_diacritics(question.text),
    "half the diacritics": half_the_diacritics,
    "decomposed (NFD)": lambda question: decomposed(question.text),
    "other tone placement": lambda question: other_tone_placement(question.text),
    "i/y spelling": lambda question: other_vowel(question.text),
    "full-width digits": lambda question: full_width_digits(question.text),
    "lower case": lambda question: lower_case(question.text),
    "one typo": one_typo,
}


def version_of(questions: QuestionSet, name: str) -> QuestionSet:
    """Return the set with its questions in the version called `name`."""
    return questions.reworded(VERSIONS[name])


def changed(questions: QuestionSet, name: str) -> int:
    """Return how many questions the version called `name` changes."""
    versions = version_of(questions, name).questions
    return sum(one.text != other.text for one, other in zip(questions.questions, versions, strict=True))


def telling_versions(questions: QuestionSet) -> list[str]:
    """Return "as written" and every version that changes a question of the set."""
    return [name for name in VERSIONS if name == AS_WRITTEN or changed(questions, name)]
