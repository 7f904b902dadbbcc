"""Find spans of the kind that a question asks for, and tell those of another kind.

How well a span answers is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from qa.reading.names import posts
from qa.reading.rules.shaping import COUNTED_SYLLABLES, LONGEST_UNIT, POST_ALONE, Place, shaped, within
from qa.reading.target import Kind, Target, unit_of
from qa.reading.vocabulary import FOCUS_ENDS, HONORIFICS, NAME, ORGANISATIONS
from qa.reading.words import values_of, words_of
from qa.text import canonical, fold, syllables
from qa.text.values import Kind as ValueKind
from qa.text.values import Value

_VALUES: dict[Kind, frozenset[ValueKind]] = {
    "number": frozenset({"number", "range", "score", "duration"}),
    "date": frozenset({"date"}),
    "clock": frozenset({"clock"}),
    "document_number": frozenset({"code", "ordinal"}),
}
_YEAR = re.compile(r"(?<![\w.,/-])[12]\d{3}(?![\w%]|[.,]\d|[/-]\w)")
_PERIOD = re.compile(r"[12]\d{3}\s?[-–—]\s?[12]\d{3}")
"""Two years, which are no number: "năm học 2023-2024"."""
_DATE_WORDS = frozenset(["ngay", "nam", "thang"])
_TIME = re.compile(
    r"\b(?:thứ|chủ nhật|mùng|mồng|rằm|giêng|chạp|tháng|năm|ngày|hôm|tuần|mùa|thế kỷ|thập niên|xuân|hè|thu|đông|tết"
    r"|sáng|trưa|chiều|tối|đêm)\b",
    re.IGNORECASE,
)
_OF_A_CLOCK = re.compile(r"\d|\b(?:giờ|sáng|trưa|chiều|tối|đêm|khuya|khi|lúc)\b", re.IGNORECASE)
_BEFORE_CHRIST = re.compile(r"\d\s*(?:TCN\b|(?:trước|tr\.) ?(?:Công nguyên|CN\b))", re.IGNORECASE)
_SPELLED_NUMBER = re.compile(
    r"(?:(?:trong|suốt|khoảng|chừng|gần|hơn|trên|dưới|tới|đến|cả) )*"
    r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|nửa|vài|dăm|đôi|hàng)(?= [^\W\d_])",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật)\b", re.IGNORECASE)
_CLASSES = frozenset(["mon", "lop", "nganh", "khoi", "truong", "xa", "huyen", "tinh", "phuong", "thon", "nghe"])
"""Folded nouns that say what a thing is; a thing has only one of them."""
_NOBODY = frozenset(["em", "toi", "minh", "anh", "chi", "ong", "ba", "con", "chau", "no", "ho", "nguoi", "to"])
"""Folded words that refer to a person without naming one."""
_A_COUNT = re.compile(r"(?:(?:khoảng|hơn|gần|cả) )?\d[\d.]*(?: (?!lớp|tổ|đội|nhóm|khối)[^\W\d_]+){1,2}")
"""How many there are, which does not tell who they are: "11 đồng chí"."""
_WANTS_NO_NAME = re.compile(
    r"\b(?:vì sao|tại sao|làm sao|nói gì|làm gì|thế nào|ra sao"
    r"|(?:nghề|nghề nghiệp|việc|màu|bệnh|lý do|chức vụ|vai trò) gì)\W*\Z",
    re.IGNORECASE,
)
_WHY_OR_HOW = re.compile(r"\b(?:vì sao|tại sao|làm sao|thế nào|ra sao)\W*\Z", re.IGNORECASE)
_TITLED = re.compile(rf"\b(?:{HONORIFICS})(?= [^\W\d_])")
_SIGN = re.compile(r"[^\w\s]")
_CLAUSE_ENDS = re.compile(r"[^\w\s/%]|\d|\bvà\b")
_ALSO_AS_A_PART = frozenset(["", "count", "part"])
"""Counted things that may be given as a percentage."""
_ORGANISATION = re.compile(rf"(?:tổng )?(?:{ORGANISATIONS}|ubnd)\b", re.IGNORECASE)
_ALWAYS_IN_UNITS = frozenset(["duration", "length", "area", "mass", "volume", "temperature"])
"""Quantities that a text gives with their unit; a table may have it in a header."""
_NEXT_WORD = re.compile(r" (?P<word>[^\W\d_]+)")
_JOINING = frozenset(["và", "hoặc", "hay", "rưỡi", "nghìn", "triệu", "tỷ", "and", "or", "to"])
_BARE = re.compile(r"(?<![$€£¥])\d+(?:\s?[-–]\s?\d+)?")
"""A number, or two, without a sign before it, thousands that a point parts, or "nghìn" behind it."""
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–]\s?(?:19|20)\d\d")
_CHANGED = re.compile(r"\b(?:tăng|giảm|tăng thêm|giảm bớt)\s+(?:khoảng\s+|gần\s+|hơn\s+)?\Z", re.IGNORECASE)


def propose(asked: Target, text: str) -> list[Place]:
    """Return the places of spans of the kind asked for, in order; none for kinds that have no certain form."""
    found = _values(asked.kind, text) if asked.kind in _VALUES else _names(text) if asked.kind == "person" else ()
    return sorted({shaped(asked, text, *place) for place in found})


def fits(asked: Target, text: str, start: int, end: int) -> float:
    """Return whether a span is of the kind asked for: 1 for certainly, -1 for certainly not, 0 for unknown."""
    if asked.kind in _VALUES:
        if asked.kind == "number" and is_of_another_quantity(asked, text, start, end):
            return -1.0
        return _fits_values(asked.kind, text, start, end)
    if asked.kind in ("person", "place", "organisation"):
        if is_value(text, start, end):
            return -1.0
        if asked.kind == "person" and _ORGANISATION.match(text, start, end):
            return 0.0
        return 1.0 if NAME.search(text, start, end) or _TITLED.search(text, start, end) else 0.0
    return 0.0


def _fits_values(kind: Kind, text: str, start: int, end: int) -> float:
    """Return the same for kinds of values: what is given in words alone ("ba vòng", "mùa xuân") may be of the kind."""
    found = list(_values(kind, text))
    if any(start <= first and last <= end for first, last in found):
        return 1.0
    if kind == "date":
        if _BEFORE_CHRIST.search(text, start, end) or any(first <= start and end <= last for first, last in found):
            return 1.0
        return 0.0 if _TIME.search(text, start, end) else -1.0
    return 0.0 if kind == "number" and _SPELLED_NUMBER.match(text, start, end) else -1.0


def is_surely_another(asked: Target, text: str, start: int, end: int) -> bool:
    """Return whether a span cannot be what is asked for.

    A bare value is no name, a date no document number, and a period no number; dates and years are given in digits or
    words of time; neither a pronoun nor a document number says who somebody is; a day of the week does not say where
    something is; and what has a noun of its own is not another thing ("lớp 9" is not a "môn").
    """
    if asked.kind == "place" and _WEEKDAY.search(text, start, end):
        return True
    noun = fold(text[start:end].partition(" ")[0])
    if asked.kind == "other" and asked.focus and {noun, asked.focus[-1]} <= _CLASSES and noun != asked.focus[-1]:
        return True
    if asked.kind == "person" and _is_nobody(text, start, end):
        return True
    if asked.kind == "clock" and not _OF_A_CLOCK.search(text, start, end):
        return True
    has_digits = any(map(str.isdigit, text[start:end]))  # "ông Tám" is a name, not an eight
    if asked.kind == "date":
        return bool(asked.focus) and not has_digits and not _TIME.search(text, start, end)
    if asked.kind == "number":
        return _PERIOD.fullmatch(text, start, end) is not None
    is_named = asked.kind in ("document_number", "person", "place", "organisation")
    return is_named and has_digits and is_value(text, start, end) and fits(asked, text, start, end) < 0


def _is_nobody(text: str, start: int, end: int) -> bool:
    return (
        bool(within(text, start, end, "code"))
        or fold(text[start:end]) in _NOBODY
        or (_A_COUNT.fullmatch(text, start, end) is not None and not NAME.search(text, start, end))
    )


def is_only_named(asking: str, span: str) -> bool:
    """Return whether a question for more than a name gets only a name of two or more words, or only a post.

    A question of why, how, which job, or what somebody says or does wants more than a name that is no post, one of why
    or how more than a post.
    """
    if _WHY_OR_HOW.search(asking) and POST_ALONE.fullmatch(" ".join(_folded(span))):
        return True
    names = [match[0] for match in NAME.finditer(span)]
    rest = _folded(NAME.sub(" ", span))
    wants_no_name = _WANTS_NO_NAME.search(asking) is not None and not posts(span)
    return wants_no_name and bool(names) and all(" " in name for name in names) and set(rest) <= {"va"}


def is_of_another_quantity(asked: Target, text: str, start: int, end: int) -> bool:
    """Return whether the first number of a span measures something other than what is asked for, or only its change."""
    numbers = within(text, start, end, "number", "range")
    if not numbers or asked.quantity == "change":
        return False
    if _CHANGED.search(text, 0, numbers[0].start) or _YEARS.fullmatch(text, numbers[0].start, numbers[0].end):
        return True
    if text.endswith("%", 0, numbers[0].end):
        return asked.quantity not in _ALSO_AS_A_PART
    behind = text[numbers[0].end : numbers[0].end + LONGEST_UNIT]
    unit = unit_of(behind)
    if asked.quantity == "money" and not unit:
        return _is_no_sum(text, numbers[0])
    if asked.quantity in _ALWAYS_IN_UNITS and not unit:
        return _counts_something(behind)
    return bool(asked.quantity and unit) and asked.quantity != unit


def _counts_something(behind: str) -> bool:
    """Return whether a number is directly followed by a noun: "26 loại tiền", and not "3 hoặc 4 ngày"."""
    noun = _NEXT_WORD.match(behind)
    return noun is not None and canonical(noun["word"]) not in FOCUS_ENDS and noun["word"] not in _JOINING


def _is_no_sum(text: str, number: Value) -> bool:
    """Return whether a number without a unit is written as no sum of money is: "5 lượng vàng" is no price.

    In a table its header may give the unit.
    """
    line = text[text.rfind("\n", 0, number.start) + 1 :].partition("\n")[0]
    return " | " not in line and _BARE.fullmatch(text, number.start, number.end) is not None


def counts_another(asked: Target, text: str, start: int, sentence: Place) -> bool:
    """Return whether the number at a place counts something else than the one of its sentence that is asked for.

    Both have the same unit: in "412 ha lúa, 65 ha ngô" only the 65 are for ngô. "120 đảng viên" does not count what
    ends with its first word, "tổ chức đảng".
    """
    if asked.kind != "number" or len(asked.focus) == 1:
        return False
    numbers = within(text, *sentence, "number", "range")
    behind = {one.start: _behind(text[one.end : sentence[1]]) for one in numbers}
    own = next((words for at, words in behind.items() if at >= start), [])
    others = [words for words in behind.values() if words[:1] == own[:1]]
    is_share = text.endswith("%", 0, next((one.end for one in numbers if one.start >= start), 0))
    is_tail = bool(own[1:]) and own[0] in asked.focus[1:] and own[0] != asked.focus[0] != "nguoi"
    if is_tail and not is_share and own[1] not in asked.focus:
        return True
    return (
        bool(own and asked.focus) and asked.focus[-1] not in own and any(asked.focus[-1] in words for words in others)
    )


def is_of_another_word(asked: Collection[str], text: str, start: int, sentence: Place) -> bool:
    """Return whether another number, and not the one at a place, directly follows a word of the question.

    Both have the same unit, the sentence has the word once, and what follows this one is not asked about: in "đạt 640
    tấn, trong đó rau 410 tấn", 410 are for rau.
    """
    words = _folded(text[slice(*sentence)])
    numbers = within(text, *sentence, "number", "range")
    behind = {one.start: _behind(text[one.end : sentence[1]]) for one in numbers}
    before = {one.start: _folded(_SIGN.split(text[sentence[0] : one.start])[-1])[-1:] for one in numbers}
    own = next((at for at in behind if at >= start), None)
    if own is None or not behind[own] or set(behind[own][1:]) & set(asked):
        return False
    others = [word for at, word in before.items() if behind[at][:1] == behind[own][:1]]
    named = {word for one in others for word in one if word in asked and words.count(word) == 1}
    return bool(named) and not named & set(before[own])


def _folded(text: str) -> list[str]:
    return list(words_of(text).folded)


def _behind(text: str) -> list[str]:
    """Return the folded words at the start of a text, up to punctuation or another number."""
    return _folded(_CLAUSE_ENDS.split(text, maxsplit=1)[0])[:COUNTED_SYLLABLES]


def _values(kind: Kind, text: str) -> Iterator[Place]:
    for value in values_of(text):
        is_period = kind == "number" and _PERIOD.fullmatch(text, value.start, value.end)
        if value.kind in _VALUES[kind] and not is_period:
            yield value.start, value.end
    if kind == "date":
        for match in _YEAR.finditer(text):
            yield match.span()


def _names(text: str) -> Iterator[Place]:
    return (match.span() for match in NAME.finditer(text) if " " in match[0])


def is_value(text: str, start: int, end: int) -> bool:
    """Return whether a span consists of a value alone."""
    words = [start + word.start for word in syllables(text[start:end]) if fold(word.form) not in _DATE_WORDS]
    return bool(words) and all(any(one.start <= word < one.end for one in values_of(text)) for word in words)
