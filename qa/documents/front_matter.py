"""The front matter of a Markdown file: what stands between two lines of "---" at its top, with title and date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qa.documents.dates import read_date_line

_FRONT = re.compile(r"\s*(-{3}|\+{3})[ \t]*\n(?P<fields>(?:.*\n){0,200}?)\1[ \t]*(?:\n|$)")
_FIELD = re.compile(r"^(?P<name>[A-Za-zÀ-ỹ_][\w -]{0,40}?)\s*[:=]\s*(?P<value>.*)$", re.MULTILINE)
_TITLES = ("title", "tiêu đề", "tieu de")
_DATES = ("date", "published", "pubdate", "created", "ngày", "ngay")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class FrontMatter:
    """What the fields say of a document, and the text below them."""

    text: str
    title: str = ""
    published: date | None = None


def read_front_matter(text: str) -> FrontMatter:
    """Takes front matter off; a text that has none, or no field in it, comes back whole."""
    front = _FRONT.match(text)
    named = _FIELD.finditer(front["fields"] if front else "")
    fields = {match["name"].lower(): _plain(match["value"]) for match in named}
    if not front or not fields:
        return FrontMatter(text)
    title = next((fields[name] for name in _TITLES if fields.get(name)), "")
    dates = (_day(fields[name]) for name in _DATES if name in fields)
    return FrontMatter(text[front.end() :], title, next((day for day in dates if day), None))


def _plain(value: str) -> str:
    value = value.strip()
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


def _day(value: str) -> date | None:
    iso = _ISO.match(value)
    line = read_date_line(iso[0] if iso else value)
    return line.published if line else None
