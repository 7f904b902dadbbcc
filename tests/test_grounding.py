"""What cited passages do not bear out of a written sentence."""

from __future__ import annotations

import re
from datetime import date

import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.generation.grounding import Checker
from qa.passages import split
from qa.text import sentences

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
        ("Từ 3-4 giờ [1].", ("4 giờ",)),
        ("Theo 18-NQ/TW và 19-KL/TW [1].", ("19-KL/TW",)),
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
                quote = passage.text[start:end]
                assert all(not one.unsupported for one in checker.check(f"{quote} [1]"))
                for number in re.findall(r"(?<![\d.,/-])\d[\d.,]*(?![\d/-])", quote):
                    forged = quote.replace(number, "987.654", 1)
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
