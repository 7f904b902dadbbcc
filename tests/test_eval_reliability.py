"""Calibration by hand, labelled pairs, and the command with its plot."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

import qa
from eval.__main__ import main
from eval.errors import EmptySetError, SetFormatError
from eval.pairs import ask_pairs, read_pairs
from eval.reliability import Bin, Confident, bins, expected_calibration_error, reliability_table
from eval.spans import Place

REPLIES = [
    Confident(0.25, "right", answerable=True),
    Confident(0.21, "wrong", answerable=True),
    Confident(0.95, "right", answerable=True),
    Confident(1.0, "right", answerable=True),
    Confident(0.90, "wrong", answerable=False),
    Confident(0.90, "right", answerable=False),
    Confident(0.1, "declined", answerable=False),
    Confident(0.05, "declined", answerable=True),
]


def test_calibration_by_hand() -> None:
    low, high = bins(REPLIES)
    assert [low.count, low.confidence, low.right] == pytest.approx([2, 0.23, 0.5])
    assert [high.count, high.confidence, high.right] == pytest.approx([4, 0.9375, 0.75])
    # (2 * |.5 - .23| + 4 * |.75 - .9375|) / 6
    assert expected_calibration_error([low, high]) == pytest.approx((0.54 + 0.75) / 6)
    assert reliability_table({"toy": REPLIES}).splitlines()[-1] == "| toy | 5 | 1 | 3 | 1 | 6 | 0.667 | 0.702 | 0.215 |"


def test_a_confidence_that_is_worth_what_it_says_has_no_error() -> None:
    assert expected_calibration_error([Bin(4, 0.75, 0.75)]) == 0.0


def test_without_replies_there_is_nothing_to_be_right() -> None:
    assert bins(REPLIES[-2:]) == []
    assert expected_calibration_error([]) == 0.0
    assert reliability_table({"none": REPLIES[-2:]}).splitlines()[-1] == "| none | 1 | 1 | 1 | 1 | 0 | - | - | - |"


def pair(query: str, passage: str, label: int, answer: str = "") -> dict[str, object]:
    return {"query": query, "passage": passage, "label": label, "answer": answer}


PAIRS = [
    pair("Mưa ở đâu?", "Nắng to. Mưa to ở miền núi. Gió.", 1, "miền núi"),
    pair("Mưa ở đâu?", "Lúa tốt.", 0),
    pair("Cá gì?", "Lúa tốt.", 0),
    pair("Sông nào?", "Sông Hồng dài.", 1, "sông Đà"),  # the words are not there
    pair("Lúa ra sao?", "Lúa tốt.", 1, "tốt"),
    pair("Gió nào?", "Gió mùa.", 0),
    pair("Gió nào?", "Gió bấc.", 1),
]


def write(path: Path, records: list[dict[str, object]]) -> Path:
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(record) + "\n" for record in records)
    return path


def test_pairs_become_questions_with_and_without_an_answer(tmp_path: Path) -> None:
    documents, questions = read_pairs(write(tmp_path / "pairs.jsonl.xz", PAIRS), 10)
    assert [(d.id, d.text) for d in documents] == [("p1", "Nắng to. Mưa to ở miền núi. Gió."), ("p2", "Lúa tốt.")]
    assert [(q.text, q.places) for q in questions] == [
        ("Mưa ở đâu?", (Place("p1", 9, 27, "miền núi"),)),
        ("Lúa ra sao?", (Place("p2", 0, 8, "tốt"),)),
        ("Cá gì?", ()),
    ]


def test_fewer_are_spread_over_the_file(tmp_path: Path) -> None:
    numbers = range(10)
    records = [pair(f"{n} có gì?", f"Số {n}.", n % 2, f"{n}") for n in numbers]
    _, questions = read_pairs(write(tmp_path / "pairs.jsonl.xz", records), 2)
    assert [question.text for question in questions] == ["1 có gì?", "5 có gì?", "0 có gì?", "4 có gì?"]


def test_malformed_pairs_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.jsonl.xz", [PAIRS[0], pair("?", "x", 2)])
    with pytest.raises(SetFormatError, match=r"pairs\.jsonl\.xz, line 2: has no 0 or 1 in 'label'"):
        read_pairs(path, 10)
    with pytest.raises(EmptySetError, match="lacks questions with an answer, or questions without one"):
        read_pairs(write(path, PAIRS[:1]), 10)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SetFormatError, match="is not whole xz data"):
        read_pairs(path, 10)
    path.write_bytes(b"not packed\n")
    with pytest.raises(SetFormatError, match="is not whole xz data"):
        read_pairs(path, 10)


def test_pairs_are_asked(tmp_path: Path, searcher: qa.Searcher) -> None:
    place = Place("rain", 0, 18, "miền núi")
    _, questions = read_pairs(write(tmp_path / "pairs.jsonl.xz", PAIRS), 10)
    right = [type(questions[0])("Mưa to ở miền nào?", (place,)), type(questions[0])("Bóng đá ở đâu?", ())]
    found = ask_pairs(right, searcher)
    assert [(one.answerable, one.outcome) for one in found] == [(True, "right"), (False, "declined")]


def test_the_command_prints_a_table_and_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = {"source": "weather/rain.txt", "sentence": "Mưa to ở miền núi.", "answer": "miền núi"}
    asked = {"id": "a", "question": "Mưa to ở miền nào?", "kind": "plain", "split": "dev", "answerable": True}
    (tmp_path / "seeds.jsonl").write_text(json.dumps(asked | quote) + "\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index")
    index.upsert([qa.Document("weather/rain.txt", "Mưa to ở miền núi.")])
    pairs = write(tmp_path / "pairs.jsonl.xz", PAIRS)
    files = ["--questions", tmp_path / "seeds.jsonl", "--pairs", pairs, "--into", tmp_path / "docs"]
    folders = ["--index", tmp_path / "index", "--work", tmp_path / "work"]
    assert main(["reliability", *map(str, (*files, *folders))]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[-2].startswith("| seeds | 1 | 0 | 0 | 0 | 1 | 1.000 |")
    assert rows[-1].startswith("| pairs | 2 |")
    assert (tmp_path / "docs" / "reliability.png").read_bytes().startswith(b"\x89PNG")
