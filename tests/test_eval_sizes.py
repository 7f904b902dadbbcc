"""Questions over seeds among ever more passages: the index has the size and is used again, and replies are counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import qa
from eval.__main__ import main
from eval.corpus import SizeResult, index_among, sizes_table, unrelated_table
from eval.errors import EmptySetError
from eval.seeds import JudgedReply, SeedQuestion
from eval.spans import Outcome

SEEDS = [qa.Document("seeds/rain.txt", "Mưa to ở miền núi.")]


def corpus(path: Path, articles: int) -> Path:
    lines = [json.dumps({"title": f"Bài {n}", "body": [f"Bài này có số {n}."]}) for n in range(1, articles + 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_index_grows_to_the_size_and_is_used_again(tmp_path: Path) -> None:
    path = corpus(tmp_path / "news.jsonl", 30)
    index = index_among(SEEDS, path, 12, tmp_path)
    assert index.counts() == (13, 13)
    first = index.documents()[0]
    assert (first.id, first.title, first.text) == ("news.jsonl/1", "Bài 1", "Bài này có số 1.")
    assert index.generation == index_among(SEEDS, path, 12, tmp_path).generation
    assert index_among(SEEDS, path, 0, tmp_path).counts() == (1, 1)
    assert index_among(SEEDS, path, 99, tmp_path).counts() == (31, 31)


def test_another_corpus_of_the_same_name_has_its_own_index(tmp_path: Path) -> None:
    folders = {index_among(SEEDS, corpus(tmp_path / "news.jsonl", n), 2, tmp_path).folder for n in (2, 3)}
    assert len(folders) == 2


def test_a_corpus_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EmptySetError, match=r"news\.jsonl: No such file"):
        index_among(SEEDS, tmp_path / "news.jsonl", 0, tmp_path)


QUESTIONS = [
    SeedQuestion("a", "Mưa ở đâu?", "plain", "dev", (), ""),
    SeedQuestion("b", "Nắng ở đâu?", "plain", "dev", (), ""),
    SeedQuestion("c", "Gió ở đâu?", "plain", "dev", (), ""),
    SeedQuestion("d", "Mưa năm nào?", "unanswerable", "dev", (), "near_miss"),
    SeedQuestion("e", "Phở bò | bún bò?", "unanswerable", "dev", (), "unrelated"),
    SeedQuestion("f", "Bóng đá?", "unanswerable", "dev", (), "unrelated"),
]


def judged(*outcomes: Outcome) -> dict[str, JudgedReply]:
    texts: Sequence[str | None] = [None if outcome == "declined" else f"{outcome} reply" for outcome in outcomes]
    return {
        question.id: JudgedReply(
            text, f"The {text}.", outcome, "answer", 0.5, exact=outcome == "right", contained=False
        )
        for question, text, outcome in zip(QUESTIONS, texts, outcomes, strict=True)
    }


def test_replies_are_counted_and_those_to_unrelated_questions_listed() -> None:
    results = [
        SizeResult("alone", 93, judged("right", "right", "wrong", "declined", "declined", "declined")),
        SizeResult("news", 20_093, judged("right", "declined", "declined", "wrong", "wrong", "declined")),
    ]
    assert str(sizes_table(QUESTIONS, results)).splitlines()[2:] == [
        "| alone | 93 | 2 | 2 | 1 | 0 | 1 | 2 |",
        "| news | 20,093 | 1 | 1 | 0 | 2 | 0 | 1 |",
    ]
    assert str(unrelated_table(QUESTIONS, results)).splitlines()[2:] == [
        "| news, 20,093 passages | Phở bò \\| bún bò? | 0.500 | wrong reply | The wrong reply. |"
    ]


def test_the_command_asks_over_every_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("seeds").mkdir()
    Path("seeds/rain.txt").write_text("Mưa to ở miền núi.", encoding="utf-8")
    quote = {"source": "seeds/rain.txt", "sentence": "Mưa to ở miền núi.", "answer": "miền núi"}
    asked = {"id": "a", "question": "Mưa to ở miền nào?", "kind": "plain", "split": "dev", "answerable": True}
    Path("seeds.jsonl").write_text(json.dumps(asked | quote) + "\n", encoding="utf-8")
    for name in ("news.jsonl", "law.jsonl"):
        corpus(tmp_path / name, 5)
    files = ["--documents", "news.jsonl", "--documents", "law.jsonl", "--questions", "seeds.jsonl", "--work", "work"]
    assert main(["sizes", *files, "--sizes", "3,0"]) == 0
    rows = [line.split(" | ") for line in capsys.readouterr().out.split("\n\n")[0].splitlines()[2:]]
    assert [row[:3] for row in rows] == [
        ["| the seeds alone", "1", "1"],
        ["| the seeds and news.jsonl", "4", "1"],
        ["| the seeds and law.jsonl", "4", "1"],
    ]
    with pytest.raises(SystemExit):
        main(["sizes", *files, "--sizes", "3,many"])
    assert "'3,many' is not a list of whole numbers" in capsys.readouterr().err
