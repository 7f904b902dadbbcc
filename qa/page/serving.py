"""Serves the page on this machine: its own web server, what may pass it, and the MCP server beside the page."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from qa import QAError, load_reader
from qa.page import script
from qa.page.build import build_page
from qa.page.corpus.uploads import MAX_BYTES
from qa.page.guard import RequireLogin, read_login, stay_on_this_machine
from qa.page.library import Library
from qa.page.opening import OwnLanguage
from qa.page.pictures import picture_route
from qa.page.programs.api import tell_wrong_call
from qa.page.programs.tools import serve_tools

STYLES = [Path(__file__).parent / name for name in ("style.css", "corpus/style.css")]
SANS = ("Noto Sans", "Segoe UI", "system-ui", "sans-serif")
MOST_BYTES = 5 * MAX_BYTES
"""Of one request: the page sends one file at a time, a program may send some."""
UNGUARDED = "qa: Whoever reaches this page can add and delete documents; --auth asks them for a login."
LOCAL = ("127.0.0.1", "localhost", "::1")
GRACE_SECONDS = 2
"""How long open connections are waited for when the server stops."""


class ListenError(QAError):
    """An address that the page cannot be served at."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Cannot listen on {host}:{port}.", "Choose another port with --port.")


@dataclass(frozen=True)
class Settings:
    """Where the page is served and to whom: `login` is USER:PASSWORD, None for anyone; port 0 is any free one.

    `root_path` is the path, or the whole address, under which a proxy shows the page.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    login: str | None = None
    root_path: str = ""
    mcp: bool = False


def serve_until_stopped(library: Library, settings: Settings) -> None:
    """Serves the page until Ctrl+C; from now on this process reaches no machine but the writer's.

    Raises `QAError` where that cannot be.
    """
    stay_on_this_machine(library.sends_to)
    for name in library.names:  # loads what a question needs, so that no visitor waits for it
        library.searcher(name).search("sẵn sàng", k=1)
    for stopped in (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        signal.signal(stopped, signal.default_int_handler)  # so that uploads leave the disk then as well
    with uploads_of_its_own(), serving(library, settings) as (address, ended), suppress(KeyboardInterrupt):
        print(f"The page is at {address} (Ctrl+C stops it).", flush=True)
        if settings.host not in LOCAL and settings.login is None:
            print(UNGUARDED, file=sys.stderr)
        if library.reader is None:
            threading.Thread(target=_load_reader, daemon=True).start()
        ended.result()


@contextmanager
def serving(library: Library, settings: Settings) -> Iterator[tuple[str, Future[None]]]:
    """Serves the page while the block lasts: its address, and what is done once the server has ended."""
    listening = _listen(settings)
    # Everything in a thread with a running loop, since Gradio leaves loops open where there is none.
    with listening, ThreadPoolExecutor(1) as thread:
        app = thread.submit(asyncio.run, make_app(library, settings)).result()
        server = _Server(app)
        ended = thread.submit(server.run, [listening])
        try:
            yield _address(settings.host, listening), ended
        finally:
            server.should_exit = True


def _load_reader() -> None:
    """While the page is opened, so that neither its start nor the first question waits for it."""
    try:
        load_reader()
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)


@contextmanager
def uploads_of_its_own() -> Iterator[None]:
    """What visitors upload, and what is made for them to download, leaves the disk when the block ends."""
    with tempfile.TemporaryDirectory(prefix="qa-page-") as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        yield


class _Server(uvicorn.Server):
    """Tells the page when it stops, since visitors hold connections open for as long as the page does not stop."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=GRACE_SECONDS))
        self._page = app.routes[-1].app  # type: ignore[attr-defined]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._page.stop_event.set()
        await super().shutdown(sockets)


async def make_app(library: Library, settings: Settings) -> Starlette:
    """All that is served: the page at the root, perhaps the MCP server, and what stands guard before them."""
    tools = serve_tools(library) if settings.mcp else None
    app = Starlette(
        routes=[picture_route(library), *(tools.routes if tools else [])],
        lifespan=tools.router.lifespan_context if tools else None,
        middleware=_guards(settings),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode")  # Gradio says this even where it is not wanted
        _mount(app, library, settings)
    return app


def _mount(app: Starlette, library: Library, settings: Settings) -> None:
    gr.mount_gradio_app(
        app,
        build_page(library),
        path="/",
        root_path=settings.root_path,
        app_kwargs={"exception_handlers": dict.fromkeys((KeyError, TypeError), tell_wrong_call)},
        allowed_paths=[],
        blocked_paths=[str(library.searcher(name).index.folder) for name in library.names],
        max_file_size=MAX_BYTES,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        run_history=False,  # else the browser would keep what was asked
        enable_monitoring=False,
        pwa=False,
        footer_links=[],
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        css_paths=STYLES,
        head=script.HEAD,
    )


def _guards(settings: Settings) -> list[Middleware]:
    """The first meets a request first."""
    # Without origins that may: no other site reads or asks.
    limit = Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)
    guards = [limit, Middleware(CORSMiddleware), Middleware(OwnLanguage)]
    if settings.host in LOCAL and not settings.root_path:
        # Else another site could have its own name point to this machine, and read the page under it.
        guards.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, "[::1]"]))
    if settings.login is not None:
        guards.insert(0, Middleware(RequireLogin, login=read_login(settings.login)))
    return guards


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise ListenError(settings.host, settings.port) from error


def _address(host: str, listening: socket.socket) -> str:
    """For a browser on this machine."""
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{listening.getsockname()[1]}/"
