"""Tables of plain text: rows parted by tabs or gaps get bars, and what is no certain table stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents.mending.tables import mend_tables


@pytest.mark.parametrize("gap", ["\t", "\t\t", "     "])
def test_rows_with_values_below_a_header_get_bars(gap: str) -> None:
    rows = [("Tên xã", "Số hộ", "Tỷ lệ"), ("Kim Ngân", "1.420", "5,8%"), ("Lệ Sơn", "987", "-")]
    text = "\n".join(gap.join(row) for row in rows)
    barred = "| Tên xã | Số hộ | Tỷ lệ |\n| Kim Ngân | 1.420 | 5,8% |\n| Lệ Sơn | 987 | - |"
    assert mend_tables(f"Số hộ năm 2023\n\n{text}\n\nHết.") == f"Số hộ năm 2023\n\n{barred}\n\nHết."


def test_two_columns_are_a_table_where_one_has_values() -> None:
    text = "Dịch vụ        Giá\nKhám thường    39.800 đồng\nSiêu âm         65.600 đồng"
    assert mend_tables(text) == "| Dịch vụ | Giá |\n| Khám thường | 39.800 đồng |\n| Siêu âm | 65.600 đồng |"


def test_tabs_part_three_columns_of_names_and_an_empty_cell() -> None:
    text = "Khoa\tThứ Hai\tThứ Ba\nNội\tLê Trí\tNgô Sim\nNhi\t\tVi Pao"
    assert mend_tables(text) == "| Khoa | Thứ Hai | Thứ Ba |\n| Nội | Lê Trí | Ngô Sim |\n| Nhi |  | Vi Pao |"


@pytest.mark.parametrize(
    "text",
    [
        "ỦY BAN NHÂN DÂN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH SÔNG HÀ     Độc lập - Tự do - Hạnh phúc\n"
        "Số: 27/2023/QĐ-UBND      Sông Hà, ngày 08 tháng 11 năm 2023",
        "Tên tàu: Thuận Buồm      Số đăng ký: 91234\nChủ tàu: Như Mai         Nơi ở: Nhơn Hải\nNăm: 2016     Nơi: Quan",
        "Chương I      3\nChương II     9\nChương III    14",
        "Biển số        : 36C-245.18\nTrọng tải      : 8 tấn\nSố chỗ         : 3",
        "Tên xã\tSố hộ\nKim Ngân\t1.420",
        "```\nname\tsize\tkind\none\t1\ta\ntwo\t2\tb\n```",
        "| Tên xã | Số hộ |\n| Kim Ngân | 1.420 |\n| Lệ Sơn | 987 |",
    ],
)
def test_what_is_no_certain_table_stays(text: str) -> None:
    assert mend_tables(text) == text


@given(st.lists(st.lists(st.sampled_from(["Tên", "số 1", "12,5", "", "|"]), max_size=4).map("\t".join), max_size=8))
def test_no_line_and_no_word_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    mended = mend_tables(text)
    assert mended.count("\n") == text.count("\n")
    assert mended.replace("|", " ").split() == text.replace("|", " ").split()
