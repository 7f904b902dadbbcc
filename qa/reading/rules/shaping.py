"""How a span is cut as an answer of the kind that is asked for.

A number with what it counts, a person without title and post, a post with its office, one day of two.
"""

from __future__ import annotations

import re
from itertools import pairwise

from qa.reading.target import Target
from qa.reading.vocabulary import HONORIFICS, MEASURES, NAME, OFTEN_TOGETHER, POSTS, SURNAMES, UPPER
from qa.reading.words import values_of
from qa.text import canonical, fold, syllable_table, syllables, whole_span
from qa.text.values import Kind as ValueKind
from qa.text.values import Value

Place = tuple[int, int]

MOST_OF_A_SMALL_NAME = 2
COUNTED_SYLLABLES = 8
"""No more syllables after a number are what it counts."""
_TITLES = re.compile(rf"(?:(?!Ông (?:Thị|Văn)\b)(?:{HONORIFICS})\s+)+(?=\S)")  # "Ông" may be a surname
_POST = re.compile(r"\s+[-–—]\s|\s*[,(]|\s+(?:là|làm|đã|được|và(?= thay mặt))\s")
_POST_ALONE = re.compile(rf"(?:pho )?(?:{POSTS})")
_MORE_NAMES = re.compile(rf"\s*,\s*(?:(?:{HONORIFICS})\s+)?[{UPPER}]\S*\s+[{UPPER}]")
_NUMERIC_DAY = re.compile(r"ngày\s+(?=\d{1,2}\s?[-/.]\s?\d)")
_SENTENCE_BEGINS = re.compile(r"(?:Sáng|Trưa|Chiều|Tối|Đêm|Ngày|Năm)\s+(?:ngày\s+)?\Z")
_QUOTES = {"“": "”", "«": "»", '"': '"'}
_MORE_QUOTED = re.compile(r"\s*(?:[,;]|và|cùng|,\s*và)?\s*[“«\"]")
_PART_OF_DAY = re.compile(r" (?:sáng|trưa|chiều|tối|đêm)\b")
_TO_THE_DAY = re.compile(r"(?: (?:sáng|trưa|chiều|tối|đêm))?,? (?:ngày )?")
_DASH = re.compile(r"\s?[-–—]\s?")
_POST_ASKED = (("chuc", "vu"), ("chuc", "danh"), ("giu", "chuc"))
_CAPITAL = re.compile(rf" (?:(?:và|nhân dân|tỉnh|thành phố|huyện|quận|xã|phường) )?(?P<word>[{UPPER}]\w*)")
_DAY_BEHIND = re.compile(r",?\s+ngày\s+\d")
_ANY_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_ASKED_FOR_A_YEAR = (("nam",), ("year",))
_PERCENT = ("phan", "tram")
_ABBREVIATED = re.compile(rf"(?<!\w)[{UPPER}]{{2,}}\Z")
_NAME_BEHIND = re.compile(rf"(?: [{UPPER}](?=\w*[^\W{UPPER}_])\w*)+")
_ONWARDS = re.compile(r"(?:(?<= trở)| trở) (?:lên|xuống|đi)\b")
_MONEY = re.compile(r"[ \xa0]đồng(?![ \xa0]chí)\b")
LONGEST_UNIT = 20
_ENDS = ("first", "last")
_SINCE = re.compile(r",\s+(?:kể |tính )?từ (?:ngày|tháng|năm)\b|,?\s+(?:và\s+)?(?:tối đa|tối thiểu|ít nhất)\b")
_SCALE = frozenset(["nghin", "ngan", "van", "trieu", "ty", "ti"])


