"""Word, PowerPoint and Excel files as people in offices write them: what stands beside the text, and how cells show."""

from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest
import xlwt
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st
from odf.dc import Creator
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl.comments import Comment
from pptx import Presentation
from pptx.util import Inches

from qa.documents import Document, read_documents
from qa.documents.composing import compose
from qa.documents.formats.choosing import read_content
from qa.documents.formats.old_workbooks import read_old_sheets
from qa.documents.formats.protocol import UnreadableError
from qa.documents.formats.spreadsheets import MAX_COLUMNS, read_csv

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path) -> Document:
    [document] = read_documents(path)
    return document


def labelled(document: Document, words: str) -> str:
    return document.place(document.text.index(words))


def test_comments_headers_and_footers_of_a_word_file(tmp_path: Path) -> None:
    writer = docx.Document()
    writer.add_heading("Quy trình tiếp nhận", 1)
    writer.add_comment(writer.add_paragraph("Văn thư đăng ký trong ngày.").runs, "Hạn là 17 giờ.", author="Hoa")
    first, second = writer.sections[0], writer.add_section()
    first.header.paragraphs[0].text = "Số hiệu: QT-HC-07"
    first.header.add_paragraph("Quy trình tiếp nhận")
    first.footer.paragraphs[0].text = "Trang 1/3"
    second.footer.is_linked_to_previous = False
    second.footer.paragraphs[0].text = "Lần ban hành: 03"
    second.header.is_linked_to_previous = False
    second.header.paragraphs[0].text = "Số hiệu: QT-HC-07"
    writer.save(str(tmp_path / "a.docx"))
    document = read(tmp_path / "a.docx")
    assert [line for line in document.text.split("\n") if line] == [
        *("Quy trình tiếp nhận", "Văn thư đăng ký trong ngày.", "Ghi chú của Hoa: Hạn là 17 giờ."),
        *("Số hiệu: QT-HC-07", "Lần ban hành: 03"),
    ]
    assert labelled(document, "Hạn là") == "Quy trình tiếp nhận, ghi chú"
    assert labelled(document, "QT-HC-07") == "đầu trang"
    assert labelled(document, "Lần ban hành") == "chân trang"


def test_a_comment_on_what_was_deleted_is_kept(tmp_path: Path) -> None:
    writer = docx.Document()
    paragraph = writer.add_paragraph("Giữ lại câu này.")
    run = paragraph.add_run("bỏ đi")
    writer.add_comment(run, "Vì sao bỏ?", author="")
    deleted = parse_xml(f'<w:del {nsdecls("w")} w:id="9" w:author="A"/>')
    reference = next(paragraph._p.iter("{*}commentReference")).getparent()
    run._r.addprevious(deleted)
    deleted.extend([run._r, reference])
    writer.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text == "Giữ lại câu này.\nGhi chú: Vì sao bỏ?"


def test_a_header_of_two_rows_in_word_is_one(tmp_path: Path) -> None:
    writer = docx.Document()
    table = writer.add_table(rows=4, cols=3)
    rows = [["Đơn vị", "Số văn bản", ""], ["", "Đến", "Đi"], ["Phòng Tổ chức", "125", "64"], ["Cộng", "125", "64"]]
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    writer.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text.split("\n") == [
        *("| Đơn vị | Số văn bản Đến | Số văn bản Đi |", "| Phòng Tổ chức | 125 | 64 |", "| Cộng | 125 | 64 |"),
    ]


