"""Sentences that say the opposite of a question, or are of another part of the day."""

from __future__ import annotations

import pytest

from qa.reading.opposites import is_at_another_part_of_the_day, says_the_opposite


@pytest.mark.parametrize(
    ("question", "clause", "expected"),
    [
        ("Bán tàu cho người trong tỉnh thì trả bao nhiêu?", "Bán tàu ra ngoài tỉnh phải trả 50%", True),
        ("Bán tàu ra ngoài tỉnh thì trả bao nhiêu?", "Bán tàu ra ngoài tỉnh phải trả 50%", False),
        ("Bán tàu trong tỉnh thì trả bao nhiêu?", "Bán tàu trong và ngoài tỉnh phải trả 50%", True),
        ("Bán tàu trong tỉnh thì trả bao nhiêu?", "Bán tàu trong tỉnh hay ngoài tỉnh phải trả 50%", False),
        ("Trước khi ký phải nộp gì?", "Sau khi ký, hai bên nộp bản sao", True),
        ("Sau năm 2000 có gì mới?", "Trước năm 1990 làng có chợ", False),
        ("Thay lốp sau hết bao nhiêu?", "| Thay lốp trước | 310.000 |", True),
        ("Thay lốp sau hết bao nhiêu?", "Thay lốp trước hay lốp sau đều 310.000 đồng", False),
        ("Quyết định hết hiệu lực ngày nào?", "Quyết định này có hiệu lực từ ngày 1/4", True),
        ("Quyết định có hiệu lực ngày nào?", "Quyết định này có hiệu lực từ ngày 1/4", False),
        ("Vé trẻ em bao nhiêu?", "Vé người lớn 50.000 đồng", True),
        ("Vé người già bao nhiêu?", "Vé người lớn 50.000 đồng", True),
        ("Tổng chi là bao nhiêu?", "Tổng thu đạt 9 tỷ đồng", True),
        ("Miền Bắc có mấy xưởng?", "Miền Nam có 3 xưởng", True),
        ("Ai họp sáng 13/1?", "Chiều 13-1, đảng ủy họp", True),
        ("Ai họp sáng 13/1?", "Sáng 13-1 đảng ủy họp, chiều 13-1 nghỉ", False),
        ("Khi nào xây xong?", "Sáng nay xây được một nửa", False),
        ("Bệnh nhân nội trú trả bao nhiêu?", "người bệnh ngoại trú trả 20%", True),
    ],
)
def test_the_opposite_beside_the_same_word(question: str, clause: str, expected: bool) -> None:  # noqa: FBT001
    assert says_the_opposite(question, clause) is expected


@pytest.mark.parametrize(
    ("question", "text", "clock", "expected"),
    [
        ("Quán bán buổi tối đến mấy giờ?", "Quán bán từ 10h30 đến 14h.", "14h", True),
        (
            "Quán bán buổi tối đến mấy giờ?",
            "Quán bán từ 10h30 đến 14h.",
            "10h30",
            True,
        ),  # the text counts beyond twelve
        ("Quán bán buổi trưa đến mấy giờ?", "Quán bán từ 10h30 đến 14h.", "14h", False),
        ("Quán bán buổi tối đến mấy giờ?", "Quán bán đến 9 giờ.", "9 giờ", False),  # of either half
        ("Xe tối chạy mấy giờ?", "Xe chạy lúc 5h45 sáng.", "5h45", True),
        ("Tàu đêm chạy mấy giờ?", "Tàu chạy lúc 1h sáng.", "1h", False),
        ("Tàu đêm chạy mấy giờ?", "Tàu đêm chạy lúc 17h30.", "17h30", False),  # the text itself calls it so
        ("Chiều dài đường chạy lúc mấy giờ đo?", "Đo lúc 23h.", "23h", False),
        ("Quán bán đến mấy giờ?", "Quán bán đến 14h.", "14h", False),
    ],
)
def test_another_part_of_the_day(question: str, text: str, clock: str, expected: bool) -> None:  # noqa: FBT001
    place = (text.index(clock), text.index(clock) + len(clock))
    assert is_at_another_part_of_the_day(question, text, place, text) is expected
