"""What people's own files hold beside their text: notes, letterheads side by side, fields of forms, counted lists."""

from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from test_documents_formats import AGENCY, DAY, EPUB, FIRST, MOTTO, NUMBER, SECOND, SIGNED, archive, read

import qa
from qa.documents import page_image
from qa.documents.page_image import PageImageError


def page(path: Path, body: str, head: str = "") -> Path:
    markup = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    path.write_text(markup, encoding="utf-8")
    return path


def test_words_of_a_cell_of_html_stay_apart(tmp_path: Path) -> None:
    cells = "<td>Xã<br>An Bình</td><td><div>96</div><div>hộ</div></td><td><ul><li>Lúa<li>Cá</ul></td>"
    body = f"<p>{FIRST}</p><table><tr><th>Tên<th>Số<th>Nghề</tr><tr>{cells}</tr></table>"
    assert (
        read(page(tmp_path / "a.html", body)).text == f"{FIRST}\n\n| Tên | Số | Nghề |\n| Xã An Bình | 96 hộ | Lúa Cá |"
    )


@pytest.mark.parametrize("breaks", ["<br>", "</div><div>"])
def test_the_letterhead_of_a_saved_decision(tmp_path: Path, breaks: str) -> None:
    def table(*cells: str) -> str:
        shown = (f"<td><div>{cell.replace(chr(10), breaks)}</div></td>" for cell in cells)
        return f"<table><tr>{''.join(shown)}</tr></table>"

    lines = ["QUYẾT ĐỊNH", "Ban hành Quy định thoát nước", "Điều 1. Phạm vi", FIRST, "Điều 2. Hồ sơ", SECOND]
    head = table(f"{AGENCY}\n{NUMBER}", f"{MOTTO}\n{DAY}")
    body = head + "".join(f"<p>{line}</p>" for line in lines) + table(*SIGNED)
    document = read(page(tmp_path / "a.html", body))
    assert document.title == "Quyết định 27/2023/QĐ-UBND: Ban hành Quy định thoát nước"
    assert document.published == date(2023, 11, 8)
    assert document.metadata["accountablePerson"] == "Trần Văn An"
    assert document.text == "\n\n".join([DAY, *lines, "\n".join(SIGNED)])


def test_the_banner_of_a_site_and_the_head_of_an_article(tmp_path: Path) -> None:
    script = '<script type="application/ld+json">{"@graph": [{"@type": "x"}, {"datePublished": "2024-03-05"}]}</script>'
    body = f"<header><p>Báo Sông Hà</p></header><div><header><p>{FIRST}</p></header><p>{SECOND}</p></div>"
    document = read(page(tmp_path / "a.html", body, script))
    assert (document.text, document.published) == (f"{FIRST}\n\n{SECOND}", date(2024, 3, 5))


def test_notes_of_an_e_book(tmp_path: Path) -> None:
    note = "<aside epub:type='footnote' id='n1'><p>1. Theo Cục Thống kê.</p></aside><aside><p>Quảng cáo</p></aside>"
    chapter = EPUB["OEBPS/a.xhtml"].replace("</body>", f"{note}</body>")
    (tmp_path / "a.epub").write_bytes(archive(EPUB | {"OEBPS/a.xhtml": chapter}))
    assert f"{FIRST}\n\n1. Theo Cục Thống kê.\n\nChương hai" in read(tmp_path / "a.epub").text


W = nsdecls("w")


def level(depth: int, kind: str, shown: str, more: str = "") -> str:
    counted = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{shown}"/>'
    return f'<w:lvl w:ilvl="{depth}">{counted}</w:lvl>'


LEVELS = {
    90: [level(0, "decimal", "Điều %1."), level(1, "decimal", "%2."), level(2, "lowerLetter", "%3)")],
    91: [level(0, "upperRoman", "%1."), level(1, "decimalZero", "%1.%2"), level(2, "bullet", "o")],
}


def numbered(path: Path, lines: list[tuple[int, int, str]]) -> None:
    """Write lines of these lists, each with the number of its list and its depth in it."""
    writer = docx.Document()
    root = writer.part.numbering_part.element
    for number, levels in LEVELS.items():
        root.insert(0, parse_xml(f'<w:abstractNum {W} w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'))
        held = f'<w:abstractNumId w:val="{number}"/>'
        anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        root.append(parse_xml(f'<w:num {W} w:numId="{number}">{held}</w:num>'))
        root.append(parse_xml(f'<w:num {W} w:numId="{number + 10}">{held}{anew}</w:num>'))
    cells = writer.add_table(rows=2, cols=2)
    for row, name in zip(cells.rows, ("An", "Ba"), strict=True):
        row.cells[1].text = name
    for number, depth, text in [(101, 0, ""), (101, 0, ""), *lines]:
        paragraph = writer.add_paragraph(text)
        own = f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(own))
    for row, paragraph in zip(cells.rows, writer.paragraphs[:2], strict=True):
        row.cells[0].paragraphs[0]._p.getparent().replace(row.cells[0].paragraphs[0]._p, paragraph._p)
    writer.add_paragraph("Mục khác", style="List Number")
    writer.save(str(path))


