"""Find the headings of a text and name what is below each of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from qa.documents.places import Place

MAX_LABEL = 80  # characters of a heading that names a place
_MARKDOWN = re.compile(r" {0,3}#{1,6}[ \t]+(?P<name>[^\s#].*?)[ \t]*#*[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:={3,}|-{3,})[ \t]*")
_UNDERLINED = re.compile(r" {0,3}(?![#>|]|[*+-] |\d+[.)] )(?P<name>\S.*?)[ \t]*")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})")


def places_below(text: str, headings: Iterable[str]) -> tuple[Place, ...]:
    """Return a place for what is below each heading, given in order, until the next one; each is a line of the text.

    Those that are no line of it are left out.
    """
    lines: dict[str, list[int]] = defaultdict(list)
    for start, line in _lines(text):
        lines[line].append(start)
    found: list[tuple[int, str]] = []
    for heading in headings:
        starts = lines.get(heading, [])
        first = bisect_left(starts, found[-1][0] + 1 if found else 0)
        found += [(start, heading) for start in starts[first : first + 1]]
    return places_from(text, found)


def markdown_places(text: str) -> tuple[Place, ...]:
    """Return a place for what is below each heading of Markdown, outside blocks of code.

    It begins with "#", or is a line by itself over a line of "=" or "-".
    """
    found: list[tuple[int, str]] = []
    open_fence = ""
    before = above = (0, "")
    for start, line in _lines(text):
        is_alone = not before[1].strip() or (found and found[-1][0] == before[0])
        fence, heading = _FENCE.match(line), _MARKDOWN.fullmatch(line)
        if fence and fence["mark"].startswith(open_fence):
            open_fence = "" if open_fence else fence["mark"]
        elif heading and not open_fence:
            found.append((start, heading["name"].strip("*_")))
        elif is_alone and not open_fence and _UNDERLINE.fullmatch(line) and (name := _UNDERLINED.fullmatch(above[1])):
            found.append((above[0], name["name"].strip("*_")))
        before, above = above, (start, line)
    return places_from(text, found)


def places_from(text: str, headings: Sequence[tuple[int, str]]) -> tuple[Place, ...]:
    """Return a place from each heading, given by where it begins and its name, in order, to the next one."""
    bounds = [*(start for start, _ in headings), len(text)]
    return tuple(
        Place(start, end, name[:MAX_LABEL]) for (start, name), (_, end) in zip(headings, pairwise(bounds), strict=True)
    )


def _lines(text: str) -> Iterable[tuple[int, str]]:
    """Yield each line and where it begins."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1
