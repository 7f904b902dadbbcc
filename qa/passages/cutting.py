"""Split a document into the pieces that are searched, shown and cited.

A passage is a paragraph if possible. Short paragraphs (headings, captions, items of a list, lines of verse) join what
follows; long ones are cut between sentences, else between clauses, else between syllables. No passage holds parts of
two articles of a law, and a table is cut between its rows.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from qa.documents import HEAD, Document, Place, articles, place_of
from qa.passages.context import Outline, is_division, outline
from qa.text import count_syllables, sentences, syllables


@dataclass(frozen=True)
class Passage:
    """A part of a document: `document.text[start:end] == text`; `ordinal` counts from 1 within the document.

    `context` is what else is needed to understand the text: the header of its table, the lead-in of its list, the
    headings above it. It is searched and read, never quoted. `places` are those of the document that overlap it.
    `index` is the name of the index that it was found in, if several were searched.
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
    index: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Identifies the passage among those of all indexes, since two may have the same id."""
        return self.index, self.id

    @property
    def document_key(self) -> tuple[str, str]:
        """Identifies its document among those of all indexes."""
        return self.index, self.document_id

    @property
    def place(self) -> str:
        """The name of the part of the document that holds the passage, such as "tr. 3" or "tr. 3–5"; may be empty."""
        return self.place_of(self.start, self.end)

    def place_of(self, start: int, end: int) -> str:
        """Return the name of the part that holds a span of the document within the passage."""
        return place_of(self.places, start, end)

    @property
    def head(self) -> tuple[int, int]:
        """The span where the text gives the place and date of an office document; empty if it does not."""
        found = next((one for one in self.places if one.label == HEAD and self.start <= one.start), None)
        return (found.start - self.start, min(found.end, self.end) - self.start) if found else (0, 0)

    @property
    def body(self) -> str:
        """The text with white space in place of its head, which only says when the document was issued."""
        start, end = self.head
        return f"{self.text[:start]}{' ' * (end - start)}{self.text[end:]}"


def search_text(title: str, text: str, context: str = "") -> str:
    """Return the text of a passage for both searches, after its document's title and its own context.

    RR@10 over the questions on the seeds with and without the title: lexical .774 and .769, dense .695 and .683, hybrid
    .793 and .781.
    """
    above = ". ".join(part for part in (title, context) if part)
    return f"{above}.\n{text}" if above else text


# Cutting


PASSAGE_SYLLABLES = 120
"""The most syllables in a passage."""
PASSAGE_CHARACTERS = 1500
"""The most characters in a passage, for scripts without spaces; 120 syllables with their spaces are about 550."""
JOINED_SYLLABLES = 40
"""A passage with fewer syllables is joined with the next paragraph if both fit."""

_STEP = 10  # syllables between two cuts if nothing else separates them
_CLAUSE = re.compile(r"(?<=;)\s|\s(?=\(?\d{1,2}\)\s)|\s(?=\(?[a-zđ]\)\s)")
_PHRASE = re.compile(r"(?<=[,:])\s|\s(?=[–—-]\s)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span that starts and ends with something visible, and its number of syllables."""

    start: int
    end: int
    syllables: int


def split(document: Document) -> list[Passage]:
    """Return the passages of a document, in order and disjoint; every character except white space is in one of them.

    The same document always gives the same passages, in time linear in its length.
    """
    pieces = [piece for start, end in _sections(document.text) for piece in _joined(document.text, start, end)]
    above = outline(document.text, document.title)
    places = _places(document, pieces)
    return [_passage(document, piece, above, of) for piece, of in zip(enumerate(pieces, start=1), places, strict=True)]


def _sections(text: str) -> Iterator[tuple[int, int]]:
    """Yield the whole text, or each article of a law with the headings of divisions just above it."""
    starts = [_with_divisions(text, article.start()) for article in articles(text)]
    yield from pairwise(sorted({0, *starts, len(text)}) if text else [0, 0])


def _with_divisions(text: str, start: int) -> int:
    """Return where the headings just above the line at `start` begin, with or without blank lines between them."""
    earliest = start
    while start:
        before = text.rfind("\n", 0, start - 1) + 1
        line = text[before : start - 1].strip()
        if line and not (is_division(line) or line.isupper()):
            break
        start, earliest = before, before if line and is_division(line) else earliest
    return earliest


def _places(document: Document, pieces: Iterable[_Piece]) -> Iterator[tuple[Place, ...]]:
    """Yield the document's places that overlap each piece."""
    ahead = deque(sorted(document.places, key=lambda one: (one.start, -one.end)))
    reached: list[Place] = []
    for piece in pieces:
        while ahead and ahead[0].start < piece.end:
            reached.append(ahead.popleft())
        reached = [one for one in reached if one.end > piece.start]
        yield tuple(reached)


