"""The project's questions over the seeds: their file, which passage is right, and how `qa.ask` answers them.

It knows quotes and spans, and nothing of how passages are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.formats import json_lines
from eval.progress import progress
from eval.sets import Question, QuestionSet

KINDS = ("plain", "paraphrase", "no_diacritics", "english", "unanswerable")
SEEDS_MEASURES = ("Success@1", "Success@3", "RR@10")
QUOTED = "(the quoted sentence)"

Outcome = Literal["right", "wrong", "declined"]


@dataclass(frozen=True)
class Quote:
    """A sentence that answers, as it stands in its source, and the words in it that are the answer."""

    source: str
    sentence: str
    answer: str


@dataclass(frozen=True)
class SeedQuestion:
    """One line of the questions file; an unanswerable question has no quotes and a topic instead."""

    id: str
    question: str
    kind: str
    split: str
    quotes: tuple[Quote, ...]
    topic: str

    @property
    def group(self) -> str:
        """The kind, with the topic of unanswerable ones."""
        return f"{self.kind}: {self.topic}" if self.topic else self.kind


def read_seed_questions(path: Path) -> list[SeedQuestion]:
    """Read the questions file; raises SetFormatError naming the line, EmptySetError when there is none."""
    questions: dict[str, SeedQuestion] = {}
    for number, record in json_lines(path, ("id", "question", "kind", "split")):
        if record["kind"] not in KINDS or record["id"] in questions:
            raise SetFormatError(path, number, f"has an unknown kind {record['kind']!r} or repeats its id")
        questions[record["id"]] = _seed_question(path, number, record)
    if not questions:
        raise EmptySetError(str(path), "it has no questions")
    return list(questions.values())


def _seed_question(path: Path, number: int, record: dict[str, Any]) -> SeedQuestion:
    answerable = record.get("answerable") is True
    try:
        found = [record, *record.get("alternatives", [])] if answerable else []
        quotes = tuple(Quote(quote["source"], quote["sentence"], quote["answer"]) for quote in found)
    except (KeyError, TypeError) as error:
        raise SetFormatError(path, number, f"lacks a part of a quote ({error})") from error
    if answerable != (record["kind"] != "unanswerable"):
        raise SetFormatError(path, number, "contradicts itself on whether it is answerable")
    topic = str(record.get("topic", "")) if not answerable else ""
    return SeedQuestion(record["id"], record["question"], record["kind"], record["split"], quotes, topic)


@dataclass(frozen=True)
class Place:
    """Where a quote stands in a document: offsets in its text."""

    document_id: str
    start: int
    end: int
    answer: str

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Whether a span of a document shares a character with it."""
        return self.document_id == document_id and self.start < end and start < self.end


class SeedJudge:
    """Says whether a passage or an answer is right, by where the quotes stand in the indexed documents."""

    def __init__(self, questions: Sequence[SeedQuestion], documents: Sequence[qa.Document]) -> None:
        self._places = {question.id: list(_places(question.quotes, documents)) for question in questions}

    def unplaced(self) -> list[str]:
        """Return the ids of questions of which no quote stands in the documents."""
        return [question_id for question_id, places in self._places.items() if not places]

    def identify(self, question_id: str, hit: qa.Hit) -> str:
        """Return QUOTED for a passage that overlaps a quoted sentence and holds its answer, else the passage's id."""
        passage = hit.passage
        for place in self._places[question_id]:
            if place.overlaps(passage.document_id, passage.start, passage.end) and place.answer in passage.text:
                return QUOTED
        return passage.id

    def outcome(self, question_id: str, answer: qa.Answer) -> Outcome:
        """Return declined, or right when the answer overlaps a quoted sentence in its document."""
        if answer.text is None or answer.source is None or answer.start is None or answer.end is None:
            return "declined"
        document_id = answer.source.passage.document_id
        places = self._places[question_id]
        right = any(place.overlaps(document_id, answer.start, answer.end) for place in places)
        return "right" if right else "wrong"


def _places(quotes: Sequence[Quote], documents: Sequence[qa.Document]) -> Iterator[Place]:
    for quote in quotes:
        for document in documents:
            if document.id.endswith(quote.source.rpartition("/")[2]):
                for start in _occurrences(document.text, quote.sentence):
                    yield Place(document.id, start, start + len(quote.sentence), quote.answer)


def _occurrences(text: str, part: str) -> Iterator[int]:
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)


def seed_set(questions: Sequence[SeedQuestion], documents: Sequence[qa.Document], name: str = "seeds") -> QuestionSet:
    """Return the answerable questions as a set in which the one thing to find is the quoted sentence."""
    answerable = [question for question in questions if question.quotes]
    asked = tuple(Question(question.id, question.question, question.kind) for question in answerable)
    judge = SeedJudge(answerable, documents)
    if not asked:
        raise EmptySetError(name, "it has no answerable questions")
    lost = judge.unplaced()
    if len(lost) == len(asked):
        raise EmptySetError(name, "no quoted sentence stands in the indexed documents")
    note = f"{len(lost):,} questions have no quote in the indexed documents and score zero: {', '.join(lost)}."
    qrels = {question.id: {QUOTED: 1} for question in asked}
    return QuestionSet(name, (), asked, qrels, (note,) if lost else (), judge.identify)


def ask_all(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> dict[str, Outcome]:
    """Answer every question and return its outcome by id, with a progress bar on a terminal."""
    judge = SeedJudge(questions, searcher.index.documents())
    asked = progress(questions, "answers")
    return {question.id: judge.outcome(question.id, qa.ask(question.question, searcher)) for question in asked}
