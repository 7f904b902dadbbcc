"""Calibration and thresholds by hand, labelled pairs, and the command with its plots."""

from __future__ import annotations

import itertools
import json
import lzma
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

import qa
from eval.__main__ import main
from eval.answers import ask_pairs, read_pairs
from eval.errors import EmptySetError, SetFormatError
from eval.reliability import (
    Bin,
    Confident,
    area_under_risk,
    area_under_roc,
    bins,
    declined_at,
    expected_calibration_error,
    reliability_table,
    risk_table,
    risks,
    threshold_table,
)
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
    assert (
        str(reliability_table({"toy": REPLIES})).splitlines()[-1]
        == "| toy | 5 | 1 | 3 | 1 | 6 | 0.667 | 0.702 | 0.215 |"
    )


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.booleans()), min_size=1))
def test_bins_are_those_of_scikit_learn(given_replies: list[tuple[float, bool]]) -> None:
    assume(all(confidence * 10 % 1 > 1e-9 for confidence, _ in given_replies))  # edges belong to either bin
    found = bins([Confident(c, "right" if right else "wrong", answerable=True) for c, right in given_replies])
    right, confidence = calibration_curve([r for _, r in given_replies], [c for c, _ in given_replies], n_bins=10)
    assert [one.right for one in found] == pytest.approx(list(right))
    assert [one.confidence for one in found] == pytest.approx(list(confidence))


def test_a_confidence_that_is_worth_what_it_says_has_no_error() -> None:
    assert expected_calibration_error([Bin(4, 0.75, 0.75)]) == 0.0


def test_without_replies_there_is_nothing_to_be_right() -> None:
    assert bins(REPLIES[-2:]) == []
    assert expected_calibration_error([]) == 0.0
    assert str(reliability_table({"none": REPLIES[-2:]})).splitlines()[-1] == "| none | 1 | 1 | 1 | 1 | 0 | - | - | - |"


def test_risks_by_hand() -> None:
    # By confidence: right, wrong and right as one (.90), right at .95 and 1.0 before them, then .25 right, .21 wrong.
    assert risks(REPLIES) == pytest.approx([0, 0, 0.5 / 3, 1 / 4, 1 / 5, 2 / 6])
    area = (0.5 / 3 + 1 / 4 + 1 / 5 + 2 / 6) / 6
    assert area_under_risk(risks(REPLIES)) == pytest.approx(area)
    assert (
        str(risk_table({"toy": REPLIES})).splitlines()[-1] == "| toy | 0.000 | 0.000 | 0.250 | 0.200 | 0.333 | 0.158 |"
    )
    assert str(risk_table({"none": REPLIES[-2:]})).splitlines()[-1] == "| none | - | - | - | - | - | - |"


def confident(*answerable: float, unanswerable: tuple[float, ...]) -> list[Confident]:
    found = [Confident(one, "right", answerable=True) for one in answerable]
    return found + [Confident(one, "wrong", answerable=False) for one in unanswerable]


def test_what_a_threshold_declines_by_hand() -> None:
    replies = confident(*(n / 20 for n in range(1, 21)), unanswerable=(0.01, 0.05, 0.07, 0.12, 0.12, 0.5))
    # Losing 1 of 20 puts the threshold at .10, losing 2 at .15; a reply that is as sure as the threshold is given.
    assert [declined_at(lost, replies) for lost in (0, 0.04, 0.05, 0.1, 0.5)] == [1 / 6, 1 / 6, 3 / 6, 5 / 6, 1]
    assert area_under_roc(confident(0.2, 0.4, unanswerable=(0.1, 0.3, 0.4, 0.2))) == (1.5 + 3.5) / 8
    shown = str(threshold_table({"toy": replies, "one sort": REPLIES[:1]})).splitlines()
    assert shown[2:] == ["| toy | 0.500 | 0.833 | 0.875 |"]


@given(st.lists(st.builds(Confident, st.floats(0, 1), st.just("right"), answerable=st.booleans()), min_size=2))
def test_the_area_under_roc_is_the_share_of_pairs_in_order(replies: list[Confident]) -> None:
    pairs = [
        (yes.confidence > no.confidence) + (yes.confidence == no.confidence) / 2
        for yes, no in itertools.product(replies, replies)
        if yes.answerable and not no.answerable
    ]
    assume(pairs)
    assert area_under_roc(replies) == pytest.approx(sum(pairs) / len(pairs))


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
    tables = capsys.readouterr().out.split("\n\n")
    assert tables[0].splitlines()[2].startswith("| seeds | 1 | 0 | 0 | 0 | 1 | 1.000 |")
    assert tables[0].splitlines()[3].startswith("| pairs | 2 |")
    assert tables[1].splitlines()[2].startswith("| seeds, 0.")
    assert tables[1].splitlines()[2].endswith(" | 1.000 |")
    assert tables[2].splitlines()[2] == "| seeds | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 |"
    assert [line.split(" | ")[0] for line in tables[3].splitlines()[2:]] == ["| pairs"]  # the only set of both sorts
    for name in ("reliability.png", "risks.png"):
        assert (tmp_path / "docs" / name).read_bytes().startswith(b"\x89PNG")
