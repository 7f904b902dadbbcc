"""Read rich text (.rtf) through striprtf, which knows no paragraphs or styles: these are followed here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from qa.documents.formats.headings import places_from
from qa.documents.formats.protocol import BROKEN, Content, UnreadableError
from qa.documents.formats.tables import row

_HEADING, _TITLE = "\ufdd0", "\ufdd1"  # at the end of such a paragraph; Unicode has no characters there
_LINE_END = "\u2028"
_NOTE = "{\\footnote"
_STYLES = "{\\stylesheet"
_SIGN = re.compile(r"\\[\\{}]|[{}]")
_TOKEN = re.compile(r"\\(?:(?P<word>[a-zA-Z]+)(?P<number>-?\d{1,9})? ?|[^a-zA-Z])|[{}]", re.DOTALL)
_STYLE = re.compile(r"\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}")
_NUMBER = re.compile(r"\\s(?P<number>\d+)(?!\w)")
_BASE = re.compile(r"\\sbasedon(?P<number>\d+)")
_LEVEL = re.compile(r"\\outlinelevel(?P<level>\d{1,9})")
_CONTROLS = re.compile(r"\\[a-zA-Z]+-?\d* ?|\\\*|\{[^{}]*\}(?=.)|[{}\r\n]")
_HEADING_NAME = re.compile(r"heading(?P<number> [1-9])?(?:,.*)?", re.IGNORECASE)  # other names follow a comma
_TEXT_LEVEL = 9  # the outline level of what is no heading (Rich Text Format Specification 1.9.1, \outlinelevel)
_TABLE_ROW = re.compile(r"^(?:[^|\n]*\|){2,}$", re.MULTILINE)
_FAILURES = (ValueError, LookupError, OverflowError, TypeError, RecursionError)


def read_rtf(data: bytes) -> Content:
    """Return the text of a rich text file with a place for the part below each heading, its notes at the end.

    A paragraph is a heading by its outline level, or by its style. The title is a paragraph in the title style.
    """
    from striprtf.striprtf import rtf_to_text

    try:
        marked = _notes_last(_with_marks(data.decode("latin-1")))
        text = str(rtf_to_text(marked, encoding="cp1258", errors="replace"))  # type: ignore[no-untyped-call]
    except _FAILURES as error:
        raise UnreadableError("a damaged RTF file: open it in Word or LibreOffice and save it anew") from error
    content = _content(_TABLE_ROW.sub(lambda line: row(line[0].split("|")[:-1]), text))
    return content if data.rstrip(b"\0\r\n ").endswith(b"}") else replace(content, damage=BROKEN)


def _content(marked: str) -> Content:
    """Return a text whose headings and titles are marked, without the marks."""
    lines: list[str] = []
    headings: list[tuple[int, str]] = []
    title, start = "", 0
    for line in marked.split("\n"):
        shown = line.replace(_HEADING, "").replace(_TITLE, "")
        shown = shown if shown == line else shown.strip()  # before a heading may be the sign of a list
        name = " ".join(shown.split())
        if _HEADING in line and name:
            headings.append((start, name))
        title = title or (name if _TITLE in line else "")
        lines.append(shown.replace(_LINE_END, "\n"))
        start += len(shown) + 1
    text = "\n".join(lines)
    return Content(text, title, places=places_from(text, headings))


# Paragraphs


class _Paragraph(NamedTuple):
    """What is known of the paragraph that is being read."""

    style: str = ""
    level: int | None = None
    in_table: bool = False

    def mark(self, styles: Mapping[str, str]) -> str:
        """Return the mark of a heading or title, empty for another paragraph."""
        if self.level is not None and self.level < _TEXT_LEVEL:
            return _HEADING
        return styles.get(self.style, "") if self.level is None else ""


def _with_marks(text: str) -> str:
    """Return a rich text with a mark at the end of each heading and title, whose lines stay together, as do cells."""
    styles = _marked_styles(text)
    parts: list[str] = []
    done = 0
    for token, paragraph in _ends(text):
        mark = paragraph.mark(styles)
        if paragraph.in_table or (mark and token["word"] == "line"):
            parts += [text[done : token.start()], "{ }" if paragraph.in_table else f"{{{_LINE_END}}}"]
            done = token.end()
        elif mark:
            parts += [text[done : token.start()], f"{{{mark}}}"]
            done = token.start()
    return "".join([*parts, text[done:]])


def _ends(text: str) -> Iterator[tuple[re.Match[str], _Paragraph]]:
    """Yield what ends each line and paragraph, the end of the text too, and the paragraph."""
    paragraph = _Paragraph()
    groups: list[_Paragraph] = []
    for token in _tokens(text):
        word, number = token["word"], int(token["number"] or 0)
        if token[0] == "{":
            groups.append(paragraph)
        elif token[0] == "}":
            if len(groups) == 1 and not paragraph.in_table:
                yield token, paragraph
            paragraph = groups.pop() if groups else _Paragraph()
        elif word in {"par", "line"} or token[0] in {"\\\n", "\\\r"}:
            yield token, paragraph
        else:
            paragraph = _after(paragraph, word, number)


def _after(paragraph: _Paragraph, word: str | None, number: int) -> _Paragraph:
    """Return the paragraph after a control word."""
    if word in {"pard", "footnote"}:
        return _Paragraph()
    if word == "s":
        return paragraph._replace(style=str(number))
    if word == "outlinelevel":
        return paragraph._replace(level=number)
    return paragraph._replace(in_table=word == "intbl") if word in {"intbl", "row"} else paragraph


def _tokens(text: str) -> Iterator[re.Match[str]]:
    """Yield control words, signs and braces, without those in binary data."""
    place = 0
    while token := _TOKEN.search(text, place):
        yield token
        place = token.end() + (max(int(token["number"] or 0), 0) if token["word"] == "bin" else 0)


def _marked_styles(text: str) -> dict[str, str]:
    """Return the mark of each style, by number, whose paragraphs are headings or titles."""
    start = text.find(_STYLES)
    sheet = text[start + 1 : _group_end(text, start)] if start >= 0 else ""
    styles = {number["number"]: style[0] for style in _STYLE.finditer(sheet) if (number := _NUMBER.search(style[0]))}
    return {number: mark for number in styles if (mark := _mark(number, styles))}


def _mark(number: str, styles: Mapping[str, str]) -> str:
    """Return the mark of a style by its outline level or name, or by those of the style it is based on; may be empty.

    LibreOffice bases titles of every sort on a style "Heading", which makes none of them a heading.
    """
    seen: set[str] = set()
    while number in styles and number not in seen:
        seen.add(number)
        level, name = _LEVEL.search(styles[number]), _CONTROLS.sub("", styles[number]).strip(" ;")
        if level:
            return _HEADING if int(level["level"]) < _TEXT_LEVEL else ""
        called = _HEADING_NAME.fullmatch(name)
        if called and (called["number"] or len(seen) == 1):
            return _HEADING
        if name == "Title" and len(seen) == 1:
            return _TITLE
        below = _BASE.search(styles[number])
        number = below["number"] if below else ""
    return ""


# Notes


def _notes_last(marked: str) -> str:
    """Return a rich text with its notes, which striprtf leaves out, as paragraphs at the end."""
    kept, notes, place = [], [], 0
    while (start := marked.find(_NOTE, place)) >= 0:
        end = _group_end(marked, start)
        kept.append(marked[place:start])
        notes.append(f"\\par{{{marked[start + len(_NOTE) : end].lstrip(' ')}}}")
        place = end + 1
    last = marked.rfind("}", place)
    return "".join([*kept, marked[place:last], *notes, marked[last:]]) if notes and last >= 0 else marked


def _group_end(marked: str, start: int) -> int:
    """Return the place of the brace that closes the group beginning here, or else the end."""
    depth = 0
    for sign in _SIGN.finditer(marked, start):
        depth += (sign[0] == "{") - (sign[0] == "}")
        if not depth:
            return sign.start()
    return len(marked)
