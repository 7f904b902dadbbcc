"""Numbers and dates in a text, comparable whatever their spelling.

5.248.607, 5,248,607 and 5 248 607 are one number, and so are 5,2 triệu and 5.2 million; 13/1/2022, 13-01-2022, ngày 13
tháng 1 năm 2022 and January 13, 2022 are one date. Where a spelling has two readings ("5.248", "5-9"), both are kept.
Knows digits only: a number in words is no number here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qa.text.numbers import MONTHS

_MONTH = rf"(?P<name>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})\.?"
_DAY = r"(?P<d>\d{1,2})"
_ORDINAL = r"(?:st|nd|rd|th)?"
_YEAR = r"(?P<y>\d{4})(?!\d)"
_NUMBERED = r"(?P<m>\d{1,2})"

# The fuller ones first: what one has found is not looked at by the next.
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d)(?P<y>\d{{4}})-{_NUMBERED}-{_DAY}(?!\d)",
        rf"(?<![\d/.-]){_DAY}\s?(?P<by>[/.-])\s?{_NUMBERED}\s?(?P=by)\s?{_YEAR}",
        rf"(?<!\d){_DAY},?\s+tháng\s+{_NUMBERED}(?:(?:,?\s+năm\s+|\s?[/-]\s?|,?\s+){_YEAR}|(?!\d))",
        rf"\btháng\s+{_NUMBERED}(?:,?\s+năm\s+|\s?[/-]\s?){_YEAR}",
        rf"\b{_MONTH}\s+{_DAY}{_ORDINAL}(?!\d)(?:,?\s+{_YEAR})?",
        rf"(?<!\d){_DAY}{_ORDINAL}\s+(?:of\s+)?{_MONTH}(?!\w)(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH},?\s+{_YEAR}",
        rf"(?<![\d/.-]){_NUMBERED}\s?/\s?{_YEAR}",
        rf"(?<![\d/.,-]){_DAY}[/-]{_NUMBERED}(?![\d/-]|[.,]\d)",
    )
)
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)*")
_SCALES = {
    **dict.fromkeys(("nghìn", "ngàn", "thousand"), 10**3),
    **dict.fromkeys(("triệu", "million"), 10**6),
    **dict.fromkeys(("tỷ", "tỉ", "billion"), 10**9),
}
_SCALE = re.compile(rf"\s?({'|'.join(_SCALES)})\b(?!\s+(?:lệ|số|giá|trọng))", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """A number in a text, with every value that its spelling may mean."""

    start: int
    end: int
    values: frozenset[str]


@dataclass(frozen=True)
class Day:
    """A date in a text; None for what it leaves open."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    def is_told_by(self, other: Day) -> bool:
        """Whether the other date says all that this one says."""
        mine, others = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return all(part is None or part == told for part, told in zip(mine, others, strict=True))


def dates(text: str) -> list[Day]:
    """The dates of a text that name at least two of day, month and year, in no particular order."""
    found: list[Day] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = _month(parts)
            year, day = (int(told) if (told := parts.get(part)) else None for part in "yd")
            free = all(match.end() <= one.start or one.end <= match.start() for one in found)
            if free and 1 <= month <= 12 and (day is None or 1 <= day <= 31):
                found.append(Day(*match.span(), year, month, day))
    return found


def numbers(text: str) -> list[Number]:
    """The numbers of a text, in order, those within dates included."""
    return list(_numbers(text))


def _month(parts: dict[str, str | None]) -> int:
    name, number = parts.get("name"), parts.get("m")
    if name:
        return next(n for n, full in enumerate(MONTHS, 1) if full.startswith(name[:3].lower()))
    return int(number or 0)


def _numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        spelled = match[0]
        scale = _SCALE.match(text, match.end())
        by = _SCALES[scale[1].lower()] if scale else 1
        yield Number(*match.span(), frozenset(_plain(value * by) for value in _values(spelled)) or frozenset({spelled}))


def _values(spelled: str) -> Iterator[Decimal]:
    """Every value of a spelling: with points or commas between thousands, and the other before decimals."""
    digits = re.sub(r"[^\d.,]", "", spelled)
    if digits.isdecimal():
        yield Decimal(digits)
    for thousands, decimal in (".,", ",."):
        apart = rf"\d{{1,3}}(?:\{thousands}\d{{3}})+(?:\{decimal}\d+)?|\d+\{decimal}\d+"
        if re.fullmatch(apart, digits):
            yield Decimal(digits.replace(thousands, "").replace(decimal, "."))


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
