"""Decoded text to what a document shows: its text, title, day and metadata, whatever file it came from.

The steps, each in a module of its own: wrong encodings, front matter, split and glued syllables, the furniture of a web
page, broken lines, the head of an office document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from qa.documents.front_matter import read_front_matter
from qa.documents.mending.encoding import garbled_words, mend_encoding
from qa.documents.mending.lines import mend_lines
from qa.documents.mending.spacing import mend_spacing, split_lines
from qa.documents.official import read_official
from qa.documents.page import Page, read_page
from qa.documents.places import Place, legal_places

GARBLED_SHARE = 0.2  # of the words of a line that cannot be read


@dataclass(frozen=True)
class Composed:
    """What a document will show; `metadata["damage"]` says what could not be mended."""

    text: str
    title: str = ""
    published: date | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Place, ...] = ()


def compose(text: str) -> Composed:
    """`text` is in NFC, its lines ended by a line feed; what is not damaged comes through as it is."""
    front = read_front_matter(mend_encoding(text))
    page = _read_lines(mend_spacing(front.text))
    official = read_official(page.text)
    damage = _damage(official.text)
    return Composed(
        official.text,
        front.title or official.title or page.title,
        front.published or official.published or page.published,
        {**official.metadata, **({"damage": damage} if damage else {})},
        legal_places(official.text),
    )


def _read_lines(text: str) -> Page:
    """Broken lines are joined before a title is looked for, but in a web page after its furniture is gone."""
    page = read_page(text)
    if page.text != text.strip("\n"):
        return Page(mend_lines(page.text), page.title, page.published)
    return read_page(mend_lines(text))


def _damage(text: str) -> str:
    """Which lines stayed unreadable, and the next step; empty when none did."""
    lines = [line for line in text.split("\n") if line.strip()]
    garbled = sum(1 for line in lines if garbled_words(line) > GARBLED_SHARE * len(line.split()))
    if garbled:
        return (
            f"{garbled} of {len(lines)} lines cannot be read, in an encoding that is not known: "
            "save the file as UTF-8 from the program that wrote it"
        )
    split = split_lines(text)
    if split:
        return (
            f"{split} of {len(lines)} lines hold split syllables that could not be put together: "
            "copy the text anew, or from another file"
        )
    return ""
