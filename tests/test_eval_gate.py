"""Floors hold, belong to their data and model, and only rise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.errors import BaselineError, SetFormatError
from eval.gate import Baseline, check, data_digest, missed, raised, read_baseline, write_baseline

FLOORS = Baseline("data", "model", {"a": 0.5, "b": 0.9})


def test_a_missed_floor_is_told() -> None:
    now = Baseline("data", "model", {"a": 0.5, "b": 0.8999})
    assert check(FLOORS, now) == ["b is 0.8999, below its floor of 0.900"]
    assert check(FLOORS, Baseline("data", "model", {"a": 0.6, "b": 0.9})) == []


def test_a_figure_that_was_not_measured_misses_its_floor() -> None:
    assert missed(FLOORS, {"a": 1.0}) == ["b was not measured; its floor is 0.900"]


def test_floors_of_other_data_or_another_model_say_nothing() -> None:
    with pytest.raises(BaselineError, match="other data and other model"):
        check(FLOORS, Baseline("other", "other", {"a": 1.0, "b": 1.0}))


def test_floors_rise_and_are_rounded_down() -> None:
    lifted = raised(FLOORS, Baseline("data2", "model2", {"a": 0.71299, "b": 0.9, "c": 1 / 3}))
    assert lifted == Baseline("data2", "model2", {"a": 0.712, "b": 0.9, "c": 0.333})
    assert raised(None, Baseline("d", "m", {"a": 0.2999999999999})).floors == {"a": 0.3}


def test_floors_never_fall() -> None:
    with pytest.raises(BaselineError, match=r"Floors only rise: a is 0\.4000"):
        raised(FLOORS, Baseline("data2", "model", {"a": 0.4, "b": 1.0}))
    with pytest.raises(BaselineError, match="b was not measured"):
        raised(FLOORS, Baseline("data", "model", {"a": 0.9}))


def test_a_baseline_is_read_back(tmp_path: Path) -> None:
    write_baseline(tmp_path / "baseline.json", FLOORS)
    assert read_baseline(tmp_path / "baseline.json") == FLOORS


def test_a_malformed_baseline_is_named(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    with pytest.raises(BaselineError, match="no floors"):
        read_baseline(path)
    path.write_text('{\n"data": \n', encoding="utf-8")
    with pytest.raises(SetFormatError, match=r"baseline\.json, line [23]"):
        read_baseline(path)
    path.write_text(json.dumps({"data": "d", "model": "m"}), encoding="utf-8")
    with pytest.raises(SetFormatError, match="lacks"):
        read_baseline(path)


def test_the_digest_sees_names_and_bytes_and_no_order(tmp_path: Path) -> None:
    one, two = tmp_path / "1", tmp_path / "2"
    one.write_bytes(b"x")
    two.write_bytes(b"y")
    digest = data_digest([one, two])
    assert digest == data_digest([two, one])
    two.write_bytes(b"z")
    assert digest != data_digest([one, two])
    assert data_digest([one]) != digest


def test_the_figures_of_this_project_reach_their_floors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    assert main(["gate"]) == 0, capsys.readouterr().out
