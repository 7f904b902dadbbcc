"""Where sentences end in Vietnamese text, and where they do not."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import sentences

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
ugly_text = st.one_of(
    st.text(alphabet='aâđHTĐIXv1250 \u00a0\n.…!?,:;-–“”"()[]\u0301\u200b', max_size=60),
    st.lists(
        st.sampled_from(
            [
                "TP.",
                "Cần",
                "thơ",
                "“",
                "”",
                "…",
                "...",
                ".",
                "!",
                "?",
                " ",
                "\n",
                "v.v.",
                "N.Q",
                "1.",
                "Điều",
                "quý I",
                "ngày\n",
                "đồng ",
                "Văn A.",
                "a) ",
                "Mục: ",
                "|",
                "5% ",
            ]
        ),
        max_size=25,
    ).map("".join),
    st.text(max_size=60),
)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bồi dưỡng cán bộ tại TP. Cần Thơ và TP.Hồ Chí Minh.",
        "Phát biểu tại buổi gặp mặt (Ảnh: H.Hào).",
        "Cả nước có 5.248.607 đảng viên, tăng 5.2 phần trăm.",
        "PGS.TS. Nguyễn Văn A, GS. Trần B, Th.S Lê C, ThS. Lan và TS. Hoa dự.",
        "Tổng thống John F. Kennedy và bà J. K. Rowling.",
        "Hộ sản xuất có diện tích bị thiệt hại từ\n70% trở lên được hỗ trợ 2.000.000\nđồng cho mỗi héc-ta.",
        "Người chịu trách nhiệm là ông Phạm\nQuang Hiếu, Trưởng phòng Nông nghiệp và Phát triển nông\nthôn.",
        "Hồ sơ nộp tại Ủy ban nhân dân xã nơi có diện tích bị thiệt\r\nhại, chậm nhất vào\r\nngày 30 tháng 10.",
        "Hồ sơ đề nghị\nhỗ trợ nộp tại Ủy ban nhân dân xã.",
        "Diện tích đất trồng lúa của cả huyện bị ngập là\n1.250 héc-ta.",
        "Ông ở P. 5, Q. 3, xem Tr. 12 và tr. 15.",
        "Trồng cam, quýt, bưởi, v.v. ở các tỉnh.",
        "Tin, ảnh: N.Q. Bình",
        "Ngày 10.12.2022 họp.",
        "1. Chủ động tham mưu.",
        "IV. Tổ chức thực hiện",
        "a. Nội dung",
        "Điều 5. Phạm vi điều chỉnh",
        "Gồm: 1. Xây dựng; 2. Phát triển.",
        "Nổi bật là: (1) Chủ động tham mưu; (2) Tham mưu triển khai; (3) Hoàn thành.",
        "“Sao thế?” anh hỏi.",
        "“Anh ơi!” – chị gọi.",
        "Chị nói: “Tôi … Vâng, tôi nhớ... Không quên.”",
        "Xem www.abc.vn/tin.Html?x=1&y=2 để biết.",
        "Hà Nội, Huế... đều dự.",
        "Tác giả viết [...] Đảng ta.",
    ],
)
def test_one_sentence(sentence: str) -> None:
    assert split(sentence) == [sentence]
    decomposed = unicodedata.normalize("NFD", sentence)
    assert split(decomposed) == [decomposed]


@pytest.mark.parametrize(
    "parts",
    [
        ["Hội nghị khai mạc.", "Đồng chí A phát biểu."],
        ["Ngày 10-12-2022.", "Đoàn viếng Đền thờ."],
        ["Năm 2022.", "5 nhiệm vụ chính."],
        ["Kết quả tốt ở địa phương III.", "Quý II sẽ khác."],
        ["Đó là quý I.", "Sang quý II."],
        ["Bí thư là ông Nguyễn Văn A.", "Phó Bí thư là bà Trần Thị B.", "Tất cả đều mới."],
        ["Người thứ hai là ông Trần B.", "Ông sinh ở Huế."],
        ["Tôi đồng ý.", "Anh cũng thế."],
        ["Vâng ạ.", "Em đi đây."],
        ["Theo Nghị quyết số 18-NQ/TW.", "Ban tổ chức họp."],
        ["Anh hỏi: “Vì sao?”", "Không ai đáp."],
        ["Ông nói: “Phải làm ngay.”", "Mọi người nghe."],
        ["“Không đổi mới thì sẽ chậm.", "Đồng thời, phải phối hợp”, ông nói."],
        ["Ảnh đẹp (Ảnh: H.Hào).", "Tin khác."],
        ["Sức lan tỏa lớn…", "Trong năm, có nhiều việc."],
        ["Thật sao?!", "Đúng vậy!", "Tốt."],
        ["(1) Triển khai toàn diện.", "(2) Tham mưu."],
        ["Anh về.", "“Tôi mệt”, anh nói."],
        ["Việc thứ nhất.", "- Việc thứ hai."],
        ["Trồng cam, quýt, bưởi, v.v.", "Các tỉnh phía Nam cũng vậy."],
    ],
)
def test_several_sentences(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts
    assert split("\n".join(parts)) == parts
    assert split("  " + " \u00a0".join(parts) + " \n") == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("nhiệm vụ trọng tâm.Trọng tâm là", ["nhiệm vụ trọng tâm.", "Trọng tâm là"]),
        ("Xong năm 2022.Theo đó", ["Xong năm 2022.", "Theo đó"]),
        ("Làm ngay.”Theo ông", ["Làm ngay.”", "Theo ông"]),
        ("một cách.Ở đây", ["một cách.", "Ở đây"]),
        ("Tiêu đề\nNội dung\r\n\r\nHết\u2028Thật", ["Tiêu đề", "Nội dung", "Hết", "Thật"]),
        ("Danh sách gồm\n- trạm xá\n- nhà văn hóa", ["Danh sách gồm", "- trạm xá", "- nhà văn hóa"]),
        ("Đơn vị nhận cờ thi đua của năm gồm\na) trạm xá", ["Đơn vị nhận cờ thi đua của năm gồm", "a) trạm xá"]),
        ("Họ và tên: Trần Việt\nquê quán: xã Phong Điền", ["Họ và tên: Trần Việt", "quê quán: xã Phong Điền"]),
        ("| Xã | dân số năm 2021 |\n| an bình | 4 |", ["| Xã | dân số năm 2021 |", "| an bình | 4 |"]),
        ("QUY CHẾ QUẢN LÝ CHỢ CỦA HUYỆN NAM HẢI\nđã sửa đổi", ["QUY CHẾ QUẢN LÝ CHỢ CỦA HUYỆN NAM HẢI", "đã sửa đổi"]),
        ("Mức phí do ban quản lý chợ quyết\n\nđịnh", ["Mức phí do ban quản lý chợ quyết", "định"]),
        ("Mức phí do ban quản lý chợ quyết\n \nđịnh", ["Mức phí do ban quản lý chợ quyết", "định"]),
        ("Tin mới\nxem thêm", ["Tin mới", "xem thêm"]),
        (
            "Kết quả tốt ở mọi nơi trong huyện\nBí thư phát biểu",
            ["Kết quả tốt ở mọi nơi trong huyện", "Bí thư phát biểu"],
        ),
        ("", []),
        (" \n \t", []),
        ("... \n !", ["...", "!"]),
    ],
)
def test_missing_spaces_and_new_lines(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_the_seeds_are_split_at_a_full_stop_without_a_space() -> None:
    found = [sentence for path in SEEDS for sentence in split(path.read_text(encoding="utf-8"))]
    assert any(sentence.startswith("Trọng tâm là tiếp tục thực hiện") for sentence in found)
    assert "Quang cảnh buổi gặp mặt cán bộ hưu trí Ban Tổ chức Trung ương phía Nam (Ảnh: H.Hào)." in found
    assert "Toàn Đảng có 51.900 tổ chức cơ sở đảng." in found


@given(ugly_text)
def test_spans_are_trimmed_disjoint_and_cover_everything_but_white_space(text: str) -> None:
    spans = sentences(text)
    end_before = 0
    for start, end in spans:
        assert text[end_before:start].strip() == ""
        assert text[start:end] == text[start:end].strip() != ""
        end_before = end
    assert text[end_before:].strip() == ""


@given(ugly_text)
def test_a_sentence_by_itself_is_one_sentence(text: str) -> None:
    for sentence in split(text):
        assert split(sentence) == [sentence]
