"""Turn the content of a file into what a document shows: text, title, date, metadata and places.

The steps: wrong encodings, front matter, tables of plain text, split and glued syllables, the boilerplate of a web
page, broken lines, the head of an office document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from pathlib import Path, PurePath

from qa.documents.archives import Member, members
from qa.documents.dates import read_date_line
from qa.documents.document import OWN_TAGS, tags_in
from qa.documents.formats.choosing import read_content
from qa.documents.formats.protocol import Content, UnreadableError
from qa.documents.mending.encoding import garbled_words, mend_encoding
from qa.documents.mending.lines import mend_lines
from qa.documents.mending.spacing import is_glued, is_split, mend_spacing
from qa.documents.mending.tables import mend_tables
from qa.documents.official import Official, is_letterhead, read_official
from qa.documents.page import MAX_TITLE, Page, read_page
from qa.documents.places import Place, by_line, by_words, legal_places, without_beginning
from qa.text import detect_language
from qa.text.values import values

MAX_PLACES = 10  # that are named where lines are damaged
_ROW = "|"
GARBLED_SHARE = 0.2  # of the words of a line that cannot be read


@dataclass(frozen=True)
class Composed:
    """What a document will show; `metadata["damage"]` says what could not be mended."""

    text: str
    title: str = ""
    published: date | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    language: str | None = None


def compose(content: Content) -> Composed:
    """Return the text mended, without boilerplate and head; undamaged text is unchanged."""
    text = mend_encoding(content.text)
    front = read_front_matter(text) if content.is_prose else FrontMatter(text)
    spaced = mend_spacing(mend_tables(front.text) if content.is_prose else front.text)
    places = by_line(content.places, content.text, text)
    places = by_line(without_beginning(places, len(text) - len(front.text)), front.text, spaced)
    if not content.is_prose:
        return _composed(_read_sheets(spaced, places), Official(spaced), content, places)
    page = _read_lines(spaced)
    official = read_official(page.text)
    named = replace(page, title=front.title or page.title, published=front.published or page.published)
    if front.title:
        official = replace(official, title="")
    found = (*by_words(places, spaced, official.text), *official.places, *legal_places(official.text))
    composed = _composed(named, official, content, found)
    own = {OWN_TAGS: ", ".join(front.tags)} if front.tags else {}
    return replace(composed, metadata={**composed.metadata, **own})


def _composed(page: Page, official: Official, content: Content, places: tuple[Place, ...]) -> Composed:
    damage = "; ".join(filter(None, (content.damage, _damage(official.text, places))))
    return Composed(
        official.text,
        content.title.strip() or official.title or page.title,
        content.published or official.published or page.published,
        {**content.metadata, **official.metadata, **({"damage": damage} if damage else {})},
        places,
        detect_language(official.text),
    )


def _read_sheets(text: str, places: Sequence[Place]) -> Page:
    """Return the line alone above the first table of a spreadsheet, its title, and the date given by its office."""
    rows = (line for place in places for line in text[place.start : place.end].split("\n") if line.strip())
    above = [line.strip() for line in takewhile(lambda line: not line.startswith(_ROW), rows)]
    named = [line for line in above if len(line) <= MAX_TITLE and not (":" in line or _is_of_head(line))]
    first = above[0] if above and len(above[0]) <= MAX_TITLE else ""
    stamps = (read_date_line(line) for line in text.split("\n") if not line.startswith(_ROW))
    day = next((stamp.published for stamp in stamps if stamp and stamp.office), None)
    return Page(text, named[0] if named else first, day)


def _is_of_head(line: str) -> bool:
    return is_letterhead(line) or read_date_line(line) is not None


def _read_lines(text: str) -> Page:
    """Join broken lines before looking for a title, but in a web page after removing boilerplate."""
    page = read_page(text)
    if page.text != text.strip("\n"):
        return Page(mend_lines(page.text), page.title, page.published)
    joined = mend_lines(text)
    return page if joined == text else read_page(joined)


def _damage(text: str, places: Sequence[Place]) -> str:
    """Return which lines stayed unreadable and where, and the next step; empty if none did."""
    lines = _lines(text)
    for is_damaged, words in _DAMAGES:
        offsets = [offset for offset, line in lines if is_damaged(line)]
        if offsets:
            return f"{len(offsets)} of {len(lines)} lines{_where(places, offsets)} {words}"
    return ""


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the non-blank lines, and where each begins."""
    lines, offset = [], 0
    for line in text.split("\n"):
        if line.strip():
            lines.append((offset, line))
        offset += len(line) + 1
    return lines


def _where(places: Sequence[Place], offsets: Sequence[int]) -> str:
    """Return the places that contain the lines: pages, sheets, headings."""
    labels = [place.label for place in places if any(place.start <= offset < place.end for offset in offsets)]
    shown = [*dict.fromkeys(labels)]
    return f" ({', '.join(shown[:MAX_PLACES])}{', ...' if len(shown) > MAX_PLACES else ''})" if shown else ""


def _is_garbled(line: str) -> bool:
    return garbled_words(line) > GARBLED_SHARE * len(line.split())


