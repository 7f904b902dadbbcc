"""The page's script as Gradio takes it: in the head, where parts are drawn, and after events."""

from __future__ import annotations

import json
from pathlib import Path

from qa.page.parts import words
from qa.page.parts.language import ADDRESSES

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

HEAD = f"""<script>{_PAGE}</script>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E\
%3Crect width='32' height='32' rx='8' fill='%230f5f5a'/%3E%3Cpath d='M9 10h14M9 16h14M9 22h8' stroke='%23fff'\
 stroke-width='2.6' stroke-linecap='round'/%3E%3C/svg%3E">"""


def calling(function: str, *events: str) -> str:
    """Script of a part that calls a function of the page's with it, and with how it triggers these events."""
    return f"{function}(element, (name, data) => trigger(name, data)); /* {json.dumps(events)} */ "


READ_OUT = ' element.setAttribute("aria-live", "polite");'
"""What changes in such a part is read out by screen readers."""
SEEN = calling("qaLists.seen", "seen")
TURN = calling("qaLists.turn", "turn")
