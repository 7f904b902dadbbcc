"""Define a value, and read the plain value of digits, Roman numerals and names of months."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Kind = Literal["date", "clock", "duration", "ordinal", "code", "number", "range", "score"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `start` to `end` of a text; `key` begins with the kind and is the same in every spelling.

    Keys: ("number", "5248607"), ("number", "35%"), ("range", "2", "3"), ("score", "2", "0"), ("clock", "07:30"),
    ("duration", "150 min"), ("date", "2021-06-05"), where missing parts are left out ("2021-06", "2021", "2021-Q3") or
    a dash ("--06-05", "--06", "---05"), ("ordinal", "21"), ("code", "27-2023-qd-ubnd").
    """

    kind: Kind
    start: int
    end: int
    key: tuple[str, ...]


MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
SCALES = {
    "trăm": 10**2,
    **dict.fromkeys(("nghìn", "ngàn", "thousand"), 10**3),
    "vạn": 10**4,
    **dict.fromkeys(("triệu", "million"), 10**6),
    **dict.fromkeys(("tỷ", "tỉ", "billion"), 10**9),
}
"""Words after a number, and the factor that they stand for."""
_GROUPED = re.compile(r"([1-9]\d{0,2})((?:[.,]\d{3})+)(?:[.,](\d{1,2}))?")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_ENGLISH_SCALES = ("thousand", "million", "billion")
_ROMAN = re.compile(r"(?=.)(m{0,3})(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def is_in_calendar(year: int, month: int, day: int) -> bool:
    """Return whether the date exists."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def roman_number(form: str) -> int | None:
    """Return the value of a lower-case Roman numeral, None for any other word."""
    if not _ROMAN.fullmatch(form):
        return None
    digits = [_ROMAN_DIGITS[letter] for letter in form]
    return sum(-one if one < other else one for one, other in zip(digits, [*digits[1:], 0], strict=True))


def plain_number(form: str) -> str:
    """Return the digits of a number without its grouping, a comma before its fraction; other forms as they are."""
    if "." not in form and "," not in form:  # as in most, so that nothing else need be tried
        return form
    grouped = _GROUPED.fullmatch(form)
    if grouped:
        whole = grouped[1] + re.sub(r"[.,]", "", grouped[2])
        return f"{whole},{grouped[3]}" if grouped[3] else whole
    decimal = _DECIMAL.fullmatch(form)
    return f"{decimal[1]},{decimal[2]}" if decimal else form


def exact_number(spelled: str, scale: str = "") -> Decimal | None:
    """Return the value of digits with their grouping, None for "1.2.3".

    Before "tỷ" a comma is a decimal sign, however many digits follow.
    """
    digits = re.sub(r"\s", "", spelled)
    decimal_sign = "." if scale in _ENGLISH_SCALES else ","
    if scale and re.fullmatch(rf"\d+\{decimal_sign}\d+", digits):
        return Decimal(digits.replace(",", "."))
    plain = plain_number(digits).replace(",", ".")
    return Decimal(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None
