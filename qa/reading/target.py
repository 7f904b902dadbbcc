"""Find what a question asks for: the kind of answer, its noun and its measure.

Works by rules over question words, in Vietnamese with or without diacritics and in English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, get_args

from qa.reading.vocabulary import CHANGES, DOCUMENTS, FOCUS_ENDS, NAME, ORGANISATIONS, PERSONS, PLACES, QUANTITIES
from qa.text import canonical, canonical_with_offsets, detect_language, fold, syllables, whole_span

Kind = Literal["number", "date", "clock", "person", "place", "organisation", "document_number", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_WHICH = "(?:nào(?! đó)|gì|mấy)"
_NO_DOCUMENT = r"(?:số|khi|lúc|hồi|hôm|giờ|ngày|tháng|năm|thế|nơi|chỗ|người)\b"
"""What "nào" asks for after one of these nouns, whatever document the question names."""

_VIETNAMESE: tuple[tuple[Kind, str], ...] = (
    ("document_number", rf"(?P<focus>{DOCUMENTS})(?: (?!{_NO_DOCUMENT})\w+)? nào"),
    ("document_number", rf"(?:mang|(?:{DOCUMENTS})(?: .*)?) (?P<focus>số) (?:bao nhiêu|mấy|nào|gì|hiệu)"),
    ("clock", r"mấy giờ(?! đồng hồ)|(?P<focus>giờ) (?:nào|mấy|bao nhiêu)|bao nhiêu giờ(?! đồng hồ)"),
    ("date", r"khi nào|bao giờ|lúc nào|hồi nào|hôm nào"),
    ("date", r"(?P<focus>ngày|tháng|năm|thời gian|thời điểm|thế kỷ|thập niên) (?:nào(?! đó)|mấy|bao nhiêu)"),
    ("other", r"bao lâu (?:một|1) lần"),
    ("number", r"bao nhiêu|bao lâu|bao xa|mấy|bao lớn|bao cao|(?:tỷ|tỉ) lệ phần trăm"),
    ("person", rf"\bai\b|(?P<focus>{PERSONS}) (?:nào|gì)"),
    ("place", rf"(?:ở|tại|từ|đến|về|nằm) đâu|(?P<focus>{PLACES}) {_WHICH}|\bđâu\b"),
    ("organisation", rf"(?P<focus>{ORGANISATIONS}) {_WHICH}"),
    ("other", r"là gì|làm gì|(?:như )?thế nào|như nào|ra sao|làm sao|tại sao|vì sao"),
    ("other", rf"(?P<focus>\w+(?: \w+)?) {_WHICH}|{_WHICH}"),
)
_ENGLISH: tuple[tuple[Kind, str], ...] = (
    (
        "document_number",
        r"(?P<focus>number) of the .*(?:conclusion|resolution|decision|directive|regulation|decree|circular)",
    ),
    ("document_number", r"which (?:conclusion|resolution|decision|directive|regulation|decree|circular|document|law)"),
    ("clock", r"(?:at )?what time|what hour"),
    (
        "number",
        r"how (?:many|much|long|old|far|tall|large|big|high|often)|(?:what|which) (?:percentage|percent|number)",
    ),
    ("date", r"when|(?:what|which) (?P<focus>year|date|day|month|century|decade)"),
    ("person", r"who|whom|whose|(?:what|which) (?:person|man|woman|king|president|author|singer|player|leader)"),
    ("place", r"where|(?:what|which) (?:country|city|province|state|region|place|area|town|river|island|continent)"),
    (
        "organisation",
        r"(?:what|which) (?:organi[sz]ation|agency|company|unit|university|school|team|party|ministry|committee"
        r"|commission|department|bank|institution|group|band|network|newspaper)",
    ),
    ("other", r"what|which|why|how"),
)
_IMPLIED: tuple[tuple[Kind, str], ...] = (
    ("number", r"(?:đơn |mức |tổng )?(?:giá(?! trị)|tiền(?! (?:đề|thân|tuyến|lệ|sử|sự))|lương(?! tâm))"),
    ("number", r"(?:mức |tổng )?(?:lệ |học |viện |kinh |chi )?phí|diện tích|dân số|tổng số|số lượng|lãi suất"),
    ("number", r"chiều (?:dài|cao|rộng|sâu)|trọng lượng|khối lượng"),
    ("date", r"ngày|năm sinh|(?:thời )?hạn (?:chót|cuối|nộp|nhận|đăng ký)"),
    ("clock", r"giờ"),
)
"""Nouns at the start of keywords without question words, and the kind of answer that they stand for."""
WORDS_AFTER_ASKING = 2
"""The most words that follow the question word at the end of a question: "bao nhiêu ạ"."""
_INDEFINITE = re.compile(r"(?:\w+ )?(?:nào|gì|ai|đâu|bao giờ|bao nhiêu|mấy) (?:cũng|đó|đấy|mất|khác)\b", re.IGNORECASE)
"""Question words that ask nothing: "lúc nào cũng", "đi đâu mất"."""
_MAY_BE_SEVERAL = ("person", "organisation", "other")
_SEVERAL = re.compile(r"\b(?:những|các|gồm(?: có)?|nhung|cac|gom(?: co)?) \Z")
_BEGINS, _IS_OVER = (
    re.compile(rf"\b(?:{words})\b")
    for words in (
        "bắt đầu|mở cửa|khởi hành|khai mạc|khai giảng|sinh (?:ngày|tháng|năm|vào|khi)|ra đời|born",
        "kết thúc|đóng cửa|bế mạc|tan|mất|qua đời|từ trần|died",
    )
)
_COUNTING = frozenset(["bao nhiêu", "mấy", "bao nhieu", "may"])
"""What comes before a counted noun; "bao lâu" does not."""
_OF_NOUNS = [
    (name, re.compile(rf"\W*(?:{nouns})\b"))
    for name, nouns in (
        ("power", "điện"),
        (
            "money",
            "vốn|thuế|nợ|lãi|lợi nhuận|doanh thu|thu nhập|ngân sách|kinh phí|chi phí|học bổng|học phí|viện phí|phí"
            "|lương",
        ),
        ("duration", "thời gian"),
    )
]
"""What is measured by a counted noun that is not a unit: "bao nhiêu điện"."""
_WITH_MARKS = re.compile(r"\w*[^\x00-\x7f]\w*")


def _without_marks(pattern: str) -> str:
    return _WITH_MARKS.sub(lambda match: fold(match[0]), pattern)


def _measures(quantities: Sequence[tuple[str, str, str]]) -> list[tuple[str, re.Pattern[str], re.Pattern[str]]]:
    return [(name, re.compile(rf"\b(?:{nouns})\b"), re.compile(rf" ?(?:{units})")) for name, nouns, units in quantities]


_QUANTITIES = _measures(QUANTITIES)
_BARE_QUANTITIES = _measures(
    [(name, _without_marks(nouns), _without_marks(units)) for name, nouns, units in QUANTITIES]
)


@dataclass(frozen=True)
class Target:
    """What a question asks for; `start` and `end` delimit the question words, empty if there are none.

    `focus` are the folded syllables of the noun that is counted ("bao nhiêu điểm cầu") or asked about ("cục nào").
    `quantity` is what a number measures, one of `QUANTITIES` or "change", empty if that is open; `boundary` is which of
    two times is wanted, "first" or "last", empty if neither is named; `several` is whether more than one is asked for.
    """

    kind: Kind
    start: int
    end: int
    focus: tuple[str, ...] = ()
    quantity: str = ""
    boundary: Literal["", "first", "last"] = ""
    several: bool = False


def asked(question: str) -> Target:
    """Return the kind of answer that a question wants, `other` where no rule knows it."""
    form = canonical_with_offsets(question)
    spelling = "en" if detect_language(question) == "en" else "vi" if form.text != fold(question) else "bare"
    for kind, pattern in _COMPILED[spelling]:
        match = pattern.search(form.text)
        if match:
            # Only the noun that a rule names is asked about, not what the rule looks for before it.
            begin = match.start("focus") if match.groupdict().get("focus") else match.start()
            start, end = _beside_names(question, *form.original_span(begin, match.end()))
            if kind != "number" or spelling == "en":
                boundary = _boundary(form.text) if kind in ("clock", "date") else ""
                several = kind in _MAY_BE_SEVERAL and _SEVERAL.search(form.text, 0, match.start()) is not None
                return Target(kind, start, end, _named(match), boundary=boundary, several=several)
            # Words within a name measure nothing: "Cù Lao Dài".
            unnamed = canonical(question[:1] + NAME.sub(" ", question[1:start]))
            asking = form.text[match.start() : match.end()]
            focus = _counted(form.text[match.end() :]) if asking in _COUNTING else ()
            before = f"{unnamed} {asking}"
            quantity = _quantity(form.text[match.end() :], before, focus, bare=spelling == "bare")
            return Target(kind, start, end, focus, quantity)
    return _implied(question, form.text, spelling)


def _implied(question: str, text: str, spelling: str) -> Target:
    """Return what keywords that begin with a measure or a time ask for: "giá vé xe buýt"."""
    kind: Kind = next((kind for kind, nouns in _NOUNS.get(spelling, ()) if nouns.match(text)), "other")
    quantity = quantity_of(text, bare=spelling == "bare") if kind == "number" else ""
    return Target(kind, len(question), len(question), quantity=quantity)


def _quantity(rest: str, before: str, focus: tuple[str, ...], *, bare: bool) -> str:
    """Return what the noun after "bao nhiêu" measures, or else the only noun before it that measures anything."""
    if CHANGES.search(before):
        return "change"
    if focus:
        return unit_of(rest, bare=bare) or next((name for name, noun in _OF_NOUNS if noun.match(rest)), "")
    return quantity_of(before, bare=bare)


def unit_of(text: str, *, bare: bool = False) -> str:
    """Return what the unit at the start of a text measures; empty if unknown.

    With `bare` the text has no diacritics.
    """
    unit = canonical(text)
    return next((name for name, _, units in (_BARE_QUANTITIES if bare else _QUANTITIES) if units.match(unit)), "")


def quantity_of(text: str, *, bare: bool = False) -> str:
    """Return the only quantity that the nouns of a text, such as a column header, measure; empty if there is none."""
    form = canonical(text)
    found = [name for name, nouns, _ in (_BARE_QUANTITIES if bare else _QUANTITIES) if nouns.search(form)]
    return found[0] if len(found) == 1 else ""


def _boundary(text: str) -> Literal["", "first", "last"]:
    begins, is_over = bool(_BEGINS.search(text)), bool(_IS_OVER.search(text))
    return "" if begins == is_over else "first" if begins else "last"


@lru_cache(maxsize=4096)
def asks(sentence: str) -> bool:
    """Return whether a sentence is itself a question: it has a question mark, or question words at its end."""
    found = asked(sentence)
    ends = len(syllables(sentence[found.end :])) <= WORDS_AFTER_ASKING
    is_stated = _INDEFINITE.match(sentence, found.start) or sentence[found.start : found.start + 1].isupper()
    return "?" in sentence or (0 < found.start < len(sentence) and ends and not is_stated)


def _beside_names(question: str, start: int, end: int) -> tuple[int, int]:
    """Return the start without the end of a name or value before the question words: "Phạm Minh Chính nói gì"."""
    while whole_span(question, start, end)[0] < start and " " in question[start:end]:
        start = question.index(" ", start, end) + 1
    return start, end


def _named(match: re.Match[str]) -> tuple[str, ...]:
    """Return the noun that the rule itself names."""
    return tuple(fold(match.groupdict().get("focus") or "").split())


def _counted(rest: str) -> tuple[str, ...]:
    """Return the noun after "bao nhiêu", up to a function word."""
    words = []
    for word in syllables(rest):
        if word.form in FOCUS_ENDS:
            break
        words.append(fold(word.form))
    return tuple(words)


def _compiled(rules: tuple[tuple[Kind, str], ...], *, bare: bool = False) -> list[tuple[Kind, re.Pattern[str]]]:
    found = []
    for kind, rule in rules:
        rule = _without_marks(rule) if bare else rule
        found.append((kind, re.compile(rf"\b(?:{rule})(?!\w)")))
    return found


_NOUNS = {
    "vi": [(kind, re.compile(rf"\W*(?:{nouns})\b")) for kind, nouns in _IMPLIED],
    "bare": [(kind, re.compile(rf"\W*(?:{_without_marks(nouns)})\b")) for kind, nouns in _IMPLIED],
}
_COMPILED = {"vi": _compiled(_VIETNAMESE), "bare": _compiled(_VIETNAMESE, bare=True), "en": _compiled(_ENGLISH)}
