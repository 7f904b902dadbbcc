"""Provide questions with the places of their answers, and passages, for fitting how `qa.reading` decides.

Knows the files of the data folder and of `eval/`; does not know weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import qa
from eval.corpus import read_articles
from eval.seeds import QUESTIONS, SeedQuestion, places, read_seed_questions
from eval.spans import occurrences
from eval.squad import read_squad
from qa.reading.words import sentences_of, words_of

LAW_ARTICLES = 300  # chosen by hand
NEWS_ARTICLES = 2500
"""They make some 20,000 passages: as many as an office has, and two hundred times as many as the seeds."""
SEEDS = Path(__file__).parent.parent / "seeds"

RUN = 6
"""Words in a row that two texts must share for one to repeat the other; chosen by hand."""

Place = tuple[str, int, int]


@dataclass(frozen=True)
class LabelledQuestion:
    """A question; `spans` are the places of its answer, `sentences` those of the sentences around it, if there is one.

    `split` is "dev" for questions to fit on; `document_set` names the documents to search. `answers` are the words of
    its answer, `runs` the runs of folded words in its sentences, which other documents may repeat. `silent` is the only
    document that is known not to answer, if others may.
    """

    question: str
    group: str
    spans: tuple[Place, ...] = ()
    sentences: tuple[Place, ...] = ()
    split: str = "dev"
    document_set: str = ""
    answers: tuple[str, ...] = ()
    runs: frozenset[str] = frozenset()
    silent: str = ""

    def repeats(self, text: str) -> bool:
        """Return whether a text says the same as a sentence that answers."""
        return not self.runs.isdisjoint(runs_of(text))

    def may_answer(self, text: str) -> bool:
        """Return whether a text repeats a sentence that answers, or has the words of the answer."""
        had = f" {' '.join(words_of(text).folded)} "
        return self.repeats(text) or any(f" {' '.join(words_of(one).folded)} " in had for one in self.answers)

    def is_in_a_sentence(self, document: str, start: int, end: int) -> bool:
        """Return whether a place overlaps a sentence that answers."""
        return any(one == document and start < last and first < end for one, first, last in self.sentences)

    def places_in(self, passage: qa.Passage, sentence: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of the answer in the passage's document.

        If there are none, and the sentence repeats one that answers, yield those in the passage.
        """
        own = [(first, last) for document, first, last in self.spans if document == passage.document_id]
        yield from own
        if self.spans and not own and self.repeats(sentence):
            for answer in self.answers:
                for at in occurrences(passage.text, answer):
                    yield passage.start + at, passage.start + at + len(answer)


def runs_of(text: str) -> frozenset[str]:
    """Return the runs of `RUN` folded words of a text; a shorter text is one."""
    words = words_of(text).folded
    return frozenset(" ".join(words[at : at + RUN]) for at in range(max(len(words) - RUN + 1, 1)))


def with_answers(asked: LabelledQuestion, texts: Mapping[str, str]) -> LabelledQuestion:
    """Return the question with the words of its answers and sentences filled in; `texts` are documents by id."""
    answers = dict.fromkeys(texts[document][start:end] for document, start, end in asked.spans)
    runs = [
        runs_of(texts[document][slice(*one)])
        for document, start, end in asked.sentences
        for one in sentences_of(texts[document])
        if one[0] < end and start < one[1]
    ]
    return replace(asked, answers=tuple(answers), runs=frozenset[str]().union(*runs))


def searcher(folder: Path, documents: list[qa.Document]) -> qa.Searcher:
    """Return a searcher over a new index of these documents."""
    index = qa.Index.create(folder)
    index.upsert(documents)
    return qa.Searcher(index)


def law(data: Path) -> list[qa.Document]:
    """Return articles of law, which answer none of the questions."""
    return _articles(data, "law", 0, LAW_ARTICLES * 50, 50)


def news(data: Path) -> list[qa.Document]:
    """Return articles of news, among which the other questions are asked as in a large corpus."""
    return _articles(data, "vietnews", 0, NEWS_ARTICLES * 20, 20)


def _articles(data: Path, name: str, *places: int) -> list[qa.Document]:
    articles = islice(read_articles(data / "train" / f"{name}.jsonl.xz"), *places)
    return [
        qa.Document(f"{name}/{n}", "\n\n".join(one.paragraphs), one.title, language="vi")
        for n, one in enumerate(articles)
    ]


def squad(path: Path, group: str) -> tuple[list[qa.Document], list[LabelledQuestion]]:
    """Return the paragraphs and questions of a SQuAD file."""
    found = read_squad(path)
    texts = found.texts()
    asked = []
    for question in found.questions:
        answers = found.answers[question.id]
        spans = tuple((one.document_id, one.start, one.start + len(one.text)) for one in answers)
        if spans:
            asked.append(LabelledQuestion(question.text, group, spans, spans, split_of(texts[spans[0][0]]), group))
    asked += [
        LabelledQuestion(
            one.question.text,
            f"{group}, unanswerable",
            split=split_of(texts[one.document_id]),
            document_set=group,
            silent=one.document_id,
        )
        for one in found.unanswerable
    ]
    asked = [with_answers(one, texts) for one in asked]
    return [replace(document, language="vi") for document in found.documents], asked


def split_of(text: str) -> str:
    """Return "dev" for half of all texts by their digest, so that no document's questions are in both halves."""
    return "dev" if hashlib.sha256(text.encode()).digest()[0] < 128 else "test"


def seeds() -> tuple[list[qa.Document], list[LabelledQuestion]]:
    """Return the project's own documents and questions."""
    documents = list(qa.read_documents([SEEDS]))
    return documents, [_seed(question, documents) for question in read_seed_questions(QUESTIONS)]


def _seed(question: SeedQuestion, documents: list[qa.Document]) -> LabelledQuestion:
    texts = {document.id: document.text for document in documents}
    found = list(places(question.quotes, documents))
    spans = tuple(
        (one.document_id, one.start + at, one.start + at + len(one.answer))
        for one in found
        for at in occurrences(texts[one.document_id][one.start : one.end], one.answer)
    )
    sentences = tuple((one.document_id, one.start, one.end) for one in found)
    labelled = LabelledQuestion(
        question.question, question.topic or question.kind, spans, sentences, question.split, "seeds"
    )
    return with_answers(labelled, texts)
