"""What was found: a card for each passage, and the whole document that one of them is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from qa import Document, Hit
from qa.page.ask import words
from qa.page.ask.asked import Choice
from qa.page.ask.replies import citations
from qa.page.ask.thumbs import thumbs
from qa.page.parts.language import Language
from qa.page.parts.markup import Macros, Span, joined
from qa.page.parts.pictures import Picture

WORDS_NAMED = 4
"""Matched words or phrases that a card names; chosen by hand."""
_HTML = Macros("ask/cards.html", words)


@dataclass(frozen=True)
class Found:
    """A hit and why it matched: the question's words in title and text."""

    hit: Hit
    in_title: Sequence[Span]
    in_text: Sequence[Span]
    language: str | None = None


def results(question: str, found: Sequence[Found], heading: str, current: str, language: Language) -> Markup:
    """Return the cards under their heading, best first; the card of the rank `current` is the one that is open."""
    cards = [(one, matched_words(one), thumbs(question, one.hit, language)) for one in found]
    return Markup(_HTML[language].results(cards, heading, current))


def matched_words(found: Found) -> list[str]:
    """Return the words that a hit shares with the question, neighbours as one, the longest ones, in the order of the
    text.
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
