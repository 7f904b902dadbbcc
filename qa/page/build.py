"""The page over the offered indexes, and its public endpoints."""

from __future__ import annotations

import gradio as gr

from qa.page.api import add_endpoints
from qa.page.ask_tab import Views, add_ask_tab
from qa.page.library import Library


def build_page(library: Library) -> gr.Blocks:
    """The page over these indexes, not yet served."""
    views = Views(library.searcher())
    page = gr.Blocks(title="Hỏi đáp trên tài liệu", analytics_enabled=False)
    with page:
        add_endpoints(library)  # first, since private events of the same names would take them
        add_ask_tab(page, views)
    return page
