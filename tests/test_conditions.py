"""Sentences that are of another event, bound, unit or like clause than a question."""

from __future__ import annotations

import pytest

from qa.reading.conditions import (
    counts_nothing,
    counts_what_is_measured,
    describes_what_is_counted,
    has_another_bound,
    is_in_a_given_unit,
    is_of_another_dimension,
    is_of_another_event,
    is_of_its_sibling,
    is_of_no_relative,
)
from qa.reading.words import sentences_of, values_of, words_of


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Bà Lụa mất năm nào?", "Bà Lụa đem nghề về làng năm 1720.", True),
        ("Bà Lụa mất năm nào?", "Bà Lụa qua đời năm 1761.", False),
        ("Bà Lụa mất năm nào?", "Lụa (1690 - 1761) là thợ dệt.", False),
        ("Bà Lụa về làng năm nào?", "Bà Lụa đem nghề về làng năm 1720.", False),
        ("Ngành lập ngày nào?", "Sang năm 2022, ngành tập trung tham mưu.", True),
        ("Trường thành lập ngày nào?", "Trường ra đời ngày 3/9/1965.", False),
        ("Cầu xây xong năm nào?", "Hội nghị họp năm 2024.", True),
        ("Cầu xây xong năm nào?", "Cầu được khánh thành năm 1999.", False),
        ("Thư viện mở cửa ngày nào?", "Ngày 4/5 thư viện đón bạn đọc.", False),
        ("Trường lập và xây năm nào?", "Hội nghị họp năm 2024.", False),  # of two events either may be meant
    ],
)
def test_another_event(question: str, sentence: str, expected: bool) -> None:  # noqa: FBT001
    assert is_of_another_event(question, sentence) is expected


@pytest.mark.parametrize(
    ("question", "clause", "expected"),
    [
        ("Ghe trên 10 tấn nộp bao nhiêu?", "Ghe dưới 10 tấn nộp 15.000 đồng", True),
        ("Ghe trên 10 tấn nộp bao nhiêu?", "ghe từ 10 tấn trở lên nộp 25.000 đồng", False),
        ("Ghe dưới 10 tấn nộp bao nhiêu?", "ghe từ 10 tấn trở lên nộp 25.000 đồng", True),
        ("Ghe dưới 10 tấn nộp bao nhiêu?", "ghe từ 10 tấn trở xuống nộp 25.000 đồng", False),
        ("Ghe 10 tấn nộp bao nhiêu?", "Ghe dưới 10 tấn nộp 15.000 đồng", False),
        ("Ghe trên 10 tấn nộp bao nhiêu?", "Ghe dưới 8 tấn nộp 15.000 đồng", False),
        ("Có bao nhiêu em dưới 6 tuổi?", "10% dân số nhỏ hơn 6 tuổi", False),
        ("Trẻ dưới 6 tuổi vào cửa thế nào?", "Trẻ không quá 6 tuổi được miễn vé", False),
    ],
)
def test_another_bound(question: str, clause: str, expected: bool) -> None:  # noqa: FBT001
    assert has_another_bound(question, clause) is expected


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        ("thư viện đóng cửa", "8h", True),
        ("thư viện đóng cửa", "20h30", False),
        ("thư viện mở cửa", "8h", False),
        ("thư viện mở cửa", "20h30", True),
        ("thư viện mở và đóng cửa", "8h", False),
        ("thư viện làm việc", "20h30", False),
    ],
)
def test_of_two_values_behind_words_that_differ_by_one(question: str, value: str, expected: bool) -> None:  # noqa: FBT001
    text = "Thư viện phường mở cửa lúc 8h và đóng cửa lúc 20h30, nghỉ thứ Hai."
    assert is_of_its_sibling(words_of(question).all, text, text.index(value), (0, len(text))) is expected


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        ("cước gửi hàng khô giảm", "40.000", True),
        ("cước gửi hàng tươi giảm", "40.000", False),
        ("cước gửi hàng khô giữ nguyên", "35.000", False),
        ("cước gửi hàng tươi giữ nguyên", "35.000", True),
        ("cước gửi hàng", "40.000", False),
        ("tàu có toa nằm", "6", False),  # what comes before a comma is counted by the number before
    ],
)
def test_of_two_numbers_behind_a_word_that_differs(question: str, value: str, expected: bool) -> None:  # noqa: FBT001
    text = (
        "Nay cước gửi hàng tươi giảm còn 40.000 đồng; cước gửi hàng khô là 35.000 đồng. Tàu có 9 toa ngồi, 6 toa nằm."
    )
    sentence = next(one for one in sentences_of(text) if one[0] <= text.index(value) < one[1])
    assert is_of_its_sibling(words_of(question).all, text, text.index(value), sentence) is expected


def test_values_behind_no_like_words_are_no_siblings() -> None:
    text = "Xe rời bến lúc 7h và đến Hà Nội lúc 12h."
    assert not is_of_its_sibling(words_of("xe đi Hà Nội").all, text, text.index("7h"), (0, len(text)))


