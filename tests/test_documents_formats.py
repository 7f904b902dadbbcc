"""Each format of file, written by a real writer of it: its text, title, day and places, or why it is skipped."""

import csv
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import matplotlib
import openpyxl
import pypdfium2
import pytest
import xlwt
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from fpdf import FPDF
from odf.opendocument import OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import H, List, ListItem, P

from qa.documents import SUFFIXES, Document, Place, read_documents
from qa.documents.formats.choosing import read_content
from qa.documents.formats.pdf import load_recogniser
from qa.documents.formats.protocol import UnreadableError
from qa.documents.places import by_words

FONT = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
FIRST = (
    "Hộ sản xuất nông nghiệp có diện tích lúa bị thiệt hại từ 70% trở lên do bão số 3 gây ra trên địa bàn huyện "
    "Yên Lâm được hỗ trợ 2.000.000 đồng cho mỗi héc-ta lúa thuần."
)
SECOND = "Hồ sơ đề nghị hỗ trợ nộp tại Ủy ban nhân dân xã, chậm nhất vào ngày 30 tháng 10 năm 2024."
BROKEN = ("Người chịu trách nhiệm tổng hợp các hồ sơ của", "các xã trong huyện là ông Phạm Quang Hiếu.")
TABLE = [["Tên xã", "Dân số", "Ngày đếm"], ["Xã An Bình", 4298, date(2022, 3, 1)], ["Xã Tân Tiến", 13.25, ""]]
ROWS = "| Tên xã | Dân số | Ngày đếm |\n| Xã An Bình | 4298 | 01/03/2022 |\n| Xã Tân Tiến | 13,25 |  |"


def read(path: Path) -> Document:
    reading = read_documents(path)
    [document] = list(reading)
    assert reading.skipped == []
    return document


def labelled(document: Document, words: str) -> str:
    return document.place(document.text.index(words))


def pdf(*pages: list[str], password: str = "") -> bytes:
    writer = FPDF()
    writer.add_font("DejaVu", fname=FONT)
    writer.set_font("DejaVu", size=12)
    if password:
        writer.set_encryption(owner_password=password, user_password=password)
    for number, page in enumerate(pages, start=1):
        writer.add_page()
        for paragraph in page:
            writer.multi_cell(0, 6, paragraph, new_x="LMARGIN", new_y="NEXT")
        if page:
            writer.cell(0, 6, f"Trang {number}/{len(pages)}")
    data = bytes(writer.output())
    writer.fonts["dejavu"].ttfont.close()  # type: ignore[union-attr]
    return data


def word(path: Path) -> None:
    writer = docx.Document()
    writer.add_paragraph("Hướng dẫn hỗ trợ", style="Title")
    writer.add_heading("Phần I. Đối tượng", 1)
    writer.add_paragraph(FIRST)
    writer.add_paragraph("Đơn vị được khen:")
    writer.add_paragraph("Phòng Nội vụ", style="List Bullet")
    writer.add_heading("Phần II. Hồ sơ", 1)
    writer.add_paragraph(SECOND)
    table = writer.add_table(rows=0, cols=2)
    for cells in (["Tên xã", "Số hộ"], ["Xã An Bình", "96"]):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    writer.save(str(path))


def workbook(path: Path) -> None:
    writer = openpyxl.Workbook()
    sheet = writer.active
    assert sheet is not None
    sheet.title = "Dân số"
    for cells in [["Dân số các xã"], [], *TABLE]:
        sheet.append(cells)
    writer.save(path)


def test_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(["Hướng dẫn", FIRST, BROKEN[0]], [BROKEN[1], SECOND]))
    document = read(path)
    assert FIRST in document.text
    assert " ".join(BROKEN) in document.text
    assert "Trang 1/2" not in document.text
    assert labelled(document, "Hộ sản xuất") == "tr. 1"
    assert labelled(document, SECOND) == "tr. 2"
    assert labelled(document, BROKEN[1]) == "tr. 2"


def test_a_page_of_a_pdf_without_text_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([FIRST], [], [SECOND]))
    assert read(path).metadata["damage"].startswith("no text on page 2 (a scan?)")


