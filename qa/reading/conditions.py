"""Sentences that hold under another condition than the question's.

That is another event, another bound, a unit of something else, or the opposite of two things that differ by one word.
Knows sentences; knows nothing of passages or of how a span was found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Literal

from qa.reading.opposites import is_at_another_part_of_the_day, says_the_opposite
from qa.reading.periods import is_of_another_holder
from qa.reading.question import Question
from qa.reading.roles import has_another_part
from qa.reading.target import unit_of
from qa.reading.vocabulary import GRAMMAR
from qa.reading.words import clause_of, sentences_of, values_of
from qa.text import fold, syllables
from qa.text.values import Value

Place = tuple[int, int]

_EVENTS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        "mất|qua đời|từ trần|hy sinh|tạ thế|chết|ra đi|tử trận|tử nạn|bị giết|hưởng thọ|hưởng dương|viên tịch|băng hà",
        "thành lập|sáng lập|lập|mở(?! (?:cửa|bán|đăng ký|đầu|rộng|thầu))|khai trương"
        "|ra đời|khai sinh|hình thành|thiết lập|tách|sáp nhập|gây dựng",
        "xây|dựng|khởi công|hoàn thành|khánh thành|đưa vào|động thổ|xong",
    )
)
"""Events, by the words that report them: a death, a founding, a building."""
_RELATIVES = [
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), re.compile(rf"\b(?:{mentions})\b", re.IGNORECASE))
    for asked, mentions in (
        (
            "vợ|chồng",
            "vợ|chồng|phu nhân|phu quân|bà xã|cưới|gả|lấy|(?:kết|thành|ly) hôn|ly dị|hôn (?:nhân|phu)|hoàng hậu|phi",
        ),
        (
            "cha|(?<!tuyên )(?<!công )(?<!phân )bố(?! (?:trí|cục))|mẹ",
            "cha|bố|ba|tía|mẹ|má|thân sinh|thân phụ|thân mẫu|con|phụ huynh|gia đình",
        ),
        ("(?:anh|chị|em) (?:ruột|trai|gái)", "anh|chị|em"),
        ("con (?:trai|gái)", "con|cha|bố|mẹ|sinh"),
    )
]
"""Words in a question for somebody's relatives, and the words in a text for them."""
_ISSUED, _IN_FORCE = (
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in ("ban hành|ký", "có hiệu lực|(?:hiệu lực|thi hành) (?:kể )?từ")
)
_BASIS = re.compile(r"\s*(?:Căn cứ|Xét|Theo đề nghị)\b", re.IGNORECASE)
_BASIS_ASKED = re.compile(r"\b(?:căn cứ|đề nghị|tờ trình)\b", re.IGNORECASE)
_LIFETIME = re.compile(r"\d{4}\s*[-–—]\s*(?:[\d/.-]+[/.-])?\d{4}")
_BOUNDS = re.compile(
    r"\b(?:(?P<under>dưới|(?:nhỏ|ít|thấp) hơn|không quá|chưa đến|tối đa)"
    r"|(?P<over>trên|hơn|quá|ít nhất|tối thiểu|từ))\Z",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"(?: \w+){0,3} trở (?P<way>lên|xuống)", re.IGNORECASE)
_NEAR = 12
_DIMENSION = re.compile(r"\b(?:cao|dài|rộng|sâu|dày|nặng)\b", re.IGNORECASE)
_WORDS_OF_A_DIMENSION = 3
_THOUSANDS = re.compile(r"\d(?:k|tr)\Z", re.IGNORECASE)
_LATEST = {"cuoi": re.compile(r"\b(?:muộn|trễ|sau) nhất|cuối cùng"), "dau": re.compile(r"\bsớm nhất|đầu tiên")}
"""Other words for the last and the first of several."""
_FILLERS = GRAMMAR | frozenset(["lúc", "vào", "hồi", "khoảng", "ngày", "gần", "hơn"])
_COUNTS_NOTHING = frozenset(["money", "duration", "temperature"])
LONGEST_NOUN = 24
"""The longest noun or unit beside a number, in characters."""
_BORDER = re.compile(r"[,;:]\s")
VALUES = ("number", "date", "clock")
"""The kinds of answers that are single values."""

Bound = Literal["under", "over"]


