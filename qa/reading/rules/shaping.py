"""Cut spans to answers of the kind asked for.

A number gets what it counts, a person loses title and post, a post gets its office, and of two dates one is kept.
"""

from __future__ import annotations

import re
from itertools import pairwise

from qa.reading.rules.references import list_around
from qa.reading.target import Target
from qa.reading.vocabulary import HONORIFICS, MEASURES, NAME, OFTEN_TOGETHER, POSTS, SURNAMES, UPPER
from qa.reading.words import values_of
from qa.text import canonical, fold, syllable_table, syllables, whole_span
from qa.text.values import Kind as ValueKind
from qa.text.values import Value

Place = tuple[int, int]

MOST_OF_A_SMALL_NAME = 2
COUNTED_SYLLABLES = 8
"""The longest noun after a number, in syllables."""
_TITLES = re.compile(rf"(?:(?!Ông (?:Thị|Văn)\b)(?:{HONORIFICS})\s+)+(?=\S)")  # "Ông" may be a surname
_POST = re.compile(r"\s+[-–—]\s|\s*[,(]|\s+(?:là|làm|đã|được|và(?= thay mặt))\s")
POST_ALONE = re.compile(rf"(?:pho )?(?:{POSTS})")
_MORE_NAMES = re.compile(rf"\s*,\s*(?:(?:{HONORIFICS})\s+)?[{UPPER}]\S*\s+[{UPPER}]")
_OF_A_PLACE = re.compile(r"\b(?:tỉnh|thành phố|huyện|quận|xã|phường|thị trấn|thôn|làng) \Z", re.IGNORECASE)
_PLACE_AHEAD = re.compile(rf"[{UPPER}]\w* [{UPPER}]\w* (?=[{UPPER}]\w*(?: [{UPPER}]\w*)+\Z)")
"""The two words of a place, with the two or more words of a name behind it."""
_BETWEEN_NAMES = re.compile(r", và |, | và ")
_NAMES = re.compile(
    rf"(?:(?:{HONORIFICS}) )?{NAME.pattern}(?:(?:{_BETWEEN_NAMES.pattern})(?:(?:{HONORIFICS}) )?{NAME.pattern})+"
)
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
    """Return the span cut to an answer of the kind asked for, whole at both ends."""
    start, end = whole_span(text, start, end)
    if asked.kind == "number":
        return _with_what_bounds_it(text, *_counted(asked, text, start, end))
    if asked.kind == "person":
        start, end = _named(text, start, end)
        return _all_named(text, start, end) if asked.several else (start, end)
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
    if asked.several:
        start, end = list_around(text, start, end)
    start, end = (start, end) if asked.kind == "document_number" else _with_its_noun(asked, text, start, end)
    if asked.kind in ("place", "other") and set(_first_word(text[start:end])) & set(asked.focus):
        name = _NAME_BEHIND.match(text, end)
        end = name.end() if name else end
    return _quoted(text, start, end)


def _with_what_bounds_it(text: str, start: int, end: int) -> Place:
    """Return a number with the "trở lên" after it, of which a span may have only the first word."""
    onwards = _ONWARDS.match(text, end)
    return start, onwards.end() if onwards else end


