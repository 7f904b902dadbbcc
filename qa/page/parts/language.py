"""The page's two languages, a text in both, and how a view is built in one of them.

The page has a view in each language, under an address of its own: Vietnamese at `/`, English at `/en`. Each is built
whole by `add_view(page, library, language)`, so nothing is swapped while the page is used, no text depends on the
visitor's browser, and the switch is a plain link that keeps the query of the address, which holds question and view.

A tab is a function `add_NAME_tab(page, library, language)` that lays out its parts for this language inside the tab
and wires its events with `components.on`; `build.TABS` lists them with their names. Everything it says is a `Text`
constant of the tab's own words module, taken as `WORD[language]`; what an event returns is in the same language, since
the object that answers it was made for one. Gradio has its own words in 33 languages, none of them Vietnamese, chooses
among them by the browser and takes no other language through `gr.I18n`: so use no part that shows words of its own,
or give them all (labels, placeholders, button texts). What it says before any part is drawn, `opening` replaces.

In script and style the language is `document.documentElement.lang`, and `:lang(en)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["vi", "en"]

ADDRESSES: Mapping[Language, str] = {"vi": "", "en": "en"}
"""Where each language's view is, from the root of the page; the default comes first."""


@dataclass(frozen=True)
class Text:
    """What the page says, in Vietnamese and in English."""

    vi: str
    en: str

    def __getitem__(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en
