"""Numbers, dates, times, ordinals and codes: their places and their keys, and spans that cut none of them."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import syllables, values, whole_span

PIECES = (
    *("5.248.607", "1 234,56", "35,5 tỷ", "2-3", "7h30", "05:45", "5/6/2021", "ngày 9 tháng 10 năm 2020", "năm", "hộ"),
    *("27/2023/QĐ-UBND", "99A-123.45", "0912 000 345", "XXI", "lần thứ", "ba mươi hai", "đến", "%", "-", "–", "k", "h"),
    *(
        " ",
        "\n",
        ".",
        ",",
        "(",
        ")",
        "“",
        "”",
        "Phạm",
        "Quang",
        "Hiếu",
        "𝟯𝟱𝟬",
        "𝗹𝗶𝗲̂̀𝘂",
        "e\u0302\u0301",
        "㎡",
        "Ⅷ",
        "👨\u200d👩",
        "từ",
    ),
)
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.text(alphabet="0123456789.,:/-– %hkgtrăm năộUBĐXVI()\n+", max_size=40),
    st.text(max_size=40),
)


def read(text: str) -> list[tuple[str, ...]]:
    return [(text[one.start : one.end], *one.key) for one in values(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5.248.607 và 5,248,607", [("5.248.607", "number", "5248607"), ("5,248,607", "number", "5248607")]),
        ("rộng 1 234,56 ha", [("1 234,56", "number", "1234.56")]),
        ("35,5 tỷ, 35.5 tỷ", [("35,5 tỷ", "number", "35500000000"), ("35.5 tỷ", "number", "35500000000")]),
        ("2 tỷ 350 triệu đồng", [("2 tỷ 350 triệu", "number", "2350000000")]),
        ("12 nghìn 500 người", [("12 nghìn 500", "number", "12500")]),
        ("1 triệu 200 nghìn 500 đồng", [("1 triệu 200 nghìn 500", "number", "1200500")]),
        ("12 nghìn, 500 người", [("12 nghìn", "number", "12000"), ("500", "number", "500")]),
        (
            "12 nghìn 500 g, 500 ngàn 500k",
            [
                ("12 nghìn", "number", "12000"),
                ("500", "number", "500"),
                ("500 ngàn", "number", "500000"),
                ("500k", "number", "500000"),
            ],
        ),
        ("2 triệu 500 đồng", [("2 triệu", "number", "2000000"), ("500", "number", "500")]),
        ("12 nghìn 500 nghìn", [("12 nghìn", "number", "12000"), ("500 nghìn", "number", "500000")]),
        ("12 nghìn 50 người", [("12 nghìn", "number", "12000"), ("50", "number", "50")]),
        ("hai nghìn tỷ", [("hai nghìn tỷ", "number", "2000000000000")]),
        ("25k nha", [("25k", "number", "25000")]),
        ("350k/em, 2tr5", [("350k", "number", "350000"), ("2tr5", "number", "2500000")]),
        (
            "giá 2tr350, 2tr35 hay 12tr5",
            [("2tr350", "number", "2350000"), ("2tr35", "number", "2350000"), ("12tr5", "number", "12500000")],
        ),
        ("70%, 70 phần trăm", [("70%", "number", "70%"), ("70 phần trăm", "number", "70%")]),
        ("3/4 số dân, ba phần tư", [("3/4", "number", "3/4"), ("ba phần tư", "number", "3/4")]),
        ("mỗi héc-ta 2.000.000\nđồng", [("2.000.000", "number", "2000000")]),
        ("12\n345", [("12", "number", "12"), ("345", "number", "345")]),
        (
            "dài 12km, rộng 5 km2, 1.236khách",
            [("12", "number", "12"), ("5", "number", "5"), ("1.236", "number", "1236")],
        ),
        ("âm sâu -5 độ", [("-5", "number", "-5")]),
        ("𝟯𝟱𝟬 𝗹𝗶𝗲̂̀𝘂", [("𝟯𝟱𝟬", "number", "350")]),
    ],
)
def test_numbers_in_digits(text: str, expected: list[tuple[str, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ba mươi hai hộ", [("ba mươi hai", "number", "32")]),
        ("mười lăm người", [("mười lăm", "number", "15")]),
        ("hai trăm linh năm em", [("hai trăm linh năm", "number", "205")]),
        ("một nghìn hai trăm năm mươi sáu", [("một nghìn hai trăm năm mươi sáu", "number", "1256")]),
        ("một triệu rưỡi", [("một triệu rưỡi", "number", "1500000")]),
        ("Năm hộ làm nghề", [("Năm", "number", "5")]),
        ("Năm 2020 thôn", [("2020", "date", "2020")]),
        ("hai mươi năm", [("hai mươi", "number", "20")]),
        ("hai buổi", [("hai", "number", "2")]),
        ("hai chục người, một trăm ba chục hộ", [("hai chục", "number", "20"), ("một trăm ba chục", "number", "130")]),
        ("năm chục nghìn, 3 chục trứng", [("năm chục nghìn", "number", "50000"), ("3 chục", "number", "30")]),
        ("chín mươi chín phẩy năm phần trăm", [("chín mươi chín phẩy năm phần trăm", "number", "99.5%")]),
        ("hai phẩy hai lăm triệu", [("hai phẩy hai lăm triệu", "number", "2250000")]),
        ("không phẩy không năm mét", [("không phẩy không năm", "number", "0.05")]),
        ("ba phẩy mười bốn", [("ba phẩy mười bốn", "number", "3.14")]),
        ("hai phẩy ba năm", [("hai phẩy ba", "number", "2.3")]),
        ("nửa triệu người, nửa\ntỷ", [("nửa triệu", "number", "500000"), ("nửa\ntỷ", "number", "500000000")]),
        ("nửa năm, một nửa triệu chứng, nửa tỷ lệ", []),
        ("hăm mốt tuổi, hăm lăm người", [("hăm mốt", "number", "21"), ("hăm lăm", "number", "25")]),
        ("bị hăm hai bên, hăm dọa, năm mốt", [("hai", "number", "2")]),
        ("hai dấu phẩy, ba", [("hai", "number", "2")]),
        ("hai chục năm, hàng chục năm người dân", [("hai chục", "number", "20")]),
        ("một trong những", []),
        ("mỗi năm người dân, năm nay, ba mẹ, đường Hai Bà Trưng", []),
    ],
)
def test_numbers_in_words(text: str, expected: list[tuple[str, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trong 2-3 tháng", [("2-3", "range", "2", "3")]),
        ("18 – 24 tháng", [("18 – 24", "range", "18", "24")]),
        ("từ 5 đến 7 ngày", [("5 đến 7", "range", "5", "7")]),
        ("hai đến ba tháng", [("hai đến ba", "range", "2", "3")]),
        ("65-70%, 2-3 triệu", [("65-70%", "range", "65%", "70%"), ("2-3 triệu", "range", "2000000", "3000000")]),
        ("nhiệm kỳ 2020 - 2025", [("2020 - 2025", "range", "2020", "2025")]),
        ("18h30-20h", [("18h30-20h", "range", "18:30", "20:00")]),
        ("thắng 2-0, tỷ số 1-2", [("2-0", "score", "2", "0"), ("1-2", "score", "1", "2")]),
        ("Số 5 - 2022", [("5", "ordinal", "5"), ("2022", "number", "2022")]),
    ],
)
def test_ranges_and_scores(text: str, expected: list[tuple[str, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["7h30", "7 giờ 30 phút", "07:30", "7 giờ 30", "7g30", "7 giờ rưỡi", "7 h 30"])
def test_a_time_of_day_in_every_spelling(text: str) -> None:
    assert read(f"lúc {text}, họp") == [(text, "clock", "07:30")]


def test_hours_that_last_and_hours_of_the_afternoon() -> None:
    assert read("trong 2 giờ") == [("2 giờ", "duration", "120 min")]
    assert read("lúc 2 giờ chiều") == read("lúc 2 giờ chiều") == [("2 giờ", "clock", "14:00")]
    assert read("từ 7h30 đến 11h30") == [("7h30", "clock", "07:30"), ("11h30", "clock", "11:30")]


@pytest.mark.parametrize(
    "text", ["05.06.2021", "5/6/2021", "5 tháng 6 năm 2021", "05-06-2021", "5 / 6 / 2021", "2021-06-05"]
)
def test_a_date_in_every_spelling(text: str) -> None:
    assert read(f"ngày {text}.") == [(text, "date", "2021-06-05")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tháng 3/2022", [("tháng 3/2022", "date", "2022-03")]),
        ("tháng ba năm 2022", [("tháng ba năm 2022", "date", "2022-03")]),
        ("quý III/2021", [("quý III/2021", "date", "2021-Q3")]),
        ("quý 3 năm 2021", [("quý 3 năm 2021", "date", "2021-Q3")]),
        ("sáng 10-12, lễ 30-4", [("10-12", "date", "--12-10"), ("30-4", "date", "--04-30")]),
        ("ngày 5 hằng tháng", [("5", "date", "---05")]),
        ("ngày 9 tháng 10\nnăm 2020", [("9 tháng 10\nnăm 2020", "date", "2020-10-09")]),
        ("ngày mười ba tháng một năm 2022", [("mười ba tháng một năm 2022", "date", "2022-01-13")]),
        (
            "Ngày hai mươi mốt tháng 12, mùng ba tháng chạp",
            [("hai mươi mốt tháng 12", "date", "--12-21"), ("ba tháng chạp", "date", "--12-03")],
        ),
        (
            "ngày hăm ba tháng chạp, ngày ba mươi tháng tư",
            [("hăm ba tháng chạp", "date", "--12-23"), ("ba mươi tháng tư", "date", "--04-30")],
        ),
        ("mỗi ngày ba tháng hai lần", [("ba", "number", "3"), ("hai", "number", "2")]),
        ("ngày ba mươi tháng hai", [("ba mươi", "number", "30"), ("tháng hai", "date", "--02")]),
        ("January 13, 2022", [("January 13, 2022", "date", "2022-01-13")]),
    ],
)
def test_dates(text: str, expected: list[tuple[str, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("số 27/2023/QĐ-UBND", [("27/2023/QĐ-UBND", "code", "27-2023-qd-ubnd")]),
        ("biển số 99A-123.45", [("99A-123.45", "code", "99a12345")]),
        ("số 07/NQ-HĐND", [("07/NQ-HĐND", "code", "7-nq-hdnd")]),
        ("STK 0123 456 789", [("0123 456 789", "code", "0123456789")]),
        (
            "gọi 0912.345.678, +84 912 345 678",
            [("0912.345.678", "code", "0912345678"), ("+84 912 345 678", "code", "0912345678")],
        ),
        ("COVID-19, lớp 9A, mạng 5G", [("COVID-19", "code", "covid-19"), ("9A", "code", "9a"), ("5G", "code", "5g")]),
        ("máy 2TR350", [("2TR350", "code", "2tr350")]),
        ("mục 1.2.3", [("1.2.3", "code", "1-2-3")]),
        ("lần thứ XXI", [("XXI", "ordinal", "21")]),
        ("lần thứ hai mươi mốt", [("hai mươi mốt", "ordinal", "21")]),
        (
            "khóa VIII, thế kỷ 21, thứ nhất",
            [("VIII", "ordinal", "8"), ("21", "ordinal", "21"), ("nhất", "ordinal", "1")],
        ),
        ("khoản 3 Điều 8", [("3", "ordinal", "3"), ("8", "ordinal", "8")]),
        ("1. Ông A; (2) bà B", [("1", "ordinal", "1"), ("2", "ordinal", "2")]),
    ],
)
def test_codes_and_ordinals(text: str, expected: list[tuple[str, ...]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "cut", "whole"),
    [
        ("có ba mươi hai hộ dân", "mươi h", "ba mươi hai"),
        ("cả thảy 5.248.607 người", "248", "5.248.607"),
        ("trong 2-3 tháng đầu", "3 tháng", "2-3 tháng"),
        ("chịu khó trong ba năm rưỡi bị chiếm", "ba năm", "ba năm rưỡi"),
        ("xe 99A-123.45 giao", "123", "99A-123.45"),
        ("là ông Phạm Quang Hiếu, Trưởng phòng", "Quang", "Phạm Quang Hiếu"),
        ("là ông Phạm Quang Hiếu, Trưởng phòng", "Phạm Quang Hiếu, ", "Phạm Quang Hiếu"),
        ("Ông Phạm Quang Hiếu", "Phạm Quang Hiếu", "Phạm Quang Hiếu"),
        ("tại Nhà văn hóa thiếu nhi tỉnh", "Nhà văn hóa thiếu nhi", "Nhà văn hóa thiếu nhi"),
        ("gọi là “Nhà văn”, xong", " “Nhà văn”,", "“Nhà văn”"),
        ("gọi là “Nhà văn”, xong", "Nhà văn”,", "Nhà văn"),
        ("từ 70% trở lên", "70%", "70%"),
        ("có 𝟯𝟱𝟬 𝗹𝗶𝗲̂̀𝘂 vắc xin", "𝟱𝟬 𝗹𝗶𝗲", "𝟯𝟱𝟬 𝗹𝗶𝗲̂̀𝘂"),
        ("a; , b", "; ,", ""),
    ],
)
def test_a_whole_span(text: str, cut: str, whole: str) -> None:
    at = text.index(cut)
    start, end = whole_span(text, at, at + len(cut))
    assert text[start:end] == whole


@pytest.mark.parametrize("piece", ["a-", "123 ", "1.", "a", "9", "một ", "1-", "/1", "0912 "])
def test_a_strange_text_takes_no_longer_than_a_plain_one(piece: str) -> None:
    began = time.process_time()
    values(piece * 20_000)
    assert time.process_time() - began < 5


@given(texts)
def test_values_are_in_order_and_apart(text: str) -> None:
    found = values(text)
    assert all(0 <= one.start < one.end <= len(text) and one.key[0] == one.kind for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(texts, st.data())
def test_a_whole_span_cuts_nothing_and_stays_as_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = whole_span(text, start, end)
    assert 0 <= first <= last <= len(text)
    if first < last:
        assert text[first:last].strip() == text[first:last]
        units = [(one.start, one.end) for one in values(text)] + [(one.start, one.end) for one in syllables(text)]
        assert not any(begin < place < stop for begin, stop in units for place in (first, last))
    assert whole_span(text, first, last) == (first, last)


@pytest.mark.parametrize("text", ["31/2/2022", "29/2/2023", "31-04-2021", "30.2.2020", "0/5/2020", "31/4/22", "30/2"])
def test_a_day_that_no_calendar_has_is_no_date(text: str) -> None:
    assert [one.kind for one in values(f"Họp ngày {text} tại tỉnh.")] != ["date"]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_of_the_calendar_is_a_date(day: date) -> None:
    assert [one.key for one in values(f"{day.day}/{day.month}/{day.year}")] == [("date", day.isoformat())]
