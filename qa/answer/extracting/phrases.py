"""Phrases that may answer a question of no certain kind: quotations, clauses, what a noun is called, posts held.

Knows punctuation and words of grammar; knows nothing of questions but the noun that is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.answer.extracting.vocabulary import UPPER
from qa.text import fold

Found = tuple[int, int, float]

_QUOTED = re.compile(r"[“\"«][^”\"»\n]{3,200}[”\"»]")
_PAUSE = re.compile(r"[,;:()\n]|\s[-–—]\s|(?<=\w)[.…!?]+(?=\s|$)|[“”\"«»]")
_POST = re.compile(
    r"(?<=[-–—,] )(?:nguyên )?(?:Phó |Quyền )?(?:Vụ [Tt]rưởng|Cục [Tt]rưởng|Trưởng|Chánh|Bí [Tt]hư|Ủy viên|Uỷ viên"
    r"|Chủ tịch|Giám đốc|Thủ tướng|Bộ trưởng|Tổng Bí thư|Hiệu trưởng|Viện trưởng)"
    rf"(?: (?:[{UPPER}][^\W_]*|chức|ương|ủy|uỷ|phương|vệ|trực|vụ|ban|hành|thư|trị|viên))*"
)
# Where a noun and what it is called end, in folded letters.
_NAME_ENDS = re.compile(r" (?:cua|cho|do|duoc|da|se|la|ve|tai|trong|voi|va|trinh|de|nham|khi|co|bi)\b")
_NAMED = re.compile(rf"(?: (?:[{UPPER}][^\W_]*|\d+|ương|chức|ủy|uỷ|hội|hạng(?= [{UPPER}])|lập|động|thi đua số|số))*")
_IS = re.compile(r"\b(?:là|gồm|như|sẽ|đến|vì|do|để|nhằm)\b ")
_OFTEN = re.compile(r"\b(?:hằng|hàng|mỗi) (?:ngày|tuần|tháng|quý|năm)\b")
_MOST_CLAUSES = 40


def phrases(text: str, focus: Sequence[str]) -> Iterator[Found]:
    """Start, end and quality of each phrase; `focus` are folded syllables of the noun that is asked about."""
    for match in _QUOTED.finditer(text):
        yield *match.span(), 0.7
    for match in _POST.finditer(text):
        yield *match.span(), 0.9 if "vu" in focus else 0.4
    for match in _OFTEN.finditer(text):
        yield *match.span(), 0.5
    yield from _called(text, focus)
    yield from _clauses(text)


def _called(text: str, focus: Sequence[str]) -> Iterator[Found]:
    """From each place of the noun to the next pause, and to the next word of grammar."""
    if not focus:
        return
    bare = fold(text)
    if len(bare) != len(text):
        return
    for match in re.finditer(rf"\b{re.escape(' '.join(focus))}\b", bare):
        pause = _PAUSE.search(text, match.end())
        last = pause.start() if pause else len(text)
        grammar = _NAME_ENDS.search(bare, match.end(), last)
        name = _NAMED.match(text, match.end())
        if name and name.end() > match.end():
            yield match.start(), name.end(), 0.9
        if last > match.end():
            yield match.start(), last, 0.6
        if grammar and grammar.start() > match.end():
            yield match.start(), grammar.start(), 0.8


def _clauses(text: str) -> Iterator[Found]:
    """Stretches between pauses, whole and from their first word that says what follows."""
    start = 0
    for number, end in enumerate([*(match.start() for match in _PAUSE.finditer(text)), len(text)]):
        if number > _MOST_CLAUSES:
            return
        clause = text[start:end]
        first = start + len(clause) - len(clause.lstrip(' ,;:()-–—“”"«».…\n'))
        last = start + len(clause.rstrip())
        if last > first:
            yield first, last, 0.3
            found = _IS.search(text, first, last)
            if found and found.end() < last:
                yield found.end(), last, 0.4
        start = end
