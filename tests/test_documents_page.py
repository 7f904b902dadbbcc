"""Pages and plain texts: what is taken off a page, and that nothing is ever taken off anything else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents import Page, read_page
from qa.documents.boilerplate import are_doubles, is_breadcrumb, is_counter, is_font_sizes, is_section, strength

FIRST = "Sáng 5/3, Ủy ban nhân dân tỉnh họp phiên thường kỳ để bàn việc phòng chống hạn mặn năm nay."
SECOND = "Chủ tịch tỉnh yêu cầu các huyện đào thêm 120 ao trữ nước ngọt trước ngày 20 tháng 3 tới đây."
HEADLINE = "Toàn tỉnh đào thêm 120 ao trữ nước ngọt"

PAGES = {
    "menu, print and share lines, tags and copyright": f"""Trang chủ
Giới thiệu
Thời sự
Chuyện hôm nay
{HEADLINE}
Thứ Sáu, 5/3/2021, 07:30 (GMT+7)
Chia sẻ
Facebook
In bài viết
A- A+

{FIRST}

{SECOND}

Theo Báo Mới

Từ khóa: ao, nước ngọt, hạn mặn
Chia sẻ 12
Bình luận (3)
Tin liên quan
Vì sao nước mặn về sớm?
Giá nước ngọt tăng gấp đôi ở ba huyện ven biển
Về trang chủ
© 2021 Báo của tỉnh. Ghi rõ nguồn khi phát hành lại thông tin từ website này.
Giấy phép số 12/GP-BTTTT do Bộ Thông tin và Truyền thông cấp ngày 3 tháng 2 năm 2019 tại thành phố Hà Nội.""",
    "label first, counter, breadcrumb": f"""1.024
Trang chủ » Kinh tế » Nông nghiệp và phát triển bền vững
Ngày đăng: 5-3-2021 | Lượt xem: 1.024
{HEADLINE}
{HEADLINE}

{FIRST}

{SECOND}

Theo Báo Mới

Các tin đã đưa
* Mặn về sớm (01/03/2021)
* Họp báo (28/02/2021)
Quay lại
In trang""",
    "comment form and log in": f"""{HEADLINE}
05/03/2021 07:30

{FIRST}

{SECOND}

Theo Báo Mới

