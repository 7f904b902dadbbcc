"""The rooms of the page: what all tabs are made of lies below them, and no two rooms lead to each other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "qa" / "page"
ROOMS = ("parts", "corpus", "judging", "ask", "mistakes", "api", "build", "serving", "__init__")


def room_of(module: str) -> int:
    return ROOMS.index(module.split(".")[2])


@pytest.mark.parametrize("path", sorted(PAGE.rglob("*.py")), ids=lambda path: path.relative_to(PAGE).as_posix())
def test_a_room_knows_only_those_below_it(path: Path) -> None:
    own = ROOMS.index(path.relative_to(PAGE).parts[0].removesuffix(".py"))
    imported = {
        node.module
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("qa.page.")
    }
    assert {module for module in imported if room_of(module) > own} == set()


def modules() -> dict[str, set[str]]:
    """What each module of the page imports of it."""
    found: dict[str, set[str]] = {}
    for path in PAGE.rglob("*.py"):
        name = ".".join(("qa", "page", *path.relative_to(PAGE).with_suffix("").parts)).removesuffix(".__init__")
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        found[name] = names
    return {name: names & found.keys() - {name} for name, names in found.items()}


def test_no_modules_lead_to_each_other() -> None:
    left = {name: names - {"qa.page"} for name, names in modules().items()}
    while free := {name for name, names in left.items() if not names & left.keys()}:
        left = {name: names for name, names in left.items() if name not in free}
    assert left == {}


def test_script_style_and_markup_are_files() -> None:
    assert sorted(path.name for path in PAGE.rglob("*.js")) == [
        *("documents.js", "judgements.js", "lists.js", "page.js"),
    ]
    tags = re.compile(r"</?(?:p|div|section|span|ul|li|button|mark|h[1-6]|a|input|label|script|style)[ >]")
    assert [path.name for path in PAGE.rglob("*.py") if tags.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", sorted(PAGE.rglob("*.html")), ids=lambda path: path.relative_to(PAGE).as_posix())
def test_no_template_lets_a_text_pass_as_it_is(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"\|\s*safe|autoescape|Markup", source) == []
    shown_exactly = re.findall(r"(\S*){{[^}]*\| exact }}(.)", source)
    assert all(before.endswith('="') and after == '"' for before, after in shown_exactly)
