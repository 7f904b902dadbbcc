"""Articles and clauses as addresses: "Khoản 3 Điều 8" in a question is a place in a document, not a topic.

Knows headings and numbered lines; knows nothing of who reads them.
"""

from __future__ import annotations

import re

from qa.text import Address

_ARTICLE = re.compile(r"^[ \t]*Điều\s+(?P<number>\d+[a-zđ]?)\b(?![ \t]+[a-zà-ỹ])", re.MULTILINE)
_CLAUSE = re.compile(r"^[ \t]*(?P<number>\d{1,2})\.\s", re.MULTILINE)
_CONTEXT = re.compile(r"\bĐiều\s+(?P<number>\d+[a-zđ]?)\b")


def clauses_at(address: Address, text: str, context: str) -> list[tuple[int, int]]:
    """Where the clause of an address stands in a passage, without its number; nothing for a whole article."""
    if address.clause is None:
        return []
    found = [match for match in _CLAUSE.finditer(text) if match["number"] == address.clause]
    ends = [text.find("\n", match.end()) for match in found]
    places = [(match.end(), end if end > 0 else len(text)) for match, end in zip(found, ends, strict=True)]
    return [place for place in places if stands_at(address, text, place[0], context)]


def stands_at(address: Address, text: str, start: int, context: str) -> bool:
    """Whether what starts at a place of a passage is in the article, and in the clause, of an address."""
    headings = list(_ARTICLE.finditer(text, 0, start + 1))
    above = _CONTEXT.findall(context)
    article = headings[-1]["number"] if headings else above[-1] if above else ""
    clauses = list(_CLAUSE.finditer(text, headings[-1].end() if headings else 0, start + 1))
    clause = clauses[-1]["number"] if clauses else None
    return article.lower() == address.article and address.clause in (None, clause)