def test_word(tmp_path: Path) -> None:
    word(tmp_path / "a.docx")
    document = read(tmp_path / "a.docx")
    assert document.title == "Hướng dẫn hỗ trợ"
    assert document.text.split("\n") == [
        *("Hướng dẫn hỗ trợ", "Phần I. Đối tượng", FIRST, "Đơn vị được khen:", "- Phòng Nội vụ"),
        *("Phần II. Hồ sơ", SECOND, "| Tên xã | Số hộ |", "| Xã An Bình | 96 |"),
    ]
    assert labelled(document, FIRST) == "Phần I. Đối tượng"
    assert labelled(document, "| Xã An Bình") == "Phần II. Hồ sơ"


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
COMPATIBLE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
BOXED = "<w:txbxContent><w:p><w:r><w:t>Trong khung</w:t></w:r></w:p></w:txbxContent>"
BOX = f"""<w:r {WORD} {COMPATIBLE}><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing>{BOXED}</w:drawing></mc:Choice>
<mc:Fallback><w:pict>{BOXED}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"""


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (f"<w:ins {WORD}>{run('thêm')}</w:ins>", "Một thêm hai"),
        (f"<w:del {WORD}><w:r><w:delText>bỏ</w:delText></w:r></w:del>", "Một  hai"),
        (f"<w:moveFrom {WORD}>{run('dời')}</w:moveFrom>", "Một  hai"),
        (f"<w:sdt {WORD}><w:sdtContent><w:ins>{run('chọn')}</w:ins></w:sdtContent></w:sdt>", "Một chọn hai"),
        (f"<w:fldSimple {WORD}>{run('12')}</w:fldSimple>", "Một 12 hai"),
        (f"<m:oMath {MATH}><m:r><m:t>a=b</m:t></m:r></m:oMath>", "Một a=b hai"),
        (BOX, "Một  hai\nTrong khung"),
    ],
)
def test_no_text_of_a_word_file_is_lost(tmp_path: Path, inside: str, shown: str) -> None:
    writer = docx.Document()
    cell = writer.add_table(rows=1, cols=1).cell(0, 0)
    for paragraph in (writer.add_paragraph("Một "), cell.paragraphs[0], cell.add_table(1, 1).cell(0, 0).paragraphs[0]):
        paragraph.text = "Một "
        paragraph._p.append(parse_xml(inside))
        paragraph.add_run(" hai")
    block = parse_xml(f"<w:sdt {WORD}><w:sdtContent><w:p>{run('Cả đoạn')}</w:p></w:sdtContent></w:sdt>")
    writer.element.body.insert(0, block)
    writer.save(str(tmp_path / "a.docx"))
    lines = read(tmp_path / "a.docx").text
    assert lines.startswith("Cả đoạn\n")
    assert [" ".join(lines.split()).count(" ".join(one.split())) for one in shown.split("\n")] == [3] * len(
        shown.split("\n")
    )


@pytest.mark.parametrize("where", ["run", "style", "default"])
@pytest.mark.parametrize(
    ("font", "stored", "meant"),
    [
        (".VnTime", "Sè hé", "Số hộ"),
        (".VnTimeH", "Sè hé", "SỐ HỘ"),
        ("VNI-Times", "Soá hoä", "Số hộ"),
        ("Times New Roman", "Số hộ", "Số hộ"),
        (".VnTime", "Số hộ là", "Số hộ là"),
    ],
)
def test_the_font_of_a_word_file_tells_the_encoding(
    tmp_path: Path, where: str, font: str, stored: str, meant: str
) -> None:
    writer = docx.Document()
    run_ = writer.add_paragraph().add_run(stored)
    styles = writer.styles
    (run_.font if where == "run" else styles["Normal"].font).name = font
    if where == "default":
        fonts = styles.element.find("{*}docDefaults/{*}rPrDefault/{*}rPr/{*}rFonts")
        fonts.attrib.clear()
        fonts.set(qn("w:ascii"), font)
        styles["Normal"].element.rPr.clear()
    writer.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text == meant


AGENCY, MOTTO = "ỦY BAN NHÂN DÂN\nTỈNH SÔNG HÀ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
NUMBER, DAY = "Số: 27/2023/QĐ-UBND", "Sông Hà, ngày 08 tháng 11 năm 2023"
SIGNED = ("Nơi nhận:\n- Như Điều 3;\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTrần Văn An")


def decision_in_word(path: Path, head: list[tuple[str, str]], body: list[str]) -> None:
    writer = docx.Document()
    for rows in (head, body, [SIGNED]):
        table = writer.add_table(rows=0, cols=2) if isinstance(rows[0], tuple) else None
        for line in rows:
            for cell, text in zip(table.add_row().cells, line, strict=True) if table else ():
                cell.text = text
            if not table:
                writer.add_paragraph(str(line))
    writer.save(str(path))


def decision_in_open_document(path: Path, head: list[tuple[str, str]], body: list[str]) -> None:
    writer = OpenDocumentText()
    for rows in (head, body, [SIGNED]):
        for element in [cells_of(rows)] if isinstance(rows[0], tuple) else [P(text=line) for line in rows]:
            writer.text.addElement(element)
    writer.save(str(path))


