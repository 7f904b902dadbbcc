"""A question as readers and rules see it: what it asks for, its words with their idf, and the names and values in it.

Of passages it knows only which values of the question they have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from qa.reading.target import Target, asked
from qa.reading.vocabulary import (
    ADDRESSED,
    ENGLISH_GRAMMAR,
    GRAMMAR,
    NAME,
    NOW,
    ORGANISATIONS,
    PLACES,
    UPPER,
    WHOLE_COUNTRY,
)
from qa.reading.words import values_of, words_of
from qa.retrieval import Evidence
from qa.text import Address, address_of, detect_language, fold, syllables
from qa.text.values import Value

# A word or two ("và", "bao nhiêu", "đảng viên") do not ask anything.
LEAST_WORDS = 3
# Words that are capitalised only at the start of a question.
_TITLE = rf"(?:Ông|Bà|Anh|Chị|Cô|Chú|Bác)(?= [{UPPER}]\S* [{UPPER}])"
_CLASSES = "|".join(word.capitalize() for word in f"{PLACES}|{ORGANISATIONS}".split("|") if "(" not in word)
_FIRST_WORDS = re.compile(
    rf"^(?:(?:{_CLASSES})(?= [{UPPER}])|Ở|Tại|Theo|Do|Cho|Với|Của|Từ|Đến|Khi|Nếu|Về|Trong|{_TITLE})(?!\w)"
)
_KIND_AHEAD = re.compile(rf"(?i:{ORGANISATIONS}) (?=[{UPPER}]\S* [{UPPER}])")
"""A word of a name that says what it names, and that a text may part from the rest: "Trường Tiểu học Kim Đồng"."""
_YES_OR_NO = re.compile(
    r"\bcó\b.*\b(?:không|chưa)\W*$|\b(?:phải không|đúng không|hay không|hay chưa)\W*$", re.IGNORECASE
)
_RANK = re.compile(r"\b(?:giải|hạng|hang|giai) (?P<number>nhất|nhat|một|mot)\b", re.IGNORECASE)
"""A rank in the form of a function word: "giải nhất"."""
_PARTED = " . "
_CHOICE = re.compile(r"\b(?:hay(?! (?:không|chưa)\b)|hoặc|or)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Question:
    """A question with its diacritics, what it asks for, and the inverse document frequency of its folded words."""

    text: str
    asked: Target
    idf: Mapping[str, float]
    absent: tuple[str, ...]
    across_languages: bool
    has_new_marks: bool

    @cached_property
    def names(self) -> tuple[tuple[str, ...], ...]:
        """Folded runs of two or more capitalised words; the whole country is everywhere, so no name in it counts.

        The kind of organisation before two others is left out.
        """
        runs = (match[0] for match in NAME.finditer(_FIRST_WORDS.sub("", self._parted_text)))
        found = (words_of(run[kind.end() :] if (kind := _KIND_AHEAD.match(run)) else run).folded for run in runs)
        return tuple(name for name in dict.fromkeys(found) if len(name) > 1 and " ".join(name) not in WHOLE_COUNTRY)

    @cached_property
    def marked_names(self) -> tuple[tuple[str, ...], ...]:
        """The same with diacritics, and names after "ông" or "bà"; none if the diacritics were restored."""
        runs = [match[0] for match in NAME.finditer(_FIRST_WORDS.sub("", self._parted_text)) if " " in match[0]]
        runs += [match[1] for match in ADDRESSED.finditer(self._parted_text)]
        return () if self.has_new_marks else tuple(words_of(run).forms for run in runs)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The numbers, dates and codes in it; "bao nhiêu tiền một tháng" has none."""
        return tuple(one for one in values_of(self._parted_text) if not self._is_of_a_rate(one))

    @cached_property
    def names_absent(self) -> bool:
        """Whether some word that no document has is a name or has a digit."""
        absent = {part for word in self.absent for part in fold(word).split()}
        words = [word for word in syllables(self.text) if fold(word.form) in absent]
        forms = [self.text[word.start : word.end] for word in words if word.start > 0]
        return any(form[0].isupper() or any(map(str.isdigit, form)) for form in forms)

    @cached_property
    def address(self) -> Address | None:
        """The article of a law or decision that it names."""
        return address_of(self.text)

    @cached_property
    def words(self) -> Mapping[str, float]:
        """Its folded words with their idf, without question words, function words and "hiện nay"."""
        grammar = ENGLISH_GRAMMAR if self.across_languages else GRAMMAR
        text = NOW.sub(" . ", self._parted_text)
        ranks = {match.start("number") for match in _RANK.finditer(text)}
        words = [word.form for word in syllables(text) if word.form not in grammar or word.start in ranks]
        return {word: self.idf.get(word, 0.0) for word in map(fold, words)}

    def share(self, had: Collection[str]) -> float:
        """Return the share of its words that are among the given ones, weighted by idf."""
        total = sum(self.words.values())
        return sum(idf for word, idf in self.words.items() if word in had) / total if total else 0.0

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it is a yes/no question, which a whole sentence answers."""
        return bool(_YES_OR_NO.search(self.text))

    @property
    def names_its_answer(self) -> bool:
        """Whether its own words may answer it: a yes/no question, or one of two alternatives."""
        return self.is_yes_or_no or bool(_CHOICE.search(self.text))

    @property
    def is_keywords(self) -> bool:
        """Whether it is too short to ask anything."""
        return len(syllables(self.text)) < LEAST_WORDS

    def _is_of_a_rate(self, value: Value) -> bool:
        between = words_of(self._parted_text[self.asked.start + len(_PARTED) : value.start]).folded
        return value.key == ("number", "1") and value.start > self.asked.start and between == self.asked.focus

    @property
    def _parted_text(self) -> str:
        """The text with a full stop in place of the question words, so that nothing is read across them."""
        return f"{self.text[: self.asked.start]}{_PARTED}{self.text[self.asked.end :]}"


def understand(evidence: Evidence) -> Question:
    """Read the question of some evidence."""
    searched = evidence.searched
    kind = _asked(evidence.question, searched)
    known = set(_grammar(searched, kind))
    had = _had_by_value(evidence)
    absent = tuple(word for word in evidence.absent if word not in had and not set(fold(word).split()) <= known)
    return Question(searched, kind, evidence.idf, absent, evidence.hits.across_languages, bool(evidence.hits.restored))


def _had_by_value(evidence: Evidence) -> set[str]:
    """Return the absent words that belong to values which a hit has in another spelling."""
    if not any(any(map(str.isdigit, word)) for word in evidence.absent):
        return set()
    had = {value.key for hit in evidence.hits for value in values_of(hit.passage.text)}
    values = [evidence.searched[one.start : one.end] for one in values_of(evidence.searched) if one.key in had]
    return {word for word in evidence.absent if any(word in value for value in values)}


def _asked(typed: str, searched: str) -> Target:
    """Return what is asked for, by the words as typed if only diacritics were restored, since those may be wrong."""
    return asked(typed if len(typed) == len(searched) else searched)


def _grammar(text: str, kind: Target) -> Iterator[str]:
    """Yield the folded question words and function words of a text."""
    grammar = ENGLISH_GRAMMAR if detect_language(text) == "en" else GRAMMAR
    now = [match.span() for match in NOW.finditer(text)]
    for word in syllables(text):
        asks = [(kind.start, kind.end), *now]
        if word.form in grammar or any(start <= word.start < end for start, end in asks):
            yield fold(word.form)
