"""Split texts into folded words with their places; each text is read once, since questions meet the same passages.

Knows nothing of questions.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from qa.text import fold, sentences, syllables
from qa.text.values import Value, values

LONGEST_SYLLABLE = 7
"""The longest Vietnamese word, in letters ("nghiêng"); a longer one is foreign, and its spelling varies."""
_CLAUSES = re.compile(r"[,;:](?=\s)|\b(?:nhưng|mà|song|còn|trừ)\b")
_BETWEEN_CLAUSES = re.compile(r";(?![^()]*\))")
_DATE = re.compile(r"(\d{4}|-)(?:-(\d\d|-))?(?:-?(\d\d))?\Z")
_FIELD = re.compile(r"\s*[^\s:–-][^:]{0,40}?(?::| [–-]) ")
_DENIED = re.compile(
    r"\b(?:(?<!hàng )không(?! (?:quân|gian|khí|trung|lực|kích|vận|tặc|phận|biết)\b)|chưa|chẳng|cấm)"
    r"(?: (?:được|phải|có|thể|còn|hề|cần|nên|bị|cho|phép))* (?P<word>[^\W\d_]+)",
    re.IGNORECASE,
)
_COUNTED_BY_NUMBERS = frozenset(["nam", "thang", "ngay", "quy", "dieu", "khoan", "so"])


@dataclass(frozen=True)
class Words:
    """The words of a text in order, in lower case and folded, with their starts."""

    forms: tuple[str, ...]
    folded: tuple[str, ...]
    starts: tuple[int, ...]

    @cached_property
    def all(self) -> frozenset[str]:
        """The distinct folded words."""
        return frozenset(self.folded)

    def within(self, start: int, end: int) -> tuple[str, ...]:
        """Return those that start in `text[start:end]`."""
        return self.folded[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """Return the words of a text."""
    found = syllables(text)
    forms = tuple(one.form for one in found)
    return Words(forms, tuple(map(_folded, forms)), tuple(one.start for one in found))


@lru_cache(maxsize=4096)
def sentences_of(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans of a text's sentences."""
    return tuple(sentences(text))


@lru_cache(maxsize=4096)
def values_of(text: str) -> tuple[Value, ...]:
    """Return the values of a text."""
    return tuple(values(text))


def spelled_as_in(other: str, text: str) -> str:
    """Return a text with its values spelled as in another: "khóa 9" for "khóa IX"."""
    spelled: dict[tuple[str, ...], list[str]] = {}
    for value in values_of(other):
        spelled.setdefault(value.key, []).append(other[value.start : value.end])
    for value in reversed(values_of(text)):
        spellings = spelled.get(value.key, [])
        if spellings and text[value.start : value.end] not in spellings:
            text = text[: value.start] + spellings[0] + text[value.end :]
    return text


def years_of(texts: Sequence[str]) -> set[int]:
    """Return the years of the dates in some texts."""
    dates = [value.key[1] for text in texts for value in values_of(text) if value.kind == "date"]
    return {int(date[:4]) for date in dates if date[:4].isdigit()}


def months_of(texts: Sequence[str]) -> set[int]:
    """Return the months of the dates in some texts."""
    found = (_date_parts(value) for text in texts for value in values_of(text) if value.kind == "date")
    return {int(month) for _, month, _ in found if month}


def is_within(value: Value, other: Value) -> bool:
    """Return whether a date lies within another one, which is less exact: "16/5/2023" within "tháng 5"."""
    if (value.kind, other.kind) != ("date", "date") or not any(_date_parts(other)):
        return False
    return all(outer in ("", inner) for inner, outer in zip(_date_parts(value), _date_parts(other), strict=True))


def _date_parts(value: Value) -> tuple[str, str, str]:
    """Return the year, month and day of a date, empty where it does not say; none of a quarter."""
    found = _DATE.match(value.key[1])
    year, month, day = found.groups(default="") if found else ("", "", "")
    return year.strip("-"), month.strip("-"), day


@lru_cache(maxsize=50_000)
def _folded(form: str) -> str:
    """Fold a word, cached: a language has few syllables."""
    return fold(form)


