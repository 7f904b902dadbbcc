"""Building and asking as a corpus grows: what is measured is really built, asked, changed and shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.peers import PEERS
from eval.scale import Built, Timings, curves, measure, read_scale_corpus, scale_tables

NAMES = ("Bình Minh", "Cẩm Lệ", "Đông Hà", "Gia Lâm", "Hòa Vang", "Kim Sơn", "Lộc Ninh", "Mỹ Hào")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Eight articles of two paragraphs, each about a place of its own."""
    path = tmp_path / "news.jsonl"
    articles = [
        {"title": f"Cầu mới ở xã {name}", "body": [f"Xã {name} có cầu {n}." for n in range(5)]} for name in NAMES
    ]
    path.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    return path


def test_whole_articles_are_taken_until_there_are_enough_passages(path: Path) -> None:
    corpus = read_scale_corpus(path, 3)
    assert corpus.articles == [0, 0, 1, 1]
    assert corpus.titles == {0: "Cầu mới ở xã Bình Minh", 1: "Cầu mới ở xã Cẩm Lệ"}
    assert [document.text.count("\n") for document in corpus.documents()] == [1, 1]
    assert corpus.size == sum(len(passage.encode()) for passage in corpus.passages)


def test_a_short_file_is_repeated_in_copies_that_differ_by_a_word(path: Path) -> None:
    corpus = read_scale_corpus(path, 35)
    assert corpus.originals == len(corpus.titles) == 8
    assert corpus.articles == [*sorted([*range(16)] * 2), 16, 16, 17]
    assert corpus.passages[16] == f"{corpus.passages[0]} zyxwv1"
    assert corpus.passages[34] == f"{corpus.passages[2]} zyxwv2"


def test_a_copy_counts_as_the_article_itself(path: Path) -> None:
    built = measure("bm25s", path, 48)
    assert built.passages == 48
    assert [one.ndcg for one in built.asked] == [1.0]


@pytest.mark.parametrize("name", ["qa", *(name for name, (module, _) in PEERS.items() if module != "txtai")])
def test_a_system_finds_the_articles_of_titles(name: str, path: Path) -> None:
    built = measure(name, path, 16)
    assert built.passages == (8 if name == "qa" else 16)
    assert min(built.seconds, built.text) > 0
    assert built.memory >= 0
    assert all(len(one.seconds) == len(NAMES) and one.ndcg > 0.9 for one in built.asked)
    assert [one.name for one in built.asked] == (["qa lexical", "qa dense", "qa hybrid"] if name == "qa" else [name])


def test_a_row_for_each_system_is_shown() -> None:
    seconds = [0.001 * number for number in range(1, 101)]
    asked = [Timings("qa hybrid", seconds, 0.0125, 0.855)]
    built = Built("qa", 3_000, 2.0, 1.5, asked, 5_000_000, 1_000, 2_500, 0.5, 0.25, 0.125)
    shown = "".join(map(str, scale_tables([built])))
    assert "| qa | 3,000 | 1,500 | 2,000 | 5 MB | 2.5 | 0.50 s | 0.25 s | 0.12 s |\n" in shown
    assert curves([built, replace(built, passages=6_000)]) == {"qa hybrid": [(3_000, 50.0), (6_000, 50.0)]}
    assert "| qa hybrid | 3,000 | 50.0 ms | 95.0 ms | 99.0 ms | 12.5 ms | 0.855 |\n" in shown
