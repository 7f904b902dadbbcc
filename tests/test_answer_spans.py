"""Spans of each kind within a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.extracting.kinds import KINDS, Kind
from qa.answer.extracting.spans import find_spans


def found(kind: Kind, text: str, *focus: str) -> list[str]:
    return [text[span.start : span.end] for span in find_spans(kind, text, focus)]


def best(kind: Kind, text: str, *focus: str) -> str:
    span = max(find_spans(kind, text, focus), key=lambda one: one.quality)
    return text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kết nạp 56.376 đảng viên, nâng tổng số lên 5.248.607 đảng viên.",
            ["56.376 đảng viên", "5.248.607 đảng viên"],
        ),
        ("Đã kiện toàn hơn 380 lượt nhân sự diện Trung ương quản lý.", ["hơn 380 lượt nhân sự"]),
        ("Đến nay đã tinh giản 20% biên chế so với năm 2015.", ["20% biên chế"]),
        ("Kết nạp hơn 120 nghìn đảng viên mới, đưa ra 3 người.", ["hơn 120 nghìn đảng viên mới", "3 người"]),
        ("Sáng 13/1, hội nghị có 65 điểm cầu.", ["65 điểm cầu"]),
        ("Năm 2022 có 9/11 tỉnh trong cụm xong.", ["9/11 tỉnh"]),
        ("Kết luận số 21 ngày 25-10-2021 và Nghị quyết 18-NQ/TW.", []),
        ("Cụm 5 và quý 2 của khóa 13.", []),
        ("Đã có hai người đến.", []),
    ],
)
def test_numbers_with_their_units(text: str, expected: list[str]) -> None:
    assert found("number", text) == expected


def test_a_unit_goes_on_over_a_comma_when_the_question_does() -> None:
    text = "Đồng bộ 5 nhóm nhiệm vụ, giải pháp trong Kết luận 21."
    assert found("number", text) == ["5 nhóm nhiệm vụ"]
    assert found("number", text, "nhom", "nhiem", "vu", "giai", "phap") == ["5 nhóm nhiệm vụ, giải pháp"]


def test_a_number_in_words_counts_when_its_noun_is_asked_about() -> None:
    assert found("number", "Đã có hai người đến.", "nguoi") == ["hai người"]


@pytest.mark.parametrize(
    ("text", "focus", "expected"),
    [
        ("Kết luận số 21-KL/TW ngày 25-10-2021 của Trung ương.", ("ngay",), "25-10-2021"),
        ("Chiều 13-1-2022, Đảng uỷ tổng kết năm 2021.", (), "Chiều 13-1-2022"),
        ("Ngày 03/4, hội nghị đánh giá quý I năm 2023.", ("ngay",), "Ngày 03/4"),
        ("Đoàn viếng đền thờ, sáng ngày 10-12-2022.", (), "sáng ngày 10-12-2022"),
        ("Năm 2022, lần đầu tiên ban hành kế hoạch.", (), "Năm 2022"),
        ("Ông sinh năm 1950 tại Huế.", ("nam",), "1950"),
        ("Ông sinh ngày 17 tháng 9 năm 1950.", (), "ngày 17 tháng 9 năm 1950"),
        ("Trong tháng 9 năm 1974, vua bị lật đổ.", (), "tháng 9 năm 1974"),
    ],
)
def test_dates(text: str, focus: tuple[str, ...], expected: str) -> None:
    assert best("date", text, *focus) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đồng chí Lữ Văn Hùng - Ủy viên Trung ương Đảng chủ trì.", "Lữ Văn Hùng"),
        ("Đồng chí Nguyễn Công bằng - Chánh Văn phòng báo cáo.", "Nguyễn Công bằng"),
        ("Đoàn dâng hương lên Cụ Phó bảng Nguyễn Sinh Sắc nhằm tri ân.", "Cụ Phó bảng Nguyễn Sinh Sắc"),
        ("Tác giả là Nguyễn Du.", "Nguyễn Du"),
        ("Hội nghị do ông Mai Văn Chính chủ trì.", "Mai Văn Chính"),
    ],
)
def test_persons(text: str, expected: str) -> None:
    assert best("person", text) == expected


def test_an_office_and_half_a_compound_are_no_person() -> None:
    assert found("person", "Ban Tổ chức Trung ương họp quý II.") == []


@pytest.mark.parametrize(
    ("kind", "text", "focus", "expected"),
    [
        ("place", "Ông phụ trách khu vực miền Nam.", ("khu", "vuc"), "khu vực miền Nam"),
        ("place", "Hội nghị họp tại Bạc Liêu.", (), "Bạc Liêu"),
        (
            "organisation",
            "Bầu ra Cụm trưởng là BTC TU Kiên Giang, gồm hai cụm phó.",
            ("don", "vi"),
            "BTC TU Kiên Giang",
        ),
        ("organisation", "Ban Tổ chức Tỉnh ủy Cà Mau tích cực tham mưu.", (), "Ban Tổ chức Tỉnh ủy Cà Mau"),
        ("document_number", "Thực hiện Kết luận số 28-KL/TW ngày 21-2-2022.", ("ket", "luan"), "Kết luận số 28-KL/TW"),
        ("document_number", "Theo Quy định số 205-QĐ/TW của Bộ Chính trị.", ("so",), "205-QĐ/TW"),
        ("document_number", "Theo Thông báo kết luận số 20-TB/TW.", ("van", "ban"), "Thông báo kết luận số 20-TB/TW"),
        ("other", "Phong trào với chủ đề: “Đoàn kết - Sáng tạo” năm nay.", (), "“Đoàn kết - Sáng tạo”"),
        ("other", "Nội dung sẽ trình Hội nghị Trung ương 6.", ("hoi", "nghi"), "Hội nghị Trung ương 6"),
    ],
)
def test_places_organisations_document_numbers_and_phrases(
    kind: Kind, text: str, focus: tuple[str, ...], expected: str
) -> None:
    assert best(kind, text, *focus) == expected


def test_a_list_of_places_is_one_span_too() -> None:
    assert "Bến Tre và An Giang" in found("place", "Cụm phó là\xa0Bến Tre và\xa0An Giang.".replace("\xa0", " "))
    text = "Cụm phó là BTCTU Bến\xa0Tre và An Giang."
    assert "Bến\xa0Tre và An Giang" in found("place", text)


WORDS = st.text().filter(str.strip) | st.sampled_from(
    re.split(
        r"\|",
        "Đồng chí|Nguyễn Văn A|,|.|;|:|(|)|“|”|-|–|số|21-KL/TW|25-10-2021|ngày|5|5.248.607|đảng viên|là|Ban Tổ chức"
        "|Trung ương|tỉnh|Cà Mau|%|hơn|Cụ|Phó bảng|Vụ trưởng|hằng tháng|e\u0301|Đ|\n|\xa0",
    )
)


@given(
    st.sampled_from(KINDS),
    st.lists(WORDS, max_size=25).map(" ".join),
    st.lists(st.sampled_from(["dang", "vien", "ngay", "so", "hoi"]), max_size=2),
)
def test_spans_lie_in_the_text_in_order_and_hold_something(kind: Kind, text: str, focus: list[str]) -> None:
    spans = find_spans(kind, text, focus)
    assert [(one.start, one.end) for one in spans] == sorted({(one.start, one.end) for one in spans})
    for one in spans:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip()
        assert 0 < one.quality <= 1
