"""Spans of the kind that a question asks for: which of a text are, and how one is cut.

A number is cut with what it counts, a person without title and post. How well a span answers is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa.reading.question import Kind, Target, unit_of
from qa.reading.vocabulary import HONORIFICS, MEASURES, NAME, OFTEN_TOGETHER, ORGANISATIONS, UPPER
from qa.reading.words import values_of
from qa.text import fold, syllable_table, syllables, whole_span
from qa.text.values import Kind as ValueKind
from qa.text.values import Value

Place = tuple[int, int]

_VALUES: dict[Kind, frozenset[ValueKind]] = {
    "number": frozenset({"number", "range", "score", "duration"}),
    "date": frozenset({"date"}),
    "clock": frozenset({"clock"}),
    "document_number": frozenset({"code", "ordinal"}),
}
_YEAR = re.compile(r"(?<![\w.,/-])[12]\d{3}(?![\w%]|[.,]\d|[/-]\w)")
_DATE_WORDS = frozenset(["ngay", "nam", "thang"])
_TITLED = re.compile(rf"\b(?:{HONORIFICS})(?= [^\W\d_])")
MOST_OF_A_SMALL_NAME = 2
COUNTED_SYLLABLES = 8
"""No more syllables after a number are what it counts."""
_TITLES = re.compile(rf"(?:(?:{HONORIFICS})\s+)+(?=\S)")
_POST = re.compile(r"\s+[-–—]\s|\s*[,(]|\s+(?:là|làm|đã|được|và(?= thay mặt))\s")
_MORE_NAMES = re.compile(rf"\s*,\s*(?:(?:{HONORIFICS})\s+)?[{UPPER}]\S*\s+[{UPPER}]")
_NUMERIC_DAY = re.compile(r"ngày\s+(?=\d{1,2}\s?[-/.]\s?\d)")
_SENTENCE_BEGINS = re.compile(r"(?:Sáng|Trưa|Chiều|Tối|Đêm|Ngày|Năm)\s+(?:ngày\s+)?\Z")
_QUOTES = {"“": "”", "«": "»", '"': '"'}
_DAY_BEHIND = re.compile(r",?\s+ngày\s+\d")
_CLAUSE_ENDS = re.compile(r"[^\w\s/%]|\d|\bvà\b")
_ANY_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_ASKED_FOR_A_YEAR = (("nam",), ("year",))
_PERCENT = ("phan", "tram")
_ABBREVIATED = re.compile(rf"(?<!\w)[{UPPER}]{{2,}}\Z")
_NAME_BEHIND = re.compile(rf"(?: [{UPPER}](?=\w*[^\W{UPPER}_])\w*)+")
_MONEY = re.compile(r"[ \xa0]đồng(?![ \xa0]chí)\b")
_LONGEST_UNIT = 20
_ALSO_AS_A_PART = frozenset(["", "count", "part"])
"""What is asked for by number, and may be given in percent."""
_ORGANISATION = re.compile(rf"(?:tổng )?(?:{ORGANISATIONS}|ubnd)\b", re.IGNORECASE)
_SINCE = re.compile(r",\s+(?:kể |tính )?từ (?:ngày|tháng|năm)\b|,?\s+(?:và\s+)?(?:tối đa|tối thiểu|ít nhất)\b")
_CHANGED = re.compile(r"\b(?:tăng|giảm|tăng thêm|giảm bớt)\s+(?:khoảng\s+|gần\s+|hơn\s+)?\Z", re.IGNORECASE)
_SCALE = frozenset(["nghin", "ngan", "van", "trieu", "ty", "ti"])


def propose(asked: Target, text: str) -> list[Place]:
    """Return the places of spans of the asked kind in a text, in order; none for kinds that have no certain form."""
    found = _values(asked.kind, text) if asked.kind in _VALUES else _names(text) if asked.kind == "person" else ()
    return sorted({shaped(asked, text, *place) for place in found})


def fits(asked: Target, text: str, start: int, end: int) -> float:
    """Return whether a span is of the asked kind: 1 for surely, -1 for surely not, 0 where its form tells nothing."""
    if asked.kind in _VALUES:
        if asked.kind == "number" and is_of_another_quantity(asked, text, start, end):
            return -1.0
        return 1.0 if any(start <= first and last <= end for first, last in _values(asked.kind, text)) else -1.0
    if asked.kind in ("person", "place", "organisation"):
        if is_value(text, start, end):
            return -1.0
        if asked.kind == "person" and _ORGANISATION.match(text, start, end):
            return 0.0
        return 1.0 if NAME.search(text, start, end) or _TITLED.search(text, start, end) else 0.0
    return 0.0


def is_of_another_quantity(asked: Target, text: str, start: int, end: int) -> bool:
    """Return whether the first number of a span measures something else than is asked for, or only a change of that."""
    numbers = _within(text, start, end, "number", "range")
    if not numbers or asked.quantity == "change":
        return False
    if _CHANGED.search(text, 0, numbers[0].start):
        return True
    if asked.focus and asked.quantity not in _ALSO_AS_A_PART and text.endswith("%", 0, numbers[0].end):
        return True
    unit = unit_of(text[numbers[0].end : numbers[0].end + _LONGEST_UNIT])
    return bool(asked.quantity and unit) and asked.quantity != unit


def counts_another(asked: Target, text: str, start: int, sentence: Place) -> bool:
    """Return whether the number at a place counts something else than another one of its sentence, which is asked for.

    Both are in one unit: of "412 ha lúa, 65 ha ngô", only 65 are of ngô.
    """
    if asked.kind != "number" or len(asked.focus) == 1:
        return False
    behind = {one.start: _behind(text[one.end : sentence[1]]) for one in _within(text, *sentence, "number", "range")}
    own = next((words for at, words in behind.items() if at >= start), [])
    others = [words for words in behind.values() if words[:1] == own[:1]]
    return (
        bool(own and asked.focus) and asked.focus[-1] not in own and any(asked.focus[-1] in words for words in others)
    )


def _behind(text: str) -> list[str]:
    """Return the folded words that a text begins with, up to a sign or another number."""
    return [fold(word.form) for word in syllables(_CLAUSE_ENDS.split(text, maxsplit=1)[0])][:COUNTED_SYLLABLES]


def _values(kind: Kind, text: str) -> Iterator[Place]:
    for value in values_of(text):
        if value.kind in _VALUES[kind]:
            yield value.start, value.end
    if kind == "date":
        for match in _YEAR.finditer(text):
            yield match.span()


def _names(text: str) -> Iterator[Place]:
    return (match.span() for match in NAME.finditer(text) if " " in match[0])


def is_value(text: str, start: int, end: int) -> bool:
    """Return whether a value is all that a span says."""
    words = [start + word.start for word in syllables(text[start:end]) if fold(word.form) not in _DATE_WORDS]
    return bool(words) and all(any(one.start <= word < one.end for one in values_of(text)) for word in words)


def shaped(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the span as an answer of the asked kind is cut, whole at both ends."""
    start, end = whole_span(text, start, end)
    if asked.kind == "number":
        return _counted(asked, text, start, end)
    if asked.kind == "person":
        return _named(text, start, end)
    if asked.kind == "clock":
        clocks = _within(text, start, end, "clock")
        wanted = clocks if len(clocks) == 1 else {"first": clocks[:1], "last": clocks[-1:], "": []}[asked.boundary]
        return (wanted[0].start, wanted[0].end) if wanted else (start, end)
    if asked.kind == "document_number" and (day := _DAY_BEHIND.search(text, start, end)) and day.start() > start:
        return start, day.start()
    if asked.kind == "organisation":
        return start, _named_behind(text, start, end)
    if asked.kind == "date":
        return _dated(asked, text, start, end)
    quoted = _QUOTES.get(text[start - 1 : start]) == text[end : end + 1] != ""
    return (start - 1, end + 1) if quoted else (start, end)


