"""What goes with what: each format with an index, without one, and with options that belong to another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa
from eval.__main__ import main, make_parser
from eval.errors import EmptySetError, EvaluationError
from eval.reading import read_set
from eval.sets import QuestionSet


def read(*arguments: object) -> QuestionSet:
    return read_set(make_parser().parse_args(["measure", *map(str, arguments)]))


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    paragraph = {"context": "Mưa to ở miền núi.", "qas": [{"id": "q1", "question": "Mưa to ở đâu?"}]}
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    return path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    folder = tmp_path / "beir"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": "rain", "text": "Mưa to."}\n', encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Mưa?"}\n', encoding="utf-8")
    (folder / "qrels" / "test.tsv").write_text("q1\train\t1\n", encoding="utf-8")
    return folder


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    path = tmp_path / "set.qrels"
    path.write_text("q1 0 rain 1\nq1 0 snow 1\n", encoding="utf-8")
    path.with_suffix(".tsv").write_text("q1\tMưa?\n", encoding="utf-8")
    return path


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    quote = {"source": "paper/rain", "sentence": "Mưa to ở miền núi.", "answer": "miền núi"}
    question = {"id": "a", "question": "Mưa?", "kind": "plain", "split": "dev", "answerable": True}
    path.write_text(json.dumps(question | quote) + "\n", encoding="utf-8")
    return path


def test_a_set_over_an_index_tells_what_does_not_fit(beir: Path, qrels: Path, index: qa.Index) -> None:
    assert read(beir).notes == ()
    assert read(beir, "--index", index.folder).notes == ("2 of 3 documents in the index are not in the set.",)
    over_index = read(qrels, "--queries", qrels.with_suffix(".tsv"), "--index", index.folder)
    assert over_index.notes == ("1 of 2 judged ids are not in the corpus and count as not found.",)
    assert [document.id for document in over_index.documents] == ["fish", "rain", "rice"]


def test_an_index_of_other_documents_is_an_error_and_not_a_score_of_zero(
    squad: Path, qrels: Path, seeds: Path, index: qa.Index
) -> None:
    qrels.write_text("q1 0 snow 1\n", encoding="utf-8")
    with pytest.raises(EmptySetError, match="none of its judged ids is in the corpus"):
        read(squad, "--index", index.folder)  # its paragraphs are called p1, p2 and so on
    with pytest.raises(EmptySetError, match="none of its judged ids is in the corpus"):
        read(qrels, "--queries", qrels.with_suffix(".tsv"), "--index", index.folder)
    seeds.write_text(seeds.read_text(encoding="utf-8").replace("to \\u1edf", "\\u1edf"), encoding="utf-8")
    with pytest.raises(EmptySetError, match="no quoted sentence stands in the indexed documents"):
        read(seeds, "--index", index.folder)


def test_options_of_another_format_are_refused(squad: Path, beir: Path, qrels: Path, seeds: Path) -> None:
    for arguments, words in (
        ((beir, "--queries", "q.tsv"), "--queries goes with TREC qrels"),
        ((seeds, "--queries", "q.tsv"), "--queries goes with TREC qrels"),
        ((squad, "--split", "dev"), "--split goes with a BEIR folder"),
        ((qrels, "--questions-from", squad), "--questions-from goes with a SQuAD-style .json"),
    ):
        with pytest.raises(EvaluationError, match=words):
            read(*arguments)


def test_what_is_needed_is_asked_for(qrels: Path, seeds: Path, tmp_path: Path) -> None:
    for arguments, words in (
        ((tmp_path / "none",), "There is no set at"),
        ((qrels,), "come without questions"),
        ((seeds,), "need an index"),
    ):
        with pytest.raises(EvaluationError, match=words):
            read(*arguments)


def test_qrels_without_documents_cannot_be_searched(qrels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = str(qrels.with_suffix(".tsv"))
    assert main(["measure", str(qrels), "--queries", queries, "--system", "lexical"]) == 1
    assert "set has no documents to search. Give an index of them: --index DIR" in capsys.readouterr().err


def test_an_index_that_is_not_there_is_an_error(beir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["measure", str(beir), "--index", str(tmp_path / "none")]) == 1
    assert "There is no index" in capsys.readouterr().err
