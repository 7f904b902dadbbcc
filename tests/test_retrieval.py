"""Searching: exact scores and orders beside small oracles."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from toy import WordEmbedder

import qa
from qa.errors import QuestionError
from qa.retrieval import MODES
from qa.retrieval.ranking import NEUTRAL, fuse, standard_scores
from qa.text import folded_terms, terms

CORPUS = {
    "a": "Mưa to, mưa lớn ở miền núi.",
    "b": "Lúa tốt vì có mưa.",
    "c": "Cá sống ở sông.",
    "d": "Nắng to ở đồng bằng, lúa chín vàng.",
}


@pytest.fixture
def corpus(tmp_path: Path, embedder: WordEmbedder) -> qa.Searcher:
    index = qa.Index.create(tmp_path / "corpus", embedder)
    index.upsert([qa.Document(name, text) for name, text in CORPUS.items()])
    return qa.Searcher(index)


def bm25(query: list[str], texts: dict[str, list[str]]) -> dict[str, float]:
    """Robertson and Zaragoza 2009, k1 = 1.2, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5))."""
    mean = sum(map(len, texts.values())) / len(texts)
    scores = dict.fromkeys(texts, 0.0)
    for name, words in texts.items():
        counts = Counter(words)
        for term in query:
            having = sum(term in other for other in texts.values())
            idf = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
            scores[name] += idf * counts[term] * 2.2 / (counts[term] + 1.2 * (0.25 + 0.75 * len(words) / mean))
    return scores


@pytest.mark.parametrize("question", ["mưa lớn", "lúa ở đồng bằng", "cá cá", "Mưa, nắng và lúa"])
def test_lexical_scores_are_bm25_as_written_and_half_folded(corpus: qa.Searcher, question: str) -> None:
    written = bm25(terms(question), {name: terms(text) for name, text in CORPUS.items()})
    folded = bm25(folded_terms(question), {name: folded_terms(text) for name, text in CORPUS.items()})
    expected = {name: written[name] + 0.5 * folded[name] for name in CORPUS}
    hits = corpus.search(question, mode="lexical")
    assert {hit.passage.document_id: hit.score for hit in hits} == pytest.approx(
        {name: score for name, score in expected.items() if score > 0}, rel=1e-5
    )
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_dense_scores_are_cosines(corpus: qa.Searcher) -> None:
    hits = corpus.search("mưa lúa", mode="dense")
    assert [(hit.rank, hit.passage.document_id) for hit in hits] == [(1, "b"), (2, "a"), (3, "d"), (4, "c")]
    assert [hit.score for hit in hits] == pytest.approx([1, math.sqrt(0.5), 0.5, 0], abs=1e-3)


def test_hybrid_is_the_weighted_mean_of_standard_scores(corpus: qa.Searcher) -> None:
    question = "mưa lớn lúa"
    lexical = {hit.passage.id: hit.score for hit in corpus.search(question, mode="lexical")}
    dense = {hit.passage.id: hit.score for hit in corpus.search(question, mode="dense")}
    names = sorted(dense)
    both = [np.array([scores.get(name, 0.0) for name in names]) for scores in (lexical, dense)]
    first, second = ((scores - scores.mean()) / scores.std() for scores in both)
    expected = dict(zip(names, (1 - NEUTRAL.dense_share) * first + NEUTRAL.dense_share * second, strict=True))
    hits = corpus.search(question)
    assert {hit.passage.id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-4)
    assert [hit.passage.id for hit in hits] == sorted(names, key=lambda name: -expected[name])


def test_standard_scores() -> None:
    assert standard_scores(np.array([1, 2, 3], dtype=np.float32)) == pytest.approx([-1.2247449, 0, 1.2247449])
    assert standard_scores(np.array([2, 2], dtype=np.float32)) == pytest.approx([0, 0])
    assert fuse(np.array([0, 2], np.float32), np.array([3, 1], np.float32), 0.25) == pytest.approx([-0.5, 0.5])


def test_a_question_without_diacritics_finds_folded_forms(corpus: qa.Searcher) -> None:
    hits = corpus.search("ca song o song", mode="lexical")
    assert hits[0].passage.document_id == "c"


def test_marks_that_were_typed_count(corpus: qa.Searcher) -> None:
    corpus.index.upsert([qa.Document("e", "Ca sĩ hát."), qa.Document("f", "Cà chua chín.")])
    first = corpus.search("cá", mode="lexical")
    assert first[0].passage.document_id == "c"
    assert {hit.passage.document_id for hit in first} == {"c", "e", "f"}


def test_search_many_is_search_for_each(corpus: qa.Searcher) -> None:
    questions = ["mưa", "cá ở sông", "lúa"]
    assert corpus.search_many(questions, k=2) == [corpus.search(question, k=2) for question in questions]
    assert corpus.search_many([]) == []


def test_no_shared_word_is_no_lexical_hit(corpus: qa.Searcher) -> None:
    assert corpus.search("xyz", mode="lexical") == []


def test_k_and_mode_are_checked(corpus: qa.Searcher) -> None:
    with pytest.raises(QuestionError, match="Ask for at least 1"):
        corpus.search("mưa", k=0)
    with pytest.raises(QuestionError, match="There is no mode 'best'"):
        corpus.search("mưa", mode="best")  # type: ignore[arg-type]


def test_an_empty_index_has_no_hits(tmp_path: Path, embedder: WordEmbedder) -> None:
    searcher = qa.Searcher(qa.Index.create(tmp_path / "empty", embedder))
    assert [searcher.search("mưa", mode=mode) for mode in MODES] == [[], [], []]


def test_matches_are_spans_of_words_that_the_query_has(corpus: qa.Searcher) -> None:
    text = "Mùa mưa: lúa, LÚA và cá."
    assert [text[a:b] for a, b in corpus.matches("lua mua", text)] == ["Mùa", "mưa", "lúa", "LÚA"]
    assert [text[a:b] for a, b in corpus.matches("Lúa?", text)] == ["lúa", "LÚA"]
