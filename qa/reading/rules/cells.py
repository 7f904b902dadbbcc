"""The cell of a table that a question names by row and column, and cells that it does not ask for.

`asked` are the folded words of a question.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qa.reading.rules.tables import COUNTING, Place, Row, is_value, rows_of, tables_in
from qa.reading.words import words_of

YEAR = 4
"""The digits of a year."""
_BESIDE_DAYS = frozenset(["ngay", "thang", "nam"])
"""Folded words of a question that a day or year of a header need not have beside it."""


def row_at(text: str, context: str, place: int) -> tuple[Row, int] | None:
    """Return the row that a place is in, with the number of its column; None outside of tables."""
    for row in rows_of(text, context):
        if row.start <= place <= row.end:
            return row, max(n for n, cell in enumerate(row.cells) if cell[0] <= place)
    return None


def head_of(text: str, context: str, place: int) -> str:
    """Return what heads the column of a place; empty outside of tables."""
    found = row_at(text, context, place)
    return found[0].header[found[1]] if found else ""


def cells_at(asked: Collection[str], text: str, context: str, title: Collection[str]) -> list[Place]:
    """Return where the cell stands that the folded words of a question name by its row and column; at most one.

    A row is named by all words of its first cell that does not only count, and of more of its cells than any other, a
    column by more words of its header than any other has. Every word of the question must be one of these, of the title
    or of what stands above the table, else it asks for more than the table tells.
    """
    found: list[Place] = []
    rows, last = rows_of(text, context), 0
    for number, lines in enumerate(tables_in(text)):
        own = [row for row in rows if row.table == number]
        found += _cell_at(asked, text, own, {*title, *_words(text, (last, lines[0][0])), *_BESIDE_DAYS})
        last = lines[-1][1]
    return found if len(found) == 1 else []


def _cell_at(asked: Collection[str], text: str, rows: Sequence[Row], known: Collection[str]) -> list[Place]:
    """Return the place of the cell that is asked for in one table."""
    named = [(len(_name(text, row)), _given(asked, text, row), row) for row in rows if _is_named(asked, text, row)]
    most = max((one[:2] for one in named), default=None)
    best_rows = [row for *given, row in named if tuple(given) == most]
    if len(best_rows) != 1:
        return []
    (row,) = best_rows
    given = {n for n, cell in enumerate(row.cells) if (words := _words(text, cell)) and words <= set(asked)}
    rest = set(asked).difference(*(_words(text, row.cells[n]) for n in given))
    headers = [words_of(head).all for head in row.header]
    shared = {n: len(headers[n] & rest) for n in range(row.named_by + 1, len(headers)) if n not in given}
    best = max(shared.values(), default=0)
    if not best or list(shared.values()).count(best) > 1:
        return []
    column = next(n for n, number in shared.items() if number == best)
    start, end = row.cells[column]
    is_known = rest <= headers[column].union(known, *(headers[n] for n in given))
    return [(start, end)] if start < end and is_known else []


def _is_named(asked: Collection[str], text: str, row: Row) -> bool:
    name = _name(text, row)
    return bool(name) and name <= set(asked)


def _name(text: str, row: Row) -> frozenset[str]:
    return _words(text, row.cells[row.named_by])


def _words(text: str, place: Place) -> frozenset[str]:
    return words_of(text[slice(*place)]).all


def is_of_another_cell(asked: Collection[str], text: str, context: str, place: int) -> bool:
    """Return whether a question names another row of the table at a place, or another column beside a like one.

    `asked` are the folded words of the question. It names the row more of whose cells it has whole than of any other;
    what other rows say in a column, and this one does not; and the column whose header it has whole where another's
    shares only a part of that, or whose year it has. A column that only counts the rows answers nothing else.
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
    if any(_is_contradicted(asked, text, number, row, table) for number in range(len(row.cells)) if number != column):
        return True
    headers = [words_of(head).all for head in row.header]
    own = headers[column]
    years = {word for head in headers for word in head & set(asked) if _is_year(word)}
    if years and not own & years and any(map(_is_year, own)):
        return True
    return not own <= set(asked) and any(
        head <= set(asked) and own & head and head & set(asked) > own & set(asked) for head in headers
    )


def _is_year(word: str) -> bool:
    return len(word) == YEAR and word.isdigit()


def _is_contradicted(asked: Collection[str], text: str, column: int, row: Row, table: Sequence[Row]) -> bool:
    """Return whether the question has whole what other rows say in a column, but not what this one says there."""
    named = [_words(text, one.cells[column]) for one in table if not is_value(text[slice(*one.cells[column])])]
    own = _words(text, row.cells[column])
    return bool(own) and not own <= set(asked) and any(words and words <= set(asked) for words in named)


def _given(asked: Collection[str], text: str, row: Row) -> int:
    """Return how many words a row's cells have that the question has whole."""
    cells = [_words(text, cell) for cell in row.cells]
    return sum(len(words) for words in cells if words <= set(asked))
