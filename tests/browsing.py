"""A page of some tabs, served on this machine, and visitors with a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal
from urllib.parse import urlsplit

import gradio as gr
from chromium import CHROMIUM, QUIET
from playwright.sync_api import Page, expect, sync_playwright

from qa.page import Library, Settings, serving
from qa.page.api import CheckedBlocks
from qa.page.parts.words import Language

__all__ = ["CHROMIUM", "Open", "expect", "serve_tabs", "visiting"]

Open = Callable[..., Page]


@contextmanager
def serve_tabs(
    library: Library, add_tab: Callable[[gr.Blocks, Library, Language], None], language: Language = "vi"
) -> Iterator[str]:
    """The address of a page with nothing but this tab."""

    def build(library: Library) -> gr.Blocks:
        page = CheckedBlocks(title="tabs", analytics_enabled=False)
        with page:
            add_tab(page, library, language)
        return page

    with serving(library, Settings(port=0), build) as (address, _):
        yield address


@contextmanager
def visiting(address: str) -> Iterator[Open]:
    """Opens a visitor's own page; at the end none of them may have asked for anything outside this machine."""
    hosts: set[str | None] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)

        def opened(width: int = 1280, colour: Literal["light", "dark"] = "light") -> Page:
            context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=colour)
            page = context.new_page()
            page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
            page.goto(address)
            return page

        yield opened
        browser.close()
    assert hosts - {None} == {"127.0.0.1"}  # None: what the page holds itself, data: and blob:
