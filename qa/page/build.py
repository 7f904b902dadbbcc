"""The page over the offered indexes, in both languages, and its public endpoints."""

from __future__ import annotations

import gradio as gr

from qa.page.api import CheckedBlocks, add_endpoints
from qa.page.ask import replies
from qa.page.ask import words as ask_words
from qa.page.ask.tab import add_ask_tab
from qa.page.corpus import words as corpus_words
from qa.page.corpus.tab import add_corpus_tab
from qa.page.judging import words as judging_words
from qa.page.judging.tab import add_judging_tab
from qa.page.parts import words
from qa.page.parts.components import html
from qa.page.parts.library import Library
from qa.page.parts.words import ADDRESSES, Language

TABS = (
    ("ask", ask_words.ASK_TAB, add_ask_tab),
    ("documents", corpus_words.CORPUS_TAB, add_corpus_tab),
    ("judgements", judging_words.JUDGING_TAB, add_judging_tab),
)
"""The id of each tab, which the address of the page has as `tab`, its name, and what lays it out."""


def build_page(library: Library) -> gr.Blocks:
    """Return the page over these indexes, not yet served."""
    page = CheckedBlocks(title=words.PAGE_TITLE["vi"], analytics_enabled=False)
    with page:
        add_endpoints(library)  # first, since private events of the same names would take them
    for language, address in ADDRESSES.items():
        # The first is at the page's root; the others are added under addresses of their own.
        with page.route(words.PAGE_TITLE[language], address, show_in_navbar=False) if address else page:
            add_view(page, library, language)
    return page


def add_view(page: gr.Blocks, library: Library, language: Language) -> None:
    """Lay out the whole page in one language."""
    html(replies.heading(language), "qaPage.entitle();")
    with gr.Tabs(elem_id="tabs"):
        for identity, name, add_tab in TABS:
            with gr.Tab(name[language], id=identity, elem_id=identity):
                add_tab(page, library, language)
