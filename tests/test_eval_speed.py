"""Speed: what is timed has really run, and the news corpus is read."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

import qa
from eval.corpus import Article, read_articles
from eval.errors import EmptySetError, SetFormatError, SpeedError
from eval.speed import machine, milliseconds, read_corpus, refuse_loading, timed


def test_the_machine_is_named() -> None:
    assert "cores" in machine()
    assert "Python 3." in machine()


def test_a_command_that_fails_is_reported_and_not_timed() -> None:
    with pytest.raises(SpeedError, match="There is no index"):
        refuse_loading("torch", ["ask", "Ai?", "--index", "nowhere"])


def test_a_command_that_loads_what_it_should_not_is_reported(index: qa.Index) -> None:
    arguments = ["info", "--index", str(index.folder)]
    refuse_loading("torch", arguments)
    with pytest.raises(SpeedError, match="it loaded sqlite3"):
        refuse_loading("sqlite3", arguments)


def test_time_is_taken_and_shown() -> None:
    found = timed(lambda: sum(range(100_000)))
    assert found.clock > 0
    assert found.worked >= 0
    assert milliseconds(0.01234) == "12.3 ms"


ARTICLES = [
    {"title": "Mưa to ở núi", "body": ["A.", "B.", "C.", "D.", "E."]},
    {"title": "Ngắn", "body": ["F."]},
    {"title": "Không tới lượt bài này", "body": ["G."]},
]


def test_four_sentences_are_one_document(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl.xz"
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(article) + "\n" for article in ARTICLES)
    documents, titles = read_corpus(path, 3)
    assert [(d.id, d.text) for d in documents] == [("1", "A. B. C. D."), ("2", "E."), ("3", "F.")]
    assert titles == ["Mưa to ở núi"]


def test_a_text_is_one_paragraph(tmp_path: Path) -> None:
    path = tmp_path / "law.jsonl"
    path.write_text(
        json.dumps({"title": "Thanh niên", "text": "Thanh niên là công dân. Từ 16 tuổi."}), encoding="utf-8"
    )
    assert list(read_articles(path)) == [Article("Thanh niên", ("Thanh niên là công dân. Từ 16 tuổi.",))]


def test_a_malformed_corpus_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    for line, reason in (("{}", "has no text in 'title'"), ('{"title": "x", "body": 5}', "has neither a list")):
        path.write_text(json.dumps(ARTICLES[0]) + f"\n{line}\n", encoding="utf-8")
        with pytest.raises(SetFormatError, match=rf"news\.jsonl, line 2: {reason}"):
            read_corpus(path, 100)
    path.write_text("", encoding="utf-8")
    with pytest.raises(EmptySetError, match="it has no articles"):
        read_corpus(path, 100)
