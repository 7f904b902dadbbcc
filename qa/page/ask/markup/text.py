"""Text to HTML. Every text of a document or of a person is escaped here, and nowhere else."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date

from qa.page import words
from qa.page.parts.language import Language

Span = tuple[int, int]

# Characters that reorder the text around them: shown by their number, so that no title can disguise a file's name.
_REORDERING = {
    code: f"⟨U+{code:04X}⟩" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def escaped(text: str) -> str:
    """Text that is safe between tags and inside a quoted attribute."""
    return html.escape(text.translate(_REORDERING), quote=True)


def copied(text: str) -> str:
    """Text for a quoted attribute that is not shown, but copied or sent: all its characters stay."""
    return html.escape(text, quote=True)


def marked(text: str, spans: Sequence[Span]) -> str:
    """The text with these spans marked, neighbours together."""
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
    """A date that machines can read too."""
    return f'<time datetime="{published.isoformat()}">{words.day(published, language)}</time>'


def place_mark(place: str, language: Language) -> str:
    """What a part of a document is called; nothing where it has no name."""
    return f'<span class="place">{escaped(words.place(place, language))}</span>' if place else ""


def where(published: date | None, source: str, language: Language, place: str = "") -> str:
    """The date and the source of a document, and a place in it, as far as it has them."""
    parts = [
        time(published, language) if published else "",
        f'<span class="file">{escaped(source)}</span>' * bool(source),
        place_mark(place, language),
    ]
    return " · ".join(part for part in parts if part)


def legislation(metadata: Mapping[str, str], language: Language) -> str:
    """What a law or office document says of itself; nothing of any other document."""
    told = [(name[language], metadata[key]) for key, name in words.LEGISLATION.items() if metadata.get(key)]
    lines = "".join(f"<div><dt>{name}</dt><dd>{_day_or_text(value, language)}</dd></div>" for name, value in told)
    return f'<dl class="legislation">{lines}</dl>' if lines else ""


def _day_or_text(value: str, language: Language) -> str:
    try:
        return time(date.fromisoformat(value), language)
    except ValueError:
        return escaped(value)
