"""What a person sees in a terminal, and what anything else is given: run in terminals, and without one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).parent.parent
HOSTILE = "Lúa \x1b[31mđỏ \ue000 chín."

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "index"
    rest = "Người dân các xã ven sông cho biết năm nay mưa thuận gió hoà nên lúa chín sớm hơn mọi năm chừng nửa tháng. "
    qa.Index.create(folder).upsert([qa.Document("rice", f"{HOSTILE} {rest * 3}", "Mùa lúa", "báo/lúa")])
    return folder


def in_terminal(arguments: list[str], columns: int, **environment: str) -> str:
    """What the command writes to a terminal that is so wide."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    command = [sys.executable, "-m", "qa", *arguments]
    settings = {**kept, "TERM": "xterm", **environment}
    with subprocess.Popen(command, cwd=ROOT, env=settings, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                some = os.read(ours, 65_536)
            except OSError:  # the other end is closed
                break
            if not some:
                break
            written += some
        assert process.wait() == 0
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def test_lines_are_as_wide_as_the_terminal_and_styles_are_for_it_alone(index: Path) -> None:
    asked = ["search", "lúa chín", "-k", "1", "--index", str(index)]
    shown = in_terminal(asked, 60)
    assert "\x1b[1m1. Mùa lúa · undated · báo/lúa\x1b[0m" in shown
    text = [line for line in shown.splitlines() if line.startswith("   ")]
    assert 50 < max(map(len, text)) <= 60
    assert "Lúa \\x1b[31mđỏ \ue000 chín." in " ".join(line.strip() for line in text)
    plain = in_terminal(asked, 60, NO_COLOR="1")
    assert "\x1b" not in plain
    assert max(map(len, plain.splitlines())) <= 60
    piped = subprocess.run([sys.executable, "-m", "qa", *asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "\x1b" not in piped.stdout
    assert [len(line) > 90 for line in piped.stdout.splitlines()[2:]] == [True, True, False]
    assert max(map(len, piped.stdout.splitlines()[2:])) <= 100


def test_the_health_of_an_index_has_its_colour(index: Path) -> None:
    assert in_terminal(["doctor", str(index)], 80).startswith(f"\x1b[32m{index}: healthy.\x1b[0m\n")
