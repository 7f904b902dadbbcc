"""Spans of a kind within a text.

Every span gives its text back: `text[start:end]`. Knows nothing of questions but the noun that is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qa.answer.extracting.amounts import dates, numbers
from qa.answer.extracting.kinds import Kind
from qa.answer.extracting.names import organisations, persons, places, proper_names
from qa.answer.extracting.phrases import phrases
from qa.answer.extracting.vocabulary import ACTS
from qa.text import fold

Found = tuple[int, int, float]

_NUMBER = r"\d+(?:[-/](?:\d{4}[-/])?[^\W_]+(?:[-/][^\W_]+)*)?"
_ACT = re.compile(rf"\b(?:{ACTS})(?: (?:số )?(?P<bare>{_NUMBER})| (?:Trung ương|Đại hội) [IVX\d]+(?: \([^)]*\))?)")
_BARE = re.compile(r"\b\d+[-/][^\W\d_]{2,}(?:[-/][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text; `quality` between 0 and 1 tells how surely it is of the kind."""

    start: int
    end: int
    quality: float


def find_spans(kind: Kind, text: str, focus: Sequence[str] = ()) -> list[Span]:
    """Spans of a kind in a text, each once, in order; `focus` are folded syllables of the noun that is asked about."""
    found: dict[tuple[int, int], float] = {}
    for start, end, quality in _FINDERS[kind](text.replace("\xa0", " "), focus):
        found[start, end] = max(found.get((start, end), 0.0), quality)
    return [Span(*place, quality) for place, quality in sorted(found.items())]


def _document_numbers(text: str, focus: Sequence[str]) -> Iterator[Found]:
    bare = bool({"so", "number"} & set(focus))
    for match in _ACT.finditer(text):
        wanted = not focus or fold(match[0]).startswith(" ".join(focus)) or "van" in focus
        yield *match.span(), 1.0 if wanted else 0.6
        if match["bare"]:
            yield *match.span("bare"), 1.0 if bare and not match["bare"].isdigit() else 0.3
    for match in _BARE.finditer(text):
        yield *match.span(), 0.4


def _others(text: str, focus: Sequence[str]) -> Iterator[Found]:
    yield from phrases(text, focus)
    for start, end in proper_names(text):
        yield start, end, 0.2


_FINDERS: dict[Kind, Callable[[str, Sequence[str]], Iterator[Found]]] = {
    "number": numbers,
    "date": dates,
    "person": persons,
    "place": places,
    "organisation": organisations,
    "document_number": _document_numbers,
    "other": _others,
}
