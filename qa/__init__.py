"""Answers questions over Vietnamese documents, with citations that can be opened and checked, offline."""

from __future__ import annotations

from qa.answer import Answer, Citation, answer_from, ask, verify
from qa.documents import Document, page_image, read_documents
from qa.embedding import Embedder, load_embedder, load_reranker
from qa.errors import QAError
from qa.generation import Writer, load_writer
from qa.index import Index
from qa.passages import Passage
from qa.postgres import PostgresIndex as _PostgresIndex  # noqa: F401  # it opens addresses of databases
from qa.reading import Reader, load_reader
from qa.retrieval import Hit, Searcher

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "Embedder",
    "Hit",
    "Index",
    "Passage",
    "QAError",
    "Reader",
    "Searcher",
    "Writer",
    "answer_from",
    "ask",
    "load_embedder",
    "load_reader",
    "load_reranker",
    "load_writer",
    "page_image",
    "read_documents",
    "verify",
]