def shaped(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the span as an answer of the asked kind is cut, whole at both ends."""
    start, end = whole_span(text, start, end)
    if asked.kind == "number":
        return _with_what_bounds_it(text, *_counted(asked, text, start, end))
    if asked.kind == "person":
        return _named(text, start, end)
    if asked.kind == "clock":
        return _timed(asked, text, start, end)
    if asked.kind == "document_number" and (day := _DAY_BEHIND.search(text, start, end)) and day.start() > start:
        return start, day.start()
    if asked.kind == "organisation":
        end = _named_behind(text, start, end)
    if asked.kind == "date":
        return _dated(asked, text, *_one_of_two(asked, text, start, end))
    if asked.focus in _POST_ASKED:
        return start, _with_its_office(text, end)
    start, end = (start, end) if asked.kind == "document_number" else _with_its_noun(asked, text, start, end)
    if asked.kind in ("place", "other") and set(_first_word(text[start:end])) & set(asked.focus):
        name = _NAME_BEHIND.match(text, end)
        end = name.end() if name else end
    return _quoted(text, start, end)


def _with_what_bounds_it(text: str, start: int, end: int) -> Place:
    """Return a number with "trở lên" behind it, of which a span may have the first word."""
    onwards = _ONWARDS.match(text, end)
    return start, onwards.end() if onwards else end


def _timed(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the one time of day that is asked for, with the part of the day behind it: "4h sáng"."""
    clocks = within(text, start, end, "clock")
    wanted = clocks if len(clocks) == 1 else {"first": clocks[:1], "last": clocks[-1:], "": []}[asked.boundary]
    start, end = (wanted[0].start, wanted[0].end) if wanted else (start, end)
    part = _PART_OF_DAY.match(text, end)
    return start, part.end() if part else end


def _with_its_noun(asked: Target, text: str, start: int, end: int) -> Place:
    """Return a number or measure with the noun that is asked for before it: "Tuyến 04", "tàu dưới 12 m"."""
    if text[start : start + 1].isupper() or not within(text, start, end, "number", "ordinal", "range"):
        return start, end
    begin = max(0, start - LONGEST_UNIT)
    for noun, word in zip(reversed(asked.focus), reversed(syllables(text[begin:start])), strict=False):
        if fold(word.form) != noun or text[start - 1 : start] != " ":
            break
        start = begin + word.start
    return start, end


def _first_word(span: str) -> list[str]:
    return [fold(word.form) for word in syllables(span)[:1]]


def _quoted(text: str, start: int, end: int) -> Place:
    """With the marks of a quotation around the span, and without what is said behind the one that it begins with."""
    if _QUOTES.get(text[start - 1 : start]) == text[end : end + 1] != "":
        return start - 1, end + 1
    mark = _QUOTES.get(text[start : start + 1])
    close = text.find(mark, start + 1, end) + 1 if mark else 0
    return start, end if not close or _MORE_QUOTED.match(text, close, end) else close


def _one_of_two(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the day or year of two with a dash between that is asked for.

    Of an anniversary ("14-10-1930 - 14-10-2023") it is the first.
    """
    days = within(text, start, end, "date") or [
        Value("date", *one.span(), ("date", one[0])) for one in _ANY_YEAR.finditer(text, start, end)
    ]
    if len(days) != len(_ENDS) or not _DASH.fullmatch(text, days[0].end, days[1].start):
        return start, end
    first, last = (one.key[1].partition("-") for one in days)
    is_anniversary = bool(first[2]) and first[2] == last[2] and first[0] != last[0]
    boundary = asked.boundary or ("first" if is_anniversary else "")
    chosen = days[_ENDS.index(boundary)] if boundary else None
    return (chosen.start, chosen.end) if chosen else (start, end)


def _with_its_office(text: str, end: int) -> int:
    """Return the end of a post with the office behind it, not with who holds it: "Vụ trưởng Vụ Địa phương III"."""
    while (word := _CAPITAL.match(text, end)) and not _is_of_a_person(text, word.start("word")):
        end = word.end()
        if text[end + 1 : end + 2].islower():
            end = _whole_compound(text, end, canonical(word["word"]))
    return end


def _whole_compound(text: str, end: int, form: str) -> int:
    """Return the end with the syllable behind it, where that is one word with the last one, in its canonical form."""
    after = syllables(text[end : end + LONGEST_UNIT])[:1]
    if after and text[end : end + after[0].start] == " ":
        is_one = syllable_table().is_compound(form, after[0].form, OFTEN_TOGETHER)
        return end + after[0].end if is_one else end
    return end


def _is_of_a_person(text: str, start: int) -> bool:
    name = NAME.match(text, start)
    words = syllables(name[0]) if name else []
    is_city = text.lower().endswith("phố ", 0, start)
    return len(words) > MOST_OF_A_SMALL_NAME and fold(words[0].form) in SURNAMES and not is_city


def within(text: str, start: int, end: int, *kinds: ValueKind) -> list[Value]:
    """Values of the span, as they are in its text."""
    return [one for one in values_of(text) if start <= one.start and one.end <= end and one.kind in kinds]


def _counted(asked: Target, text: str, start: int, end: int) -> Place:
    """With the unit, and with the noun that the question counts, where they follow the span's last number."""
    since = _SINCE.search(text, start, end)
    end = since.start() if since and since.start() > start else end
    inside = within(text, start, end, "number", "range", "score")
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
    last = _whole_compound(text, end, form)
    return last if fold(text[end:last].strip()) in asked.focus else end


def _dated(asked: Target, text: str, start: int, end: int) -> Place:
    """Without "ngày" before a day in digits, with what begins a sentence; only the year where that is asked for."""
    if asked.focus in _ASKED_FOR_A_YEAR:
        years = list(_ANY_YEAR.finditer(text, start, end))
        return years[0].span() if len(years) == 1 and len(within(text, start, end, "date")) <= 1 else (start, end)
    word = _NUMERIC_DAY.match(text, start, end)
    start = word.end() if word else start
    begins = _SENTENCE_BEGINS.search(text, max(0, start - 16), start)
    start = begins.start() if begins else start
    return (start, end) if asked.focus else _with_its_time(text, start, end)


def _with_its_time(text: str, start: int, end: int) -> Place:
    """Return a day with the time of day before it, and a time with the day behind it: "19h15 ngày 3/8"."""
    values = values_of(text)
    for clock, day in pairwise(values):
        of_one = clock.kind == "clock" and day.kind == "date" and _TO_THE_DAY.fullmatch(text, clock.end, day.start)
        if of_one and start < day.end and clock.start < end:
            return min(start, clock.start), max(end, day.end)
    return start, end


def _named(text: str, start: int, end: int) -> Place:
    """Without titles before the name, and without the post behind it; a post alone with its office."""
    titles = _TITLES.match(text, start, end)
    first = titles.end() if titles else start
    post = _POST.search(text, first, end)
    is_post = post is not None and post.start() > first and not _is_list(text[post.start() : end])
    # What a hyphen parts may be a name: "Trưởng phòng Kế hoạch - Tài chính".
    if post is not None and post[0].strip() in "-–—" and not NAME.fullmatch(text, first, post.start()):
        is_post = False
    last = post.start() if post is not None and is_post else end
    if _POST_ALONE.fullmatch(fold(text[first:last])):
        return first, _with_its_office(text, last)
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
