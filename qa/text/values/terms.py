"""Turn numbers, dates and document numbers, in any Vietnamese spelling, into terms that are equal by value.

"5.248.607", "5,248,607" and "5248607" are one number, "5,2 triệu" and "5.200.000" another, and both are about as many;
"13/1/2022" and "ngày 13 tháng 1 năm 2022" are one date; "18-NQ/TW" and "18/NQ-TW" one document's number. Works on
canonical or folded text; knows no units.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from qa.text.canonical import fold
from qa.text.values.value import MONTHS, SCALES, exact_number, is_in_calendar, roman_number

_DIGITS = re.compile(r"\d+")
# "Trăm" and "vạn" are other words once they are folded.
_SCALES = {form: by for word, by in SCALES.items() if word not in {"trăm", "vạn"} for form in (word, fold(word))}
_NUMBER = r"(\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,6})?)"
_SCALED = re.compile(
    rf"(?<![\w.,/-]){_NUMBER}(?P<scales>(?: ?(?:{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b)+)"
)
_SCALE_WORD = re.compile(r"[^\W\d_]+")
_LARGE = re.compile(r"(?<![\w.,/-])\d{1,3}(?:[.,]\d{3})+(?![\w]|[.,/-]\d)|(?<![\w.,/-])\d{5,15}(?![\w]|[.,/-]\d)")
# How many digits two numbers share when one of them is a rounded form of the other.
_ROUND_DIGITS = 2
_LEAST_ROUNDED = 10_000

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


# What a number names instead of counting, in digits or Roman numerals: "lần thứ XXI", "khóa 13".
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


def value_terms(form: str) -> list[str]:
    """Return terms of a text's values: scaled numbers written out, large ones rounded, 2022-01-13, thứ-21, 18-nq-tw."""
    at = _digits(form)
    ordinals = _ordinal_terms(form) if any(word in form for word in _ORDINAL_WORDS) else ()
    if not at:
        return list(ordinals)
    return [*_number_terms(form, at), *_date_terms(form, at), *ordinals, *_document_numbers(form, at)]


NUMBER, BEHIND, BEFORE, WHOLE = 1, 2, 4, 8
_ROMAN_WORD = re.compile(r"[ivxlc]{1,8}(?!\w)")
_BEHIND = (*_SCALES, "tháng", "thang", *MONTHS)
_BEFORE = (*(word.split()[-1] for word in _ORDINAL_WORDS), *MONTHS)
_LEFT, _RIGHT = 2, 7  # words that a value may extend around two that reveal it


def value_role(form: str) -> int:
    """Return what a word may be in a value: the sum of `NUMBER`, `BEHIND` or `BEFORE` one, and `WHOLE`.

    Each value of several words has a number next to such a word.
    """
    digits = _DIGITS.search(form)
    number = NUMBER if digits or _ROMAN_WORD.match(form) else 0
    beside = (BEHIND if form.startswith(_BEHIND) else 0) | (BEFORE if form.endswith(_BEFORE) else 0)
    return number | beside | (WHOLE if digits and value_terms(form) else 0)


def _of(*roles: int) -> bytes:
    """Return a set of the bytes that have all of these roles."""
    return b"[" + b"".join(b"\\x%02x" % byte for byte in range(16) if byte & sum(roles) == sum(roles)) + b"]"


_SEVERAL = re.compile(b"(?=" + _of(NUMBER) + _of(BEHIND) + b"|" + _of(BEFORE) + _of(NUMBER) + b")")
_ALONE = re.compile(_of(WHOLE))


def places_of_values(roles: bytes) -> list[tuple[int, int]]:
    """Yield separate stretches of words, by their roles, that contain all values whole."""
    found: list[tuple[int, int]] = []
    for match in _SEVERAL.finditer(roles):
        start, end = max(0, match.start() - _LEFT), min(match.start() + _RIGHT, len(roles))
        while end < len(roles) and roles[end - 1] & BEHIND and roles[end] & BEHIND:  # "nghìn tỷ" and on
            end += 1
        if found and start <= found[-1][1]:
            start, before = found.pop()
            end = max(end, before)
        found.append((start, end))
    several = iter([*found, (len(roles), len(roles))])
    start, end = next(several)
    for match in _ALONE.finditer(roles):
        while match.start() >= end and start < len(roles):
            start, end = next(several)
        if match.start() < start:
            found.append(match.span())
    return sorted(found)


def document_numbers(form: str) -> list[str]:
    """Return the numbers of documents ("18-NQ/TW") in a text, as terms."""
    return _document_numbers(form, _digits(form))


def _digits(form: str) -> list[int]:
    return [match.start() for match in _DIGITS.finditer(form)]


def _matches(pattern: re.Pattern[str], form: str, at: Sequence[int]) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that begins with digits, tried only at digits, which saves most of the time."""
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
        scales = _SCALE_WORD.findall(match["scales"])
        if figure := exact_number(match[1], scales[-1]):
            value = figure * math.prod(_SCALES[word] for word in scales)
            yield f"{value.normalize():f}".replace(".", ",")
            yield from _rounded(value)
    for match in _matches(_LARGE, form, at):
        yield from _rounded(exact_number(match[0]) or Decimal(0))


def _rounded(value: Decimal) -> Iterator[str]:
    """Return a number as people round it: to the nearest, and down ("hơn 5,2 triệu")."""
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
            year, day = int(parts["year"]), int(parts["day"])
            if is_in_calendar(year, month, day):
                yield f"{year}-{month:02}-{day:02}"
