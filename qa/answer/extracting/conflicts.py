"""Other figures that passages give for the same question: last year's count beside this year's.

A false conflict is worse than none. So another figure must count the same noun, stand in another document, and its
sentence must speak of the question as fully and as closely as the answer's does.
"""

from __future__ import annotations

import re
from datetime import date

from qa.answer.answer import Finding
from qa.answer.extracting.candidates import Candidate, Sentence
from qa.answer.extracting.reading import read
from qa.answer.extracting.weighing import Weighed, best_span
from qa.text import plain_number

# How much of the answer's coverage and nearness another figure must reach.
ALIKE = 0.9
# An answer that itself speaks less fully of the question may be about something else.
LEAST_COVERAGE = 0.5
_FIGURE = re.compile(r"\d")


def figures(weighed: Weighed) -> list[Finding]:
    """The best answer and what differs from it, the newest first, undated ones last; one figure of each document."""
    best = weighed.sentences[weighed.best]
    answer = best_span(best)
    found = {best.hit.passage.document_id: finding(best, answer)}
    if weighed.question.asked.kind == "number":
        for sentence in weighed.sentences:
            span = best_span(sentence)
            if sentence.hit.passage.document_id not in found and _differs(best, answer, sentence, span):
                found[sentence.hit.passage.document_id] = finding(sentence, span)
    by_figure: dict[tuple[str, ...], Finding] = {}
    for one in sorted(found.values(), key=_newest):
        by_figure.setdefault(_parts(one.text)[0], one)
    return list(by_figure.values())


def finding(sentence: Sentence, span: Candidate) -> Finding:
    """A candidate with its place."""
    return Finding(sentence.of(span), span.start, span.end, sentence.hit)


def _newest(found: Finding) -> int:
    published = found.source.passage.published or date.min
    return -published.toordinal()


def _differs(best: Sentence, answer: Candidate, other: Sentence, span: Candidate) -> bool:
    figure, noun = _parts(best.of(answer))
    other_figure, other_noun = _parts(other.of(span))
    return (
        bool(figure and other_figure and noun)
        and figure != other_figure
        and noun == other_noun
        and best.coverage >= LEAST_COVERAGE
        and other.coverage >= ALIKE * best.coverage
        and span.near >= ALIKE * answer.near
    )


def _parts(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The digits of a figure and the scale and noun after them, folded."""
    words = read(text).folded
    digits = [bool(_FIGURE.search(word)) for word in words]
    last = max((number for number, one in enumerate(digits) if one), default=-1)
    figure = (word for word, one in zip(words, digits, strict=True) if one)
    return tuple(map(_value, figure)), words[last + 1 :]


def _value(number: str) -> str:
    """A number in one spelling: 5.248.607 and 5,248,607 are one figure, and so are 5,2 and 5,20."""
    whole, comma, fraction = plain_number(number).partition(",")
    fraction = fraction.rstrip("0")
    return f"{whole}{comma}{fraction}" if fraction else whole
