"""Reduce a saved web page (or any text) to its title, date of publication and main text. Does not know files.

The steps: find the lines above and below the prose that are boilerplate; weigh whether they prove that this is a saved
page; only then leave them out and join its doubled captions. A text that is not a page is unchanged, and in a page only
doubled captions are removed between the first and the last line of prose. Since all evidence goes with the boilerplate,
reading the text again changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qa.documents.boilerplate import (
    doubled,
    is_box,
    is_breadcrumb,
    is_counter,
    is_footer,
    is_heading,
    is_section,
    strength,
)
from qa.documents.dates import DateLine, read_date_line, read_opening
from qa.documents.official import is_office
from qa.text import canonical

MAX_TITLE = 200  # characters
NEAR_THE_FOOT = 8  # non-blank lines; place and date are there above the signature
NEAR_THE_TOP = 12  # non-blank lines; a date further down is not the date of publication
PROOF = 3  # points of evidence that make a text a page, one of them at least strong
POINTS = {"strong": 2, "weak": 1}
PROSE_WORDS = 12  # in a line that ends like a sentence
LONG_WORDS = 40  # in a line that ends in any way
SECTION_WORDS = 6  # above a headline
MAX_OFFICES = 5  # lines above a title, with the line of signs below them

_SENTENCE_END = re.compile(r"[.!…][\"'”’»)\]]*$")
_MESSAGE = re.compile(
    r"\s*\[?(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},? +)?\d{1,2}:\d{2}[^:\n]{0,60}(?::\d{2}[^:\n]{0,60})?: \S"
)
_RULE = re.compile(r"\s*(?:[-–—_*~]\s*){3,}")
_LINKS = re.compile(r"(?:!?\[[^\]\n]{0,200}\]\([^)\s]{0,500}\)|[\s|•·»>/-])+")
_TITLE_END = re.compile(r"(?<![.…])[.]$|[,;:]$")


@dataclass(frozen=True)
class Page:
    """What a text is about, when it was published, and its main text.

    A headline above the main text of a page is in `title` only; the title of a text that is not a page is its first
    line, which stays in `text`. Both may be empty.
    """

    text: str
    title: str = ""
    published: date | None = None


@dataclass(frozen=True)
class _Lines:
    """The lines of a text, and the indexes of those that are not blank: all, those above and those below the prose."""

    lines: list[str]
    filled: list[int]
    head: list[int]
    tail: list[int]


@dataclass(frozen=True)
class _Boilerplate:
    """Indexes of lines to leave out, and how many points each of them is worth as evidence."""

    dropped: frozenset[int]
    points: dict[str, int]


def read_page(text: str) -> Page:
    """Remove boilerplate; `text` has line feeds only."""
    page = _survey(_trim(text.split("\n")))
    if not _is_page(page):
        return Page("\n".join(page.lines), _first_line(page), _published(page))
    if not _has_prose(page):
        return Page("")
    title_at, head, tail = _boilerplate(page)
    kept = _without(page.lines, head.dropped | tail.dropped)
    title = "" if title_at is None else _title(page.lines[title_at])
    return Page("\n".join(_join_doubles(kept)), title, _published(page))


def _join_doubles(lines: list[str]) -> list[str]:
    """Return one of each two lines that say the same, unless boilerplate within the prose would then be at its edge."""
    joined = _without(lines, doubled(lines))
    return lines if _is_page(_survey(joined)) else joined


def _survey(lines: list[str]) -> _Lines:
    filled = [index for index, line in enumerate(lines) if line.strip()]
    first = next((place for place, index in enumerate(filled) if _is_prose(lines[index])), None)
    return _Lines(lines, filled, filled[:first], _tail(lines, filled))


def _tail(lines: list[str], filled: list[int]) -> list[int]:
    """Return the lines after the last one of prose that is neither in a box nor in the imprint."""
    for place in reversed(range(len(filled))):
        line = lines[filled[place]]
        boxed = place > 0 and is_box(lines[filled[place - 1]])
        if _is_prose(line) and not boxed and not is_footer(line):
            return filled[place + 1 :]
    return filled


def _is_prose(line: str) -> bool:
    words = len(line.split()) if len(line) < 1000 else LONG_WORDS
    return words >= LONG_WORDS or (words >= PROSE_WORDS and bool(_SENTENCE_END.search(line.rstrip())))


def _is_page(page: _Lines) -> bool:
    """Return whether the boilerplate found is proof; a text without prose must be nothing but boilerplate."""
    if not _has_prose(page) and not all(_is_around(page.lines[index]) for index in page.filled):
        return False
    _, head, tail = _boilerplate(page)
    points = head.points | tail.points
    return sum(points.values()) >= PROOF and max(points.values()) >= POINTS["strong"]


def _has_prose(page: _Lines) -> bool:
    return len(page.tail) < len(page.filled)


def _boilerplate(page: _Lines) -> tuple[int | None, _Boilerplate, _Boilerplate]:
    """Return the index of the headline, and the boilerplate above and below the prose."""
    stamps = {index: stamp for index, stamp in _date_lines(page).items() if not stamp.office}
    title_at = _headline(page, stamps)
    return title_at, _above(page, stamps, title_at), _below(page)


# Above the prose


def _date_lines(page: _Lines) -> dict[int, DateLine]:
    """Return the dates above the prose; more than two make a log or a timetable, and say nothing about publication."""
    found = {index: stamp for index in page.head if (stamp := read_date_line(page.lines[index]))}
    return found if len(found) <= 2 else {}


def _published(page: _Lines) -> date | None:
    """Return the date alone above the prose, at the start of minutes, or with the place at the foot."""
    near, foot = page.filled[:NEAR_THE_TOP], page.filled[-NEAR_THE_FOOT:]
    dates = [line.published for index, line in _date_lines(page).items() if index in near]
    dates += [day for index in near if (day := read_opening(page.lines[index]))]
    signed = (read_date_line(page.lines[index]) for index in foot)
    dates += [line.published for line in signed if line and line.office]
    return dates[0] if dates else None


def _headline(page: _Lines, stamps: dict[int, DateLine]) -> int | None:
    """Return the longest line just above the date, or the one below it when only a section's name is above."""
    lines = page.lines
    candidates = [index for index in page.head if index not in stamps and not _is_around(lines[index])]
    if not stamps:
        first = candidates[0] if candidates else None
        return first if first is not None and _can_be_title(lines[first]) else None
    titles = [index for index in candidates if _can_be_title(lines[index])]
    above = [index for index in titles if index < min(stamps)][-4:]
    below = [index for index in candidates if index > min(stamps)][:1]
    under = below[0] if below and below[0] in titles else None
    best = max(above, key=lambda index: len(lines[index].split()), default=None)
    if best is None or (under is not None and _names_section(lines[best], lines[under])):
        return under
    return best


