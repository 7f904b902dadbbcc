"""What runs qa as a service: its commands are ones that qa takes, and systemd takes its unit."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from qa.cli.arguments import make_parser

DEPLOY = Path(__file__).parent.parent / "deploy"


def test_the_commands_are_ones_that_qa_takes() -> None:
    unit = (DEPLOY / "qa.service").read_text(encoding="utf-8")
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    started = re.search(r"^ExecStart=\S+/qa (.*)$", unit, re.MULTILINE)
    run = re.search(r"^CMD (\[.*\])$", image, re.MULTILINE)
    assert started
    assert run
    for arguments in (shlex.split(started[1]), json.loads(run[1])[1:]):
        given = make_parser().parse_args(arguments)
        assert (given.index, given.users, given.log) == (["indexes/office"], "users.txt", True)


def test_the_image_gets_all_that_its_installation_needs() -> None:
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {name for line in re.findall(r"^COPY (.*)$", image, re.MULTILINE) for name in line.split()[:-1]}
    let_through = re.findall(r"^!(.*)$", (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert copied == set(let_through)
    settings = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {one.partition(".")[0] for one in settings["tool"]["setuptools"]["packages"]["find"]["include"]}
    data = {one.partition("/")[0] for ones in settings["tool"]["setuptools"]["data-files"].values() for one in ones}
    needed = {settings["project"]["readme"], *settings["project"]["license-files"], *packages, *data}
    assert {"pyproject.toml", "constraints.txt", *needed} == copied
    assert all((DEPLOY.parent / name).exists() for name in copied)


def test_the_bundle_is_installed_by_commands_that_there_are() -> None:
    steps = re.findall(r"^    (.*)$", (DEPLOY / "INSTALL.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert steps[:2] == ["python3 -m venv qa", "qa/bin/pip install --no-index --find-links wheels qa"]
    assert make_parser().parse_args(steps[2].split()[1:]).command.__name__ == "demo"
    assert "--wheel-dir build/qa-offline/wheels ." in (DEPLOY.parent / "Makefile").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd on this machine")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "qa.service").read_text(encoding="utf-8").replace("/opt/qa/.venv/bin/qa", "/bin/true")
    file = tmp_path / "qa.service"
    file.write_text(unit, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
