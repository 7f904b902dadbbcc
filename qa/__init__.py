"""Answers questions over Vietnamese documents, with citations that can be opened and checked, offline."""

from __future__ import annotations

from qa.answer import Answer, Citation, WrittenAnswer, WrittenSentence, ask
from qa.documents import Document, read_documents
from qa.embedding import Embedder, load_embedder
from qa.errors import QAError
from qa.index import Filters, Index
from qa.passages import Passage
from qa.retrieval import Hit, Searcher

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "Embedder",
    "Filters",
    "Hit",
    "Index",
    "Passage",
    "QAError",
    "Searcher",
    "WrittenAnswer",
    "WrittenSentence",
    "ask",
    "load_embedder",
    "read_documents",
]
