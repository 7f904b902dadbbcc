"""The building blocks of tabs: templates for HTML, HTML parts with the page's script, and events.

A template is a file of Jinja2 macros beside the tab that shows them. Every text is escaped where a macro shows it, and
characters that reorder the text around them are shown by their number; `exact` keeps those in what is copied or sent.
No event is an endpoint of the public API.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import gradio as gr
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from qa import QAError
from qa.page.parts import words
from qa.page.parts.library import Library
from qa.page.parts.users import User, user_of
from qa.page.parts.words import ADDRESSES, Language
from qa.text import storable

Span = tuple[int, int]

_REORDERING = {
    code: f"⟨U+{code:04X}⟩" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
PAGE = 20
"""Entries of a list shown at a time; chosen by hand."""


def escaped(text: str) -> Markup:
    """Return a text as the page shows it: safe between tags and inside a quoted attribute."""
    return escape(_shown(text))


def pieces(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """Return the text in pieces, and which of them are in these spans, neighbours together."""
    cut, done = [], 0
    for start, end in joined(text, spans):
        cut += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [*cut, (text[done:], False)]


def joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Join neighbours with nothing but space between them."""
    together: list[Span] = []
    for start, end in spans:
        if together and not text[together[-1][1] : start].strip():
            start = together.pop()[0]
        together.append((start, end))
    return together


def legislation(metadata: Mapping[str, str], language: Language) -> list[tuple[str, str | date]]:
    """Return the names and values of a legal or office document's metadata; nothing for any other document."""
    given = {key: name for key, name in words.LEGISLATION.items() if metadata.get(key)}
    return [(name[language], _day_or_text(metadata[key])) for key, name in given.items()]


def turned(wanted: object, total: int, each: int = PAGE) -> int:
    """Return the page number that an event asked for, which may be anything, limited to existing pages."""
    last = max(0, (total - 1) // each)
    return min(max(wanted, 0), last) if isinstance(wanted, int) else 0


class _Joined(Extension):
    """Removes line breaks beside tags from a template, so that it can be laid out freely; others become spaces."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - Jinja's
        return re.sub(r"\s*\n\s*", " ", re.sub(r"(?<=[>}])\s*\n\s*(?=[<{]|$)", "", source.strip()))


def _shown(value: Any) -> Any:
    """Escape whatever a macro shows, unless it is HTML already."""
    return value.translate(_REORDERING) if isinstance(value, str) and not isinstance(value, Markup) else value


def _fill(text: str, *values: object) -> Markup:
    """Return a text of the page with each {} filled in, by texts or HTML."""
    return escape(text).format(*map(_shown, values))


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent),
    extensions=[_Joined],
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
)
_ENVIRONMENT.filters |= {"day": words.day, "place": words.place, "number": words.number, "pieces": pieces}
_ENVIRONMENT.filters |= {"fill": _fill, "exact": escape, "shown": escaped, "legislation": legislation}
_ENVIRONMENT.globals["common"] = words


class Macros:
    """The macros of a template file, by language; they say the `words` of their tab."""

    def __init__(self, file: str, own: ModuleType = words) -> None:
        template = _ENVIRONMENT.get_template(file)
        self._views = {one: template.make_module({"language": one, "words": own}) for one in ADDRESSES}

    def __getitem__(self, language: Language) -> Any:
        return self._views[language]


PARTS = Macros("parts/parts.html")


def notice(message: str, name: str = "") -> Markup:
    """Return one line on what was done, with the name of its object."""
    return Markup(PARTS["vi"].notice(message, name))


def trouble(message: str) -> Markup:
    """Return one line on what went wrong."""
    return Markup(PARTS["vi"].trouble(message))


def reported(error: QAError, message: str) -> Markup:
    """Return one line for the visitor, and print the whole error for whoever runs the page."""
    print(f"qa: {error}", file=sys.stderr)
    return trouble(message)


def _day_or_text(value: str) -> str | date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


# The page's script as Gradio takes it: in the head, where parts are drawn, and after events.

_WORDS = {
    language: {
        "title": words.PAGE_TITLE[language],
        "more_tabs": words.MORE_TABS[language],
        "searching": words.SEARCHING[language],
        "copied": words.COPIED[language],
        "not_copied": words.NOT_COPIED[language],
    }
    for language in ADDRESSES
}
_FILES = sorted(Path(__file__).parent.parent.rglob("*.js"))
_PAGE = "".join(file.read_text(encoding="utf-8") for file in _FILES).replace("(WORDS)", f"({json.dumps(_WORDS)})")

HEAD = str(Macros("parts/head.html")["vi"].head(Markup(_PAGE)))


def calling(function: str, *events: str) -> str:
    """Return a part's script, which calls a function of the page's with it and with how it triggers these events."""
    return f"{function}(element, (name, data) => trigger(name, data)); /* {json.dumps(events)} */ "


READ_OUT = ' element.setAttribute("aria-live", "polite");'
"""What changes in such a part is read out by screen readers."""
SEEN = calling("qaLists.seen", "seen")
TURN = calling("qaLists.turn", "turn")


# Parts and events


def html(value: str, on_load: str | None = None, *, elem_id: str | None = None) -> gr.HTML:
    """Return an HTML part without Gradio's own style; `on_load` is script that runs where it is drawn."""
    return gr.HTML(value, js_on_load=on_load, apply_default_css=False, elem_id=elem_id)


def on(event: Any, view: Any, inputs: list[Any] | None, outputs: list[Any], *, writes: bool = False) -> Any:
    """Wire an event: not an endpoint of the public API, and without Gradio's own English progress words.

    Each press counts, even while another is being handled: Gradio would drop it, or repeat the earlier one. Events that
    write to an index run one at a time, since it takes one writer.
    """
    return event(
        view,
        inputs,
        outputs,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",
        concurrency_limit=1 if writes else None,  # other slow work waits in its own queue
        concurrency_id="writing" if writes else None,
    )


def sent(event: Any, name: str) -> Any:
    """Return what an event carries under a name, None for nothing; a program may send any data for an event's."""
    try:
        return getattr(event, name, None)
    except TypeError:  # they are no object
        return None


def sent_text(event: Any, name: str) -> str:
    """Return it as text, "" for nothing."""
    return storable(str(sent(event, name) or ""))


def asking_user(request: gr.Request) -> User:
    """Return who an event is from; a read-only user if that is not known."""
    return user_of(request.request.scope) if request.request else User("", "read")


class IndexChoice:
    """The choice as a tab lays it out: `name` holds the chosen index's name."""

    def __init__(self, library: Library, language: Language) -> None:
        self.name = gr.State(library.names[0])
        self._several = len(library.names) > 1
        self._part = html(choice(library.names, language), calling("qaLists.pick", "pick")) if self._several else None

    def then(self, view: Any, inputs: list[Any], outputs: list[Any]) -> None:
        """Show the `view` again, of the inputs behind the name, once another index is chosen."""
        if self._part is not None:
            picked = on(self._part.pick, _picked, None, [self.name])
            on(picked.then, view, [self.name, *inputs], outputs)


def choice(names: tuple[str, ...], language: Language) -> Markup:
    """Return the names to choose from."""
    return Markup(PARTS[language].choice(names))


def _picked(event: gr.EventData) -> str:
    return sent_text(event, "index")
