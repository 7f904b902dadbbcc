"""Systems by name, over a set's documents or an index; bm25s beside a BM25 written out by hand."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import pytest

import qa
from eval.errors import EvaluationError
from eval.runs import run_system
from eval.sets import Question, QuestionSet, Ranking
from eval.systems import Bm25s, PassageSearch, System, corpus_digest, parse_system, systems_over_index, systems_over_set

TEXTS = [
    "Mưa to ở miền núi, mưa nhỏ ở đồng bằng.",
    "Lúa tốt vì có mưa.",
    "Cá sống ở sông.",
    "Sông dài, mưa nhiều, cá to, lúa tốt quanh năm ở đây.",
]
DOCUMENTS = [qa.Document(f"d{place}", text) for place, text in enumerate(TEXTS)]


ENGLISH_STOPWORDS = {"to"}  # of the words here; Vietnamese "to" (big) goes with them


def words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w\w+", text.lower()) if word not in ENGLISH_STOPWORDS]


def bm25_by_hand(question: str) -> list[str]:
    """Lucene's variant with k1 = 1.5 and b = 0.75 over bm25s's own words."""
    texts = [Counter(words(text)) for text in TEXTS]
    average = sum(text.total() for text in texts) / len(texts)
    scores = {}
    for place, text in enumerate(texts):
        score = 0.0
        for word in words(question):
            containing = sum(word in other for other in texts)
            rarity = math.log(1 + (len(texts) - containing + 0.5) / (containing + 0.5))
            score += rarity * text[word] / (text[word] + 1.5 * (0.25 + 0.75 * text.total() / average))
        scores[f"d{place}"] = score
    return sorted((one for one in scores if scores[one] > 0), key=lambda one: -scores[one])


@pytest.mark.parametrize("question", ["Mưa to ở đâu?", "Cá sống ở sông nào?", "lúa tốt", "mưa", "núi cao"])
def test_bm25s_ranks_as_bm25_by_hand(question: str) -> None:
    assert [found.id for found in Bm25s(DOCUMENTS).search(question, 10)] == bm25_by_hand(question)


@pytest.mark.parametrize("question", ["Phở bò", "?", "", "ở", "to"])
def test_bm25s_finds_nothing_where_no_word_is_shared(question: str) -> None:
    assert Bm25s(DOCUMENTS).search(question, 10) == []


def test_bm25s_finds_nothing_in_documents_without_words() -> None:
    assert Bm25s([qa.Document("a", "?"), qa.Document("b", "")]).search("mưa", 10) == []


def test_bm25s_is_a_system_with_ids_and_first_passages() -> None:
    asked = [Question("q1", "cá sông", "k"), Question("q2", "phở", "k")]
    assert Bm25s(DOCUMENTS).rank(asked, 1) == [Ranking(("d2",), TEXTS[2]), Ranking(())]


def test_bm25s_reads_titles() -> None:
    titled = [qa.Document("a", "Trời xanh.", "Nắng đẹp"), qa.Document("b", "Trời xám.", "Mưa")]
    assert [found.id for found in Bm25s(titled).search("nắng", 10)] == ["a"]


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("bm25s", System("bm25s")),
        ("hybrid", System("hybrid")),
        ("dense:org/model", System("dense", "org/model")),
        ("hybrid~restoring", System("hybrid", without=("restoring",))),
        ("lexical+BAAI/bge-reranker-v2-m3", System("lexical", reranker="BAAI/bge-reranker-v2-m3")),
        ("hybrid~restoring~grouping+a/b:c:d", System("hybrid", "c:d", ("restoring", "grouping"), "a/b")),
    ],
)
def test_a_system_is_read_and_named_alike(text: str, system: System) -> None:
    assert parse_system(text) == system
    assert system.name == text


def test_rules_come_in_one_order() -> None:
    assert parse_system("hybrid~grouping~restoring~grouping").name == "hybrid~restoring~grouping"


@pytest.mark.parametrize("text", ["sparse", "", "bm25s:org/model", "bm25s~restoring", "hybrid+", "hybrid:"])
def test_what_is_no_system_is_refused(text: str) -> None:
    with pytest.raises(EvaluationError, match=re.escape(f"{text!r} is not a system. Say bm25s or MODE[~RULE...]")):
        parse_system(text)


@pytest.mark.parametrize(("text", "rule"), [("hybrid~magic", "magic"), ("hybrid~", ""), ("hybrid~restoring~x", "x")])
def test_a_rule_that_is_not_there_is_named(text: str, rule: str) -> None:
    with pytest.raises(EvaluationError, match=f"There is no rule '{rule}' in .* Name one of: .*restoring"):
        parse_system(text)


def test_the_digest_of_a_corpus_sees_texts_and_no_order(documents: list[qa.Document]) -> None:
    assert corpus_digest(documents) == corpus_digest(documents[::-1])
    assert corpus_digest(documents) != corpus_digest(documents[:2])


@pytest.fixture
def asked(documents: list[qa.Document]) -> QuestionSet:
    return QuestionSet("weather", tuple(documents), (Question("q1", "mưa miền núi", "place"),), {"q1": {"rain": 1}})


def test_systems_over_a_set_share_an_index_for_each_model(tmp_path: Path, asked: QuestionSet) -> None:
    systems = systems_over_set([parse_system(name) for name in ("bm25s", "lexical", "hybrid")], asked, tmp_path)
    assert [name for name, _ in systems] == ["bm25s", "lexical", "hybrid"]
    assert [run_system(name, system, asked).rankings["q1"] for name, system in systems][:2] == [("rain", "rice")] * 2
    assert len(list(tmp_path.glob("weather-*/bundled-*"))) == 1


def test_bm25s_alone_needs_no_index(tmp_path: Path, asked: QuestionSet) -> None:
    systems_over_set([System("bm25s")], asked, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_index_with_another_model_is_refused(index: qa.Index, asked: QuestionSet) -> None:
    with pytest.raises(EvaluationError, match="An index has its own model"):
        systems_over_index([System("dense", "other")], asked, index)


def test_bm25s_is_refused_where_passages_are_judged(tmp_path: Path, asked: QuestionSet) -> None:
    by_passage = QuestionSet("seeds", asked.documents, asked.questions, asked.qrels, (), lambda _, hit: hit.passage.id)
    with pytest.raises(EvaluationError, match="bm25s ranks whole documents, and seeds judges passages"):
        systems_over_set([System("bm25s")], by_passage, tmp_path)


def test_a_rule_is_left_off_by_its_system(tmp_path: Path, asked: QuestionSet) -> None:
    typed = asked.reworded(lambda _: "mua mien nui")
    names = ("lexical", "lexical~restoring")
    systems = systems_over_set([parse_system(name) for name in names], typed, tmp_path)
    searchers = [system.searcher for _, system in systems if isinstance(system, PassageSearch)]
    restored = [one.search("mua mien nui").restored for one in searchers if isinstance(one, qa.Searcher)]
    assert [one is not None for one in restored] == [True, False]
    assert [name for name, _ in systems] == list(names)


def test_a_reranker_that_is_not_there_is_named_before_anything_runs(index: qa.Index, asked: QuestionSet) -> None:
    missing = str(index.folder / "no-reranker")
    with pytest.raises(qa.QAError, match="no-reranker"):
        systems_over_index([System("lexical", reranker=missing)], asked, index)
