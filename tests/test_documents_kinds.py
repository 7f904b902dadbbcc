"""What people's own files hold beside their text: notes, letterheads side by side, fields of forms, counted lists."""

from datetime import date
from pathlib import Path

import pytest
from test_documents_formats import AGENCY, DAY, EPUB, FIRST, MOTTO, NUMBER, SECOND, SIGNED, archive, read


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
    assert document.text == "\n\n".join([*lines, "\n".join(SIGNED)])


def test_the_banner_of_a_site_and_the_head_of_an_article(tmp_path: Path) -> None:
    told = '<script type="application/ld+json">{"@graph": [{"@type": "x"}, {"datePublished": "2024-03-05"}]}</script>'
    body = f"<header><p>Báo Sông Hà</p></header><div><header><p>{FIRST}</p></header><p>{SECOND}</p></div>"
    document = read(page(tmp_path / "a.html", body, told))
    assert (document.text, document.published) == (f"{FIRST}\n\n{SECOND}", date(2024, 3, 5))


def test_notes_of_an_e_book(tmp_path: Path) -> None:
    note = "<aside epub:type='footnote' id='n1'><p>1. Theo Cục Thống kê.</p></aside><aside><p>Quảng cáo</p></aside>"
    chapter = EPUB["OEBPS/a.xhtml"].replace("</body>", f"{note}</body>")
    (tmp_path / "a.epub").write_bytes(archive(EPUB | {"OEBPS/a.xhtml": chapter}))
    assert f"{FIRST}\n\n1. Theo Cục Thống kê.\n\nChương hai" in read(tmp_path / "a.epub").text


def test_tables_and_notes_of_rich_text(tmp_path: Path) -> None:
    rows = [r"\trowd\cellx3000\cellx6000\intbl Xa\cell So ho\cell\row", r"\trowd\cellx3000\intbl An\cell 96\cell\row"]
    note = r"{\super 1{\footnote\pard Theo {\i Cuc} \{Thong ke\}.}}"
    (tmp_path / "a.rtf").write_text(rf"{{\rtf1\ansi Bang{note} mot\par{''.join(rows)}\pard Het.\par}}", "ascii")
    assert read(tmp_path / "a.rtf").text.split("\n") == [
        *("Bang1 mot", "| Xa | So ho |", "| An | 96 |", "Het.", "", "Theo Cuc {Thong ke}."),
    ]
    (tmp_path / "b.rtf").write_text(r"{\rtf1 Mot\par{\footnote hai", "ascii")
    assert read(tmp_path / "b.rtf").text == "Mot"
