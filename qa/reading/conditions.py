"""What a sentence says under another condition than a question's: of another event, beyond another bound, in a unit of
something else, or as the other one of two that differ by a word.

Knows sentences; knows nothing of passages or of how a span was found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal

from qa.reading.question import Question
from qa.reading.target import unit_of
from qa.reading.vocabulary import GRAMMAR
from qa.reading.words import clause_of, values_of
from qa.text import fold, syllables
from qa.text.values import Value

Place = tuple[int, int]

_EVENTS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        "mất|qua đời|từ trần|hy sinh|tạ thế|chết|ra đi|tử trận|tử nạn|bị giết|hưởng thọ|hưởng dương|viên tịch|băng hà",
        "thành lập|sáng lập|lập|mở|khai trương|ra đời|khai sinh|hình thành|thiết lập|tách|sáp nhập|gây dựng",
        "xây|dựng|khởi công|hoàn thành|khánh thành|đưa vào|động thổ|xong",
    )
)
"""What tells of one event, in the words that it is told by: a death, a founding, a building."""
_LIFETIME = re.compile(r"\d{4}\s*[-–—]\s*(?:[\d/.-]+[/.-])?\d{4}")
_BOUNDS = re.compile(
    r"\b(?:(?P<under>dưới|không quá|chưa đến|tối đa)|(?P<over>trên|hơn|quá|ít nhất|tối thiểu|từ))\Z", re.IGNORECASE
)
_AT_LEAST = re.compile(r"(?: \w+){0,3} trở (?P<way>lên|xuống)", re.IGNORECASE)
_NEAR = 12
_FILLERS = GRAMMAR | frozenset(["lúc", "vào", "hồi", "khoảng", "ngày", "gần", "hơn"])
_COUNTS_NOTHING = frozenset(["money", "duration", "temperature"])
LONGEST_NOUN = 24
"""Characters of a noun, or of a unit, beside a number."""
_TIMES = ("date", "clock")
VALUES = ("number", "date", "clock")
"""The kinds of answers that are one value each."""

Bound = Literal["under", "over"]


def is_under_another_condition(question: Question, text: str, place: Place, sentence: Place, above: str) -> bool:
    """Return whether a span of a sentence answers something else that the same words speak of.

    `above` are the title and the context of the text, which may name the event. Across languages words cannot be
    compared, and nothing is.
    """
    asked = question.asked
    if question.across_languages:
        return False
    if asked.kind == "date" and is_of_another_event(question.text, f"{above} . {text[slice(*sentence)]}"):
        return True
    if asked.kind == "number" and not asked.quantity and _measures_another(question, text, place):
        return True
    if asked.kind in _TIMES and is_of_its_sibling(question.words, text, place[0], sentence):
        return True
    return has_another_bound(question.text, clause_of(text, place, sentence))


def _measures_another(question: Question, text: str, place: Place) -> bool:
    if question.asked.focus:
        return describes_what_is_counted(question.asked.focus, text, place) or counts_nothing(
            question.asked.focus, text, place
        )
    return is_in_a_given_unit(question.values, question.text, text, place)


def is_of_another_event(question: str, sentence: str) -> bool:
    """Return whether a question asks when something happened that a sentence does not tell of."""
    asked = [event for event in _EVENTS if event.search(question)]
    return len(asked) == 1 and not asked[0].search(sentence) and not _LIFETIME.search(sentence)


def has_another_bound(question: str, clause: str) -> bool:
    """Return whether a clause is of what is beyond a value of the question on its other side only."""
    asked, said = _bounds(question), _bounds(clause)
    return any(key in said and bound not in said[key] for key, bounds in asked.items() for bound in bounds)


def _bounds(text: str) -> dict[tuple[str, ...], set[Bound]]:
    """Return the sides on which the values of a text bound something, by the keys of the values."""
    found: dict[tuple[str, ...], set[Bound]] = {}
    for value in values_of(text):
        before = _BOUNDS.search(text[max(0, value.start - _NEAR) : value.start].rstrip())
        behind = _AT_LEAST.match(text, value.end)
        if behind:
            found.setdefault(value.key, set()).add("over" if behind["way"].lower() == "lên" else "under")
        elif before:
            found.setdefault(value.key, set()).add("under" if before["under"] else "over")
    return found


def is_of_its_sibling(asked: Collection[str], text: str, start: int, sentence: Place) -> bool:
    """Return whether another value of a sentence stands behind the same words as the one at a place but for one, which
    is asked about, and not this one's: "mở cửa lúc 8h, đóng cửa lúc 20h".

    `asked` are the folded words of the question.
    """
    values = [one for one in values_of(text) if sentence[0] <= one.start and one.end <= sentence[1]]
    own = next((one for one in values if one.end > start), None)
    if own is None:
        return False
    before = _before(text, own, values, sentence)
    others = [_before(text, one, values, sentence) for one in values if one.kind == own.kind and one is not own]
    return any(_differ(before, other, asked) for other in others)


def _before(text: str, value: Value, values: Collection[Value], sentence: Place) -> list[str]:
    """Return the words between the value before and this one, without those that say nothing."""
    begin = max((one.end for one in values if one.end <= value.start), default=sentence[0])
    return [one.form for one in syllables(text[begin : value.start]) if one.form not in _FILLERS]


def _differ(own: list[str], other: list[str], asked: Collection[str]) -> bool:
    """Return whether the same words, at least one, stand last in both, and before them one of the question's only in
    the other.
    """
    same = 0
    while same < min(len(own), len(other)) and own[-1 - same] == other[-1 - same]:
        same += 1
    if not 0 < same < min(len(own), len(other)):
        return False
    return fold(other[-1 - same]) in asked and fold(own[-1 - same]) not in asked


def describes_what_is_counted(focus: Sequence[str], text: str, place: Place) -> bool:
    """Return whether the first number of a span says which of what a question counts are meant: "ghe dưới 10 tấn"."""
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    if number is None or not focus:
        return False
    before = text[max(0, number.start - LONGEST_NOUN) : number.start].rstrip()
    bound = _BOUNDS.search(before)
    return bound is not None and [fold(one.form) for one in syllables(before[: bound.start()])][-1:] == [focus[-1]]


def counts_nothing(focus: Sequence[str], text: str, place: Place) -> bool:
    """Return whether the first number of a span is of money, time or temperature, and another noun is counted."""
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    behind = text[number.end : number.end + LONGEST_NOUN].lstrip() if number else ""
    return unit_of(behind) in _COUNTS_NOTHING and not {fold(one.form) for one in syllables(behind)[:1]} & set(focus)


def is_in_a_given_unit(given: Collection[Value], question: str, text: str, place: Place) -> bool:
    """Return whether the first number of a span measures what one of the question's does: the record over 21 km is
    not 10 km.
    """
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    units = {unit_of(question[one.end :].lstrip()) for one in given if one.kind == "number"} - {"", "count"}
    return number is not None and unit_of(text[number.end : number.end + LONGEST_NOUN].lstrip()) in units
