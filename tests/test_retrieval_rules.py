"""Each rule of a search by itself: spellings, abbreviations, document numbers, late interaction, groups, rerankers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from toy import WordEmbedder

import qa
from qa.errors import ModelUnusableError, QuestionError
from qa.retrieval import RULES, Mode
from qa.retrieval.evidence import Groups
from qa.retrieval.query import other_forms
from qa.retrieval.ranking import NEUTRAL
from qa.text import fold, folded_terms, terms

SPELLINGS = {
    "skill": "Kỹ sư làm việc với lúa.",
    "peace": "Tỉnh Hòa Bình có mưa.",
    "million": "Cả nước có 5.248.607 đảng viên.",
    "council": "Ủy ban nhân dân họp về lúa.",
    "fish": "Cá sống ở sông.",
}


@pytest.fixture
def spelled(tmp_path: Path, embedder: WordEmbedder) -> qa.Searcher:
    index = qa.Index.create(tmp_path / "spelled", embedder)
    index.upsert([qa.Document(name, text) for name, text in SPELLINGS.items()])
    return qa.Searcher(index)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Kỹ sư lúa", "Kĩ sư lúa"),
        ("Hòa Bình có mưa", "Hoà Bình có mưa"),
        ("Hòa Bình có mưa", unicodedata.normalize("NFD", "Hòa Bình có mưa")),
        ("Hòa Bình có mưa", "HÒA BÌNH CÓ MƯA"),
        ("5248607 đảng viên", "５２４８６０７ đảng viên"),
        ("5.248.607 đảng viên", "5,248,607 đảng viên"),
    ],
)
def test_other_spellings_find_the_same(spelled: qa.Searcher, mode: Mode, question: str, other: str) -> None:
    assert spelled.search(other, mode=mode) == spelled.search(question, mode=mode)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_keys_that_were_left_are_read_and_reported(spelled: qa.Searcher, mode: Mode) -> None:
    hits = spelled.search("Uyr ban nhaan daan hojp veef lusa", mode=mode)
    assert hits.restored == "Ủy ban nhân dân họp về lúa"
    assert hits[0].passage.document_id == "council"
    assert spelled.search("Uyr ban nhaan daan", mode=mode, literal=True).restored is None


@pytest.mark.parametrize(
    ("question", "other", "common"),
    [
        ("lần thứ 21", "lần thứ XXI", "thứ-21"),
        ("ngày 5/6/2021", "05.06.2021", "2021-06-05"),
        ("35.5 tỷ", "35,5 tỷ", "35500000000"),
    ],
)
def test_equal_values_share_a_term_in_any_diacritics(question: str, other: str, common: str) -> None:
    assert common in {*terms(question)} & {*terms(other)}
    assert fold(common) in {*folded_terms(fold(question))} & {*folded_terms(other)}


def test_a_rounded_number_finds_the_exact_one(spelled: qa.Searcher) -> None:
    assert [hit.passage.document_id for hit in spelled.search("5,2 triệu", mode="lexical")] == ["million"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chủ tịch UBND xã", ["ủy ban nhân dân"]),
        ("chủ tịch ubnd xã", ["ủy ban nhân dân"]),
        ("Uỷ ban nhân dân xã", ["ubnd"]),
        ("BCH TW họp", ["ban chấp hành", "trung ương"]),
        ("con tu hú kêu, ct", []),
        ("Nghị quyết 18-NQ/TW", ["nq"]),
        ("", []),
    ],
)
def test_abbreviations_both_ways(text: str, expected: list[str]) -> None:
    assert other_forms(text) == expected


def test_an_abbreviation_finds_what_it_stands_for_unless_the_rule_is_off(spelled: qa.Searcher) -> None:
    assert [hit.passage.document_id for hit in spelled.search("UBND", mode="lexical")] == ["council"]
    assert qa.Searcher(spelled.index, without=["abbreviations"]).search("UBND", mode="lexical") == []


def test_typed_marks_count_and_missing_ones_are_free(tmp_path: Path, embedder: WordEmbedder) -> None:
    index = qa.Index.create(tmp_path / "marks", embedder)
    index.upsert([qa.Document("party", "Cả nước có nhiều đảng viên mới."), qa.Document("sea", "Cá nước mặn.")])
    hits = qa.Searcher(index).search("ca nuoc co nhieu đảng vien")
    assert hits.restored == "cả nước có nhiều đảng viên"
    assert hits[0].passage.document_id == "party"
    assert qa.Searcher(index).search("cả nước có nhiều đảng viên").restored is None
    assert qa.Searcher(index).search("ca nuoc co nhieu đảng vien", literal=True).restored is None
    assert qa.Searcher(index, without=["restoring"]).search("ca nuoc", mode="lexical").restored is None


def test_a_question_in_another_language_says_so(index: qa.Index) -> None:
    assert qa.Searcher(index).search("Where does it rain in the mountains?").across_languages
    assert not qa.Searcher(index).search("Mưa ở đâu trên miền núi?").across_languages


def test_the_document_that_a_question_names_comes_first(tmp_path: Path, embedder: WordEmbedder) -> None:
    index = qa.Index.create(tmp_path / "numbers", embedder)
    near = "Kết luận số 28-KL/TW về mưa, nắng, lúa, cá; ngày ban hành kết luận."
    index.upsert([qa.Document("near", near), qa.Document("named", "Đó là mưa, theo kết luận số 21/KL-TW của Đảng.")])
    question = "Kết luận số 21-KL/TW về mưa, nắng, lúa, cá được ban hành ngày nào?"
    assert [hit.passage.document_id for hit in qa.Searcher(index).search(question)] == ["named", "near"]
    off = qa.Searcher(index, without=["document_numbers"])
    assert [hit.passage.document_id for hit in off.search(question)] == ["near", "named"]


class CloseEmbedder(WordEmbedder):
    """Beside its vectors, is close to a passage by the number of its letters."""

    def max_sim(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        assert query == "mưa"
        return np.array([len(passage) for passage in passages], dtype=np.float32)


def test_late_interaction_is_added_to_the_fused_score(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "close", CloseEmbedder())
    texts = {"a": "Mưa rơi.", "b": "Mưa to gió lớn ở miền núi.", "c": "Nắng và lúa."}
    index.upsert([qa.Document(name, text) for name, text in texts.items()])
    fused = {
        hit.passage.document_id: hit.score for hit in qa.Searcher(index, without=["late_interaction"]).search("mưa")
    }
    lengths = np.array([len(texts[name]) for name in sorted(texts)])
    close = (lengths - lengths.mean()) / lengths.std()
    expected = {name: fused[name] + NEUTRAL.close_weight * close[n] for n, name in enumerate(sorted(texts))}
    hits = qa.Searcher(index).search("mưa")
    assert {hit.passage.document_id: hit.score for hit in hits} == pytest.approx(expected, rel=1e-4)
    assert [hit.passage.document_id for hit in hits] == sorted(expected, key=lambda name: -expected[name])


NEWS = "Sáng nay mưa to ở miền núi, nhiều nhà ngập nước, dân phải đi thuyền"


def test_nearly_the_same_passages_share_a_rank(tmp_path: Path, embedder: WordEmbedder) -> None:
    index = qa.Index.create(tmp_path / "news", embedder)
    index.upsert(
        [qa.Document("one", f"{NEWS}."), qa.Document("two", f"{NEWS} lớn."), qa.Document("fish", "Cá và mưa.")]
    )
    hits = qa.Searcher(index).search("mưa to ở miền núi", k=2)
    assert [(hit.rank, hit.passage.document_id) for hit in hits] == [(1, "one"), (2, "fish")]
    (similar,) = hits[0].similar
    assert (similar.rank, similar.passage.document_id) == (1, "two")
    assert similar.score <= hits[0].score
    apart = qa.Searcher(index, without=["grouping"]).search("mưa to ở miền núi")
    assert [(hit.rank, hit.passage.document_id) for hit in apart] == [(1, "one"), (2, "two"), (3, "fish")]


def test_many_copies_do_not_hide_what_comes_after_them(tmp_path: Path, embedder: WordEmbedder) -> None:
    index = qa.Index.create(tmp_path / "copies", embedder)
    copies = [qa.Document(f"copy {number:03}", f"{NEWS}.") for number in range(150)]
    index.upsert([*copies, qa.Document("fish", "Cá bơi dưới mưa trên sông rất dài qua nhiều tỉnh.")])
    hits = qa.Searcher(index).search("mưa to ở miền núi", k=2)
    assert [hit.passage.document_id for hit in hits] == ["copy 000", "fish"]
    assert len(hits[0].similar) == 149


def test_groups_by_the_share_of_terms_in_common() -> None:
    groups = Groups()
    groups.add(["a b c d e f g h i", "x y", "Á B C D E F G H K", "a b c", ""])
    groups.add(["y x", ""])
    assert list(groups) == [[0], [1], [2], [3], [4, 6], [5]]
    close = Groups()
    close.add(["a b c d e f g h i k l m", "á B c d e f g h i k l"])
    assert list(close) == [[0, 1]]
    figures = Groups()
    figures.add(["a b c d e f g h i k l 13.120", "a b c d e f g h i k l 13.200", "A b c d e f g h i k l 13.120"])
    assert list(figures) == [[0, 2], [1]]
    apart = Groups(together=False)
    apart.add(["a", "a"])
    assert list(apart) == [[0], [1]]


class LastFirst:
    """Likes best what it is shown last."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def rerank(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        assert query == "mưa"
        self.shown = list(passages)
        return np.arange(len(passages), dtype=np.float32)


