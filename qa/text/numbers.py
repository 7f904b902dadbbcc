"""Numbers, dates and documents' numbers in the spellings that Vietnamese text has, as terms that are equal by value.

"5.248.607", "5,248,607" and "5248607" are one number, "5,2 triệu" and "5.200.000" another, and both are about as
many; "13/1/2022" and "ngày 13 tháng 1 năm 2022" are one date; "18-NQ/TW" and "18/NQ-TW" one document's number. Works on
canonical or folded text; knows no units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

_DIGITS = re.compile(r"\d+")
_GROUPED = re.compile(r"([1-9]\d{0,2})((?:[.,]\d{3})+)(?:[.,](\d{1,2}))?")
_DECIMAL = re.compile(r"(\d+)[.,](\d+)")
_SCALES = {
    3: "nghìn|ngàn|nghin|ngan|thousand",
    6: "triệu|trieu|million",
    9: "tỷ|tỉ|ty|ti|billion",
}
_ENGLISH_SCALES = ("thousand", "million", "billion")
_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,6})?)"
_SCALED = re.compile(
    rf"(?<![\w.,/-]){_NUMBER} ?(?:{'|'.join(f'(?P<e{power}>{words})' for power, words in _SCALES.items())})\b"
)
_LARGE = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,]\d{3})+(?![\w]|[.,/-]\d)|(?<![\w.,/-])\d{5,15}(?![\w]|[.,/-]\d)")
# How many digits two numbers share when one of them is a rounded form of the other.
_ROUND_DIGITS = 2
_LEAST_ROUNDED = 10_000

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
_DAY, _MONTH, _YEAR = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<year>1\d{3}|20\d\d)"
_NAMED = rf"(?P<named>{'|'.join(MONTHS)})"
_DATES = tuple(
    re.compile(rf"(?<![\w./-]){pattern}(?![\w]|[./-]\d)")
    for pattern in (
        rf"{_DAY}(?P<sign>[/.-]){_MONTH}(?P=sign){_YEAR}",
        rf"{_DAY} (?:tháng|thang) {_MONTH},? (?:(?:năm|nam) )?{_YEAR}",
        rf"{_DAY} {_NAMED},? {_YEAR}",
        rf"{_NAMED} {_DAY},? {_YEAR}",
    )
)
_DATES_IN_DIGITS = _DATES[:2]

# "18-nq/tw", "45/2019/qh14", "01/2021/nđ-cp"
_DOCUMENT_NUMBER = re.compile(r"(?<![\w/-])\d{1,5}(?:/\d{4})?(?:[/-][a-zđ]{2,}\d{0,2}){1,3}(?![\w])(?![/-]\w)")


# What a number names and does not count, whether in digits or Roman: "lần thứ XXI", "khóa 13".
_ORDINAL = re.compile(
    r"\b(?:(?:lần|lan) (thứ|thu)|(đại hội|dai hoi)|(khóa|khoa|quý|quy|kỷ|ky|chương|chuong))"
    r" ([ivxlc]{1,8}|\d{1,3})(?![\w]|[.,/-]\d)"
)
# Without one of these there is no ordinal.
_ORDINAL_WORDS = (
    "lần thứ ",
    "lan thu ",
    "đại hội ",
    "dai hoi ",
    "khóa ",
    "khoa ",
    "quý ",
    "quy ",
    "kỷ ",
    "ky ",
    "chương ",
    "chuong ",
)
_SAME_ORDINAL = {"đại hội": "thứ", "dai hoi": "thu"}
_ROMAN = re.compile(r"(?=.)(m{0,3})(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def roman_number(form: str) -> int | None:
    """The value of a Roman numeral in small letters, None for any other word."""
    if not _ROMAN.fullmatch(form):
        return None
    digits = [_ROMAN_DIGITS[letter] for letter in form]
    return sum(-one if one < other else one for one, other in zip(digits, [*digits[1:], 0], strict=True))


def plain_number(form: str) -> str:
    """The digits of a number without its grouping, a comma before its fraction; other forms as they are."""
    if "." not in form and "," not in form:  # as in most, which need not be tried
        return form
    grouped = _GROUPED.fullmatch(form)
    if grouped:
        whole = grouped[1] + re.sub(r"[.,]", "", grouped[2])
        return f"{whole},{grouped[3]}" if grouped[3] else whole
    decimal = _DECIMAL.fullmatch(form)
    return f"{decimal[1]},{decimal[2]}" if decimal else form


def exact_number(spelled: str, scale: str = "") -> Decimal | None:
    """The value of digits with their grouping, None for "1.2.3"; before "tỷ" a comma parts decimals, however many."""
    digits = re.sub(r"\s", "", spelled)
    decimal_sign = "." if scale in _ENGLISH_SCALES else ","
    if scale and re.fullmatch(rf"\d+\{decimal_sign}\d+", digits):
        return Decimal(digits.replace(",", "."))
    plain = plain_number(digits).replace(",", ".")
    return Decimal(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else None


def value_terms(form: str) -> list[str]:
    """Terms of a text's values: scaled numbers written out, large ones rounded, 2022-01-13, thứ-21, 18-nq-tw."""
    at = _digits(form)
    ordinals = _ordinal_terms(form) if any(word in form for word in _ORDINAL_WORDS) else ()
    if not at:
        return list(ordinals)
    return [*_number_terms(form, at), *_date_terms(form, at), *ordinals, *_document_numbers(form, at)]


