"""Which of the offered indexes a tab is about, to choose where there are several; kept for each visitor."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.page.ask.markup import escaped
from qa.page.components import html, on
from qa.page.parts.language import Language, Text
from qa.page.parts.library import Library

INDEX = Text("Kho tài liệu", "Index")

PICK = """element.addEventListener("change", (event) => trigger("pick", {index: event.target.value}));"""


class IndexChoice:
    """The choice as a tab lays it out: `name` holds the chosen index's name."""

    def __init__(self, library: Library, language: Language) -> None:
        self.name = gr.State(library.names[0])
        self._several = len(library.names) > 1
        self._part = html(choice(library.names, language), PICK) if self._several else None

    def then(self, view: Any, inputs: list[Any], outputs: list[Any]) -> None:
        """Shows the `view` again, of the inputs behind the name, once another index is chosen."""
        if self._part is not None:
            picked = on(self._part.pick, _picked, None, [self.name])
            on(picked.then, view, [self.name, *inputs], outputs)


def choice(names: tuple[str, ...], language: Language) -> str:
    """The names to choose from."""
    options = "".join(f'<option value="{escaped(name)}">{escaped(name)}</option>' for name in names)
    return f'<label class="which">{INDEX[language]} <select>{options}</select></label>'


def _picked(event: gr.EventData) -> str:
    return str(getattr(event, "index", ""))
