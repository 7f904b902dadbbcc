"""An index: one folder with the truth (SQLite) and two searches derived from it (Tantivy, FAISS)."""

from __future__ import annotations

from qa.index.checking import Problem
from qa.index.index import Index
from qa.index.judgements import JudgedQuestion, Judgement, JudgementExport
from qa.index.lexical import WeightedTerm
from qa.index.listing import DocumentSummary
from qa.index.rows import Filters
from qa.index.snapshot import Snapshot
from qa.index.upsert import UpsertReport

__all__ = [
    "DocumentSummary",
    "Filters",
    "Index",
    "JudgedQuestion",
    "Judgement",
    "JudgementExport",
    "Problem",
    "Snapshot",
    "UpsertReport",
    "WeightedTerm",
]
