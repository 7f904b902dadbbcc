"""Turn a question into ranked passages: lexical, dense, or both fused.

Knows queries, candidates and scores; does not know pages, prompts or answers.
"""

from __future__ import annotations

from qa.retrieval.evidence import Evidence, Hit, Hits
from qa.retrieval.query import RULES, Rule
from qa.retrieval.ranking import MODES, Mode
from qa.retrieval.relations import Relation
from qa.retrieval.searcher import IndexesDifferError, Searcher, by_name, together

__all__ = [
    "MODES",
    "RULES",
    "Evidence",
    "Hit",
    "Hits",
    "IndexesDifferError",
    "Mode",
    "Relation",
    "Rule",
    "Searcher",
    "by_name",
    "together",
]