@pytest.mark.parametrize(
    ("focus", "span", "expected"),
    [("ghe", "10 tấn", True), ("ghe", "dưới 10 tấn", True), ("ghe", "45 ghe", False), ("người", "10 tấn", False)],
)
def test_a_measure_of_what_is_counted_does_not_count_it(focus: str, span: str, expected: bool) -> None:  # noqa: FBT001
    text = "Chợ có 45 ghe; ghe dưới 10 tấn nộp phí."
    place = (text.index(span), text.index(span) + len(span))
    assert describes_what_is_counted(tuple(words_of(focus).folded), text, place) is expected


@pytest.mark.parametrize(
    ("focus", "span", "expected"),
    [
        ("ghe", "25.000 đồng", True),
        ("ghe", "một ngày", True),
        ("ghe", "45 ghe", False),
        ("cá nhân", "11 đồng chí", False),
        ("triệu năm", "6 triệu năm", False),
        ("bạn", "385k", True),
    ],
)
def test_no_noun_is_counted_in_money_or_days(focus: str, span: str, expected: bool) -> None:  # noqa: FBT001
    text = "Chợ 6 triệu năm tuổi có 45 ghe, mỗi ghe của 11 đồng chí nộp 25.000 đồng một ngày, 385k một bạn."
    place = (text.index(span), text.index(span) + len(span))
    assert counts_nothing(words_of(focus).folded, text, place) is expected


@pytest.mark.parametrize(
    ("question", "span", "expected"),
    [
        ("máy đo nặng", "6 máy", True),
        ("máy đo nặng", "30 kg", False),
        ("ghế nặng", "6 máy", False),
        ("máy hỏng nặng", "70%", False),
    ],
)
def test_how_many_there_are_is_no_measure(question: str, span: str, expected: bool) -> None:  # noqa: FBT001
    text = "Kho có 6 máy đo, mỗi máy 30 kg, hỏng 70% máy."
    place = (text.index(span), text.index(span) + len(span))
    assert counts_what_is_measured(words_of(question).all, text, place) is expected


@pytest.mark.parametrize(
    ("question", "span", "expected"),
    [
        ("Kỷ lục cự ly 21 km là bao nhiêu?", "10 km", True),
        ("Kỷ lục cự ly 21 km là bao nhiêu?", "69 phút", False),
        ("Kỷ lục năm 2021 là bao nhiêu?", "10 km", False),
        ("Lớp 9A có 40 em, lớp 9B bao nhiêu?", "38 em", False),
    ],
)
def test_what_is_measured_as_something_given_is_not_asked_for(question: str, span: str, expected: bool) -> None:  # noqa: FBT001
    text = "Cự ly 10 km: kỷ lục 69 phút; lớp có 38 em."
    place = (text.index(span), text.index(span) + len(span))
    assert is_in_a_given_unit(values_of(question), question, text, place) is expected


@pytest.mark.parametrize(
    ("question", "sentences", "expected"),
    [
        ("Vợ nhà thơ làm nghề gì?", "Ông là nhà thơ và nhà giáo.", True),
        ("Vợ nhà thơ làm nghề gì?", "Ông cưới cô giáo Lành năm 1937.", False),
        ("Em ruột kết hôn được nghỉ mấy ngày?", "Kết hôn: 5 ngày.", True),
        ("Mẹ ông là ai?", "Ông là con bà Huệ.", False),
        ("Bộ công bố điều gì?", "Ông là nhà thơ.", False),
        ("Bố trí ghế thế nào?", "Ghế kê thành hàng.", False),
    ],
)
def test_of_no_relative(question: str, sentences: str, expected: bool) -> None:  # noqa: FBT001
    assert is_of_no_relative(question, sentences) is expected


@pytest.mark.parametrize(
    ("asking", "before", "expected"),
    [
        ("Đèo Ia Xiêm cao", "đoạn cuối có đèo Ia Xiêm dài", True),
        ("Đèo Ia Xiêm cao", "đèo Ia Xiêm có độ cao", False),
        ("Đèo Ia Xiêm cao", "đèo dài và hiểm trở, ở mức", False),
        ("Chuyến đi hết", "đèo Ia Xiêm dài", False),
    ],
)
def test_of_another_dimension(asking: str, before: str, expected: bool) -> None:  # noqa: FBT001
    assert is_of_another_dimension(asking, before) is expected


@pytest.mark.parametrize(("time", "expected"), [("5 giờ 30", True), ("16 giờ", False)])
def test_the_last_of_two_times(time: str, expected: bool) -> None:  # noqa: FBT001
    text = "Xe chạy sáu chuyến, chuyến đầu 5 giờ 30, chuyến cuối 16 giờ."
    assert is_of_its_sibling({"xe", "cuoi"}, text, text.index(time), (0, len(text))) is expected
