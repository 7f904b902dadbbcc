"""Answering: the span and its place, the sentence around it, what stands beside it, and when to decline."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import SEEDS
from toy import WordEmbedder

import qa
from qa.errors import QuestionError
from qa.reading import Reading, Window
from qa.reading.deciding import FITTED_FILE, fitted_for
from qa.reading.readers import RuleReader
from qa.text import syllables

QUESTIONS = [json.loads(line) for line in (SEEDS.parent / "eval" / "seeds.jsonl").read_text("utf-8").splitlines()]
HOW_MANY = "Cả nước có bao nhiêu đảng viên?"
COUNT = "Cả nước có {} đảng viên."


class Prepared:
    """A reader that finds in each document the span that it was given, with its log-odds; else nothing."""

    def __init__(self, spans: Mapping[str, tuple[str, float]], folder: Path | None = None) -> None:
        self._spans = spans
        self._folder = folder
        self.asked: list[str] = []

    @property
    def folder(self) -> Path | None:
        return self._folder

    def read(self, question: str, passages: Sequence[qa.Passage]) -> list[Reading]:
        self.asked.append(question)
        return [Reading(tuple(self._windows(one))) for one in passages]

    def _windows(self, passage: qa.Passage) -> Iterator[Window]:
        words = syllables(passage.text)
        span, odds = self._spans.get(passage.document_id, ("", -8.0))
        starts, ends = (np.full(len(words), -20, dtype=np.float32) for _ in range(2))
        at = passage.text.find(span) if span else -1
        if at >= 0:
            starts[[one.end > at for one in words].index(True)] = odds / 2
            ends[[one.end >= at + len(span) for one in words].index(True)] = odds / 2
        yield Window(np.array([(one.start, one.end) for one in words]).reshape(-1, 2), starts, ends, odds)


def searcher_of(folder: Path, *documents: qa.Document) -> qa.Searcher:
    index = qa.Index.create(folder / "documents", WordEmbedder())
    index.upsert(documents)
    return qa.Searcher(index)


def counts(folder: Path, *texts: tuple[str, date | None]) -> qa.Searcher:
    return searcher_of(folder, *(qa.Document(f"d{n}", text, published=day) for n, (text, day) in enumerate(texts)))


FLOOD = qa.Document(
    "flood",
    "Mưa lũ ở miền núi. Sáng 5-9, mưa làm 12 nhà hư hỏng. Đồng chí Lữ Văn Hùng đến thăm bà con vùng mưa lũ.",
    "Mưa lũ",
    "paper/flood",
    date(2022, 9, 6),
)
DAMAGE = "Sáng 5-9, mưa làm 12 nhà hư hỏng."
VISIT = "Đồng chí Lữ Văn Hùng đến thăm bà con vùng mưa lũ."


@pytest.fixture
def flood(tmp_path: Path) -> qa.Searcher:
    return searcher_of(tmp_path, FLOOD, qa.Document("fish", "Cá sống ở sông. Cá ăn rong.", "Cá"))


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("answers") / "seeds")
    index.upsert(qa.read_documents([SEEDS]))
    return qa.Searcher(index)


# A span, its place and its sentence


@pytest.mark.parametrize(
    ("question", "span", "kind", "answer", "sentence"),
    [
        ("Mưa làm bao nhiêu nhà hư hỏng?", "12", "number", "12 nhà hư hỏng", DAMAGE),
        ("Mưa làm nhà hư hỏng ngày nào?", "Sáng 5-9", "date", "Sáng 5-9", DAMAGE),
        ("Ai đến thăm bà con?", "Đồng chí Lữ Văn", "person", "Lữ Văn Hùng", VISIT),
        ("Mưa lũ ở đâu?", "ở miền núi", "place", "ở miền núi", "Mưa lũ ở miền núi."),
        (  # of two sentences
            "Bà con gặp chuyện gì?",
            "12 nhà hư hỏng. Đồng chí Lữ Văn Hùng",
            "other",
            "12 nhà hư hỏng. Đồng chí Lữ Văn Hùng",
            f"{DAMAGE} {VISIT}",
        ),
    ],
)
def test_the_span_its_place_and_its_sentence(
    flood: qa.Searcher, question: str, span: str, kind: str, answer: str, sentence: str
) -> None:
    reply = qa.ask(question, flood, reader=Prepared({"flood": (span, 4.0)}))
    assert (reply.verdict, reply.kind, reply.text, reply.sentence) == ("answer", kind, answer, sentence)
    assert reply.confidence == pytest.approx(1 / (1 + math.exp(-4)), abs=1e-4)
    assert reply.source is not None
    assert FLOOD.text[reply.start : reply.end] == answer
    assert reply.source == reply.evidence[reply.source.rank - 1]
    assert (reply.others, reply.whole_sentence) == ((), False)


def test_a_span_of_another_kind_stands_for_its_sentence(flood: qa.Searcher) -> None:
    reply = qa.ask("Có bao nhiêu người ở vùng mưa lũ?", flood, reader=Prepared({"flood": ("bà con", 4.0)}))
    assert (reply.whole_sentence, reply.text, reply.sentence) == (True, VISIT, VISIT)
    assert FLOOD.text[reply.start : reply.end] == VISIT


def test_an_answer_as_json(flood: qa.Searcher) -> None:
    question = "Mưa làm bao nhiêu nhà hư hỏng?"
    shown = qa.ask(question, flood, k=1, reader=Prepared({"flood": ("12", 4.0)})).to_json()
    (hit,) = shown.pop("hits")
    assert (hit["rank"], hit["passage"]["text"]) == (1, FLOOD.text)
    assert json.loads(json.dumps(shown)) == {
        "question": question,
        "searched": None,
        "verdict": "answer",
        "kind": "number",
        "answer": {
            "text": "12 nhà hư hỏng",
            "start": 37,
            "end": 51,
            "index": None,
            "document_id": "flood",
            "place": "",
            "published": "2022-09-06",
            "relations": [],
            "sentence": DAMAGE,
        },
        "declined": False,
        "confidence": 0.982,
        "others": [],
        "absent": [],
        "notes": ["unfitted"],
    }


def test_an_empty_index_declines(tmp_path: Path) -> None:
    assert qa.ask("Mưa ở đâu?", searcher_of(tmp_path), reader=Prepared({})).to_json() == {
        "question": "Mưa ở đâu?",
        "searched": None,
        "verdict": "not_found",
        "kind": "place",
        "answer": None,
        "declined": True,
        "confidence": 0.0,
        "others": [],
        "absent": ["Mưa"],
        "notes": ["unfitted"],
        "hits": [],
    }


# Verdicts and notes


@pytest.mark.parametrize(
    ("question", "odds", "verdict"),
    [
        ("Mưa làm bao nhiêu nhà hư hỏng?", 0.1, "answer"),
        ("Mưa làm bao nhiêu nhà hư hỏng?", -0.1, "related"),
        ("Mưa làm bao nhiêu nhà hư hỏng?", math.nan, "related"),
        ("Giá vàng SJC hôm nay bao nhiêu?", -0.1, "not_found"),
    ],
)
def test_verdicts(flood: qa.Searcher, question: str, odds: float, verdict: str) -> None:
    reply = qa.ask(question, flood, reader=Prepared({"flood": ("12", odds)}))
    assert (reply.verdict, len(reply.evidence)) == (verdict, 2)
    if verdict != "answer":
        assert (reply.text, reply.sentence, reply.start, reply.end, reply.source) == (None,) * 5


@pytest.mark.parametrize(("question", "verdict"), [("mưa lũ", "related"), ("và", "not_found")])
def test_keywords_ask_nothing_and_are_not_read(flood: qa.Searcher, question: str, verdict: str) -> None:
    reader = Prepared({"flood": ("12", 9.0)})
    reply = qa.ask(question, flood, reader=reader)
    assert (reply.verdict, reply.notes, reader.asked) == (verdict, ("keywords", "unfitted"), [])


def test_notes_tell_who_read(flood: qa.Searcher, tmp_path: Path) -> None:
    question = "Mưa làm bao nhiêu nhà hư hỏng?"
    assert qa.ask(question, flood, reader=RuleReader()).notes[0] == "rules_only"
    weights = {name: {"margin": 10} for name in ("span", "chance", "chance_across")}
    numbers = {**weights, "threshold": 0.9, "least_margin": -20, "least_margin_of_values": -20}
    file = {"embedder": "words@1", "fitted": numbers, "without_scores": numbers}
    (tmp_path / FITTED_FILE).write_text(json.dumps(file), encoding="utf-8")
    sure, unsure = (qa.ask(question, flood, reader=Prepared({"flood": ("12", odds)}, tmp_path)) for odds in (2.3, 2.1))
    assert (sure.notes, sure.verdict, unsure.verdict) == ((), "answer", "related")


def test_words_that_no_document_has_are_reported(seeds: qa.Searcher) -> None:
    def absent(question: str) -> tuple[str, ...]:
        return qa.ask(question, seeds, reader=Prepared({})).absent

    assert absent("Kinh phí tổ chức buổi gặp mặt cán bộ hưu trí là bao nhiêu?") == ("Kinh phí",)
    assert absent(HOW_MANY) == ()
    assert absent("Số điện thoại của Ban liên lạc là gì?") == ("điện thoại",)
    assert absent("Who wrote the poem of the mountain?") == ()


def test_a_word_whose_parts_stand_in_the_answer_is_not_absent(tmp_path: Path) -> None:
    searcher = counts(tmp_path, ("Đảng bộ đã đưa 3.354 người ra khỏi Đảng.", None))
    reply = qa.ask("Đã đưa ra bao nhiêu người?", searcher, reader=Prepared({"d0": ("3.354", 4.0)}))
    assert (reply.text, reply.absent) == ("3.354 người", ())


def test_a_country_that_no_document_names_is_the_whole_of_it(tmp_path: Path) -> None:
    reader = Prepared({"d0": ("5.248.607", 4.0)})
    question = "Việt Nam có bao nhiêu đảng viên?"
    assert qa.ask(question, counts(tmp_path / "a", (COUNT.format("5.248.607"), None)), reader=reader).text
    named = counts(tmp_path / "b", (f"{COUNT.format('5.248.607')} Việt Nam có mưa.", None))
    assert qa.ask(question, named, reader=reader).text
    assert reader.asked == ["cả nước có bao nhiêu đảng viên?", question]


def test_that_it_is_so_today_is_judged_by_dates_and_not_read(tmp_path: Path) -> None:
    reader = Prepared({"d0": ("5.248.607", 4.0)})
    searcher = counts(tmp_path, (COUNT.format("5.248.607"), None))
    assert qa.ask("Hiện nay cả nước có bao nhiêu đảng viên?", searcher, reader=reader).text
    assert reader.asked == ["cả nước có bao nhiêu đảng viên?"]


# Which hits


def test_evidence_has_k_hits_and_the_source_among_them(tmp_path: Path) -> None:
    months = [
        f"Tháng {n} mưa {n * 11} ngày, lúa tốt ở các huyện phía {way}." for n, way in enumerate(("đông", "tây"), 1)
    ]
    searcher = counts(tmp_path, *((text, None) for text in months), ("Cá sống ở sông, không sợ mưa.", None))
    reader = Prepared({"d2": ("sông", 4.0)})
    for k in (1, 2, 3, 9):
        reply = qa.ask("Mưa và lúa tốt ở đâu?", searcher, k=k, reader=reader)
        assert (reply.text, len(reply.evidence)) == ("sông", min(k, len(reply.evidence)))
        assert reply.source in reply.evidence
        assert [hit.rank for hit in reply.evidence] == sorted({hit.rank for hit in reply.evidence})
    with pytest.raises(QuestionError, match="Ask for at least 1"):
        qa.ask("Mưa ở đâu?", searcher, k=0, reader=reader)


def test_of_nearly_the_same_passages_the_one_that_answers_leads(tmp_path: Path) -> None:
    text = f"{COUNT.format('5.100.000')} Họ sinh hoạt ở các tổ chức cơ sở trong cả nước."
    days = [date(year, 1, 1) for year in (2018, 2019, 2020)]
    searcher = counts(tmp_path, *((text, day) for day in days))
    reply = qa.ask(HOW_MANY, searcher, reader=Prepared({"d1": ("5.100.000", 4.0)}))
    assert reply.source is not None
    assert reply.source.passage.published == days[1]
    assert reply.evidence == (reply.source,)
    assert sorted(hit.passage.document_id for hit in reply.source.similar) == ["d0", "d2"]
    assert {hit.rank for hit in (reply.source, *reply.source.similar)} == {1}
    assert all(hit.similar == () for hit in reply.source.similar)


# Answers that differ


def test_different_figures_are_reported_with_their_dates_the_newest_first(tmp_path: Path) -> None:
    figures = ("5.100.000", "5.248.607", "5,248,607", "4.900.000", "5.000.000")
    days = (date(2021, 1, 5), date(2022, 2, 1), date(2022, 1, 13), None, date(2020, 1, 1))
    texts = [COUNT.format(figure) for figure in figures]
    searcher = counts(tmp_path, *zip(texts, days, strict=True))
    reply = qa.ask(HOW_MANY, searcher, reader=Prepared({f"d{n}": (one, 8 - n / 10) for n, one in enumerate(figures)}))
    assert (reply.text, reply.sentence) == ("5.248.607 đảng viên", "Cả nước có 5.248.607 đảng viên.")
    assert reply.source in reply.evidence
    assert [other.text for other in reply.others] == [
        "5.100.000 đảng viên",
        "5.000.000 đảng viên",
        "4.900.000 đảng viên",
    ]
    for other in reply.others:
        document = searcher.index.document(other.source.passage.document_id)
        assert document.text[other.start : other.end] == other.text
    shown = reply.to_json()["others"]
    assert [(one["published"], one["start"], one["end"]) for one in shown] == [
        ("2021-01-05", 11, 30),
        ("2020-01-01", 11, 30),
        (None, 11, 30),
    ]


@pytest.mark.parametrize("other", ["5,100,000", "5100000", "5.100.000", "5,1 triệu"])
def test_one_figure_in_two_spellings_is_no_conflict(tmp_path: Path, other: str) -> None:
    searcher = counts(tmp_path, (COUNT.format("5.100.000"), date(2020, 1, 1)), (COUNT.format(other), date(2023, 1, 1)))
    reply = qa.ask(HOW_MANY, searcher, reader=Prepared({"d0": ("5.100.000", 6.0), "d1": (other, 6.0)}))
    assert (reply.verdict, reply.others) == ("answer", ())


def test_two_who_held_one_office_are_both_named(tmp_path: Path) -> None:
    held = "Đồng chí {} là Bí thư Tỉnh ủy Bạc Liêu."
    searcher = counts(
        tmp_path,
        (held.format("Lê Văn An"), date(2015, 5, 1)),
        (f"{held.format('Trần Thị Bình')} Tỉnh họp giao ban.", date(2022, 5, 1)),
        ("Đồng chí Hồ Hà là Bí thư Tỉnh ủy Cà Mau.", date(2023, 5, 1)),
    )
    reader = Prepared({"d0": ("Lê Văn An", 7.0), "d1": ("Trần Thị Bình", 6.0), "d2": ("Hồ Hà", 5.0)})
    reply = qa.ask("Ai là Bí thư Tỉnh ủy Bạc Liêu?", searcher, reader=reader)
    assert (reply.text, [other.text for other in reply.others]) == ("Trần Thị Bình", ["Lê Văn An"])


def test_a_figure_of_something_else_is_no_other_answer(tmp_path: Path) -> None:
    searcher = counts(
        tmp_path,
        (COUNT.format("5.248.607"), date(2022, 1, 13)),
        ("Cả nước có 51.900 tổ chức đảng.", date(2022, 1, 14)),
        ("Cả tỉnh kết nạp 380 đảng viên.", date(2022, 1, 15)),
    )
    reader = Prepared({"d0": ("5.248.607", 6.0), "d1": ("51.900", 6.0), "d2": ("380", 6.0)})
    reply = qa.ask(HOW_MANY, searcher, reader=reader)
    assert (reply.text, reply.others) == ("5.248.607 đảng viên", ())


# Every question of the seeds, read by rules, and some of them by the bundled reader


@pytest.fixture(scope="module")
def replies(seeds: qa.Searcher) -> list[tuple[qa.Reader, qa.Answer]]:
    asked = [
        (question["question"], reader)
        for reader, few in ((RuleReader(), 1), (None, 13))
        for question in QUESTIONS[::few]
    ]
    readers = [reader or qa.load_reader() for _, reader in asked]
    return [(one, qa.ask(question, seeds, reader=one)) for (question, _), one in zip(asked, readers, strict=True)]


def test_every_answer_and_hit_stands_in_its_document(
    seeds: qa.Searcher, replies: list[tuple[qa.Reader, qa.Answer]]
) -> None:
    texts = {document.id: document.text for document in seeds.index.documents()}
    assert {reply.verdict for _, reply in replies} == {"answer", "related", "not_found"}
    for _, reply in replies:
        assert len(reply.evidence) == 5
        for passage in (one.passage for hit in reply.evidence for one in (hit, *hit.similar)):
            assert texts[passage.document_id][passage.start : passage.end] == passage.text
        if reply.text is not None:
            assert reply.source is not None
            assert reply.sentence is not None
            assert texts[reply.source.passage.document_id][reply.start : reply.end] == reply.text
            assert reply.text == reply.text.strip()
            assert reply.text in reply.sentence
            assert reply.sentence in reply.source.passage.text
            assert reply.source in reply.evidence
            assert (reply.text == reply.sentence) or not reply.whole_sentence
        for other in reply.others:
            assert texts[other.source.passage.document_id][other.start : other.end] == other.text
        assert json.loads(json.dumps(reply.to_json()))["verdict"] == reply.verdict


def test_an_answer_is_sure_enough_and_none_is_not(
    seeds: qa.Searcher, replies: list[tuple[qa.Reader, qa.Answer]]
) -> None:
    embedder = seeds.evidence(HOW_MANY, k=1).embedder
    for reader, reply in replies:
        assert 0 <= reply.confidence <= 1
        assert (reply.text is None) == (reply.source is None)
        assert (reply.text is None) == (reply.confidence < fitted_for(reader.folder, embedder).threshold)


def test_the_bundled_reader_answers_and_declines(seeds: qa.Searcher) -> None:
    reply = qa.ask(HOW_MANY, seeds)
    assert (reply.text, reply.kind) == ("5.248.607 đảng viên", "number")
    assert "rules_only" not in reply.notes
    assert qa.answer_from(seeds.evidence(HOW_MANY)) == reply
    assert qa.ask("ca nuoc co bao nhieu dang vien", seeds).text == "5.248.607 đảng viên"
    assert qa.ask("Giá vàng SJC hôm nay bao nhiêu một lượng?", seeds).verdict == "not_found"


@pytest.mark.parametrize(
    "question",
    [
        *("mưa", "bao nhiêu", "1", "😀 và 😀"),
        *("中国的首都是哪里？", "ما هي عاصمة مصر", "Где живут рыбы сейчас?", "Quelle est la capitale de la France ?"),
        *("qwer lksdf zxcvb là bao nhiêu", "zzxq?? yyk wwp"),
    ],
)
def test_what_asks_nothing_of_these_documents_is_declined_unread(flood: qa.Searcher, question: str) -> None:
    reader = Prepared({"flood": ("12", 9.0), "fish": ("sông", 9.0)})
    reply = qa.ask(question, flood, reader=reader)
    assert (reply.text, reply.confidence, reader.asked) == (None, 0.0, [])


def test_a_question_in_english_is_read_though_it_has_no_word_in_common(flood: qa.Searcher) -> None:
    reader = Prepared({"flood": ("12", 3.0), "fish": ("sông", -3.0)})
    reply = qa.ask("How many houses did the rain damage?", flood, reader=reader)
    assert (reply.text, reply.absent) == ("12", ())
    declined = qa.ask("How many houses did the rain damage?", flood, reader=Prepared({}))
    assert declined.verdict == "not_found"
