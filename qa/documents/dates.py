"""Read dates as Vietnamese pages write them, day first.

Knows lines that are a date, and how minutes begin; never a date inside another sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qa.text import nfc

MAX_LINE = 160  # characters; a line that states when it was published is shorter

_DATES = (
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\s?([/.-])\s?(?P<month>\d{1,2})\s?\2\s?(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2}),? tháng (?P<month>\d{1,2}),? năm (?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)"),
)
_LABEL = re.compile(
    r"\b(?:(?:thời gian|ngày|giờ|được) )?(?:cập nhật|đăng tải|đăng bài|đăng tin|đăng|xuất bản)"
    r"(?: lần cuối| mới nhất)?(?=[\s:,]|$)"
)
_WEEKDAY = re.compile(r"\b(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|cn|t[2-7])(?!\w)")
_CLOCK = re.compile(
    r"(?<![\d/.-])\d{1,2}\s?(?:[:h]|giờ)\s?(?:\d{2}(?::\d{2})?(?!\d))?\s?(?:['’′]|phút)?\s?(?:sa|ch|am|pm)?(?![\w/.-])"
)
# The author, in a few words, as a labelled line gives after the date.
_BYLINE = re.compile(
    r"\b(?:phóng viên|pv|tác giả|người đăng|người viết|đăng bởi|biên tập|bởi|nguồn|theo)(?!\w)\s?:?"
    r"(?:\s[^\W\d_.]+){1,5}"
)
_OPENING = re.compile(
    r"hôm nay,?(?: (?:vào )?(?:lúc|hồi)[^.\n]{0,40}?)?(?:,? (?:thứ [^\W\d]+|chủ nhật))?,? ngày (?=\d)", re.IGNORECASE
)
_REST = re.compile(
    r"\b(?:lượt (?:xem|đọc)\s?:?\s?[\d.,]+|[\d.,]+ lượt (?:xem|đọc)"
    r"|gmt\s?\+\s?\d{1,2}|ngày|lúc|vào|hôm)(?!\w)"
)
# "Bạc Liêu, ngày 13 tháng 1 năm 2022", with or without the number of the document before it, as offices write it.
_OFFICE = re.compile(r"(?:Số ?: ?\S+ )?(?:[^\W\d_]+[ .]+){0,3}[^\W\d_]+, ?ngày (?=\d)")
_SEPARATORS = re.compile(r"[\s,|•·:;()\[\]'’′.*_–—-]+")


@dataclass(frozen=True)
class DateLine:
    """A line with a date and (nearly) nothing else."""

    published: date | None
    """None if the line has the form of a date, but there is no such day."""
    labelled: bool
    """Whether it is labelled as the date of publication ("Cập nhật lúc", "Ngày đăng")."""
    weekday: bool
    clock: bool
    office: bool = False
    """Whether it names the place, like the head of an official document."""


def read_date_line(line: str) -> DateLine | None:
    """Return the date that a line consists of; None for any line that says more than that.

    Of two dates behind labels ("Ngày đăng: 5-3-2021 | Cập nhật: 6-3-2021") the first counts.
    """
    if len(line) > MAX_LINE:
        return None
    rest = " ".join(nfc(line).split())
    place = _OFFICE.match(rest)
    rest = rest[place.end() if place else 0 :].lower()
    rest, labels = _LABEL.subn(" ", rest)
    found = _take_dates(rest, at_most=2 if labels else 1)
    if found is None:
        return None
    rest, published = found
    rest, weekdays = _WEEKDAY.subn(" ", rest)
    rest, clocks = _CLOCK.subn(" ", rest)
    rest = _BYLINE.sub(" ", rest) if labels else rest
    if _SEPARATORS.sub("", _REST.sub(" ", rest)):
        return None
    return DateLine(published, labels > 0, weekdays > 0, clocks > 0, place is not None)


def read_opening(line: str) -> date | None:
    """Return the day that minutes begin with ("Hôm nay, vào hồi 14 giờ, ngày 5 tháng 3 năm 2024, tại ..."), if any."""
    text = " ".join(nfc(line[: 2 * MAX_LINE]).split())
    opening = _OPENING.match(text)
    if not opening:
        return None
    dates = [found for pattern in _DATES if (found := pattern.match(text, opening.end()))]
    return _day(dates[0]) if dates else None


def _take_dates(line: str, *, at_most: int) -> tuple[str, date | None] | None:
    """Return the line without its dates, and the first of them."""
    for pattern in _DATES:
        first = pattern.search(line)
        if first:
            return pattern.sub(" ", line, count=at_most), _day(first)
    return None


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    try:
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None
