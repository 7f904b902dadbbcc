"""How a span of an asked kind is cut: a number with what it counts, a person without title and post, a whole value.

Knows the span's text around it; never moves it elsewhere.
"""

from __future__ import annotations

import re

from qa.reading.kinds import Asked
from qa.reading.vocabulary import HONORIFICS, MEASURES, UPPER
from qa.reading.words import values_of
from qa.text import fold, syllables, whole_span
from qa.text.values import Kind as ValueKind
from qa.text.values import Value

Place = tuple[int, int]

COUNTED_SYLLABLES = 8
"""No more syllables after a number are what it counts."""
_TITLES = re.compile(rf"(?:(?:{HONORIFICS})\s+)+(?=\S)")
_POST = re.compile(r"\s+[-–—]\s|\s*[,(]|\s+(?:là|làm|đã|được|và(?= thay mặt))\s")
_MORE_NAMES = re.compile(rf"\s*,\s*(?:(?:{HONORIFICS})\s+)?[{UPPER}]\S*\s+[{UPPER}]")
_NUMERIC_DAY = re.compile(r"[Nn]gày\s+(?=\d{1,2}\s?[-/.]\s?\d)")
_DAY_BEHIND = re.compile(r",?\s+ngày\s+\d")
_YEAR_WORD = re.compile(r"[Nn]ăm\s+(?=\d{4}$)")
_ABBREVIATED = re.compile(rf"(?<!\w)[{UPPER}]{{2,}}\Z")
_NAME_BEHIND = re.compile(rf"(?: [{UPPER}](?=\w*[^\W{UPPER}_])\w*)+")
_SCALE = frozenset(["nghin", "ngan", "van", "trieu", "ty", "ti"])


def shaped(asked: Asked, text: str, start: int, end: int) -> Place:
    """The span as an answer of the asked kind is cut, whole at both ends."""
    start, end = whole_span(text, start, end)
    if asked.kind == "number":
        return _counted(asked, text, start, end)
    if asked.kind == "person":
        return _named(text, start, end)
    if asked.kind == "clock":
        clocks = _within(text, start, end, "clock")
        return (clocks[0].start, clocks[0].end) if len(clocks) == 1 else (start, end)
    if asked.kind == "document_number" and (day := _DAY_BEHIND.search(text, start, end)) and day.start() > start:
        return start, day.start()
    if asked.kind == "organisation":
        return start, _named_behind(text, start, end)
    if asked.kind == "date":
        year = "nam" in asked.focus and _YEAR_WORD.match(text, start, end)
        word = year or _NUMERIC_DAY.match(text, start, end)
        return (word.end(), end) if word else (start, end)
    return start, end


def _within(text: str, start: int, end: int, *kinds: ValueKind) -> list[Value]:
    """Values of the span, as they are in its text."""
    return [one for one in values_of(text) if start <= one.start and one.end <= end and one.kind in kinds]


def _counted(asked: Asked, text: str, start: int, end: int) -> Place:
    """With the unit, and with the noun that the question counts, where they follow the span's last number."""
    inside = _within(text, start, end, "number", "range", "score")
    if not inside or syllables(text[inside[-1].end : end]):
        return start, end
    focus, last = set(asked.focus), end
    for number, word in enumerate(syllables(text[end : end + 80])):
        gap = text[last : end + word.start]
        form = fold(word.form)
        if gap.strip(" \t\xa0") not in ("", ",") or "\n" in gap or number == COUNTED_SYLLABLES:
            break
        unit = number == 0 and "," not in gap and (word.form in MEASURES or form in _SCALE)
        if form not in focus and not unit:
            break
        last = end + word.end
    return start, last


def _named(text: str, start: int, end: int) -> Place:
    """Without titles before the name, and without the post behind it."""
    titles = _TITLES.match(text, start, end)
    first = titles.end() if titles else start
    post = _POST.search(text, first, end)
    last = post.start() if post and post.start() > first and not _is_list(text[post.start() : end]) else end
    return whole_span(text, first, last)


def _named_behind(text: str, start: int, end: int) -> int:
    """The end with the name that an abbreviation belongs to: "BTC TU Cà Mau"."""
    name = _ABBREVIATED.search(text, start, end) and _NAME_BEHIND.match(text, end)
    return name.end() if name else end


def _is_list(rest: str) -> bool:
    """Whether more names follow, not a post: ", Bùi Quang Toàn và Hà Ban"."""
    return bool(_MORE_NAMES.match(rest)) and " và " in rest
