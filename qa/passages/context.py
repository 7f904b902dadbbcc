"""Find what a line of a document belongs under: headings, its table's header, its list's lead-in, the last message.

Knows lines and spans; does not know how documents are split.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from qa.documents import articles
from qa.text import canonical

MAX_PART = 240  # characters of one heading, header or lead-in
MAX_CAPTION = 160  # characters of the line above a table or a form
MIN_ROWS = 2  # of a table, its header included

_MESSAGE_HEAD = re.compile(
    r"^(?:\[[^\]\n]*\d{1,2}:\d{2}[^\]\n]*\]"
    r"|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm]| SA| CH)? [-–])[^:\n]*:",
    re.MULTILINE,
)
_SHORT_HEAD = re.compile(
    r"^(?:\d{1,2}:\d{2}(?::\d{2})?[ \t]+(?:[-–][ \t]+)?(?P<who>[^\W\d_][^:\n\d]{0,40})"
    r"|(?P<name>[^\W\d_][^:\n\d]{0,40})[ \t]+\d{1,2}:\d{2}(?::\d{2})?):",
    re.MULTILINE,
)

_HEADING = re.compile(r"(?P<level>#{1,6})\s+\S")
_DIVISION = re.compile(r"(?P<kind>Phần|Chương|Mục|Tiểu mục)\s+(?:thứ\s+\w+|[\dIVXLC]+)\b\.?", re.IGNORECASE)
_MARKER = re.compile(r"(?P<number>\(?\d{1,3}[.)]\s)|(?P<letter>\(?[a-zđ]\)\s)|(?P<bullet>[-*+•–▪◦●]\s)")
_LABELLED = re.compile(r"[^\W\d_][^:|]{0,40}:\s+\S")
_RULER = re.compile(r"[\s|:+=-]+")
_COLUMNS = re.compile(r" {2,}|\t+")
_LEVELS = {"phần": 1, "chương": 2, "mục": 3, "tiểu mục": 4}
ARTICLE_LEVEL = 5


def message_heads(text: str) -> list[re.Match[str]]:
    """Return the header of each message of a conversation.

    A time without a date counts only if somebody writes twice; otherwise it is the programme of an event.
    """
    short = list(_SHORT_HEAD.finditer(text))
    if len({head["who"] or head["name"] for head in short}) < len(short):
        return short
    return list(_MESSAGE_HEAD.finditer(text))


def is_division(line: str) -> bool:
    """Return whether a line heads a part, chapter or section of a law."""
    return bool(_DIVISION.match(line))


@dataclass(frozen=True, slots=True)
class _Line:
    """A non-blank line, and its place in the text."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass
class Outline:
    """The lines of a text, each with the lines that it belongs under, the outermost first."""

    title: str = ""
    starts: list[int] = field(default_factory=list)
    above: list[tuple[_Line, ...]] = field(default_factory=list)

    def context(self, start: int) -> str:
        """Return the lines that the text at an offset belongs under, without the document's title and its own lines."""
        place = bisect_right(self.starts, start) - 1
        parts = [_shown(line.text) for line in self.above[place] if line.end <= start] if place >= 0 else []
        known = canonical(self.title)
        return " | ".join(part for part in dict.fromkeys(parts) if canonical(part) not in known)


def outline(text: str, title: str = "") -> Outline:
    """Read the lines of a text once; in time linear in its length."""
    lines = list(_lines(text))
    legal = {article.start("label") for article in articles(text)}
    tables = _tables(lines)
    found, headings, leads = Outline(title), _Headings(legal), _Leads()
    for index, line in enumerate(lines):
        over = headings.over(line)
        over += tables[index] if index in tables else leads.over(line)
        found.starts.append(line.start)
        found.above.append(tuple(over))
    return found


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield _Line(start, line)
        start += len(line) + 1


def _indent(line: _Line) -> int:
    return len(line.text) - len(line.text.lstrip())


def _shown(line: str) -> str:
    """Return a line as a part of a context: cells separated by bars, without Markdown marks."""
    cells = [cell.strip(" *_#") for cell in _cells(line)]
    joined = " | ".join(cell for cell in cells if cell)
    return joined if len(joined) <= MAX_PART else f"{joined[:MAX_PART].rsplit(' ', 1)[0]}…"


