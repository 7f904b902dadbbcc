"""From a question to ranked passages: lexical, dense, or both fused.

Knows queries, candidates and scores; does not know pages, prompts or answers.
"""

from __future__ import annotations

from qa.retrieval.searcher import MODES, Hit, Mode, Searcher, Support

__all__ = ["MODES", "Hit", "Mode", "Searcher", "Support"]