def _within(text: str, start: int, end: int, *kinds: ValueKind) -> list[Value]:
    """Values of the span, as they are in its text."""
    return [one for one in values_of(text) if start <= one.start and one.end <= end and one.kind in kinds]


def _counted(asked: Target, text: str, start: int, end: int) -> Place:
    """With the unit, and with the noun that the question counts, where they follow the span's last number."""
    since = _SINCE.search(text, start, end)
    end = since.start() if since and since.start() > start else end
    inside = _within(text, start, end, "number", "range", "score")
    if not inside:
        return start, end
    tail = syllables(text[inside[-1].end : end])
    if tail and tuple(fold(word.form) for word in tail) != asked.focus[: len(tail)]:
        return start, _whole_noun(asked, text, end, tail[-1].form)
    if asked.focus[:2] == _PERCENT and text[:end].endswith("%"):
        return start, end
    money = _MONEY.match(text, end)
    end = money.end() if money else end
    focus, last = set(asked.focus), end
    for number, word in enumerate(syllables(text[end : end + 80])):
        gap = text[last : end + word.start]
        form = fold(word.form)
        if gap.strip(" \t\xa0") not in ("", ",") or "\n" in gap or number == COUNTED_SYLLABLES:
            break
        unit = number == 0 and "," not in gap and (word.form in MEASURES or form in _SCALE)
        if (form not in focus and not unit) or text.startswith("-", end + word.end):
            break  # also before a code, of which a syllable is only the beginning
        last = end + word.end
    return start, last