def _is_around(line: str) -> bool:
    """Return whether a line is boilerplate anywhere above or below the prose."""
    return bool(strength(line)) or is_counter(line) or is_section(line) or is_breadcrumb(line)


def _can_be_title(line: str) -> bool:
    line = line.strip()
    return len(line) <= MAX_TITLE and any(map(str.isalpha, line)) and not _TITLE_END.search(line)


def _names_section(line: str, below: str) -> bool:
    words = len(line.split())
    return words < SECTION_WORDS and words < len(below.split()) and not any(map(str.isdigit, line))


def _above(page: _Lines, stamps: dict[int, DateLine], title_at: int | None) -> _Boilerplate:
    lines, top = page.lines, -1 if title_at is None else min([title_at, *stamps])
    dropped = set(stamps)
    points = {lines[index]: _stamp_points(stamp) for index, stamp in stamps.items()}
    for index in page.head:
        line = lines[index]
        found = None if is_heading(line) else strength(line)
        if found:
            points[line] = POINTS[found]
            dropped.add(index)
        elif index < top and (is_section(line) or is_breadcrumb(line)):
            points[line] = POINTS["weak"]
            dropped.add(index)
        elif index < top and (is_counter(line) or (stamps and _is_short(line))):
            dropped.add(index)
    return _Boilerplate(frozenset(dropped | _headline_and_repeats(page, title_at)), points)


def _stamp_points(stamp: DateLine) -> int:
    if stamp.labelled or (stamp.weekday and stamp.clock):
        return POINTS["strong"]
    return POINTS["weak"] if stamp.clock else 0


def _is_short(line: str) -> bool:
    return len(line.split()) <= SECTION_WORDS and not _SENTENCE_END.search(line.rstrip())


def _headline_and_repeats(page: _Lines, title_at: int | None) -> set[int]:
    if title_at is None:
        return set()
    title = canonical(_title(page.lines[title_at]))
    same = (index for index in page.head if len(page.lines[index]) <= 2 * MAX_TITLE)
    return {index for index in same if canonical(_title(page.lines[index])) == title}


# Below the prose


def _below(page: _Lines) -> _Boilerplate:
    """Return the lines from the first heading that only pages have, or a run of lesser ones, to the end.

    No prose of the article follows there.
    """
    zone = page.tail
    strengths = [strength(page.lines[index]) for index in zone]
    for place, found in enumerate(strengths):
        last_or_run = place + 1 == len(zone) or strengths[place + 1]
        if found == "strong" or (found and last_or_run):
            points = {page.lines[i]: POINTS[s] for i, s in zip(zone, strengths, strict=True) if s and i >= zone[place]}
            return _Boilerplate(frozenset(zone[place:]), points)
    return _Boilerplate(frozenset(), {})


# What is left


def _without(lines: list[str], dropped: frozenset[int]) -> list[str]:
    """Return the other lines; where one was dropped between blank lines, one blank line stays."""
    kept: list[str] = []
    gap = False
    for index, line in enumerate(lines):
        if index in dropped:
            gap = True
        elif line.strip() or not gap or (kept and kept[-1].strip()):
            kept.append(line)
            gap = gap and not line.strip()
    return _trim(kept)


def _trim(lines: list[str]) -> list[str]:
    filled = [index for index, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def _first_line(page: _Lines) -> str:
    """Return the title of a text that is not a page, if any.

    It is the first line other than a date, if it reads like a headline of more.
    """
    for index in _below_offices(page):
        line = page.lines[index]
        no_words = is_counter(line) or _LINKS.fullmatch(line)
        if not (read_date_line(line) or no_words or strength(line) == "strong"):
            if _MESSAGE.match(line):
                return ""
            stands = index != page.filled[-1] and not _goes_on(line, page.lines[index + 1])
            return _title(line) if stands and _can_be_title(line) else ""
    return ""


def _below_offices(page: _Lines) -> list[int]:
    """Return the lines near the top, except offices in capitals above a line of hyphens or stars."""
    near = page.filled[:NEAR_THE_TOP]
    ruled = [place for place, index in enumerate(near[:MAX_OFFICES]) if _RULE.fullmatch(page.lines[index])]
    above = [page.lines[index] for index in near[: ruled[0]]] if ruled else []
    offices = above and is_office(above[0].strip()) and all(map(str.isupper, above))
    return near[ruled[0] + 1 :] if offices else near


def _goes_on(line: str, following: str) -> bool:
    """Recognise an item of a list, or a sentence that was broken at the width of the page."""
    return line.lstrip().startswith(("- ", "* ", "+ ", "• ", "– ")) or following.lstrip()[:1].islower()


def _title(line: str) -> str:
    return " ".join(line.split()).lstrip("#> ")
