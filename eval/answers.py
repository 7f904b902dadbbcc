"""How well `qa.ask` answers sets with gold answers: SQuAD-style ones beside two oracles, and labelled pairs.

Sets with unanswerable questions are scored as SQuAD 2.0 does (Rajpurkar et al., ACL 2018): on a question without an
answer (NoAns) declining scores 1, on one that has an answer (HasAns) 0.

A line of labelled pairs has `query`, `passage`, `label` (1: the passage answers) and `answer` (the words in it that do,
where known). A question has an answer when these words are in a passage labelled 1, and none when all of its passages
are labelled 0. It knows nothing of how replies are found.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.evaluation import mean
from eval.formats import json_lines
from eval.output import Table, progress
from eval.reliability import Confident, threshold_table
from eval.sets import GoldAnswer, Question, QuestionSet
from eval.spans import Outcome, Place, exact_match, f1, occurrences, outcome, sentence_around

ASKED, GIVEN, ORACLE = "qa.ask", "qa.ask, the right paragraph given", "oracle: the whole right sentence"
EXACT, F1, RIGHT, DECLINED = MEASURES = ("exact match", "F1", "right sentence", "declined")


@dataclass(frozen=True)
class AnswersResult:
    """Scores by system, measure and question id; a system's figures are means of them."""

    answerable: Sequence[Question]
    unanswerable: Sequence[Question]
    scores: Mapping[str, Mapping[str, Mapping[str, float]]]
    replies: Mapping[str, Sequence[Confident]]
    notes: Sequence[str]

    def figures(self, name: str) -> dict[str, float]:
        """Return the means of a system; with unanswerable questions these are over all, NoAns and HasAns."""
        found = {measure: self._mean(name, measure, self.answerable) for measure in MEASURES}
        if not self.unanswerable:
            return found
        every = [*self.answerable, *self.unanswerable]
        overall = {measure: self._mean(name, measure, every) for measure in (EXACT, F1)}
        declined = {"NoAns accuracy": self._mean(name, DECLINED, self.unanswerable)}
        return overall | declined | {f"HasAns {measure}": value for measure, value in found.items()}

    def _mean(self, name: str, measure: str, questions: Iterable[Question]) -> float:
        return mean({question.id: self.scores[name][measure][question.id] for question in questions})

    def parts(self) -> list[Table | str]:
        """Return notes, figures of each system, what a threshold would decline, and `qa.ask` by kind of question."""
        counted = f"{len(self.answerable):,} questions"
        if self.unanswerable:
            counted += f" with an answer, {len(self.unanswerable):,} without"
        figures = {name: self.figures(name) for name in self.scores}
        rows = [[name, *(f"{value:.3f}" for value in values.values())] for name, values in figures.items()]
        tables = [Table([counted, *figures[ASKED]], rows)]
        if self.unanswerable:
            tables.append(threshold_table(self.replies))
        tables.append(Table(["kind", "questions", *MEASURES], self._by_kind()))
        return ["\n".join(f"- {note}" for note in self.notes), *tables]

    def _by_kind(self) -> list[list[str]]:
        rows = []
        for kind, count in Counter(question.kind for question in self.answerable).most_common():
            asked = [question for question in self.answerable if question.kind == kind]
            means = (self._mean(ASKED, measure, asked) for measure in MEASURES)
            rows.append([kind, f"{count:,}", *(f"{value:.3f}" for value in means)])
        return rows

    def as_json(self) -> dict[str, object]:
        """Return means and scores as plain values."""
        means = {name: self.figures(name) for name in self.scores}
        return {"means": means, "notes": list(self.notes), "scores": self.scores}


class _Asked(NamedTuple):
    """A question with the document that it was written for, and the places of its answer there, if any."""

    question: Question
    document_id: str
    places: Sequence[Place]

    def scores(self, reply: _Reply) -> dict[str, float]:
        gold = [place.answer for place in self.places]
        declined = float(reply.text is None)
        words = (exact_match(reply.text, gold), f1(reply.text, gold)) if gold else (declined, declined)
        return dict(zip(MEASURES, (*words, float(reply.outcome == "right"), declined), strict=True))


class _Reply(NamedTuple):
    """A reply of `qa.ask` or of an oracle, as judged; its text is None if it declined."""

    text: str | None
    outcome: Outcome
    confidence: float


def measure_answers(asked: QuestionSet, searcher: qa.Searcher) -> AnswersResult:
    """Ask each question of all documents, and once more of its own document alone.

    Only questions whose answer is in the searcher's documents are asked, and those that their document does not answer.
    Raises EmptySetError if no answer is there.
    """
    texts = {document.id: document.text for document in searcher.index.documents()}
    placed = [(question, _places(asked.answers.get(question.id, ()), texts)) for question in asked.questions]
    answerable = [_Asked(question, places[0].document_id, places) for question, places in placed if places]
    unanswerable = [_Asked(one.question, one.document_id, ()) for one in asked.unanswerable if one.document_id in texts]
    if not answerable:
        raise EmptySetError(asked.name, "no question has an answer that stands in its document")
    every = [*answerable, *unanswerable]
    replies = [_replies(one, searcher, texts) for one in progress(every, "answers")]
    return AnswersResult(
        [one.question for one in answerable],
        [one.question for one in unanswerable],
        {name: _scores(every, [found[name] for found in replies]) for name in (ASKED, GIVEN, ORACLE)},
        {name: _confidences(every, [found[name] for found in replies]) for name in (ASKED, GIVEN)},
        (*asked.notes, *_left_out(asked, len(answerable), len(unanswerable))),
    )


