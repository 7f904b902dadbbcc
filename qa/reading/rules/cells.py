"""Find the table cell that a question names by row and column, and cells that it does not ask for.

`asked` are the folded words of a question.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from qa.reading.rules.tables import COUNTING, Place, Row, is_value, rows_of, tables_in
from qa.reading.target import quantity_of
from qa.reading.words import words_of

_FORMER = frozenset(["truoc", "cu"])
"""Folded words in the header of a column about earlier values."""
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_BESIDE_DAYS = frozenset(["ngay", "thang", "nam"])
"""Folded words of a question that need not occur beside the day or year of a header."""


def row_at(text: str, context: str, place: int) -> tuple[Row, int] | None:
    """Return the row that a place is in, and its column number; None outside tables."""
    for row in rows_of(text, context):
        if row.start <= place <= row.end:
            return row, max(n for n, cell in enumerate(row.cells) if cell[0] <= place)
    return None


def head_of(text: str, context: str, place: int) -> str:
    """Return the header of the column that a place is in; empty outside tables."""
    found = row_at(text, context, place)
    return found[0].header[found[1]] if found else ""


def cells_at(
    asked: Collection[str], focus: Collection[str], text: str, context: str, title: Collection[str]
) -> list[Place]:
    """Return the place of the cell whose row and column the question names; at most one.

    A row is named by cells that occur whole in the question, and by more of their words than any other row; a value
    counts only beside a word of its header, or in the column that says what the row is about. A column is named by more
    words of its header than any other, the noun asked for (`focus`) first. Every other word of the question must be in
    the title or above the table; otherwise it asks for more than the table says.
    """
    found: list[Place] = []
    rows, last = rows_of(text, context), 0
    for number, lines in enumerate(tables_in(text)):
        own = [row for row in rows if row.table == number]
        known = {*title, *_words(text, (last, lines[0][0])), *_BESIDE_DAYS}
        found += _cell_at(frozenset(asked), frozenset(focus), text, own, known)
        last = lines[-1][1]
    return found if len(found) == 1 else []


def _cell_at(
    asked: frozenset[str], focus: frozenset[str], text: str, rows: Sequence[Row], known: Collection[str]
) -> list[Place]:
    """Return the place of the cell asked for in one table."""
    row = _row_named(asked, text, rows)
    if row is None:
        return []
    given = _given_columns(asked, text, row)
    rest = asked.difference(*(_words(text, row.cells[n]) for n in given))
    headers = [words_of(head).all for head in row.header]
    column = _column_named(rest, focus, {n: headers[n] for n in range(row.named_by, len(headers)) if n not in given})
    if column is None:
        return []
    start, end = row.cells[column]
    units = rest.intersection(frozenset().union(*headers)) if headers[column] & focus else frozenset()
    is_known = rest <= headers[column].union(known, units, *(headers[n] for n in given))
    return [(start, end)] if start < end and is_known else []


def _row_named(asked: frozenset[str], text: str, rows: Sequence[Row]) -> Row | None:
    """Return the row that the question names best; None for a tie, or if it names none.

    The column that says what the row is about comes first, then all cells, then a value in the first column without a
    word of its header.
    """
    ranks = []
    for row in rows:
        given = {n: len(_words(text, row.cells[n])) for n in _given_columns(asked, text, row)}
        name = given.get(row.named_by, 0)
        bare = not _is_described(asked, text, row, row.named_by)
        ranks.append((0 if bare else name, sum(given.values()) - bare * name, name))
    best = max(ranks, default=(0, 0, 0))
    return rows[ranks.index(best)] if any(best) and ranks.count(best) == 1 else None


def _given_columns(asked: frozenset[str], text: str, row: Row) -> list[int]:
    """Return the columns whose cell occurs whole in the question: the row's name, or a value under its header."""
    return [
        column
        for column, cell in enumerate(row.cells)
        if (words := _words(text, cell))
        and words <= asked
        and (column == row.named_by or _is_described(asked, text, row, column))
    ]