_DAMAGES: Sequence[tuple[Callable[[str], bool], str]] = (
    (
        _is_garbled,
        "cannot be read, in an encoding that is not known: save the file as UTF-8 from the program that wrote it",
    ),
    (
        is_split,
        "hold split syllables that could not be put together: copy the text anew, or from another file",
    ),
    (
        is_glued,
        "hold syllables glued together that could not be parted: copy the text anew, or from another file",
    ),
)


# Front matter: the part between two lines of "---" at the top of a Markdown file, with title, date and tags


_FRONT = re.compile(r"\s*(-{3}|\+{3})[ \t]*\n(?P<fields>(?:.*\n){0,200}?)\1[ \t]*(?:\n|$)")
_FIELD = re.compile(r"^(?P<name>[A-Za-zÀ-ỹ_][\w -]{0,40}?)\s*[:=]\s*(?P<value>.*)$", re.MULTILINE)
_TITLES = ("title", "tiêu đề", "tieu de")
_DATES = ("date", "published", "pubdate", "created", "ngày", "ngay")
_TAGS = re.compile(
    r"^(?:tags|keywords|nhãn|từ khóa|từ khoá)\s*[:=][ \t]*(?P<tags>.*(?:\n[ \t]*- .*)*)", re.MULTILINE | re.IGNORECASE
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAIL_HEAD = re.compile(
    r"\s*(?P<fields>(?:(?:from|to|cc|sent|date|subject|từ|đến|tới|ngày|đã gửi|ngày gửi|người gửi"
    r"|người nhận|chủ đề|tiêu đề)[ \t]*:.*(?:\n|$)){3,8})",
    re.IGNORECASE,
)
_SUBJECTS = ("subject", "chủ đề", "tiêu đề")
_SENT = ("sent", "date", "ngày", "đã gửi", "ngày gửi")


@dataclass(frozen=True)
class FrontMatter:
    """What the fields say of a document, and the text below them."""

    text: str
    title: str = ""
    published: date | None = None
    tags: tuple[str, ...] = ()


def read_front_matter(text: str) -> FrontMatter:
    """Remove front matter; a text without it, or without fields in it, is returned whole, as is a pasted mail.

    Tags are in one line, or in a list below the field.
    """
    front = _FRONT.match(text)
    if not front and (head := _MAIL_HEAD.match(text)):
        return _read_mail_head(text, head["fields"])
    named = _FIELD.finditer(front["fields"] if front else "")
    fields = {match["name"].lower(): _plain(match["value"]) for match in named}
    if not front or not fields:
        return FrontMatter(text)
    title = next((fields[name] for name in _TITLES if fields.get(name)), "")
    dates = (_day(fields[name]) for name in _DATES if name in fields)
    tags = tags_in(_tags(match["tags"]) for match in _TAGS.finditer(front["fields"]))
    return FrontMatter(text[front.end() :], title, next((day for day in dates if day), None), tags)


def _read_mail_head(text: str, head: str) -> FrontMatter:
    """Return the fields in the headers of a mail pasted into a text; they stay in the text."""
    fields = {match["name"].lower(): match["value"].strip() for match in _FIELD.finditer(head)}
    title = next((fields[name] for name in _SUBJECTS if fields.get(name)), "")
    sent = [value.key[1] for name in _SENT for value in values(fields.get(name, "")) if value.kind == "date"]
    days = [date.fromisoformat(day) for day in sent if _ISO.fullmatch(day)]
    return FrontMatter(text, title[:MAX_TITLE], days[0] if days and title else None)


def _tags(value: str) -> str:
    """Return the items in brackets, or in a list, separated by commas and without quotation marks."""
    return re.sub(r"[\[\]\"']", "", re.sub(r"\n[ \t]*- ", ",", value))


def _plain(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


def _day(value: str) -> date | None:
    iso = _ISO.match(value)
    line = read_date_line(iso[0] if iso else value)
    return line.published if line else None


# Files and members of archives


_ONLY_BOILERPLATE = "nothing left after boilerplate was removed: save the article's own page"
TOO_HUNGRY = "reading it takes too much memory: split it into smaller files"
_FAILED = "its reader failed on it ({name}): open it in the program that wrote it and save it anew"


@dataclass(frozen=True)
class Outcome:
    """The outcome for a file, or for a named member of an archive: what its document shows, or why there is none."""

    member: str = ""
    composed: Composed | None = None
    reason: str = ""


def outcomes(path: Path, suffix: str) -> Iterator[Outcome]:
    """Yield the outcome for each member of an archive or a mailbox, or for the file itself."""
    return (parse(member, path) for member in members(path, suffix))


def parse(member: Member, path: Path) -> Outcome:
    """Return the outcome for a member of a file; never raises, whatever its bytes are.

    A table without a title has the name of its file as one, which often says of which month or office it is.
    """
    try:
        if member.reason:
            raise UnreadableError(member.reason)
        content = read_content(member.data, member.suffix)
        composed = compose(content)
        if not composed.text:
            raise UnreadableError(_ONLY_BOILERPLATE)
        if not (content.is_prose or composed.title):
            composed = replace(composed, title=PurePath(member.name or path).stem.replace("_", " "))
        return Outcome(member.name, composed)
    except UnreadableError as error:
        reason = str(error)
    except MemoryError:
        reason = TOO_HUNGRY
    except Exception as error:  # libraries fail on damaged files in unforeseeable ways
        reason = _FAILED.format(name=type(error).__name__)
    return Outcome(member.name, reason=reason)
