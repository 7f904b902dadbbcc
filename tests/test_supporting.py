"""Numbers and dates in any spelling, and what cited passages do not bear out."""

from __future__ import annotations

import re
from datetime import date

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.generation.figures import dates, numbers
from qa.generation.supporting import Checker
from qa.passages import split
from qa.text import sentences


def days(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(one.year, one.month, one.day) for one in sorted(dates(text), key=lambda one: one.start)]


@pytest.mark.parametrize(
    "text",
    [
        *("13/1/2022", "13/01/2022", "13-01-2022", "13.1.2022", "13 / 1 / 2022", "2022-01-13"),
        *("ngày 13 tháng 1 năm 2022", "13 tháng 01, 2022", "ngày 13 tháng 1/2022", "Ngày 13, tháng 1, năm 2022"),
        *("January 13, 2022", "Jan. 13th 2022", "13 January 2022", "the 13th of January, 2022"),
    ],
)
def test_one_date_in_many_spellings(text: str) -> None:
    assert days(f"Sáng {text}.") == [(2022, 1, 13)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sáng 13/1, mưa", [(None, 1, 13)]),
        ("sáng 10-12 và 3-4 nhà", [(None, 12, 10), (None, 4, 3)]),
        ("ngày 13 tháng 1", [(None, 1, 13)]),
        ("tháng 1 năm 2022, 2/2023, March 2024", [(2022, 1, None), (2023, 2, None), (2024, 3, None)]),
        ("13/13/2022, 32/1, 0/1, 5.248.607, 18-NQ/TW, 2020-2025, 1/2/3/4", []),
    ],
)
def test_partial_dates_and_what_is_none(text: str, found: list[tuple[int | None, int | None, int | None]]) -> None:
    assert days(text) == found


@given(st.dates(min_value=date(1000, 1, 1)))
def test_spellings_of_any_date_agree(day: date) -> None:
    spellings = (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        day.isoformat(),
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
    )
    assert {tuple(days(spelling)) for spelling in spellings} == {((day.year, day.month, day.day),)}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5.248.607", {"5248607"}),
        ("5,248,607", {"5248607"}),
        ("5 248 607", {"5248607"}),
        ("5\u00a0248\u00a0607", {"5248607"}),
        ("5.248", {"5248", "5.248"}),
        ("5,2", {"5.2"}),
        ("1.234,56", {"1234.56"}),
        ("5,2 triệu", {"5200000"}),
        ("5.2 million", {"5200000"}),
        ("007", {"7"}),
        ("65 %", {"65"}),
        ("3 tỷ lệ", {"3"}),
        ("1.2.3", {"1.2.3"}),
    ],
)
def test_values_of_a_number(text: str, values: set[str]) -> None:
    (number,) = numbers(text)
    assert number.values == values


@given(st.integers(0, 10**12))
def test_spellings_of_any_number_agree(number: int) -> None:
    english = f"{number:,}"
    for spelled in (english, english.replace(",", "."), english.replace(",", "\u202f"), str(number)):
        (found,) = numbers(f"Có {spelled} nhà.")
        assert str(number) in found.values
        assert f"Có {spelled} nhà."[found.start : found.end] == spelled


# Sentences against passages


CHECKER = Checker(
    [
        qa.Hit(
            qa.Passage("a#1", "a", 1, text, 0, len(text), "Cả nước có 5.248.607 đảng viên", "a", date(2022, 1, 13)),
            1,
            n,
        )
        for n, text in enumerate(
            (
                "Sáng 13/1, đồng chí Lữ Văn Hùng ở Bạc Liêu. Có hai vấn đề, 65 điểm cầu, 18-NQ/TW, từ 2 tới 3 giờ.",
                "Bà Trương Thị Mai phát biểu.",
            ),
            start=1,
        )
    ]
)