def test_the_numbers_that_word_counts(tmp_path: Path) -> None:
    lines = [(90, 0, "Phạm vi"), (90, 1, FIRST), (90, 1, SECOND), (90, 2, "Đơn"), (90, 0, "Hồ sơ"), (90, 1, SECOND)]
    more = [(91, 0, "Phần"), (91, 1, "Mục"), (91, 2, "Điểm"), (100, 0, "Lại"), (99, 0, "Lạ")]
    numbered(tmp_path / "a.docx", lines + more)
    document = read(tmp_path / "a.docx")
    assert document.text.split("\n") == [
        *("| I. | An |", "| II. | Ba |", "Điều 1. Phạm vi", f"1. {FIRST}", f"2. {SECOND}", "a) Đơn"),
        *("Điều 2. Hồ sơ", f"1. {SECOND}", "III. Phần", "III.01 Mục", "    - Điểm", "Điều 1. Lại", "Lạ", "1. Mục khác"),
    ]
    assert document.place(document.text.index(SECOND)) == "Điều 1, Khoản 2"


def written(text: str) -> str:
    """Return a text as a string of a PDF."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def form(path: Path, annotations: list[str]) -> None:
    """Write a page with two labels side by side, one below, and these annotations."""
    drawn = "BT /F 12 Tf 60 700 Td (Ho ten:) Tj 200 0 Td (Lop:) Tj -200 -30 Td (Da nop:) Tj ET"
    numbers = range(6, 6 + len(annotations))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> "
        f"/Annots [{' '.join(f'{number} 0 R' for number in numbers)}] >>",
        f"<< /Length {len(drawn)} >> stream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(f"<< /Type /Annot {one} >>" for one in annotations),
    ]
    data = "%PDF-1.4\n"
    starts = []
    for number, one in enumerate(objects, start=1):
        starts.append(len(data))
        data += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF"
    path.write_text(f"{data}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}", "ascii")


def test_fields_and_comments_of_a_pdf(tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    annotations = [
        f"/Subtype /Widget /FT /Tx /T (ten) /V {written('Nguyễn Thị Mai')} /Rect [120 695 250 715]",
        "/Subtype /Widget /FT /Tx /T (lop) /V (6A) /Rect [300 695 400 715]",
        "/Subtype /Widget /FT /Btn /T (nop) /AS /Yes /Rect [120 665 140 685]",
        "/Subtype /Widget /FT /Btn /T (thieu) /AS /Off /Rect [200 665 220 685]",
        f"/Subtype /Widget /FT /Tx /TU {written('Ghi thêm')} /V (khong) /Rect [120 300 140 320]",
        "/Subtype /Widget /FT /Tx /T (trong) /Rect [120 200 140 220]",
        f"/Subtype /Text /T (Lan) /Contents {written('thiếu ảnh thẻ')} /Rect [10 10 20 20]",
        "/Subtype /Link /Contents (lien ket) /Rect [10 10 20 20]",
    ]
    form(folder / "a.pdf", annotations)
    [document] = qa.read_documents(folder)
    lines = ["Ho ten: Nguyễn Thị Mai", "Lop: 6A", "Da nop: có", "Ghi thêm: khong", "Ghi chú của Lan: thiếu ảnh thẻ"]
    assert document.text.split("\n")[-5:] == lines
    assert document.text.startswith("Ho ten: Lop:")
    start = document.text.index(lines[0])
    assert page_image(document, start, start + len(lines[0])).startswith(b"\x89PNG")
    form(folder / "a.pdf", [])
    with pytest.raises(PageImageError):
        page_image(document, start, start + len(lines[0]))


def test_characters_that_no_markup_can_hold(tmp_path: Path) -> None:
    assert read(page(tmp_path / "a.html", f"<p>{FIRST}&#1;</p>&#2;<p>{SECOND}</p>")).text == f"{FIRST}\n\n{SECOND}"


def test_a_table_in_a_cell_of_word_keeps_its_labels(tmp_path: Path) -> None:
    writer = docx.Document()
    table = writer.add_table(rows=2, cols=2)
    sides: dict[str, list[list[str]]] = {
        "BÊN A": [["Ông", "Lê Tám"], ["CCCD:", "012"]],
        "BÊN B": [["Bà", "Phạm Chín"], ["Số", "7", "8"]],
    }
    for column, (name, rows) in enumerate(sides.items()):
        table.cell(0, column).text = name
        inner = table.cell(1, column).add_table(rows=2, cols=3)
        for cells, texts in zip(inner.rows, rows, strict=True):
            for cell, text in zip(cells.cells, texts, strict=False):
                cell.text = text
    writer.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx").text.split("\n") == [
        *("| BÊN A | BÊN B |", "| Ông: Lê Tám CCCD: 012 | Bà: Phạm Chín Số 7 8 |"),
    ]
