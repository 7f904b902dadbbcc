"""Cells of a table that a question names by their row and column."""

from __future__ import annotations

import pytest

from qa.reading.rules.references import cells_at
from qa.reading.words import words_of

HEADER = "Tên chợ | Số hộ năm 2020 (hộ) | Số hộ năm 2021 (hộ) | Diện tích (m²)"
ROWS = "| Chợ Vồi | 120 | 131 | 2.400 |\n| Chợ Vồi Mới | 45 | 52 | 900 |\n| Chợ Dầu | 77 | 77 | 1.150 |"
WHOLE = f"# Các chợ của huyện\n\n| {HEADER} |\n|---|--:|--:|--:|\n{ROWS}"


def cell(question: str, text: str = ROWS, context: str = HEADER) -> list[str]:
    asked = words_of(question).all - words_of("có của là bao nhiêu").all
    return [text[start:end] for start, end in cells_at(asked, text, context, words_of("Chợ của huyện").all)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Số hộ của chợ Dầu năm 2021 là bao nhiêu?", ["77"]),
        ("so ho cua cho voi nam 2021", ["131"]),
        ("Số hộ của chợ Vồi Mới năm 2020 là bao nhiêu?", ["45"]),
        ("Diện tích chợ Vồi là bao nhiêu?", ["2.400"]),
        ("Chợ Dầu có bao nhiêu hộ?", []),  # two years have it
        ("Diện tích chợ Giầu là bao nhiêu?", []),
        ("Diện tích là bao nhiêu?", []),
        ("Diện tích bãi xe chợ Dầu là bao nhiêu?", []),
    ],
)
def test_the_cell_of_the_named_row_and_column(question: str, expected: list[str]) -> None:
    assert cell(question) == expected
    assert cell(question, WHOLE, "") == expected


def test_what_is_no_table_has_no_cells() -> None:
    assert cell("Diện tích chợ Vồi là bao nhiêu?", "Chợ Vồi có diện tích 2.400 m².", HEADER) == []
    assert cell("Diện tích chợ Vồi là bao nhiêu?", ROWS, "") == []
