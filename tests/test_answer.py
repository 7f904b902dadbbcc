"""Answering: the sentence, its place, and when to decline."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from conftest import SEEDS
from toy import WordEmbedder

import qa
from qa.answer.asking import THRESHOLD, _confidence
from qa.answer.weighing import weigh
from qa.errors import QuestionError

ROOT = SEEDS.parent
QUESTIONS = [json.loads(line) for line in (ROOT / "eval" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()]

FLOOD = qa.Document(
    "flood",
    "Mưa lũ ở miền núi. Sáng 5-9, mưa làm 12 nhà hư hỏng. Đồng chí Lữ Văn Hùng đến thăm bà con vùng mưa lũ.",
    "Mưa lũ",
    "paper/flood",
    date(2022, 9, 6),
)


@pytest.fixture
def flood(tmp_path: Path, embedder: WordEmbedder) -> qa.Searcher:
    index = qa.Index.create(tmp_path / "index", embedder)
    index.upsert([FLOOD, qa.Document("fish", "Cá sống ở sông. Cá ăn rong.", "Cá")])
    return qa.Searcher(index)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("answers") / "seeds")
    index.upsert(qa.read_documents([SEEDS]))
    return qa.Searcher(index)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Mưa làm bao nhiêu nhà hư hỏng?", "Sáng 5-9, mưa làm 12 nhà hư hỏng."),
        ("Ai đến thăm vùng mưa lũ?", "Đồng chí Lữ Văn Hùng đến thăm bà con vùng mưa lũ."),
        ("Cá ăn gì?", "Cá ăn rong."),
    ],
)
def test_the_sentence_that_answers(flood: qa.Searcher, question: str, answer: str) -> None:
    reply = qa.ask(question, flood)
    assert reply.text == reply.sentence == answer
    assert reply.source is not None
    document = flood.index.document(reply.source.passage.document_id)
    assert document.text[reply.start : reply.end] == answer
    assert reply.evidence[reply.source.rank - 1] == reply.source


def test_a_sentence_that_only_repeats_the_question_is_no_answer(flood: qa.Searcher) -> None:
    weighed = weigh("Ai đến thăm khi mưa lũ ở miền núi?", flood.search("mưa lũ", k=2), flood)
    assert "Mưa lũ ở miền núi." not in [candidate.text for candidate in weighed.candidates]


@pytest.mark.parametrize("question", ["Mưa làm bao nhiêu nhà hư hỏng năm 2024?", "Ngày 15 mưa làm gì?"])
def test_a_number_that_no_passage_has_is_declined(flood: qa.Searcher, question: str) -> None:
    reply = qa.ask(question, flood)
    assert (reply.text, reply.source, reply.confidence) == (None, None, 0.0)
    assert len(reply.evidence) == 2


@pytest.mark.parametrize(
    "question",
    ["mưa", "và", "bao nhiêu", "1", "😀 và 😀", "中国的首都是哪里？", "ما هي عاصمة مصر", "Где живут рыбы сейчас?"],
)
def test_too_little_and_unknown_languages_are_declined(flood: qa.Searcher, question: str) -> None:
    reply = qa.ask(question, flood)
    assert (reply.text, reply.confidence) == (None, 0.0)


def test_k_is_checked(flood: qa.Searcher) -> None:
    with pytest.raises(QuestionError, match="Ask for at least 1"):
        qa.ask("Mưa làm bao nhiêu nhà hư hỏng?", flood, k=0)


def test_the_date_of_a_passage_counts_as_its_number(flood: qa.Searcher) -> None:
    assert qa.ask("Năm 2022 mưa làm bao nhiêu nhà hư hỏng?", flood).text == "Sáng 5-9, mưa làm 12 nhà hư hỏng."


def test_an_empty_index_declines(tmp_path: Path, embedder: WordEmbedder) -> None:
    searcher = qa.Searcher(qa.Index.create(tmp_path / "empty", embedder))
    assert qa.ask("Mưa ở đâu?", searcher).to_json() == {
        "question": "Mưa ở đâu?",
        "verdict": "not_found",
        "answer": None,
        "declined": True,
        "confidence": 0.0,
        "hits": [],
    }


def test_confidence_grows_with_cosine_and_coverage() -> None:
    grid = [_confidence((cosine, coverage), across=False) for cosine in (0, 0.5, 1) for coverage in (0, 0.5, 1)]
    assert grid[0] < THRESHOLD < grid[-1] < 1
    assert all(grid[n] < grid[n + 1] for n in (0, 1, 3, 4, 6, 7))
    assert all(grid[n] < grid[n + 3] for n in range(6))


def test_evidence_has_k_hits(seeds: qa.Searcher) -> None:
    question = "Cả nước có bao nhiêu đảng viên?"
    assert [len(qa.ask(question, seeds, k=k).evidence) for k in (1, 3, 8)] == [1, 3, 8]
    assert qa.ask(question, seeds, k=1).text == qa.ask(question, seeds, k=8).text


def test_every_answer_and_hit_stands_in_its_document(seeds: qa.Searcher) -> None:
    texts = {document.id: document.text for document in seeds.index.documents()}
    for question in QUESTIONS:
        reply = qa.ask(question["question"], seeds)
        for hit in reply.evidence:
            passage = hit.passage
            assert texts[passage.document_id][passage.start : passage.end] == passage.text
        if reply.text is not None:
            assert reply.source is not None
            assert texts[reply.source.passage.document_id][reply.start : reply.end] == reply.text
        assert (reply.text is None) == (reply.source is None) == (reply.confidence < THRESHOLD)
