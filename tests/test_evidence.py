"""All that one generation of an index says about a question, gathered at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import SEEDS
from numpy.typing import NDArray
from toy import WordEmbedder

import qa
from qa.errors import QuestionError
from qa.index import FolderIndex
from qa.index.snapshot import Snapshot
from qa.reading.readers import RuleReader
from qa.text import folded_terms, syllables

COUNT = "Cả nước có 5.248.607 đảng viên."
PARAGRAPH = " ".join(["Hội nghị bàn về công tác xây dựng Đảng trong năm qua ở các tỉnh."] * 6)


class CountingEmbedder(WordEmbedder):
    """Keeps the questions that it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        return super().embed_queries(texts)


class CountingIndex(FolderIndex):
    """Counts how often it is read from."""

    readings = 0

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        self.readings += 1
        with super().reading() as snapshot:
            yield snapshot


@pytest.fixture
def searcher(tmp_path: Path) -> qa.Searcher:
    index = CountingIndex.create(tmp_path / "index", CountingEmbedder())
    long = f"{PARAGRAPH}\n\n{COUNT} {PARAGRAPH}\n\n{PARAGRAPH} Hết."
    index.upsert([qa.Document("long", long, "Tổng kết"), qa.Document("rain", "Mưa to ở miền núi.", "Thời tiết")])
    return qa.Searcher(index)


def test_one_question_is_one_reading_and_one_embedding(searcher: qa.Searcher) -> None:
    assert isinstance(searcher.index, CountingIndex)
    assert isinstance(searcher.index.embedder, CountingEmbedder)
    reply = qa.ask("Cả nước có bao nhiêu đảng viên?", searcher, reader=RuleReader())
    assert reply.text == "5.248.607 đảng viên"
    assert searcher.index.readings == 1
    assert len(searcher.index.embedder.asked) == 1


def test_answering_needs_the_index_no_more(searcher: qa.Searcher) -> None:
    evidence = searcher.evidence("Cả nước có bao nhiêu đảng viên?")
    searcher.index.delete(["long"])
    assert qa.answer_from(evidence, reader=RuleReader()).text == "5.248.607 đảng viên"
    assert searcher.index.readings == 1  # type: ignore[attr-defined]


def test_hits_are_those_of_a_search(searcher: qa.Searcher) -> None:
    question = "Mưa to ở đâu?"
    evidence = searcher.evidence(question, k=2)
    assert evidence.hits == searcher.search(question, k=2)
    assert (evidence.question, evidence.searched, evidence.embedder) == (question, question, "words@1")
    only = searcher.evidence(question, filters={"document": "long"})
    assert {hit.passage.document_id for hit in only.hits} == {"long"}
    with pytest.raises(QuestionError, match="no words"):
        searcher.evidence("?")


def test_evidence_tells_how_many_passages_there_are(searcher: qa.Searcher) -> None:
    assert searcher.evidence("Mưa to ở đâu?").passages == searcher.index.counts()[1] == 4


def test_a_question_of_who_signed_reaches_to_the_foot(tmp_path: Path) -> None:
    clauses = "\n\n".join(f"Điều {number}. {PARAGRAPH}" for number in range(1, 12))
    foot = "Nơi nhận:\n- Như Điều 11;\n\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLò Thị Xuân"
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document("a", f"{clauses}\n\n{foot}", "Quyết định 12/2021/QĐ-UBND")])
    searcher = qa.Searcher(index)
    evidence = searcher.evidence("Ai ký Quyết định 12/2021/QĐ-UBND?", k=5)
    assert len(evidence.hits) == 5
    assert [one.rank for one in evidence.found] == list(range(1, len(evidence.found) + 1))
    assert evidence.further[-1].passage.text.endswith("Lò Thị Xuân")
    assert qa.ask("Ai ký Quyết định 12/2021/QĐ-UBND?", searcher, reader=RuleReader()).text == "Lò Thị Xuân"
    assert qa.ask("ai ky quyet dinh 12/2021/QD-UBND", searcher, reader=RuleReader()).text == "Lò Thị Xuân"
    for other in ("Quyết định 12/2021/QĐ-UBND bàn gì?", "Ai đăng ký xây dựng Đảng?", "Ai họp ở Hoa Kỳ thế kỷ này?"):
        assert searcher.evidence(other, k=5).further == []


def test_neighbours_stand_before_and_after_each_hit(searcher: qa.Searcher) -> None:
    evidence = searcher.evidence("Cả nước có bao nhiêu đảng viên?")
    found = [one for hit in evidence.hits for one in (hit, *hit.similar)]
    passages = {one.passage.ordinal: one.passage for one in found if one.passage.document_id == "long"}
    assert len(passages) == 3
    for hit in found:
        around = [] if hit.passage.document_id == "rain" else [hit.passage.ordinal - 1, hit.passage.ordinal + 1]
        assert evidence.neighbours[hit.passage.key] == [passages[at] for at in around if at in passages]


def test_rarities_are_inverse_document_frequencies(tmp_path: Path, embedder: WordEmbedder) -> None:
    """Robertson and Zaragoza 2009: ln(1 + (N - n + 0.5) / (n + 0.5))."""
    texts = {"a": "Mưa to, mưa lớn.", "b": "Lúa tốt vì có mưa.", "c": "Cá sống ở sông.", "d": "Hoà bình, uỷ ban 007."}
    index = qa.Index.create(tmp_path / "idf", embedder)
    index.upsert([qa.Document(name, text) for name, text in texts.items()])
    evidence = qa.Searcher(index).evidence("Mưa ở sông hòa bình, ủy ban, núi mưa")
    bags = [set(folded_terms(text)) for text in texts.values()]

    def idf(word: str) -> float:
        having = sum(word in bag for bag in bags)
        return math.log(1 + (len(bags) - having + 0.5) / (having + 0.5))

    words = ("mua", "o", "song", "hoa", "binh", "uy", "ban", "nui")
    assert dict(evidence.idf) == pytest.approx({word: idf(word) for word in words})
    assert evidence.idf["mua"] < evidence.idf["song"] < evidence.idf["nui"]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("evidence") / "seeds")
    index.upsert(qa.read_documents([SEEDS]))
    return qa.Searcher(index)


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Kinh phí tổ chức buổi gặp mặt cán bộ hưu trí là bao nhiêu?", ("Kinh phí", "bao nhiêu")),
        ("Số điện thoại của Ban liên lạc là gì?", ("điện thoại", "gì")),
        ("Cả nước có bao nhiêu đảng viên?", ("bao nhiêu",)),
        ("ca nuoc co bao nhieu dang vien", ("bao nhiêu",)),
        ("Uỷ ban và ủy viên", ()),
        ("Khoản 2 Điều 777", ("777",)),
        ("Xyzzy ở đâu, xyzzy?", ("Xyzzy", "xyzzy")),
    ],
)
def test_words_that_no_passage_has(seeds: qa.Searcher, question: str, absent: tuple[str, ...]) -> None:
    """Whether they ask or are words of grammar is not known here."""
    evidence = seeds.evidence(question)
    assert evidence.absent == absent
    assert set(evidence.idf) == {one for word in syllables(evidence.searched) for one in folded_terms(word.form)}
