"""Which spans of a text are of the kind that a question asks for.

A span is proposed as it stands; how well it answers is for others to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.reading.kinds import Asked, Kind
from qa.reading.rules.shaping import shaped
from qa.reading.vocabulary import HONORIFICS, UPPER
from qa.reading.words import values_of
from qa.text import fold, syllables
from qa.text.values import Kind as ValueKind

Place = tuple[int, int]

_VALUES: dict[Kind, frozenset[ValueKind]] = {
    "number": frozenset({"number", "range", "score", "duration"}),
    "date": frozenset({"date"}),
    "clock": frozenset({"clock"}),
    "document_number": frozenset({"code", "ordinal"}),
}
_YEAR = re.compile(r"(?<![\w.,/-])[12]\d{3}(?![\w%]|[.,]\d|[/-]\w)")
_NAME = re.compile(rf"[{UPPER}][^\W_]*\.?(?:[ -][{UPPER}][^\W_]*)*")
_DATE_WORDS = frozenset(["ngay", "nam", "thang"])
_TITLED = re.compile(rf"\b(?:{HONORIFICS})(?= [^\W\d_])")


def propose(asked: Asked, text: str) -> list[Place]:
    """Places of spans of the asked kind in a text, in order; none for kinds that have no certain form."""
    found = _values(asked.kind, text) if asked.kind in _VALUES else _names(text) if asked.kind == "person" else ()
    return sorted({shaped(asked, text, *place) for place in found})


def fits(asked: Asked, text: str, start: int, end: int) -> float:
    """Whether a span is of the asked kind: 1 for surely, -1 for surely not, 0 where its form tells nothing."""
    if asked.kind in _VALUES:
        return 1.0 if any(start <= first and last <= end for first, last in _values(asked.kind, text)) else -1.0
    if asked.kind in ("person", "place", "organisation"):
        if _is_value(text, start, end):
            return -1.0
        return 1.0 if _NAME.search(text, start, end) or _TITLED.search(text, start, end) else 0.0
    return 0.0


def _values(kind: Kind, text: str) -> Iterator[Place]:
    for value in values_of(text):
        if value.kind in _VALUES[kind]:
            yield value.start, value.end
    if kind == "date":
        for match in _YEAR.finditer(text):
            yield match.span()


def _names(text: str) -> Iterator[Place]:
    return (match.span() for match in _NAME.finditer(text) if " " in match[0])


def _is_value(text: str, start: int, end: int) -> bool:
    """Whether a value is all that a span says."""
    words = [start + word.start for word in syllables(text[start:end]) if fold(word.form) not in _DATE_WORDS]
    return bool(words) and all(any(one.start <= word < one.end for one in values_of(text)) for word in words)