def test_a_reranker_orders_the_best_anew_and_leaves_the_rest_below(tmp_path: Path, embedder: WordEmbedder) -> None:
    index = qa.Index.create(tmp_path / "many", embedder)
    names = [chr(ord("a") + number) for number in range(22)]
    index.upsert([qa.Document(name, "mưa " + f"{name}x " * (number + 1)) for number, name in enumerate(names)])
    plain = [hit.passage.document_id for hit in qa.Searcher(index).search("mưa", k=22)]
    reranked = qa.Searcher(index, reranker=LastFirst())
    hits = reranked.search("mưa", k=22)
    assert [hit.passage.document_id for hit in hits] == [*reversed(plain[:20]), *plain[20:]]
    assert [hit.score for hit in hits[:20]] == list(range(19, -1, -1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    # Numbers for the scores of an embedder do not hold for those of a reranker.
    assert [one.evidence("mưa").embedder for one in (qa.Searcher(index), reranked)] == ["words@1", "a reranker"]


class Speechless:
    """Has no number for what it is shown."""

    def rerank(self, query: str, passages: Sequence[str]) -> NDArray[np.float32]:
        assert query
        return np.full(len(passages), np.nan, dtype=np.float32)


def test_a_reranker_that_gives_no_scores_is_reported(index: qa.Index) -> None:
    with pytest.raises(ModelUnusableError, match="it gave no score for each of 3 passages"):
        qa.Searcher(index, reranker=Speechless()).search("mưa")


def test_an_unknown_rule_is_reported(index: qa.Index) -> None:
    with pytest.raises(QuestionError, match=f"There is no rule 'magic'. Use one of: {', '.join(RULES)}"):
        qa.Searcher(index, without=["magic"])  # type: ignore[list-item]
