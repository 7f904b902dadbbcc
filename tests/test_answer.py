"""Answering: the sentence, its place, and when to decline."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from conftest import SEEDS
from toy import WordEmbedder

import qa
from qa.answer.asking import THRESHOLD
from qa.answer.extracting.question import understand
from qa.answer.extracting.weighing import weigh
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
    ("question", "kind", "answer", "sentence"),
    [
        ("Mưa làm bao nhiêu nhà hư hỏng?", "number", "12 nhà hư hỏng", "Sáng 5-9, mưa làm 12 nhà hư hỏng."),
        ("Khi nào mưa làm nhà hư hỏng?", "date", "Sáng 5-9", "Sáng 5-9, mưa làm 12 nhà hư hỏng."),
        (
            "Ai đến thăm bà con vùng mưa lũ?",
            "person",
            "Lữ Văn Hùng",
            "Đồng chí Lữ Văn Hùng đến thăm bà con vùng mưa lũ.",
        ),
        ("Cá sống ở đâu?", "place", "Cá sống ở sông.", "Cá sống ở sông."),
    ],
)
def test_the_span_of_the_asked_kind_in_the_sentence_that_answers(
    flood: qa.Searcher, question: str, kind: str, answer: str, sentence: str
) -> None:
    reply = qa.ask(question, flood)
    assert (reply.verdict, reply.kind, reply.text, reply.sentence) == ("answer", kind, answer, sentence)
    assert reply.source is not None
    document = flood.index.document(reply.source.passage.document_id)
    assert document.text[reply.start : reply.end] == answer
    assert reply.evidence[reply.source.rank - 1] == reply.source


def test_a_sentence_that_only_repeats_the_question_is_no_answer(flood: qa.Searcher) -> None:
    typed = "Ai đến thăm khi mưa lũ ở miền núi?"
    weighed = weigh(understand(typed, typed, flood), flood.search("mưa lũ", k=2), flood)
    assert "Mưa lũ ở miền núi." not in [sentence.text for sentence in weighed.sentences]


def test_a_lesser_post_is_not_the_post_that_is_asked_about(tmp_path: Path, embedder: WordEmbedder) -> None:
    index = qa.Index.create(tmp_path / "posts", embedder)
    index.upsert(
        [qa.Document("a", "Đồng chí Lê Văn An, Phó Bí thư đảng bộ, phát biểu. Đồng chí Hồ Hà là Bí thư đảng bộ.")]
    )
    reply = qa.ask("Ai là Bí thư đảng bộ?", qa.Searcher(index))
    assert reply.text == "Hồ Hà"


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
    assert qa.ask("Năm 2022 mưa làm bao nhiêu nhà hư hỏng?", flood).text == "12 nhà hư hỏng"


COUNT = "Cả nước có {} đảng viên."


def counts(folder: Path, embedder: WordEmbedder, *texts: tuple[str, date | None]) -> qa.Searcher:
    index = qa.Index.create(folder, embedder)
    index.upsert([qa.Document(f"{n}", text, published=day) for n, (text, day) in enumerate(texts)])
    return qa.Searcher(index)


def test_different_figures_are_told_with_their_dates_the_newest_first(tmp_path: Path, embedder: WordEmbedder) -> None:
    searcher = counts(
        tmp_path / "counts",
        embedder,
        (COUNT.format("5.100.000"), date(2021, 1, 5)),
        (COUNT.format("5.248.607"), date(2022, 1, 13)),
        (COUNT.format("4.900.000"), None),
        (COUNT.format("5.248.607") + " Mưa to.", date(2022, 2, 1)),
    )
    reply = qa.ask("Cả nước có bao nhiêu đảng viên?", searcher)
    assert (reply.text, reply.sentence) == ("5.248.607 đảng viên", "Cả nước có 5.248.607 đảng viên.")
    assert [other.text for other in reply.others] == ["5.100.000 đảng viên", "4.900.000 đảng viên"]
    for other in reply.others:
        document = searcher.index.document(other.source.passage.document_id)
        assert document.text[other.start : other.end] == other.text
    shown = reply.to_json()["others"]
    assert [(one["published"], one["start"], one["end"]) for one in shown] == [("2021-01-05", 11, 30), (None, 11, 30)]


def test_a_figure_of_something_else_is_no_other_answer(tmp_path: Path, embedder: WordEmbedder) -> None:
    searcher = counts(
        tmp_path / "counts",
        embedder,
        (COUNT.format("5.248.607"), date(2022, 1, 13)),
        ("Cả nước có 51.900 tổ chức đảng.", date(2022, 1, 13)),
        ("Cả tỉnh kết nạp 380 đảng viên.", date(2022, 1, 13)),
    )
    reply = qa.ask("Cả nước có bao nhiêu đảng viên?", searcher)
    assert (reply.text, reply.others) == ("5.248.607 đảng viên", ())


def test_words_that_no_document_has_are_told(seeds: qa.Searcher) -> None:
    assert qa.ask("Kinh phí tổ chức buổi gặp mặt cán bộ hưu trí là bao nhiêu?", seeds).absent == ("Kinh phí",)
    assert qa.ask("Cả nước có bao nhiêu đảng viên?", seeds).absent == ()
    assert qa.ask("Số điện thoại của Ban liên lạc là gì?", seeds).absent == ("điện thoại",)
    assert qa.ask("Who wrote the poem of the mountain?", seeds).absent == ()


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Cả nước có bao nhiêu đảng viên?", "answer"),
        ("Kết luận số 33-KL/TW được ban hành ngày nào?", "related"),
        ("Hội nghị giao ban trực tuyến quý IV năm 2023 diễn ra ngày nào?", "related"),
        ("Giá vàng SJC hôm nay bao nhiêu một lượng?", "not_found"),
    ],
)
def test_verdicts(seeds: qa.Searcher, question: str, verdict: str) -> None:
    reply = qa.ask(question, seeds)
    assert (reply.verdict, len(reply.evidence)) == (verdict, 5)


def test_an_empty_index_declines(tmp_path: Path, embedder: WordEmbedder) -> None:
    searcher = qa.Searcher(qa.Index.create(tmp_path / "empty", embedder))
    assert qa.ask("Mưa ở đâu?", searcher).to_json() == {
        "question": "Mưa ở đâu?",
        "searched": None,
        "verdict": "not_found",
        "kind": "place",
        "answer": None,
        "declined": True,
        "confidence": 0.0,
        "others": [],
        "absent": ["Mưa"],
        "hits": [],
    }


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
            assert reply.sentence is not None
            assert reply.text in reply.sentence
            assert reply.sentence in reply.source.passage.text
        assert (reply.text is None) == (reply.source is None) == (reply.confidence < THRESHOLD)


COUNTED = "Tính đến cuối năm, tổng số đảng viên của cả nước là {} đảng viên, sinh hoạt ở các tổ chức cơ sở."
HOW_MANY = "Tổng số đảng viên của cả nước là bao nhiêu?"


def bundled(folder: Path, *documents: qa.Document) -> qa.Searcher:
    index = qa.Index.create(folder / "bundled")
    index.upsert(documents)
    return qa.Searcher(index)


def test_figures_that_differ_are_shown_newest_first(tmp_path: Path) -> None:
    old = qa.Document("old", COUNTED.format("5.100.000"), "Tổng kết", "", date(2020, 1, 1))
    new = qa.Document("new", COUNTED.format("5.300.000"), "Tổng kết", "", date(2023, 1, 1))
    answer = qa.ask(HOW_MANY, bundled(tmp_path, old, new))
    assert answer.text == "5.300.000 đảng viên"
    assert [(one.text, one.source.passage.document_id) for one in answer.others] == [("5.100.000 đảng viên", "old")]


@pytest.mark.parametrize("other", ["5,100,000", "5100000"])
def test_one_figure_in_two_spellings_is_no_conflict(tmp_path: Path, other: str) -> None:
    first = qa.Document("first", COUNTED.format("5.100.000"), "Tổng kết", "", date(2020, 1, 1))
    second = qa.Document("second", COUNTED.format(other), "Báo cáo", "", date(2023, 1, 1))
    assert qa.ask(HOW_MANY, bundled(tmp_path, first, second)).others == ()


def test_passages_of_the_same_words_are_read_for_their_dates(tmp_path: Path) -> None:
    years = [
        qa.Document(f"y{year}", COUNTED.format("5.100.000"), "Tổng kết", "", date(year, 1, 1))
        for year in (2018, 2019, 2020)
    ]
    answer = qa.ask("Năm 2019, tổng số đảng viên của cả nước là bao nhiêu?", bundled(tmp_path, *years))
    assert answer.source is not None
    assert answer.source.passage.document_id == "y2019"
    assert sorted(hit.passage.document_id for hit in answer.source.similar) == ["y2018", "y2020"]
    assert [hit.rank for hit in answer.evidence] == list(range(1, len(answer.evidence) + 1))


@pytest.mark.parametrize("question", ["asdf qwer zxcv", "qwer lksdf zxcvb là bao nhiêu", "zzxq?? yyk wwp"])
def test_what_has_neither_word_nor_meaning_in_common_with_the_documents_is_declined(
    seeds: qa.Searcher, question: str
) -> None:
    assert qa.ask(question, seeds).text is None
