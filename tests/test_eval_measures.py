"""Runs and measures: scores by hand, run files, and no score for a run that was cut short."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import qa
from eval.errors import CutShortError, EmptySetError, EvaluationError, SetFormatError
from eval.evaluation import MEASURES, mean, means_by_kind, score
from eval.runs import Run, read_run, run_system, write_run
from eval.sets import Question, QuestionSet, by_document
from eval.systems import Mode, PassageSearch

QRELS = {"q1": {"a": 1}, "q2": {"b": 1, "c": 1}, "q3": {"d": 1}}
ASKED = QuestionSet("set", (), tuple(Question(i, i, "k") for i in QRELS), QRELS)


def test_scores_are_those_computed_by_hand() -> None:
    run = Run("r", {"q1": ("x", "a"), "q2": ("b", "y", "z", "c"), "q3": ()})
    scores = score(run, QRELS)
    assert scores["RR@10"] == {"q1": 0.5, "q2": 1.0, "q3": 0.0}
    assert scores["R@1"] == {"q1": 0.0, "q2": 0.5, "q3": 0.0}
    assert scores["R@5"] == {"q1": 1.0, "q2": 1.0, "q3": 0.0}
    assert scores["Success@5"] == {"q1": 1.0, "q2": 1.0, "q3": 0.0}
    ideal = 1 + 1 / math.log2(3)
    by_hand = {"q1": 1 / math.log2(3), "q2": (1 + 1 / math.log2(5)) / ideal, "q3": 0.0}
    assert scores["nDCG@10"] == pytest.approx(by_hand)
    assert scores["Judged@10"] == {"q1": 0.5, "q2": 0.5, "q3": 0.0}
    assert mean(scores["RR@10"]) == 0.5
    assert tuple(scores) == MEASURES


def test_a_run_that_found_nothing_scores_zero() -> None:
    scores = score(Run("r", dict.fromkeys(QRELS, ())), QRELS)
    assert {value for found in scores.values() for value in found.values()} == {0.0}


def test_cut_offs_count_ranks() -> None:
    others = tuple(f"x{i}" for i in range(99))
    scores = score(Run("r", {"q1": (*others[:10], "a"), "q2": (*others, "b"), "q3": ()}), QRELS)
    assert scores["RR@10"]["q1"] == 0.0
    assert scores["R@10"]["q1"] == 0.0
    assert scores["R@20"]["q1"] == 1.0
    assert scores["R@100"]["q2"] == 0.5


def test_a_run_that_was_cut_short_is_not_scored() -> None:
    with pytest.raises(CutShortError, match="lacks 1 of 3 questions"):
        score(Run("r", {"q1": ("a",), "q2": ()}), QRELS)


def test_nothing_judged_is_an_error() -> None:
    with pytest.raises(EmptySetError):
        score(Run("r", {"q1": ("a",)}), {})


def test_means_by_kind() -> None:
    kinds = {"q1": "date", "q2": "person", "q3": "person"}
    found = means_by_kind({"q1": 1.0, "q2": 0.5, "q3": 0.0}, kinds)
    assert list(found.items()) == [("person", (2, 0.25)), ("date", (1, 1.0))]


def hit(document_id: str, ordinal: int) -> qa.Hit:
    text = f"{document_id} {ordinal}"
    return qa.Hit(qa.Passage(f"{document_id}#{ordinal}", document_id, ordinal, text, 0, 3, "", "", None), 1.0, ordinal)


class Shelf:
    """Answers every query with the same ranking; fails at the query "stop"."""

    def __init__(self, ranking: list[qa.Hit]) -> None:
        self.ranking = ranking
        self.depths: list[int] = []

    def search_many(self, queries: Sequence[str], *, k: int, mode: Mode) -> list[list[qa.Hit]]:
        if "stop" in queries:
            raise KeyboardInterrupt
        assert mode in ("hybrid", "dense")
        self.depths.append(k)
        return [[] if query == "nothing" else self.ranking[:k] for query in queries]


def test_a_document_ranks_with_its_best_passage() -> None:
    shelf = Shelf([hit("b", 1), hit("a", 1), hit("b", 2), hit("c", 1)])
    asked = QuestionSet("set", (), (Question("q1", "?", "k"), Question("q2", "nothing", "k")), QRELS)
    run = run_system("s", PassageSearch(shelf, "hybrid", by_document), asked, depth=5)
    assert run.rankings == {"q1": ("b", "a", "c"), "q2": ()}
    assert run.first == {"q1": "b 1"}
    assert shelf.depths == [5]


def test_a_deeper_search_fills_up_but_never_reorders() -> None:
    shelf = Shelf([hit("a", 1), hit("a", 2), hit("b", 1), hit("a", 3), hit("c", 1)])
    asked = QuestionSet("set", (), (Question("q1", "?", "k"),), QRELS)
    assert run_system("s", PassageSearch(shelf, "dense", by_document), asked, depth=2).rankings == {"q1": ("a", "b")}
    assert shelf.depths == [2, 6]


def test_similar_hits_follow_the_one_they_are_shown_under() -> None:
    leader = replace(hit("a", 1), similar=(hit("c", 1), hit("a", 2)))
    shelf = Shelf([leader, hit("b", 1), hit("c", 2)])
    asked = QuestionSet("set", (), (Question("q1", "?", "k"),), QRELS)
    run = run_system("s", PassageSearch(shelf, "dense", by_document), asked, depth=10)
    assert run.rankings == {"q1": ("a", "c", "b")}


def test_an_interrupted_run_gives_nothing() -> None:
    questions = tuple(Question(str(i), "stop" if i == 40 else "?", "k") for i in range(60))
    with pytest.raises(KeyboardInterrupt):
        run_system(
            "s", PassageSearch(Shelf([hit("a", 1)]), "hybrid", by_document), QuestionSet("set", (), questions, QRELS)
        )


def test_a_question_that_cannot_be_asked_is_named(searcher: qa.Searcher) -> None:
    questions = tuple(Question(f"q{i}", "Mưa ở đâu?" if i else "?!", "k") for i in range(3))
    asked = QuestionSet("set", (), questions, {})
    with pytest.raises(EvaluationError, match=r"Question q0: The question has no words\."):
        run_system("s", PassageSearch(searcher, "hybrid", by_document), asked)


def test_a_written_run_is_read_back(tmp_path: Path) -> None:
    run = Run("my run", {"q1": ("x", "a"), "q2": ("b",), "q3": ("e", "f", "g")})
    write_run(tmp_path / "runs" / "my.run", run)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["my.run"]
    lines = (tmp_path / "runs" / "my.run").read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["q1 Q0 x 1 1.000000000 my-run", "q1 Q0 a 2 0.500000000 my-run"]
    assert read_run(tmp_path / "runs" / "my.run", ASKED).rankings == run.rankings


def test_ids_with_spaces_stay_one_field_and_come_back(tmp_path: Path) -> None:
    qrels = {"q 1": {"tin\ttức/bài 1.txt": 1, "a%20b": 1}}
    asked = QuestionSet("set", (), (Question("q 1", "?", "k"),), qrels)
    run = Run("r", {"q 1": ("tin\ttức/bài 1.txt", "a%20b")})
    write_run(tmp_path / "r.run", run)
    lines = (tmp_path / "r.run").read_text(encoding="utf-8").splitlines()
    assert lines == ["q%201 Q0 tin%09tức/bài%201.txt 1 1.000000000 r", "q%201 Q0 a%20b 2 0.500000000 r"]
    assert read_run(tmp_path / "r.run", asked).rankings == run.rankings


def test_an_imported_run_is_ordered_by_score_then_id_downwards(tmp_path: Path) -> None:
    path = tmp_path / "their.run"
    path.write_text(
        "q1 Q0 a 1 0.5 t\nq1 Q0 b 2 0.9 t\nq1 Q0 c 3 0.5 t\nq2 Q0 a 1 1 t\nq3 Q0 a 1 1 t\nq9 Q0 a 1 1 t\n",
        encoding="utf-8",
    )
    run = read_run(path, ASKED)
    assert run.rankings == {"q1": ("b", "c", "a"), "q2": ("a",), "q3": ("a",)}
    assert run.name == "their"


def test_an_imported_run_without_some_questions_is_scored_only_when_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "their.run"
    path.write_text("q1 Q0 a 1 0.5 t\n", encoding="utf-8")
    with pytest.raises(CutShortError, match="lacks 2 of 3 questions"):
        read_run(path, ASKED)
    run = read_run(path, ASKED, "zero")
    assert mean(score(run, QRELS)["RR@10"]) == pytest.approx(1 / 3)
    path.write_text("q9 Q0 a 1 0.5 t\n", encoding="utf-8")
    with pytest.raises(CutShortError, match="lacks 3 of 3 questions"):
        read_run(path, ASKED, "zero")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("q1 Q0 a 1 0.5 t\nq1 Q0 b 2\n", 2, "has 4 fields"),
        ("q1 Q0 a 1 best t\n", 1, "where a score belongs"),
        ("q1 Q0 a 1 nan t\n", 1, "where a score belongs"),
        ("q1 Q0 a 1 2 t\nq1 Q0 b 2 1 t\nq1 Q0 a 3 0 t\n", 3, "ranks 'a' for 'q1' once more"),
        ("q1 Q0 a 1 0.5 t\nq2 Q0 a 1 0.5 t", 2, "cut short"),
    ],
)
def test_a_malformed_or_cut_run_file_is_named(tmp_path: Path, text: str, line: int, reason: str) -> None:
    (tmp_path / "bad.run").write_text(text, encoding="utf-8")
    with pytest.raises(SetFormatError, match=rf"bad\.run, line {line}: .*{reason}"):
        read_run(tmp_path / "bad.run", ASKED)