def are_spelled_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two names are the same, allowing one inserted, missing or different letter in each long word."""
    return len(one) == len(other) and all(map(_are_nearly_equal, one, other))


def _are_nearly_equal(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if one == other or len(shorter) <= LONGEST_SYLLABLE:
        return one == other
    alike = SequenceMatcher(None, one, other).get_matching_blocks()
    return sum(run.size for run in alike) >= len(longer) - 1


def are_marked_otherwise(name: Sequence[str], texts: Iterable[str]) -> bool:
    """Return whether a lower-case name occurs in the texts, but each time with other diacritics.

    A word without diacritics may be any name, and the spelling of names in "k" varies: "Đăk Lăk".
    """
    bare = tuple(map(_folded, name))
    if bare == tuple(name) and len(name) > 1:
        return False
    had = {run for text in texts for run in _runs(words_of(text), bare)}
    return bool(had) and not any(all(map(_may_be_marked, name, run)) or run == bare for run in had)


def _runs(words: Words, folded: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the spelling of a sequence of folded words wherever it occurs."""
    for at, word in enumerate(words.folded):
        if word == folded[0] and words.folded[at : at + len(folded)] == folded:
            yield words.forms[at : at + len(folded)]


def _may_be_marked(one: str, other: str) -> bool:
    return one == other or one.endswith("k")


@lru_cache(maxsize=1024)
def modified(text: str) -> tuple[tuple[int, tuple[str, ...], str], ...]:
    """Return the places of each two successive folded words, with what tells them apart from others, or "".

    That is the number, letter or name after them. The last part of a name tells nothing: "Tạ Bá Sửu", son of "Tạ Bá
    Thìn".
    """
    words, found = syllables(text), []
    for one, two, third in zip(words, words[1:], [*words[2:], None], strict=False):
        if text[one.end : two.start] == " " and fold(two.form) not in _COUNTED_BY_NUMBERS:
            shown = text[third.start : third.end] if third and text[two.end : third.start] == " " else ""
            is_named = shown.istitle() and not text[two.start].isupper()
            is_modifier = shown.isdigit() or len(shown) == 1 or is_named
            found.append((one.start, (fold(one.form), fold(two.form)), fold(shown) if is_modifier else ""))
    return tuple(found)


def beside(text: str, value: Value) -> set[tuple[str, str]]:
    """Return the folded words directly before and after a value."""
    before, after = words_of(text[: value.start]).folded, words_of(text[value.end :]).folded
    return {("before", word) for word in before[-1:]} | {("after", word) for word in after[:1]}


def built(code: str) -> str:
    """Return a code with a placeholder for each number."""
    return re.sub(r"\d+", "#", code)


def clause_of(text: str, place: tuple[int, int], sentence: tuple[int, int]) -> str:
    """Return the clause of a sentence that a place is in, or the clauses that it overlaps."""
    start = max((border.end() for border in _CLAUSES.finditer(text, sentence[0], place[0])), default=sentence[0])
    border = _CLAUSES.search(text, place[1], sentence[1])
    return text[start : border.start() if border else sentence[1]]


def parted_clauses(sentence: str, offset: int) -> tuple[list[str], int]:
    """Return what stands between the semicolons of a sentence outside brackets, and which of it is at an offset.

    Fields of a record ("Họ và tên: Lê Văn Dũng; Chức vụ: Chuyên viên") are of one thing, and not parted.
    """
    clauses = _BETWEEN_CLAUSES.split(sentence)
    if all(map(_FIELD.match, clauses)):
        return [sentence], 0
    return clauses, sum(border.start() < offset for border in _BETWEEN_CLAUSES.finditer(sentence))


@lru_cache(maxsize=4096)
def denied(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a text negates, "mang" in "không được mang", and those that it does not."""
    found = {match.start("word") for match in _DENIED.finditer(text)}
    words = syllables(text)
    return (
        frozenset(word.form for word in words if word.start in found),
        frozenset(word.form for word in words if word.start not in found),
    )


def without_kind(key: Sequence[str]) -> str:
    """Return a value's key without its kind, since "năm 2021" is a date and "2021" may be a number."""
    return ":".join(key[1:])
