"""How well `qa.ask` answers a set that gives answers: exact match and F1, beside two oracles.

Both measures are those of SQuAD (Rajpurkar et al., EMNLP 2016) on normalised text: NFC, lower case, no punctuation,
single spaces; no word is removed. Exact match is 1 for equal texts. F1 is 2PR / (P + R) over words, each as often as it
occurs: P is the share of the reply's words that the gold answer has, R the share of the gold answer's words that the
reply has. Of several gold answers the best counts. A declined question scores 0.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import qa
from eval.errors import EmptySetError
from eval.measures import mean
from eval.progress import progress
from eval.report import table
from eval.sets import GoldAnswer, Question, QuestionSet

ASKED, GIVEN, ORACLE = "qa.ask", "qa.ask, the right paragraph given", "oracle: the whole right sentence"
MEASURES = ("exact match", "F1", "right sentence", "declined")
# Where a sentence ends: a mark and white space before a capital or a figure, or the end of a line.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[]*[^\W_a-zà-ỹ])|\s*\n\s*")


def normalised(text: str) -> str:
    """Return NFC, lower case, no punctuation, single spaces."""
    lower = unicodedata.normalize("NFC", text).lower()
    kept = (c for c in lower if c not in string.punctuation and not unicodedata.category(c).startswith("P"))
    return " ".join("".join(kept).split())


def exact_match(text: str | None, gold: Sequence[str]) -> float:
    """Return 1 when the text equals one of the gold answers after normalising."""
    return float(text is not None and normalised(text) in map(normalised, gold))


def f1(text: str | None, gold: Sequence[str]) -> float:
    """Return the best F1 over the words of each gold answer."""
    return max(_f1(normalised(text or "").split(), normalised(one).split()) for one in gold)


def _f1(found: Sequence[str], gold: Sequence[str]) -> float:
    shared = (Counter(found) & Counter(gold)).total()
    return 2 * shared / (len(found) + len(gold)) if shared else 0.0


def sentence_around(text: str, start: int) -> tuple[int, int]:
    """Return the offsets of the sentence that the character at `start` is in."""
    ends = [(found.start(), found.end()) for found in _SENTENCE_END.finditer(text)]
    first = max((end for _, end in ends if end <= start), default=0)
    return first, min((begin for begin, _ in ends if begin > start), default=len(text))


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
    gold = {question.id: _standing(asked.answers.get(question.id, ()), texts) for question in asked.questions}
    questions = [question for question in asked.questions if gold[question.id]]
    if not questions:
        raise EmptySetError(asked.name, "no question has an answer that stands in its document")
    scores: dict[str, dict[str, dict[str, float]]] = {
        name: {measure: {} for measure in MEASURES} for name in (ASKED, GIVEN, ORACLE)
    }
    for question in progress(questions, "answers"):
        wanted = [one.text for one in gold[question.id]]
        for name, reply in _replies(question.text, gold[question.id], searcher, texts).items():
            for measure, value in reply.scores(wanted).items():
                scores[name][measure][question.id] = value
    lost = len(asked.questions) - len(questions)
    note = f"{lost:,} questions have no answer that stands in its document and are left out."
    return AnswersResult(questions, scores, (*asked.notes, *([note] if lost else [])))


def _standing(answers: Sequence[GoldAnswer], texts: Mapping[str, str]) -> list[GoldAnswer]:
    return [one for one in answers if texts.get(one.document_id, "").startswith(one.text, one.start)]


def _replies(
    question: str, gold: Sequence[GoldAnswer], searcher: qa.Searcher, texts: Mapping[str, str]
) -> dict[str, _Reply]:
    places = [(one.document_id, *sentence_around(texts[one.document_id], one.start)) for one in gold]

    def judged(reply: qa.Answer) -> _Reply:
        return _Reply(reply.text, any(_overlaps(reply, *place) for place in places))

    document_id, start, end = places[0]
    return {
        ASKED: judged(qa.ask(question, searcher)),
        GIVEN: judged(qa.ask(question, searcher, filters={"document": document_id})),
        ORACLE: _Reply(texts[document_id][start:end], right=True),
    }


def _overlaps(reply: qa.Answer, document_id: str, start: int, end: int) -> bool:
    """Whether the reply shares a character with this span of a document."""
    if reply.source is None or reply.start is None or reply.end is None:
        return False
    return reply.source.passage.document_id == document_id and reply.start < end and start < reply.end