def test_slides_with_their_notes_and_tables(tmp_path: Path) -> None:
    writer = Presentation()
    first = writer.slides.add_slide(writer.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "Tổng kết năm 2023", "Sở Nội vụ"
    second = writer.slides.add_slide(writer.slide_layouts[1])
    second.shapes.title.text = "Kết quả"
    second.placeholders[1].text_frame.text = "Tuyển 45 công chức\nGiải quyết 1.250 hồ sơ"
    second.notes_slide.notes_text_frame.text = "Tỷ lệ đúng hạn là 98%."
    third = writer.slides.add_slide(writer.slide_layouts[6])
    table = third.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(6), Inches(1)).table
    for place, text in enumerate(("Đơn vị", "Số hồ sơ", "Phòng Cải cách", "310")):
        table.cell(place // 2, place % 2).text = text
    writer.slides.add_slide(writer.slide_layouts[6])
    third._element.set("show", "0")
    writer.save(str(tmp_path / "a.pptx"))
    document = read(tmp_path / "a.pptx")
    assert document.title == "Tổng kết năm 2023"
    assert [line for line in document.text.split("\n") if line] == [
        *("Tổng kết năm 2023", "Sở Nội vụ", "Kết quả", "- Tuyển 45 công chức", "- Giải quyết 1.250 hồ sơ"),
        *("Tỷ lệ đúng hạn là 98%.", "| Đơn vị | Số hồ sơ |", "| Phòng Cải cách | 310 |"),
    ]
    assert labelled(document, "1.250 hồ sơ") == "slide 2"
    assert labelled(document, "đúng hạn") == "slide 2, ghi chú"
    assert labelled(document, "310") == "slide 3 (ẩn)"
    assert document.metadata["damage"].startswith("no text on slide 4 (a picture?)")


@pytest.mark.parametrize(
    ("value", "pattern", "shown"),
    [
        (0.985, "0.0%", "98,5%"),
        (12500000, '#,##0" ₫"', "12.500.000 ₫"),
        (9800000.5, "#,##0", "9.800.001"),
        (-1200, "#,##0;(#,##0)", "(1.200)"),
        (45.5, '_-* #,##0.00\\ "kg"_-', "45,50 kg"),
        (7.25, "0.###", "7,25"),
        (23, "00000", "00023"),
        (4298, "General", "4298"),
        (date(2023, 6, 5), "dd/mm/yyyy", "05/06/2023"),
    ],
)
def test_a_cell_is_read_as_it_is_shown(tmp_path: Path, value: float | date, pattern: str, shown: str) -> None:
    writer = openpyxl.Workbook()
    cell = writer.worksheets[0].cell(1, 1, value)
    cell.number_format = pattern
    writer.worksheets[0].cell(1, 2, "chữ")
    writer.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").text.strip() == f"| {shown} | chữ |"


def test_a_workbook_with_hidden_rows_merged_cells_notes_and_formulas(tmp_path: Path) -> None:
    writer = openpyxl.Workbook()
    sheet = writer.worksheets[0]
    for cells in (["Xã", "Năm 2023", None], [None, "Nam", "Nữ"], ["An Bình", 12, 13], ["Yên Lâm", 1, 2], [None, 3, 4]):
        sheet.append(cells)
    sheet["D2"], sheet["D3"] = "Cộng", "=B3+C3"
    for merged in ("B1:D1", "A1:A2", "A4:A5"):
        sheet.merge_cells(merged)
    sheet["B3"].comment = Comment("đếm lại", "Hoa")
    sheet.row_dimensions[4].hidden = True
    hidden = writer.create_sheet("Mã")
    hidden.append(["Khóa", "XK-77"])
    hidden.sheet_state = "hidden"
    writer.save(tmp_path / "bang_2023.xlsx")
    document = read(tmp_path / "bang_2023.xlsx")
    assert document.title == "bang 2023"
    assert [line for line in document.text.split("\n") if line] == [
        *("Sheet", "| Xã | Năm 2023 Nam | Năm 2023 Nữ | Năm 2023 Cộng |", "| An Bình | 12 | 13 |  |"),
        *("| Yên Lâm | 1 | 2 |  |", "| Yên Lâm | 3 | 4 |  |", "Ghi chú của Hoa ở ô B3: đếm lại", "Mã"),
        "| Khóa | XK-77 |",
    ]
    assert [labelled(document, words) for words in ("| An", "| Yên", "| Yên Lâm | 3", "đếm lại", "XK-77")] == [
        *("Sheet!3", "Sheet!4 (ẩn)", "Sheet!5", "Sheet!3, ghi chú", "Mã!1 (ẩn)"),
    ]
    assert document.metadata["damage"].startswith("1 formulas without a value on Sheet: open it")


def test_cells_of_an_open_spreadsheet_are_read_as_they_are_shown(tmp_path: Path) -> None:
    book, sheet = OpenDocumentSpreadsheet(), Table(name="Bảng 1")
    book.spreadsheet.addElement(sheet)
    rows: list[dict[str, dict[str, str]]] = [
        {"Tên xã": {}, "Tỷ lệ": {}, "Ngày": {}, "Tiền": {}, "Đạt": {}, "Mã": {}},
        {
            "An Bình": {},
            "3,20%": {"valuetype": "percentage", "value": "0.032"},
            "05/3/2021": {"valuetype": "date", "datevalue": "2021-03-05"},
            "12.500.000 ₫": {"valuetype": "currency", "currency": "VND", "value": "12500000"},
            "ĐÚNG": {"valuetype": "boolean", "booleanvalue": "true"},
            "007": {"valuetype": "float", "value": "7"},
        },
        {"": {"numbercolumnsrepeated": "5"}, "Ẩn": {}},
        {"Hết": {}, "1,0": {"valuetype": "float", "value": "1", "numbercolumnsrepeated": "2"}},
        {"": {"numbercolumnsrepeated": "1024"}},
    ]
    more = [{}, {}, {"visibility": "collapse"}, {"numberrowsrepeated": "2"}, {"numberrowsrepeated": "1000000"}]
    for cells, own in zip(rows, more, strict=True):
        line = TableRow(**own)
        sheet.addElement(line)
        for text, value in cells.items():
            cell = TableCell(**(value or {"valuetype": "string"}))
            line.addElement(cell)
            if text:
                cell.addElement(P(text=text))
            if text == "An Bình":
                note = Annotation()
                note.addElement(Creator(text="Lan"))
                note.addElement(P(text="xem lại"))
                cell.addElement(note)
    book.save(str(tmp_path / "a.ods"))
    [document] = read_documents(tmp_path / "a.ods")
    assert document.text.strip().split("\n") == [
        "| Tên xã | Tỷ lệ | Ngày | Tiền | Đạt | Mã |",
        "| An Bình | 3,20% | 05/3/2021 | 12.500.000 ₫ | ĐÚNG | 007 |",
        "|  |  |  |  |  | Ẩn |",
        *["| Hết | 1,0 | 1,0 |  |  |  |"] * 2,
        *("", "Ghi chú của Lan ở ô A2: xem lại"),
    ]
    assert document.place(document.text.index("Ẩn")) == "Bảng 1!3 (ẩn)"
    assert document.place(document.text.rindex("Hết")) == "Bảng 1!5"
    assert document.place(document.text.index("Ghi chú")) == "Bảng 1!2, ghi chú"


@pytest.mark.parametrize("rows", [1, 900])  # so few are kept in another part of the file than many
def test_cells_of_an_old_workbook_are_read_as_they_are_shown(tmp_path: Path, rows: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Bảng lương")
    cells = [(0.0325, "0.0%"), (12_500_000, '#,##0 "₫"'), (7, "000"), (date(2021, 3, 5), "dd/mm/yyyy"), (1.5, "0.00")]
    styles = [xlwt.easyxf(num_format_str=pattern) for _, pattern in cells]
    for row in range(rows + 1):
        sheet.write(row, 0, f"Dòng {row}")
        for column, ((value, _), style) in enumerate(zip(cells, styles, strict=True), start=1):
            sheet.write(row, column, value if row else f"Cột {column}", style)
    sheet.row(rows).hidden = True
    book.save(str(tmp_path / "a.xls"))
    [document] = read_documents(tmp_path / "a.xls")
    lines = document.text.strip().split("\n")
    assert len(lines) == rows + 1
    assert lines[rows] == f"| Dòng {rows} | 3,3% | 12.500.000 ₫ | 007 | 05/03/2021 | 1,50 |"
    assert document.place(document.text.index(lines[rows])) == f"Bảng lương!{rows + 1} (ẩn)"


@given(st.binary(max_size=200), st.integers(0, 5000))
def test_what_is_damaged_in_an_old_workbook_is_not_known(noise: bytes, place: int) -> None:
    book, data = xlwt.Workbook(), BytesIO()
    book.add_sheet("A").write(0, 0, 0.5, xlwt.easyxf(num_format_str="0%"))
    book.save(data)
    whole = data.getvalue()
    try:
        found = read_old_sheets(whole[:place] + noise + whole[place + len(noise) :], {})
    except UnreadableError:
        found = {}
    assert all(isinstance(name, str) for name in found)
    assert read_old_sheets(whole, {"9": "0%"})["A"].patterns == {0: {0: "0%"}}


def test_an_old_workbook_whose_parts_never_end_is_refused() -> None:
    book, data = xlwt.Workbook(), BytesIO()
    book.add_sheet("A").write(0, 0, 0.5)
    book.save(data)
    whole = bytearray(data.getvalue())
    directory, table = (int.from_bytes(whole[at : at + 4], "little") for at in (48, 76))
    at = 512 * (table + 1) + 4 * directory
    whole[at : at + 4] = directory.to_bytes(4, "little")  # which follows itself
    with pytest.raises(UnreadableError, match="damaged"):
        read_content(bytes(whole), ".xls")


def old_workbook(*places: tuple[int, int]) -> bytes:
    book, data = xlwt.Workbook(), BytesIO()
    sheet = book.add_sheet("A")
    for row, column in places:
        sheet.write(row, column, 0.5)
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("at", [4, 8, 12])  # where the extent of a sheet says its first row, its last row, its columns
def test_an_old_workbook_costs_itself_where_it_says_that_it_reaches_beyond_all_rows(tmp_path: Path, at: int) -> None:
    whole = bytearray(old_workbook((0, 0), (9, 9)))
    place = whole.index(bytes.fromhex("00020e0000000000")) + at
    whole[place : place + 4] = b"\xff\xff\xff\x7f"
    (tmp_path / "a.xls").write_bytes(whole)
    (tmp_path / "b.xls").write_bytes(old_workbook((0, 0), (0, 1)))
    reading = read_documents(tmp_path)
    assert [document.text.strip() for document in reading] == ["| 0,5 | 0,5 |"]
    assert [one.reason.split(":")[0] for one in reading.skipped] == ["a damaged or truncated file"]


def test_an_old_workbook_whose_cells_stand_too_far_apart_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(old_workbook((0, 0), (65_535, 255)))
    (tmp_path / "b.xls").write_bytes(old_workbook((0, 0), (0, 1)))
    reading = read_documents(tmp_path)
    assert len(list(reading)) == 1
    assert [one.reason for one in reading.skipped] == [
        "its cells stand too far apart: delete what is far below or beside the table, and save it anew"
    ]


def test_a_table_keeps_the_rows_that_name_its_sections_and_a_header_that_was_not_merged() -> None:
    data = "Xã;Năm 2022;;Năm 2023;\n;Nam;Nữ;Nam;Nữ\nKhối một;;;;\nAn Bình;1;2;3;4\nNguồn: thống kê;;;;"
    assert read_csv(data.encode()).text.split("\n")[:-1] == [
        *("| Xã | Năm 2022 Nam | Năm 2022 Nữ | Năm 2023 Nam | Năm 2023 Nữ |", "| Khối một |  |  |  |  |"),
        *("| An Bình | 1 | 2 | 3 | 4 |", "Nguồn: thống kê"),
    ]


def test_a_wide_table_is_written_in_parts_that_name_their_rows() -> None:
    header = ",".join(["Tỉnh", *(f"Chỉ tiêu {n}" for n in range(60))])
    content = read_csv(f"{header}\nSông Hà,{','.join(str(1000 + n) for n in range(60))}".encode())
    lines = content.text.split("\n")
    assert max(map(len, lines)) <= 250
    [row] = [line for line in lines if "1037" in line]
    head = lines[lines.index(row) - 1]
    assert head.split(" | ").index("Chỉ tiêu 37") == row.split(" | ").index("1037")
    assert row.startswith("| Sông Hà |")


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        ('Họ tên,Điểm\nLan,8.5\n"Sùng\nA Dê",9\nBình,7', "| Lan | 8.5 |\n| Sùng A Dê | 9 |\n| Bình | 7 |"),
        ("Họ tên,Điểm\nLan,8.5\nBình,9\nHết", "| Lan | 8.5 |\n| Bình | 9 |\nHết"),
        ("Họ tên;Điểm\nLan;8,5\nBình;9,0", "| Lan | 8,5 |\n| Bình | 9,0 |"),
        ("8,5;9,5\n1,5;2,5\n7,5;6,5", "| 1,5 | 2,5 |\n| 7,5 | 6,5 |"),
        ("Họ tên\tNơi\nLan\tNam Sách, Hải Dương\nBình\tThọ Xuân, Thanh Hóa", "| Lan | Nam Sách, Hải Dương |"),
        ("Bảng điểm\nHọ tên|Điểm\nLan|9\nBình|7", "| Lan | 9 |\n| Bình | 7 |"),
    ],
)
def test_the_separator_of_a_text_table_is_the_one_that_most_rows_share(rows: str, table: str) -> None:
    assert table in read_csv(rows.encode()).text


