"""Places: what a part of a document's text is called by those who cite it ("tr. 3", "Sheet1!12", "Điều 8, Khoản 2").

Places may lie in one another; what is said of an offset names each that holds it, the widest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

ARTICLE = re.compile(r"^[ \t]*(?P<label>Điều\s+\d+[a-zđ]?)(?=[.:\s]|$)[.:]?(?P<name>.*)$", re.MULTILINE)
"""The heading of an article of a law or decision, at the start of a line."""
_CLAUSE = re.compile(r"^[ \t]*(?P<number>\d{1,2})\.\s", re.MULTILINE)
MIN_ARTICLES = 2  # before lines that begin with "Điều 8" are taken for headings


@dataclass(frozen=True, slots=True)
class Place:
    """A named part of a document: `document.text[start:end]`."""

    start: int
    end: int
    label: str


def place_at(places: Iterable[Place], offset: int) -> str:
    """The names of the places that hold an offset, the widest first; empty where none does."""
    around = sorted((one for one in places if one.start <= offset < one.end), key=lambda one: (one.start, -one.end))
    return ", ".join(one.label for one in around)


def articles(text: str) -> list[re.Match[str]]:
    """The headings of articles, in order; none where the text has fewer than two of them, all in growing order."""
    found = [match for match in ARTICLE.finditer(text) if not _is_reference(match["name"])]
    return found if len(found) >= MIN_ARTICLES else []


def legal_places(text: str) -> tuple[Place, ...]:
    """Articles of a law or decision, and the clauses within them."""
    headings = articles(text)
    bounds = [heading.start() for heading in headings] + [len(text)]
    parts = zip(headings, bounds[1:], strict=True)
    return tuple(place for heading, end in parts for place in _article(text, heading, end))


def _is_reference(name: str) -> bool:
    """ "Điều 8 của Luật này ..." at the start of a line goes on in a sentence."""
    return name.lstrip()[:1].islower() or name.lstrip()[:1] in {",", ";"}


def _article(text: str, heading: re.Match[str], end: int) -> Iterator[Place]:
    yield Place(heading.start(), end, " ".join(heading["label"].split()))
    clauses = list(_CLAUSE.finditer(text, heading.end(), end))
    bounds = [*(clause.start() for clause in clauses), end]
    for clause, (start, stop) in zip(clauses, pairwise(bounds), strict=True):
        yield Place(start, stop, f"Khoản {clause['number']}")
