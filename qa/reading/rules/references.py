"""What a question refers to by its place: "Khoản 3 Điều 8", or the cell of a row and a column.

Knows headings, numbered lines and lines with bars between their cells; knows nothing of who reads them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from qa.reading.words import words_of
from qa.text import Address

Place = tuple[int, int]

_ARTICLE = re.compile(r"^[ \t]*Điều\s+(?P<number>\d+[a-zđ]?)\b(?![ \t]+[a-zà-ỹ])", re.MULTILINE)
_CLAUSE = re.compile(r"^[ \t]*(?P<number>\d{1,2})\.\s", re.MULTILINE)
_CONTEXT = re.compile(r"\bĐiều\s+(?P<number>\d+[a-zđ]?)\b")
LEAST_CELLS = 2
_ROW = re.compile(r"^[^\n|]*\|[^\n]*$", re.MULTILINE)
_RULE = re.compile(r"[|\s:–—-]+")


def clauses_at(address: Address, text: str, context: str) -> list[Place]:
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


def cells_at(asked: Collection[str], text: str, context: str, title: Collection[str]) -> list[Place]:
    """Where the cell stands that the folded words of a question name by its row and column; at most one.

    A row is named by all words of its first cell, a column by more words of its header than any other has. Every word
    of the question must be one of these or of the title, else it asks for more than the table tells.
    """
    rows = [cells for match in _ROW.finditer(text) if len(cells := list(_cells(text, *match.span()))) >= LEAST_CELLS]
    named = [row for row in rows if (key := _words(text, row[0])) and key <= set(asked)]
    header = _header(text, rows, context)
    longest = max((len(_words(text, row[0])) for row in named), default=0)
    named = [row for row in named if len(_words(text, row[0])) == longest]
    if len(named) != 1 or len(header) != len(named[0]):
        return []
    rest = set(asked) - _words(text, named[0][0])
    shared = [len(words & rest) for words in header[1:]]
    best = max(shared, default=0)
    if not best or shared.count(best) > 1:
        return []
    column = 1 + shared.index(best)
    return [named[0][column]] if rest <= header[column] | set(title) else []


def _header(text: str, rows: list[list[Place]], context: str) -> list[frozenset[str]]:
    """The words of each column's head: of the passage's first row where a rule is below it, else of its context."""
    lines = list(_ROW.finditer(text))
    ruled = any(_RULE.fullmatch(below[0]) for _, below in pairwise(lines[:2]))
    if ruled and rows:
        return [_words(text, cell) for cell in rows[0]]
    return [words_of(cell).all for cell in context.split(" | ")]


def _cells(text: str, start: int, end: int) -> Iterator[Place]:
    """The cells of a line, without bars at its ends; none for the rule below a header."""
    if _RULE.fullmatch(text, start, end):
        return
    line = text[start:end]
    first = start + len(line) - len(line.lstrip(" |"))
    last = start + len(line.rstrip(" |"))
    for part in re.finditer(r"[^|]+", text[first:last]):
        cell = part[0]
        yield first + part.start() + len(cell) - len(cell.lstrip()), first + part.start() + len(cell.rstrip())


def _words(text: str, place: Place) -> frozenset[str]:
    return words_of(text[slice(*place)]).all
