"""Turn a decision into a reply: the span and sentence that answer, with their place in the document, or a refusal.

Knows decisions, citations and whether they still hold; does not know how spans are found or weighed.
"""

from __future__ import annotations

from qa.answer.answer import Answer, Finding, Note, Verdict, answer_from, ask
from qa.answer.citation import CITATION_FORMATS, Citation, CitationFormat
from qa.answer.verifying import Verification, split_citations, verify

__all__ = [
    "CITATION_FORMATS",
    "Answer",
    "Citation",
    "CitationFormat",
    "Finding",
    "Note",
    "Verdict",
    "Verification",
    "answer_from",
    "ask",
    "split_citations",
    "verify",
]
