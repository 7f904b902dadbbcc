"""What somebody meets who has just cloned the project: `make`, the installation, an extra that is not there."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(None in map(shutil.which, ("make", "sh")), reason="there is no make or no sh on this machine")
@pytest.mark.parametrize(
    "question",
    [
        "Cả nước có bao nhiêu đảng viên?",
        "Giá $(shell touch run)?",
        "Giá $$(touch run)?",
        "Giá `touch run`; touch run #1?",
        """"Đảng viên" là ai, 'cả nước' có mấy $HOME?""",
    ],
)
def test_make_ask_hands_the_question_over_as_it_is(tmp_path: Path, question: str) -> None:
    program = tmp_path / "bin" / "qa"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor last; do :; done\nprintf %s "$last"\n', encoding="utf-8")
    program.chmod(0o755)
    command = [
        "make",
        "--silent",
        f"--file={ROOT / 'Makefile'}",
        "--assume-old=index",
        "ask",
        "BIN=bin",
        f"Q={question}",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == question
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def installed() -> Distribution | None:
    """The editable installation of this very tree, if these tests run in one."""
    here = f'"{ROOT.as_uri()}"'
    return next((one for one in distributions(name="qa") if here in (one.read_text("direct_url.json") or "")), None)


@pytest.mark.skipif(installed() is None, reason="this tree is not installed")
def test_type_checkers_find_the_installed_package() -> None:
    found = installed()
    assert found is not None
    (path_file,) = [path for path in found.files or () if path.suffix == ".pth"]
    assert Path(path_file.read_text().strip()).samefile(ROOT), "mypy and pyright follow a path, and no import hook"


def test_the_same_versions_of_python_are_promised_and_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = [one.rpartition(" ")[2] for one in project["classifiers"] if one.startswith("Programming Language :: ")]
    workflow = (ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    (checked,) = re.findall(r"^ +python: \[(.*)\]$", workflow, re.MULTILINE)
    assert re.findall(r"3\.\d+", checked) == [one for one in promised if "." in one]
    assert project["requires-python"] == f">={re.findall(r'3[.][0-9]+', checked)[0]}"