Bình luận
Đăng nhập
Gửi bình luận
Họ tên:
Email:
Đọc nhiều nhất
Thời tiết
Hôm nay trời nhiều mây, có mưa rào và rải rác có dông, gió nhẹ, nhiệt độ từ 24 đến 33 độ.""",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_other_pages_lose_their_boilerplate_and_nothing_else(page: str) -> None:
    expected = f"{FIRST}\n\n{SECOND}\n\nTheo Báo Mới"
    assert read_page(page) == Page(expected, HEADLINE, date(2021, 3, 5))


PLAIN = {
    "prose": f"{FIRST}\n{SECOND}\n\nHết.",
    "poem with a refrain": "Trèo lên cây bưởi hái hoa\nBước xuống vườn cà hái nụ tầm xuân\n\n"
    "Ai về nhắn với nậu nguồn\nMít non gửi xuống cá chuồn gửi lên\n\n"
    "Ai về nhắn với nậu nguồn\nMít non gửi xuống cá chuồn gửi lên",
    "law": "Điều 1. Phạm vi điều chỉnh\n\n1. Luật này quy định về việc lấy ý kiến của nhân dân.\n\n2. Nội dung\n"
    "a) Chủ đề;\nb) Phản hồi;\n\nĐiều 2. Đối tượng áp dụng\n\n1. Cơ quan.\n2. Tổ chức.",
    "minutes": "BIÊN BẢN HỌP CHI BỘ\nThời gian: 14 giờ 00 ngày 5/3/2021\nThành phần:\n- Nguyễn Văn An\n- Trần Thị Bình"
    "\n\nNội dung\n- Đồng chí An trình bày kế hoạch đào ao.\n\n"
    "Phản hồi\n- Nhất trí\n- Nhất trí\n\nBình luận\n- Không\n\nKết quả\n12",
    "names": "Nguyễn Văn An\nTrần Thị Bình\nLê Văn Chính\n548\nPhạm Thị Dung\nTrang chủ\nThời sự",
    "one line": "Phản hồi",
    "one number": "548",
    "decision in capitals": "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    "Độc lập - Tự do - Hạnh phúc\nSố: 12/QĐ-UBND\nBạc Liêu, ngày 5 tháng 3 năm 2021\nQUYẾT ĐỊNH\n"
    "Về việc đào ao trữ nước\n\n"
    "QUYẾT ĐỊNH: GIAO CHO SỞ NÔNG NGHIỆP ĐÀO 120 AO TRỮ NƯỚC NGỌT TRONG NĂM 2021 TẠI CÁC HUYỆN.",
    "form": "ĐƠN XIN HỌC\nHọ và tên:\nĐịa chỉ:\nĐiện thoại:\nEmail:\n\n" + FIRST + "\n\nÝ kiến:\nLiên hệ:",
    "policy with a date": f"QUY CHẾ CHI TIÊU\nNgày cập nhật: 5-3-2021\n\n{FIRST}\n\n{SECOND}",
    "log": "\n".join(f"Cập nhật lúc: 0{day}/03/2021 10:48\nXong việc {day}" for day in range(1, 9)) + f"\n\n{FIRST}",
    "literature": f"Mở bài\n{FIRST}\n\nBình luận\n{SECOND}\n\nChia sẻ\n{FIRST}",
    "headings that pages have too": f"Sổ tay\n\n{FIRST}\n\nTin liên quan\n\n{SECOND}\n\nXem nhiều nhất\n\n{FIRST}",
    "spaces": f"  {FIRST}  \n\n\n\n\t{SECOND}\u00a0",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_a_text_that_is_no_page_comes_through_whole(text: str) -> None:
    assert read_page(text).text == text


def test_blank_lines_at_the_ends_go() -> None:
    assert read_page(f"\n \n  {FIRST}\n\n{SECOND}\n\n").text == f"  {FIRST}\n\n{SECOND}"


def test_the_title_of_a_plain_text_is_its_first_line_if_it_can_be_one() -> None:
    assert read_page(f"Chống hạn\n\n{FIRST}").title == "Chống hạn"
    assert read_page(f"# Chống hạn\n\n{FIRST}").title == "Chống hạn"
    assert read_page(f"{FIRST}\n\n{SECOND}").title == ""
    assert read_page("Chống hạn").title == ""
    assert read_page("- một\n- hai").title == ""
    assert read_page("Câu này bị ngắt giữa chừng vì\nhết dòng.").title == ""
    assert read_page("x" * 201 + "\n\n" + FIRST).title == ""
    assert read_page(f"5/3/2021\nChống hạn\n\n{FIRST}").title == "Chống hạn"
    assert read_page(f"![ảnh](a.png)\n[Tin](/t) | [Liên hệ](/l)\n\n# Chống hạn\n\n{FIRST}").title == "Chống hạn"


def test_offices_above_a_line_of_signs_are_no_title() -> None:
    assert read_page(f"TRƯỜNG TIỂU HỌC VÂN HÀ\nLỚP 2B\n***\n\nBiên bản họp\n\n{FIRST}").title == "Biên bản họp"
    assert read_page(f"CHỐNG HẠN\n---\n\nĐào ao\n\n{FIRST}").title == "CHỐNG HẠN"
    assert read_page(f"TRƯỜNG TIỂU HỌC VÂN HÀ\n\nĐào ao\n\n{FIRST}").title == "TRƯỜNG TIỂU HỌC VÂN HÀ"


@pytest.mark.parametrize(
    "head", ["[12/05/2024, 08:31:10] Lan: ", "12/05/2024, 08:31 - Lan: ", "12/5/24 8:31 Lan: ", "08:31 Lan: "]
)
def test_the_first_message_of_a_chat_is_no_title(head: str) -> None:
    assert read_page(f"{head}Mai họp lúc mấy giờ\n{head}9 giờ").title == ""


def test_the_date_of_a_plain_text_stands_near_its_top_or_with_its_place_at_its_foot() -> None:
    opening = "Hôm nay, ngày 5 tháng 3 năm 2021, tại trụ sở, chúng tôi gồm có:"
    assert read_page(f"Biên bản\n\n{opening}\n\n{FIRST}").published == date(2021, 3, 5)
    foot = "Lệ Sơn, ngày 5 tháng 3 năm 2021\nNgười viết\nHứa Lành"
    assert read_page(f"Chống hạn\n\n{FIRST}\n\n{foot}").published == date(2021, 3, 5)
    assert read_page(PLAIN["decision in capitals"]).published == date(2021, 3, 5)
    assert read_page(PLAIN["policy with a date"]).published == date(2021, 3, 5)
    assert read_page(f"Chống hạn\n\n{FIRST}\n\n5/3/2021").published is None
    assert read_page("\n".join(["một"] * 12) + f"\n5/3/2021\n{FIRST}").published is None
    assert read_page(PLAIN["log"]).published is None
    assert read_page(f"Chống hạn\n31/2/2021\n{FIRST}").published is None


def test_a_page_that_is_nothing_but_boilerplate_has_no_text() -> None:
    assert read_page("Phản hồi\n\nCác tin khác\n\nMới nhất\n\nXem nhiều nhất").text == ""


def test_boilerplate_between_paragraphs_of_prose_is_left_alone() -> None:
    page = PAGES["comment form and log in"].replace(SECOND, f"Tin liên quan\nMặn về sớm\n\n{SECOND}")
    assert read_page(page).text == f"{FIRST}\n\nTin liên quan\nMặn về sớm\n\n{SECOND}\n\nTheo Báo Mới"


def test_a_heading_above_the_prose_of_a_page_is_left_alone() -> None:
    page = PAGES["comment form and log in"].replace(FIRST, f"Kết quả\n\n{FIRST}")
    assert read_page(page).text == f"Kết quả\n\n{FIRST}\n\n{SECOND}\n\nTheo Báo Mới"


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("Quang cảnh Hội nghị (Ảnh H.Hào).", "Quang cảnh Hội nghị (Ảnh H.Hào).", 0),
        ("Quang cảnh buổi họp (Ảnh: An)", "Quang cảnh buổi họp (Ảnh: An).", 1),
        ("Quang cảnh buổi họp (Ảnh: An).", "Quang cảnh buổi họp (Ảnh: An)", 0),
        ("Quang cảnh buổi Họp (Ảnh: an).", "Quang cảnh buổi họp (Ảnh: An).", 1),
        ("Chủ tịch tỉnh phát biểu bế mạc họp.", "Chủ tịch tỉnh phát biểu bế mạc tại họp", 1),
        ("7; Chủ tịch tỉnh phát biểu tại họp.", "Chủ tịch tỉnh phát biểu tại họp.", 1),
    ],
)
def test_of_two_captions_that_say_the_same_the_better_stays(first: str, second: str, kept: int) -> None:
    page = PAGES["comment form and log in"].replace(SECOND, f"{SECOND}\n\n{first}\n\n{second}\n\n{FIRST}")
    assert read_page(page).text == f"{FIRST}\n\n{SECOND}\n\n{(first, second)[kept]}\n\n{FIRST}\n\nTheo Báo Mới"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Đồng chí Nguyễn Văn An phát biểu tại hội nghị.", "Đồng chí Nguyễn Văn Bình phát biểu tại hội nghị."),
        ("Huyện Hòa Bình đào được 12 ao.", "Huyện Hòa Bình đào được 13 ao."),
        ("1. Các xã cùng đào ao.", "2. Các xã cùng đào ao."),
        ("Các xã cùng đào ao.", "Địa chỉ: Các xã cùng đào ao."),
        ("Không có gì", "Không có gì"),
        ("Xã An Trạch đào ao trữ nước", "Xã An Trạch A đào ao trữ nước trước mùa khô"),
    ],
)
def test_lines_that_say_different_things_or_little_are_no_doubles(first: str, second: str) -> None:
    assert not are_doubles(first, second)


def test_the_words_of_boilerplate() -> None:
    assert [
        strength(line) for line in ("CÁC TIN KHÁC:", "» Tin liên quan", "Lượt xem: 1.024", "3 bình luận", "+ aa -")
    ] == ["strong"] * 5
    assert [
        strength(line) for line in ("Phản hồi", "Email : * \u00a0", "Tags: ao, hồ", "Từ khoá: ao", "Chia sẻ 12")
    ] == ["weak"] * 5
    assert [strength(line) for line in ("Các tin khác nhau", "Phản hồi của dân", "aa", "", "---")] == [None] * 5
    assert [is_font_sizes(line) for line in ("A- A+", "+ aa -", "aA", "a - b")] == [True, True, False, False]
    assert [is_counter(line) for line in ("548", "1.024", "548 ao", "12345678901")] == [True, True, False, False]
    assert [is_section(line) for line in ("Thời sự - Chính trị", "VĂN HÓA & XÃ HỘI", "Văn hóa đọc", "-", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert [is_breadcrumb(line) for line in ("Trang chủ > Kinh tế biển", "Kinh tế biển > Cá", "Trang chủ")] == [
        True, False, False,
    ]  # fmt: skip


BOILERPLATE_LINES = [
    "548", "+ aa -", "Thời sự - Chính trị", "Trang chủ", "20:45' 13/1/2022", "Cập nhật lúc : 04/04/2023 10:48",
    "5/3/2021", "Phản hồi", "Các tin khác", "Xem nhiều nhất", "THÔNG TIN CẦN BIẾT", "Email : *", "Bình luận (3)",
    "Từ khóa: ao", "1. " + SECOND, "2. " + SECOND,
    "© Báo", "Chia sẻ", "", " ", HEADLINE, "Đỗ Anh", FIRST, SECOND, "7; " + SECOND, FIRST[:-1], FIRST + " Hết",
    "Toàn cảnh hội nghị tại tỉnh.", "Toàn cảnh hội nghị ở tại tỉnh", "Địa chỉ: " + FIRST,
]  # fmt: skip
page_lines = st.lists(st.sampled_from(BOILERPLATE_LINES), max_size=25)


@given(page_lines)
def test_cleaning_twice_equals_cleaning_once(lines: list[str]) -> None:
    once = read_page("\n".join(lines)).text
    assert read_page(once).text == once


@given(page_lines)
def test_no_paragraph_of_prose_is_ever_lost(lines: list[str]) -> None:
    kept = read_page("\n".join(lines)).text
    after_cut = {"Địa chỉ: " + FIRST} | ({FIRST, SECOND} if "THÔNG TIN CẦN BIẾT" in lines else set())
    for line in {FIRST, SECOND} & set(lines) - after_cut:
        assert line in kept


@given(st.text())
def test_a_text_without_boilerplate_keeps_every_line(text: str) -> None:
    lines = text.split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    assert read_page(text).text.split("\n") == (lines or [""])
