"""From values to HTML, in either language; every text of a document or of a person is escaped in `markup.text`."""

from __future__ import annotations

from qa.page.ask.markup.article import article
from qa.page.ask.markup.asking import examples, footer, form, heading, sources
from qa.page.ask.markup.reply import citing, problem, reading, reply, searched_for
from qa.page.ask.markup.results import Found, matched_words, results
from qa.page.ask.markup.text import Span, escaped, legislation
from qa.page.ask.markup.written import written

__all__ = [
    "Found",
    "Span",
    "article",
    "citing",
    "escaped",
    "examples",
    "footer",
    "form",
    "heading",
    "legislation",
    "matched_words",
    "problem",
    "reading",
    "reply",
    "results",
    "searched_for",
    "sources",
    "written",
]
