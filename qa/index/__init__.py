"""An index: one folder with the truth (SQLite) and two searches derived from it (Tantivy, FAISS)."""

from __future__ import annotations

from qa.index.bm25 import WeightedTerm
from qa.index.deleted import Counted, idf
from qa.index.health import Finding, Health, examine, repair
from qa.index.index import Index
from qa.index.judgements import JudgedQuestion, Judgement, JudgementExport
from qa.index.listing import DocumentSummary
from qa.index.packing import Pack, pack, unpack
from qa.index.rows import Filters
from qa.index.snapshot import Snapshot
from qa.index.upsert import UpsertReport

__all__ = [
    "Counted",
    "DocumentSummary",
    "Filters",
    "Finding",
    "Health",
    "Index",
    "JudgedQuestion",
    "Judgement",
    "JudgementExport",
    "Pack",
    "Snapshot",
    "UpsertReport",
    "WeightedTerm",
    "examine",
    "idf",
    "pack",
    "repair",
    "unpack",
]