def _whole_noun(asked: Target, text: str, end: int, form: str) -> int:
    """Return the end with the second syllable of the noun that is counted, where a span has only the first: "150
    tín".
    """
    after = syllables(text[end : end + _LONGEST_UNIT])[:1]
    if after and text[end : end + after[0].start] == " " and fold(after[0].form) in asked.focus:
        return end + after[0].end if syllable_table().is_compound(form, after[0].form, OFTEN_TOGETHER) else end
    return end


def _dated(asked: Target, text: str, start: int, end: int) -> Place:
    """Without "ngày" before a day in digits, with what begins a sentence; only the year where that is asked for."""
    if asked.focus in _ASKED_FOR_A_YEAR:
        years = list(_ANY_YEAR.finditer(text, start, end))
        return years[0].span() if len(years) == 1 and len(_within(text, start, end, "date")) <= 1 else (start, end)
    word = _NUMERIC_DAY.match(text, start, end)
    start = word.end() if word else start
    begins = _SENTENCE_BEGINS.search(text, max(0, start - 16), start)
    return (begins.start() if begins else start), end


def _named(text: str, start: int, end: int) -> Place:
    """Without titles before the name, and without the post behind it."""
    titles = _TITLES.match(text, start, end)
    first = titles.end() if titles else start
    post = _POST.search(text, first, end)
    is_post = post is not None and post.start() > first and not _is_list(text[post.start() : end])
    # What a hyphen parts may be a name: "Trưởng phòng Kế hoạch - Tài chính".
    if post is not None and post[0].strip() in "-–—" and not NAME.fullmatch(text, first, post.start()):
        is_post = False
    last = post.start() if post is not None and is_post else end
    return whole_span(text, first, _small_name(text, first, last) if titles else last)


def _small_name(text: str, start: int, end: int) -> int:
    """Return the end with the second syllable of a name without capitals, where that is not rather part of what
    follows.
    """
    words = syllables(text[start : start + 60])
    if text != text.lower() or len(words) < MOST_OF_A_SMALL_NAME + 1 or end != start + words[0].end:
        return end
    (one, two), (_, three) = pairwise(word.form for word in words[: MOST_OF_A_SMALL_NAME + 1])
    count = syllable_table().pair_count
    return start + words[1].end if count(one, two) > count(two, three) else end


def _named_behind(text: str, start: int, end: int) -> int:
    """Return the end with the name that an abbreviation belongs to: "BTC TU Cà Mau"."""
    name = _ABBREVIATED.search(text, start, end) and _NAME_BEHIND.match(text, end)
    return name.end() if name else end


def _is_list(rest: str) -> bool:
    """Return whether more names follow, not a post: ", Bùi Quang Toàn và Hà Ban"."""
    return bool(_MORE_NAMES.match(rest)) and " và " in rest
