"""A page of some tabs, served on this machine, and visitors with a real browser."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import gradio as gr
from playwright.sync_api import Page, expect, sync_playwright

from qa.page import script
from qa.page.corpus.uploads import MAX_BYTES
from qa.page.serving import STYLES

__all__ = ["CHROMIUM", "Open", "expect", "serve_tabs", "visiting"]

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

Open = Callable[..., Page]


@contextmanager
def serve_tabs(lay_out: Callable[[gr.Blocks], None]) -> Iterator[str]:
    """The address of a page whose parts `lay_out` makes; started in a running loop, in a thread of its own."""
    with ThreadPoolExecutor() as thread:
        page, address = thread.submit(asyncio.run, _served(lay_out)).result()
    yield address
    page.close()


async def _served(lay_out: Callable[[gr.Blocks], None]) -> tuple[Any, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = gr.Blocks(title="tabs", analytics_enabled=False)
    with page:
        lay_out(page)
    _, address, _ = page.launch(
        server_name="127.0.0.1",
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        ssr_mode=False,
        max_file_size=MAX_BYTES,
        css_paths=STYLES,
        head=script.HEAD,
    )
    return page, str(address)


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
