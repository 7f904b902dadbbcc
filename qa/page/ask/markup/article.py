"""A whole document to read, with the passage that was chosen marked in it."""

from __future__ import annotations

from itertools import pairwise

from qa import Document
from qa.page import words
from qa.page.ask.choices import Choice
from qa.page.ask.markup.reply import citing
from qa.page.ask.markup.text import Span, escaped, language_mark, legislation, where
from qa.page.parts.language import Language
from qa.page.serving.pictures import Picture


def article(document: Document, choice: Choice, language: Language, picture: Picture | None = None) -> str:
    """A document in paragraphs: the passage marked, and what answers in it marked more strongly.

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
    source = where(document.published, document.source, language, choice.place)
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
