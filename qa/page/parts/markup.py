"""Text to HTML, and the small parts that several tabs show. Every text of a document or of a person is escaped here."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date

from qa.page.parts import words
from qa.page.parts.language import Language, Text

Span = tuple[int, int]

# Characters that reorder the text around them: shown by their number, so that no title can disguise a file's name.
_REORDERING = {
    code: f"⟨U+{code:04X}⟩" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
PAGE = 20
"""Entries of a list shown at a time."""
PAGES = Text("Các trang", "Pages")
PAGE_OF = Text("Trang {page}/{pages}", "Page {page} of {pages}")
PREVIOUS = Text("Trang trước", "Previous")
NEXT = Text("Trang sau", "Next")

ICON = (
    '<svg class="thumb" viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M8 11v9H4.5A1.5 1.5 0 0 1 3 18.5v-6A1.5 1.5 0 0 1 4.5 11H8zm2 9V10.6l3.6-7.1a.9.9 0 0 1 .8-.5 '
    '2.6 2.6 0 0 1 2.5 3.3L16.2 9H19a2 2 0 0 1 2 2.4l-1.4 7A2 2 0 0 1 17.6 20H10z"/></svg>'
)


def escaped(text: str) -> str:
    """Text that is safe between tags and inside a quoted attribute."""
    return html.escape(text.translate(_REORDERING), quote=True)


def copied(text: str) -> str:
    """Text for a quoted attribute that is not shown, but copied or sent: all its characters stay."""
    return html.escape(text, quote=True)


def marked(text: str, spans: Sequence[Span]) -> str:
    """Return the text with these spans marked, neighbours together."""
    pieces, done = [], 0
    for start, end in joined(text, spans):
        pieces.append(f"{escaped(text[done:start])}<mark>{escaped(text[start:end])}</mark>")
        done = end
    return "".join(pieces) + escaped(text[done:])


def joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Neighbours with nothing but space between them become one."""
    together: list[Span] = []
    for start, end in spans:
        if together and not text[together[-1][1] : start].strip():
            start = together.pop()[0]
        together.append((start, end))
    return together


def language_mark(language: str | None) -> str:
    """The attribute that tells a screen reader the language of a document's text; nothing where it is not known."""
    return f' lang="{escaped(language)}"' if language else ""


def time(published: date, language: Language) -> str:
    """Return a date that machines can read too."""
    return f'<time datetime="{published.isoformat()}">{words.day(published, language)}</time>'


def place_mark(place: str, language: Language) -> str:
    """Return what a part of a document is called; nothing where it has no name."""
    return f'<span class="place">{escaped(words.place(place, language))}</span>' if place else ""


def where(published: date | None, source: str, language: Language, place: str = "", index: str = "") -> str:
    """Return the date and the source of a document, a place in it, and its index, as far as it has them."""
    parts = [
        time(published, language) if published else "",
        f'<span class="file">{escaped(source)}</span>' * bool(source),
        place_mark(place, language),
        f'<span class="index">{escaped(index)}</span>' * bool(index),
    ]
    return " · ".join(part for part in parts if part)


def legislation(metadata: Mapping[str, str], language: Language) -> str:
    """Return what a law or office document says of itself; nothing of any other document."""
    told = [(name[language], metadata[key]) for key, name in words.LEGISLATION.items() if metadata.get(key)]
    lines = "".join(f"<div><dt>{name}</dt><dd>{_day_or_text(value, language)}</dd></div>" for name, value in told)
    return f'<dl class="legislation">{lines}</dl>' if lines else ""


def _day_or_text(value: str, language: Language) -> str:
    try:
        return time(date.fromisoformat(value), language)
    except ValueError:
        return escaped(value)


def file(name: str) -> str:
    """Return a file's name, whose letters keep their direction to themselves."""
    return f'<bdi class="file">{escaped(name)}</bdi>'


def notice(told: str, name: str = "") -> str:
    """One line on what was done, with the name of what it was done to."""
    about = f" {file(name)}" if name else ""
    return f'<p class="notice">{escaped(told)}{about}</p>'


def trouble(told: str) -> str:
    """One line on what went wrong."""
    return f'<p class="notice trouble" role="alert">{escaped(told)}</p>'


def pager(page: int, pages: int, language: Language) -> str:
    """Return the ways to the neighbours of a page, from 0; nothing when there is only one."""
    if pages < 2:
        return ""
    told = PAGE_OF[language].format(page=page + 1, pages=pages)
    return (
        f'<nav class="pager" aria-label="{PAGES[language]}">{_turn(page - 1, page > 0, PREVIOUS[language])}'
        f"<span>{told}</span>{_turn(page + 1, page + 1 < pages, NEXT[language])}</nav>"
    )


def _turn(page: int, possible: object, label: str) -> str:
    off = "" if possible else " disabled"
    return f'<button type="button" data-page="{page}"{off}>{label}</button>'


def turned(wanted: object, total: int, each: int = PAGE) -> int:
    """Return the page that an event asked for, which may be anything, brought among those that there are."""
    last = max(0, (total - 1) // each)
    return min(max(wanted, 0), last) if isinstance(wanted, int) else 0
