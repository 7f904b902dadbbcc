"""How the tabs make HTML parts, the page's script in them, and events; no event is an endpoint of the public API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from qa.page.parts import words
from qa.page.parts.library import Library
from qa.page.parts.markup import PARTS, Macros
from qa.page.parts.users import User, user_of
from qa.page.parts.words import ADDRESSES, Language

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


def on(event: Any, view: Any, inputs: list[Any] | None, outputs: list[Any]) -> Any:
    """Wire an event: not an endpoint of the public API, and without Gradio's own English progress words.

    Each press counts, also while another is at work: Gradio would drop it, or do the earlier one once more.
    """
    return event(
        view,
        inputs,
        outputs,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",
        concurrency_limit=None,  # what takes long waits for its turn itself
    )


def asking_user(request: gr.Request) -> User:
    """Return who an event is from; somebody who may only read where that is not known."""
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
    return str(getattr(event, "index", ""))
