"""A question as reading sees it: what it asks for, its words with their rarity, the names and values that it gives.

Knows nothing of passages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from qa.reading.kinds import Asked, asked
from qa.reading.vocabulary import ENGLISH_GRAMMAR, GRAMMAR, ORGANISATIONS, PLACES, UPPER, WHOLE_COUNTRY
from qa.reading.words import values_of
from qa.retrieval import Evidence
from qa.text import Address, address_of, detect_language, fold, syllables
from qa.text.values import Value

# A word or two ("và", "bao nhiêu", "đảng viên") ask nothing.
LEAST_WORDS = 3
_NAME = re.compile(rf"[{UPPER}][^\W_]*(?:[ -][{UPPER}][^\W_]*)+")
# What begins with a capital only where the question does.
_TITLE = rf"(?:Ông|Bà|Anh|Chị|Cô|Chú|Bác)(?= [{UPPER}]\S* [{UPPER}])"
_CLASSES = "|".join(word.capitalize() for word in f"{PLACES}|{ORGANISATIONS}".split("|") if "(" not in word)
_FIRST_WORDS = re.compile(
    rf"^(?:(?:{_CLASSES})(?= [{UPPER}])|Ở|Tại|Theo|Do|Cho|Với|Của|Từ|Đến|Khi|Nếu|Về|Trong|{_TITLE})(?!\w)"
)


@dataclass(frozen=True)
class Question:
    """A question with its diacritics, what it asks for, and the rarity of its folded words."""

    text: str
    asked: Asked
    rarities: Mapping[str, float]
    absent: tuple[str, ...]
    across_languages: bool

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Runs of two capitals or more, folded; the whole country is everywhere, and no name of anything in it."""
        found = (tuple(_folded(match[0])) for match in _NAME.finditer(_FIRST_WORDS.sub("", self._told)))
        return tuple(name for name in dict.fromkeys(found) if " ".join(name) not in WHOLE_COUNTRY)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The numbers, dates and codes that it gives."""
        return tuple(values_of(self._told))

    @cached_property
    def address(self) -> Address | None:
        """The article of a law or decision that it names."""
        return address_of(self.text)

    @cached_property
    def words(self) -> Mapping[str, float]:
        """Its folded words with their rarity, without those that ask and words of grammar."""
        grammar = ENGLISH_GRAMMAR if self.across_languages else GRAMMAR
        told = [word.form for word in syllables(self._told) if word.form not in grammar]
        return {word: self.rarities.get(word, 0.0) for word in map(fold, told)}

    def share(self, had: Collection[str]) -> float:
        """The share of its words that are had, each counting by its rarity."""
        total = sum(self.words.values())
        return sum(rarity for word, rarity in self.words.items() if word in had) / total if total else 0.0

    @property
    def is_keywords(self) -> bool:
        """Whether it is too short to ask anything."""
        return len(syllables(self.text)) < LEAST_WORDS

    @property
    def _told(self) -> str:
        """All but the words that ask, which become a full stop so that nothing is read across them."""
        return f"{self.text[: self.asked.start]} . {self.text[self.asked.end :]}"


def understand(evidence: Evidence) -> Question:
    """Reads the question of some evidence."""
    searched = evidence.searched
    kind = _asked(evidence.question, searched)
    known = set(_grammar(searched, kind))
    absent = tuple(word for word in evidence.absent if not set(fold(word).split()) <= known)
    return Question(searched, kind, evidence.rarities, absent, evidence.hits.across_languages)


def _asked(typed: str, searched: str) -> Asked:
    """What is asked for: by the words as typed where only marks were put back, since those may be wrong."""
    return asked(typed if len(typed) == len(searched) else searched)


def _grammar(text: str, kind: Asked) -> Iterator[str]:
    """The folded words of a text that ask, or that stand everywhere."""
    grammar = ENGLISH_GRAMMAR if detect_language(text) == "en" else GRAMMAR
    for word in syllables(text):
        if word.form in grammar or kind.start <= word.start < kind.end:
            yield fold(word.form)


def _folded(text: str) -> Iterator[str]:
    return (fold(word.form) for word in syllables(text))
