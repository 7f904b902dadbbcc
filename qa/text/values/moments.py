"""Find dates and times of day in a canonical text.

Where "5-9" may be a day or a range and "3/4" a day or a fraction, the words before and after decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from qa.text.values.spoken import spoken_number
from qa.text.values.value import MONTHS, Value, is_in_calendar, roman_number

LEAP_YEAR = 2000  # has every day that any year has

_D, _M = r"(?P<d>\d{1,2})", r"(?P<m>\d{1,2})"
_Y = r"(?P<y>[12]\d{3})(?!\d)"
_SPOKEN_MONTHS = {
    **{"giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9},
    **{"mười một": 11, "mười hai": 12, "mười": 10, "chạp": 12},
}
_NAMED = rf"(?P<name>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})\.?"
_SPOKEN = rf"(?P<spoken>{'|'.join(sorted(_SPOKEN_MONTHS, key=len, reverse=True))})\b"
_WORDS = r"(?<=\b(?:ngày|mùng|mồng)\s)(?P<words>[^\W\d_]+(?:\s[^\W\d_]+){0,2}?)"
_BEFORE = r"(?<![\w/.,-])"
_AFTER = r"(?![\w/]|[-.,]\d)"
_YEAR_OF = r"(?:,?\s+năm\s+|\s?[/-]\s?|,\s+)"
# Words that may precede a date written as "5-9" or "3/4".
_DAY_WORD = re.compile(
    r"\b(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|nay|qua|mai|mùng|mồng|dịp|lễ|vào|thứ \w+|chủ nhật|trước|sau|từ|đến|hết)"
    r" ?[,(]? ?$"
)
# What follows a fraction: the thing that it is a part of.
_PARTS = re.compile(
    r"\s(?!tại|ở|và|đến|là|do|theo|với|có|của|được|đã|sẽ|năm|hằng|hàng|vừa|này|tới|sau|trước|khi|từ|cho|các|những|để|thì)"
    r"[^\W\d_]"
)
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEFORE}(?P<y>[12]\d{{3}})-{_M}-{_D}(?!\d)",
        rf"(?:{_BEFORE}|(?<=[/.-]\d{{4}}-)){_D}\s?(?P<by>[/.-])\s?{_M}\s?(?P=by)\s?{_Y}",
        rf"{_BEFORE}{_D}(?P<by>[/-]){_M}(?P=by)(?P<y>\d\d){_AFTER}",
        rf"{_BEFORE}{_D},?\s+tháng\s+(?:{_M}|{_SPOKEN}){_YEAR_OF}{_Y}",
        rf"{_BEFORE}{_D},?\s+tháng\s+(?:{_M}{_AFTER}|{_SPOKEN})(?!\s+(?:ngày|lần))",
        rf"{_WORDS},?\s+tháng\s+(?:{_M}|{_SPOKEN}){_YEAR_OF}{_Y}",
        rf"{_WORDS},?\s+tháng\s+(?:{_M}{_AFTER}|{_SPOKEN})(?!\s+(?:ngày|lần))",
        rf"\btháng\s+(?:{_M}|{_SPOKEN}){_YEAR_OF}{_Y}",
        rf"\btháng\s+{_M}{_AFTER}(?!\s+(?:ngày|lần))",
        rf"\btháng\s+{_SPOKEN}(?!\s+(?:ngày|lần))",
        rf"{_BEFORE}{_M}\s?/\s?{_Y}",
        rf"\bquý\s+(?P<q>[1-4]|i{{1,3}}|iv){_YEAR_OF}{_Y}",
        rf"\b{_NAMED}\s+{_D}(?:st|nd|rd|th)?(?!\d),?\s+{_Y}",
        rf"{_BEFORE}{_D}(?:st|nd|rd|th)?\s+(?:of\s+)?{_NAMED},?\s+{_Y}",
        rf"\b{_NAMED},?\s+{_Y}",
        # "may 13 áo" means sewing thirteen.
        rf"(?:\b(?!may\b)|(?<=\bon )|(?<=\bby )){_NAMED}\s+{_D}(?:st|nd|rd|th)?{_AFTER}",
        rf"{_BEFORE}{_D}(?:st|nd|rd|th)?\s+(?:of\s+)?{_NAMED}(?!\w)",
        rf"(?<=\bngày ){_D}{_AFTER}",
        rf"\b(?:năm|từ|giai đoạn|niên khóa|nhiệm kỳ|in|since)\s(?P<only>{_Y}){_AFTER}",
    )
)
_COUNTED_MONTHS = re.compile(r"(?:\d|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mấy|vài|mỗi|hàng|hằng|nhiều))\s$")
_DAY_AND_MONTH = re.compile(rf"{_BEFORE}{_D}(?P<by>[/.-]){_M}(?![\w/%]|[-.,]\d)")

_CLOCKS = tuple(
    re.compile(rf"(?<![\d:.,/]){pattern}")
    for pattern in (
        r"(?P<h>\d{1,2})(?:\s?h|\s?giờ|(?=g\d\d)g)(?:\s?(?P<m>\d\d?)\s?(?:phút|ph)(?!\w)|\s?(?P<mm>[0-5]\d)(?!\w|[.,/]\d))",
        r"(?P<h>\d{1,2})(?:\s?h|\s?giờ)(?P<half>\s+rưỡi)?(?!\w)",
        r"(?P<h>\d{1,2})\s+giờ\s+kém\s+(?P<less>\d{1,2})(?:\s+phút)?(?!\w)",
        r"(?P<h>\d{1,2}):(?P<mm>[0-5]\d)(?::[0-5]\d)?(?![\d:])",
    )
)
_LASTS = re.compile(r"\b(?:trong|suốt|mất|kéo dài|hơn|gần|mỗi|khoảng|cách|thêm|quá|sau|tối đa|tối thiểu|ít nhất)\s$")
_AFTERNOON = re.compile(r"\s(?:chiều|tối)\b")
_NIGHT = re.compile(r"\sđêm\b")


def dates(form: str) -> Iterator[Value]:
    """Yield the dates of a canonical text, some of them parts of others; "ngày" and "năm" before them are left out."""
    for pattern in _DATES:
        for match in pattern.finditer(form):
            counted = match[0].startswith("tháng") and _COUNTED_MONTHS.search(form, 0, match.start())
            if not counted and (key := _date_key(match.groupdict())):
                yield Value("date", *match.span("only" if "only" in pattern.groupindex else 0), ("date", key))
    for match in _DAY_AND_MONTH.finditer(form):
        if (key := _date_key(match.groupdict())) and _is_a_day(form, match):
            yield Value("date", *match.span(), ("date", key))


def clocks(form: str) -> Iterator[Value]:
    """Yield times of day, and how long something lasts in hours."""
    for pattern in _CLOCKS:
        for match in pattern.finditer(form):
            parts = {part: int(given) for part, given in match.groupdict().items() if given and given.strip().isdigit()}
            half = 30 if match.groupdict().get("half") else 0
            minutes = 60 * parts["h"] + parts.get("m", 0) + parts.get("mm", 0) + half - parts.get("less", 0)
            if parts.get("m", 0) > 59:
                continue
            if ":" not in match[0] and (
                minutes > 24 * 60 or _LASTS.search(form, max(0, match.start() - 12), match.start())
            ):
                yield Value("duration", *match.span(), ("duration", f"{minutes} min"))
            elif minutes <= 24 * 60:
                minutes += _later(form, match.end(), minutes)
                yield Value("clock", *match.span(), ("clock", f"{minutes // 60:02}:{minutes % 60:02}"))


def _later(form: str, end: int, minutes: int) -> int:
    """Return twelve hours in minutes for "2 giờ chiều" or "11 giờ đêm", else 0."""
    afternoon = _AFTERNOON.match(form, end) and minutes < 12 * 60
    night = _NIGHT.match(form, end) and 6 * 60 <= minutes < 12 * 60
    return 12 * 60 if afternoon or night else 0


def _date_key(parts: Mapping[str, str | None]) -> str | None:
    """Return ISO 8601 as far as given, None if there is no such day or month."""
    day, month, year = _day(parts), _month(parts), parts.get("y")
    if year and len(year) == 2:
        year = f"20{year}" if int(year) < 50 else f"19{year}"
    if not is_in_calendar(int(year or LEAP_YEAR), 1 if month is None else month, int(day or 1)):
        return None
    if quarter := parts.get("q"):
        return f"{year}-Q{quarter if quarter.isdigit() else roman_number(quarter)}"
    given = (year or "-") + ("" if month is None else f"-{month:02}") + (f"-{int(day):02}" if day else "")
    return given if month is not None or not day else f"---{int(day):02}"


def _day(parts: Mapping[str, str | None]) -> str | None:
    """Return the day in digits; "0", which no month has, for words that are no number."""
    if not (spoken := parts.get("words")):
        return parts.get("d")
    words = spoken.split()
    value, taken = spoken_number(words)
    return str(value) if taken == len(words) else "0"


def _month(parts: Mapping[str, str | None]) -> int | None:
    if named := parts.get("name"):
        return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(named[:3]))
    if spoken := parts.get("spoken"):
        return _SPOKEN_MONTHS[re.sub(r"\s+", " ", spoken)]
    return int(given) if (given := parts.get("m")) else None


def _is_a_day(form: str, match: re.Match[str]) -> bool:
    if _DAY_WORD.search(form, max(0, match.start() - 12), match.start()):
        return True
    if match["by"] == "/":
        return not _PARTS.match(form, match.end())
    return match["by"] == "-" and int(match["d"]) > 12 and int(match["d"]) > int(match["m"])