@pytest.mark.parametrize("write", [decision_in_word, decision_in_open_document])
@pytest.mark.parametrize("head", [[(AGENCY, MOTTO), (NUMBER, DAY)], [(f"{AGENCY}\n{NUMBER}", f"{MOTTO}\n{DAY}")]])
def test_the_letterhead_of_a_decision(
    tmp_path: Path, write: Callable[[Path, list[tuple[str, str]], list[str]], None], head: list[tuple[str, str]]
) -> None:
    body = ["QUYẾT ĐỊNH", "Ban hành Quy định thoát nước", "Điều 1. Phạm vi", FIRST, "Điều 2. Hồ sơ", SECOND]
    path = tmp_path / ("a.docx" if write is decision_in_word else "a.odt")
    write(path, head, body)
    document = read(path)
    assert document.title == "Quyết định 27/2023/QĐ-UBND: Ban hành Quy định thoát nước"
    assert document.published == date(2023, 11, 8)
    assert document.metadata["legislationPassedBy"] == "ỦY BAN NHÂN DÂN TỈNH SÔNG HÀ"
    assert document.metadata["accountablePerson"] == "Trần Văn An"
    assert document.text.split("\n") == [DAY, *body, *"\n".join(SIGNED).split("\n")]
    assert labelled(document, SECOND) == "Điều 2"


def test_a_workbook(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx")
    document = read(tmp_path / "a.xlsx")
    assert document.title == "Dân số các xã"
    assert document.text.strip() == f"Dân số các xã\n{ROWS}"
    assert labelled(document, "| Xã An Bình") == "Dân số!4"


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16")])
def test_tables_in_text(tmp_path: Path, delimiter: str, encoding: str) -> None:
    with (tmp_path / "a.csv").open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [["Tên xã", "Số hộ"], ["Xã An Bình", "4,5; tăng"], ["Xã B", "1"]]
        )
    document = read(tmp_path / "a.csv")
    assert document.text.strip() == "| Tên xã | Số hộ |\n| Xã An Bình | 4,5; tăng |\n| Xã B | 1 |"
    assert labelled(document, "| Xã B") == "dòng 3"


