"""A document of the list, opened to be read: its title, date and source, and its text, a long one part by part."""

from __future__ import annotations

from qa import Document
from qa.page.ask.markup.text import Span, copied, escaped, language_mark, where
from qa.page.corpus import words
from qa.page.pager import pager
from qa.page.parts.language import Language
from qa.page.words import UNDATED

PART = 40_000
"""Characters that are shown at a time, about ten printed pages."""


def parts(text: str) -> list[Span]:
    """Spans of at most `PART` characters, cut at line ends where there are any; at least one."""
    spans, start = [], 0
    while len(text) - start > PART:
        end = text.rfind("\n", start, start + PART) + 1
        spans.append((start, end if end > start else start + PART))
        start = spans[-1][1]
    return [*spans, (start, len(text))]


def opened(document: Document, part: int, language: Language) -> str:
    """One part of a document, from 0, with ways to the others and back to the list."""
    spans = parts(document.text)
    start, end = spans[part]
    lines = (line for line in document.text[start:end].splitlines() if line.strip())
    paragraphs = "".join(f"<p>{escaped(line)}</p>" for line in lines)
    mark, named = language_mark(document.language), words.FULL_TEXT[language]
    title = escaped(document.title or document.source or document.id)
    undated = "" if document.published else f" · {UNDATED[language]}"
    source = f"{where(document.published, document.source, language)}{undated}"
    back = f'<button type="button" class="link" data-close="{copied(document.id)}">{words.TO_LIST[language]}</button>'
    return (
        f'<section class="opened" aria-labelledby="document-heading"><div class="head">'
        f'<h2 id="document-heading" tabindex="-1">{named}</h2>{back}</div>'
        f"<article><header><h3{mark}>{title}</h3><p>{source}</p></header>"
        f'<div class="body"{mark} tabindex="0" role="region" aria-label="{named}">{paragraphs}</div></article>'
        f"{pager(part, len(spans), language)}</section>"
    )
