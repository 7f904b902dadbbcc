"""The README shows what really happens: its samples are run, its reference is made from the parser."""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

import pytest
from conftest import SEEDS
from stand_in import stand_in

import qa
from qa.cli import main
from qa.cli.arguments import make_parser

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def block(mark: str) -> str:
    """The fenced block after a comment of the README."""
    found = re.search(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, mark
    return found[1]


def reference() -> str:
    """One line for each command with its arguments, one for what it does."""
    verbs = next(a for a in make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    helps = {choice.dest: choice.help for choice in verbs._choices_actions}
    lines = []
    for name, verb in verbs.choices.items():
        arguments = " ".join(shown(action) for action in verb._actions if action.dest != "help")
        lines += [f"qa {name} {arguments}", f"    {helps[name]}"]
    return "\n".join(lines) + "\n"


def shown(action: argparse.Action) -> str:
    value = "|".join(action.choices) if action.choices else action.metavar or action.dest.upper()
    if not action.option_strings:
        return f"{value}..." if action.nargs == "+" else str(value)
    text = action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"
    return text if action.required else f"[{text}]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    assert main(["index", str(SEEDS), "--into", str(folder / "indexes" / "seeds")]) == 0
    return folder


def test_the_terminal_sample(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    capsys.readouterr()
    assert main(["ask", "Cả nước có bao nhiêu đảng viên?", "-k", "1"]) == 0
    assert block('sample: qa ask "Cả nước có bao nhiêu đảng viên?" -k 1') == capsys.readouterr().out


def test_the_citation_sample(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    capsys.readouterr()
    assert main(["ask", "Cả nước có bao nhiêu đảng viên?", "--cite", "plain"]) == 0
    shown = block('sample: qa ask "Cả nước có bao nhiêu đảng viên?" --cite plain')
    cited = capsys.readouterr().out
    assert shown == cited.replace(f"accessed {date.today().isoformat()}", "accessed 2026-11-25")
    assert main(["verify", shown]) == 0


def test_the_writer_sample(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reply = qa.ask("Cả nước có bao nhiêu đảng viên?", qa.Searcher.open(folder / "indexes" / "seeds"))
    with stand_in("Cả nước có 5.248.607 đảng viên [1]. Thế thôi.") as server:
        sample = block("writer sample").replace("http://localhost:11434/v1", server.url("says"))
        capsys.readouterr()
        exec(compile(sample, "README.md", "exec"), {"qa": qa, "reply": reply})
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Cả nước có 5.248.607 đảng viên [1]. Thế thôi. [(), ('Thế thôi.',)]"


def test_the_python_sample(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    (folder / "seeds").symlink_to(SEEDS)
    capsys.readouterr()
    exec(compile(block("python sample"), "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "5 documents"
    assert lines[1].startswith("1 seeds/004_2077101216c8cc9d.txt ")


def test_the_command_reference() -> None:
    assert block("commands") == reference()