def is_under_another_condition(question: Question, text: str, place: Place, sentence: Place, above: str) -> bool:
    """Return whether a span of a sentence answers a different question that uses the same words.

    `above` are the title and the context of the text, which may name the event. Across languages words cannot be
    compared, so the result is always False.
    """
    asked = question.asked
    if question.across_languages:
        return False
    if asked.kind == "date" and is_of_another_event(question.text, f"{above} . {text[slice(*sentence)]}"):
        return True
    if asked.kind == "number" and _measures_another(question, text, place):
        return True
    if asked.kind == "number" and is_of_another_dimension(question.text[: asked.start], text[sentence[0] : place[0]]):
        return True
    if asked.kind in VALUES and is_of_its_sibling(_with_other_words(question), text, place[0], sentence):
        return True
    if asked.kind == "person" and is_of_another_holder(question.text, text, sentence):
        return True
    before = max((one[0] for one in sentences_of(text) if one[0] < sentence[0]), default=sentence[0])
    if is_of_no_relative(question.text, f"{above} . {text[before : sentence[1]]}"):
        return True
    clause = clause_of(text, place, sentence)
    return (
        has_another_bound(question.text, clause)
        or (not question.names_its_answer and says_the_opposite(question.text, clause))
        or (asked.kind == "clock" and is_at_another_part_of_the_day(question.text, text, place, clause))
        or has_another_part(question, text, place)
    )


def _measures_another(question: Question, text: str, place: Place) -> bool:
    if question.asked.quantity:
        is_measure = question.asked.quantity != "change" and not question.asked.focus
        return is_measure and counts_what_is_measured(question.words, text, place)
    if question.asked.focus:
        return describes_what_is_counted(question.asked.focus, text, place) or counts_nothing(
            question.asked.focus, text, place
        )
    return is_in_a_given_unit(question.values, question.text, text, place)


def is_of_another_event(question: str, sentence: str) -> bool:
    """Return whether a question asks about an event that the sentence does not report."""
    asked = [event for event in _EVENTS if event.search(question)]
    return len(asked) == 1 and not asked[0].search(sentence) and not _LIFETIME.search(sentence)


def is_of_another_day(question: Question, sentence: str) -> bool:
    """Return whether one of them is about the date of issue and the other about the date of entry into force."""
    asked, had = ([bool(one.search(text)) for one in (_ISSUED, _IN_FORCE)] for text in (question.text, sentence))
    return question.asked.kind == "date" and sum(asked) == sum(had) == 1 and asked != had


def is_a_basis(question: Question, sentence: str) -> bool:
    """Return whether the document only lists its legal bases there, which the question does not ask about."""
    if not _BASIS.match(sentence) or _BASIS_ASKED.search(question.text):
        return False
    had = {value.key for value in values_of(sentence)}
    return any(one.kind == "code" and one.key not in had for one in question.values)


def is_of_no_relative(question: str, sentences: str) -> bool:
    """Return whether a question is about somebody's relative, while the sentence and the one before it mention none."""
    return any(asked.search(question) and not mentions.search(sentences) for asked, mentions in _RELATIVES)


def has_another_bound(question: str, clause: str) -> bool:
    """Return whether a clause bounds a value of the question only from the opposite side."""
    asked, had = _bounds(question), _bounds(clause)
    return any(key in had and bound not in had[key] for key, bounds in asked.items() for bound in bounds)


def _bounds(text: str) -> dict[tuple[str, ...], set[Bound]]:
    """Return, by the keys of a text's values, from which side each bounds something."""
    found: dict[tuple[str, ...], set[Bound]] = {}
    for value in values_of(text):
        before = _BOUNDS.search(text[max(0, value.start - _NEAR) : value.start].rstrip())
        behind = _AT_LEAST.match(text, value.end)
        if behind:
            found.setdefault(value.key, set()).add("over" if behind["way"].lower() == "lên" else "under")
        elif before:
            found.setdefault(value.key, set()).add("under" if before["under"] else "over")
    return found


def _with_other_words(question: Question) -> set[str]:
    return {*question.words, *(word for word, others in _LATEST.items() if others.search(question.text))}


def is_of_another_dimension(asking: str, before: str) -> bool:
    """Return whether the question asks for one dimension and the number is another: "dài 9 km" is not a height."""
    asked, had = (
        {one[0].lower() for one in _DIMENSION.finditer(" ".join(text.split()[-_WORDS_OF_A_DIMENSION:]))}
        for text in (asking, before)
    )
    return bool(asked and had) and not asked & had


def is_of_its_sibling(asked: Collection[str], text: str, start: int, sentence: Place) -> bool:
    """Return whether a value is that of a sibling: "mở cửa lúc 8h, đóng cửa lúc 20h".

    Another value of the sentence follows the same words except for one, and that one is in the question; or one of any
    sentence follows the question's words where this one does not: "vé xe 5.000 đồng", "vé tàu 9.000 đồng". `asked` are
    the folded words of the question.
    """
    inside = [one for one in _phrases(text) if sentence[0] <= one[0].start and one[0].end <= sentence[1]]
    own = next((one for one in inside if one[0].end > start), None)
    if own is None:
        return False
    value, before = own
    others = [one for one in _phrases(text) if one[0].kind == value.kind and one is not own]
    if value.kind == "number":  # number and noun stand in either order
        return any(_is_replaced(before, other, asked) for _, other in others)
    return any(_differ(before, one[1], asked) for one in others if one in inside)


