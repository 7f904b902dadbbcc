"""Labelled lines, lists and replies that a question refers to by their place."""

from __future__ import annotations

import pytest

from qa.reading.rules.references import heading_at, items_at, labelled_at, lead_in_of, reply_at
from qa.reading.target import asked
from qa.reading.words import words_of

LISTS = """Các xã được khen năm 2022:
- Xã An Thạnh;
- Xã Gia Phú.

Các xã bị nhắc nhở năm 2022:
a) Xã Đại Lâm

Phạt từ 2 triệu đồng đến 3 triệu đồng với các hành vi sau:
1. Đổ rác xuống kênh;
2. Lấn đường."""


def words_asked(question: str) -> list[str]:
    ask = words_of("là có được bị của các nào ai gì bao nhiêu").all
    return [word for word in words_of(question).folded if word not in ask]


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
    places = items_at(words_asked(question), words_of(question).all, LISTS)
    assert [LISTS[start:end] for start, end in places] == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Ai là Chủ tịch huyện Mường Tè?", "Chủ tịch huyện Mường Tè yêu cầu:\n- Các xã trực ban;"),
        ("Ai được tặng Bằng khen?", "Danh sách đề nghị tặng Bằng khen:\n- Ông Nam"),
        ("Nhà nào có giấy phép?", "Các nhà hết hạn giấy phép:\n- Nhà số 1"),
        ("Huyện Tây Sơn tặng huyện Đông Hải gì?", "Huyện Đông Hải tặng huyện Tây Sơn:\n- Sách"),
    ],
)
def test_a_lead_in_that_says_more_or_the_reverse_is_another(question: str, text: str) -> None:
    assert items_at(words_asked(question), words_of(question).all, text) == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Đội mũ bị phạt bao nhiêu?", "Phạt 500.000 đồng với các lỗi sau:\n- không đội mũ;"),
        ("Vượt đèn đỏ bị phạt bao nhiêu?", "Không phạt 500.000 đồng với:\n- vượt đèn đỏ;"),
        (
            "Nhân viên thử việc nghỉ bao nhiêu ngày?",
            "Nghỉ 3 ngày với:\n- Nhân viên chính thức, trừ nhân viên thử việc.",
        ),
        ("Học phí xã miền núi là bao nhiêu?", "Học phí 200.000 đồng với:\n- xã miền núi: 50.000 đồng."),
    ],
)
def test_a_lead_in_is_not_of_an_item_that_is_denied_or_has_its_own_value(question: str, text: str) -> None:
    assert lead_in_of(words_asked(question), text, []) is None


def test_a_reply_that_denies_is_none() -> None:
    text = "[08:00, 03/06] Lan: Mai họp mấy giờ ạ\n[08:01, 03/06] Minh: Bận đến 9 giờ nên không biết."
    assert reply_at(asked("Mai họp mấy giờ?"), ["mai", "hop"], text, "", ()) is None


def test_two_lists_under_the_same_lead_in_are_none() -> None:
    assert items_at(["xa", "ngheo"], (), "Xã nghèo:\n- An\n\nXã nghèo:\n- Ba") == []


def test_the_lead_in_of_an_item_also_where_the_list_goes_on_in_another_passage() -> None:
    lead = "Phạt từ 2 triệu đồng đến 3 triệu đồng với các hành vi sau:"
    place = lead_in_of(words_asked("Lấn đường bị phạt bao nhiêu?"), LISTS, [])
    assert place is not None
    assert LISTS[slice(*place)] == lead
    onwards = [(f"Điều 5 | {lead}", "3. Cản trở kiểm tra;\n4. Xây cầu tạm.")]
    assert lead_in_of(words_asked("Xây cầu tạm bị phạt bao nhiêu?"), LISTS, onwards) == place
    assert lead_in_of(words_asked("Xây cầu tạm bị phạt bao nhiêu?"), LISTS, []) is None
    assert lead_in_of(words_asked("Xây cầu tạm bị phạt bao nhiêu?"), LISTS, [("Điều 5", onwards[0][1])]) is None


def test_the_message_after_the_one_that_asks() -> None:
    asking = "[08:15, 14/05] Chị Mai: tiền quỹ kỳ 2 đóng bao nhiêu ạ"
    reply, later = "[08:16, 14/05] Thầy Hải: 350k nha", "[08:20, 14/05] Anh Tú: 2 đứa thì sao"
    target, words = asked("Tiền quỹ kỳ 2 là bao nhiêu?"), words_asked("Tiền quỹ kỳ 2 là bao nhiêu?")
    text = f"{asking}\n{reply}\n{later}"
    place = reply_at(target, words, text, "", ())
    assert place is not None
    assert text[slice(*place)].strip() == "350k nha"
    continued = reply_at(target, words, f"{reply}\n{later}", asking, ())
    assert continued == (place[0] - len(asking) - 1, place[1] - len(asking) - 1)
    assert reply_at(target, words, f"{reply}\n{later}", "", ()) is None
    assert reply_at(target, words, f"{asking}\n{asking}\n{reply}", "", ()) is None
    assert reply_at(target, [], text, "", ()) is None


