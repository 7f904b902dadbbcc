"""Answers questions over Vietnamese documents, with citations that can be opened and checked, offline."""

from __future__ import annotations

from qa.answer import Answer, ask
from qa.documents import Document, read_documents
from qa.embedding import Embedder, Reranker, load_embedder, load_reranker
from qa.errors import QAError
from qa.index import DocumentSummary, Filters, Index, JudgedQuestion, Judgement, JudgementExport, UpsertReport
from qa.passages import Passage
from qa.retrieval import RULES, Hit, Hits, Searcher

__all__ = [
    "RULES",
    "Answer",
    "Document",
    "DocumentSummary",
    "Embedder",
    "Filters",
    "Hit",
    "Hits",
    "Index",
    "JudgedQuestion",
    "Judgement",
    "JudgementExport",
    "Passage",
    "QAError",
    "Reranker",
    "Searcher",
    "UpsertReport",
    "ask",
    "load_embedder",
    "load_reranker",
    "read_documents",
]
