"""A short run of `make crash`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


def test_kills_lose_nothing() -> None:
    command = [sys.executable, str(TESTS / "crash.py"), "--kills", "6", "--seed", "7"]
    environment = {**os.environ, "PYTHONPATH": str(TESTS.parent)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("6 kills amid ")
