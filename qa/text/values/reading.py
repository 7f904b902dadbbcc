"""Find the values of a text: the longest of all rules' readings, and pairs of them that are ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from qa.text.canonical import Canonical, canonical_with_offsets
from qa.text.values.codes import codes, ordinals
from qa.text.values.moments import clocks, dates
from qa.text.values.numerals import Number, fractions, numbers
from qa.text.values.value import KINDS, Value

_HYPHEN = re.compile(r" ?[-–—−] ?")
_TO = re.compile(r"\s(?:đến|tới)\s")
_RATIO = re.compile(r"(?<![\w:.,/-])\d{1,4}:\d{1,4}(?![\w:])")
_SCORED = re.compile(r"\b(?:tỷ|tỉ) số (?:là |chung cuộc )?$|\b(?:thắng|thua|hòa|dẫn) (?:[^\W\d]+ ){0,3}$")
# A larger number would make it a range written backwards.
_LARGEST_SCORE = 200


def values(text: str) -> list[Value]:
    """Return the values of a text in order; none overlaps another, and `text[start:end]` is the whole of each.

    Of several readings of one place the longest wins, then the one whose kind comes first in `KINDS`.
    """
    canonical = canonical_with_offsets(text)
    form = _with_line_ends(text, canonical)

    def is_upper(place: int) -> bool:
        start, end = canonical.original_span(place, place + 1)
        return text[start:end].isupper()

    counted = {(one.start, one.end): one for one in numbers(form, is_upper)}
    found = _longest([*_named(form, is_upper), *map(_number, counted.values())])
    return list(_placed(_joined(form, found, counted), canonical))


def _with_line_ends(text: str, canonical: Canonical) -> str:
    """Return the canonical text with a line end where there was one: a number in digits does not continue after it."""
    form = list(canonical.text)
    for space in re.finditer(" ", canonical.text):
        start, end = canonical.original_span(*space.span())
        if any(mark in text[start:end] for mark in "\n\r\t\v\f\x85\u2028\u2029"):
            form[space.start()] = "\n"
    return "".join(form)


def _named(form: str, is_upper: Callable[[int], bool]) -> Iterator[Value]:
    """Yield everything but plain numbers."""
    yield from dates(form)
    yield from clocks(form)
    yield from ordinals(form, is_upper)
    yield from codes(form, is_upper)
    for start, end, fraction in fractions(form):
        yield Value("number", start, end, ("number", fraction))
    for match in _RATIO.finditer(form):
        yield Value("score", *match.span(), ("score", *(str(int(side)) for side in match[0].split(":"))))


def _number(number: Number) -> Value:
    return Value("number", number.start, number.end, ("number", number.spelled))


def _longest(found: list[Value]) -> list[Value]:
    kept: list[Value] = []
    taken = bytearray(max((one.end for one in found), default=0))
    for one in sorted(found, key=lambda value: (value.start - value.end, KINDS.index(value.kind), value.start)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            kept.append(one)
    return sorted(kept, key=lambda value: value.start)


def _joined(form: str, found: list[Value], counted: dict[tuple[int, int], Number]) -> Iterator[Value]:
    """Yield the values, with each pair that is a range or a score joined."""
    waiting: Value | None = None
    for value in found:
        joined = _pair(form, waiting, value, counted) if waiting else None
        if joined or waiting is None:
            waiting = joined or value
        else:
            yield waiting
            waiting = value
    if waiting:
        yield waiting


def _pair(form: str, one: Value, other: Value, counted: dict[tuple[int, int], Number]) -> Value | None:
    between = form[one.end : other.start]
    hyphen, to = _HYPHEN.fullmatch(between), _TO.fullmatch(between)
    if hyphen and one.kind == other.kind == "clock":
        return Value("range", one.start, other.end, ("range", one.key[1], other.key[1]))
    first, second = (counted.get((value.start, value.end)) for value in (one, other))
    plain = {one.kind, other.kind} <= ({"number", "date", "ordinal"} if hyphen else {"number"})
    if not (hyphen or to) or first is None or second is None or not plain:
        return None
    if hyphen and (_SCORED.search(form, max(0, one.start - 30), one.start) or first.figure >= second.figure):
        small = max(first.figure, second.figure) < _LARGEST_SCORE and not first.unit and not second.unit
        return Value("score", one.start, other.end, ("score", first.spelled, second.spelled)) if small else None
    if first.scale == 1 and not first.unit:
        first = replace(first, scale=second.scale, unit=second.unit)
    if first.figure < 100 and re.fullmatch("(?:19|20)\\d\\d", second.spelled):
        return None  # "Số 5 - 2022"
    in_order = first.figure * first.scale < second.figure * second.scale and first.unit in {"", second.unit}
    return Value("range", one.start, other.end, ("range", first.spelled, second.spelled)) if in_order else None


def _placed(found: Iterator[Value], canonical: Canonical) -> Iterator[Value]:
    """Yield values at their places in the text as written; of two within one character ("㎡"), the first."""
    done = 0
    for value in found:
        start, end = canonical.original_span(value.start, value.end)
        if start >= done:
            yield replace(value, start=start, end=end)
            done = end
