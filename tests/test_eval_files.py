"""Files that are made for measuring: each kind is read whole, and damaged ones make no reader crash or hang."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from conftest import SEEDS

import qa
from eval.files import KINDS, TABLES, TIMED, FileMaker, make_files
from eval.fuzz import fuzz
from eval.speed import measure_files


@pytest.mark.parametrize("kind", [".pdf", *KINDS, *TABLES])
def test_what_is_made_is_read_whole(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{kind}"
    path.write_bytes(FileMaker([SEEDS]).make(kind))
    reading = qa.read_documents(path)
    text = " ".join(" ".join(document.text for document in reading).split())
    assert reading.skipped == []
    paragraphs = [] if kind in TABLES else FileMaker([SEEDS]).paragraphs()
    assert [one for one in paragraphs if one not in text] == []
    assert len(text) > 3_000


def test_the_same_seed_makes_the_same_files_and_every_fifth_is_a_pdf(tmp_path: Path) -> None:
    count = len(TIMED) + -(-len(TIMED) // 4)  # one of each, and a PDF before every four of them
    for name in ("một", "hai"):
        make_files(tmp_path / name, [SEEDS], count)
    kinds = [path.suffix for path in sorted((tmp_path / "một").iterdir())]
    assert [place for place, kind in enumerate(kinds) if kind == ".pdf"] == [*range(0, count, 5)]
    assert set(kinds) == {".pdf", *TIMED}
    texts = [[document.text for document in qa.read_documents(tmp_path / name)] for name in ("một", "hai")]
    assert texts[0] == texts[1]


def test_indexing_files_is_timed() -> None:
    shown = str(measure_files([SEEDS], 5, 1))
    assert "medians of 1 runs: 5 files, 1 PDF of 10 pages" in shown
    rows = dict(re.findall(r"^\| ([a-z ]+)(?:, all.*)? \| ([\d.]+)", shown, re.MULTILINE))
    assert [*rows] == ["seconds", "seconds of a processor", "files a second", "most memory"]
    assert abs(5 / float(rows["files a second"]) - float(rows["seconds"])) < 0.2 * float(rows["seconds"])  # rounded
    assert 0 < float(rows["seconds of a processor"]) < 2 * (os.cpu_count() or 1) * float(rows["seconds"])


def test_damaged_files_make_no_reader_crash_or_hang() -> None:
    found = fuzz([SEEDS], 200, seed=2)
    assert found.bad == []
    assert found.read.total() + found.refused.total() == 200
    assert found.read.total() > 50 < found.refused.total()
