"""Other sorts of the thing that a question is about, and other times and holders of a post."""

from __future__ import annotations

from datetime import date

import pytest

from qa.reading.periods import covered_years, is_of_another_holder, is_of_another_time
from qa.reading.question import Question
from qa.reading.sorts import is_of_another_sort
from qa.reading.target import asked
from qa.reading.words import words_of


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Xe máy gửi ở đâu?", "Xe buýt đỗ ở bến Đông.", True),
        ("Xe buýt đỗ ở đâu?", "Xe buýt đỗ ở bến Đông.", False),
        ("Xe đỗ ở đâu?", "Xe buýt đỗ ở bến Đông.", False),
        ("Xe máy gửi ở đâu?", "Xe buýt đỗ ở bến Đông, máy kéo ở sân kho.", False),  # its own word may stand alone
        ("Bên bán chịu phí gì?", "Bên thuê trả tiền điện. Chị Ban dọn nhà.", True),  # with other marks
        ("Bên bán chịu phí gì?", "BEN BAN tra tien dien, ben thue tra tien nuoc.", False),
        ("Bên nào chịu phí?", "Bên thuê trả tiền điện.", False),
        ("Bên cạnh kho có gì?", "Bên thuê trả tiền điện.", False),
        ("Thẻ mượn sách giá bao nhiêu?", "Sách cũ giá 5.000 đồng.", False),  # no other sort
    ],
)
def test_another_sort_of_the_same_thing(question: str, text: str, expected: bool) -> None:  # noqa: FBT001
    idf = dict.fromkeys(words_of(question).folded, 1.0)
    understood = Question(question, asked(question), idf, (), across_languages=False, has_new_marks=False)
    assert is_of_another_sort(understood, ["", text]) is expected


def test_years_between_the_ends_of_a_period_are_covered() -> None:
    assert covered_years(["Nhiệm kỳ 2016-2018."]) == {2016, 2017, 2018}
    assert covered_years(["Bà dạy từ năm 1968 đến năm 1971."]) == {1968, 1969, 1970, 1971}
    assert covered_years(["Từ tháng 5 năm 2021 đến hết tháng 12 năm 2023."]) == {2021, 2022, 2023}
    assert covered_years(["Thuê từ ngày 01/7/2023 đến ngày 30/6/2025."]) == {2023, 2024, 2025}
    assert covered_years(["Từ năm 1990. Đến năm 1999 đổi tên."]) == {1990, 1999}
    assert covered_years(["Mã 1000-2000, vốn 2016 - 2018,5 tỷ."]) == set()


def test_a_year_within_a_period_is_no_other_time() -> None:
    assert not is_of_another_time("Năm 2017 ai dạy?", ["Khóa 2016-2018 cô Sen dạy."], None)
    assert is_of_another_time("Năm 2020 ai dạy?", ["Khóa 2016-2018 cô Sen dạy."], None)
    assert not is_of_another_time("Năm 2020 ai dạy?", ["Khóa 2016-2018 cô Sen dạy."], date(2020, 3, 1))


def test_the_holder_of_a_post_is_told_where_the_year_is() -> None:
    text = "Giám đốc Bế Văn Tài khai mạc. Giai đoạn 2009-2013 giám đốc là bà Ma Thị Hạ. Hội họp năm 2024."
    first, second, _ = (0, 29), (30, 79), (80, 98)
    assert is_of_another_holder("Ai là giám đốc năm 2011?", text, first)
    assert not is_of_another_holder("Ai là giám đốc năm 2011?", text, second)
    assert not is_of_another_holder("Ai là giám đốc năm 2024?", text, first)  # no other holder is told for that year
    assert not is_of_another_holder("Ai là giám đốc?", text, first)
