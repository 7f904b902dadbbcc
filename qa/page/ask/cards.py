"""Show what was found: a card for each passage, and the whole document of one of them.

Above a document read from a paged file is a picture of the page with the quote marked on it. Its address names a
document of the index and two offsets, never a file, so the index alone decides what may be shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from qa import Document, Hit, QAError, page_image
from qa.documents import height_of_quote
from qa.page.ask import words
from qa.page.ask.replies import Choice, citations
from qa.page.judging.tab import thumbs
from qa.page.parts.components import Macros, Span, joined
from qa.page.parts.library import Library
from qa.page.parts.words import Language

WORDS_NAMED = 4
"""Matched words or phrases that a card names; chosen by hand."""
_HTML = Macros("ask/cards.html", words)
PICTURES = "/page-image"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",  # else pictures would tell another site what is in the index
}


@dataclass(frozen=True)
class Found:
    """A hit and why it matched: the question's words in title and text."""

    hit: Hit
    in_title: Sequence[Span]
    in_text: Sequence[Span]
    language: str | None = None


@dataclass(frozen=True)
class Picture:
    """The address of a picture of a quote's page, and how far down on it the quote begins, from 0 to 1.

    The address works from any of the page's views. There is no picture of a file that is gone, was changed, or cannot
    be read. `page` is the name of the page.
    """

    page: str
    address: str
    height: float | None


def results(question: str, found: Sequence[Found], heading: str, current: str, language: Language) -> Markup:
    """Return the cards under their heading, best first; the card of the rank `current` is the one that is open."""
    cards = [(one, matched_words(one), thumbs(question, one.hit, language)) for one in found]
    return Markup(_HTML[language].results(cards, heading, current))


def matched_words(found: Found) -> list[str]:
    """Return the words that a hit shares with the question, neighbours as one, in the order of the text.

    Where there are too many, the longest are kept.
    """
    passage = found.hit.passage
    phrases = [
        text[start:end].casefold()
        for text, spans in ((passage.text, found.in_text), (passage.title, found.in_title))
        for start, end in joined(text, spans)
    ]
    named: list[str] = []
    for phrase in sorted(dict.fromkeys(phrases), key=len, reverse=True):
        if not any(f" {phrase} " in f" {longer} " for longer in named):
            named.append(phrase)
    return sorted(named[:WORDS_NAMED], key=phrases.index)


def article(document: Document, choice: Choice, language: Language, picture: Picture | None = None) -> Markup:
    """Return a document in paragraphs: the passage marked, and what answers in it marked more strongly.

    Above them stands its own page, where there is a `picture` of it.

    The citation of the passage can be copied there, but for an answer's, which stands in the reply.
    """
    passage = choice.passage
    is_cited = document.text[passage.start : passage.end] == passage.text
    passage_span = (passage.start, passage.end) if is_cited else (0, 0)
    answer_span = choice.answered if is_cited and choice.answered else (0, 0)
    paragraphs = [_paragraph(document.text, line, passage_span, answer_span) for line in _lines(document.text)]
    cited = [] if choice.is_reply else citations(choice.citation, language)
    return Markup(_HTML[language].article(document, choice, paragraphs, cited, is_cited, picture))


def _lines(text: str) -> list[Span]:
    """Return spans of the lines that hold something."""
    spans, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            spans.append((start, start + len(line.rstrip())))
        start += len(line)
    return spans


def _paragraph(text: str, line: Span, passage: Span, answered: Span) -> list[tuple[str, str]]:
    """Return the line in pieces, each with the kind of its mark; empty for none."""
    inside = {point for point in (*passage, *answered) if line[0] < point < line[1]}
    cuts = pairwise(sorted({*line, *inside}))
    return [(text[start:end], _kind((start, end), passage, answered)) for start, end in cuts]


def _kind(span: Span, passage: Span, answered: Span) -> str:
    return "answer" if _within(span, answered) else "passage" if _within(span, passage) else ""


def _within(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]


def picture_of(index: str, document: Document, start: int, end: int) -> Picture | None:
    """Return the picture of a quote's page; None where the document was read from no file in pages."""
    page = document.page(start)
    if page is None or "path" not in document.metadata:
        return None
    asked = urlencode({"index": index, "document": document.id, "start": start, "end": end})
    try:
        return Picture(page.label, f"{PICTURES[1:]}?{asked}", height_of_quote(document, start, end))
    except QAError:
        return Picture(page.label, "", None)


def picture_route(library: Library) -> Route:
    """Serve the pictures of pages; 404 for a page that has none."""

    def picture(request: Request) -> Response:
        asked = request.query_params
        try:
            document = library.searcher(asked.get("index")).index.document(asked.get("document", ""))
            start, end = int(asked.get("start", "")), int(asked.get("end", ""))
            return Response(page_image(document, start, end), media_type="image/png", headers=_HEADERS)
        except (QAError, ValueError):
            return PlainTextResponse("No picture.\n", 404, _HEADERS)

    return Route(PICTURES, picture)
