"""Name the parts of a document's text as those who cite it do ("tr. 3", "Sheet1!12", "Điều 8, Khoản 2").

Places may be nested; an offset is named by each place that contains it, its page first, then the widest. A span is
named by a range where its first and last characters are in numbered places of one sort ("tr. 3–5").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise, takewhile
from typing import NamedTuple

ARTICLE = re.compile(r"^[ \t]*(?P<label>Điều\s+\d+[a-zđ]?)(?=[.:\s]|$)[.:]?(?P<name>.*)$", re.MULTILINE)
"""The heading of an article of a law or decision, at the start of a line."""
_CLAUSE = re.compile(r"^[ \t]*(?P<number>\d{1,2})\.\s", re.MULTILINE)
NOTE = ", ghi chú"
"""What follows the name of a row or slide in that of a note on it."""
HEAD = "đầu văn bản"
"""The name of the line with place and date at the head of an office document."""
MIN_ARTICLES = 2  # before lines that begin with "Điều 8" are taken for headings
_PAGES = re.compile(r"tr\. (?P<first>\d+)(?:–(?P<last>\d+))?(?=, |$)")
_ROW = re.compile(r".*!\d+(?: \(ẩn\))?")  # above the first of a sheet is its name, which has none
_NUMBERED = re.compile(
    r"(?P<sort>(?:tr\.|dòng|slide|chương|Điều|Khoản) |.*!)(?P<number>\d+)(?P<letter>[a-zđ]?)(?P<hidden> \(ẩn\)|)"
    r"(?P<rest>, ghi chú|[.:].*|)"
)


class Place(NamedTuple):
    """A named part of a document: `document.text[start:end]`; of a long table there are hundreds of thousands."""

    start: int
    end: int
    label: str


def place_of(places: Iterable[Place], start: int, end: int) -> str:
    """Return the names of the places that contain a span, or the range that it extends over; empty if there is none.

    Where its first and last character are in places of different sorts, it has the name of where it begins.
    """
    around = [one for one in places if one.start < end and start < one.end]
    first, last = _labels_at(around, start), _labels_at(around, max(start, end - 1))
    first = first or next((_labels_at(around, one.start) for one in around if _ROW.fullmatch(one.label)), [])
    return ", ".join(first if first == last else _spanned(first, last) or first)


def _labels_at(places: Iterable[Place], offset: int) -> list[str]:
    around = [one for one in places if one.start <= offset < one.end]
    around.sort(key=lambda one: (page_of(one.label) is None, one.start, -one.end))
    labels = list(dict.fromkeys(one.label for one in around))
    return [label for label in labels if not any(_says_more(other, label) for other in labels)]


def _spanned(first: Sequence[str], last: Sequence[str]) -> list[str]:
    """Return the names that two lists share, and a range for the page and for the next name after them."""
    if all(labels and page_of(labels[0]) is not None for labels in (first, last)):
        return [*_ranged(first[0], last[0]), *_spanned(first[1:], last[1:])]
    pairs = list(zip(first, last, strict=False))
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    return [*shared, *(name for pair in pairs[len(shared) : len(shared) + 1] for name in _ranged(*pair))]


def _ranged(first: str, last: str) -> list[str]:
    """Return the range between two names, as one name; none where they are of different sorts or in another order."""
    one, other = _NUMBERED.fullmatch(first), _NUMBERED.fullmatch(last)
    if not (one and other) or one["sort"] != other["sort"] or _number(one) > _number(other):
        return []
    ends = dict.fromkeys(f"{end['number']}{end['letter']}{end['hidden']}" for end in (one, other))
    return [f"{one['sort']}{'–'.join(ends)}{NOTE if one['rest'] == other['rest'] == NOTE else ''}"]


def _number(name: re.Match[str]) -> tuple[int, str]:
    return int(name["number"]), name["letter"]


def page_label(number: int) -> str:
    """Return the name of a page, counted from 1."""
    return f"tr. {number}"


def page_of(place: str) -> int | None:
    """Return the page that a place names, the first of several, None if it names none."""
    pages = pages_of(place)
    return pages[0] if pages else None


def pages_of(place: str) -> tuple[int, int] | None:
    """Return the first and the last page that a place names, None if it names none."""
    pages = _PAGES.match(place)
    return (int(pages["first"]), int(pages["last"] or pages["first"])) if pages else None


def _says_more(label: str, other: str) -> bool:
    """Return whether a name repeats another: "Điều 8. Mức hỗ trợ", a Word heading, makes "Điều 8" superfluous."""
    return label.startswith(other) and not label[len(other) :][:1].isalnum() and label != other


def articles(text: str) -> list[re.Match[str]]:
    """Return the headings of articles, in order.

    There are none unless the text has at least two, in ascending order.
    """
    found = [match for match in ARTICLE.finditer(text) if not _is_reference(match["name"])]
    return found if len(found) >= MIN_ARTICLES else []


def legal_places(text: str) -> tuple[Place, ...]:
    """Return the articles of a law or decision, and the clauses within them."""
    headings = articles(text)
    bounds = [heading.start() for heading in headings] + [len(text)]
    parts = zip(headings, bounds[1:], strict=True)
    return tuple(place for heading, end in parts for place in _article(text, heading, end))


def _is_reference(name: str) -> bool:
    """Return whether "Điều 8" at the start of a line continues as a sentence: "Điều 8 của Luật này ..."."""
    return name.lstrip()[:1].islower() or name.lstrip()[:1] in {",", ";"}


def _article(text: str, heading: re.Match[str], end: int) -> Iterator[Place]:
    yield Place(heading.start(), end, " ".join(heading["label"].split()))
    clauses = list(_CLAUSE.finditer(text, heading.end(), end))
    bounds = [*(clause.start() for clause in clauses), end]
    for clause, (start, stop) in zip(clauses, pairwise(bounds), strict=True):
        yield Place(start, stop, f"Khoản {clause['number']}")


# Keeping places up to date while a text is mended

_KEY = 24  # characters without white space that a line is known by
_SHORTEST_KEY = 8  # of a line that is looked for; a shorter one is known by the line after it, or by the end
_CHANGED = 8  # characters that mending may have put between two lines


def by_line(places: Iterable[Place], before: str, after: str) -> tuple[Place, ...]:
    """Return places, which begin and end with lines, after a change that kept the number of lines."""
    if before == after:
        return tuple(places)
    starts, ends = _line_starts(before), _line_starts(after)
    return tuple(
        Place(ends[bisect_left(starts, one.start)], ends[bisect_left(starts, one.end)], one.label) for one in places
    )


def without_beginning(places: Iterable[Place], length: int) -> tuple[Place, ...]:
    """Return places after so many characters were cut off the beginning; those that began there are left out."""
    return tuple(Place(one.start - length, one.end - length, one.label) for one in places if one.start >= length)


def by_words(places: Iterable[Place], before: str, after: str) -> tuple[Place, ...]:
    """Return places after a change that joined and removed lines: each begins where its first kept line now is.

    A place with no kept line is left out; each extends to the start of the next one.
    """
    if before == after:
        return tuple(places)
    kept = _kept_lines(before, after)
    starts = [start for start, _ in kept]
    found: list[tuple[Place, int]] = []
    for place in sorted(places, key=lambda one: (one.start, -one.end)):
        first = bisect_left(starts, place.start)
        if first < len(kept) and starts[first] < place.end:
            found.append((place, kept[first][1]))
    return tuple(_moved(found, index, len(after)) for index in range(len(found)))


def _moved(found: Sequence[tuple[Place, int]], index: int, length: int) -> Place:
    place, start = found[index]
    behind = (at for one, at in found[index + 1 :] if one.start >= place.end)
    return Place(start, next(behind, length), place.label)


def _kept_lines(before: str, after: str) -> list[tuple[int, int]]:
    """Return where each line that was kept began, and where it begins now, in order.

    Each is looked for only as far as it can have moved, so that it is not confused with an equal line elsewhere.
    """
    parts = after.split()
    words = "".join(parts)
    # Where each word starts among the words, and in the text.
    places = [0, *accumulate(map(len, parts))]
    offsets = [word.start() for word in re.finditer(r"\S+", after)]
    starts_word = {*places}
    kept: list[tuple[int, int]] = []
    passed: list[tuple[int, str]] = []  # lines since the last that was found
    position, reach = 0, 0

    def keep_passed(until: int) -> None:
        for earlier, short in reversed(passed):
            begin = until - len(short)
            if len(short) < _SHORTEST_KEY and begin in starts_word and words.endswith(short, position, until):
                until = begin
                kept.append((earlier, begin))

    for start, line in _squeezed_lines(before):
        key = line[:_KEY]
        at = words.find(key, position, position + reach + _CHANGED + len(key)) if len(key) >= _SHORTEST_KEY else -1
        if at < 0:
            passed.append((start, line))
            reach += len(line)
            continue
        keep_passed(until=at)
        kept.append((start, at))
        passed, position, reach = [], at + len(key), len(line) - len(key)
    keep_passed(until=len(words))
    words_of = ((start, at, bisect_right(places, at) - 1) for start, at in kept)
    return sorted((start, offsets[word] + at - places[word]) for start, at, word in words_of)


def _squeezed_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each non-blank line: its start, and its characters without white space."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start + len(line) - len(line.lstrip()), "".join(line.split())
        start += len(line) + 1


def _line_starts(text: str) -> list[int]:
    return [0, *(end.end() for end in re.finditer("\n", text)), len(text)]
