"""Broken lines and page headers: sentences become whole, and lists, verses, tables and headings stay lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents.mending.lines import mend_lines

WRAPPED = """Hộ sản xuất nông nghiệp có diện tích lúa bị thiệt hại từ
70% trở lên do bão số 3 gây ra trên địa bàn huyện Yên Lâm
được hỗ trợ 2.000.000
đồng cho mỗi héc-ta lúa thuần. Hồ sơ đề nghị hỗ trợ nộp tại
Ủy ban nhân dân xã. Người chịu trách nhiệm tổng hợp là ông Phạm
Quang Hiếu, Trưởng phòng Nông nghiệp và Phát triển nông
thôn huyện."""


def test_a_wrapped_paragraph_is_one_line() -> None:
    assert mend_lines(f"Hướng dẫn\n\n{WRAPPED}\n\nHết.") == f"Hướng dẫn\n\n{' '.join(WRAPPED.split())}\n\nHết."


@pytest.mark.parametrize(
    "paragraph",
    [
        # Lines broken at any place, also behind a space, before figures and amid names.
        "Bệnh nhân được phân loại trong vòng \n10 phút. Người nhà đóng tạm ứng \n1.500.000 \nđồng tại quầy số 4, "
        "trừ trẻ em dưới \n6 tuổi được miễn tạm ứng. Trưởng tua là bác sĩ Nghiêm \nThị Tuyết, phó khoa Hồi sức.",
        "Quỹ chi 786.400.000\nđồng để gia cố đê. Đến hết năm, quỹ còn dư\n418.600.000 đồng\n"
        "gửi tại Kho bạc huyện. Kế toán quỹ là bà Đinh Thị\nLụa.",
        "Người trao cúp là Phó Giám đốc\nSở Văn hóa Nguyễn Huy\nTưởng Anh. Đội á quân nhận cờ từ\nông Vi Văn Pao.",
        "Trạm bờ đặt ở thôn Bãi. Người trực là ông Khúc\nVăn Thám, ở cạnh bến.",
        "Nhà thờ Phú Đa xây xong năm 1934. Nhà thờ do kiến trúc sư\nGiuse Bảo Long thiết kế.",
        "Bão đi với tốc độ 20 km mỗi giờ và suy yếu sau\n9 giờ. Mưa lớn kéo dài 2 ngày.",
        "Công ty tạm ngừng cấp nước tuyến ống D400 từ\n22 giờ ngày 10.",
        "Đội mời ngoại binh đến từ TP.\nHải Vân. Đội đá ở sân số\n2. Vé bán từ sáng.",
        "Bệnh viện Phổi tổ chức\ntiêm vắc\nxin phòng lao cho trẻ sơ sinh cân nặng trên hai ký.",
    ],
)
def test_a_paragraph_is_one_line_wherever_its_lines_break(paragraph: str) -> None:
    assert mend_lines(f"Quy trình\n\n{paragraph}\n") == f"Quy trình\n\n{' '.join(paragraph.split())}\n"


@pytest.mark.parametrize(
    "between",
    [
        "",
        "CÔNG BÁO/Số 88 + 89/Ngày 20-02-2024                                    17",
        "Trang 2/5",
        "- Trang 3 -",
        "17",
        "- 17 -",
        "\f",
        "\n\nTrang 2 / 5\n\nCÔNG BÁO/Số 1/Ngày 20-02-2024   18\n",
    ],
)
def test_a_sentence_goes_on_across_the_edge_of_a_page(between: str) -> None:
    text = f"2. Người nộp chậm quá 30 ngày bị tạm ngừng\n\n{between}\n\nquyền sử dụng điểm kinh doanh trong 15 ngày."
    joined = "2. Người nộp chậm quá 30 ngày bị tạm ngừng quyền sử dụng điểm kinh doanh trong 15 ngày."
    assert mend_lines(text) == joined


def test_a_header_on_each_page_goes_where_it_parts_a_sentence() -> None:
    heads = ["Chi bộ họp mỗi tháng", "Đảng viên đóng phí theo", "Cấp ủy kiểm tra việc đó"]
    tails = ["một lần vào ngày đầu.", "mức đã được quy định.", "hai lần trong mỗi năm."]
    pages = [
        f"{head}\n\nSổ tay công tác {n}\n\n{tail}" for n, (head, tail) in enumerate(zip(heads, tails, strict=True))
    ]
    expected = [f"{head} {tail}" for head, tail in zip(heads, tails, strict=True)]
    assert mend_lines("\n\n".join(pages)) == "\n\n".join(expected)


@pytest.mark.parametrize(
    "header",
    [
        "Nội quy thư viện - Trường Đại học Nha Phu                         3",
        "12        Nội quy thư viện",
        "Thỏa ước lao động tập thể 2024 | Trang 9",
        "Báo cáo đánh giá tác động – Trang 15/96",
        "Sổ tay sinh viên 2023-2024\nTrường Đại học Nha Phu\n45",
        "NỘI QUY THƯ VIỆN",
        "Nội quy thư viện - Trường Đại học Nha Phu                         Trang 3",
        "TRANG 3/8        NỘI QUY THƯ VIỆN",
        "Trang 3 | Nội quy thư viện",
        "Nội quy thư viện\tTrang 3",
        "- 12 -\n\nTRƯỜNG ĐẠI HỌC NHA PHU | NỘI QUY THƯ VIỆN 2023",
        "TRƯỜNG ĐẠI HỌC NHA PHU\n\n12",
    ],
)
def test_a_header_with_the_number_of_its_page_or_the_title_goes_where_it_parts_a_sentence(header: str) -> None:
    before, after = "Nội quy thư viện\n\nNgười trả sách muộn nộp phí theo ngày, mức", "phí là 2.000 đồng mỗi ngày."
    assert mend_lines(f"{before}\n\n{header}\n\n{after}") == f"{before} {after}"
    whole = f"{before} là 2.000 đồng.\n\n{header}\n\nMất sách phải đền."
    assert mend_lines(whole) == whole


@pytest.mark.parametrize(
    "between",
    [
        "\f\nQUY CHẾ KÝ TÚC XÁ    12",
        "QUY CHẾ KÝ TÚC XÁ    12\n\f",
        "\f\n12 | Quy chế ký túc xá",
        "Trường Cao đẳng Tre Việt - Trang 4/9\n\f",
        "- 12 -\n\f\nTrường Cao đẳng Tre Việt | Quy chế ký túc xá",
        "Quy chế ký túc xá      Trang 4",
    ],
)
def test_a_running_title_right_beside_the_text_goes_where_it_parts_a_sentence(between: str) -> None:
    before, after = "Sinh viên về muộn phải báo trước với ban", "quản lý ký túc xá và ghi tên vào sổ trực."
    assert mend_lines(f"Quy chế\n\n{before}\n{between}\n{after}") == f"Quy chế\n\n{before} {after}"


def test_a_running_title_between_whole_sentences_stays() -> None:
    whole = (
        "Quy chế\n\nVề muộn phải báo trước với ban quản lý.\nQUY CHẾ KÝ TÚC XÁ    12\nSau 23 giờ ký túc xá đóng cửa."
    )
    assert mend_lines(whole) == whole


@pytest.mark.parametrize(
    "lost",
    [
        "Đoàn khảo sát đã làm việc với xã và\nBáo Sài Gòn - Trang 3\ncho biết ông đã nghỉ.",
        "Số hộ được hỗ trợ gạo ở các\nThôn Đá Bạc    12\nxã Đá Bạc nhiều nhất.",
        "Số hộ tham gia mô hình của các\n12\nTHÔN ĐÁ BẠC\nxã Đá Bạc nhiều nhất.",
        "Mỗi tổ có số người tham gia từ\n\f\nHội đồng nhân dân 10 - 12\nngười trở lên.",
    ],
)
def test_text_that_looks_like_a_running_title_stays(lost: str) -> None:
    assert mend_lines(lost).split() == lost.split()


def test_what_a_mail_quotes_is_put_together_below_its_mark() -> None:
    quoted = "> Quỹ còn dư 418 triệu đồng gửi tại\n> Kho bạc huyện. Kế toán quỹ là bà\n> Đinh Thị Lụa.\n>\n> Chào anh."
    joined = "> Quỹ còn dư 418 triệu đồng gửi tại Kho bạc huyện. Kế toán quỹ là bà Đinh Thị Lụa.\n>\n> Chào anh."
    assert mend_lines(f"Vâng ạ.\n\n{quoted}") == f"Vâng ạ.\n\n{joined}"


def test_a_sentence_goes_on_with_a_capital_across_the_edge_of_a_page() -> None:
    before, after = "Điều 2. Phòng thẩm định. Giấy phép do Chi cục trưởng", "Chi cục Thủy sản ký."
    assert mend_lines(f"{before}\n\n- 29 -\n\n{after}") == f"{before} {after}"
    whole = "Điều 2. Giấy phép của Chi cục trưởng\n\n- 29 -\n\nChi cục Thủy sản ký."
    assert mend_lines(whole) == whole


def test_rows_at_the_edges_of_pages_are_no_headers() -> None:
    rows = [f"{number} Nguyễn Văn {'ABCD'[number % 4]} {number + 5}.000 {number}" for number in range(1, 25)]
    pages = ["\n".join([*rows[at : at + 4], f"Trang {at // 4 + 1}/6"]) for at in range(0, 24, 4)]
    assert mend_lines("\n\f\n".join(pages)).split("\n") == rows


def test_a_table_goes_on_across_pages_without_its_header_said_again() -> None:
    head, one, other = "| Tên | Số |", "| An | 1 |", "| Ba | 2 |"
    assert mend_lines(f"{head}\n{one}\n\nTrang 1\n\f\n{head}\n{other}") == f"{head}\n{one}\n{other}"
    assert mend_lines(f"{head}\n{one}\n\f\n{other}\n{one}") == f"{head}\n{one}\n{other}\n{one}"
    for whole in (f"{head}\n{one}\n\n{head}\n{other}", f"{head}\n{one}\n{head}\n{other}"):
        assert mend_lines(whole) == whole


@pytest.mark.parametrize("between", ["\n\n", "\n\f\n", "\n"])
def test_a_broken_line_that_stands_often_is_no_header(between: str) -> None:
    line = "Ủy ban nhân dân tỉnh quy định tại văn bản"
    paragraphs = [
        f"Mỗi {who} được hỗ trợ theo mức do\n{line}\nnày và các văn bản khác có liên quan đến\nđối tượng đó."
        for who in ("hộ nghèo", "trẻ em", "người già", "cán bộ")
    ]
    mended = mend_lines(between.join(paragraphs))
    assert " ".join(mended.split()).count(line) == len(paragraphs)


@given(st.lists(st.sampled_from(["một lần vào ngày đầu của", "Ủy ban nhân dân tỉnh có", "hết năm.", "", "\f"])))
def test_only_what_stands_apart_is_taken_for_a_header(lines: list[str]) -> None:
    text = "\n".join(lines)
    small = sum(line.startswith("một") for line in lines)
    assert mend_lines(text).count("một lần vào ngày đầu của") == small


@pytest.mark.parametrize(
    "text",
    [
        "Trèo lên cây bưởi hái hoa\nBước xuống vườn cà hái nụ tầm xuân",
        "em đi chùa Hương một sáng mùa xuân\n"
        "hoa cỏ mờ hơi sương trên lối nhỏ\ncùng thầy me em dậy sớm\nem vấn đầu soi gương",
        "Thành phần dự họp gồm:\n- Phòng Giáo dục và Đào tạo huyện\n- Trạm Khuyến nông",
        "Phạt tiền đối với một trong các hành vi sau đây:\na) tự ý đấu nối vào hệ thống thoát nước;\nb) xả nước mưa",
        "Họ và tên: Trần Quốc Việt\nchức vụ: Phó Chánh Văn phòng\nemail: viet@example.vn",
        "Tên xã\tdân số năm 2021 của xã\nan bình\t4.210 người ở trong xã",
        "| Tên xã | dân số |\n|---|---|\n| xã An Bình của huyện | 4.210 |",
        "cam\nquýt\nmít",
        "QUYẾT ĐỊNH CỦA ỦY BAN NHÂN DÂN\nvề việc đào ao trữ nước",
        "Điều 8. Miễn trừ đấu nối vào hệ thống\nhộ nghèo được miễn",
        "```\nfor one in many of the lines\nprint the line that was found\n```",
        "Năm 2023 xã có 96 hộ.\n\n17\n\nSố hộ nghèo là 3 hộ.",
        "Chào cả nhà. Mai họp lúc 18h\nAi bận thì báo em. Em ghi lại\nCảm ơn cả nhà",
        "8 giờ khai mạc hội nghị ở nhà văn hóa thôn Bãi\n9 giờ bí thư chi bộ đọc báo cáo năm cũ.",
        "Mời đại biểu và khách dự lễ khai mạc hội nghị\n08:30 Báo cáo của bí thư chi bộ thôn.",
        "Chủ tọa là ông Trần Văn Nam\nThư ký là bà Lê Thị Hoa\nKiểm sát viên là ông Vi Pao",
        "Nguyễn Văn An\n548\nPhạm Thị Dung",
        "    def mend(text):\n        return the text as it was before",
    ],
)
def test_what_is_no_broken_sentence_stays(text: str) -> None:
    assert mend_lines(text) == text


LINES = st.sampled_from(
    [
        "Câu này bị ngắt giữa",
        "chừng vì hết dòng.",
        "17",
        "Trang 2/5",
        "",
        "\f",
        "- mục",
        "a) điểm",
        "QUYẾT ĐỊNH",
        "70% trở",
    ]
)


@given(st.lists(LINES, max_size=20))
def test_mending_twice_is_mending_once(lines: list[str]) -> None:
    text = mend_lines("\n".join(lines))
    assert mend_lines(text) == text


def test_the_number_of_the_first_page_is_no_text() -> None:
    first, second = "Tóm tắt luận văn\n- 1 -\nMỞ ĐẦU", f"KẾT LUẬN\n\n{WRAPPED}"
    assert mend_lines(f"{first}\n\f\n{second}") == f"Tóm tắt luận văn\nMỞ ĐẦU\nKẾT LUẬN\n\n{' '.join(WRAPPED.split())}"
    assert mend_lines(first) == first
