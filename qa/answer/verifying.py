"""Read citations back and look whether the quote still stands in its source.

Changes made by copying do not count: white space and line ends, invisible characters, composed or decomposed letters,
curly or straight quotes. Anything else does: a quote that begins or ends within a word or number, such as "12 nhà" in
"112 nhà", is not there. Knows nothing of how a quote was found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import unquote

from qa.answer.citation import LATEX, Citation, one_line
from qa.documents import Document, read_documents
from qa.errors import CitationError, DocumentNotFoundError
from qa.index import Index
from qa.text import nfc, sentences, syllables

Standing = Literal["stands", "moved", "changed", "gone"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
OnDisk = Literal["stands", "moved", "changed", "gone", "unreadable"]

# A longer quote is not a sentence or passage, and a longer run of letters is not a word.
QUOTE_CHARACTERS = 5_000
WORD_CHARACTERS = 60

_LOCATOR = re.compile(
    r"(?<!\w)qa:(?P<id>[\w.~/%-]+)(?:\?index=(?P<index>[\w.~%-]+))?#(?P<start>\d{1,12})-(?P<end>\d{1,12})", re.ASCII
)
_SEVERAL = re.compile(rf'["”].*?{_LOCATOR.pattern}.*?["“]', re.DOTALL)
_QUOTED = re.compile(r'["“”](.*)["“”]', re.DOTALL)
_NOTE = re.compile(r"\bnote\s*=\s*\{((?:[^{}]|\{\})*)\}")
_LATEX_ESCAPE = re.compile("|".join(map(re.escape, (*LATEX.values(), "{}"))))
_LATEX_MEANS = {escape: character for character, escape in LATEX.items()}
_MARKDOWN_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BLOCK_MARKS = re.compile(r"^(?:[ \t]*>)+", re.MULTILINE)
_IN_A_BLOCK = re.compile(r"(?:[ \t]*>.*(?:\n|\Z)|[ \t]*\n)+")

_INVISIBLE = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
_UNSEEN = re.compile(f"[{_INVISIBLE}]+")
_WORD = re.compile(r"[^\W_]+")
_STRAIGHT = str.maketrans("“”", '""')


_MANY, _ONE = "There is more than one citation here.", "Give them one by one."


@dataclass(frozen=True)
class Verification:
    """What happened to a quote in its document, and in the file that the document was read from.

    `standing`: it "stands" at its place; it "moved", with `start` and `end` where it is now; it "changed", with
    `nearest` as the most similar sentence; or the document is "gone" from the index. `on_disk` says the same of the
    file at `path`, or that it is "unreadable"; None if the document was not read from a file. `edited` tells that the
    file no longer has the text that is in the index, or has the quote in a part of another name. `place` and
    `place_on_disk` name the parts of the document and of the file where the quote now is, such as "tr. 3"; empty if it
    is not there, or they have no name. A `damaged` document of the index is not the one that was indexed, so a quote
    found in it proves nothing. `index` is the name of the index that was searched, if there are several.
    """

    quote: str
    document_id: str
    standing: Standing
    start: int | None = None
    end: int | None = None
    nearest: str | None = None
    path: str | None = None
    on_disk: OnDisk | None = None
    edited: bool = False
    place: str = ""
    place_on_disk: str = ""
    damaged: bool = False
    index: str = ""

    @property
    def stands(self) -> bool:
        """Whether the quote is in the index's document, which is intact, and in its file if that can be read."""
        return self.standing in ("stands", "moved") and self.on_disk != "changed" and not self.damaged

    def to_json(self) -> dict[str, Any]:
        """Return the verification as values for JSON."""
        index = {"index": self.index or None}
        in_index = ("document_id", "quote", "standing", "start", "end", "place", "nearest", "damaged")
        names = (*in_index, "path", "on_disk", "edited", "place_on_disk")
        return {"stands": self.stands, **index, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class _Quoted:
    quote: str
    document_id: str
    start: int
    end: int
    index: str


def verify(citation: Citation | str, index: Index | Mapping[str, Index]) -> Verification:
    """Open the source of a citation, in any of its formats, and check whether the quote is still there.

    Of several indexes by name, the one that the citation names is searched, or else each.

    Raises `CitationError` for a text that is not a citation.
    """
    quoted = _read(citation) if isinstance(citation, str) else _checked(citation)
    if isinstance(index, Index):
        return _verified(quoted, index)
    names = [quoted.index] if quoted.index in index else list(index)
    found = [replace(_verified(quoted, index[name]), index=name) for name in names]
    return max(found, key=lambda one: (one.stands, -STANDINGS.index(one.standing)))


def _verified(quoted: _Quoted, index: Index) -> Verification:
    try:
        document = index.document(quoted.document_id)
    except DocumentNotFoundError:
        return Verification(quoted.quote, quoted.document_id, "gone")
    span = _find(quoted, document.text)
    if span is None and _SEVERAL.search(quoted.quote):
        raise CitationError(_MANY, _ONE)
    start, end = span or (None, None)
    return _with_file(
        quoted,
        document,
        Verification(
            quoted.quote,
            document.id,
            _standing(quoted, span),
            start,
            end,
            nearest=None if span else _nearest(quoted.quote, document.text),
            place=document.place(*span) if span else "",
            damaged=not index.is_whole(document),
        ),
    )


# Reading citations


def split_citations(text: str) -> list[str]:
    """Split citations at empty lines, as they are printed; any other text is one citation."""
    parts = re.split(r"\n[ \t]*\n", text.strip())
    whole = all(_QUOTED.search(part) and _LOCATOR.search(part) for part in parts)
    return parts if whole else [text]


def _read(text: str) -> _Quoted:
    """Return the quote and the locator of a citation in any format.

    The quote reaches from the first double quote to the last, since a citation has none elsewhere. Of the locators
    outside the quote the last one is the citation's own: a title that looks like one comes before it.
    """
    if _IN_A_BLOCK.fullmatch(text):  # Markdown, or quoted in a reply to an e-mail
        text = _BLOCK_MARKS.sub("", text)
    shown = _bibtex_note(text) if text.lstrip().startswith("@") else text
    quoted = _QUOTED.search(shown)
    if quoted is None:
        raise CitationError(
            "There is no quote in this citation.", "Copy the whole of it, with the quote between “ and ”."
        )
    outside = f"{shown[: quoted.start()]} {shown[quoted.end() :]}"
    locators = list(_LOCATOR.finditer(outside))
    if not locators:
        raise CitationError(
            "This citation does not say where its quote stands.",
            "Copy the whole of it, with the part that begins with qa: and ends with two numbers.",
        )
    last, quote = locators[-1], quoted[1]
    if outside[: last.start()].endswith("`"):
        quote = _MARKDOWN_ESCAPE.sub(r"\1", quote)
    return _checked(
        _Quoted(quote, unquote(last["id"]), int(last["start"]), int(last["end"]), unquote(last["index"] or ""))
    )


def _bibtex_note(entry: str) -> str:
    """Return the note of an entry as LaTeX shows it; empty when there is none."""
    notes = _NOTE.findall(entry)
    if len(notes) > 1:
        raise CitationError(_MANY, _ONE)
    return _LATEX_ESCAPE.sub(lambda escape: _LATEX_MEANS.get(escape[0], ""), notes[0]) if notes else ""


def _checked(found: Citation | _Quoted) -> _Quoted:
    quote = _form(found.quote)
    if not quote:
        raise CitationError("The quote of this citation is empty.", "Copy the whole of it.")
    if len(quote) > QUOTE_CHARACTERS:
        raise CitationError(
            f"The quote of this citation has {len(quote):,} characters.",
            f"At most {QUOTE_CHARACTERS:,} are looked for.",
        )
    document_id = nfc(found.document_id)
    return _Quoted(one_line(found.quote), document_id, found.start, found.end, found.index)


# Finding the quote


def _find(quoted: _Quoted, text: str) -> tuple[int, int] | None:
    """Return where the quote is: at its place, or else at the nearest one."""
    cited = (quoted.start, quoted.end)
    wanted = _form(quoted.quote)
    if _form(text[slice(*cited)]) == wanted and not _cuts_a_word(text, *cited):
        return cited
    found = [match.span() for match in _pattern(wanted).finditer(text) if not _cuts_a_word(text, *match.span())]
    return min(found, key=lambda span: abs(span[0] - quoted.start), default=None)


def _standing(quoted: _Quoted, span: tuple[int, int] | None) -> Literal["stands", "moved", "changed"]:
    if span is None:
        return "changed"
    return "stands" if span == (quoted.start, quoted.end) else "moved"


def _with_file(quoted: _Quoted, document: Document, found: Verification) -> Verification:
    """Return the verification with what happened to the quote in the file as it is now, read as for the index."""
    path, member = document.path, document.metadata.get("member")
    if not path:
        return found
    if not Path(path).is_file():
        return replace(found, path=path, on_disk="gone")
    again = next((one for one in read_documents([path]) if one.metadata.get("member") == member), None)
    if again is None:
        return replace(found, path=path, on_disk="unreadable")
    span = _find(quoted, again.text)
    place = again.place(*span) if span else ""
    return replace(
        found,
        path=path,
        on_disk=_standing(quoted, span),
        edited=again.text != document.text or not _still_named(found.place, place),
        place_on_disk=place,
    )


def _still_named(place: str, on_disk: str) -> bool:
    """Return whether a place in the file has the names that the index knows, of which earlier versions knew fewer."""
    names = filter(None, place.split(", "))
    return all(re.search(rf"(?:^|, ){re.escape(name)}(?![\w–])", on_disk) for name in names)


def _form(text: str) -> str:
    """Return a form that is the same for all copies of a text."""
    return one_line(_UNSEEN.sub("", text)).translate(_STRAIGHT)


def _pattern(form: str) -> re.Pattern[str]:
    """Return a pattern for any text of this form, except for letters whose marks an invisible character separates."""
    # A space takes the invisible characters after it, so that no other part can: otherwise a failing match would try
    # every division.
    parts = {" ": rf"\s[\s{_INVISIBLE}]*+", '"': f'["“”][{_INVISIBLE}]*+'}
    inner, last = form[:-1], form[-1]
    pieces = [parts.get(one) or f"{re.escape(one)}[{_INVISIBLE}]*+" for one in inner]
    return re.compile("".join(pieces) + ('["“”]' if last == '"' else re.escape(last)))


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Return whether the span begins or ends within a word or a number."""
    return any(_within_word(text, at) for at in (start, end))


def _within_word(text: str, at: int) -> bool:
    first = max(0, at - WORD_CHARACTERS)
    words = syllables(text[first : at + WORD_CHARACTERS])
    return any(word.start < at - first < word.end and word.end - word.start < WORD_CHARACTERS for word in words)


def _nearest(quote: str, text: str) -> str | None:
    """Return the sentence that shares the largest part of its words with the quote.

    It is None if no sentence shares any.
    """
    wanted = _words(quote)
    best, nearest = 0.0, None
    for start, end in sentences(text):
        words = _words(text[start:end])
        shared = 2 * (wanted & words).total() / max(1, wanted.total() + words.total())
        if shared > best:
            best, nearest = shared, text[start:end]
    return nearest


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))
