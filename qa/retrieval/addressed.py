"""Passages that a question names by their place: "Khoản 3 Điều 8 Quyết định 12/2021/QĐ-UBND". Knows no scores."""

from __future__ import annotations

import re

from qa.passages import Passage, search_text
from qa.retrieval.query import Query
from qa.text import document_numbers, fold


def names(query: Query, text: str) -> bool:
    """Whether a text has every document number of a query that has some."""
    return bool(query.document_numbers) and query.document_numbers <= set(document_numbers(fold(text)))


def addressed(query: Query, passage: Passage) -> int:
    """2 for a passage in the clause that a query names, 1 for one in its article, else 0; never in another document."""
    address = query.address
    if address is None:
        return 0
    if query.document_numbers and not names(query, search_text(passage.title, passage.text, passage.context)):
        return 0
    article = re.compile(rf"Điều {re.escape(address.article)}(?![^\W_])", re.IGNORECASE)
    around = [place for place in passage.places if article.match(place.label)]
    if not around or address.clause is None:
        return len(around[:1])
    named = [place for place in passage.places if place.label == f"Khoản {address.clause}"]
    return 2 if any(outer.start <= inner.start < outer.end for inner in named for outer in around) else 1
