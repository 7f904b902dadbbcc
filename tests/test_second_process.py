"""The second process beside which an index is made: the same results in the same order, whatever becomes of it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import qa
from qa.index.schema import settings_for
from qa.index.second_process import STARTED_AFTER, SecondProcess, cores
from qa.index.store import Store
from qa.index.upsert import Upsert
from qa.text import fold

pytestmark = pytest.mark.skipif(cores() < 2, reason="one core has no room for a second process")
ENDED = "the second process ended early (signal 9); this one did its share, which took longer; nothing is lost"
WORDS = [f"Đảng viên {number}" for number in range(3 * 512 + 1)]
FOLDED = [f"dang vien {number}" for number in range(3 * 512 + 1)]


def test_results_come_in_order_from_the_second_process() -> None:
    with SecondProcess(started_after=0) as second:
        assert list(second.mapped(fold, WORDS)) == FOLDED
        assert second.process_id not in (None, os.getpid())
        assert second.ask(sorted, ["b", "a"])() == ["a", "b"]
    assert second.process_id is None
    assert second.ended == ""


def test_a_few_values_start_no_process() -> None:
    with SecondProcess() as second:
        assert list(second.mapped(fold, WORDS)) == FOLDED
        assert second.process_id is None
        assert len(WORDS) < STARTED_AFTER


def test_a_process_that_is_killed_costs_no_result() -> None:
    with SecondProcess(started_after=0) as second:
        results = second.mapped(fold, WORDS)
        found = [next(results)]
        kill(second)
        assert found + list(results) == FOLDED
        assert second.ended == ENDED
        assert second.ask(sorted, ["b", "a"])() == ["a", "b"]
        assert second.process_id is None


def test_answers_that_nobody_calls_for_are_passed_over() -> None:
    with SecondProcess(started_after=0) as second:
        second.ask(sorted, ["b", "a"])
        second.ask(sorted, ["d", "c"])
        assert second.ask(sorted, ["f", "e"])() == ["e", "f"]
        assert list(second.mapped(fold, WORDS)) == FOLDED
        assert second.ended == ""


def test_an_error_is_that_of_the_function() -> None:
    with SecondProcess(started_after=0) as second, pytest.raises(ValueError, match="invalid literal"):
        list(second.mapped(int, ["1", "one"]))
    assert second.ended == ENDED.replace("signal 9", "exit code 1")


def test_no_text_is_left_behind_when_the_first_process_is_killed(tmp_path: Path) -> None:
    script = """import os, signal
from qa.index.second_process import SecondProcess
second = SecondProcess(started_after=0)
second.ask(sorted, ["b", "a"])
os.kill(os.getpid(), signal.SIGKILL)"""
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | {"TMPDIR": str(tmp_path)}, check=False)
    assert done.returncode == -signal.SIGKILL
    for _ in range(600):  # the other one has yet to notice
        if list(tmp_path.iterdir()):
            time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []


def kill(second: SecondProcess) -> None:
    assert second.process_id is not None
    os.kill(second.process_id, signal.SIGKILL)


def documents(second: SecondProcess | None = None) -> Iterator[qa.Document]:
    """Yield documents of one passage, the same text twice among them; the second process is killed amid them."""
    for number in range(3 * 512):
        if second is not None and number == 2 * 512 + 100:
            kill(second)
        yield qa.Document(f"{number}", f"Đảng viên thứ {number % 1000} đã họp.")


def scores(index: qa.Index, question: str) -> list[tuple[str, float]]:
    hits = qa.Searcher(index).search(question, k=20, mode="lexical")
    return [(hit.passage.document_id, hit.score) for hit in hits]


def test_what_is_made_ready_while_documents_are_stored_scores_like_what_is_made_of_the_truth(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path)
    index.upsert(documents())
    changed = [qa.Document(f"{number}", f"Đảng viên số {number} vắng mặt.") for number in range(100, 1000, 7)]
    index.upsert([*changed, qa.Document("new", "Đảng viên mới được kết nạp.")])
    index.delete(["3", "5"])
    questions = ["Đảng viên thứ 107 đã họp", "đảng viên vắng mặt", "kết nạp"]
    found = [scores(index, question) for question in questions]
    index.rebuild()
    again = [scores(index, question) for question in questions]
    assert [[name for name, _ in one] for one in found] == [[name for name, _ in one] for one in again]
    for one, other in zip(found, again, strict=True):
        assert [score for _, score in one] == pytest.approx([score for _, score in other], rel=2e-5)
    assert found[2][0][0] == "new"


def rows(folder: Path) -> list[tuple[object, ...]]:
    query = """SELECT d.key, d.id, d.added, d.text, p.key, p.start, p.end, e.key, e.text_digest, e.vector
               FROM document d JOIN passage p ON p.document_key = d.key JOIN embedding e ON e.key = p.embedding
               ORDER BY p.key"""
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("ended", ["", ENDED])
def test_an_index_is_the_same_with_a_second_process_and_when_that_is_killed(tmp_path: Path, ended: str) -> None:
    embedder = qa.load_embedder()
    store = Store.create(tmp_path, settings_for(embedder.settings))
    with SecondProcess(started_after=0) as second:
        upsert = Upsert(store, lambda: embedder, lambda _: None, second=second)
        upsert.run(documents(second if ended else None))
        assert second.ended == ended
    assert len(upsert.report.added) == 3 * 512
    index = qa.Index.create(tmp_path / "alone", embedder)
    report = index.upsert(documents())
    assert report.slowed == ""
    assert rows(tmp_path) == rows(tmp_path / "alone")
    assert len(rows(tmp_path)) == 3 * 512
