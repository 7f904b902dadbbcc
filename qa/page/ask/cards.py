"""What was found: a card for each passage, and the whole document that one of them is from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa import Document, Hit
from qa.page.ask.asked import Choice
from qa.page.ask.replies import citing
from qa.page.ask.thumbs import thumbs
from qa.page.parts import words
from qa.page.parts.language import Language
from qa.page.parts.markup import Span, escaped, joined, language_mark, legislation, marked, where
from qa.page.parts.pictures import Picture

WORDS_TOLD = 4
"""Matched words or phrases that a card names."""


@dataclass(frozen=True)
class Found:
    """A hit and why it matched: the question's words in title and text."""

    hit: Hit
    in_title: Sequence[Span]
    in_text: Sequence[Span]
    language: str | None = None


def results(question: str, found: Sequence[Found], heading: str, current: str, language: Language) -> str:
    """Return the cards under their heading, best first; the card of the rank `current` is the one that is open."""
    if not found:
        return ""
    cards = "".join(_card(one, thumbs(question, one.hit, language), current, language) for one in found)
    return (
        f'<section class="results" aria-labelledby="found-heading"><div class="head"><h2 id="found-heading">{heading}'
        f'</h2><button type="button" class="link" data-link>{words.COPY_LINK[language]}</button></div>'
        f"<ol>{cards}</ol></section>"
    )


def matched_words(found: Found) -> list[str]:
    """The words that a hit shares with the question, neighbours as one, the longest ones, in the order of the text."""
    passage = found.hit.passage
    phrases = [
        text[start:end].casefold()
        for text, spans in ((passage.text, found.in_text), (passage.title, found.in_title))
        for start, end in joined(text, spans)
    ]
    told: list[str] = []
    for phrase in sorted(dict.fromkeys(phrases), key=len, reverse=True):
        if not any(f" {phrase} " in f" {longer} " for longer in told):
            told.append(phrase)
    return sorted(told[:WORDS_TOLD], key=phrases.index)


def _card(found: Found, judging: str, current: str, language: Language) -> str:
    hit, passage = found.hit, found.hit.passage
    rank, mark = str(hit.rank), language_mark(found.language)
    title = marked(passage.title, found.in_title) or escaped(passage.source or passage.document_id)
    opened = "true" if rank == current else "false"
    return (
        f'<li class="card" data-rank="{rank}" data-card="{rank}"><span class="rank" aria-hidden="true">{rank}</span>'
        f'<h3><button type="button" aria-current="{opened}"{mark}>{title}</button></h3>'
        f'<p class="where">{where(passage.published, passage.source, language, passage.place, passage.index)}</p>'
        f'<p class="text"{mark}>{marked(passage.text, found.in_text)}</p>'
        f'<div class="why"><p>{_why(found, language)}</p>{judging}</div>{_similar(found, language)}</li>'
    )


def _why(found: Found, language: Language) -> str:
    named = ", ".join(escaped(word) for word in matched_words(found))
    said = f"<span{language_mark(found.language)}>{named}</span>"
    return words.MATCHED[language].format(said) if named else words.NO_MATCH[language]


def _similar(found: Found, language: Language) -> str:
    """The passages nearly equal to a hit, and so in its language, one click away."""
    hit, others = found.hit, found.hit.similar
    if not others:
        return ""
    count = len(others)
    told = words.SIMILAR_ONE[language] if count == 1 else words.SIMILAR_MANY[language].format(count)
    mark = language_mark(found.language)
    lines = "".join(
        f'<li><button type="button" data-rank="{hit.rank}.{number}" data-card="{hit.rank}">'
        f'<span class="title"{mark}>{escaped(one.title or one.source or one.document_id)}</span> '
        f'<span class="where">{where(one.published, one.source, language, one.place, one.index)}</span></button></li>'
        for number, one in enumerate((other.passage for other in others), 1)
    )
    return f'<details class="similar"><summary>{told}</summary><ul>{lines}</ul></details>'


def article(document: Document, choice: Choice, language: Language, picture: Picture | None = None) -> str:
    """Return a document in paragraphs: the passage marked, and what answers in it marked more strongly.

    Above them stands its own page, where there is a `picture` of it.

    The citation of the passage can be copied there, but for an answer's, which stands in the reply.
    """
    passage = choice.passage
    cited = document.text[passage.start : passage.end] == passage.text
    passage_span = (passage.start, passage.end) if cited else (0, 0)
    answer_span = choice.answered if cited and choice.answered else (0, 0)
    shown = _picture(picture, choice, language) if picture and cited else ""
    paragraphs = "".join(
        f"<p>{_paragraph(document.text, line, passage_span, answer_span)}</p>" for line in _lines(document.text)
    )
    mark, named = language_mark(document.language), words.ARTICLE[language]
    title = escaped(document.title or document.source or document.id)
    cited_as = "" if choice.is_reply else citing(choice.citation, language)
    source = where(document.published, document.source, language, choice.place, passage.index)
    changed = "" if cited else f'<p class="changed">{words.CHANGED[language]}</p>'
    return (
        f'<section class="opened" aria-labelledby="article-heading"><div class="head"><h2 id="article-heading">{named}'
        f'</h2><button type="button" class="link" data-back>{words.TO_RESULTS[language]}</button></div>'
        f"<article><header><h3{mark}>{title}</h3><p>{source}</p>{legislation(document.metadata, language)}"
        f'{cited_as}{changed}</header><div class="body"{mark} tabindex="0" role="region"'
        f' aria-label="{named}">{shown}{paragraphs}</div></article></section>'
    )


def _picture(picture: Picture, choice: Choice, language: Language) -> str:
    """The page of the file, which opens in its full size, or why it is not there."""
    if picture.height is None:
        return f'<p class="changed">{words.NO_PAGE_IMAGE[language]}</p>'
    said = escaped(words.PAGE_IMAGE[language].format(words.place(choice.place, language)))
    address = escaped(picture.address)
    return (
        f'<figure class="page-image" data-height="{picture.height:.3f}">'
        f'<a href="{address}" target="_blank" rel="noopener"><img src="{address}" alt="{said}" loading="lazy"></a>'
        f"<figcaption>{said}</figcaption></figure>"
    )


def _lines(text: str) -> list[Span]:
    """Spans of the lines that hold something."""
    spans, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            spans.append((start, start + len(line.rstrip())))
        start += len(line)
    return spans


def _paragraph(text: str, line: Span, passage: Span, answered: Span) -> str:
    inside = {point for point in (*passage, *answered) if line[0] < point < line[1]}
    pieces = pairwise(sorted({*line, *inside}))
    return "".join(_piece(text[start:end], (start, end), passage, answered) for start, end in pieces)


def _piece(text: str, span: Span, passage: Span, answered: Span) -> str:
    if _within(span, answered):
        return f'<mark class="answer">{escaped(text)}</mark>'
    if _within(span, passage):
        return f'<mark class="passage">{escaped(text)}</mark>'
    return escaped(text)


def _within(span: Span, other: Span) -> bool:
    return other[0] <= span[0] and span[1] <= other[1]
