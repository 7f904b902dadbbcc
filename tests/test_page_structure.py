"""The files of the page: markup, script and style are files of their own, and every text is escaped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parent.parent / "qa" / "page"


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
