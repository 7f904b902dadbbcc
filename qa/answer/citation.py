r"""Make citations: a quote with all that a reader needs to find its source again, in four formats.

Every format has the quote between “ and ”, and a locator, `qa:DOCUMENT#START-END`, with the document and the
offsets; `qa:DOCUMENT?index=NAME#START-END` if several indexes were searched. Document and name are percent-encoded
in it, so that the locator is one word of ASCII, which copying does not change. In plain text and APA no other
part of a citation has a double quote, so the quote is the text between the first and the last one. Does not know
indexes; `qa.answer.verifying` reads citations back.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args
from urllib.parse import quote as percent_encoded

from qa.answer.answer import Answer, Finding
from qa.documents import pages_of
from qa.errors import CitationError
from qa.passages import Passage
from qa.text import nfc, sentences
from qa.text.values.value import MONTHS

CitationFormat = Literal["plain", "markdown", "bibtex", "apa"]
CITATION_FORMATS: tuple[CitationFormat, ...] = get_args(CitationFormat)
CitationLanguage = Literal["vi", "en"]
"""The languages for the words and dates of a citation; the quote stays as it is."""

# Braces become words because BibTeX counts them even after a backslash.
LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "`": r"\textasciigrave{}",
    **{character: f"\\{character}" for character in "%&#_$"},
}
# Two of these in a row are drawn as one character.
_LIGATURE = re.compile(r"(?<=([-'<>,]))(?=\1)")
# They reorder the surrounding text, so that a title could pass for another, or are control characters.
_HIDDEN = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|$]")
_ACCESSED = {"en": "accessed", "vi": "truy cập"}
_UNDATED = {"en": "n.d.", "vi": "không ghi ngày"}
_ANONYMOUS = {"en": "Anonymous", "vi": "Khuyết danh"}
_NESTED = str.maketrans('“”"', "‘’'")


@dataclass(frozen=True)
class Citation:
    """A quote and its place: `document.text[start:end]`, white space apart, when it was `accessed`.

    `place` is the name of the part of the document that holds the quote, such as "tr. 3" or "tr. 3–5", may be empty;
    `index` is the name of the document's index, if several were searched. `quote`, `title`, `source` and `place` are
    each reduced to one line, in NFC, without characters that control or reorder text.
    """

    quote: str
    title: str
    source: str
    published: date | None
    document_id: str
    start: int
    end: int
    accessed: date
    place: str = ""
    index: str = ""

    def __post_init__(self) -> None:
        for name in ("quote", "title", "source", "place"):
            object.__setattr__(self, name, one_line(getattr(self, name)))

    @classmethod
    def of(cls, found: Answer | Finding | Passage, accessed: date | None = None) -> Citation:
        """Cite the sentence of an answer or finding, or a whole passage, accessed today unless another date is given.

        Raises `CitationError` for an answer that declined.
        """
        passage, start, end = _cited(found)
        quote = passage.text[start - passage.start : end - passage.start]
        where = (passage.title, passage.source, passage.published, passage.document_id)
        return cls(quote, *where, start, end, accessed or date.today(), passage.place_of(start, end), passage.index)

    @property
    def locator(self) -> str:
        """Return the document, its index and the offsets as one ASCII word that `qa verify` can read back."""
        index = f"?index={percent_encoded(self.index, safe='')}" if self.index else ""
        return f"qa:{percent_encoded(self.document_id)}{index}#{self.start}-{self.end}"

    def format(self, name: CitationFormat, language: CitationLanguage = "en") -> str:
        """Return the citation in one of `CITATION_FORMATS`."""
        made = {"plain": self.plain, "markdown": self.markdown, "bibtex": self.bibtex, "apa": self.apa}
        return made[name](language)

    def plain(self, language: CitationLanguage = "en") -> str:
        """Return two lines: the quote; title, source, place, dates and locator."""
        parts = [part.translate(_NESTED) for part in (self.title, self.source, self.place)]
        parts += [*self._days(language), self.locator]
        return f"“{self.quote}”\n— {', '.join(part for part in parts if part)}"

    def markdown(self, language: CitationLanguage = "en") -> str:
        """Return a block quote and its source, which display as text whatever the document contains."""
        named = (self.title, self.source, self.place)
        title, source, place = (_escaped_markdown(part.translate(_NESTED)) for part in named)
        parts = [title and f"*{title}*", source, place, *self._days(language)]
        where = ", ".join(part for part in parts if part)
        return f"> “{_escaped_markdown(self.quote)}”\n>\n> — {where}, `{self.locator}`"

    def bibtex(self, language: CitationLanguage = "en") -> str:
        """Return an entry of type @misc, with the source as `howpublished` and quote, place and locator as `note`."""
        published, accessed, pages = self.published, self.accessed.isoformat(), pages_of(self.place)
        place = self.place and f" {self.place.translate(_NESTED)}."
        where = f"{place} {_ACCESSED[language].capitalize()} {_plain_day(self.accessed, language)}. {self.locator}"
        fields = {
            "title": self.title and f"{{{{{_escaped_latex(self.title)}}}}}",
            "howpublished": self.source and f"{{{{{_escaped_latex(self.source)}}}}}",
            "year": published and f"{{{published.year:04}}}",
            "month": published and MONTHS[published.month - 1][:3].lower(),
            "day": published and f"{{{published.day}}}",
            "pages": pages and f"{{{'--'.join(map(str, dict.fromkeys(pages)))}}}",
            "urldate": f"{{{accessed}}}",
            "note": f"{{“{_escaped_latex(self.quote)}”{_escaped_latex(where)}}}",
        }
        key = hashlib.sha256(self.locator.encode()).hexdigest()[:12]
        lines = "".join(f"  {name} = {value},\n" for name, value in fields.items() if value)
        return f"@misc{{qa-{key},\n{lines}}}"

    def apa(self, language: CitationLanguage = "en") -> str:
        """Return a reference in APA style (7th edition), and the quote; the title replaces an unknown author."""
        title, source, place = (part.translate(_NESTED).rstrip(".") for part in (self.title, self.source, self.place))
        day = _apa_day(self.published, language) if self.published else _UNDATED[language]
        first, *rest = [part for part in (title, source) if part] or [_ANONYMOUS[language]]
        where = " ".join([*rest, *([f"({place})"] if place else [])])
        retrieved = f"Retrieved {_american(self.accessed)}, from"
        if language == "vi":
            retrieved = f"Truy cập ngày {_vietnamese(self.accessed)}, từ"
        parts = [first, f"({day})", *([where] if where else []), f"{retrieved} {self.locator}"]
        return f"{'. '.join(parts)}\n“{self.quote}”"

    def _days(self, language: CitationLanguage) -> tuple[str, str]:
        published = _plain_day(self.published, language) if self.published else _UNDATED[language]
        return published, f"{_ACCESSED[language]} {_plain_day(self.accessed, language)}"


def one_line(text: str) -> str:
    """Return the text in NFC, without characters that control or reorder it, any white space as a single space."""
    return nfc(" ".join(_HIDDEN.sub("", text).split()))


def _escaped_latex(text: str) -> str:
    """Return one line that LaTeX shows literally, and whose braces are balanced for BibTeX."""
    return _LIGATURE.sub("{}", "".join(LATEX.get(character, character) for character in text))


def _escaped_markdown(text: str) -> str:
    """Return one line that Markdown shows literally within a paragraph."""
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _plain_day(day: date, language: CitationLanguage) -> str:
    return f"{day:%d/%m}/{day.year:04}" if language == "vi" else day.isoformat()


def _apa_day(day: date, language: CitationLanguage) -> str:
    if language == "vi":
        return f"{day.year:04}, ngày {day.day} tháng {day.month}"
    return f"{day.year:04}, {MONTHS[day.month - 1].capitalize()} {day.day}"


def _american(day: date) -> str:
    return f"{MONTHS[day.month - 1].capitalize()} {day.day}, {day.year:04}"


def _vietnamese(day: date) -> str:
    return f"{day.day} tháng {day.month} năm {day.year:04}"


def _cited(found: Answer | Finding | Passage) -> tuple[Passage, int, int]:
    if isinstance(found, Passage):
        return found, found.start, found.end
    if found.source is None or found.start is None or found.end is None:
        raise CitationError("A question that was declined has no answer to cite.", "Cite a passage of its evidence.")
    return found.source.passage, *sentence_around(found.source.passage, found.start, found.end)


def sentence_around(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the sentence of a passage around a span, or all that it overlaps; offsets are the document's."""
    spans = [(passage.start + first, passage.start + last) for first, last in sentences(passage.text)]
    touched = [span for span in spans if span[0] < end and start < span[1]]
    return min([start, *(first for first, _ in touched)]), max([end, *(last for _, last in touched)])