def _is_described(asked: frozenset[str], text: str, row: Row, column: int) -> bool:
    """Return whether a cell is more than a value, or the question has a word of its header."""
    return not is_value(text[slice(*row.cells[column])]) or bool(words_of(row.header[column]).all & asked)


def _column_named(rest: frozenset[str], focus: frozenset[str], headers: Mapping[int, frozenset[str]]) -> int | None:
    """Return the column whose header has most of the words, those of the focus first; None for a tie."""
    ranks = {n: (len(header & rest & focus), len(header & rest)) for n, header in headers.items()}
    best = max(ranks.values(), default=(0, 0))
    named = [n for n, rank in ranks.items() if rank == best and any(best)]
    return named[0] if len(named) == 1 else None


def _words(text: str, place: Place) -> frozenset[str]:
    return words_of(text[slice(*place)]).all


def is_of_another_cell(asked: Collection[str], text: str, context: str, place: int) -> bool:
    """Return whether a question names another row than that of a place, or another column of the same kind.

    `asked` are the folded words of the question, which asks for the present unless it says otherwise. It names the row
    with more whole cells in the question than any other; what only other rows say in a column; and the column whose
    header it has whole where another's shares only a part of that, or whose number it has. A column that only numbers
    the rows answers nothing else.
    """
    found = row_at(text, context, place)
    if found is None:
        return False
    row, column = found
    if COUNTING.fullmatch(row.header[column]) and "stt" not in asked:
        return True
    table = [one for one in rows_of(text, context) if one.table == row.table]
    given = {one: _given(asked, text, one) for one in table}
    most = max(given.values())
    if most and list(given.values()).count(most) == 1 and given[row] < most:
        return True
    if any(_is_named_more(asked, text, other, row) for other in table):
        return True
    if any(_is_contradicted(asked, text, number, row, table) for number in range(len(row.cells)) if number != column):
        return True
    headers = [words_of(_IN_BRACKETS.sub(" ", head)).all for head in row.header]
    own = headers[column]
    if _FORMER & own - set(asked) and any(own & head & set(asked) and not _FORMER & head for head in headers):
        return True
    numbers = {word for head in headers for word in head & set(asked) if word.isdigit()}
    if numbers and not own & numbers and any(map(str.isdigit, own)):
        return True
    return not _without_numbers(own) <= set(asked) and any(
        _without_numbers(head) <= set(asked)
        and own & head
        and len(head & set(asked)) >= len(own & set(asked) - _BESIDE_DAYS)
        for head in headers
    )


def _without_numbers(words: frozenset[str]) -> frozenset[str]:
    """Return the words of a header without numbers: a question may have the number of another column's."""
    return frozenset(word for word in words if not word.isdigit())


def _is_named_more(asked: Collection[str], text: str, row: Row, other: Row) -> bool:
    """Return whether the question has all words of another row's name that it has of a row's, and one more."""
    had, more = (_words(text, one.cells[one.named_by]) & set(asked) for one in (other, row))
    return bool(had) and had < more


def measured_by(quantity: str, text: str, context: str) -> frozenset[str]:
    """Return the folded words of the only header that names what measures a quantity.

    There are none for two such headers, or for no quantity.
    """
    heads = {
        head for row in rows_of(text, context) for head in row.header if quantity and quantity_of(head) == quantity
    }
    return words_of(heads.pop()).all if len(heads) == 1 else frozenset()


def _is_contradicted(asked: Collection[str], text: str, column: int, row: Row, table: Sequence[Row]) -> bool:
    """Return whether the question has, whole, what other rows say in a column but not what this row says there."""
    named = [_words(text, one.cells[column]) for one in table if not is_value(text[slice(*one.cells[column])])]
    own = _words(text, row.cells[column])
    return bool(own) and not own <= set(asked) and any(words and words <= set(asked) for words in named)


def _given(asked: Collection[str], text: str, row: Row) -> int:
    """Return how many words of a row's cells occur whole in the question."""
    cells = [_words(text, cell) for cell in row.cells]
    return sum(len(words) for words in cells if words <= set(asked))