def test_a_hit_below_the_name_of_a_sheet_has_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Kho"
    for cells in (["Mặt hàng", "Tồn"], ["Xi măng", 340], ["Thép", 96]):
        book.worksheets[0].append(cells)
    book.create_sheet("Lương").append(["Lan", 9])
    book.save(tmp_path / "a.xlsx")
    [document] = read_documents(tmp_path / "a.xlsx")
    start, end = document.text.index("Kho"), document.text.index("96 |") + 4
    assert document.place(start) == ""
    assert document.place(start, end) == "Kho!1–3"
    assert document.place(start, document.text.index("Lan")) == "Kho!1"


def test_headings_of_word_by_outline_level_and_by_the_style_below() -> None:
    writer = docx.Document()
    names = (("Mục", "Heading 1"), ("Heading", "Normal"), ("Bìa", "Heading"), ("Mục lục", "Heading 1"))
    for name, below in names:
        writer.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = writer.styles[below]
    for element, level in ((writer.styles["Mục lục"].element, "9"), (writer.add_paragraph("Phần A")._p, "0")):
        element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{level}"/>'))
    for text, style in (("Một.", "Normal"), ("Phần B", "Mục"), ("Hai.", "Bìa"), ("Ba.", "Mục lục"), ("Bốn.", "Normal")):
        writer.add_paragraph(text, style=style)
    data = BytesIO()
    writer.save(data)
    content = read_content(data.getvalue(), ".docx")
    assert [(content.text[one.start : one.end], one.label) for one in content.places] == [
        ("Phần A\nMột.\n", "Phần A"),
        ("Phần B\nHai.\nBa.\nBốn.\n", "Phần B"),
    ]


