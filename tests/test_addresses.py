"""Articles and clauses that a question names by their numbers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.documents import legal_places
from qa.reading.rules.references import clauses_at, stands_at
from qa.retrieval.query import addressed, to_query
from qa.text import Address, address_of

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
        ("Quyết định 14/2021/QĐ-UBND, Điều 5, khoản 2", Address("5", "2")),
        ("dieu 5 khoan 2 noi gi", Address("5", "2")),
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


SUBJECTS = ("bến đò ngang", "chợ nông thôn", "cây xanh đô thị")


@pytest.fixture(scope="module")
def decisions(tmp_path_factory: pytest.TempPathFactory) -> qa.Index:
    """Three decisions of nine articles with two clauses each, all in nearly the same words."""
    index = qa.Index.create(tmp_path_factory.mktemp("decisions") / "index")
    documents = []
    for number, subject in enumerate(SUBJECTS, start=1):
        articles = "".join(
            f"Điều {article}. Quản lý {subject}\n"
            f"1. Xã phân công người trông coi {subject} vào ca thứ {article} hằng ngày, có ghi sổ và ký nhận.\n"
            f"2. Ca thứ {article} của {subject} được trả {article}{number}.000 đồng mỗi ngày theo bảng chấm công.\n"
            for article in range(1, 10)
        )
        title = f"Quyết định 1{number}/2021/QĐ-UBND: Quy chế quản lý {subject}"
        documents.append(qa.Document(str(number), articles, title, places=legal_places(articles)))
    index.upsert(documents)
    return index


@pytest.mark.parametrize("form", ["Điều {} Quyết định 1{}/2021/QĐ-UBND", "1{1}/2021/QĐ-UBND dieu {0} noi gi"])
@pytest.mark.parametrize("article", range(1, 10))
def test_an_article_of_a_decision_is_found_by_its_number(decisions: qa.Index, form: str, article: int) -> None:
    searcher = qa.Searcher(decisions)
    for number in (1, 2, 3):
        best = searcher.search(form.format(article, number), k=1)[0].passage
        places = {place.label for place in best.places if not place.label.startswith("Khoản")}
        assert (best.document_id, places) == (str(number), {f"Điều {article}"})


def test_a_clause_comes_before_the_rest_of_its_article_and_no_other_decision_gains(decisions: qa.Index) -> None:
    query = to_query("Khoản 2 Điều 5 Quyết định 12/2021/QĐ-UBND", str)
    assert query.address == Address("5", "2")
    found: dict[int, set[tuple[str, str]]] = {0: set(), 1: set(), 2: set()}
    for document in decisions.documents():
        for place in document.places:
            passage = qa.Passage("a#1", "a", 1, "Đoạn.", place.start, place.end, document.title, "", None)
            around = tuple(one for one in document.places if one.start < place.end and place.start < one.end)
            if place.label.startswith("Khoản"):
                found[addressed(query, replace(passage, places=around))].add((document.id, document.place(place.start)))
    assert found[2] == {("2", "Điều 5, Khoản 2")}
    assert found[1] == {("2", "Điều 5, Khoản 1")}
    assert len(found[0]) == 52


def test_without_the_rule_an_article_is_words_like_others(decisions: qa.Index) -> None:
    assert to_query("Điều 5 Quyết định 12/2021/QĐ-UBND", str, ["addresses"]).address is None
    with_rule, without = qa.Searcher(decisions), qa.Searcher(decisions, without=["addresses"])
    question = "Điều 5 Quyết định 12/2021/QĐ-UBND"
    assert with_rule.search(question, k=1)[0].score > without.search(question, k=1)[0].score + 2
