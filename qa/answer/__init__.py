"""From evidence to a reply: the sentence that answers, with its place in its document, or a refusal to answer.

Knows hits and how far texts speak of a question; does not know how the hits were found.
"""

from __future__ import annotations

from qa.answer.answer import Answer, Finding, Verdict
from qa.answer.answering import ask
from qa.answer.citing.citation import CITATION_FORMATS, Citation, CitationFormat
from qa.answer.citing.verifying import Verification, split_citations, verify
from qa.answer.reader import Reader, load_reader
from qa.answer.writing.writer import Writer, load_writer
from qa.answer.writing.written import WrittenAnswer, WrittenSentence

__all__ = [
    "CITATION_FORMATS",
    "Answer",
    "Citation",
    "CitationFormat",
    "Finding",
    "Reader",
    "Verdict",
    "Verification",
    "Writer",
    "WrittenAnswer",
    "WrittenSentence",
    "ask",
    "load_reader",
    "load_writer",
    "split_citations",
    "verify",
]