def document_numbers(form: str) -> list[str]:
    """The numbers of documents ("18-NQ/TW") in a text, as terms."""
    return _document_numbers(form, _digits(form))


def _digits(form: str) -> list[int]:
    return [match.start() for match in _DIGITS.finditer(form)]


def _matches(pattern: re.Pattern[str], form: str, at: Sequence[int]) -> Iterator[re.Match[str]]:
    """The matches of a pattern that begins with digits, tried where these are: elsewhere most time would be lost."""
    done = 0
    for start in at:
        match = pattern.match(form, start) if start >= done else None
        if match:
            done = match.end()
            yield match


def _document_numbers(form: str, at: Sequence[int]) -> list[str]:
    return [match[0].replace("/", "-") for match in _matches(_DOCUMENT_NUMBER, form, at)]


def _ordinal_terms(form: str) -> Iterator[str]:
    for match in _ORDINAL.finditer(form):
        word = match[1] or match[3] or _SAME_ORDINAL[match[2]]
        value = int(match[4]) if match[4].isdigit() else roman_number(match[4])
        if value is not None:
            yield f"{word}-{value}"


def _number_terms(form: str, at: Sequence[int]) -> Iterator[str]:
    for match in _matches(_SCALED, form, at):
        power = next(power for power in _SCALES if match[f"e{power}"])
        if figure := exact_number(match[1], match[f"e{power}"]):
            value = figure.scaleb(power)
            yield f"{value.normalize():f}".replace(".", ",")
            yield from _rounded(value)
    for match in _matches(_LARGE, form, at):
        yield from _rounded(exact_number(match[0]) or Decimal(0))


def _rounded(value: Decimal) -> Iterator[str]:
    """As people round: to the nearest, and down ("hơn 5,2 triệu")."""
    if value < _LEAST_ROUNDED:
        return
    step = Decimal(1).scaleb(value.adjusted() - _ROUND_DIGITS + 1)
    for steps in {(value / step).to_integral_value(mode) for mode in (ROUND_DOWN, ROUND_HALF_UP)}:
        yield f"~{steps * step:f}"


def _date_terms(form: str, at: Sequence[int]) -> Iterator[str]:
    named = any(month in form for month in MONTHS)
    for pattern in _DATES if named else _DATES_IN_DIGITS:
        for match in pattern.finditer(form) if named else _matches(pattern, form, at):
            parts = match.groupdict()
            month = MONTHS.index(parts["named"]) + 1 if "named" in parts else int(parts["month"])
            yield f"{parts['year']}-{month:02}-{int(parts['day']):02}"