def _passage(document: Document, counted: tuple[int, _Piece], above: Outline, places: tuple[Place, ...]) -> Passage:
    ordinal, piece = counted
    return Passage(
        id=f"{document.id}#{ordinal}",
        document_id=document.id,
        ordinal=ordinal,
        text=document.text[piece.start : piece.end],
        start=piece.start,
        end=piece.end,
        title=document.title,
        source=document.source,
        published=document.published,
        context=above.context(piece.start),
        places=places,
    )


def _joined(text: str, start: int, end: int) -> list[_Piece]:
    """Yield paragraphs; short ones are joined with the next, and one that does not fit is split evenly."""
    done: list[_Piece] = []
    waiting: list[_Piece] = []
    for paragraph in _paragraphs(text, start, end):
        if waiting and waiting[0].syllables >= JOINED_SYLLABLES:
            done += waiting
            waiting = []
        *ready, last = _packed(waiting + _cut(text, paragraph, _room(waiting)))
        done += ready
        waiting = [last]
    return _without_short_end(done + waiting)


def _without_short_end(pieces: list[_Piece]) -> list[_Piece]:
    """Yield the pieces; the last one, if it is short, joins the one before, since nothing follows it."""
    if len(pieces) < 2 or pieces[-1].syllables >= JOINED_SYLLABLES:
        return pieces
    *others, before, last = pieces
    together = _together(before, last)
    return [*others, together] if _fits(together) else pieces


def _paragraphs(text: str, start: int, end: int) -> Iterator[_Piece]:
    for line in text[start:end].split("\n"):
        if line.strip():
            yield _piece(text, start, start + len(line))
        start += len(line) + 1


def _room(waiting: list[_Piece]) -> int:
    """Return how many syllables a sentence may add to the waiting text, so that a heading is never alone."""
    return PASSAGE_SYLLABLES - sum(piece.syllables for piece in waiting)


def _packed(pieces: list[_Piece]) -> list[_Piece]:
    """Return as few passages as the pieces need, of about equal size."""
    left = sum(piece.syllables for piece in pieces)
    packed = pieces[:1]
    for piece in pieces[1:]:
        together = _together(packed[-1], piece)
        target = left / max(1, math.ceil(left / PASSAGE_SYLLABLES))
        # Nearer to the target with this piece than without it.
        if _fits(together) and packed[-1].syllables + piece.syllables / 2 <= target:
            packed[-1] = together
        else:
            left -= packed[-1].syllables
            packed.append(piece)
    return packed


# Cutting


def _cut(text: str, paragraph: _Piece, room: int) -> list[_Piece]:
    """Return the paragraph if it fits, or else its sentences, and those that do not fit in smaller parts."""
    pieces = [paragraph]
    for cuts in _FINER_AND_FINER:
        if all(_fits(one, room) for one in pieces):
            break
        parts = (_parts(text, one, cuts) if not _fits(one, room) else [one] for one in pieces)
        pieces = [part for some in parts for part in some]
    return pieces


def _parts(text: str, piece: _Piece, cuts: Callable[[str], list[int]]) -> list[_Piece]:
    """Return the piece cut at offsets within it; parts of white space alone are left out."""
    inner = cuts(text[piece.start : piece.end])
    if not inner:
        return [piece]
    offsets = [0, *inner, piece.end - piece.start]
    spans = [(piece.start + start, piece.start + end) for start, end in pairwise(offsets)]
    return [_piece(text, start, end) for start, end in spans if text[start:end].strip()]


def _between_sentences(text: str) -> list[int]:
    return [start for start, _ in sentences(text)][1:]


def _between_clauses(text: str) -> list[int]:
    return [match.start() for match in _CLAUSE.finditer(text)]


def _between_phrases(text: str) -> list[int]:
    return [match.start() for match in _PHRASE.finditer(text)]


def _between_syllables(text: str) -> list[int]:
    return [syllable.start for syllable in syllables(text)[_STEP::_STEP]]


def _between_characters(text: str) -> list[int]:
    """Return cuts at regular distances; a mark stays with its letter unless there are more than any script uses."""
    step = PASSAGE_CHARACTERS // 2
    return [_before_marks(text, offset) for offset in range(step, len(text), step)]


def _before_marks(text: str, offset: int) -> int:
    earliest = offset - _STEP
    while offset > earliest and unicodedata.category(text[offset]).startswith("M"):
        offset -= 1
    return offset


_FINER_AND_FINER = (
    _between_sentences,
    _between_clauses,
    _between_phrases,
    _between_syllables,
    _between_characters,
)


# Pieces


def _piece(text: str, start: int, end: int) -> _Piece:
    part = text[start:end]
    start += len(part) - len(part.lstrip())
    part = part.strip()
    return _Piece(start, start + len(part), count_syllables(part))


def _together(first: _Piece, second: _Piece) -> _Piece:
    return _Piece(first.start, second.end, first.syllables + second.syllables)


def _fits(piece: _Piece, syllables_at_most: int = PASSAGE_SYLLABLES) -> bool:
    return piece.syllables <= syllables_at_most and piece.end - piece.start <= PASSAGE_CHARACTERS