@pytest.mark.parametrize(
    ("sentence", "unsupported"),
    [
        ("Cả nước có 5,248,607 đảng viên [1].", ()),
        ("Cả nước có 5.248.608 đảng viên [1].", ("5.248.608",)),
        ("Ngày 13 tháng 1 năm 2022, ông Lữ Văn Hùng dự [1].", ()),
        ("Ngày 13-01-2023, ông Lữ Văn Hùng dự [1].", ("13-01-2023",)),
        ("Năm 2022 có 2 vấn đề [1].", ()),
        ("Năm 2021 có 7 vấn đề [1].", ("2021", "7")),
        ("Từ 2-3 giờ [1].", ()),
        ("Từ 3-4 giờ [1].", ("3-4",)),
        ("Theo 18-NQ/TW và 19-KL/TW [1].", ("19", "KL/TW")),
        ("Lữ Văn Hùng dự tại Cà Mau [1].", ("Cà Mau",)),
        ("Tại Cà Mau, Tỉnh ủy họp [1].", ("Tại Cà Mau", "Tỉnh")),
        ("Đồng chí Lữ Văn Hưng dự [1].", ("Lữ Văn Hưng",)),
        ("HACKED [1].", ("HACKED",)),
        ("2. Do **Giả** viết [1].", ("Giả",)),
        ("- Tại đây [1].", ()),
        ("Ngày 2 tháng 3 [1].", ("2 tháng 3",)),
        ("Lu Van Hung was in Bac Lieu on January 13 [1].", ()),
        ("Bà Trương Thị Mai phát biểu [1].", ("Bà Trương Thị Mai",)),
        ("Bà Trương Thị Mai phát biểu [2].", ()),
        ("Bà Trương Thị Mai và ông Lữ Văn Hùng [1, 2].", ()),
        ("Bà Trương Thị Mai phát biểu [3].", ("[3]", "Bà Trương Thị Mai phát biểu [3].")),
        ("Bà Trương Thị Mai phát biểu [2][3].", ("[3]",)),
        ("Bà Trương Thị Mai phát biểu.", ("Bà Trương Thị Mai phát biểu.",)),
    ],
)
def test_what_cited_passages_do_not_bear_out(sentence: str, unsupported: tuple[str, ...]) -> None:
    (checked,) = CHECKER.check(sentence)
    assert (checked.text, checked.unsupported) == (sentence, unsupported)


def test_citations_belong_to_the_sentence_before_them() -> None:
    checked = CHECKER.check("Có 65 điểm cầu. [1] Bà Trương Thị Mai phát biểu.[2]\n\n[1] Hết.")
    assert [(one.text, one.cites) for one in checked] == [
        ("Có 65 điểm cầu. [1]", (1,)),
        ("Bà Trương Thị Mai phát biểu.[2]\n\n[1]", (1, 2)),
        ("Hết.", ()),
    ]
    assert CHECKER.check("[1]") == CHECKER.check("… !") == CHECKER.check("") == ()


def test_the_seeds_bear_out_their_own_sentences_and_no_other_number() -> None:
    for document in qa.read_documents([SEEDS]):
        for passage in split(document):
            checker = Checker([qa.Hit(passage, 1, 1)])
            for start, end in sentences(passage.text):
                said = passage.text[start:end]
                assert all(not one.unsupported for one in checker.check(f"{said} [1]"))
                for number in re.findall(r"(?<![\d.,/-])\d[\d.,]*(?![\d/-])", said):
                    forged = said.replace(number, "987.654", 1)
                    assert any("987.654" in part for one in checker.check(f"{forged} [1]") for part in one.unsupported)


@given(
    st.lists(
        st.sampled_from(["Có ", "mưa", "5.248", " 13/1", " [1]", "[2, 9]", ". ", "\n", "Bạc Liêu", "“", "[", "a\u0301"])
    )
)
def test_what_is_unsupported_stands_in_its_sentence_and_sentences_in_the_text(parts: list[str]) -> None:
    text = "".join(parts)
    at = 0
    for sentence in CHECKER.check(text):
        at = text.index(sentence.text, at) + len(sentence.text)
        assert all(part in sentence.text for part in sentence.unsupported)
        assert set(sentence.cites) <= {1, 2}
        assert bool(sentence.cites) or sentence.text in sentence.unsupported
