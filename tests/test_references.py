"""Cells, lists and replies that a question refers to by their place."""

from __future__ import annotations

import pytest

from qa.reading.rules.references import cells_at, items_at, lead_in_of, reply_at
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


LISTS = """Các xã được khen năm 2022:
- Xã An Thạnh;
- Xã Gia Phú.

Các xã bị nhắc nhở năm 2022:
a) Xã Đại Lâm

Phạt từ 2 triệu đồng đến 3 triệu đồng với các hành vi sau:
1. Đổ rác xuống kênh;
2. Lấn đường."""


def told(question: str) -> set[str]:
    return set(words_of(question).all - words_of("là có được bị của các nào ai gì bao nhiêu").all)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Xã nào được khen năm 2022?", ["Xã An Thạnh;\n- Xã Gia Phú"]),
        ("Xã nào bị nhắc nhở năm 2022?", ["Xã Đại Lâm"]),
        ("Xã nào khen năm 2022?", []),  # who praised is not who was praised
        ("Xã nào được khen năm 2023?", []),
        ("Năm 2022 có gì?", []),
        ("Xã nào?", []),
    ],
)
def test_a_list_by_its_lead_in(question: str, expected: list[str]) -> None:
    places = items_at(told(question), words_of(question).all, LISTS, ())
    assert [LISTS[start:end] for start, end in places] == expected


def test_two_lists_under_the_same_lead_in_are_none() -> None:
    assert items_at(told("xã nghèo"), (), "Xã nghèo:\n- An\n\nXã nghèo:\n- Ba", ()) == []


def test_the_lead_in_of_an_item_also_where_the_list_goes_on_in_another_passage() -> None:
    lead = "Phạt từ 2 triệu đồng đến 3 triệu đồng với các hành vi sau:"
    place = lead_in_of(told("Lấn đường bị phạt bao nhiêu?"), LISTS, [])
    assert place is not None
    assert LISTS[slice(*place)] == lead
    onwards = [(f"Điều 5 | {lead}", "3. Cản trở kiểm tra;\n4. Xây cầu tạm.")]
    assert lead_in_of(told("Xây cầu tạm bị phạt bao nhiêu?"), LISTS, onwards) == place
    assert lead_in_of(told("Xây cầu tạm bị phạt bao nhiêu?"), LISTS, []) is None
    assert lead_in_of(told("Xây cầu tạm bị phạt bao nhiêu?"), LISTS, [("Điều 5", onwards[0][1])]) is None


def test_the_message_after_the_one_that_asks() -> None:
    asking = "[08:15, 14/05] Chị Mai: tiền quỹ kỳ 2 đóng bao nhiêu ạ"
    reply, later = "[08:16, 14/05] Thầy Hải: 350k nha", "[08:20, 14/05] Anh Tú: 2 đứa thì sao"
    asked = told("Tiền quỹ kỳ 2 là bao nhiêu?")
    text = f"{asking}\n{reply}\n{later}"
    place = reply_at(asked, text, "")
    assert place is not None
    assert text[slice(*place)].strip() == "350k nha"
    continued = reply_at(asked, f"{reply}\n{later}", asking)
    assert continued == (place[0] - len(asking) - 1, place[1] - len(asking) - 1)
    assert reply_at(asked, f"{reply}\n{later}", "") is None
    assert reply_at(asked, f"{asking}\n{asking}\n{reply}", "") is None
    assert reply_at(set(), text, "") is None
