"""A card for each passage found: where it is from, what it says, why it matched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa import Hit
from qa.page import words
from qa.page.ask.markup.text import Span, escaped, joined, language_mark, marked, where
from qa.page.judging.thumbs import thumbs
from qa.page.parts.language import Language

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
    """The cards under their heading, best first; the card of the rank `current` is the one that is open."""
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
        f'<p class="where">{where(passage.published, passage.source, language, passage.place)}</p>'
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
        f'<span class="where">{where(one.published, one.source, language, one.place)}</span></button></li>'
        for number, one in enumerate((other.passage for other in others), 1)
    )
    return f'<details class="similar"><summary>{told}</summary><ul>{lines}</ul></details>'
