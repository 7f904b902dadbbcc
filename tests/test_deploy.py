"""What runs qa as a service: its commands are ones that qa takes, and systemd takes its unit."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
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


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd on this machine")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "qa.service").read_text(encoding="utf-8").replace("/opt/qa/.venv/bin/qa", "/bin/true")
    file = tmp_path / "qa.service"
    file.write_text(unit, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
