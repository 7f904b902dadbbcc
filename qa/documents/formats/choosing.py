"""Choose the reader for a file by its content, and by its name only if the content does not tell."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Set
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath
from typing import IO

from qa.documents.formats.decoding import damage_at_end, decode, reason_against
from qa.documents.formats.ebooks import read_epub
from qa.documents.formats.headings import markdown_places
from qa.documents.formats.mail import read_mail
from qa.documents.formats.markup import read_html
from qa.documents.formats.office import read_word
from qa.documents.formats.opendocument import read_odt
from qa.documents.formats.pdf import read_pdf
from qa.documents.formats.protocol import MAX_UNPACKED, Content, FormatReader, UnreadableError, unpacking
from qa.documents.formats.rich_text import read_rtf
from qa.documents.formats.slides import read_slides
from qa.documents.formats.spreadsheets import read_csv, read_spreadsheet

SUFFIXES = (
    *(".txt", ".md", ".pdf", ".docx", ".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".pptx"),
    *(".html", ".htm", ".xhtml", ".epub", ".odt", ".rtf", ".eml", ".doc", ".ppt", ".mbox", ".zip"),
)
"""Suffixes of the files that are looked for in folders; a .doc or .ppt may really be of a newer kind, and is reported
if not.
"""
_TABLES = frozenset((".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods"))
"""Suffixes of tables in text: programs export them under the names of workbooks too."""
PLAIN = frozenset((".txt", ".md"))
"""Suffixes of text, which needs no library."""
OTHER_KIND = f"not a kind of file that is read ({', '.join(SUFFIXES)}): save it as one of these"
README = "describes its folder: give the file itself to have it read"

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FIELD = rb"[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*"
_MAIL = re.compile(rb"\s*(?:From [^\n]*\n)?(?P<fields>(?:" + _FIELD + rb"){2,})")
_OF_MAIL = re.compile(rb"^(?:From|To|Subject|Date|Received|Return-Path|MIME-Version|Message-ID):", re.I | re.M)
_MOST_FIELDS = 64 * 1024  # bytes
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){100,}")
_OLD_WORD = "an old Word file (.doc): open it in Word or LibreOffice and save it as .docx"
_LOCKED = "locked with a password: save a copy without one"
_OLD_SLIDES = "an old PowerPoint file (.ppt): open it in PowerPoint or LibreOffice and save it as .pptx"
_OTHER_OLE = "an old Office file of a kind that is not read: save it in a newer format, or as PDF"
_OTHER_ZIP = "an Office file of a kind that is not read: save it as PDF"
_ARCHIVE = "an archive: unpack it into a folder, and give that"
_TOO_LARGE = "unpacked it would be larger than 200 MB: split it into smaller files"


def read_content(data: bytes, suffix: str) -> Content:
    """Return the content of a file of any kind that is read.

    Raises `UnreadableError` with the reason and the next step.
    """
    reader = _reader(data, suffix)
    content = reader(data)
    if not any(map(str.isalnum, content.text)):
        raise UnreadableError(content.damage or reason_against(data, ""))
    return content


def read_plain(data: bytes) -> Content:
    """Return text in any encoding; very many blank lines in a row become one."""
    text = decode(data)
    reason = reason_against(data, text)
    if text is None or reason:
        raise UnreadableError(reason)
    return Content(_BLANK_LINES.sub("\n\n", text), damage=damage_at_end(data))


def read_markdown(data: bytes) -> Content:
    """Return text whose headings name what is below them."""
    content = read_plain(data)
    return replace(content, places=markdown_places(content.text))


def is_read(name: str) -> bool:
    """Return whether a file of this name is of a readable kind."""
    return name.lower().endswith(SUFFIXES)


def is_hidden(name: str) -> bool:
    """Return whether a file or folder was not put there by a person."""
    return name.startswith((".", "~$"))  # Word keeps "~$a.docx" while "a.docx" is open


def is_readme(name: str) -> bool:
    """Return whether a file of this name describes its folder."""
    return PurePath(name).stem.lower() == "readme"


def is_plain(data: bytes, suffix: str) -> bool:
    """Return whether the bytes are read as plain text."""
    return not data.startswith((_ZIP, _OLE)) and _reader(data, suffix) in {read_plain, read_markdown}


def is_mail(data: bytes, suffix: str) -> bool:
    """Return whether this is a message, which may have files attached to it."""
    head = _MAIL.match(data.removeprefix(BOM_UTF8)[:_MOST_FIELDS])
    named = {name.lower() for name in _OF_MAIL.findall(head["fields"])} if head else set()
    return len(named) > 1 and (suffix in {".eml", ".mbox"} or b"mime-version:" in named)  # which nobody types


def is_archive(data: IO[bytes]) -> bool:
    """Return whether this is an archive of files; Office files and e-books are archives, but files themselves.

    Leaves the reading position anywhere. Raises `UnreadableError` for an archive that cannot be read.
    """
    if data.read(len(_ZIP)) not in {_ZIP, _EMPTY_ZIP}:
        return False
    data.seek(0)
    return _packed(data) is None


def _reader(data: bytes, suffix: str) -> FormatReader:
    if b"%PDF-" in data[:1024]:
        return read_pdf
    if data.startswith(_ZIP):
        reader = _packed(BytesIO(data))
        if reader is None:
            raise UnreadableError(_ARCHIVE)
        return reader
    if data.startswith(_OLE):
        return _old_office(data, suffix)
    if data.startswith(b"{\\rtf"):
        return read_rtf
    if _HTML.match(data[:4096]) or (suffix in {".html", ".htm", ".xhtml"} and b"<" in data):
        return read_html
    if suffix in _TABLES:
        return read_csv
    if suffix == ".md":
        return read_markdown
    return read_mail if is_mail(data, suffix) else read_plain


def _packed(data: IO[bytes]) -> FormatReader | None:
    """Return the reader for an archive whose members identify its format; None for an ordinary archive."""
    with unpacking(data) as archive:
        names = set(archive.namelist())
        size = sum(one.file_size for one in archive.infolist())
        kind = archive.read("mimetype")[:80].decode("ascii", "replace") if "mimetype" in names else ""
    reader = _packed_reader(names, kind)
    if reader and size > MAX_UNPACKED:
        raise UnreadableError(_TOO_LARGE)
    if reader is None and ("[Content_Types].xml" in names or kind):
        raise UnreadableError(_OTHER_ZIP)
    return reader


def _packed_reader(names: Set[str], kind: str) -> FormatReader | None:
    if "word/document.xml" in names:
        return read_word
    if "ppt/presentation.xml" in names:
        return read_slides
    if any(name.startswith("xl/workbook") for name in names) or "spreadsheet" in kind:
        return read_spreadsheet
    if "epub" in kind or "META-INF/container.xml" in names:
        return read_epub
    return read_odt if "opendocument.text" in kind else None


def _old_office(data: bytes, suffix: str) -> FormatReader:
    """Also by its name, since a workbook may be in a text, and a text in a workbook."""

    def has(part: str) -> bool:
        return part.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        raise UnreadableError(_LOCKED)
    is_book = has("Workbook") or has("Book")
    if is_book and suffix == ".xls":
        return read_spreadsheet
    if has("WordDocument"):
        raise UnreadableError(_OLD_WORD)
    if has("PowerPoint Document"):
        raise UnreadableError(_OLD_SLIDES)
    if is_book:
        return read_spreadsheet
    raise UnreadableError(_OTHER_OLE)