def test_a_message_may_leave_out_what_the_conversation_is_about() -> None:
    text = "Hương 20:11: ad ơi ship về Cát Sơn bao nhiêu ạ?\nShop Mận 20:14: 25k nha chị\nHương 20:17: ok ad"
    target, words = asked("Phí ship mận về Cát Sơn là bao nhiêu?"), words_asked("Phí ship mận về Cát Sơn")
    place = reply_at(target, words, text, "", ())
    assert place is not None
    assert text[slice(*place)].strip() == "25k nha chị"
    assert reply_at(target, [*words, "hoa"], text, "", ()) is None
    assert reply_at(target, [*words, "hoa"], text, "", ["hoa"]) == place
    assert reply_at(asked("Ship mận về Cát Sơn khi nào?"), words, text, "", ()) is None
    assert reply_at(target, words_asked("Phí ship mận về Bát Sơn"), text, "", ()) is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Chương 3 nói về gì?", ["CHẾ ĐỘ TRỰC"]),
        ("chương II quy định về gì", ["TỔ CHỨC"]),
        ("Mục 2 có tên là gì?", ["Kíp trực"]),
        ("Chương IV nói về gì?", []),
        ("Điều 3 nói về gì?", []),
    ],
)
def test_the_heading_of_a_chapter_by_its_number(question: str, expected: list[str]) -> None:
    text = (
        "Chương I\nĐiều 1. Phạm vi.\n\nChương II. TỔ CHỨC\nĐiều 2. Khoa.\n\n"
        "Chương III\nCHẾ ĐỘ TRỰC\n## Mục 2: Kíp trực.\n"
    )
    assert [text[slice(*place)] for place in heading_at(question, text)] == expected


FORM = """BÊN CHO THUÊ (Bên A): Công ty TNHH Sông Trà
Mã số thuế: 0401234567
Đại diện: Bà Trần Thị Ngọc - Chức vụ: Giám đốc
Điện thoại: 0236 3888 777

BÊN THUÊ (Bên B): Công ty Cổ phần Lá Bàng
Đại diện: Ông Lê Quốc Bảo
Mã số thuế: 0409876543
Thư từ: vanthu@labang.example"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Mã số thuế của Công ty Cổ phần Lá Bàng là gì?", ["0409876543"]),
        ("Mã số thuế của bên A là gì?", ["0401234567"]),
        ("Ai đại diện bên B?", ["Ông Lê Quốc Bảo"]),
        ("Số điện thoại của bên A là gì?", ["0236 3888 777"]),
        ("Điện thoại của bên B là gì?", []),
        ("Mã số thuế của bên C là gì?", []),
        ("Mã số thuế là gì?", []),
        ("Ai đại diện bên B ở Hà Nội?", []),
    ],
)
def test_the_line_with_the_label_below_the_name_that_is_given(question: str, expected: list[str]) -> None:
    asked = frozenset(words_asked(question))
    assert [FORM[start:end] for start, end in labelled_at(asked, FORM, "", frozenset())] == expected


def test_a_labelled_line_is_below_a_name_with_its_diacritics() -> None:
    form = "BÊN MUA (BÊN B): ÔNG SÌ\nĐịa chỉ: xã Bến Cát\nĐiện thoại: 5551\nBEN BAN (BEN A): BA SEN\nDien thoai: 5552"
    for question, expected in (
        ("điện thoại bên b", ["5551"]),
        ("dien thoai ben a", ["5552"]),
        ("điện thoại bến b", []),
    ):
        found = labelled_at(words_of(question).forms, form, "", frozenset())
        assert [form[start:end] for start, end in found] == expected, question


def test_a_labelled_line_below_a_name_in_the_context_or_the_title() -> None:
    form, asked = FORM[FORM.index("Mã số thuế") :], frozenset(words_asked("Mã số thuế của bên A là gì?"))
    context = "Hợp đồng | BÊN CHO THUÊ (Bên A): Công ty TNHH Sông Trà"
    assert [form[start:end] for start, end in labelled_at(asked, form, context, frozenset())] == ["0401234567"]
    assert labelled_at(asked, form, "", frozenset()) == []
    one = "Thư ký: Chị Ánh"
    assert labelled_at({"thu", "ky", "hop", "thang", "6"}, one, "", words_of("Biên bản họp tháng 6").all) == [(8, 15)]
