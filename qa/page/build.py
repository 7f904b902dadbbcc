"""The page over the offered indexes, in both languages, and its public endpoints."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.events import api

from qa import QAError, ask
from qa.page import markup, script, words
from qa.page.ask_tab import add_ask_tab
from qa.page.components import AT_ONCE, html
from qa.page.language import ADDRESSES, Language
from qa.page.library import Library

TABS = (("ask", words.ASK_TAB, add_ask_tab),)
"""The id of each tab, which the address of the page has as `tab`, its name, and what lays it out."""


def build_page(library: Library) -> gr.Blocks:
    """The page over these indexes, not yet served."""
    page = gr.Blocks(title=words.PAGE_TITLE["vi"], analytics_enabled=False)
    with page:
        # First, since a private event of the same name would take it.
        api(_answering(library), api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="ask")
    for language, address in ADDRESSES.items():
        # The first is at the page's root; the others are added under addresses of their own.
        with page.route(words.PAGE_TITLE[language], address, show_in_navbar=False) if address else page:
            add_view(page, library, language)
    return page


def add_view(page: gr.Blocks, library: Library, language: Language) -> None:
    """Lays out the whole page in one language."""
    html(markup.heading(language), script.HEADING)
    with gr.Tabs(elem_id="tabs"):
        for identity, name, add_tab in TABS:
            with gr.Tab(name[language], id=identity, elem_id=identity):
                add_tab(page, library, language)


def _answering(library: Library) -> Any:
    def payload(question: str) -> dict[str, Any]:
        """Trả lời một câu hỏi từ kho tài liệu, kèm nguồn; `answer` là null khi không thấy câu trả lời."""
        try:
            # A program may send anything for a string.
            return ask(str(question or ""), library.searcher(), k=6).to_json()
        except QAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    return payload
