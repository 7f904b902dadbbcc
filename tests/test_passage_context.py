"""What a passage is searched and read with: its table's header, its list's lead-in, its article; and places."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import WordEmbedder

import qa
from qa.documents import Document, Place, legal_places
from qa.passages import Passage, search_text, split
from qa.passages.context import outline

HEADER = "| Tên xã | Dân số (người) |"
ROWS = [f"| Xã An Hòa Bình Thịnh {n} | {n}.210 |" for n in range(10, 40)]
TABLE = "\n".join(["# Dân số huyện Thanh Lâm", "", HEADER, "|---|---:|", *ROWS])

LAW = """QUYẾT ĐỊNH
Ban hành Quy định

Chương II
ĐẤU NỐI

Điều 7. Hồ sơ
Hồ sơ gồm đơn đề nghị theo quy định tại
Điều 8 của Quy định này.

Điều 8. Miễn trừ đấu nối
1. Hộ ở nơi chưa có hệ thống được miễn trừ.
2. Hộ nghèo được miễn trừ trong 24 tháng.

Điều 9. Xử lý vi phạm
Phạt tiền từ 3.000.000 đồng đối với một trong các hành vi sau đây:
""" + "\n".join(
    f"{letter}) Tháo dỡ nắp hố ga, song chắn rác, cửa thu nước khi chưa được phép;" for letter in "abcdeghik"
)


def passages(text: str, title: str = "") -> list[Passage]:
    return split(Document("d", text, title))


def test_the_rows_of_a_table_have_its_caption_and_header() -> None:
    first, *others = passages(TABLE)
    assert first.context == ""
    assert {one.context for one in others} == {"Dân số huyện Thanh Lâm | Tên xã | Dân số (người)"}
    assert [line for one in [first, *others] for line in one.text.split("\n") if "Xã" in line] == ROWS
    assert {one.context for one in passages(TABLE, "Dân số huyện Thanh Lâm")[1:]} == {"Tên xã | Dân số (người)"}


@pytest.mark.parametrize("separator", ["\t", ";", "   "])
def test_tables_without_bars(separator: str) -> None:
    rows = [["Tên xã", "Số hộ", "Diện tích"], *([f"Xã An Hòa Bình Thịnh {n}", f"{n}", "12,4"] for n in range(10, 40))]
    found = passages("Số hộ các xã\n" + "\n".join(separator.join(row) for row in rows))
    assert {one.context for one in found[1:]} == {"Số hộ các xã | Tên xã | Số hộ | Diện tích"}


def test_items_have_the_line_that_leads_in() -> None:
    items = [f"- Phòng số {n} của Ủy ban nhân dân huyện" for n in range(30)]
    found = passages("\n".join(["Đơn vị được khen năm 2023:", *items, "", "Đơn vị bị nhắc nhở:", *items]))
    ours = [one for one in found if one.text.startswith("- ")]
    leads = ["Đơn vị được khen năm 2023:", "Đơn vị bị nhắc nhở:"]
    assert len(ours) > 2
    assert list(dict.fromkeys(one.context for one in ours)) == leads


def test_items_below_an_item_have_its_line_too() -> None:
    lines = ["Hồ sơ gồm:", "- Giấy tờ tùy thân:", "  - Căn cước", "  - Hộ chiếu", "- Đơn xin học"]
    found = outline("\n".join(lines))
    starts = ["\n".join(lines).index(line) for line in lines]
    assert [found.context(start) for start in starts] == [
        *("", "Hồ sơ gồm:", "Hồ sơ gồm: | - Giấy tờ tùy thân:", "Hồ sơ gồm: | - Giấy tờ tùy thân:", "Hồ sơ gồm:"),
    ]


def test_lines_of_a_form_have_its_head_and_first_line() -> None:
    lines = [f"Nơi công tác {n}: Phòng Nội vụ huyện Thanh Lâm tỉnh Sông Hà" for n in range(20)]
    found = passages("\n".join(["PHIẾU CÁN BỘ", "", "Họ và tên: TRẦN QUỐC VIỆT", *lines]))
    assert {one.context for one in found[1:]} == {"PHIẾU CÁN BỘ | Họ và tên: TRẦN QUỐC VIỆT"}


def test_a_passage_holds_one_article_and_knows_its_chapter() -> None:
    found = passages(LAW)
    assert [(one.text.split("\n")[0], one.context) for one in found[:4]] == [
        ("QUYẾT ĐỊNH", ""),
        ("Chương II", ""),
        ("Điều 8. Miễn trừ đấu nối", "Chương II | ĐẤU NỐI"),
        ("Điều 9. Xử lý vi phạm", "Chương II | ĐẤU NỐI"),
    ]
    lead = "Phạt tiền từ 3.000.000 đồng đối với một trong các hành vi sau đây:"
    assert {one.context for one in found[4:]} == {f"Chương II | ĐẤU NỐI | Điều 9. Xử lý vi phạm | {lead}"}
    assert len(found) == 6


def test_headings_of_markdown() -> None:
    text = "# Sổ tay\n\n## Phần lương\n\n" + "\n\n".join(
        f"{'Lương tăng theo bậc của ngạch. ' * 8}{n}" for n in range(4)
    )
    assert passages(text)[-1].context == "Sổ tay | Phần lương"


def test_the_search_text() -> None:
    assert search_text("Tên", "Chữ.") == "Tên.\nChữ."
    assert search_text("Tên", "Chữ.", "Đầu bảng") == "Tên. Đầu bảng.\nChữ."
    assert search_text("", "Chữ.") == "Chữ."


def test_places_of_a_law() -> None:
    law = Document("d", LAW, places=legal_places(LAW))
    assert law.place(LAW.index("Hộ nghèo")) == "Điều 8, Khoản 2"
    assert law.place(LAW.index("Điều 8 của")) == "Điều 7"
    assert law.place(LAW.index("c) Tháo")) == "Điều 9"
    assert law.place(0) == ""
    assert law.place(LAW.index("1. Hộ")) == "Điều 8, Khoản 1"
    assert law.place(LAW.index("1. Hộ"), LAW.index("Hộ nghèo") + 2) == "Điều 8, Khoản 1–2"
    assert law.place(LAW.index("Điều 8 của"), LAW.index("c) Tháo") + 2) == "Điều 7–9"
    assert legal_places("Điều 1. Chỉ một điều") == ()


@pytest.mark.parametrize(
    "head", ["[08:{}, 14/05/2024] Thầy Hải:", "14/05/2024, 08:{} - Thầy Hải:", "14/5/24, 8:{} SA - Hải:"]
)
def test_a_message_is_read_with_the_one_before_it(head: str) -> None:
    lines = [f"{head.format(minute)} họp lúc {minute} giờ tại phòng hai không ba" for minute in range(10, 40)]
    found = passages("\n".join(lines))
    assert len(found) > 2
    assert found[0].context == ""
    for one in found[1:]:
        assert one.context == lines[lines.index(one.text.split("\n")[0]) - 1]


def test_context_and_places_are_stored(tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    document = Document("d", TABLE, places=(Place(0, 5, "tr. 1"), Place(5, 9, "tr. 2")), language="vi")
    index.upsert([document])
    assert index.document("d") == document
    with index.reading() as snapshot:
        keys = snapshot.allowed({"document": "d"})
        assert keys is not None
        assert snapshot.passages(keys) == split(document)


@given(
    st.lists(st.sampled_from([*LAW.split("\n"), *TABLE.split("\n")[:6], "a: b", "- x", "1. y:", "| |", "\t", "", "#"]))
)
def test_a_context_is_of_lines_above_and_spans_stay_in_order(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = passages(text)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join(one.text for one in found).split() == "".join(text[one.start : one.end] for one in found).split()
    assert sum(len("".join(one.text.split())) for one in found) == len("".join(text.split()))
