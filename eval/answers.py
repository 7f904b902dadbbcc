"""How well `qa.ask` answers a set that gives answers, beside two oracles: the right paragraph, and the right sentence.

It knows sets with answers, and nothing of how replies are found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import qa
from eval.errors import EmptySetError
from eval.measures import mean
from eval.progress import progress
from eval.sets import GoldAnswer, Question, QuestionSet
from eval.spans import Place, exact_match, f1, outcome, sentence_around
from eval.tables import table

ASKED, GIVEN, ORACLE = "qa.ask", "qa.ask, the right paragraph given", "oracle: the whole right sentence"
MEASURES = ("exact match", "F1", "right sentence", "declined")


@dataclass(frozen=True)
class AnswersResult:
    """Scores by system, measure and question id."""

    questions: Sequence[Question]
    scores: Mapping[str, Mapping[str, Mapping[str, float]]]
    notes: Sequence[str]

    def markdown(self) -> str:
        """Return the means of each system, then those of `qa.ask` by kind of question."""
        header = [f"{len(self.questions):,} questions", *MEASURES]
        means = [
            [name, *(f"{mean(scores[measure]):.3f}" for measure in MEASURES)] for name, scores in self.scores.items()
        ]
        notes = [f"- {note}\n" for note in self.notes]
        return "\n".join([*notes, table(header, means), table(["kind", "questions", *MEASURES], self._by_kind())])

    def _by_kind(self) -> list[list[str]]:
        kinds = Counter(question.kind for question in self.questions)
        rows = []
        for kind, count in kinds.most_common():
            ids = [question.id for question in self.questions if question.kind == kind]
            columns = (self.scores[ASKED][measure] for measure in MEASURES)
            rows.append([kind, f"{count:,}", *(f"{mean({i: column[i] for i in ids}):.3f}" for column in columns)])
        return rows

    def as_json(self) -> dict[str, object]:
        """Return means and scores as plain values."""
        means = {name: {m: mean(scores[m]) for m in MEASURES} for name, scores in self.scores.items()}
        return {"means": means, "notes": list(self.notes), "scores": self.scores}


class _Reply(NamedTuple):
    """A reply, or an oracle's, as it is judged: its text, None where it declined, and whether the sentence is right."""

    text: str | None
    right: bool

    def scores(self, gold: Sequence[str]) -> dict[str, float]:
        values = exact_match(self.text, gold), f1(self.text, gold), float(self.right), float(self.text is None)
        return dict(zip(MEASURES, values, strict=True))


def measure_answers(asked: QuestionSet, searcher: qa.Searcher) -> AnswersResult:
    """Ask every question whose answer stands in the searcher's documents, once of all and once of the right document.

    Raises EmptySetError when there is none.
    """
    texts = {document.id: document.text for document in searcher.index.documents()}
    places = {question.id: _places(asked.answers.get(question.id, ()), texts) for question in asked.questions}
    questions = [question for question in asked.questions if places[question.id]]
    if not questions:
        raise EmptySetError(asked.name, "no question has an answer that stands in its document")
    scores: dict[str, dict[str, dict[str, float]]] = {
        name: {measure: {} for measure in MEASURES} for name in (ASKED, GIVEN, ORACLE)
    }
    for question in progress(questions, "answers"):
        gold = [place.answer for place in places[question.id]]
        for name, reply in _replies(question.text, places[question.id], searcher, texts).items():
            for measure, value in reply.scores(gold).items():
                scores[name][measure][question.id] = value
    lost = len(asked.questions) - len(questions)
    note = f"{lost:,} questions have no answer that stands in its document and are left out."
    return AnswersResult(questions, scores, (*asked.notes, *([note] if lost else [])))


def _places(answers: Sequence[GoldAnswer], texts: Mapping[str, str]) -> list[Place]:
    return [
        Place(one.document_id, *sentence_around(texts[one.document_id], one.start), one.text)
        for one in answers
        if texts.get(one.document_id, "").startswith(one.text, one.start)
    ]


def _replies(
    question: str, places: Sequence[Place], searcher: qa.Searcher, texts: Mapping[str, str]
) -> dict[str, _Reply]:
    place = places[0]
    asked = qa.ask(question, searcher)
    given = qa.ask(question, searcher, filters={"document": place.document_id})
    return {
        ASKED: _Reply(asked.text, outcome(asked, places) == "right"),
        GIVEN: _Reply(given.text, outcome(given, places) == "right"),
        ORACLE: _Reply(texts[place.document_id][place.start : place.end], right=True),
    }
