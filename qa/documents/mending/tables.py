"""Rewrite tables in plain text, with cells separated by tabs or gaps, with bars between the cells.

Whatever is not certainly a table is unchanged, and so is the number of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

MIN_ROWS = 3  # the header included
MIN_COLUMNS = 3  # of a table in which no column has only values
MAX_CELL = 80  # characters
MAX_LOOK = 50  # rows that tell whether it is one

_TAB, _TABS, _GAPS = re.compile(r"\t"), re.compile(r"\t+"), re.compile(r"\t+| {2,}")
_PARTED = re.compile(r"\t|[^ ]  ")
_VALUE = re.compile(r"[-–+(<>≤≥]?\s?\d.{0,20}|[-–—]|")


def mend_tables(text: str) -> str:
    """Return the text with "| a | b |" in place of each row of a table; `text` has line feeds only."""
    lines = text.split("\n")
    at, fenced = 0, False
    while at < len(lines):
        fenced ^= lines[at].lstrip().startswith("```")
        rows = _table(lines, at) if _PARTED.search(lines[at]) and not fenced else []
        lines[at : at + len(rows)] = [f"| {' | '.join(cells)} |" for cells in rows]
        at += max(1, len(rows))
    return "\n".join(lines)


def _table(lines: Sequence[str], at: int) -> list[list[str]]:
    """Return the cells of the table that begins at a line; none if no certain one does."""
    for separator in (_TAB, _TABS, _GAPS):
        rows = [*islice(_rows(lines, at, separator), MAX_LOOK)]
        if _is_certain(rows, by_tabs=separator is not _GAPS):
            return [*_rows(lines, at, separator)]
    return []


def _rows(lines: Sequence[str], at: int, separator: re.Pattern[str]) -> Iterator[list[str]]:
    """Yield the cells of a line and those that follow it with the same number of cells, at least two."""
    first = _cells(lines[at], separator)
    for index in range(at, len(lines)):
        cells = _cells(lines[index], separator)
        if len(first) < 2 or len(cells) != len(first):
            return
        yield cells


def _cells(line: str, separator: re.Pattern[str]) -> list[str]:
    cells = [cell.strip() for cell in separator.split(line.strip(" "))]
    return cells if "|" not in line and cells[0] and all(len(cell) <= MAX_CELL for cell in cells) else []


def _is_certain(rows: Sequence[Sequence[str]], *, by_tabs: bool) -> bool:
    """Return whether names head columns, one of which has only values; three columns separated by tabs need none."""
    if len(rows) < MIN_ROWS or any(_VALUE.fullmatch(cell) for cell in rows[0]):
        return False
    columns = [*zip(*rows[1:], strict=True)][1:]
    has_values = any(all(_VALUE.fullmatch(cell) for cell in column) and any(column) for column in columns)
    return has_values or (by_tabs and len(rows[0]) >= MIN_COLUMNS)
