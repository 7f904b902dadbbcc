"""README, CONTRIBUTING and docs hold together: commands exist, figures agree everywhere, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from docs.reproduce import commands as commands_by_name
from docs.reproduce import missing, promised
from eval.__main__ import make_parser as eval_parser
from qa.cli.arguments import make_parser as qa_parser
from qa.documents import SUFFIXES
from qa.page.corpus.words import LIMITS

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]
GUIDES = [ROOT / "eval" / "README.md", ROOT / "training" / "README.md", ROOT / "training" / "reader" / "README.md"]
PAGES = [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *GUIDES, *DOCS]
FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
PROGRAMS = {".", "python3", "pip", "curl", "pytest", "ruff", "mypy", "lint-imports", "pre-commit"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code(text: str) -> list[str]:
    """The lines of all blocks of code, fenced and then indented."""
    fenced = [line for block in FENCED.findall(text) for line in block.splitlines()]
    return fenced + re.findall(r"^    \S.*$", FENCED.sub("", text), re.MULTILINE)


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command in the indented blocks and in the block of the reproduction page."""
    reproduction = re.findall(r"<!-- reproduction -->\n```\n(.*?)```", text, re.DOTALL)
    lines = re.findall(r"^    (\S.*)$", FENCED.sub("", text), re.MULTILINE)
    lines += [line.partition(":")[2] for block in reproduction for line in block.splitlines()]
    for line in lines:
        for part in re.split(r" \| | && ", line):
            words = shlex.split(part, comments=True)
            yield [word.removeprefix(".venv/bin/") for word in words if "=" not in word]


def check(words: list[str]) -> None:
    """Fail unless this is a command that its program understands."""
    program, *given = words
    targets = re.findall(r"^(\w+):", read(ROOT / "Makefile"), re.MULTILINE)
    if words[:2] == ["qa", "eval"]:
        eval_parser().parse_args(given[1:])
    elif program == "qa":
        qa_parser().parse_args(given)
    elif words[:2] == ["python", "-m"]:
        assert find_spec(words[2]) is not None
    elif program == "make":
        assert given[0] in targets
    else:
        assert program in PROGRAMS


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_command_is_understood(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in commands(read(path)):
        try:
            check(words)
        except SystemExit:
            pytest.fail(f"{shlex.join(words)}: {capsys.readouterr().err}")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_extra_exists(path: Path) -> None:
    extras = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    asked = re.findall(r"""(?:['"]\.|qa)\[([a-z,]+)\]['"`]""", read(path))
    assert {one for group in asked for one in group.split(",")} <= set(extras)


def anchors(path: Path) -> set[str]:
    """What the headings of a page are called in its address."""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", read(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", FENCED.sub("", read(path))):
        file, _, anchor = link.partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_site_is_built() -> None:
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", "build/site"]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_is_short() -> None:
    for path in READMES:
        assert read(path).count("\n") <= 220


def test_the_vietnamese_readme_is_equal() -> None:
    ours, theirs = map(read, READMES)
    assert code(ours) == code(theirs)
    assert figures(ours) == figures(theirs)
    for shape in (r"^#+ ", r"!\[.*?\]\((.*?)\)", r"\*\*\w"):
        assert len(re.findall(shape, ours, re.MULTILINE)) == len(re.findall(shape, theirs, re.MULTILINE)), shape


def test_the_vietnamese_guide_has_only_commands_of_the_english_pages() -> None:
    english = [line for path in DOCS if path.name != "vi.md" for line in code(read(path))]
    assert [line for line in code(read(ROOT / "docs" / "vi.md")) if line not in english] == []


def figures(text: str) -> list[str]:
    """The rows of tables that hold figures."""
    rows = [row for table in TABLE.findall(text) for row in table.splitlines()]
    return [row for row in rows if re.search(r"\| \*{0,2}\d*[.,]?\d+", row)]


def test_the_figures_of_the_readme_are_those_of_the_docs() -> None:
    measured = read(ROOT / "docs" / "measured.md").splitlines()
    assert [row for row in figures(read(READMES[0])) if row not in measured] == []


def test_each_table_stands_below_its_command() -> None:
    sections = re.split(r"^## ", read(ROOT / "docs" / "measured.md"), flags=re.MULTILINE)[1:]
    assert [one.splitlines()[0] for one in sections if figures(one) and not list(commands(one))] == []


def test_each_figure_of_the_reproduction_page_has_a_command() -> None:
    page = read(ROOT / "docs" / "reproduce.md")
    named = set(re.findall(r"^([a-z-]+): +\S", page, re.MULTILINE))
    rows = re.findall(r"^\| ([^|]+) \| ([a-z, -]+) \| ([^|]+) \|$", page.partition("## From row")[2], re.MULTILINE)[1:]
    assert {one for _, figures, _ in rows for one in figures.split(", ")} == named
    others = "\n".join(read(path) for path in DOCS if path.name not in {"reproduce.md", "vi.md"})
    lost = [one for _, _, found in rows for one in re.findall(r"[\d.,]*\d", found) if one not in others]
    assert lost == []


def test_the_page_on_files_names_every_kind() -> None:
    page = read(ROOT / "docs" / "files.md")
    assert [suffix for suffix in SUFFIXES if f"`{suffix}`" not in page] == []


def test_the_page_names_the_kinds_of_the_readme() -> None:
    sentence = re.search(r"It reads (.*?), cites", read(ROOT / "README.md"), re.DOTALL)
    assert sentence
    kinds = re.findall(r"[A-Z]\w+", sentence[1])
    assert len(kinds) > 9
    assert [kind for kind in kinds for limit in (LIMITS.vi, LIMITS.en) if kind.lower() not in limit.lower()] == []


def test_contributing_says_what_each_dependency_is_for() -> None:
    needed = tomllib.loads(read(ROOT / "pyproject.toml"))["project"]["dependencies"]
    table = "\n".join(TABLE.findall(read(ROOT / "CONTRIBUTING.md")))
    assert [one for one in needed if not re.search(rf"\b{re.split('[>=<]', one)[0]}\b", table)] == []


def test_contributing_names_files_that_exist() -> None:
    named = re.findall(r"`([\w/*-]+/[\w/*.-]*)`", read(ROOT / "CONTRIBUTING.md"))
    assert len(named) > 10
    assert [one for one in named if not list(ROOT.glob(one))] == []


def test_the_reproduction_finds_a_figure_that_is_no_longer_printed() -> None:
    page = read(ROOT / "docs" / "reproduce.md")
    assert commands_by_name(page)["seeds"] == "qa eval seeds --index indexes/seeds"
    figures = promised(page)
    assert set(figures) == set(commands_by_name(page)) - {"reliability"}  # which draws plots
    assert figures["load"] == ["185", "1004.7", "1602.9"]
    assert missing([".778", "0.550", "1,352", "0.911"], "| 0.778 | .55 | 1352 ms | 0.912 |") == ["0.911"]
