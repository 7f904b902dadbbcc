"""Tables as a reader reads them: whose header is whose, rows spelled out, the cell that a question means."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.reading import Window
from qa.reading.deciding import AT_ITS_ADDRESS
from qa.reading.readers import RuleReader
from qa.reading.rules.cells import cells_at, head_of, is_of_another_cell, measured_by
from qa.reading.rules.tables import rows_of, sentence_of, spelled_out
from qa.reading.words import words_of

HEADER = "Tên chợ | Số hộ năm 2020 (hộ) | Số hộ năm 2021 (hộ) | Diện tích (m²)"
ROWS = "| Chợ Vồi | 120 | 131 | 2.400 |\n| Chợ Vồi Mới | 45 | 52 | 900 |\n| Chợ Dầu | 77 | 77 | 1.150 |"
WHOLE = f"# Các chợ của huyện\n\n| {HEADER} |\n|---|--:|--:|--:|\n{ROWS}"


def cell(question: str, text: str = ROWS, context: str = HEADER) -> list[str]:
    asked = words_of(question).all - words_of("có của là bao nhiêu").all
    return [
        text[start:end] for start, end in cells_at(asked, frozenset(), text, context, words_of("Chợ của huyện").all)
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Số hộ của chợ Dầu năm 2021 là bao nhiêu?", ["77"]),
        ("so ho cua cho voi nam 2021", ["131"]),
        ("Số hộ của chợ Vồi Mới năm 2020 là bao nhiêu?", ["45"]),
        ("Diện tích chợ Vồi là bao nhiêu?", ["2.400"]),
        ("Chợ Dầu có bao nhiêu hộ?", []),  # two years have it
        ("Diện tích chợ Giầu là bao nhiêu?", []),
        ("Diện tích là bao nhiêu?", []),
        ("Diện tích bãi xe chợ Dầu là bao nhiêu?", []),
    ],
)
def test_the_cell_of_the_named_row_and_column(question: str, expected: list[str]) -> None:
    assert cell(question) == expected
    assert cell(question, WHOLE, "") == expected


def test_a_column_that_only_counts_names_no_row_and_answers_nothing() -> None:
    head = "| STT | Dịch vụ | Giá | Thời gian |\n|---|---|---|---|"
    text = f"{head}\n| 1 | Chụp phổi | 120 | 2 ngày |\n| 4 | Thử máu | 95 | 2 giờ |"
    asked = words_of("Thử máu thời gian").all
    (place,) = cells_at(asked, frozenset(), text, "", frozenset())
    assert text[slice(*place)] == "2 giờ"
    assert is_of_another_cell(asked, text, "", text.index("4 |"))
    assert not is_of_another_cell(words_of("STT của Thử máu").all, text, "", text.index("4 |"))
    assert not is_of_another_cell(asked, text, "", text.index("2 giờ"))


LEAGUE = (
    "| Hạng | Đội | Thắng | Thua | Điểm |\n|---|---|---|---|---|\n"
    "| 1 | Biển Xanh | 8 | 1 | 27 |\n| 8 | Lúa Vàng | 2 | 8 | 8 |"
)
LESSONS = (
    "| Lớp | Tiết | Thứ Tư | Thứ Năm |\n|---|---|---|---|\n"
    "| 7A | 2 | Văn | Nhạc |\n| 7B | 1 | Toán | Vẽ |\n| 7B | 2 | Văn | Địa lí |"
)


@pytest.mark.parametrize(
    ("text", "words", "focus", "expected"),
    [
        (LEAGUE, "đội thua 8 trận", "đội", []),  # no column is of "trận"
        (LEAGUE, "đội thua 8", "đội", ["Lúa Vàng"]),
        (LEAGUE, "đội thắng 8", "đội", ["Biển Xanh"]),
        (LEAGUE, "đội 27 điểm", "đội", ["Biển Xanh"]),
        (LEAGUE, "đội hạng 8", "đội", ["Lúa Vàng"]),
        (LEAGUE.replace("Hạng", "Trận"), "đội thua 8 trận", "đội", ["Lúa Vàng"]),
        (LESSONS, "thứ năm lớp 7b tiết 2", "", ["Địa lí"]),
        (LESSONS, "thứ năm lớp 7b", "", []),
        (LESSONS, "thứ sáu lớp 7b tiết 2", "", []),
    ],
)
def test_a_row_is_named_by_any_of_its_cells_beside_their_headers(
    text: str, words: str, focus: str, expected: list[str]
) -> None:
    places = cells_at(words_of(words).all, words_of(focus).all, text, "", frozenset())
    assert [text[slice(*place)] for place in places] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Đội Lúa Vàng thắng mấy trận?", "2"),
        ("Đội nào thua 8?", "Lúa Vàng"),
        ("Đội nào có 27 điểm?", "Biển Xanh"),
        ("Ai thua 8 trận?", None),
    ],
)
def test_the_cell_that_answers_is_of_the_asked_kind(question: str, expected: str | None, tmp_path: Path) -> None:
    file = tmp_path / "giai.md"
    file.write_text(f"# Giải làng\n\n{LEAGUE}\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index")
    index.upsert(qa.read_documents([file]))
    reply = qa.ask(question, qa.Searcher(index), reader=RuleReader())
    assert (reply.text if reply.confidence == AT_ITS_ADDRESS else None) == expected


def test_what_is_now_is_asked_for_unless_the_question_says_otherwise() -> None:
    text = "| Loại | Giá bán (đồng) | Giá tháng trước |\n|---|---|---|\n| Thép phi 10 | 118.000 | 121.000 |"
    now, before = text.index("118"), text.index("121")
    for question in ("thép phi 10 giá", "giá bán thép phi 10 tháng 6"):
        assert is_of_another_cell(words_of(question).all, text, "", before)
        assert not is_of_another_cell(words_of(question).all, text, "", now)
    assert not is_of_another_cell(words_of("giá thép phi 10 tháng trước").all, text, "", before)


def test_what_is_no_table_has_no_cells() -> None:
    assert cell("Diện tích chợ Vồi là bao nhiêu?", "Chợ Vồi có diện tích 2.400 m².", HEADER) == []
    assert cell("Diện tích chợ Vồi là bao nhiêu?", ROWS, "") == []


def test_cells_are_none_where_empty_or_of_two_tables() -> None:
    empty = "| Tên | Toán | Văn |\n|---|---|---|\n| Lan |   | 7 |"
    assert cell("Toán của Lan", empty, "") == []
    assert cell("Văn của Lan", empty, "") == ["7"]
    two = f"{empty}\n\n| Tên | Văn | Toán |\n|---|---|---|\n| Lan | 5 | 10 |"
    assert cell("Văn của Lan", two, "") == []


def test_a_table_is_reported_from_another_by_what_stands_above_it() -> None:
    one, other = "Xã | Tháng 6 | Tháng 7\nKim Ngân | 9 | 38", "Xã | Tháng 6 | Tháng 7\nKim Ngân | 1 | 2"
    text = f"Số ca mắc\n\n{one}\n\nSố ca khỏi\n\n{other}"
    assert cell("Số ca mắc xã Kim Ngân tháng 7", text, "") == ["38"]
    assert cell("Số ca khỏi xã Kim Ngân tháng 7", text, "") == ["2"]
    assert cell("Số ca nặng xã Kim Ngân tháng 7", text, "") == []


def test_a_row_is_named_by_more_than_one_cell() -> None:
    text = "| Lớp | Tiết | Thứ Hai | Thứ Ba |\n| 7A | 1 | Toán | Văn |\n| 7A | 2 | Sinh | Nhạc |\n| 7B | 2 | Tin | Sử |"
    assert cell("Lớp 7A tiết 2 thứ Ba", text, "") == ["Nhạc"]
    assert cell("Lớp 7A thứ Ba", text, "") == []
    assert cell("Ngày thứ Hai lớp 7B", text, "") == ["Tin"]


STAFF = """| STT | Họ tên | Phòng | Lương 2023 | Lương 2024 |
| 1 | Lê Thị Lan | Kế toán | 12.000.000 | 13.500.000 |
| 2 | Hồ Văn Tú | Kỹ thuật | 15.000.000 | 15.800.000 |"""
RULED = STAFF.replace("|\n| 1", "|\n|---|---|---|---|---|\n| 1")


@pytest.mark.parametrize("text", [STAFF, RULED, f"Bảng lương\n\n{STAFF}\n\nHết."])
def test_rows_are_read_with_the_header_of_each_cell(text: str) -> None:
    out = spelled_out(text, "")
    assert (
        "Họ tên Lê Thị Lan: Phòng Kế toán, Lương 2023 12.000.000, Lương 2024 13.500.000.\n"
        "Họ tên Hồ Văn Tú: Phòng Kỹ thuật, Lương 2023 15.000.000, Lương 2024 15.800.000."
    ) in out.text
    assert "|" not in out.text
    assert out.text.startswith("Bảng lương\n\nHọ tên Lê") == text.startswith("Bảng")


def test_rows_below_a_header_that_only_the_context_has() -> None:
    rows = "| 3 | Vũ Minh | Kho | 9.000.000 | |"
    context = "Bảng lương | STT | Họ tên | Phòng | Lương 2023 | Lương 2024"
    assert spelled_out(rows, context).text == "Họ tên Vũ Minh: Phòng Kho, Lương 2023 9.000.000.\n"
    assert spelled_out(rows, "Bảng lương").text == rows
    assert head_of(rows, context, rows.index("Kho")) == "Phòng"
    assert head_of(rows, "", rows.index("Kho")) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Không có bảng nào.",
        "| An | Ba |\n| Tư | Năm |",  # which row heads which cannot be seen
        f"{RULED}\n|---|---|---|---|---|\n| 3 | Vũ | Kho | 1 | 2 |",
        "a | b",
        "",
    ],
)
def test_what_has_no_certain_header_stays(text: str) -> None:
    out = spelled_out(text, "")
    assert (out.text, out.origin.tolist()) == (text, list(range(len(text))))
    assert rows_of(text, "") == ()


@given(st.text(alphabet="ab1 |\n-:", max_size=60), st.sampled_from(["", "A | B", "A | B | C"]))
def test_every_character_that_is_not_added_stands_where_it_stood(text: str, context: str) -> None:
    out = spelled_out(text, context)
    kept = [(shown, place) for shown, place in zip(out.text, out.origin, strict=True) if place >= 0]
    assert all(text[place] == shown for shown, place in kept)
    assert [place for _, place in kept] == sorted({place for _, place in kept})
    for row in rows_of(text, context):
        assert len(row.cells) == len(row.header)
        assert all(0 <= start <= end <= len(text) for start, end in row.cells)


def test_what_was_read_is_placed_in_the_text_as_it_stands() -> None:
    out = spelled_out(STAFF, "")
    words = [
        (at, at + len(word)) for word in ("Họ", "Phòng", "Kế", "toán", "13.500.000") for at in [out.text.index(word)]
    ]
    numbers = np.arange(5, dtype=np.float32)
    window = out.window_as_it_stands(Window(np.array(words), numbers, -numbers, 2.0))
    assert [STAFF[start:end] for start, end in window.offsets] == ["Kế", "toán", "13.500.000"]
    assert (window.starts.tolist(), window.ends.tolist(), window.relevance) == ([2, 3, 4], [-2, -3, -4], 2.0)
    nothing = out.window_as_it_stands(Window(np.array(words[:1]), numbers[:1], numbers[:1]))
    assert nothing.offsets.shape == (0, 2)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("lương 2024 của Lê Thị Lan", "13.500.000", "12.000.000"),  # of another year
        ("lương 2024 của Lê Thị Lan", "13.500.000", "15.800.000"),  # of another row
        ("thu nhập năm 2024 của Lê Thị Lan", "13.500.000", "12.000.000"),  # however the column is called
        ("ai ở phòng kế toán", "Lê Thị Lan", "Hồ Văn Tú"),
        ("ai là Hồ Văn Tú ở phòng kế toán", "STT", "Lê Thị Lan"),  # whom no row has
        ("ai là Hồ Văn Tú ở phòng kế toán", "STT", "Hồ Văn Tú |"),
        ("ai có lương 15.800.000", "Hồ Văn Tú", "Lê Thị Lan"),
    ],
)
def test_another_row_or_a_like_column_is_none(question: str, right: str, wrong: str) -> None:
    asked = words_of(question).all
    assert not is_of_another_cell(asked, STAFF, "", STAFF.index(right))
    assert is_of_another_cell(asked, STAFF, "", STAFF.index(wrong))


def test_no_row_is_another_where_none_or_several_are_named() -> None:
    for question in ("lương bao nhiêu", "lương của Lê Thị Lan và Hồ Văn Tú"):
        asked = words_of(question).all
        assert not any(is_of_another_cell(asked, STAFF, "", STAFF.index(name)) for name in ("Lê Thị Lan", "Hồ Văn Tú"))
    assert not is_of_another_cell({"lan"}, "Lan không ở bảng nào.", "", 3)


def test_a_sentence_in_a_row_says_what_its_headers_do() -> None:
    start = STAFF.index("| 2")
    assert sentence_of(STAFF, "", (start, len(STAFF))).startswith("Họ tên Hồ Văn Tú: Phòng Kỹ thuật")
    assert sentence_of("Lan vắng.", "", (0, 9)) == "Lan vắng."


REPAIRS = """| Dịch vụ | Xe số | Thời gian làm |
|---|---|---|
| Thay lốp trước | 310.000 | 30 phút |
| Thay nhớt | 95.000 | 15 phút |"""


def test_the_header_that_measures_what_is_asked_names_its_column() -> None:
    assert measured_by("duration", REPAIRS, "") == {"thoi", "gian", "lam"}
    assert measured_by("money", REPAIRS, "") == frozenset()
    assert measured_by("", REPAIRS, "") == frozenset()
    two = REPAIRS.replace("Xe số", "Thời gian chờ")
    assert measured_by("duration", two, "") == frozenset()


def test_a_measure_is_found_by_its_row_alone(tmp_path: Path) -> None:
    file = tmp_path / "tiem.md"
    file.write_text(f"# Bảng giá tiệm xe\n\n{REPAIRS}\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index")
    index.upsert(qa.read_documents([file]))
    reply = qa.ask("thay nhớt mất bao lâu", qa.Searcher(index), reader=RuleReader())
    assert (reply.text, reply.confidence) == ("15 phút", AT_ITS_ADDRESS)


def test_a_row_with_fewer_words_of_the_question_than_another_is_another() -> None:
    asked = words_of("thay lốp sau xe tay ga").all
    assert is_of_another_cell(asked, REPAIRS, "", REPAIRS.index("95.000"))
    assert not is_of_another_cell(asked, REPAIRS, "", REPAIRS.index("310.000"))
    assert not is_of_another_cell(words_of("sửa xe").all, REPAIRS, "", REPAIRS.index("95.000"))


FARES = """| Chuyến | Giá vé người lớn | Giá vé trẻ em |
|---|---|---|
| Chuyến sáng | 240.000 | 170.000 |"""
LESSONS = """| Tiết | Thứ Ba | Thứ Năm |
|---|---|---|
| 1 | Ngữ văn | Tin học |
| 2 | Hóa học | Toán |"""
RANKS = """| Họ tên | Nội dung | Giải |
|---|---|---|
| Lê Tám | Chạy 3 km nữ | Nhất |
| Võ Sáu | Chạy 3 km nữ | Nhì |"""


@pytest.mark.parametrize(
    ("table", "question", "expected"),
    [
        (FARES, "giá vé trẻ em chuyến sáng bao nhiêu", "170.000"),
        (FARES, "giá vé người già chuyến sáng bao nhiêu", None),
        (RANKS, "Ai đạt giải nhất chạy 3 km nữ?", "Lê Tám"),
        (RANKS, "Ai đạt giải nhì chạy 3 km nữ?", "Võ Sáu"),
        (LESSONS, "tiết 2 thứ Năm học môn gì", "Toán"),
        (RANKS, "Ai đạt giải ba chạy 3 km nữ?", None),
    ],
)
def test_the_row_and_the_column_of_an_answer(table: str, question: str, expected: str | None, tmp_path: Path) -> None:
    file = tmp_path / "bang.md"
    file.write_text(f"# Bảng\n\n{table}\n", encoding="utf-8")
    index = qa.Index.create(tmp_path / "index")
    index.upsert(qa.read_documents([file]))
    assert qa.ask(question, qa.Searcher(index)).text == expected


@pytest.mark.parametrize(
    ("question", "cell", "expected"),
    [
        ("Số lượt khách quý 2 của đảo Én", "310", True),  # that is a sum of money
        ("Số lượt khách quý 2 của đảo Én", "42", True),
        ("Số lượt khách quý 1 của đảo Én", "42", False),
        ("Doanh thu quý 2 của đảo Én", "310", False),
        ("Doanh thu quý 2 của đảo Én", "250", True),
        ("Doanh thu của đảo Én", "310", False),
    ],
)
def test_a_column_of_another_measure_or_number(question: str, cell: str, expected: bool) -> None:  # noqa: FBT001
    text = "Đảo | Doanh thu quý 1 | Doanh thu quý 2 | Số lượt khách quý 1\nÉn | 250 | 310 | 42\nYến | 180 | 175 | 39"
    assert is_of_another_cell(words_of(question).all, text, "", text.index(cell)) is expected
