"""Front matter, and the heads of law and office documents: what they say becomes title, day and metadata."""

from datetime import date

import pytest

from qa.documents.composing import FrontMatter, compose, read_front_matter
from qa.documents.formats.protocol import Content
from qa.documents.official import read_official

DECISION = """ỦY BAN NHÂN DÂN                    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH SÔNG HÀ                              Độc lập - Tự do - Hạnh phúc
Số: 27/2023/QĐ-UBND                Sông Hà, ngày 08 tháng 11 năm 2023

QUYẾT ĐỊNH
Ban hành Quy định quản lý hoạt động thoát nước
trên địa bàn tỉnh

Căn cứ Luật Tổ chức chính quyền địa phương;

Điều 1. Ban hành kèm theo Quyết định này Quy định quản lý hoạt động thoát nước.

Điều 2. Quyết định này có hiệu lực kể từ ngày 20 tháng 11 năm 2023.

Nơi nhận:                                 TM. ỦY BAN NHÂN DÂN
- Như trên;                               CHỦ TỊCH
                                          (Đã ký)
                                          Hoàng Minh Tuệ"""

LETTER = """BỘ TÀI CHÍNH
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 1234/BTC-TCT
V/v hướng dẫn thuế giá trị gia tăng
Hà Nội, ngày 5 tháng 3 năm 2021

Kính gửi: Cục Thuế các tỉnh.

TL. BỘ TRƯỞNG
Nguyễn Văn An"""

PARTY = """TỈNH ỦY BẠC LIÊU            ĐẢNG CỘNG SẢN VIỆT NAM
*                              Bạc Liêu, ngày 12 tháng 01 năm 2022
Số 12-QĐ/TU

QUYẾT ĐỊNH
về việc chuẩn y chức danh Bí thư Huyện ủy

Quyết định này có hiệu lực kể từ ngày ký."""


def test_a_decision() -> None:
    found = compose(Content(DECISION))
    assert found.title == (
        "Quyết định 27/2023/QĐ-UBND: Ban hành Quy định quản lý hoạt động thoát nước trên địa bàn tỉnh"
    )
    assert found.published == date(2023, 11, 8)
    assert found.metadata == {
        "legislationIdentifier": "27/2023/QĐ-UBND",
        "legislationType": "Quyết định",
        "legislationPassedBy": "ỦY BAN NHÂN DÂN TỈNH SÔNG HÀ",
        "legislationDate": "2023-11-08",
        "legislationDateOfApplicability": "2023-11-20",
        "accountablePerson": "Hoàng Minh Tuệ",
    }
    assert found.text.startswith("Sông Hà, ngày 08 tháng 11 năm 2023\n\nQUYẾT ĐỊNH\nBan hành Quy định")
    assert found.text.endswith("Hoàng Minh Tuệ")


def test_a_letter_has_its_subject_in_its_head() -> None:
    found = read_official(LETTER)
    assert found.title == "Công văn 1234/BTC-TCT: Hướng dẫn thuế giá trị gia tăng"
    assert found.published == date(2021, 3, 5)
    assert found.text.startswith("Hà Nội, ngày 5 tháng 3 năm 2021\n\nKính gửi")
    assert found.metadata["accountablePerson"] == "Nguyễn Văn An"


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Số: 05/NQ-HĐND    Sông Hà, ngày 8 tháng 12 năm 2023", "Sông Hà, ngày 8 tháng 12 năm 2023"),
        ("| Số: 05/NQ-HĐND | Sông Hà, ngày 08/12/2023 |", "Sông Hà, ngày 08/12/2023"),
        ("Số: 05/NQ-HĐND Sông Hà, ngày 8 tháng 12 năm 2023", "Số: 05/NQ-HĐND Sông Hà, ngày 8 tháng 12 năm 2023"),
        ("Khóa IX, kỳ họp thứ 5    Sông Hà, ngày 8 tháng 12 năm 2023", "Sông Hà, ngày 8 tháng 12 năm 2023"),
        ("Số: 05/NQ-HĐND    Sông Hà, ngày     tháng     năm 2023", ""),
        ("Số: 05/NQ-HĐND    Sông Hà, ngày 31 tháng 2 năm 2023", ""),
    ],
)
def test_only_place_and_day_of_a_head_stay_and_have_a_place(line: str, kept: str) -> None:
    text = f"HỘI ĐỒNG NHÂN DÂN TỈNH    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n{line}\n\nNGHỊ QUYẾT\nVề dự toán"
    found = compose(Content(text))
    named = [(found.text[place.start : place.end], place.label) for place in found.places]
    assert named == ([(kept, "đầu văn bản")] if kept else [])
    assert found.title.endswith("Về dự toán")
    whole = line if line.startswith("Khóa") else kept
    assert found.text == f"{whole}\n\nNGHỊ QUYẾT\nVề dự toán".strip()


