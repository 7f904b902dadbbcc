"""Offer an index to the floors above; in a folder, it is the truth (SQLite) and two searches derived from it."""

from __future__ import annotations

from qa.index.bm25 import Counted, WeightedTerm, idf
from qa.index.filters import DAY_FILTERS, FILTERS, NAME_FILTERS, Filters
from qa.index.health import Finding, Health, examine, repair
from qa.index.index import FolderIndex
from qa.index.listing import DocumentSummary
from qa.index.moving import Pack, move, pack, unpack
from qa.index.protocol import Content, Index, Snapshot, scheme_of
from qa.index.upsert import UpsertReport
from qa.judgements import JudgedQuestion, Judgement, JudgementExport

__all__ = [
    "DAY_FILTERS",
    "FILTERS",
    "NAME_FILTERS",
    "Content",
    "Counted",
    "DocumentSummary",
    "Filters",
    "Finding",
    "FolderIndex",
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
    "move",
    "pack",
    "repair",
    "scheme_of",
    "unpack",
]
