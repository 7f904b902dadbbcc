"""Starts the page on this machine, from the command line or from a program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import gradio as gr

from qa import QAError, Searcher
from qa.page import script
from qa.page.build import build_page
from qa.page.library import Library

STYLE = Path(__file__).parent / "style.css"
SANS = ("Noto Sans", "Segoe UI", "system-ui", "sans-serif")


def serve(page: gr.Blocks, host: str, port: int) -> str:
    """Starts serving without waiting, and returns the address; raises `OSError` where it cannot listen there."""
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        ssr_mode=False,
        mcp_server=False,
        run_history=False,  # else the browser would keep what was asked
        enable_monitoring=False,
        footer_links=[],
        max_file_size=1,  # nothing here takes a file
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        css_paths=STYLE,
        head=script.HEAD,
    )
    return str(address)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until stopped; 1 after an error told in one line."""
    given = _parser().parse_args(arguments)
    try:
        searcher = Searcher.open(given.index)
        searcher.search("sẵn sàng", k=1)  # loads the model now, so that the first visitor does not wait for it
        page = build_page(Library({given.index: searcher}))
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)
        return 1
    try:
        address = serve(page, given.host, given.port)
    except (OSError, OverflowError):
        print(f"qa: Cannot listen on {given.host}:{given.port}. Choose another port with --port.", file=sys.stderr)
        return 1
    print(f"The page is at {address} (Ctrl+C stops it).")
    page.block_thread()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Serves the web page of one index.")
    parser.add_argument("--index", default="indexes/seeds", metavar="DIR", help="default: indexes/seeds")
    parser.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--port", default=7860, type=int, help="default: 7860")
    return parser
