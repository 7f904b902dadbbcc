"""Question sets: one value for all formats, and the kinds of questions in it.

It knows what documents, questions, judgements and rankings are, and nothing of files, systems or measures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import qa
from eval.errors import EmptySetError

Qrels = Mapping[str, Mapping[str, int]]
Identify = Callable[[str, qa.Hit], str]


@dataclass(frozen=True)
class Question:
    """One question; `kind` groups questions in the breakdown."""

    id: str
    text: str
    kind: str


@dataclass(frozen=True)
class GoldAnswer:
    """An answer in a set: `text` is at `start` in the document."""

    document_id: str
    start: int
    text: str


@dataclass(frozen=True)
class UnanswerableQuestion:
    """A question that its document seems to answer but does not."""

    question: Question
    document_id: str


@dataclass(frozen=True)
class Ranking:
    """What a system found for one question: ids, best first, and the text of the best passage where it is known."""

    ids: tuple[str, ...]
    first: str | None = None


def by_document(_question_id: str, hit: qa.Hit) -> str:
    """Return the id that judgements of documents use."""
    return hit.passage.document_id


@dataclass(frozen=True)
class QuestionSet:
    """Questions with judgements, and the documents to find when they are given.

    `documents` is empty if the documents are already in an index. `notes` says in words what did not fit together.
    `identify` turns a hit into the id that the judgements use. Only SQuAD-style sets have `answers` by question id, and
    `unanswerable` questions, which are not among `questions`.
    """

    name: str
    documents: tuple[qa.Document, ...]
    questions: tuple[Question, ...]
    qrels: Qrels
    notes: tuple[str, ...] = ()
    identify: Identify = by_document
    answers: Mapping[str, Sequence[GoldAnswer]] = field(default_factory=dict)
    unanswerable: tuple[UnanswerableQuestion, ...] = ()

    @property
    def judges_documents(self) -> bool:
        """Whether whole documents are judged rather than passages."""
        return self.identify is by_document

    def reworded(self, reword: Callable[[Question], str]) -> QuestionSet:
        """Return the set with every question's text replaced; ids, kinds and judgements stay."""
        return replace(self, questions=tuple(replace(q, text=reword(q)) for q in self.questions))

    def answered(
        self, answers: Mapping[str, Sequence[GoldAnswer]], unanswerable: Sequence[UnanswerableQuestion] = ()
    ) -> QuestionSet:
        """Return the set with answers by question id, and with questions that have none."""
        return replace(self, answers=answers, unanswerable=tuple(unanswerable))

    def over_index(self, documents: Sequence[qa.Document]) -> QuestionSet:
        """Return the set for asking an index of these documents, with notes on what does not fit.

        Raises EmptySetError when the index has none of the judged documents.
        """
        found = matched_set(self.name, documents, self.questions, self.qrels, {document.id for document in documents})
        others = len({document.id for document in documents} - {document.id for document in self.documents})
        note = f"{others:,} of {len(documents):,} documents in the index are not in the set."
        return replace(self, notes=(*self.notes, *found.notes, *([note] if others else [])))

    def texts(self) -> dict[str, str]:
        """Return the text of each document by id."""
        return {document.id: document.text for document in self.documents}


def matched_set(
    name: str,
    documents: Sequence[qa.Document],
    questions: Sequence[Question],
    qrels: Qrels,
    known_ids: Collection[str],
) -> QuestionSet:
    """Put the parts together and note what does not fit.

    Questions without a judgement are left out; judged ids that the corpus lacks stay judged, so they cost recall.
    Raises EmptySetError when no document, no question or no judgement of a known document is left.
    """
    if not known_ids:
        raise EmptySetError(name, "it has no documents")
    if not questions:
        raise EmptySetError(name, "it has no questions")
    asked = {question.id for question in questions}
    judged = tuple(question for question in questions if qrels.get(question.id))
    if not judged:
        raise EmptySetError(name, "none of its questions has a judgement")
    kept = {question.id: qrels[question.id] for question in judged}
    if not any(document_id in known_ids for judgements in kept.values() for document_id in judgements):
        raise EmptySetError(name, "none of its judged ids is in the corpus")
    notes = _notes(kept, len(questions) - len(judged), len(set(qrels) - asked), set(known_ids))
    return QuestionSet(name, tuple(documents), judged, kept, notes)


def _notes(qrels: Qrels, unjudged: int, unasked: int, known_ids: set[str]) -> tuple[str, ...]:
    ids = [document_id for judgements in qrels.values() for document_id in judgements]
    lacking = sum(document_id not in known_ids for document_id in ids)
    irrelevant = sum(max(judgements.values()) <= 0 for judgements in qrels.values())
    found = (
        (unjudged, "questions have no judgement and are left out"),
        (unasked, "questions are judged but have no text and are left out"),
        (lacking, f"of {len(ids):,} judged ids are not in the corpus and count as not found"),
        (irrelevant, "questions have no relevant document and score zero"),
    )
    return tuple(f"{count:,} {words}." for count, words in found if count)


_RULES: tuple[tuple[str, str], ...] = (
    ("number", r"bao nhiêu|mấy\b|số lượng|tỷ lệ|tỉ lệ|bao lâu|bao xa|how (many|much|long|far|old|big|large|tall)"),
    ("date", r"khi nào|bao giờ|lúc nào|(năm|ngày|tháng|thế kỷ) (nào|mấy|gì)|when\b|(what|which) (year|date|day)"),
    ("place", r"ở đâu|từ đâu|nơi nào|(nước|tỉnh|thành phố|quốc gia|vùng) nào|where\b|(what|which) (city|country)"),
    ("person", r"\bai\b|người nào|của ai|who\b|whose\b|whom\b"),
    ("reason", r"tại sao|vì sao|do đâu|lý do|nguyên nhân|why\b"),
    ("manner", r"như thế nào|thế nào|làm sao|ra sao|bằng cách nào|how\b"),
    ("thing", r"\bgì\b|\bnào\b|what\b|which\b"),
)
_PATTERNS = tuple((kind, re.compile(rf"(?<!\w)(?:{pattern})")) for kind, pattern in _RULES)


def kind_of(question: str) -> str:
    """Return number, date, place, person, reason, manner, thing or other: the first rule that fits."""
    text = unicodedata.normalize("NFC", question).lower()
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), "other")
