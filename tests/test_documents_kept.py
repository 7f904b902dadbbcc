"""Files of every kind that are kept as their writers wrote them (`tests/files/README.md`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.documents import SUFFIXES, Document, read_documents

FILES = Path(__file__).parent / "files"
TITLE, PART = "Hướng dẫn hỗ trợ", "Phần I. Đối tượng"
SENTENCE = "Hộ có lúa bị thiệt hại do bão số 3 được hỗ trợ 2.000.000 đồng mỗi héc-ta."
ROW = "| Xã An Bình | 4298 |"
OLD = (
    "Báo cáo tình hình xã hội phường Hòa Lạc năm 2023: số hộ nghèo là 48 hộ, giảm 12 hộ; nhà văn hóa được xây trên khu "
    "đất rộng 1.250 m² tại đường Trần Phú, thị trấn Đông Hỷ. Các ý kiến cử tri về mỹ thuật, lũy kế, nghĩa vụ."
)
HELD = {
    "csv.csv": ("csv", ROW, "dòng 2"),
    "doc.doc": (TITLE, SENTENCE, PART),
    "docx.docx": (TITLE, SENTENCE, PART),
    "eml.eml": (TITLE, SENTENCE, ""),
    "epub.epub": (TITLE, SENTENCE, PART),
    "htm.htm": (TITLE, SENTENCE, PART),
    "html.html": (TITLE, SENTENCE, PART),
    "mbox.mbox/1.eml": (TITLE, SENTENCE, ""),
    "md.md": (TITLE, SENTENCE, PART),
    "ods.ods": ("ods", ROW, "Dân số!2"),
    "odt.odt": (PART, SENTENCE, PART),
    "pdf.pdf": ("", SENTENCE, "tr. 1"),
    "ppt.ppt": (TITLE, SENTENCE, "slide 2"),
    "pptx.pptx": (TITLE, SENTENCE, "slide 2"),
    "rtf.rtf": (TITLE, SENTENCE, PART),
    "tcvn3.txt": ("", OLD, ""),
    "tsv.tsv": ("tsv", ROW, "dòng 2"),
    "txt.txt": (TITLE, SENTENCE, ""),
    "utf-16.txt": (TITLE, SENTENCE, ""),
    "vni.txt": ("", OLD, ""),
    "windows-1258.txt": (TITLE, SENTENCE, ""),
    "xhtml.xhtml": (TITLE, SENTENCE, PART),
    "xls.xls": ("xls", ROW, "Dân số!2"),
    "xlsm.xlsm": ("xlsm", ROW, "Dân số!2"),
    "xlsx.xlsx": ("xlsx", ROW, "Dân số!2"),
    "zip.zip/Hướng dẫn.txt": (TITLE, SENTENCE, ""),
}
"""By name: the title, a sentence or row, and where it stands."""


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    reading = read_documents(FILES)
    documents = {document.id.removeprefix("files/"): document for document in reading}
    assert [Path(one.path).name for one in reading.skipped] == ["README.md"]
    return documents


def test_every_file_that_is_kept_is_read_with_its_title_and_places(documents: dict[str, Document]) -> None:
    found = {}
    for name, document in documents.items():
        sentence = next(one for one in (SENTENCE, ROW, OLD) if one in document.text)
        found[name] = (document.title, sentence, document.place(document.text.index(sentence)))
    assert found == HELD


def test_a_file_of_every_kind_that_is_read_is_kept() -> None:
    assert {path.suffix for path in FILES.iterdir() if path.stem != "README"} == set(SUFFIXES)


@pytest.mark.parametrize(
    ("name", "suffix", "place"),
    [
        *(("csv.csv", ".xlsx", "dòng 2"), ("tsv.tsv", ".xls", "dòng 2"), ("csv.csv", ".ods", "dòng 2")),
        *(("rtf.rtf", ".doc", PART), ("html.html", ".xls", PART), ("epub.epub", ".zip", PART)),
        ("odt.odt", ".docx", PART),
        *(("pdf.pdf", ".eml", "tr. 1"), ("docx.docx", ".pdf", PART), ("xlsx.xlsx", ".csv", "Dân số!2")),
        *(("eml.eml", ".txt", ""), ("txt.txt", ".html", ""), ("txt.txt", ".rtf", "")),
    ],
)
def test_a_file_under_a_wrong_name_is_read_for_what_it_is(name: str, suffix: str, place: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").write_bytes((FILES / name).read_bytes())
    known = next(iter(read_documents(FILES / name)))
    document = next(iter(read_documents(tmp_path)))
    assert document.text == known.text
    sentence = next(one for one in (SENTENCE, ROW) if one in document.text)
    assert document.place(document.text.index(sentence)) == place