@lru_cache(maxsize=1024)
def _phrases(text: str) -> tuple[tuple[Value, tuple[str, ...]], ...]:
    """Return each value of a text with the words between the previous one of its sentence and it.

    Function words are left out. A number is of what is said since the last comma, as what comes before that may be
    counted by the previous one; by what name does not matter.
    """
    found, values, end = [], values_of(text), 0
    for first, last in sentences_of(text):
        end = max(end, first)
        for value in [one for one in values if first <= one.start and one.end <= last]:
            if value.kind == "number":
                begin = max((one.end() for one in _BORDER.finditer(text, end, value.start)), default=end)
                words = list(_unnamed(text[begin : value.start]))
            else:
                words = [one.form for one in syllables(text[end : value.start])]
            found.append((value, tuple(word for word in words if word not in _FILLERS)))
            end = value.end
    return tuple(found)


def _unnamed(phrase: str) -> Iterator[str]:
    """Yield the words of a phrase without its names and the word before each, its first word excepted."""
    words = syllables(phrase)
    is_upper = [phrase[one.start].isupper() for one in words]
    for number, word in enumerate(words):
        if number == 0 or not any(is_upper[number : number + 2]):
            yield word.form


def _differ(own: Sequence[str], other: Sequence[str], asked: Collection[str]) -> bool:
    """Return whether a word of the question is only in the other phrase.

    It stands right before the ending that both share, or last after a word that both have there.
    """
    if len(own) > 1 and len(other) > 1 and own[-2] == other[-2] and own[-1] != other[-1]:
        return fold(other[-1]) in asked and fold(own[-1]) not in asked
    same = 0
    while same < min(len(own), len(other)) and own[-1 - same] == other[-1 - same]:
        same += 1
    if not 0 < same < min(len(own), len(other)):
        return False
    return fold(other[-1 - same]) in asked and fold(own[-1 - same]) not in asked


def _is_replaced(own: Sequence[str], other: Sequence[str], asked: Collection[str]) -> bool:
    """Return whether a word of the question follows the same two words only in the other phrase.

    In place of the two, the first word of each counts too.
    """
    behind = {
        (one, two) for one, two, word in _triples(other) if word not in own and {fold(two), fold(word)} <= set(asked)
    }
    return any((one, two) in behind and fold(word) not in asked for one, two, word in _triples(own))


def _triples(phrase: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(("", *phrase), phrase, phrase[1:], strict=False)


def describes_what_is_counted(focus: Sequence[str], text: str, place: Place) -> bool:
    """Return whether the first number of a span only qualifies what is counted: "ghe dưới 10 tấn"."""
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    if number is None or not focus:
        return False
    before = text[max(0, number.start - LONGEST_NOUN) : number.start].rstrip()
    bound = _BOUNDS.search(before)
    return bound is not None and [fold(one.form) for one in syllables(before[: bound.start()])][-1:] == [focus[-1]]


def counts_nothing(focus: Sequence[str], text: str, place: Place) -> bool:
    """Return whether the first number of a span is money, time or temperature, while another noun is counted."""
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    behind = text[number.end : number.end + LONGEST_NOUN].lstrip() if number else ""
    if number and _THOUSANDS.search(text, number.start, number.end):
        return True
    return unit_of(behind) in _COUNTS_NOTHING and not {fold(one.form) for one in syllables(behind)[:1]} & set(focus)


def counts_what_is_measured(asked: Collection[str], text: str, place: Place) -> bool:
    """Return whether the first number of a span, without a unit, counts what the question measures.

    "6 máy" is no weight of a machine.
    """
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    if number is None or text.endswith("%", 0, number.end) or not text.startswith(" ", number.end):
        return False
    behind = text[number.end + 1 : number.end + LONGEST_NOUN]
    words = syllables(behind)[:1]
    return bool(words) and words[0].start == 0 and fold(words[0].form) in asked and unit_of(behind) in ("", "count")


def is_in_a_given_unit(given: Collection[Value], question: str, text: str, place: Place) -> bool:
    """Return whether the first number of a span has the unit of a number in the question.

    The record over 21 km is not 10 km.
    """
    number = next((one for one in values_of(text) if place[0] <= one.start < place[1]), None)
    units = {unit_of(question[one.end :].lstrip()) for one in given if one.kind == "number"} - {"", "count"}
    return number is not None and unit_of(text[number.end : number.end + LONGEST_NOUN].lstrip()) in units
