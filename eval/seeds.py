"""The project's questions over the seeds: their file, the judging of passages and replies, and what is measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.evaluation import Evaluation, evaluate, mean
from eval.formats import json_lines
from eval.output import Table, progress
from eval.reliability import Confident
from eval.sets import Question, QuestionSet
from eval.spans import Outcome, Place, contained, exact_match, occurrences, outcome
from eval.stress import AS_WRITTEN
from eval.systems import MODES, systems_over_index

QUESTIONS = Path(__file__).parent / "seeds.jsonl"
KINDS = ("plain", "paraphrase", "no_diacritics", "english", "unanswerable")
SEEDS_MEASURES = ("Success@1", "Success@3", "RR@10")
QUOTED = "(the quoted sentence)"


@dataclass(frozen=True)
class Quote:
    """A sentence of a source that answers, and the words in it that are the answer."""

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
    """Whether a reply's sentence is right, and its text is, contains or is part of a quoted answer.

    A declined reply has no text and no sentence.
    """

    text: str | None
    sentence: str | None
    outcome: Outcome
    verdict: str
    confidence: float
    exact: bool = field(kw_only=True)
    contained: bool = field(kw_only=True)


class SeedJudge:
    """Judges passages and answers by where the quotes are in the indexed documents."""

    def __init__(self, questions: Sequence[SeedQuestion], documents: Sequence[qa.Document]) -> None:
        self._places = {question.id: list(places(question.quotes, documents)) for question in questions}

    def unplaced(self) -> list[str]:
        """Return the ids of questions none of whose quotes is in the documents."""
        return [question_id for question_id, places in self._places.items() if not places]

    def identify(self, question_id: str, hit: qa.Hit) -> str:
        """Return QUOTED for a passage that overlaps a quoted sentence and holds its answer, else the passage's id."""
        passage = hit.passage
        for place in self._places[question_id]:
            if place.overlaps(passage.document_id, passage.start, passage.end) and place.answer in passage.text:
                return QUOTED
        return passage.id

    def judge(self, question: SeedQuestion, reply: qa.Answer) -> JudgedReply:
        """Return the reply as judged."""
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


def places(quotes: Sequence[Quote], documents: Sequence[qa.Document]) -> Iterator[Place]:
    """Yield the places of the quoted sentences in the documents."""
    for quote in quotes:
        for document in documents:
            if document.id.endswith(quote.source.rpartition("/")[2]):
                for start in occurrences(document.text, quote.sentence):
                    yield Place(document.id, start, start + len(quote.sentence), quote.answer)


def seed_set(questions: Sequence[SeedQuestion], documents: Sequence[qa.Document], name: str = "seeds") -> QuestionSet:
    """Return the answerable questions as a set whose only relevant id is that of the quoted sentence."""
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
    """Answer every question and return the judged replies by question id, with a progress bar on a terminal."""
    judge = SeedJudge(questions, searcher.index.documents())
    asked = progress(questions, "answers")
    return {question.id: judge.judge(question, qa.ask(question.question, searcher)) for question in asked}


