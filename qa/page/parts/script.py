"""The page's script as Gradio takes it: in the head, where parts are drawn, and after events."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup

from qa.page.parts import words
from qa.page.parts.language import ADDRESSES
from qa.page.parts.markup import Macros

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
    """Script of a part that calls a function of the page's with it, and with how it triggers these events."""
    return f"{function}(element, (name, data) => trigger(name, data)); /* {json.dumps(events)} */ "


READ_OUT = ' element.setAttribute("aria-live", "polite");'
"""What changes in such a part is read out by screen readers."""
SEEN = calling("qaLists.seen", "seen")
TURN = calling("qaLists.turn", "turn")
