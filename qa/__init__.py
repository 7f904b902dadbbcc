"""Answers questions over Vietnamese documents, with citations that can be opened and checked, offline."""

from __future__ import annotations

from qa.answer import Answer, Citation, Verification, answer_from, ask, verify
from qa.documents import SUFFIXES, Document, Place, height_of_quote, page_image, read_documents
from qa.embedding import Embedder, Reranker, load_embedder, load_reranker
from qa.errors import QAError
from qa.generation import Writer, WrittenAnswer, WrittenSentence, load_writer
from qa.index import DocumentSummary, Filters, Index, JudgedQuestion, Judgement, JudgementExport, UpsertReport
from qa.passages import Passage
from qa.reading import Reader, Reading, Window, load_reader
from qa.retrieval import RULES, Evidence, Hit, Hits, Mode, Searcher

__all__ = [
    "RULES",
    "SUFFIXES",
    "Answer",
    "Citation",
    "Document",
    "DocumentSummary",
    "Embedder",
    "Evidence",
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
    "Reading",
    "Reranker",
    "Searcher",
    "UpsertReport",
    "Verification",
    "Window",
    "Writer",
    "WrittenAnswer",
    "WrittenSentence",
    "answer_from",
    "ask",
    "height_of_quote",
    "load_embedder",
    "load_reader",
    "load_reranker",
    "load_writer",
    "page_image",
    "read_documents",
    "verify",
]
