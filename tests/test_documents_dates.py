"""Lines that are a date, and lines that are not."""

from datetime import date

import pytest

from qa.documents.dates import read_date_line, read_opening

JANUARY = date(2022, 1, 13)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("20:45' 13/1/2022", JANUARY),
        ("Thứ Năm, 13/01/2022 | 16:37", JANUARY),
        ("Thứ năm, ngày 13 tháng 01 năm 2022", JANUARY),
        ("T5, 13.1.2022 08h30", JANUARY),
        ("Chủ nhật, 16/1/2022, 08:00 (GMT+7)", date(2022, 1, 16)),
        ("Cập nhật lúc : 04/04/2023 10:48", date(2023, 4, 4)),
        ("Ngày đăng: 5-3-2021", date(2021, 3, 5)),
        ("Đăng lúc: 16:37:22 13/01/2022", JANUARY),
        ("Ngày đăng: 05/03/2021 | Ngày cập nhật: 06/03/2021 | Lượt xem: 1.234", date(2021, 3, 5)),
        ("13 tháng 1 năm 2022", JANUARY),
        ("lúc 8 giờ 30 phút ngày 13/1/2022", JANUARY),
        ("13/01/2022 04:37 PM", JANUARY),
        ("2022-01-13", JANUARY),
        ("Bạc Liêu, ngày 13 tháng 01 năm 2022", JANUARY),
        ("TP. Hồ Chí Minh, ngày 13/1/2022", JANUARY),
        ("Số: 12-QĐ/TW      Hà Nội, ngày 13 tháng 1 năm 2022", JANUARY),
        ("*Đăng ngày 13/1/2022 — Phóng viên Hà Tùng*", JANUARY),
        ("Đăng bởi: Ban biên tập - Cập nhật: 13/01/2022", JANUARY),
        ("Thu\u031b\u0301 Na\u0306m, 13/01/2022", JANUARY),
    ],
)
def test_a_line_that_is_a_date(line: str, published: date) -> None:
    found = read_date_line(line)
    assert found is not None
    assert found.published == published


@pytest.mark.parametrize("line", ["31/2/2022", "13/13/2022", "0/1/2022", "13/1/1022", "13 tháng 14 năm 2022"])
def test_a_day_that_does_not_exist_is_none(line: str) -> None:
    found = read_date_line(line)
    assert found is not None
    assert found.published is None


@pytest.mark.parametrize(
    "line",
    [
        "", "Sáng 13/1", "13/1/22", "Họp ngày 13/1/2022", "14-10-1930 - 14-10-2023", "5.248.607", "Thứ Năm", "16:37",
        "Ngày đăng ký: 13/1/2022", "Kết luận số 21-KL/TW ngày 25-10-2021", "13/1/2022: khai mạc",
        "13/1/2022 - Phóng viên Hà Tùng", "Đăng ký ngày 13/1/2022 theo mẫu",
        "2022", "Sinh ngày 13/1/2022 tại Huế",
        "13/1/2022 " + "x" * 200,
    ],
)  # fmt: skip
def test_a_line_that_says_more_or_less_is_no_date(line: str) -> None:
    assert read_date_line(line) is None


def test_what_stands_beside_the_date_is_reported() -> None:
    line = read_date_line("Cập nhật lúc: Thứ Ba, 04/04/2023 10:48")
    assert line is not None
    assert (line.labelled, line.weekday, line.clock, line.office) == (True, True, True, False)
    line = read_date_line("Bạc Liêu, ngày 4/4/2023")
    assert line is not None
    assert (line.labelled, line.weekday, line.clock, line.office) == (False, False, False, True)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Hôm nay, ngày 13 tháng 1 năm 2022, tại lớp 2B, chúng tôi gồm có:", JANUARY),
        ("Hôm nay, vào hồi 14 giờ 00 phút, ngày 13/1/2022", JANUARY),
        ("Hôm nay thứ Năm, ngày 13/01/2022, tại trụ sở", JANUARY),
        ("Hôm nay, ngày 31 tháng 2 năm 2022", None),
        ("Hôm nay tôi nhớ ngày 13/1/2022", None),
        ("Tối hôm nay, ngày 13/1/2022", None),
        ("Hôm nay, ngày mai và ngày 13/1/2022", None),
    ],
)
def test_the_day_that_minutes_begin_with(line: str, day: date | None) -> None:
    assert read_opening(line) == day