def confidences(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> list[Confident]:
    """Answer every question and return how sure each reply is and whether it is right."""
    replies = ask_all(questions, searcher)
    return [
        Confident(replies[one.id].confidence, replies[one.id].outcome, answerable=bool(one.quotes)) for one in questions
    ]


SPLITS = ("dev", "test")


@dataclass(frozen=True)
class SeedsResult:
    """The measurements: retrieval in every mode, and the judged replies of `qa.ask` by question id."""

    questions: Sequence[SeedQuestion]
    evaluation: Evaluation
    replies: Mapping[str, JudgedReply]

    def retrieval(self, measure: str, questions: Iterable[SeedQuestion]) -> list[float]:
        """Return the mean of a measure over those of the questions that are answerable, for each mode."""
        ids = [question.id for question in questions if question.quotes]
        scores = [result.scores[measure] for result in self.evaluation.of(AS_WRITTEN)]
        return [mean({i: found[i] for i in ids}) for found in scores]

    def share(self, questions: Sequence[SeedQuestion], test: Callable[[JudgedReply], bool]) -> float:
        """Return the share of these questions whose reply passes the test."""
        return sum(test(self.replies[question.id]) for question in questions) / len(questions)

    def figures(self) -> dict[str, float]:
        """Return the figures that have floors, over all questions of both splits."""
        found = {
            f"{system.name} {measure}": value
            for measure in SEEDS_MEASURES
            for system, value in zip(MODES, self.retrieval(measure, self.questions), strict=True)
        }
        return found | self.answer_figures()

    def answer_figures(self) -> dict[str, float]:
        """Return the shares of right answers and of declined questions; for all of them, more is better."""
        answerable = [question for question in self.questions if question.quotes]
        found = {
            "answerable, right sentence first": self.share(answerable, lambda reply: reply.outcome == "right"),
            "answerable, exact span": self.share(answerable, lambda reply: reply.exact),
            "answerable, span within the answer or around it": self.share(answerable, lambda reply: reply.contained),
            "answerable, not lost": self.share(answerable, lambda reply: reply.outcome != "declined"),
        }
        unanswerable: dict[str, list[SeedQuestion]] = {}
        for question in self.questions:
            if not question.quotes:
                for group in ("unanswerable", f"unanswerable ({question.topic})"):
                    unanswerable.setdefault(group, []).append(question)
        for group, asked in sorted(unanswerable.items()):
            found[f"{group}, declined"] = self.share(asked, lambda reply: reply.outcome == "declined")
        return found

    def parts(self) -> list[Table | str]:
        """Return notes, then tables: retrieval by split and by kind, answers by kind, and the answers' figures."""
        notes = "\n".join(f"- {note}" for note in self.evaluation.questions.notes)
        figures = Table(["answers, both splits", "share"], [[k, f"{v:.3f}"] for k, v in self.answer_figures().items()])
        return [notes, self._by_mode(), self._by_kind(), self._answers(), figures]

    def as_json(self) -> dict[str, object]:
        """Return the figures, the replies and the evaluation as plain values."""
        replies = {question_id: vars(reply) for question_id, reply in self.replies.items()}
        return {"figures": self.figures(), "replies": replies, "retrieval": self.evaluation.as_json()}

    def _of_split(self, split: str) -> list[SeedQuestion]:
        return [question for question in self.questions if question.split == split]

    def _by_mode(self) -> Table:
        rows = []
        for split in SPLITS:
            asked = [question for question in self._of_split(split) if question.quotes]
            columns = [self.retrieval(measure, asked) for measure in SEEDS_MEASURES]
            for i, system in enumerate(MODES):
                rows.append([f"{system.name}, {split}", str(len(asked)), *(f"{column[i]:.3f}" for column in columns)])
        return Table(["retrieval", "questions", *SEEDS_MEASURES], rows)

    def _by_kind(self) -> Table:
        rows = []
        for kind in dict.fromkeys(question.kind for question in self.questions if question.quotes):
            asked = [question for question in self.questions if question.kind == kind]
            rows.append([kind, str(len(asked)), *(f"{value:.3f}" for value in self.retrieval("Success@1", asked))])
        return Table(["Success@1 by kind, both splits", "questions", *(s.name for s in MODES)], rows)

    def _answers(self) -> Table:
        rows = []
        for split in SPLITS:
            groups = dict.fromkeys(question.group for question in self._of_split(split))
            rows += [[f"{group}, {split}", *map(str, self._counts(split, group))] for group in groups]
        header = ["questions", "right sentence", "wrong sentence", "related", "not found", "exact span"]
        return Table(["answers", *header], rows)

    def _counts(self, split: str, group: str) -> list[int]:
        replies = [self.replies[question.id] for question in self._of_split(split) if question.group == group]
        outcomes = Counter(reply.outcome for reply in replies)
        verdicts = Counter(reply.verdict for reply in replies)
        declined = verdicts["related"], verdicts["not_found"]
        exact = sum(reply.exact for reply in replies)
        return [len(replies), outcomes["right"], outcomes["wrong"], *declined, exact]


def measure_seeds(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> SeedsResult:
    """Search and ask every question in an index of the seeds."""
    asked = seed_set(questions, searcher.index.documents())
    evaluation = evaluate(asked, systems_over_index(MODES, asked, searcher.index), [], [AS_WRITTEN], SEEDS_MEASURES)
    return SeedsResult(questions, evaluation, ask_all(questions, searcher))