def test_a_form_of_another_kind() -> None:
    form = "ĐƠN ĐỀ NGHỊ HỖ TRỢ\n\nKính gửi: UBND xã An Bình"
    found = read_official(f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc\n\n{form}")
    assert (found.title, found.text) == ("ĐƠN ĐỀ NGHỊ HỖ TRỢ", form)


def test_a_line_that_is_not_known_does_not_end_a_head() -> None:
    head = [
        "HỘI ĐỒNG NHÂN DÂN TỈNH    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Khóa XVIII, kỳ họp thứ 5   Độc lập - Tự do - Hạnh phúc",
        "Số: 05/NQ-HĐND    Sông Hà, ngày 8 tháng 12 năm 2023",
    ]
    body = ["", "NGHỊ QUYẾT", "Về dự toán", "HỘI ĐỒNG NHÂN DÂN TỈNH", "", "Điều 1."]
    found = read_official("\n".join([*head, *body]))
    assert (found.title, found.published) == ("Nghị quyết 05/NQ-HĐND: Về dự toán", date(2023, 12, 8))


def test_a_document_of_the_party_in_force_from_the_day_it_was_signed() -> None:
    found = read_official(PARTY)
    assert found.title == "Quyết định 12-QĐ/TU: về việc chuẩn y chức danh Bí thư Huyện ủy"
    assert found.metadata["legislationDateOfApplicability"] == "2022-01-12"
    assert found.metadata["legislationPassedBy"] == "TỈNH ỦY BẠC LIÊU"


def test_a_head_without_state_or_day() -> None:
    text = "ỦY BAN NHÂN DÂN TỈNH\n\nQUYẾT ĐỊNH số 31/2022/QĐ-UBND\nBan hành Quy chế\n\nĐiều 7. Diện tích mộ"
    found = read_official(text)
    assert (found.title, found.published) == ("Quyết định 31/2022/QĐ-UBND: Ban hành Quy chế", None)
    undated = "Số: 1/NĐ-CP      CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
    undated += "Hà Nội, ngày    tháng   năm 2020\nNGHỊ ĐỊNH\nVề phí\n\nĐiều 1."
    assert read_official(undated).title == "Nghị định 1/NĐ-CP: Về phí"


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("BÁO CÁO\nKết quả thu phí\n\nNăm qua thu 5 tỷ.", "Báo cáo: Kết quả thu phí", "Báo cáo"),
        ("BÁO CÁO KẾT QUẢ THU PHÍ\nNĂM 2023\n\nThu 5 tỷ.", "BÁO CÁO KẾT QUẢ THU PHÍ NĂM 2023", "Báo cáo"),
        ("CHƯƠNG TRÌNH HÀNH ĐỘNG\nvề chuyển đổi số\n", "CHƯƠNG TRÌNH HÀNH ĐỘNG về chuyển đổi số", "Chương trình"),
    ],
)
def test_an_office_alone_above_what_the_document_is(text: str, title: str, kind: str) -> None:
    for office in ("UBND HUYỆN YÊN LÂM", "ỦY BAN NHÂN DÂN\nXÃ AN BÌNH", "TRƯỜNG THPT SÔNG HÀ"):
        found = read_official(f"{office}\n\n{text}")
        assert (found.title, found.text) == (title, text.strip("\n"))
        assert found.metadata["legislationType"] == kind
        assert found.metadata["legislationPassedBy"] == " ".join(office.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        "UBND HUYỆN YÊN LÂM\n\nHọp giao ban tháng 3\n\nHuyện có 96 hộ.",
        "BÁO CÁO\nTổng kết năm 2023\n\nNăm qua có 96 hộ.",
        "DANH SÁCH THÀNH VIÊN BAN CHỈ ĐẠO\n\nTRƯỞNG BAN: ÔNG HOÀNG ĐỨC THỊNH",
        "Cả nước có 5.248.607 đảng viên\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "",
    ],
)
def test_a_text_without_such_a_head_comes_through_whole(text: str) -> None:
    assert read_official(text).text == text
    assert not read_official(text).metadata