def _places(answers: Sequence[GoldAnswer], texts: Mapping[str, str]) -> list[Place]:
    return [
        Place(one.document_id, *sentence_around(texts[one.document_id], one.start), one.text)
        for one in answers
        if texts.get(one.document_id, "").startswith(one.text, one.start)
    ]


def _replies(one: _Asked, searcher: qa.Searcher, texts: Mapping[str, str]) -> dict[str, _Reply]:
    asked = qa.ask(one.question.text, searcher)
    given = qa.ask(one.question.text, searcher, filters={"document": one.document_id})
    found = {
        name: _Reply(reply.text, outcome(reply, one.places), reply.confidence)
        for name, reply in ((ASKED, asked), (GIVEN, given))
    }
    return found | {ORACLE: _oracle(one.places, texts)}


def _oracle(places: Sequence[Place], texts: Mapping[str, str]) -> _Reply:
    if not places:
        return _Reply(None, "declined", 0.0)
    return _Reply(texts[places[0].document_id][places[0].start : places[0].end], "right", 1.0)


def _scores(every: Sequence[_Asked], replies: Sequence[_Reply]) -> dict[str, dict[str, float]]:
    """Scores by measure and question id."""
    scores = {one.question.id: one.scores(reply) for one, reply in zip(every, replies, strict=True)}
    return {measure: {question_id: found[measure] for question_id, found in scores.items()} for measure in MEASURES}


def _confidences(every: Sequence[_Asked], replies: Sequence[_Reply]) -> list[Confident]:
    return [
        Confident(reply.confidence, reply.outcome, answerable=bool(one.places))
        for one, reply in zip(every, replies, strict=True)
    ]


def _left_out(asked: QuestionSet, answerable: int, unanswerable: int) -> list[str]:
    found = (
        (len(asked.questions) - answerable, "questions have no answer that stands in its document and are left out."),
        (len(asked.unanswerable) - unanswerable, "questions without an answer have no document here and are left out."),
    )
    return [f"{count:,} {words}" for count, words in found if count]


@dataclass
class _Labelled:
    """A question with its passages' texts, those labelled 1 with the words that answer."""

    text: str
    passages: dict[str, None] = field(default_factory=dict)
    answers: list[tuple[str, str]] = field(default_factory=list)
    relevant: bool = False


@dataclass(frozen=True)
class PairQuestion:
    """A question and the sentences that answer it, if any."""

    text: str
    places: tuple[Place, ...]


def read_pairs(path: Path, count: int) -> tuple[list[qa.Document], list[PairQuestion]]:
    """Return `count` questions with an answer and as many without, and all their passages as documents.

    They are spread evenly over the file. Raises SetFormatError naming a malformed line, EmptySetError if one sort is
    missing.
    """
    labelled = list(_labelled(path).values())
    answered = _spread([one for one in labelled if one.answers], count)
    unanswered = _spread([one for one in labelled if not one.relevant], count)
    if not answered or not unanswered:
        raise EmptySetError(str(path), "it lacks questions with an answer, or questions without one")
    chosen = [*answered, *unanswered]
    texts = dict.fromkeys(passage for one in chosen for passage in one.passages)
    documents = [qa.Document(id=f"p{number}", text=text) for number, text in enumerate(texts, start=1)]
    ids = {document.text: document.id for document in documents}
    return documents, [PairQuestion(one.text, tuple(_pair_places(one.answers, ids))) for one in chosen]


def _labelled(path: Path) -> dict[str, _Labelled]:
    found: dict[str, _Labelled] = {}
    for number, record in json_lines(path, ("query", "passage", "answer")):
        if record.get("label") not in (0, 1):
            raise SetFormatError(path, number, "has no 0 or 1 in 'label'")
        query, passage, answer = (
            unicodedata.normalize("NFC", record[name].strip()) for name in ("query", "passage", "answer")
        )
        one = found.setdefault(query, _Labelled(query))
        one.passages[passage] = None
        if record["label"] == 1:
            one.relevant = True
            if answer and answer in passage:
                one.answers.append((passage, answer))
    return found


def _spread(items: Sequence[_Labelled], count: int) -> list[_Labelled]:
    return [items[place * len(items) // count] for place in range(count)] if len(items) > count else list(items)


def _pair_places(answers: Iterable[tuple[str, str]], ids: Mapping[str, str]) -> Iterator[Place]:
    for passage, answer in answers:
        for start in occurrences(passage, answer):
            yield Place(ids[passage], *sentence_around(passage, start), answer)


def ask_pairs(questions: Sequence[PairQuestion], searcher: qa.Searcher) -> list[Confident]:
    """Ask every question, with a progress bar on a terminal."""
    replies = ((one, qa.ask(one.text, searcher)) for one in progress(questions, "labelled questions"))
    return [
        Confident(reply.confidence, outcome(reply, one.places), answerable=bool(one.places)) for one, reply in replies
    ]
