"""The project's questions over the seeds: their file, which passage is right, and how `qa.ask` answers them.

It knows quotes and spans, and nothing of how passages are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.formats import json_lines
from eval.progress import progress
from eval.reliability import Confident
from eval.sets import Question, QuestionSet
from eval.spans import Outcome, Place, contained, exact_match, occurrences, outcome

KINDS = ("plain", "paraphrase", "no_diacritics", "english", "unanswerable")
SEEDS_MEASURES = ("Success@1", "Success@3", "RR@10")
QUOTED = "(the quoted sentence)"


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


def read_sources(questions: Sequence[SeedQuestion]) -> list[qa.Document]:
    """Read the folders of the files that the questions quote."""
    return list(qa.read_documents(sorted({path.parent for path in source_paths(questions)})))


def source_paths(questions: Sequence[SeedQuestion]) -> list[Path]:
    """Return the files that the questions quote."""
    return sorted({Path(quote.source) for question in questions for quote in question.quotes})


@dataclass(frozen=True)
class JudgedReply:
    """What a reply is worth: whether its sentence is right, and whether its text is a quoted answer, or has or is a
    part of one. A declined reply has no text and no sentence.
    """

    text: str | None
    sentence: str | None
    outcome: Outcome
    verdict: str
    confidence: float
    exact: bool = field(kw_only=True)
    contained: bool = field(kw_only=True)


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

    def judge(self, question: SeedQuestion, reply: qa.Answer) -> JudgedReply:
        """Return what the reply is worth."""
        gold = [quote.answer for quote in question.quotes]
        return JudgedReply(
            reply.text,
            reply.sentence,
            outcome(reply, self._places[question.id]),
            reply.verdict,
            reply.confidence,
            exact=exact_match(reply.text, gold) == 1,
            contained=contained(reply.text, gold),
        )


def _places(quotes: Sequence[Quote], documents: Sequence[qa.Document]) -> Iterator[Place]:
    for quote in quotes:
        for document in documents:
            if document.id.endswith(quote.source.rpartition("/")[2]):
                for start in occurrences(document.text, quote.sentence):
                    yield Place(document.id, start, start + len(quote.sentence), quote.answer)


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


def ask_all(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> dict[str, JudgedReply]:
    """Answer every question and judge the reply, by the question's id, with a progress bar on a terminal."""
    judge = SeedJudge(questions, searcher.index.documents())
    asked = progress(questions, "answers")
    return {question.id: judge.judge(question, qa.ask(question.question, searcher)) for question in asked}


def confidences(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> list[Confident]:
    """Answer every question and return how sure each reply is and whether it is right."""
    replies = ask_all(questions, searcher)
    return [
        Confident(replies[one.id].confidence, replies[one.id].outcome, answerable=bool(one.quotes)) for one in questions
    ]