def test_front_matter_gives_title_and_day_and_is_no_text() -> None:
    text = (
        "---\ntitle: Ghi chép họp tổ dân phố\ndate: 2024-03-12T08:00:00\ntags: [họp]\n---\n\n# Họp tổ\n\nTổ có 96 hộ."
    )
    found = compose(Content(text))
    assert (found.title, found.published) == ("Ghi chép họp tổ dân phố", date(2024, 3, 12))
    assert found.text == "# Họp tổ\n\nTổ có 96 hộ."
    quoted = '---\ntitle: "Họp: lần 2"\ndate: 12/3/2024\n---\nTổ có 96 hộ.'
    assert read_front_matter(quoted) == FrontMatter("Tổ có 96 hộ.", "Họp: lần 2", date(2024, 3, 12))


@pytest.mark.parametrize(
    ("head", "title", "day"),
    [
        (
            "Từ: Lan <lan@vidu.vn>\nĐến: phong@vidu.vn\nNgày: 12/05/2024 08:31\nChủ đề: Lịch trực",
            "Lịch trực",
            (2024, 5, 12),
        ),
        ("From: An\nSent: Monday, May 13, 2024 9:05 AM\nTo: Bình\nSubject: Báo giá", "Báo giá", (2024, 5, 13)),
    ],
)
def test_a_pasted_mail_has_its_subject_and_day(head: str, title: str, day: tuple[int, int, int]) -> None:
    text = f"{head}\n\nMáy in giá 4.500.000 đồng."
    found = compose(Content(text))
    assert (found.text, found.title, found.published) == (text, title, date(*day))


def test_a_heading_is_the_title_where_front_matter_gives_none() -> None:
    found = compose(Content("---\ntags: [họp]\ndate: mai\n---\n# Họp tổ\n\nTổ có 96 hộ."))
    assert (found.title, found.published) == ("Họp tổ", None)


@pytest.mark.parametrize("text", ["---\n\nMột.\n\n---\nHai.", "Một.\n---\ntitle: x\n---\n", "---\ntitle: x\n"])
def test_what_is_no_front_matter_stays(text: str) -> None:
    assert read_front_matter(text).text == text


@pytest.mark.parametrize(
    ("head", "opening", "kind"),
    [
        ("BIÊN BẢN HỌP", "Hôm nay, vào lúc 14 giờ 00 phút ngày 03 tháng 7 năm 2024, tại phòng họp tầng 3.", "Biên bản"),
        ("HỢP ĐỒNG THUÊ NHÀ", "Hôm nay, ngày 03/7/2024, tại số 27 Lý Thường Kiệt, hai bên gồm:", "Hợp đồng"),
    ],
)
def test_minutes_and_contracts_have_the_day_that_they_open_with(head: str, opening: str, kind: str) -> None:
    motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    found = read_official(f"{motto}\n\n{head}\n\n{opening}\n\nÔng Hưng nhận việc từ ngày 15 tháng 8 năm 2024.")
    assert (found.title, found.published) == (head, date(2024, 7, 3))
    assert found.metadata == {"legislationType": kind, "legislationDate": "2024-07-03"}
