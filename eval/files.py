"""Files of every kind, made from sentences."""

from __future__ import annotations

import csv
import io
import mailbox
import random
import re
import tempfile
import textwrap
import zipfile
from collections.abc import Callable, Mapping, Sequence
from email.message import EmailMessage
from html import escape
from itertools import cycle, islice
from pathlib import Path

from eval.output import progress

PDF_PAGES = 10
_PARAGRAPHS = 8  # of a document, or of a page of a PDF
_SENTENCES = 3  # of a paragraph
_LINE = 100  # characters of a PDF
_ROWS = 30  # of a table

Paragraphs = Sequence[str]


class FileMaker:
    """Makes files whose text is drawn from the sentences of some text files, or folders of them.

    A PDF has `pages` pages, and each of them, like any other document, `paragraphs` paragraphs.
    """

    def __init__(
        self, sources: Sequence[Path], seed: int = 1, *, pages: int = PDF_PAGES, paragraphs: int = _PARAGRAPHS
    ) -> None:
        paths = [path for source in sources for path in (sorted(source.glob("*.txt")) if source.is_dir() else [source])]
        text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
        self._sentences = [one for one in re.split(r"(?<=[.!?])\s+|\n", text) if 40 < len(one) < 300]
        self._random = random.Random(seed)
        self._pages, self._paragraphs = pages, paragraphs

    def make(self, kind: str) -> bytes:
        """Return a file of a kind, named by its suffix; raises KeyError for one that is not made."""
        if kind == ".pdf":
            return _pdf([self.paragraphs() for _ in range(self._pages)])
        if kind in TABLES:
            return TABLES[kind](
                [["Số", "Nội dung", "Năm"], *([self._number(), self._sentence(), 2024] for _ in range(_ROWS))]
            )
        return KINDS[kind](self.paragraphs())

    def paragraphs(self) -> list[str]:
        """Return the text of a document, or of a page."""
        return [" ".join(self._sentence() for _ in range(_SENTENCES)) for _ in range(self._paragraphs)]

    def _sentence(self) -> str:
        sentence = re.sub(r"\d+", lambda _: str(self._number()), self._random.choice(self._sentences))
        return f"{sentence.rstrip('.')} ({self._number()})."

    def _number(self) -> int:
        return self._random.randint(2, 99_999)


def _pdf(pages: Sequence[Paragraphs]) -> bytes:
    import matplotlib
    from fpdf import FPDF

    writer = FPDF()
    writer.add_font("DejaVu", fname=Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))
    writer.set_font("DejaVu", size=9)
    for page in pages:
        writer.add_page()
        lines = (line for paragraph in page for line in [*textwrap.wrap(paragraph, _LINE), ""])
        for number, line in enumerate(lines):  # much faster than laying out paragraphs
            writer.text(10, 15 + 5 * number, line)
    data = bytes(writer.output())
    writer.fonts["dejavu"].ttfont.close()  # type: ignore[union-attr]
    return data


def _docx(paragraphs: Paragraphs) -> bytes:
    import docx

    writer, data = docx.Document(), io.BytesIO()
    writer.add_heading("Phần I. Nội dung", 1)
    for paragraph in paragraphs:
        writer.add_paragraph(paragraph)
    writer.save(data)
    return data.getvalue()


def _xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    import openpyxl

    writer, data = openpyxl.Workbook(), io.BytesIO()
    for cells in rows:
        writer.worksheets[0].append(cells)
    writer.save(data)
    return data.getvalue()


def _xls(rows: Sequence[Sequence[object]]) -> bytes:
    import xlwt

    writer, data = xlwt.Workbook(), io.BytesIO()
    sheet, whole = writer.add_sheet("Bảng"), xlwt.easyxf(num_format_str="#,##0")
    for number, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell, whole)
    writer.save(data)
    return data.getvalue()


def _ods(rows: Sequence[Sequence[object]]) -> bytes:
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in rows)
    return _open_document("spreadsheet", f'<table:table table:name="Bảng">{lines}</table:table>')


def _ods_cell(value: object) -> str:
    kind = f"float' office:value='{value}" if isinstance(value, int) else "string"
    return f"<table:table-cell office:value-type='{kind}'><text:p>{escape(str(value))}</text:p></table:table-cell>"


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _txt(paragraphs: Paragraphs) -> bytes:
    return "\n\n".join(paragraphs).encode()


def _html(paragraphs: Paragraphs) -> bytes:
    body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in paragraphs)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>\n{body}</body></html>'.encode()


