"""A question as reading sees it: what it asks for, its words with their idf, the names and values that it gives.

Kinds are found by rules over question words in Vietnamese, with diacritics or without any, and in English. Knows
nothing of passages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

from qa.reading.vocabulary import (
    ADDRESSED,
    CHANGES,
    DOCUMENTS,
    ENGLISH_GRAMMAR,
    FOCUS_ENDS,
    GRAMMAR,
    NAME,
    NOW,
    ORGANISATIONS,
    PERSONS,
    PLACES,
    QUANTITIES,
    UPPER,
    WHOLE_COUNTRY,
)
from qa.reading.words import values_of, words_of
from qa.retrieval import Evidence
from qa.text import Address, address_of, canonical, canonical_with_offsets, detect_language, fold, syllables, whole_span
from qa.text.values import Value

Kind = Literal["number", "date", "clock", "person", "place", "organisation", "document_number", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_WHICH = "(?:nào|gì|mấy)"
_NO_DOCUMENT = r"(?:số|khi|lúc|hồi|hôm|giờ|ngày|tháng|năm|thế|nơi|chỗ|người)\b"
"""What "nào" asks for when one of these stands before it, whatever document the question names."""

_VIETNAMESE: tuple[tuple[Kind, str], ...] = (
    ("document_number", rf"(?P<focus>{DOCUMENTS})(?: (?!{_NO_DOCUMENT})\w+)? nào"),
    ("document_number", rf"(?:mang|(?:{DOCUMENTS})(?: .*)?) (?P<focus>số) (?:bao nhiêu|mấy|nào|gì|hiệu)"),
    ("clock", r"mấy giờ(?! đồng hồ)|(?P<focus>giờ) (?:nào|mấy|bao nhiêu)|bao nhiêu giờ(?! đồng hồ)"),
    ("date", r"khi nào|bao giờ|lúc nào|hồi nào|hôm nào"),
    ("date", r"(?P<focus>ngày|tháng|năm|thời gian|thời điểm|thế kỷ|thập niên) (?:nào|mấy|bao nhiêu|gì)"),
    ("other", r"bao lâu (?:một|1) lần"),
    ("number", r"bao nhiêu|bao lâu|bao xa|mấy|bao lớn|bao cao|(?:tỷ|tỉ) lệ phần trăm"),
    ("person", rf"\bai\b|(?P<focus>{PERSONS}) (?:nào|gì)"),
    ("place", rf"(?:ở|tại|từ|đến|về|nằm) đâu|(?P<focus>{PLACES}) {_WHICH}|\bđâu\b"),
    ("organisation", rf"(?P<focus>{ORGANISATIONS}) {_WHICH}"),
    ("other", r"là gì|làm gì|(?:như )?thế nào|ra sao|làm sao|tại sao|vì sao"),
    ("other", rf"(?P<focus>\w+ \w+) {_WHICH}|{_WHICH}"),
)
_ENGLISH: tuple[tuple[Kind, str], ...] = (
    (
        "document_number",
        r"(?P<focus>number) of the .*(?:conclusion|resolution|decision|directive|regulation|decree|circular)",
    ),
    ("document_number", r"which (?:conclusion|resolution|decision|directive|regulation|decree|circular|document|law)"),
    ("clock", r"(?:at )?what time|what hour"),
    (
        "number",
        r"how (?:many|much|long|old|far|tall|large|big|high|often)|(?:what|which) (?:percentage|percent|number)",
    ),
    ("date", r"when|(?:what|which) (?P<focus>year|date|day|month|century|decade)"),
    ("person", r"who|whom|whose|(?:what|which) (?:person|man|woman|king|president|author|singer|player|leader)"),
    ("place", r"where|(?:what|which) (?:country|city|province|state|region|place|area|town|river|island|continent)"),
    (
        "organisation",
        r"(?:what|which) (?:organi[sz]ation|agency|company|unit|university|school|team|party|ministry|committee"
        r"|commission|department|bank|institution|group|band|network|newspaper)",
    ),
    ("other", r"what|which|why|how"),
)
# A word or two ("và", "bao nhiêu", "đảng viên") ask nothing.
LEAST_WORDS = 3
# What begins with a capital only where the question does.
_TITLE = rf"(?:Ông|Bà|Anh|Chị|Cô|Chú|Bác)(?= [{UPPER}]\S* [{UPPER}])"
_CLASSES = "|".join(word.capitalize() for word in f"{PLACES}|{ORGANISATIONS}".split("|") if "(" not in word)
_FIRST_WORDS = re.compile(
    rf"^(?:(?:{_CLASSES})(?= [{UPPER}])|Ở|Tại|Theo|Do|Cho|Với|Của|Từ|Đến|Khi|Nếu|Về|Trong|{_TITLE})(?!\w)"
)
WORDS_AFTER_ASKING = 2
"""No more words follow those that ask at the end of a question: "bao nhiêu ạ"."""
_QUANTITIES = [
    (name, re.compile(rf"\b(?:{nouns})\b"), re.compile(rf" ?(?:{units})")) for name, nouns, units in QUANTITIES
]
_BEGINS, _IS_OVER = (
    re.compile(rf"\b(?:{words})\b")
    for words in ("bắt đầu|mở cửa|khởi hành|khai mạc|khai giảng", "kết thúc|đóng cửa|bế mạc|tan")
)
_YES_OR_NO = re.compile(
    r"\bcó\b.*\b(?:không|chưa)\W*$|\b(?:phải không|đúng không|hay không|hay chưa)\W*$", re.IGNORECASE
)
_CHOICE = re.compile(r"\b(?:hay(?! (?:không|chưa)\b)|hoặc|or)\b", re.IGNORECASE)
_WITH_MARKS = re.compile(r"\w*[^\x00-\x7f]\w*")


@dataclass(frozen=True)
class Target:
    """What a question asks for; `start` and `end` are the place of the words that ask, empty where none do.

    `focus` are the folded syllables of the noun that is counted ("bao nhiêu điểm cầu") or asked about ("cục nào").
    `quantity` is what a number measures, one of `QUANTITIES` or "change", empty where that is open; `boundary` which
    of two times is wanted, "first" or "last", empty where none is named.
    """

    kind: Kind
    start: int
    end: int
    focus: tuple[str, ...] = ()
    quantity: str = ""
    boundary: Literal["", "first", "last"] = ""


def asked(question: str) -> Target:
    """Return the kind of answer that a question wants, `other` where no rule knows it."""
    form = canonical_with_offsets(question)
    spelling = "en" if detect_language(question) == "en" else "vi" if form.text != fold(question) else "bare"
    for kind, pattern in _COMPILED[spelling]:
        match = pattern.search(form.text)
        if match:
            # What a rule looks for before the noun that it names is asked about, and does not ask.
            begin = match.start("focus") if match.groupdict().get("focus") else match.start()
            start, end = _beside_names(question, *form.original_span(begin, match.end()))
            if kind != "number" or spelling == "en":
                return Target(kind, start, end, _named(match), boundary=_boundary(form.text) if kind == "clock" else "")
            focus, before = _counted(form.text[match.end() :]), form.text[: match.end()]
            return Target(kind, start, end, focus, _quantity(form.text[match.end() :], before, focus))
    return Target("other", len(question), len(question))


def _quantity(rest: str, before: str, focus: tuple[str, ...]) -> str:
    """Return what the noun behind "bao nhiêu" measures, else the only one of the nouns before it that measures
    anything.
    """
    if CHANGES.search(before):
        return "change"
    if focus:
        return unit_of(rest)
    return quantity_of(before)


def unit_of(text: str) -> str:
    """Return what is measured in the unit that a text begins with; empty where none is known."""
    unit = canonical(text)
    return next((name for name, _, units in _QUANTITIES if units.match(unit)), "")


def quantity_of(text: str) -> str:
    """Return the only quantity that the nouns of a text measure, such as the head of a column; empty where none is."""
    found = [name for name, nouns, _ in _QUANTITIES if nouns.search(canonical(text))]
    return found[0] if len(found) == 1 else ""


def _boundary(text: str) -> Literal["", "first", "last"]:
    return "first" if _BEGINS.search(text) else "last" if _IS_OVER.search(text) else ""


@lru_cache(maxsize=4096)
def asks(sentence: str) -> bool:
    """Return whether a sentence is itself a question: it has a mark that says so, or words that ask at its end."""
    found = asked(sentence)
    ends = len(syllables(sentence[found.end :])) <= WORDS_AFTER_ASKING
    return "?" in sentence or (0 < found.start < len(sentence) and ends)


def _beside_names(question: str, start: int, end: int) -> tuple[int, int]:
    """Without the end of a name or a value that stands before the words that ask: "Phạm Minh Chính nói gì"."""
    while whole_span(question, start, end)[0] < start and " " in question[start:end]:
        start = question.index(" ", start, end) + 1
    return start, end


def _named(match: re.Match[str]) -> tuple[str, ...]:
    """Return the noun that the rule itself names."""
    return tuple(fold(match.groupdict().get("focus") or "").split())


def _counted(rest: str) -> tuple[str, ...]:
    """Return the noun after "bao nhiêu", up to a word of grammar."""
    words = []
    for word in syllables(rest):
        if word.form in FOCUS_ENDS:
            break
        words.append(fold(word.form))
    return tuple(words)


def _compiled(rules: tuple[tuple[Kind, str], ...], *, bare: bool = False) -> list[tuple[Kind, re.Pattern[str]]]:
    found = []
    for kind, rule in rules:
        rule = _WITH_MARKS.sub(lambda match: fold(match[0]), rule) if bare else rule
        found.append((kind, re.compile(rf"\b(?:{rule})(?!\w)")))
    return found


_COMPILED = {"vi": _compiled(_VIETNAMESE), "bare": _compiled(_VIETNAMESE, bare=True), "en": _compiled(_ENGLISH)}


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
        """Runs of two capitals or more, folded; the whole country is everywhere, and no name of anything in it."""
        found = (words_of(match[0]).folded for match in NAME.finditer(_FIRST_WORDS.sub("", self._told)))
        return tuple(name for name in dict.fromkeys(found) if len(name) > 1 and " ".join(name) not in WHOLE_COUNTRY)

    @cached_property
    def marked_names(self) -> tuple[tuple[str, ...], ...]:
        """The same with their marks, and a name behind "ông" or "bà"; none where marks were put back."""
        runs = [match[0] for match in NAME.finditer(_FIRST_WORDS.sub("", self._told)) if " " in match[0]]
        runs += [match[1] for match in ADDRESSED.finditer(self._told)]
        return () if self.has_new_marks else tuple(words_of(run).forms for run in runs)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The numbers, dates and codes that it gives."""
        return tuple(values_of(self._told))

    @cached_property
    def names_absent(self) -> bool:
        """Whether a word that no document has is a name, or has a digit."""
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
        """Its folded words with their idf, without those that ask, words of grammar, and "hiện nay"."""
        grammar = ENGLISH_GRAMMAR if self.across_languages else GRAMMAR
        told = [word.form for word in syllables(NOW.sub(" . ", self._told)) if word.form not in grammar]
        return {word: self.idf.get(word, 0.0) for word in map(fold, told)}

    def share(self, had: Collection[str]) -> float:
        """Return the share of its words that are had, each counting by its idf."""
        total = sum(self.words.values())
        return sum(idf for word, idf in self.words.items() if word in had) / total if total else 0.0

    @property
    def is_yes_or_no(self) -> bool:
        """Whether it asks if something is so; the answer is what a sentence says."""
        return bool(_YES_OR_NO.search(self.text))

    @property
    def names_its_answer(self) -> bool:
        """Whether its own words may answer it: it asks if something is so, or which of two things."""
        return self.is_yes_or_no or bool(_CHOICE.search(self.text))

    @property
    def is_keywords(self) -> bool:
        """Whether it is too short to ask anything."""
        return len(syllables(self.text)) < LEAST_WORDS

    @property
    def _told(self) -> str:
        """All but the words that ask, which become a full stop so that nothing is read across them."""
        return f"{self.text[: self.asked.start]} . {self.text[self.asked.end :]}"


def understand(evidence: Evidence) -> Question:
    """Read the question of some evidence."""
    searched = evidence.searched
    kind = _asked(evidence.question, searched)
    known = set(_grammar(searched, kind))
    absent = tuple(word for word in evidence.absent if not set(fold(word).split()) <= known)
    return Question(searched, kind, evidence.idf, absent, evidence.hits.across_languages, bool(evidence.hits.restored))


def _asked(typed: str, searched: str) -> Target:
    """Return what is asked for: by the words as typed where only marks were put back, since those may be wrong."""
    return asked(typed if len(typed) == len(searched) else searched)


def _grammar(text: str, kind: Target) -> Iterator[str]:
    """Yield the folded words of a text that ask, or that stand everywhere."""
    grammar = ENGLISH_GRAMMAR if detect_language(text) == "en" else GRAMMAR
    now = [match.span() for match in NOW.finditer(text)]
    for word in syllables(text):
        asks = [(kind.start, kind.end), *now]
        if word.form in grammar or any(start <= word.start < end for start, end in asks):
            yield fold(word.form)
