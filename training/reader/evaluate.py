"""Compare readers: how well they find answers, and how well they tell answerable questions from others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import qa
from eval.evaluation import mean
from eval.output import Table, progress
from eval.reliability import LOST, Confident, area_under_roc, declined_at
from eval.sets import QuestionSet
from eval.spans import exact_match, f1

Item = TypeVar("Item")
NOTHING = -1e9
"""The margin of a passage without any span."""
APART = 7
"""The wrong passage for a question is that of the question this many places later."""


class GivenPassage(NamedTuple):
    """A question over a passage, with the answers in it; none if the passage does not answer."""

    question: str
    passage: str
    answers: tuple[str, ...]


class Read(NamedTuple):
    """The best span of a passage with its margin over "no answer", and the log-odds that the passage answers at all."""

    text: str
    margin: float
    relevance: float


def questions(asked: QuestionSet, count: int) -> list[GivenPassage]:
    """Return at most `count` questions with an answer and as many without, spread evenly over a SQuAD-style set.

    In a set where every question has an answer, each is also asked of the passage of another question.
    """
    texts = asked.texts()
    found = [(one, answers) for one in asked.questions if (answers := asked.answers.get(one.id))]
    answered = [
        GivenPassage(one.text, texts[answers[0].document_id], tuple(answer.text for answer in answers))
        for one, answers in _spread(found, count)
    ]
    unanswered = [
        GivenPassage(one.question.text, texts[one.document_id], ()) for one in _spread(asked.unanswerable, count)
    ]
    return answered + (unanswered or list(wrong_passages(answered)))


def _spread(items: Sequence[Item], count: int) -> Sequence[Item]:
    return [items[place * len(items) // count] for place in range(count)] if len(items) > count else items


def wrong_passages(asked: Sequence[GivenPassage]) -> Iterator[GivenPassage]:
    """Yield each question over the passage of a later question, the first that differs from its own."""
    for number, one in enumerate(asked):
        others = (asked[(number + APART + step) % len(asked)].passage for step in range(len(asked)))
        yield GivenPassage(one.question, next((other for other in others if other != one.passage), ""), ())


def read(reader: qa.Reader, one: GivenPassage) -> Read:
    """Return a reader's reading of one passage, as `qa` reads it."""
    passage = qa.Passage("p#1", "p", 1, one.passage, 0, len(one.passage), "", "p", None)
    reading = reader.read(one.question, [passage])[0]
    best = next(iter(reading.best(1)), None)
    text, margin = (one.passage[best.start : best.end].strip(), best.margin) if best else ("", NOTHING)
    return Read(text, margin, NOTHING if reading.relevance is None else reading.relevance)


def measures(asked: Sequence[GivenPassage], found: Sequence[Read]) -> dict[str, float]:
    """Return EM and F1 over the answerable questions, and how well margin and relevance tell the others from them."""
    answered = [(one, answer.text) for one, answer in zip(asked, found, strict=True) if one.answers]
    scores = {
        "EM": {str(n): exact_match(text, one.answers) for n, (one, text) in enumerate(answered)},
        "F1": {str(n): f1(text, one.answers) for n, (one, text) in enumerate(answered)},
    }
    margins, relevances = (
        [
            Confident(getattr(answer, name), "right", answerable=bool(one.answers))
            for one, answer in zip(asked, found, strict=True)
        ]
        for name in ("margin", "relevance")
    )
    return {
        **{name: mean(values) for name, values in scores.items()},
        "AUC of margin": area_under_roc(margins),
        "AUC of relevance": area_under_roc(relevances),
        **{f"declined at {lost:.0%} lost": declined_at(lost, margins) for lost in LOST},
    }


def readers_table(readers: Mapping[str, qa.Reader], asked: Sequence[GivenPassage], name: str) -> Table:
    """Return one row per reader; the last cell is its F1 less that of the first reader."""
    measured = {
        file: measures(asked, [read(reader, one) for one in progress(asked, file)]) for file, reader in readers.items()
    }
    first = next(iter(measured.values()))
    rows = [
        [file, *(f"{value:.3f}" for value in values.values()), f"{values['F1'] - first['F1']:+.4f}"]
        for file, values in measured.items()
    ]
    with_answer = sum(bool(one.answers) for one in asked)
    title = f"{name}: {with_answer} questions with an answer, {len(asked) - with_answer} without"
    return Table([title, *first, "F1 beside the first"], rows)
