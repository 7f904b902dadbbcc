"""Dates, and numbers with their units, within a text; each find has its start, end and quality.

Knows how Vietnamese news write them, and the noun that is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.answer.extracting.vocabulary import MEASURES, NAMED_BY_NUMBER, UNIT_ENDS
from qa.text import canonical, fold

Found = tuple[int, int, float]

_DAY = r"(?:Ngày )?\d{1,2}\s?[-/.]\s?\d{1,2}(?:\s?[-/.]\s?\d{4})?"
_SPOKEN = r"(?:[Nn]gày )?\d{1,2} tháng \d{1,2}(?:,? năm \d{4})?"
_PART = r"(?:[Rr]ạng sáng|[Ss]áng|[Tt]rưa|[Cc]hiều|[Tt]ối|[Đđ]êm)(?: ngày(?= \d+[-/.]))?"
_DATE = re.compile(
    rf"(?<![\w/.-])(?:{_PART} )?(?:{_SPOKEN}|{_DAY})(?![\w/%]|[-.,]\d)"
    r"|\b(?:[Tt]háng|[Mm]ùa [^\W_]+) (?:\d{1,2}(?:[/-]| năm |,? )|năm )\d{4}\b"
    r"|(?<![\w/.,-])(?:[Nn]ăm )?[12]\d{3}(?![\w/%]|[-.,]\d)"
    r"|\b[Tt]hế kỷ (?:thứ )?[IVX\d]+\b|\b[Nn]gày \d{1,2}\b(?![-/])"
)
_FIGURE = re.compile(
    r"(?:\b(?:[Hh]ơn|[Gg]ần|[Kk]hoảng|[Tt]rên|[Dd]ưới|[Cc]hừng|[Íí]t nhất|[Tt]ối đa|[Tt]ối thiểu|[Xx]ấp xỉ) )?"
    r"(?P<figure>(?<![\w/.,(-])\d+(?:[.,]\d+)*(?:/\d+)?(?![\w/-]|[.,]\d)"
    r"|\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)\b(?= [^\W\d_]))"
    r"(?P<scale>(?: ?%| phần trăm)|(?: (?:nghìn|ngàn|vạn|triệu|tỷ|tỉ))+)?",
)
_NAMED = re.compile(rf"(?:{NAMED_BY_NUMBER}) $")
_UNIT_SYLLABLES = 6
_OWNER = re.compile(r"(?:ban|hội đồng|ủy ban|bộ) (?:thường|chấp|tổ chức|bí thư|nhân dân|chính trị)")
_WORD = re.compile(r"[^\W_]+")


def dates(text: str, focus: Sequence[str]) -> Iterator[Found]:
    """Dates, months, years and centuries; best what the question wants, a year or a day, else what is most exact."""
    wants_year = bool({"nam", "the"} & set(focus))
    for match in _DATE.finditer(text):
        start, end = match.span()
        if wants_year and match[0].lower().startswith("năm "):
            start += len("năm ")
        yield start, end, _date_quality(match[0], wants_year=wants_year, wants_day=bool(focus) and not wants_year)


def _date_quality(text: str, *, wants_year: bool, wants_day: bool) -> float:
    parts = len(re.findall(r"\d+", text))
    yearly = parts == 1 and text[-4:].isdigit()
    if wants_year:
        return 1.0 if yearly else 0.4
    if yearly:
        return 0.2 if wants_day else 0.5
    return min(1.0, 0.6 + 0.2 * parts)


def numbers(text: str, focus: Sequence[str]) -> Iterator[Found]:
    """Numbers that count something, from "hơn" or "khoảng" before them to the end of what they count."""
    dated = [match.span() for match in _DATE.finditer(text) if not match[0].isdigit() and "ăm " not in match[0]]
    for match in _FIGURE.finditer(text):
        start = match.start("figure")
        figure = match["figure"]
        in_date = "/" not in figure and any(first <= start < last for first, last in dated)
        if in_date or _NAMED.search(canonical(text[max(0, start - 12) : start]) + " "):
            continue
        unit = _unit_end(text, match.end(), focus)
        counted = {fold(word) for word in _WORD.findall(text[match.end() : unit])}
        shared = len(set(focus) & counted) / len(set(focus)) if focus else 0.0
        if figure[0].isdigit() or shared:
            yield match.start(), unit, 0.5 + shared / 2 if counted or match["scale"] else 0.3


def _unit_end(text: str, start: int, focus: Sequence[str]) -> int:
    """Where the counted noun after a number ends: before a word of grammar, an office that owns it, or a pause.

    A comma is no pause where the question goes on with what follows it.
    """
    end = start
    for number, word in enumerate(_WORD.finditer(text, start)):
        form = canonical(word[0])
        gap = text[end : word.start()].strip(" \t")
        if gap and not (gap == "," and fold(form) in focus):
            break
        if form in MEASURES and number == 0:
            return word.end()
        if number == _UNIT_SYLLABLES or _ends_unit(text, word, form):
            break
        end = word.end()
    return end


def _ends_unit(text: str, word: re.Match[str], form: str) -> bool:
    owner = _OWNER.match(canonical(text[word.start() : word.start() + 30]))
    return form in UNIT_ENDS or form[0].isdigit() or owner is not None
