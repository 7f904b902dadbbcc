"""Scans that are made for measuring, and the errors in what is read of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SEEDS

from eval.__main__ import main
from eval.scans import character_error, make_scans
from qa.documents.formats.pdf import load_recogniser


@pytest.mark.parametrize(
    ("found", "text", "expected"),
    [
        ("Mưa to", "Mưa to", 0.0),
        ("Mưa\n  to", "Mưa to", 0.0),
        ("Mua to", "Mưa to", 1 / 6),
        ("", "Mưa", 1.0),
        ("Mưa to ở núi", "Mưa to", 6 / 6),
        ("", "", 0.0),
    ],
)
def test_errors_are_changes_by_the_length_of_the_text(found: str, text: str, expected: float) -> None:
    assert character_error(found, text) == pytest.approx(expected)


def test_every_second_scan_is_worn_and_none_has_a_text(tmp_path: Path) -> None:
    scans = list(make_scans(tmp_path, [SEEDS], 2))
    assert [scan.worn for scan in scans] == [False, True]
    assert all(len(scan.text) > 1_000 for scan in scans)
    clean, worn = (scan.picture for scan in scans)
    assert clean.size == worn.size
    assert set(clean.resize((60, 80)).crop((0, 0, 60, 2)).tobytes()) == {255}
    assert set(worn.resize((60, 80)).crop((0, 0, 60, 2)).tobytes()) != {255}


@pytest.mark.skipif(load_recogniser() is None, reason="Tesseract with Vietnamese is not installed")
def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scans", "--count", "1", "--sources", str(SEEDS), "--format", "csv"]) == 0
    rows = [row.split(",") for row in capsys.readouterr().out.splitlines() if row.startswith('"qa, by Tesseract"')]
    assert [row[2:4] for row in rows] == [["clean", "1"], ["worn", "1"]]
    assert all(float(row[4]) < 0.05 for row in rows)


def test_without_a_recogniser_the_reason_is_reported() -> None:
    command = [sys.executable, "-m", "eval", "scans", "--count", "1", "--sources", str(SEEDS)]
    ran = subprocess.run(command, env={**os.environ, "PATH": ""}, capture_output=True, text=True, cwd=SEEDS.parent)
    assert ran.returncode == 1
    assert "no text was read" in ran.stderr.splitlines()[-1]