HTML = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Bão số 3 | Báo tỉnh</title>
<meta property="article:published_time" content="2024-09-12T08:00:00+07:00"><script>var a = "đừng đọc";</script></head>
<body><nav><a href="/">Trang chủ</a><a>Thời sự</a></nav><article><h1>Hỗ trợ sau bão</h1><p>{FIRST}</p>
<p>{SECOND}<br>Hết&nbsp;hạn.</p><table><tr><th>Tên xã</th><th>Số hộ</th></tr><tr><td>An Bình</td><td>96</td></tr>
</table><ul><li>Phòng Nội vụ</li></ul></article><aside>Tin liên quan</aside><footer>© 2024 Báo tỉnh</footer></body>
</html>"""


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.doc"])
def test_html_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(HTML, encoding="utf-8")
    document = read(tmp_path / name)
    assert (document.title, document.published) == ("Hỗ trợ sau bão", date(2024, 9, 12))
    assert f"{FIRST}\n\n{SECOND}\nHết hạn." in document.text
    assert "| Tên xã | Số hộ |\n| An Bình | 96 |" in document.text
    assert "- Phòng Nội vụ" in document.text
    assert not any(words in document.text for words in ("Trang chủ", "đừng đọc", "Tin liên quan", "© 2024"))


def test_headings_of_html_name_what_is_below_them(tmp_path: Path) -> None:
    body = (
        f"<h1>Hỗ trợ sau bão</h1><p>Mở đầu.</p>"
        f"<nav><h2>Mục lục</h2><aside></aside><h3>Sau</h3></nav><h2>Mức <b>hỗ trợ</b></h2><p>{FIRST}</p>"
        f"<h3>Nộp</h3><p>{SECOND}</p><h2>Mục lục</h2><p>Hết.</p>"
    )
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    document = read(tmp_path / "a.html")
    places = [labelled(document, words) for words in ("Mở đầu", "Mức hỗ trợ", FIRST, "Nộp\n", SECOND, "Hết")]
    assert places == ["", "Mức hỗ trợ", "Mức hỗ trợ", "Nộp", "Nộp", "Mục lục"]


def test_headings_of_markdown_name_what_is_below_them(tmp_path: Path) -> None:
    head = "---\ntitle: Sổ tay\n# không phải mục\n---\n"
    code = "```\n# chú thích\n```\n"
    text = f"Mở đầu của sổ tay.\n\n## **Mức hỗ trợ** ##\n\n{FIRST}\n\n{code}\n#hashtag\n\n### Nộp\n{SECOND}\n"
    (tmp_path / "a.md").write_text(head + text, encoding="utf-8")
    document = read(tmp_path / "a.md")
    assert document.text == text.rstrip()
    places = [labelled(document, words) for words in ("Mở đầu", FIRST, "# chú thích", "#hashtag", SECOND)]
    assert places == ["", "Mức hỗ trợ", "Mức hỗ trợ", "Mức hỗ trợ", "Nộp"]
    underlined = f"Nuôi ong\n========\n\nMở đầu.\n\n**Mùa vụ**\n---\n{FIRST}\n\n- một\n---\nHai.\n---\n\n{SECOND}\n"
    (tmp_path / "a.md").write_text(underlined, encoding="utf-8")
    document = read(tmp_path / "a.md")
    places = [labelled(document, words) for words in ("Mở đầu", FIRST, "Hai.", SECOND)]
    assert places == ["Nuôi ong", "Mùa vụ", "Mùa vụ", "Mùa vụ"]
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (tmp_path / "a.md").rename(tmp_path / "a.txt")
    assert labelled(read(tmp_path / "a.txt"), SECOND) == ""


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        (
            "<tr><th>Tầng</th><th>Loại</th><th>Giá</th></tr>"
            "<tr><td rowspan='2'>Tầng 1</td><td>Đơn</td><td>300</td></tr>"
            "<tr><td>Đôi</td><td>450</td></tr><tr><td colspan=2>Hội trường</td><td>900</td></tr>",
            "| Tầng | Loại | Giá |\n| Tầng 1 | Đơn | 300 |\n| Tầng 1 | Đôi | 450 |\n| Hội trường | | 900 |",
        ),
        (
            "<tr><th rowspan=2>Xã</th><th colspan=2>Số hộ</th></tr><tr><th>2022</th><th>2023</th></tr>"
            "<tr><td>An Bình</td><td>96</td><td>97</td></tr>",
            "| Xã | Số hộ 2022 | Số hộ 2023 |\n| An Bình | 96 | 97 |",
        ),
        (
            "<tr><td rowspan='0'>A</td><td rowspan='x'>B</td></tr><tr><td rowspan=9999>C</td><td>D</td></tr>"
            "<tr><td>E</td></tr>",
            "| A | B |\n| C | D |\n| C | E |",
        ),
    ],
)
def test_cells_of_html_that_span_rows_and_columns(tmp_path: Path, markup: str, lines: str) -> None:
    body = f"<p>{FIRST}</p><table>{markup}</table><p>{SECOND}</p>"
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    assert read(tmp_path / "a.html").text == f"{FIRST}\n\n{lines}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        (
            "<ul><li>Giấy tờ:<ul>\n<li>Căn cước</li>\n<li><p>Hộ chiếu</p><ol><li>Bản gốc</li></ol></li></ul></li>"
            "\n<li><b>Đơn</b> xin học</li></ul>",
            "- Giấy tờ:\n  - Căn cước\n  - Hộ chiếu\n    1. Bản gốc\n- Đơn xin học",
        ),
        (
            "<ol start=3>\n<li>\n<p>Nộp đơn</p>\n</li>\n<li><p>Một.</p><p>Hai.</p></li></ol>",
            "3. Nộp đơn\n\n4. Một.\n\nHai.",
        ),
        ("<ol type=a><li>Ba</li><li value=4>Bảy</li></ol><ol type=I><li>Phần</li></ol>", "a) Ba\nd) Bảy\n\n- Phần"),
        ("<ul><li></li><li><ul><li>Trong</li></ul></li><li><button>In</button></li></ul>", "  - Trong"),
    ],
)
def test_lists_of_html(tmp_path: Path, markup: str, lines: str) -> None:
    body = f"<p>{FIRST}</p>{markup}<p>{SECOND}</p>"
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    assert read(tmp_path / "a.html").text == f"{FIRST}\n\n{lines}\n\n{SECOND}"


def test_a_definition_in_html_stands_behind_its_term(tmp_path: Path) -> None:
    terms = (
        "<dt>Giờ nhận phòng</dt>\n<dd>14 giờ</dd><dt>Trưởng ban:</dt><dd>ông Sáu</dd><dt>Có mở không?</dt><dd>Có.</dd>"
    )
    more = "<dt>Lưu ý</dt><dd><p>Một.</p><p>Hai.</p></dd>"
    body = f"<p>{FIRST}</p><dl>{terms}{more}</dl><p>{SECOND}</p>"
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    lines = "Giờ nhận phòng: 14 giờ\nTrưởng ban: ông Sáu\nCó mở không?\nCó.\nLưu ý\n\nMột.\n\nHai."
    assert read(tmp_path / "a.html").text == f"{FIRST}\n\n{lines}\n\n{SECOND}"


def test_parts_that_a_page_names_as_boilerplate(tmp_path: Path) -> None:
    related = "<div class='box related-news'><a>Tin liên quan một</a></div><ul id='main_menu'><li>Liên hệ</li></ul>"
    body = f"<body class='no-sidebar'><div class='content menu'>{related}<p>{FIRST}</p><p>{SECOND}</p></div></body>"
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html>{body}</html>", encoding="utf-8")
    assert read(tmp_path / "a.html").text == f"{FIRST}\n\n{SECOND}"


def test_parts_that_have_the_role_of_boilerplate(tmp_path: Path) -> None:
    body = f"""<div role="banner"><p>Báo tỉnh</p></div><div role="navigation">Trang chủ</div>
        <div role="main"><h1>Hỗ trợ sau bão</h1><p>{FIRST}</p><p>{SECOND}</p></div>
        <div role="complementary">Tin đọc nhiều</div><div role="contentinfo"><p>Giấy phép số 12</p></div>"""
    (tmp_path / "a.html").write_text(f"<!DOCTYPE html><html><body>{body}</body></html>", encoding="utf-8")
    assert read(tmp_path / "a.html").text == f"Hỗ trợ sau bão\n\n{FIRST}\n\n{SECOND}"
    whole = f"<div role='banner'><h1>Hỗ trợ sau bão</h1><p>{FIRST}</p></div><p>{SECOND}</p>"
    (tmp_path / "b.html").write_text(f"<!DOCTYPE html><html><body>{whole}</body></html>", encoding="utf-8")
    assert FIRST in read(tmp_path / "b.html").text


def test_a_message(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "an@example.vn", "binh@example.vn", "Lịch họp chi bộ"
    message["Date"] = datetime(2024, 5, 14, 8, 12)
    message.set_content(f"Kính gửi các đồng chí,\n\n{FIRST}\n")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    document = read(tmp_path / "a.eml")
    assert (document.title, document.published) == ("Lịch họp chi bộ", date(2024, 5, 14))
    assert document.text.startswith("Từ: an@example.vn\nĐến: binh@example.vn")
    assert FIRST in document.text
    assert "damage" not in document.metadata


def archive(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as writer:
        for name, text in parts.items():
            writer.writestr(name, text)
    return data.getvalue()


EPUB = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
    "<rootfile full-path='OEBPS/a.opf'/></rootfiles></container>",
    "OEBPS/a.opf": "<package xmlns='http://www.idpf.org/2007/opf' xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
    "<dc:title>Sổ tay</dc:title></metadata><manifest><item id='b' href='b%20.xhtml'/><item id='a' href='a.xhtml'/>"
    "</manifest><spine><itemref idref='a'/><itemref idref='b'/></spine></package>",
    "OEBPS/a.xhtml": f"<html><body><h1>Chương một</h1><p>{FIRST}</p></body></html>",
    "OEBPS/b .xhtml": f"<html><body><h1>Chương hai</h1><p>{SECOND}</p></body></html>",
}
ODT = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": "<o:d xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0' "
    "xmlns:b='urn:oasis:names:tc:opendocument:xmlns:table:1.0'>"
    f"<o:text><t:h>Phần một</t:h><t:p>{FIRST}</t:p><t:list><t:list-item><t:p>Phòng Nội vụ</t:p></t:list-item></t:list>"
    "<b:table><b:table-row><b:table-cell><t:p>Tên xã</t:p></b:table-cell><b:table-cell><t:p>Số hộ</t:p></b:table-cell>"
    "</b:table-row></b:table></o:text></o:d>",
}


def test_an_e_book(tmp_path: Path) -> None:
    (tmp_path / "a.epub").write_bytes(archive(EPUB))
    document = read(tmp_path / "a.epub")
    assert document.title == "Sổ tay"
    assert labelled(document, FIRST) == "Chương một"
    assert labelled(document, SECOND) == "Chương hai"


def test_parts_of_a_chapter_and_a_title_that_every_chapter_repeats(tmp_path: Path) -> None:
    chapter = "<html><head><title>{}</title></head><body>{}</body></html>"
    pages = {
        "OEBPS/a.xhtml": chapter.format("Sổ tay", f"<h1>Chương một</h1><p>Mở.</p><h2>Mức</h2><p>{FIRST}</p>"),
        "OEBPS/b .xhtml": chapter.format("Phụ lục", f"<p>{SECOND}</p>"),
    }
    (tmp_path / "a.epub").write_bytes(archive(EPUB | pages))
    document = read(tmp_path / "a.epub")
    assert [labelled(document, text) for text in ("Mở.", FIRST, SECOND)] == ["Chương một", "Mức", "Phụ lục"]


def test_an_open_document(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(archive(ODT))
    document = read(tmp_path / "a.odt")
    assert document.text == f"Phần một\n{FIRST}\n- Phòng Nội vụ\n| Tên xã | Số hộ |"
    assert labelled(document, FIRST) == "Phần một"


ODT_MARKS = (
    "<t:tracked-changes><t:changed-region><t:deletion><t:p>Giá cũ là 500.</t:p></t:deletion></t:changed-region>"
    "</t:tracked-changes><t:p>Giá là<t:s t:c='2'/>900 đồng<o:annotation><d:creator>Lan</d:creator><t:p>Xem lại.</t:p>"
    "</o:annotation> một khối.</t:p><t:p>Họ tên:<t:tab/>Trần\nBình</t:p><t:p>Dòng một<t:line-break/>Dòng hai<t:note>"
    "<t:note-citation>1</t:note-citation><t:note-body><t:p>Theo nghị định.</t:p></t:note-body></t:note>.</t:p>"
    "<b:table><b:table-row><b:table-cell b:number-rows-spanned='2'><t:p>Hộ</t:p></b:table-cell><b:table-cell><t:p>900"
    "</t:p></b:table-cell></b:table-row><b:table-row><b:covered-table-cell/><b:table-cell><t:p>950</t:p></b:table-cell>"
    "</b:table-row></b:table>"
)


def test_changes_comments_and_notes_of_an_open_document(tmp_path: Path) -> None:
    begin, end = ODT["content.xml"].split("<t:h>")[0], "</o:text></o:d>"
    begin = begin.replace("<o:d ", "<o:d xmlns:d='http://purl.org/dc/elements/1.1/' ")
    edges = (
        "<s><m><master-page><header><p>Công ty Nước</p></header><footer><p>Trang 1</p></footer></master-page></m></s>"
    )
    parts = {"content.xml": f"{begin}{ODT_MARKS}{end}", "styles.xml": edges}
    (tmp_path / "a.odt").write_bytes(archive({**ODT, **parts}))
    document = read(tmp_path / "a.odt")
    assert document.text == (
        "Giá là 900 đồng một khối.\nGhi chú của Lan: Xem lại.\nHọ tên: Trần Bình\nDòng một\nDòng hai.\n"
        "| Hộ | 900 |\n| Hộ | 950 |\n\nCông ty Nước\nTheo nghị định."
    )
    assert labelled(document, "Công ty Nước") == "đầu trang"


def cells_of(rows: Sequence[Sequence[str]], **named: str) -> Table:
    table = Table(**named)
    for cells in rows:
        line = TableRow()
        table.addElement(line)
        for text in cells:
            cell = TableCell(valuetype="string")
            for part in text.split("\n"):
                cell.addElement(P(text=part))
            line.addElement(cell)
    return table


def test_what_a_writer_of_open_document_writes(tmp_path: Path) -> None:
    rows = [["Tên xã", "Số hộ"], ["Xã An Bình", "96"]]
    text, book = OpenDocumentText(), OpenDocumentSpreadsheet()
    item, items = ListItem(), List()
    item.addElement(P(text="Phòng Nội vụ"))
    items.addElement(item)
    for element in (H(outlinelevel=1, text="Phần một"), P(text=FIRST), items, cells_of(rows)):
        text.text.addElement(element)
    book.spreadsheet.addElement(cells_of(rows, name="Dân số"))
    text.save(str(tmp_path / "a.odt"))
    book.save(str(tmp_path / "a.ods"))
    table = "| Tên xã | Số hộ |\n| Xã An Bình | 96 |"
    assert read(tmp_path / "a.odt").text == f"Phần một\n{FIRST}\n- Phòng Nội vụ\n{table}"
    assert read(tmp_path / "a.ods").text.strip() == table
    assert labelled(read(tmp_path / "a.ods"), "| Xã An Bình") == "Dân số!2"


def test_an_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Dân số")
    rows: list[list[str | int]] = [["Tên xã", "Số hộ"], ["Xã An Bình", 96]]
    for place, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(place, column, cell)
    book.save(str(tmp_path / "a.xls"))
    document = read(tmp_path / "a.xls")
    assert document.text.strip() == "| Tên xã | Số hộ |\n| Xã An Bình | 96 |"
    assert labelled(document, "| Xã An Bình") == "Dân số!2"


ODS = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
ENCRYPTED_DATA = "<manifest:encryption-data><manifest:algorithm/></manifest:encryption-data>"
ENCRYPTED = f"<manifest:file-entry manifest:full-path='content.xml'>{ENCRYPTED_DATA}</manifest:file-entry>"
ENCRYPTED_PARTS = {
    "content.xml": "%",
    "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{MANIFEST}">{ENCRYPTED}</manifest:manifest>',
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "encrypted pdf": (lambda: pdf([FIRST], password="khoa"), "locked with a password: save a copy without one"),
    "truncated pdf": (lambda: pdf([FIRST])[:200], "a damaged or truncated PDF: open it in a viewer"),
    "scan": (lambda: pdf([], []), "a scan, 2 pages "),
    "truncated archive": (lambda: archive(EPUB)[:200], "a damaged or truncated file: open it in the program"),
    "archive": (lambda: archive({"a.txt": "a"}), "an archive: unpack it into a folder, and give that"),
    "empty word": (lambda: archive({"word/document.xml": "<a"}), "a damaged Word file: open it"),
    "empty workbook": (lambda: archive({"xl/workbook.xml": "<a"}), "a damaged spreadsheet: open it"),
    "broken open sheet": (lambda: archive(ODS | {"content.xml": "<a><b></a>"}), "a damaged or truncated file: open it"),
    "locked open sheet": (lambda: archive(ODS | ENCRYPTED_PARTS), "locked with a password: save a copy without one"),
    "locked open text": (lambda: archive(ODT | ENCRYPTED_PARTS), "locked with a password: save a copy without one"),
    "book without parts": (lambda: archive({"mimetype": EPUB["mimetype"]}), "a damaged or truncated file: open it"),
    "old word": (lambda: OLE + "WordDocument".encode("utf-16-le"), "an old Word file (.doc): open it"),
    "locked office": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    "other office": (lambda: archive({"[Content_Types].xml": "<a/>", "ppt/a.xml": "<a/>"}), "an Office file of a kind"),
    "bomb": (lambda: archive(ODT | {f"{n}": "0" * 50_000_000 for n in range(5)}), "unpacked it would be larger than"),
}


@pytest.mark.parametrize(("make", "reason"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_has_a_reason_and_a_next_step(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_content(make(), ".pdf")
    assert str(caught.value).startswith(reason)


def test_the_rest_of_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "b.pdf").write_bytes(pdf([FIRST])[:200])
    workbook(tmp_path / "a.xlsx")
    (tmp_path / "c.pdf").write_text(FIRST, encoding="utf-8")
    reading = read_documents(tmp_path)
    assert [document.id.rpartition("/")[2] for document in reading] == ["a.xlsx", "c.pdf"]
    assert [Path(one.path).name for one in reading.skipped] == ["b.pdf"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"PK\x03\x04", b"%PDF-1.7", OLE, b"{\\rtf", b"<html>", b"\xff" * 9])
def test_no_bytes_are_more_than_a_reason(data: bytes, suffix: str) -> None:
    with pytest.raises(UnreadableError):
        read_content(data, suffix)


def test_places_follow_the_words() -> None:
    before = "Sổ tay công tác\nTrang một bị ngắt\n\nTrang hai đi tiếp.\n\nTrang ba."
    after = "Trang một bị ngắt Trang hai đi tiếp.\n\nTrang ba."
    starts = [0, before.index("Trang hai"), before.index("Trang ba"), len(before)]
    places = [Place(starts[n], starts[n + 1], f"tr. {n + 1}") for n in range(3)]
    assert [(after[one.start : one.end].strip(), one.label) for one in by_words(places, before, after)] == [
        ("Trang một bị ngắt", "tr. 1"),
        ("Trang hai đi tiếp.", "tr. 2"),
        ("Trang ba.", "tr. 3"),
    ]


def test_damage_is_reported_by_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    garbled = [[f"x¸q\u0153x »kw w©z b¹k {word} q±q ®¿x"] for word in ("k¶p", "v¶m")]
    path.write_bytes(pdf([FIRST], garbled[0], [SECOND], garbled[1]))
    assert read(path).metadata["damage"].startswith("2 of 4 lines (tr. 2, tr. 4) cannot be read, in an encoding")
    path.write_bytes(pdf([FIRST], [SECOND], ["Xwủybannhândânxw tỉnhbwanhành mộtwquyđịnh mớivềwquảnlý"]))
    assert read(path).metadata["damage"].startswith("1 of 3 lines (tr. 3) hold syllables glued together")


def scan(text: list[str]) -> bytes:
    """A page of a PDF that is a picture of a page with this text."""
    with closing(pypdfium2.PdfDocument(pdf(text))) as document, closing(document[0]) as page:
        picture = page.render(scale=300 / 72, grayscale=True).to_pil()
    writer = FPDF()
    writer.add_page()
    writer.image(picture, 0, 0, 210, 297)
    return bytes(writer.output())


@pytest.mark.skipif(load_recogniser() is None, reason="needs Tesseract and its Vietnamese data")
def test_the_text_of_a_scan_is_recognised_where_that_is_installed(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scan([FIRST, SECOND]))
    document = read(path)
    assert SECOND in document.text
    assert labelled(document, SECOND) == "tr. 1"
    assert document.metadata["ocrPages"] == "1"
    assert 0.8 < float(document.metadata["ocrConfidence"]) <= 1
    assert re.match(r"the text of page 1 \(9\d%\) was recognised from a picture: compare", document.metadata["damage"])


def test_without_the_extra_a_scan_is_reported_with_the_next_step(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(scan([FIRST]))
    code = f"""
