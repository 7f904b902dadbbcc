"""Articles and clauses as a question names them: "Khoản 3 Điều 8", "Điều 8, khoản 3". Knows no documents."""

from __future__ import annotations

import re
from typing import NamedTuple

_ASKED = re.compile(
    r"\b(?:(?:khoản|khoan)\s+(?P<clause>\d+)[\s,]+)?(?:điều|dieu)\s+(?P<article>\d+[a-zđ]?)\b"
    r"(?:[\s,]+(?:khoản|khoan)\s+(?P<behind>\d+)\b)?",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """An article, and where one is named the clause in it."""

    article: str
    clause: str | None


def address_of(question: str) -> Address | None:
    """The article that a question names, with diacritics or without; None where it names none."""
    match = _ASKED.search(question)
    return Address(match["article"].lower(), match["clause"] or match["behind"]) if match else None
