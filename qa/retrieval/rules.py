"""The rules that a search follows, by name, so that each can be left off to measure what it is worth."""

from __future__ import annotations

from typing import Literal, get_args

Rule = Literal["restoring", "abbreviations", "document_numbers", "addresses", "late_interaction", "grouping"]
RULES: tuple[Rule, ...] = get_args(Rule)
