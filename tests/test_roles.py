"""Who did something, and to whom it was done."""

from __future__ import annotations

import pytest

from qa.reading.question import Question
from qa.reading.roles import after_the_office, has_another_part
from qa.reading.target import asked


def is_another(question: str, text: str, span: str) -> bool:
    place = (text.index(span), text.index(span) + len(span))
    return has_another_part(
        Question(question, asked(question), {}, (), across_languages=False, has_new_marks=False), text, place
    )


@pytest.mark.parametrize(
    ("question", "text", "span", "expected"),
    [
        ("Ai sát hại ông Lê Tám?", "Ông Lê Tám bị Võ Sáu sát hại.", "Lê Tám", True),
        ("Ai sát hại ông Lê Tám?", "Ông Lê Tám bị Võ Sáu sát hại.", "Võ Sáu", False),
        ("Ai sát hại ông Lê Tám?", "Võ Sáu đã sát hại ông Lê Tám.", "Lê Tám", True),
        ("Ai sát hại ông Lê Tám?", "Võ Sáu đã sát hại ông Lê Tám.", "Võ Sáu", False),
        ("Ai bị sát hại?", "Võ Sáu đã sát hại ông Lê Tám.", "Võ Sáu", True),
        ("Ai bị sát hại?", "Võ Sáu đã sát hại ông Lê Tám.", "Lê Tám", False),
        ("Ai được bầu làm bí thư?", "Chị Dở được bầu làm bí thư.", "Dở", False),
        ("Ai bầu chị Dở làm bí thư?", "Chị Dở được bầu làm bí thư.", "Dở", True),
        ("Ai giao sổ cho ông Kỷ?", "Ông Kỷ giao sổ cho bà Nhung.", "Nhung", True),
        ("Ai giao sổ cho bà Nhung?", "Ông Kỷ giao sổ cho bà Nhung.", "Kỷ", False),
        ("Ai được giao sổ?", "Ông Kỷ giao sổ cho bà Nhung.", "Nhung", False),
        ("Ai được giao sổ?", "Ông Kỷ giao sổ cho bà Nhung.", "Kỷ", True),
        ("Ai nghỉ phép?", "Chị Dở được nghỉ phép.", "Dở", False),
        ("Ở đâu bầu chị Dở?", "Chị Dở được bầu ở xã.", "xã", False),
    ],
)
def test_one_of_two_people(question: str, text: str, span: str, expected: bool) -> None:  # noqa: FBT001
    assert is_another(question, text, span) is expected


@pytest.mark.parametrize(
    ("question", "text", "span", "expected"),
    [
        ("Thống đốc bang Utah là ai?", "Thống đốc bang Utah Lê Tám đến thăm.", "Utah Lê Tám", "Lê Tám"),
        ("Đại sứ tại Hội Quốc Liên là ai?", "Đại sứ tại Hội Quốc Liên Võ Sáu.", "Hội Quốc Liên Võ Sáu", "Võ Sáu"),
        ("Thống đốc bang Utah là ai?", "Ông Utah Lê Tám đến thăm.", "Utah Lê Tám", "Utah Lê Tám"),
        ("Vợ Lê Tám là ai?", "Vợ Lê Hoa đến thăm.", "Lê Hoa", "Lê Hoa"),
        ("Mẹ bà Lê Hoa là ai?", "Đó là bà Lê Hoa Mai.", "Lê Hoa Mai", "Mai"),
        ("Con bà Lê Hoa là ai?", "Đó là cô Lê Hoa Mai.", "Lê Hoa Mai", "Lê Hoa Mai"),
        ("Thống đốc bang Utah là ai?", "Thống đốc bang Utah", "Utah", "Utah"),
    ],
)
def test_the_office_before_a_person_is_no_part_of_the_name(question: str, text: str, span: str, expected: str) -> None:
    read = Question(question, asked(question), {}, (), across_languages=False, has_new_marks=False)
    start = text.index(span)
    assert text[slice(*after_the_office(read, text, (start, start + len(span))))] == expected


def test_who_did_something_to_somebody_is_read_near_that_name() -> None:
    text = "Hội bầu bí thư. Thư ký là ông Ma Seo Chúng. Chị Hạng Thị Dở làm bí thư. Phó là anh Sì."
    assert not is_another("Ai bầu anh Ma Seo Chúng?", text, "Hạng Thị Dở")  # the sentence before names him
    assert is_another("Ai bầu anh Ma Seo Chúng?", text, "Sì")
    assert is_another("Ai khen anh Ma Seo Chúng?", "Có 20 lượt người. Chị Sen được khen.", "Sen")
    assert not is_another("Ai bầu anh Ma Seo Chúng?", "Cả thôn yêu ông. Ông Tám bầu ông.", "Ông Tám")


def test_to_whom_something_is_done_does_not_do_it() -> None:
    text = "Chị Ma Thị Súa, Đội trưởng Đội Hai, tặng sách cho anh Giàng A Páo. Cụ Mùa được ông Vừ tặng gạo."
    assert is_another("Ai tặng sách cho chị Ma Thị Súa?", text, "Đội trưởng Đội Hai")
    assert is_another("Ai tặng sách cho chị Ma Thị Súa?", text, "Giàng A Páo")
    assert not is_another("Ai tặng sách cho anh Giàng A Páo?", text, "Ma Thị Súa")
    assert not is_another("Ai tặng gạo cho cụ Mùa?", text, "Vừ")


def test_the_post_of_a_given_person_is_somebody_else_only_by_name() -> None:
    text = "Chủ trì: Ông Tạ Sửu, Giám đốc dự án. Bà Tạ Sen, Lê Tư giúp việc."
    assert is_another("Ai giúp ông Tạ Sửu?", text, "Giám đốc dự án")
    assert not is_another("Ông Tạ Sửu là ai?", text, "Giám đốc dự án")
    assert not is_another("Ai giúp bà Tạ Sen?", text, "Lê Tư")
    text = "Ông Tạ Sửu – Trưởng Phòng Đào tạo Huyện ủy dọn kho."
    assert is_another("Ai giúp ông Tạ Sửu?", text, "Trưởng Phòng Đào tạo Huyện ủy")


@pytest.mark.parametrize(
    ("question", "text", "span", "expected"),
    [
        ("Ai cho thuê nhà?", "BÊN CHO THUÊ (Bên A): Bà Âu Thị Phước", "BÊN CHO THUÊ", True),
        ("Ai cho thuê nhà?", "BÊN CHO THUÊ (Bên A): Bà Âu Thị Phước", "Âu Thị Phước", False),
        ("Bà Âu Thị Phước là ai?", "BÊN CHO THUÊ (Bên A): Bà Âu Thị Phước", "BÊN CHO THUÊ", False),
        ("Ai được 12 điểm?", "Margaret Hilda: anh Tư chấm 12 điểm", "Margaret Hilda", False),
        ("Ai được miễn phí?", "Trẻ em: miễn phí", "Trẻ em", False),
    ],
)
def test_a_label_is_nobody(question: str, text: str, span: str, expected: bool) -> None:  # noqa: FBT001
    assert is_another(question, text, span) is expected