def test_an_article_of_word_is_named_before_its_clause(tmp_path: Path) -> None:
    writer = docx.Document()
    for article, clauses in (
        ("Điều 1. Giờ làm", ("1. Bếp 5 giờ.", "", "2. Lớp 6 giờ.")),
        ("Điều 2. Thưởng", ("1. Có.",)),
    ):
        writer.add_heading(article, 2)
        for clause in clauses:
            writer.add_paragraph(clause)
    writer.save(str(tmp_path / "a.docx"))
    [document] = read_documents(tmp_path / "a.docx")
    assert labelled(document, "5 giờ") == "Điều 1. Giờ làm, Khoản 1"
    assert labelled(document, "6 giờ") == "Điều 1. Giờ làm, Khoản 2"
    assert document.place(document.text.index("5 giờ"), document.text.index("6 giờ")) == "Điều 1. Giờ làm, Khoản 1–2"


TOO_WIDE = "columns after the first 16,384 were not read: split the table into narrower ones"


@pytest.mark.parametrize(("columns", "damage"), [(MAX_COLUMNS, ""), (MAX_COLUMNS + 1, TOO_WIDE), (300_000, TOO_WIDE)])
def test_columns_after_those_that_a_sheet_may_have_are_reported(columns: int, damage: str) -> None:
    content = read_csv(f"Tỉnh,{','.join(f'n{n}' for n in range(2, columns + 1))}\nSông Hà,{',' * columns}".encode())
    cells = content.text.replace(" | ", " ").split()
    assert (f"n{MAX_COLUMNS}" in cells, f"n{MAX_COLUMNS + 1}" in cells) == (True, False)
    assert content.damage == damage
    assert read_csv(f"Tỉnh,Số\nSông Hà,9{',' * columns}".encode()).damage == ""


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (("PowerPoint Document",), "an old PowerPoint file (.ppt): open it"),
        (("WordDocument", "Book"), "an old Word file (.doc): open it"),
        (("VisioDocument",), "an old Office file of a kind that is not read"),
    ],
)
def test_an_old_file_is_named_for_what_it_is(parts: tuple[str, ...], reason: str) -> None:
    data = OLE + b"\0" * 500 + b"".join(part.encode("utf-16-le") for part in parts)
    with pytest.raises(UnreadableError) as caught:
        read_content(data, ".doc")
    assert str(caught.value).startswith(reason)


