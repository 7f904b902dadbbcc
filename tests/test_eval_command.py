"""`qa eval` and `python -m eval` are one command; what it needs and does not find is one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from eval.__main__ import main as kit
from qa.cli import main as qa_main

ROOT = Path(__file__).parent.parent
NOWHERE = "There is nothing to measure in nowhere"


@pytest.mark.parametrize("main", [kit, lambda words: qa_main(["eval", *words])], ids=["python -m eval", "qa eval"])
def test_both_names_run_the_same_command(
    main: Callable[[Sequence[str]], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cases", "nowhere"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert NOWHERE in printed.err
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("usage: qa eval ")


def test_a_missing_extra_is_named_in_one_line() -> None:
    code = (
        "import sys; sys.modules['ir_measures'] = None\nfrom qa.cli import main; sys.exit(main(['eval', 'cases', 'x']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "eval: Measuring needs packages that are not installed: ir_measures. Install them: pip install 'qa[eval]'.\n"
    )
