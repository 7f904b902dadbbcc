"""Tables of PDF files: their rows with bars between the cells, each cell still found at its place on the page."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path

import pytest
from chromium import CHROMIUM, QUIET
from fpdf import FPDF
from test_documents_formats import FONT, read
from test_page_image import marked

import qa
from qa.documents import page_image
from qa.documents.formats.ruled import Box, find_lattices, joined_rules

ABOVE, BELOW = "Bảng 1. Hộ nghèo các xã", "Số liệu do các xã báo cáo đến hết ngày 31 tháng 12 năm 2023."
ROWS = [
    ["Tên xã", "Số hộ nghèo năm 2023", "Tỷ lệ", "Ghi chú"],
    ["An Bình", "96", "3,2%", "Xã miền núi đặc biệt khó khăn của huyện Yên Lâm"],
    ["Tân Tiến", "120", "4,15%", ""],
    ["Hòa Thuận", "1.240", "0,8%", "Đạt chuẩn nông thôn mới"],
]
SHOWN = """| Tên xã | Số hộ nghèo năm 2023 | Tỷ lệ | Ghi chú |
| An Bình | 96 | 3,2% | Xã miền núi đặc biệt khó khăn của huyện Yên Lâm |
| Tân Tiến | 120 | 4,15% |  |
| Hòa Thuận | 1.240 | 0,8% | Đạt chuẩn nông thôn mới |"""


@contextmanager
def writing(path: Path, **given: str) -> Iterator[FPDF]:
    writer = FPDF(unit="pt", **given)  # type: ignore[arg-type]
    writer.add_font("DejaVu", fname=FONT)
    writer.add_font("DejaVu", style="B", fname=FONT)
    writer.set_font("DejaVu", size=10)
    writer.add_page()
    yield writer
    path.write_bytes(bytes(writer.output()))
    for name in ("dejavu", "dejavuB"):
        writer.fonts[name].ttfont.close()  # type: ignore[union-attr]


def paragraph(writer: FPDF, text: str) -> None:
    writer.multi_cell(0, 14, text, new_x="LMARGIN", new_y="NEXT")


def table(writer: FPDF, rows: Sequence[Sequence[str]], borders: str = "ALL") -> None:
    with writer.table(rows, col_widths=(70, 80, 50, 120), width=320, borders_layout=borders):
        pass


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
def test_a_table_of_lines(tmp_path: Path, orientation: str) -> None:
    with writing(tmp_path / "a.pdf", orientation=orientation) as writer:
        paragraph(writer, ABOVE)
        table(writer, ROWS)
        paragraph(writer, BELOW)
    assert read(tmp_path / "a.pdf").text == f"{ABOVE}\n{SHOWN}\n{BELOW}"


def test_a_table_of_lines_whose_sides_are_open(tmp_path: Path) -> None:
    with writing(tmp_path / "a.pdf") as writer:
        table(writer, ROWS, "INTERNAL")
    assert read(tmp_path / "a.pdf").text == SHOWN


def test_a_table_goes_on_on_the_next_page(tmp_path: Path) -> None:
    rows = [[f"Thôn {number}", str(number), "1%", "Có"] for number in range(1, 91)]
    with writing(tmp_path / "a.pdf") as writer:
        paragraph(writer, ABOVE)
        table(writer, [ROWS[0], *rows])
        paragraph(writer, BELOW)
        assert writer.page == 3
    document = read(tmp_path / "a.pdf")
    head, *lines = SHOWN.split("\n")[:1], *(f"| {' | '.join(cells)} |" for cells in rows)
    assert document.text.split("\n") == [ABOVE, *head, *lines, BELOW]
    pages = [document.place(document.text.index(f"| {name} |")) for name in ("Thôn 1", "Thôn 45", "Thôn 90")]
    assert pages == ["tr. 1", "tr. 2", "tr. 3"]


def test_cells_over_rows_and_columns(tmp_path: Path) -> None:
    with writing(tmp_path / "a.pdf") as writer, writer.table(width=320, num_heading_rows=2) as drawn:
        first = drawn.row()
        first.cell("Xã", rowspan=2)
        first.cell("Số hộ", colspan=2)
        for cells in (["2022", "2023"], ["An Bình", "96", "97"]):
            drawn.row(cells)
        tall = drawn.row()
        tall.cell("Tân Tiến", rowspan=2)
        tall.cell("120")
        tall.cell("118")
        drawn.row(["5", "6"])
    assert read(tmp_path / "a.pdf").text == (
        "| Xã | Số hộ 2022 | Số hộ 2023 |\n| An Bình | 96 | 97 |\n| Tân Tiến | 120 | 118 |\n| Tân Tiến | 5 | 6 |"
    )


@pytest.mark.parametrize(
    ("quote", "box"),
    [
        ("96", (210, 107, 223, 116)),
        (ROWS[1][3], (339, 86, 455, 136)),
        (SHOWN.split("\n")[1], (139, 86, 455, 136)),
    ],
)
def test_a_quote_from_a_table_is_marked_where_it_stands(
    tmp_path: Path, quote: str, box: tuple[int, int, int, int]
) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    with writing(folder / "a.pdf") as writer:
        paragraph(writer, ABOVE)
        table(writer, ROWS)
    [document] = qa.read_documents(folder)
    start = document.text.index(quote, document.text.index("An Bình") - 2)
    assert marked(page_image(document, start, start + len(quote))) == box  # columns at 138, 208, 288, 338 and 458


def test_boxes_that_are_no_table_are_read_as_they_stand(tmp_path: Path) -> None:
    lines = ["ỦY BAN NHÂN DÂN", "TỈNH SÔNG HÀ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    with writing(tmp_path / "a.pdf") as writer:
        writer.rect(20, 20, 550, 800)
        writer.line(20, 100, 570, 100)
        writer.line(300, 20, 300, 100)
        for number, line in enumerate(lines):
            writer.text(40 + 270 * (number // 2), 50 + 20 * (number % 2), line)
        writer.text(40, 140, BELOW)
    assert read(tmp_path / "a.pdf").text.split("\n") == [*lines, BELOW]


def columns(path: Path, rows: Sequence[str], places: Sequence[float]) -> str:
    """Return what is read of a page with these lines, parts of which begin where columns do."""
    with writing(path) as writer:
        for number, line in enumerate(rows):
            for place, part in zip(places, line.split("|"), strict=False):
                writer.text(place, 60 + 16 * number, part.strip())
    return read(path).text


ALIGNED = [
    *("Tên xã | Số hộ | Đường", "An Bình | 96 | 3,2 km", "Xã Tân Tiến của | 1.240 | 15 km"),
    *("huyện Yên Lâm | |", "Hòa Thuận | 7 | 0,8 km"),
]


def test_a_table_whose_columns_only_gaps_part(tmp_path: Path) -> None:
    lines = [ABOVE, *ALIGNED, BELOW]
    assert columns(tmp_path / "a.pdf", lines, (60, 180, 260)) == (
        f"{ABOVE}\n| Tên xã | Số hộ | Đường |\n| An Bình | 96 | 3,2 km |\n"
        f"| Xã Tân Tiến của huyện Yên Lâm | 1.240 | 15 km |\n| Hòa Thuận | 7 | 0,8 km |\n{BELOW}"
    )


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (["ỦY BAN NHÂN DÂN|CỘNG HÒA XÃ HỘI CHỦ NGHĨA", "TỈNH SÔNG HÀ|Độc lập - Tự do", "Số: 12|Ngày 5"], (60, 300)),
        (["Nơi nhận:|KT. CHỦ TỊCH", "- Như trên;|PHÓ CHỦ TỊCH", "- Lưu: VT, 12.|Trần Văn An"], (60, 300)),
        (["MỤC LỤC", "Chương 1. Mở đầu|3", "Chương 2. Kết quả|15", "Chương 3. Kết luận|90"], (60, 400)),
        (
            [
                "Nội dung các cuộc họp",
                "Chương 1 ............................ 3",
                "Chương 2 ............................ 15",
            ],
            (60,),
        ),
        (["1.|Hộ nghèo", "2.|Hộ cận nghèo", "3.|Hộ khác"], (60, 90)),
        (
            [
                "Hộ sản xuất lúa được|Hộ nuôi cá tra được",
                "hỗ trợ theo mức 2023|hỗ trợ 7.500.000",
                "của tỉnh 12|của huyện 15",
            ],
            (60, 300),
        ),
        ([one.replace("3,2 km", "3,2").replace("0,8 km", "").replace("96", "Ba") for one in ALIGNED], (60, 180, 260)),
    ],
)
def test_what_stands_side_by_side_and_is_no_table(
    tmp_path: Path, lines: Sequence[str], places: Sequence[float]
) -> None:
    assert "| " not in columns(tmp_path / "a.pdf", lines, places)


LEFT = [
    *("Vụ đông xuân năm 2023, cả huyện gieo sạ", "được 4.250 ha lúa, năng suất bình quân đạt"),
    *("68,5 tạ mỗi ha. Các xã ven sông được mùa", "nhờ nước về sớm. Riêng xã An Bình mất 12"),
    *("ha vì mặn. Huyện đã cấp giống cho 96 hộ ở", "đây để kịp gieo lại trước ngày 15 tháng 3."),
]
RIGHT = [
    *("Đàn lợn của huyện còn 18.300 con, giảm 7%", "so với cùng kỳ vì dịch. Bốn xã đã hết dịch"),
    *("từ tháng 2. Huyện khuyên người nuôi chỉ tái", "đàn khi chuồng trại được kiểm tra, và mua"),
    *("giống ở nơi có giấy kiểm dịch. Giá lợn hơi", "tuần qua là 54.000 đồng mỗi kg."),
]


def across(path: Path, *columns: Sequence[str], size: int = 10, width: int = 260) -> None:
    """Write columns below a title, a line of all at a time."""
    with writing(path) as writer:
        writer.text(60, 60, ABOVE)
        writer.set_font_size(size)
        for number, line in enumerate(zip_longest(*columns, fillvalue="")):
            for column, part in enumerate(line):
                writer.text(60 + width * column, 100 + 16 * number, part)
        writer.text(60, 300, BELOW)


def test_two_columns_that_a_file_goes_across_are_read_one_after_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    across(folder / "a.pdf", LEFT, RIGHT)
    [document] = qa.read_documents(folder)
    parts = [part for part in document.text.split("\n") if part]
    assert parts == [ABOVE, " ".join(LEFT), " ".join(RIGHT), BELOW]
    quote = "đây để kịp gieo lại trước ngày 15 tháng 3."
    start = document.text.index(quote)
    left, top, right, bottom = marked(page_image(document, start, start + len(quote)))
    assert 56 < left < 64
    assert right < 318
    assert 168 < top < bottom < 190


MIDDLE = [
    *("Huyện đã nạo vét 42 km kênh cấp ba, và", "đắp 9 km bờ bao trước mùa lũ. Việc này do"),
    *("các tổ thủy nông làm, mỗi tổ từ 8 đến 12", "người, được trả công theo mét kênh. Ba xã"),
    *("cuối nguồn vẫn thiếu nước tưới vào tháng", "hai, nên phải đặt thêm 14 máy bơm dầu."),
]


@pytest.mark.parametrize("columns", [(LEFT, MIDDLE, RIGHT), (RIGHT, LEFT, MIDDLE), (LEFT, MIDDLE, [*RIGHT, *MIDDLE])])
def test_three_columns_are_read_one_after_the_other(tmp_path: Path, columns: Sequence[Sequence[str]]) -> None:
    across(tmp_path / "a.pdf", *columns, size=7, width=170)
    [document] = qa.read_documents(tmp_path / "a.pdf")
    assert [part for part in document.text.split("\n") if part] == [ABOVE, *map(" ".join, columns), BELOW]


def test_a_line_over_two_of_three_columns_parts_them(tmp_path: Path) -> None:
    with writing(tmp_path / "a.pdf") as writer:
        writer.set_font_size(7)
        for top in (100, 260):
            writer.text(60, top - 32, "Ba xã cuối nguồn của huyện vẫn chờ nước tưới, vụ hè thu chưa biết ra sao.")
            for number, line in enumerate(zip(LEFT, MIDDLE, RIGHT, strict=True)):
                for column, part in enumerate(line):
                    writer.text(60 + 170 * column, top + 16 * number, part)
    [document] = qa.read_documents(tmp_path / "a.pdf")
    parts = [part for part in document.text.split("\n") if part]
    assert [part.split()[0] for part in parts] == [*("Ba", "Vụ", "Huyện", "Đàn"), *("Ba", "Vụ", "Huyện", "Đàn")]


@pytest.mark.parametrize("words", [2, 4])
def test_short_cells_beside_one_another_are_no_columns(tmp_path: Path, words: int) -> None:
    left, right = (
        [" ".join(line.split()[: words + 4 * (number == 0)]) for number, line in enumerate(side)]
        for side in (LEFT, RIGHT)
    )
    across(tmp_path / "a.pdf", left, right)
    lines = read(tmp_path / "a.pdf").text
    assert lines.index(right[1].split()[0]) < lines.index(left[2].split()[0])


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
def test_a_table_that_a_browser_printed(tmp_path: Path) -> None:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in ROWS)
    style = "<style>table{border-collapse:collapse;width:320px}td{border:1px solid}</style>"
    page = f"<!DOCTYPE html><meta charset=utf-8>{style}<p>{ABOVE}</p><table>{rows}</table><p>{BELOW}</p>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    printed = [f"--print-to-pdf={tmp_path / 'a.pdf'}", "--no-pdf-header-footer", str(tmp_path / "a.html")]
    subprocess.run([str(CHROMIUM), *QUIET, *printed], check=True, capture_output=True, timeout=120)
    assert read(tmp_path / "a.pdf").text == f"{ABOVE}\n{SHOWN}\n{BELOW}"


def grid(columns: Sequence[float], rows: Sequence[float]) -> list[Box]:
    level = [Box(columns[0], row, columns[-1], row) for row in rows]
    return [*level, *(Box(column, rows[0], column, rows[-1]) for column in columns)]


def test_lines_in_pieces_and_in_tables() -> None:
    lines = [piece for x, y in ((0, 0), (50, 0), (0, 20), (50, 20)) for piece in grid((x, x + 50), (y, y + 20))]
    [lattice] = find_lattices(joined_rules([*lines, *grid((5, 15, 25), (5, 10, 15))]))
    assert lattice.cells == [[0, 1], [2, 3]]
    assert [lattice.cell_at(*point) for point in ((10, 30), (90, 5), (101, 5))] == [0, 3, None]
    assert find_lattices(joined_rules(grid((0, 50), (0, 20, 40)))) == []
    crooked = [line for line in lines if line not in (Box(50, 0, 50, 20), Box(0, 20, 50, 20))]
    assert find_lattices(joined_rules(crooked)) == []