def test_frames_of_a_page_saved_with_its_folder_are_left_out_with_a_reason(tmp_path: Path) -> None:
    page = "<!DOCTYPE html><html><body><p>Thuế suất là 8% trong năm 2024.</p></body></html>"
    for name in ("trang.html", "trang_files/khung.html", "khac_files/bai.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(page, encoding="utf-8")
    reading = read_documents(tmp_path)
    assert [document.id.partition("/")[2] for document in reading] == ["khac_files/bai.html", "trang.html"]
    assert [one.reason for one in reading.skipped] == ["belongs to the saved page beside its folder: nothing to do"]


def test_a_sheet_has_the_title_below_its_letterhead_and_the_day_of_its_office() -> None:
    rows = [
        *("UBND HUYỆN TÂN LẬP;;CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHÒNG TÀI CHÍNH;;Độc lập - Tự do - Hạnh phúc"),
        *("DỰ TOÁN CHI NĂM 2024;;", "Đơn vị: triệu đồng;;", "STT;Nội dung;Dự toán", "1;Chi đầu tư;3100", ";;"),
        ";;Tân Lập, ngày 20 tháng 12 năm 2023",
    ]
    composed = compose(read_csv("\n".join(rows).encode()))
    assert (composed.title, composed.published) == ("DỰ TOÁN CHI NĂM 2024", date(2023, 12, 20))
    assert composed.text.strip().split("\n") == [
        *("UBND HUYỆN TÂN LẬP", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "PHÒNG TÀI CHÍNH", "Độc lập - Tự do - Hạnh phúc"),
        *("DỰ TOÁN CHI NĂM 2024", "Đơn vị: triệu đồng", "| STT | Nội dung | Dự toán |", "| 1 | Chi đầu tư | 3100 |"),
        "Tân Lập, ngày 20 tháng 12 năm 2023",
    ]
    assert [one.label for one in composed.places][:3] == ["dòng 1", "dòng 2", "dòng 3"]


def test_a_sheet_with_no_other_line_above_its_table_is_named_by_its_office() -> None:
    composed = compose(read_csv("TRƯỜNG THPT NGUYỄN DU;\nLớp;Sĩ số\n10A1;42".encode()))
    assert (composed.title, composed.published) == ("TRƯỜNG THPT NGUYỄN DU", None)
