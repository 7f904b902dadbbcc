"""Articles and clauses that a question names by their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.reading.rules.addresses import Address, address_of, clauses_at, stands_at

LAW = """ỦY BAN NHÂN DÂN HUYỆN LỘC BÌNH

QUYẾT ĐỊNH số 14/2021/QĐ-UBND
Ban hành Quy chế quản lý bến đò

Điều 4. Giờ hoạt động
1. Bến đò mở cửa từ 5 giờ đến 19 giờ hằng ngày.
2. Ngày lễ, bến đò mở cửa thêm hai giờ, trừ trường hợp nêu tại khoản 2 Điều 5 Quy chế này.

Điều 5. Tạm ngừng
1. Chủ đò tạm ngừng chở khách khi có gió từ cấp 6 trở lên.
2. Trạm trưởng ra lệnh tạm ngừng khi nước vượt mức báo động hai.
"""


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("Khoản 2 Điều 5 Quyết định 14/2021/QĐ-UBND quy định gì?", Address("5", "2")),
        ("khoan 2, dieu 5 quy dinh gi", Address("5", "2")),
        ("Điều 12a nói về gì?", Address("12a", None)),
        ("Quy chế có mấy điều?", None),
        ("Điều kiện 5 sao là gì?", None),
    ],
)
def test_what_a_question_names(question: str, address: Address | None) -> None:
    assert address_of(question) == address


def test_where_a_clause_stands() -> None:
    (start, end), *others = clauses_at(Address("5", "2"), LAW, "")
    assert (LAW[start:end], others) == ("Trạm trưởng ra lệnh tạm ngừng khi nước vượt mức báo động hai.", [])
    assert clauses_at(Address("5", None), LAW, "") == clauses_at(Address("6", "1"), LAW, "") == []
    assert stands_at(Address("4", "1"), LAW, LAW.index("5 giờ"), "")
    assert not stands_at(Address("5", "2"), LAW, LAW.index("khoản 2 Điều 5"), "")


def test_a_passage_cut_from_its_heading_knows_it_from_its_context() -> None:
    text = "2. Trạm trưởng ra lệnh."
    assert clauses_at(Address("5", "2"), text, "Chương I | Điều 5. Tạm ngừng") == [(3, len(text))]
    assert clauses_at(Address("4", "2"), text, "Chương I | Điều 5. Tạm ngừng") == []


def test_a_clause_is_answered_whole_and_another_decision_s_is_not(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "ben-do.txt").write_text(LAW, encoding="utf-8")
    index = qa.Index.create(tmp_path / "index")
    index.upsert(qa.read_documents([tmp_path / "papers"]))
    searcher = qa.Searcher(index)
    found = qa.ask("Khoản 2 Điều 5 Quyết định 14/2021/QĐ-UBND quy định gì?", searcher)
    assert found.text == "Trạm trưởng ra lệnh tạm ngừng khi nước vượt mức báo động hai."
    assert found.source is not None
    document = index.document(found.source.passage.document_id)
    assert document.text[found.start : found.end] == found.text
    assert qa.ask("Khoản 2 Điều 5 Quyết định 15/2021/QĐ-UBND quy định gì?", searcher).text != found.text
