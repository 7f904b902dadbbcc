"""Floors hold, belong to their data and model, and only rise."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.errors import BaselineError, SetFormatError
from eval.gate import (
    MANIFEST,
    Baseline,
    check,
    data_digest,
    missed,
    raised,
    read_baseline,
    read_manifest,
    write_baseline,
)

FLOORS = Baseline("data", "model", {"a": 0.5, "b": 0.9})


def test_a_missed_floor_is_reported() -> None:
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


def test_data_is_held_against_its_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = '[[file]]\npath = "{}"\nsha256 = "{}"\nrecords = "1"\nsource = "us"\nlicence = "CC0"\nread_by = ["eval"]\n'
    digest = hashlib.sha256(b"x").hexdigest()
    manifest = tmp_path / "data.toml"
    manifest.write_text("".join(entry.format(name, digest) for name in "ab"), encoding="utf-8")
    (tmp_path / "a").write_bytes(b"x")
    command = ["data", str(tmp_path), "--manifest", str(manifest), "--format", "csv"]
    assert main(command) == 1
    assert capsys.readouterr().out.splitlines()[1:] == ["a,whole,1,us,CC0,eval", "b,missing,1,us,CC0,eval"]
    (tmp_path / "b").write_bytes(b"y")
    assert main(command) == 1
    assert "b,other bytes," in capsys.readouterr().out
    (tmp_path / "b").write_bytes(b"x")
    assert main(command) == 0
    manifest.write_text("[[file]]\npath = 'a'\n", encoding="utf-8")
    with pytest.raises(SetFormatError, match="is no manifest"):
        read_manifest(manifest)


def test_the_manifest_names_each_file_with_its_digest() -> None:
    files = read_manifest(MANIFEST)
    assert len({one.path for one in files}) == len(files) == 12
    assert all(re.fullmatch("[0-9a-f]{64}", one.sha256) and one.licence and one.read_by for one in files)


def test_the_figures_of_this_project_reach_their_floors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(Path(__file__).parent.parent)
    assert main(["gate"]) == 0, capsys.readouterr().out
