"""Answers questions over Vietnamese documents, with citations that can be opened and checked, offline."""

from __future__ import annotations

from qa.answer import Answer, Citation, WrittenAnswer, WrittenSentence, ask
from qa.documents import Document, read_documents
from qa.embedding import Embedder, load_embedder
from qa.errors import QAError
from qa.index import DocumentSummary, Filters, Index, JudgedQuestion, Judgement, JudgementExport, UpsertReport
from qa.passages import Passage
from qa.retrieval import Hit, Searcher

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "DocumentSummary",
    "Embedder",
    "Filters",
    "Hit",
    "Index",
    "JudgedQuestion",
    "Judgement",
    "JudgementExport",
    "Passage",
    "QAError",
    "Searcher",
    "UpsertReport",
    "WrittenAnswer",
    "WrittenSentence",
    "ask",
    "load_embedder",
    "read_documents",
]