import sys
sys.modules["pytesseract"] = None
from qa.documents.composing import outcomes
[outcome] = outcomes(__import__("pathlib").Path({str(path)!r}), ".pdf")
print(outcome.reason)
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.startswith(
        "a scan, 1 page without text: have its text recognised (pip install 'qa[ocr]', and Tesseract"
    )


def test_an_article_within_a_part_that_is_left_out_of_another_is_read(tmp_path: Path) -> None:
    page = f"<main><h1>Ao</h1><form><article><p>{'Huyện có ao, xã có hồ. ' * 5}</p></article></form></main>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    [document] = read_documents(tmp_path)
    assert document.text == ("Huyện có ao, xã có hồ. " * 5).strip()


CUT_TEXT = "it ends in the middle of a character, so its end is missing: get the whole file"
CUT_TABLE = "its last row breaks off, so its end may be missing: get the whole file"
CUT_PAGE = "its end is missing: save the page again from the browser"
PAGE_OF_PARTS = "<html><body><div><h1>Hỗ trợ</h1><p>Mức 5 triệu.</p></div><p>Hết.</p></body></html>"
SHORT_TABLE = 'Tỉnh,Ghi chú\nHà Giang,"mưa, gió"\nCà Mau,nắng\nHuế,lụt\n'


@pytest.mark.parametrize(
    ("suffix", "data", "damage"),
    [
        (".txt", "Sông Hà".encode(), ""),
        (".txt", "Sông ở Hà".encode()[:-1], CUT_TEXT),
        (".md", "# Sông ở Hà".encode()[:-1], CUT_TEXT),
        (".txt", "Sông Hà".encode("utf-16"), ""),
        (".txt", "Sông Hà".encode("utf-16")[:-1], CUT_TEXT),
        (".txt", b"S\xc3\xb4ng \xc3 H\xc3\xa0 \xc4\x91", ""),
        (".csv", SHORT_TABLE.encode(), ""),
        (".csv", SHORT_TABLE[:-1].encode(), ""),
        (".csv", SHORT_TABLE[:-5].encode(), CUT_TABLE),
        (".csv", SHORT_TABLE[:-4].encode(), ""),
        (".csv", SHORT_TABLE[:29].encode(), CUT_TABLE),
        (".csv", f"{SHORT_TABLE}Tổng\n".encode(), ""),
        (".csv", b"a,b\nc", ""),
        (".html", PAGE_OF_PARTS.encode(), ""),
        (".html", PAGE_OF_PARTS.replace("</body></html>", "").encode(), ""),
        (".html", PAGE_OF_PARTS.partition("</div>")[0].encode(), CUT_PAGE),
        (".html", PAGE_OF_PARTS.partition("dy></html>")[0].encode(), CUT_PAGE),
        (".html", b"<div><p>Ao", ""),
    ],
)
def test_what_shows_that_a_text_was_cut_off_is_reported(suffix: str, data: bytes, damage: str) -> None:
    assert read_content(data, suffix).damage == damage


def test_a_table_with_an_open_quotation_mark_keeps_all_its_text() -> None:
    assert read_content(SHORT_TABLE[:29].encode(), ".csv").text == "| Tỉnh | Ghi chú |\n| Hà Giang | mưa, g |\n"
