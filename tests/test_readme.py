"""README and docs show what really happens: their samples are run, the reference is made from the parser."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import SEEDS
from stand_in import stand_in

import qa
from qa.cli import main
from qa.cli.arguments import make_parser
from qa.page import Library, Settings, serving

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
HOME = "http://127.0.0.1:7860"


def block(mark: str) -> str:
    """The fenced block after a comment, which is the same on each page that has it."""
    pattern = re.compile(rf"<!-- {re.escape(mark)} -->\n```\w*\n(.*?)```", re.DOTALL)
    (found,) = {one[1] for text in TEXTS.values() for one in pattern.finditer(text)}
    return found


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
    repeated = "..." if isinstance(action, argparse._AppendAction) else ""
    return f"{text if action.required else f'[{text}]'}{repeated}"


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
    assert lines[0] == "5 documents, 1 skipped"
    assert lines[1].startswith("1 seeds/004_2077101216c8cc9d.txt ")


def test_the_short_python_sample(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    capsys.readouterr()
    exec(compile(block("short python sample"), "README.md", "exec"), {})
    assert capsys.readouterr().out == "5.248.607 đảng viên | Cả nước có 5.248.607 đảng viên\n"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(Library.open([folder / "indexes" / "seeds"]), Settings(port=0)) as (address, _):
        yield address.rstrip("/")


def at_home(sample: str, address: str) -> str:
    """The sample, asking the page that is served for the test."""
    assert HOME in sample
    return sample.replace(HOME, address)


@pytest.mark.skipif(None in map(shutil.which, ("bash", "curl")), reason="there is no bash or no curl on this machine")
def test_the_curl_samples(address: str) -> None:
    def printed_by(mark: str) -> str:
        command = ["bash", "-euo", "pipefail", "-c", at_home(block(mark), address)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout

    kind, data, *_ = printed_by("curl sample").splitlines()
    assert kind == "event: complete"
    (reply,) = json.loads(data.removeprefix("data: "))
    assert "5.248.607" in reply["answer"]["text"]
    assert len(reply["hits"]) == 1
    (found,) = json.loads(printed_by("curl sample in one step"))["data"]
    assert len(found["hits"]) == 3
    assert all(hit["passage"]["published"] >= "2022-01-01" for hit in found["hits"])


# Pandas says this to Gradio, which counts its events with it.
@pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning")
def test_the_client_sample(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(at_home(block("client sample"), address), "README.md", "exec"), {})
    answer, sources, total = capsys.readouterr().out.splitlines()[-3:]
    assert "5.248.607 đảng viên" in answer
    assert sources.count("seeds/") == 5
    assert int(total) > 0


def test_the_command_reference() -> None:
    assert block("commands") == reference()
