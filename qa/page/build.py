"""The page over one index, and its public endpoints."""

from __future__ import annotations

import gradio as gr
from gradio.events import api

from qa import Searcher
from qa.page.ask_tab import Views, add_ask_tab
from qa.page.components import AT_ONCE


def build_page(searcher: Searcher) -> gr.Blocks:
    """The page over one index, not yet served."""
    views = Views(searcher)
    page = gr.Blocks(title="Hỏi đáp trên tài liệu", analytics_enabled=False)
    with page:
        # First, since a private event of the same name would take it.
        api(views.payload, api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="ask")
        add_ask_tab(page, views)
    return page
