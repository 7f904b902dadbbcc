"""The value: a part of a document that is searched, shown and cited. Does not know how documents are cut."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qa.documents import Place, place_at


@dataclass(frozen=True)
class Passage:
    """A part of a document: `document.text[start:end] == text`; `ordinal` counts from 1 within the document.

    `context` is what the text needs beside it to be understood, and does not hold itself: the header of its table, the
    line that leads in its list, the headings that it stands under. It is searched and read, never quoted. `places` are
    those of the document that reach into it.
    """

    id: str
    document_id: str
    ordinal: int
    text: str
    start: int
    end: int
    title: str
    source: str
    published: date | None
    context: str = ""
    places: tuple[Place, ...] = ()

    @property
    def place(self) -> str:
        """What the part of the document where the passage begins is called, such as "tr. 3"; empty without a name."""
        return self.place_at(self.start)

    def place_at(self, offset: int) -> str:
        """The same of an offset of the document that is within the passage."""
        return place_at(self.places, offset)


def search_text(title: str, text: str, context: str = "") -> str:
    """What both searches are given for a passage: its text below its document's title and its own context.

    RR@10 over the questions on the seeds with and without the title: lexical .774 and .769, dense .695 and .683,
    hybrid .793 and .781.
    """
    above = ". ".join(part for part in (title, context) if part)
    return f"{above}.\n{text}" if above else text
