"""Answers questions over Vietnamese documents, with citations that can be opened and checked, offline."""

from __future__ import annotations

from qa.answer import (
    Answer,
    Citation,
    Reader,
    Verification,
    Writer,
    WrittenAnswer,
    WrittenSentence,
    ask,
    load_reader,
    load_writer,
    verify,
)
from qa.documents import SUFFIXES, Document, Place, read_documents
from qa.embedding import Embedder, Reranker, load_embedder, load_reranker
from qa.errors import QAError
from qa.index import DocumentSummary, Filters, Index, JudgedQuestion, Judgement, JudgementExport, UpsertReport
from qa.passages import Passage
from qa.retrieval import RULES, Hit, Hits, Mode, Searcher

__all__ = [
    "RULES",
    "SUFFIXES",
    "Answer",
    "Citation",
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
    "Mode",
    "Passage",
    "Place",
    "QAError",
    "Reader",
    "Reranker",
    "Searcher",
    "UpsertReport",
    "Verification",
    "Writer",
    "WrittenAnswer",
    "WrittenSentence",
    "ask",
    "load_embedder",
    "load_reader",
    "load_reranker",
    "load_writer",
    "read_documents",
    "verify",
]