def _cells(line: str) -> list[str]:
    for separator in ("|", "\t", ";"):
        if line.count(separator) >= (2 if separator == ";" else 1):
            return line.strip().strip("|").split(separator)
    return _COLUMNS.split(line.strip())


# Headings


class _Headings:
    """The headings in force at a line: of Markdown, or the divisions and articles of a law."""

    def __init__(self, article_starts: Collection[int]) -> None:
        self._articles = article_starts
        self._open: list[tuple[float, _Line]] = []
        self._named = False

    def over(self, line: _Line) -> list[_Line]:
        """Return the headings in force at a line, which may be a heading itself."""
        level = self._level(line)
        if level:
            self._open = [one for one in self._open if one[0] < level]
        above = [heading for _, heading in self._open]
        if level:
            self._open.append((level, line))
        return above

    def _level(self, line: _Line) -> float:
        text = line.text.strip()
        heading = _HEADING.match(text)
        if heading:
            return len(heading["level"])
        if not self._articles:
            return 0
        division = _DIVISION.match(text)
        named = self._named and text.isupper()
        self._named = bool(division)
        if division:
            return _LEVELS[division["kind"].lower()]
        if named:  # the name of a division is on the line below it
            return self._open[-1][0] + 0.5 if self._open else 0
        return ARTICLE_LEVEL if line.start + line.text.index(text) in self._articles else 0


# Tables


def _tables(lines: Sequence[_Line]) -> dict[int, list[_Line]]:
    """Return, by the index of each row below a header, the line above the table if it names it, and the header."""
    found: dict[int, list[_Line]] = {}
    index = 0
    while index < len(lines):
        end = _table_end(lines, index)
        if end - index >= MIN_ROWS:
            header = [lines[index]]
            caption = lines[index - 1] if index and len(lines[index - 1].text) <= MAX_CAPTION else None
            found[index] = [caption] if caption else []
            found |= {row: [*found[index], *header] for row in range(index + 1, end)}
        index = max(end, index + 1)
    return found


def _table_end(lines: Sequence[_Line], start: int) -> int:
    """Return the index after the last row of the table that begins here; `start` itself if none does."""
    for count, at_least in ((_bars, 2), (_tabs, MIN_ROWS), (_semicolons, 3), (_gaps, 3)):
        width, end = count(lines[start].text), start
        while width and end < len(lines) and (count(lines[end].text) == width or _RULER.fullmatch(lines[end].text)):
            end += 1
        if end - start >= at_least:
            return end
    return start


def _bars(line: str) -> int:
    return line.strip().strip("|").count("|")


def _tabs(line: str) -> int:
    return line.strip("\n").count("\t")


def _semicolons(line: str) -> int:
    cells = line.rstrip(";. ").split(";")
    return len(cells) - 1 if len(cells) > 2 and all(len(cell) <= 60 for cell in cells) else 0


def _gaps(line: str) -> int:
    return len(_COLUMNS.findall(line.strip()))


# Lists and forms


class _Leads:
    """The lead-in lines of the list, or the head of the form, that a line belongs to."""

    def __init__(self) -> None:
        self._leads: list[tuple[str, _Line]] = []
        self._before: _Line | None = None

    def over(self, line: _Line) -> list[_Line]:
        """Return the lead-ins above an item, a form's head and first line above its others, or a message's before."""
        text = line.text.strip()
        if _MESSAGE_HEAD.match(text):
            before, self._before, self._leads = self._before, line, []
            return [before] if before and _MESSAGE_HEAD.match(before.text.strip()) else []
        kind = self._kind(text)
        ended = (n for n, (one, lead) in enumerate(self._leads) if one == kind and _indent(lead) >= _indent(line))
        self._leads = self._leads[: next(ended, None) if kind else 0]
        above = [lead for _, lead in self._leads]
        if text.endswith(":"):
            self._leads.append((kind or "lead", line))
        elif kind == "label":
            head = [self._before] if self._before and len(self._before.text) <= MAX_CAPTION else []
            self._leads = [("form", one) for one in head] + [("form", line)]
        self._before = line
        return above

    def _kind(self, text: str) -> str:
        marker = _MARKER.match(text)
        if marker:
            return str(marker.lastgroup)
        if not _LABELLED.match(text) or len(text) > MAX_CAPTION:
            return ""
        return "field" if any(kind == "form" for kind, _ in self._leads) else "label"
