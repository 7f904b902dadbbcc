"""Sentences that say the opposite of a question beside the same word: "cổng ra" where it asks about "cổng vào".

Knows pairs of words and parts of the day; knows nothing of passages or of how a span was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from qa.reading.vocabulary import GRAMMAR
from qa.reading.words import values_of
from qa.text.values import Value

Place = tuple[int, int]
Beside = tuple[Literal["before", "after"], str]

_EXCLUSIVE = (
    ("trong", "ngoài"),
    ("nội", "ngoại"),
    ("trước", "sau"),
    ("trên", "dưới"),
    ("trái", "phải"),
    ("đầu", "giữa", "cuối"),
    ("cũ", "mới"),
    ("lớn", "nhỏ", "bé"),
    ("dài", "ngắn"),
    ("cao", "thấp"),
    ("nặng", "nhẹ"),
    ("nhiều", "ít"),
    ("nhanh", "chậm"),
    ("sớm", "muộn"),
    ("chẵn", "lẻ"),
    ("đơn", "đôi"),
    ("mua", "bán"),
    ("nhập", "xuất"),
    ("thu", "chi"),
    ("vay", "trả"),
    ("tăng", "giảm"),
    ("thắng", "thua"),
    ("mở", "đóng"),
    ("khai", "bế"),
    ("bắt đầu", "kết thúc"),
    ("có", "hết"),
    ("tối đa", "tối thiểu"),
    ("người lớn", "trẻ em", "người già", "người cao tuổi"),
    ("nam", "nữ"),
    ("nam", "bắc", "đông", "tây"),
    ("sáng", "trưa", "chiều", "tối", "đêm"),
)
"""Words of which one excludes the others beside the same word."""
_OPPOSITES = {
    word: frozenset(one for words in _EXCLUSIVE if word in words for one in words) - {word}
    for word in (word for words in _EXCLUSIVE for word in words)
}
_WORD = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_OPPOSITES, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)
_BEFORE, _AFTER = re.compile(r"([^\W_]+) \Z"), re.compile(r" ((?:khi |lúc )?[^\W_]+)")
_LONGEST_WORD = 12
_SAYS_NOTHING = GRAMMAR | frozenset(["như", "ngày", "tháng", "nhau", "đó", "này", "hết", "ra", "vào"])
_OF_TIME = frozenset(["trước", "sau", "trong", "ngoài"])
"""Words after which a year tells more: "trước năm 2000" and "sau năm 1990" agree."""

_PARTS_OF_THE_DAY = {"sáng": (0, 12), "trưa": (10, 15), "chiều": (12, 19), "tối": (17, 24), "đêm": (18, 30)}
"""The hours of each part, from and to, counted on after midnight."""
_PART = re.compile(
    r"\b(?:sáng(?! (?:tạo|lập|kiến|tác|chế|suốt))|trưa|chiều(?! (?:dài|rộng|cao|sâu|hướng))"
    r"|tối(?! (?:đa|thiểu|ưu))|đêm)\b",
    re.IGNORECASE,
)
_NOON, _DAWN, _DAY = 12, 6, 24


def says_the_opposite(question: str, clause: str) -> bool:
    """Return whether, beside a word of the question, a clause has only the opposite of the question's word."""
    asked, had = set(_beside(question)), set(_beside(clause))
    return any((word, near) not in had and (other, near) in had for word, near in asked for other in _OPPOSITES[word])


def _beside(text: str) -> Iterator[tuple[str, Beside]]:
    """Yield the words that have an opposite, each with the word before it and the word after it."""
    for match in _WORD.finditer(text):
        word = match[0].lower()
        before = _BEFORE.search(text, max(0, match.start() - _LONGEST_WORD), match.start())
        after = _AFTER.match(text, match.end())
        if before and before[1].lower() not in _SAYS_NOTHING:
            yield word, ("before", before[1].lower())
        if after and after[1].lower() not in _SAYS_NOTHING | (frozenset(["năm"]) if word in _OF_TIME else frozenset()):
            yield word, ("after", after[1].lower())


def is_at_another_part_of_the_day(question: str, text: str, place: Place, clause: str) -> bool:
    """Return whether a time of day is outside the part of the day that only the question names.

    Up to twelve, an hour may be of either half of the day, unless the text says which, or counts beyond twelve.
    """
    asked = {match[0].lower() for match in _PART.finditer(question)}
    clocks = [one for one in values_of(text) if one.kind == "clock"]
    clock = next((one for one in clocks if one.start < place[1] and place[0] < one.end), None)
    if clock is None or len(asked) != 1 or asked & {match[0].lower() for match in _PART.finditer(clause)}:
        return False
    is_certain = bool(_part_of(text, clock)) or any(_hour(one) > _NOON and not _part_of(text, one) for one in clocks)
    first, last = _PARTS_OF_THE_DAY[asked.pop()]
    hour = _hour(clock) + (_DAY if _hour(clock) < _DAWN and last > _DAY else 0)
    return is_certain and not first <= hour <= last


def _hour(clock: Value) -> int:
    return int(clock.key[1][:2])


def _part_of(text: str, clock: Value) -> re.Match[str] | None:
    return _PART.match(text, clock.end + 1)
