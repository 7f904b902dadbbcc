"""Names of persons, places and offices within a text; each find has its start, end and quality.

Knows capitals, titles and the nouns that offices and places begin with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.answer.extracting.vocabulary import HONORIFICS, OFFICES, REGIONS, SECOND_SYLLABLES, SURNAMES, UPPER
from qa.text import canonical, fold

Found = tuple[int, int, float]

_CAPITAL = rf"(?:[{UPPER}][^\W_]*\.?(?:[-'’][^\W_]+)*)"
_NAME = rf"{_CAPITAL}(?: {_CAPITAL}){{0,4}}"
_CAPITALS = re.compile(rf"\b{_NAME}")
_ROMAN = re.compile(r"[IVXLC]+")
_HALF = re.compile(rf" (?:{SECOND_SYLLABLES})\b")
_HEAD = re.compile(rf"(?:{OFFICES}|Bí thư|Trưởng|Phó|Chủ tịch|Ảnh|Đồng|Tại|Theo|Năm|Ngày|Sáng|Chiều|Nghị|Kết|Quy)\b")

# A dash may follow a name whose last syllable was left small by mistake.
_WITH_HONORIFIC = re.compile(rf"\b(?:{HONORIFICS}) (?P<name>{_NAME}(?: [^\W\d_]+(?= [-–—]))?)")
_VENERABLE = re.compile(rf"\bCụ (?:Phó bảng )?{_NAME}")

_OFFICE_WORD = rf"(?:{_CAPITAL}(?: (?:{SECOND_SYLLABLES}))?)"
_OFFICE = re.compile(rf"\b(?:{OFFICES})\b(?: (?:{_OFFICE_WORD}|của|và(?= {_CAPITAL})))*(?<! của)")
_LONG_OFFICE = re.compile(rf"\b(?:{OFFICES}) {_CAPITAL}(?: [^\W\d_]+)*(?=[,.;:()]|$| [-–—])")
_OFFICE_SYLLABLES = 9

_REGION = re.compile(rf"\b(?:(?:{REGIONS}) )+{_NAME}")
_AT = re.compile(rf"\b(?:ở|tại|đến|từ|về|tới|gần|[Tt]ại|[Ở]) (?P<name>{_NAME}(?:, {_NAME})*)")
_PROPER = rf"[{UPPER}][^\W\d_{UPPER}]+(?: [{UPPER}][^\W\d_{UPPER}]+)*"
_LIST = re.compile(rf"\b{_PROPER}(?:, {_PROPER})* và {_PROPER}")


def proper_names(text: str) -> Iterator[tuple[int, int]]:
    """Runs of capitals that begin no office or post, without the first half of a compound ("Trung ương")."""
    for match in _CAPITALS.finditer(text):
        start, end = match.span()
        if _HALF.match(text, end):
            end = start + match[0].rfind(" ")
        start, end = _trimmed(text, start, end)
        if end > start and not _HEAD.match(match[0]) and not _ROMAN.fullmatch(text, start, end):
            yield start, end


def persons(text: str, _: Sequence[str]) -> Iterator[Found]:
    """Names after a title, then those that begin with a surname, then other capitals."""
    for match in _VENERABLE.finditer(text):
        yield *_trimmed(text, *match.span()), 0.9
    for match in _WITH_HONORIFIC.finditer(text):
        yield *_trimmed(text, *match.span("name")), 1.0
    for start, end in proper_names(text):
        words = text[start:end].split(" ")
        full = canonical(words[0]) in SURNAMES and 2 <= len(words) <= 4
        yield start, end, 0.7 if full else 0.3 if len(words) > 1 else 0.1


def places(text: str, focus: Sequence[str]) -> Iterator[Found]:
    """Names with what they are ("tỉnh Cà Mau"), names after "ở", lists of names, other capitals."""
    for match in _REGION.finditer(text):
        wanted = bool(set(focus) & set(fold(match[0]).split()))
        yield *_trimmed(text, *match.span()), 1.0 if wanted else 0.8
    for match in _AT.finditer(text):
        yield *_trimmed(text, *match.span("name")), 0.7
    for match in _LIST.finditer(text):
        yield *_trimmed(text, *match.span()), 0.5
    for start, end in proper_names(text):
        yield start, end, 0.3


def organisations(text: str, focus: Sequence[str]) -> Iterator[Found]:
    """Names of offices, short and up to the next pause, then other capitals."""
    for match in _OFFICE.finditer(text):
        named = len(re.findall(rf"[{UPPER}]", match[0])) > 1
        wanted = bool(focus) and fold(match[0]).startswith(focus[0])
        yield *_trimmed(text, *match.span()), 1.0 if wanted else 0.8 if named else 0.3
    for match in _LONG_OFFICE.finditer(text):
        if match[0].count(" ") < _OFFICE_SYLLABLES - 1:
            yield *match.span(), 0.6
    for start, end in proper_names(text):
        yield start, end, 0.1


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without a full stop at its end, which a name shares with its sentence."""
    return (start, end - 1) if text[start:end].endswith(".") and end - start > 1 else (start, end)