def _timed(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the time of day asked for, with the part of the day after it: "4h sáng"."""
    clocks = within(text, start, end, "clock")
    wanted = clocks if len(clocks) == 1 else {"first": clocks[:1], "last": clocks[-1:], "": []}[asked.boundary]
    start, end = (wanted[0].start, wanted[0].end) if wanted else (start, end)
    part = _PART_OF_DAY.match(text, end)
    return start, part.end() if part else end


def _with_its_noun(asked: Target, text: str, start: int, end: int) -> Place:
    """Return a number or measure with the noun asked for before it: "Tuyến 04", "tàu dưới 12 m"."""
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
    """Return the span with the quotation marks around it; without what follows a quotation that it starts with."""
    if _QUOTES.get(text[start - 1 : start]) == text[end : end + 1] != "":
        return start - 1, end + 1
    mark = _QUOTES.get(text[start : start + 1])
    close = text.find(mark, start + 1, end) + 1 if mark else 0
    return start, end if not close or _MORE_QUOTED.match(text, close, end) else close


def _one_of_two(asked: Target, text: str, start: int, end: int) -> Place:
    """Return one of two dates or years joined by a dash, as asked for.

    For an anniversary ("14-10-1930 - 14-10-2023") it is the first.
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
    """Return the end of a post with its office, but not with its holder: "Vụ trưởng Vụ Địa phương III"."""
    if text[end : end + 1] == " " and text[end + 1 : end + 2].islower():
        end = _whole_compound(text, end, "".join(one.form for one in syllables(text[:end])[-1:]))
    while (word := _CAPITAL.match(text, end)) and not _is_of_a_person(text, word.start("word")):
        end = word.end()
        if text[end + 1 : end + 2].islower():
            end = _whole_compound(text, end, canonical(word["word"]))
    return end


def _whole_compound(text: str, end: int, form: str) -> int:
    """Return the end after the next syllable, if that forms one word with the last one."""
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
    """Return the values of the span, with their places in the text."""
    return [one for one in values_of(text) if start <= one.start and one.end <= end and one.kind in kinds]


def _counted(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the span with the unit, and the counted noun, that follow its last number."""
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
            break  # also before a code, which a syllable only starts
        last = end + word.end
    return start, last


def _whole_noun(asked: Target, text: str, end: int, form: str) -> int:
    """Return the end after the second syllable of the counted noun, if a span has only the first: "150 tín"."""
    last = _whole_compound(text, end, form)
    return last if fold(text[end:last].strip()) in asked.focus else end


def _dated(asked: Target, text: str, start: int, end: int) -> Place:
    """Return the span without "ngày" before a date in digits, with the start of a sentence.

    It is only the year if that is asked for.
    """
    if asked.focus in _ASKED_FOR_A_YEAR:
        years = list(_ANY_YEAR.finditer(text, start, end))
        return years[0].span() if len(years) == 1 and len(within(text, start, end, "date")) <= 1 else (start, end)
    word = _NUMERIC_DAY.match(text, start, end)
    start = word.end() if word else start
    begins = _SENTENCE_BEGINS.search(text, max(0, start - 16), start)
    start = begins.start() if begins else start
    return (start, end) if asked.focus else _with_its_time(text, start, end)


def _with_its_time(text: str, start: int, end: int) -> Place:
    """Return a date with the time before it, and a time with the date after it: "19h15 ngày 3/8"."""
    values = values_of(text)
    for clock, day in pairwise(values):
        of_one = clock.kind == "clock" and day.kind == "date" and _TO_THE_DAY.fullmatch(text, clock.end, day.start)
        if of_one and start < day.end and clock.start < end:
            return min(start, clock.start), max(end, day.end)
    return start, end


def _named(text: str, start: int, end: int) -> Place:
    """Return the span without titles before the name and the post after it; a post alone with its office."""
    titles = _TITLES.match(text, start, end)
    first = titles.end() if titles else start
    post = _POST.search(text, first, end)
    is_post = post is not None and post.start() > first and not _is_list(text[post.start() : end])
    # A hyphen may be part of a name: "Trưởng phòng Kế hoạch - Tài chính".
    if post is not None and post[0].strip() in "-–—" and not NAME.fullmatch(text, first, post.start()):
        is_post = False
    last = post.start() if post is not None and is_post else end
    if POST_ALONE.fullmatch(fold(text[first:last])):
        return first, _with_its_office(text, last)
    first, last = whole_span(text, first, _small_name(text, first, last) if titles else last)
    return _without_place(text, first, last)


def _without_place(text: str, start: int, end: int) -> Place:
    """Return the name of a person without the place of the post before it: "Chủ tịch tỉnh Cà Mau Lê Văn Sử"."""
    behind = _PLACE_AHEAD.match(text, start, end) if _OF_A_PLACE.search(text, 0, start) else None
    return (behind.end(), end) if behind and fold(text[behind.end() : end].split()[0]) in SURNAMES else (start, end)


def _all_named(text: str, start: int, end: int) -> Place:
    """Return the whole list of names that a name is in: "ông Kha, bà Lụa"."""
    for match in _NAMES.finditer(text):
        items = _BETWEEN_NAMES.split(match[0])
        if match.start() <= start and end <= match.end() and all(map(_is_a_person, items)):
            return match.span()
    return start, end


def _is_a_person(item: str) -> bool:
    return bool(_TITLES.match(item)) or fold(item.split()[0]) in SURNAMES


def _small_name(text: str, start: int, end: int) -> int:
    """Return the end after the second syllable of a lower-case name, unless it belongs to what follows."""
    words = syllables(text[start : start + 60])
    if text != text.lower() or len(words) < MOST_OF_A_SMALL_NAME + 1 or end != start + words[0].end:
        return end
    (one, two), (_, three) = pairwise(word.form for word in words[: MOST_OF_A_SMALL_NAME + 1])
    count = syllable_table().pair_count
    return start + words[1].end if count(one, two) > count(two, three) else end


def _named_behind(text: str, start: int, end: int) -> int:
    """Return the end after the name that belongs to an abbreviation: "BTC TU Cà Mau"."""
    name = _ABBREVIATED.search(text, start, end) and _NAME_BEHIND.match(text, end)
    return name.end() if name else end


def _is_list(rest: str) -> bool:
    """Return whether more names follow, not a post: ", Bùi Quang Toàn và Hà Ban"."""
    return bool(_MORE_NAMES.match(rest)) and " và " in rest