def _eml(paragraphs: Paragraphs) -> bytes:
    """Return a letter whose last paragraph is attached to it."""
    message = _letter(paragraphs[:-1] or paragraphs)
    message.add_alternative(_html(paragraphs[:-1]).decode(), subtype="html")
    message.add_attachment(_txt(paragraphs[-1:]), maintype="text", subtype="plain", filename="Phụ lục.txt")
    return message.as_bytes()


def _letter(paragraphs: Paragraphs) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "an@example.vn", "binh@example.vn", "Báo cáo"
    message.set_content("\n\n".join(paragraphs), cte="base64")
    return message


def _mbox(paragraphs: Paragraphs) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        box = mailbox.mbox(Path(folder, "box"))
        for paragraph in paragraphs:
            box.add(_letter([paragraph]))
        box.close()
        return Path(folder, "box").read_bytes()


def _rtf(paragraphs: Paragraphs) -> bytes:
    text = "\\par ".join(paragraphs)
    coded = "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in text)
    return f"{{\\rtf1\\ansi {coded}\\par}}".encode("ascii")


def _epub(paragraphs: Paragraphs) -> bytes:
    container = (
        "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles><rootfile full-path='a.opf'/>"
    )
    package = "<package xmlns='http://www.idpf.org/2007/opf'><manifest><item id='a' href='a.xhtml'/></manifest><spine>"
    parts = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": f"{container}</rootfiles></container>".encode(),
        "a.opf": f"{package}<itemref idref='a'/></spine></package>".encode(),
        "a.xhtml": _html(paragraphs),
    }
    return packed(parts)


def _odt(paragraphs: Paragraphs) -> bytes:
    return _open_document("text", "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs))


def _open_document(kind: str, body: str) -> bytes:
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "text", "table")
    )
    content = f"<office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "META-INF/manifest.xml": b"<manifest/>",
        "content.xml": f"<office:document-content {spaces}><office:body>{content}".encode(),
    }
    return packed(parts)


def _pptx(paragraphs: Paragraphs) -> bytes:
    """Return slides of one paragraph each."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    spaces = f"xmlns:p='urn:p' xmlns:a='urn:a' xmlns:r='{office}'"
    slides = [f"slide{number}" for number in range(1, len(paragraphs) + 1)]
    ids = "".join(f"<p:sldId r:id='{name}'/>" for name in slides)
    targets = "".join(f"<Relationship Id='{one}' Type='{office}/slide' Target='slides/{one}.xml'/>" for one in slides)
    shape = "<p:sld {}><p:sp><p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp></p:sld>"
    parts = {
        "ppt/presentation.xml": f"<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{targets}</Relationships>",
        **{
            f"ppt/slides/{name}.xml": shape.format(spaces, escape(paragraph))
            for name, paragraph in zip(slides, paragraphs, strict=True)
        },
    }
    return packed({name: part.encode() for name, part in parts.items()})


def _archive(paragraphs: Paragraphs) -> bytes:
    return packed({"Báo cáo.txt": _txt(paragraphs[::2]), "thư mục/a.docx": _docx(paragraphs[1::2])})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive of these parts by name."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in parts.items():
            writer.writestr(name, content)
    return data.getvalue()


KINDS: Mapping[str, Callable[[Paragraphs], bytes]] = {
    **{".docx": _docx, ".html": _html, ".txt": _txt, ".eml": _eml, ".odt": _odt, ".md": _txt, ".rtf": _rtf},
    **{".epub": _epub, ".mbox": _mbox, ".zip": _archive, ".pptx": _pptx},
}
"""By suffix, beside `.pdf`: what makes a file of some paragraphs."""
TABLES: Mapping[str, Callable[[Sequence[Sequence[object]]], bytes]] = {
    **{".xlsx": _xlsx, ".csv": _csv, ".xls": _xls, ".ods": _ods},
}
"""By suffix: what makes a file of some rows."""
TIMED = (
    *(".docx", ".html", ".txt", ".eml", ".odt", ".md", ".rtf", ".epub", ".mbox", ".zip", ".pptx"),
    *(".xlsx", ".csv", ".xls", ".ods"),
)
"""The kinds whose reading is timed, beside `.pdf`: those of the figures in `eval/README.md`, to stay comparable."""


def make_files(folder: Path, sources: Sequence[Path], count: int) -> int:
    """Make the files, every fifth a PDF, the others of the `TIMED` kinds in turn; return their size in bytes."""
    maker = FileMaker(sources)
    folder.mkdir()
    others = cycle(TIMED)
    kinds = (kind for four in iter(lambda: [*islice(others, 4)], []) for kind in [".pdf", *four])
    for number, kind in enumerate(progress([*islice(kinds, count)], f"making {count:,} files")):
        (folder / f"{number:05}{kind}").write_bytes(maker.make(kind))
    return sum(path.stat().st_size for path in folder.iterdir())
