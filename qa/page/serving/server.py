"""Serve the page on this machine: the web server, its guards, and the MCP server beside the page."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import gradio as gr
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from qa import QAError, load_reader
from qa.page.api import serve_tools
from qa.page.ask.cards import picture_route
from qa.page.build import OwnLanguage, build_page
from qa.page.mistakes import WRONG_CALLS, Mistakes, awaited, explain_wrong_call
from qa.page.parts.components import HEAD
from qa.page.parts.library import BusyError, Library, stay_on_this_machine
from qa.page.parts.received import MAX_BYTES, FileTooLargeError, NoRoomError, Received
from qa.page.parts.users import Users
from qa.page.serving.connections import most_connections, timed_protocol
from qa.page.serving.guards import Check, Guards, Login, needed, own_names, roles, same_site, visitor_of
from qa.page.serving.monitoring import Watched, monitoring_routes, write_line

PAGE = Path(__file__).parent.parent
STYLES = [PAGE / name for name in ("style.css", "corpus/style.css")]
SANS = ("Noto Sans", "Segoe UI", "system-ui", "sans-serif")
MOST_BYTES = MAX_BYTES
"""Of one request; each file has its own."""
UNGUARDED = "qa: Whoever reaches this page can add and delete documents; --users FILE asks them for a login."
LOCAL = ("127.0.0.1", "localhost", "::1")
_QUESTION = re.compile(r"/gradio_api/(?:run|api|call(?:/v2)?)/(?:ask|search)/?")
BACKLOG = 256
"""Connections accepted at once, and as many that wait to be accepted; chosen by hand."""
HEAD_BYTES = 64 * 1024
"""Of a request's head: a question in an address may have 1,000 characters, of nine bytes each."""
GRACE_SECONDS = 2
"""Seconds to wait for open connections when the server stops; chosen by hand."""
IDLE_SECONDS = 0.01
"""Seconds between polls of Gradio's queue; at its default of one millisecond, an idle page took 7 % of a processor."""
KIND = "application/octet-stream"
"""Headers that no other site's page can send without a preflight request."""
SWEEP_TICKS = 600
"""Ticks of the server, ten a second, between two checks for unused files."""


class ListenError(QAError):
    """An address at which the page cannot be served."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Cannot listen on {host}:{port}.", "Choose another port with --port.")


@dataclass(frozen=True)
class Settings:
    """Where the page is served and to whom.

    `users` is the file of users, None to let in anyone; port 0 is any free one. `root_path` is the path, or the whole
    address, under which a proxy shows the page; `names` are those it answers to besides the machine's own.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    users: Path | None = None
    root_path: str = ""
    names: tuple[str, ...] = ()
    mcp: bool = False
    log: bool = False


def serve_until_stopped(library: Library, settings: Settings) -> None:
    """Serve the page until Ctrl+C; from now on this process reaches no machine but the writer's.

    Raises `QAError` if that is not possible.
    """
    stay_on_this_machine(library.sends_to)
    for name in library.names:  # loads what a question needs, so that no visitor waits for it
        library.searcher(name).search("sẵn sàng", k=1)
    for stopped in (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        signal.signal(stopped, signal.default_int_handler)  # so that uploads leave the disk then as well
    with serving(library, settings) as (address, ended), suppress(KeyboardInterrupt):
        print(f"The page is at {address} (Ctrl+C stops it).", flush=True)
        if settings.host not in LOCAL and settings.users is None:
            print(UNGUARDED, file=sys.stderr)
        if library.reader is None:
            threading.Thread(target=_load_reader).start()  # no daemon: a process must not end while it loads
        ended.result()


@contextmanager
def serving(
    library: Library, settings: Settings, build: Callable[[Library], gr.Blocks] = build_page
) -> Iterator[tuple[str, Future[None]]]:
    """Serve the page for the duration of the block; yield its address and a future of the server's end."""
    listening = _listen(settings)
    # Everything runs in a thread with a running loop, since otherwise Gradio leaves loops open.
    with listening, ThreadPoolExecutor(1) as thread:
        app = thread.submit(asyncio.run, make_app(library, settings, build)).result()
        server = _Server(app, library)
        ended = thread.submit(server.run, [listening])
        try:
            yield _address(settings.host, listening), ended
        finally:
            server.should_exit = True
            ended.exception()  # waits until nobody sends files any more
            library.received.close()


def _load_reader() -> None:
    """Load the reader while the page opens, so that neither its start nor the first question has to wait."""
    try:
        load_reader()
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)


class _Server(uvicorn.Server):
    """Tells the page when it stops, since visitors hold connections open until then."""

    def __init__(self, app: Starlette, library: Library) -> None:
        config = uvicorn.Config(
            app,
            http=timed_protocol(most_connections()),
            log_level="warning",
            ws="none",
            backlog=BACKLOG,
            h11_max_incomplete_event_size=HEAD_BYTES,
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )
        super().__init__(config)
        self._page = app.routes[-1].app  # type: ignore[attr-defined]
        self._page.get_blocks()._queue.sleep_when_free = IDLE_SECONDS
        self._received = library.received

    async def on_tick(self, counter: int) -> bool:
        """Also deletes unused files now and then."""
        if counter % SWEEP_TICKS == 0:
            self._received.sweep()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._page.stop_event.set()
        await super().shutdown(sockets)


async def make_app(
    library: Library, settings: Settings, build: Callable[[Library], gr.Blocks] = build_page
) -> Starlette:
    """Return everything served: the page at the root, perhaps the MCP server, and the guards in front of them."""
    tools = serve_tools(library) if settings.mcp else None
    app = Starlette(
        routes=[
            picture_route(library),
            receiving_route(library.received),
            *monitoring_routes(library),
            *(tools.routes if tools else []),
        ],
        lifespan=tools.router.lifespan_context if tools else None,
        middleware=_guards(library, settings),
    )
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode")  # Gradio warns even if this is not wanted
        _mount(app, library, settings, build)
    return app


def _mount(app: Starlette, library: Library, settings: Settings, build: Callable[[Library], gr.Blocks]) -> None:
    gr.mount_gradio_app(
        app,
        build(library),
        path="/",
        root_path=settings.root_path,
        app_kwargs={"exception_handlers": dict.fromkeys(WRONG_CALLS, explain_wrong_call)},
        allowed_paths=[],
        blocked_paths=[library.searcher(name).index.location for name in library.names],
        max_file_size=MAX_BYTES,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        run_history=False,  # otherwise the browser would keep a history of questions
        enable_monitoring=False,
        pwa=False,
        footer_links=[],
        theme=gr.themes.Base(font=SANS, font_mono=("monospace",)),
        css_paths=STYLES,
        head=HEAD,
    )


def receiving_route(received: Received) -> Route:
    """Store uploads in `received`."""

    async def receive(request: Request) -> Response:
        if request.headers.get("content-type") != KIND:
            return PlainTextResponse(f"Send one file as it is, as {KIND}.\n", 415)
        length = request.headers.get("content-length", "")
        announced = int(length) if length.isascii() and length.isdigit() else None
        try:
            identity = await received.receive(visitor_of(request.scope), announced, request.stream())
        except (FileTooLargeError, NoRoomError) as error:
            status = 413 if isinstance(error, FileTooLargeError) else 507
            return PlainTextResponse(f"{error}\n", status, {"Connection": "close"})
        except ClientDisconnect:
            return Response(status_code=400)
        return JSONResponse({"id": identity})

    return Route("/upload", receive, methods=["POST"])


def _not_busy(library: Library) -> Check:
    """Refuse a program's question that would not be taken, before Gradio spends a twentieth of a second on it."""

    async def check(request: Request) -> Response | None:
        if request.method != "POST" or not _QUESTION.fullmatch(request.url.path):
            return None
        try:
            library.turns.check()
        except BusyError as error:
            return JSONResponse({"error": str(error), "title": "Busy"}, 503, {"Retry-After": "3"})
        return None

    return check


def _guards(library: Library, settings: Settings) -> list[Middleware]:
    """Return the guards; the first meets a request first."""
    shown_as = urlsplit(settings.root_path).hostname
    names = {settings.host, *settings.names, *([shown_as] if shown_as else [])}
    login: list[Check] = [Login(Users(settings.users))] if settings.users else []
    checks = [own_names(names), *login, roles, same_site(names), needed, awaited, _not_busy(library)]
    return [
        Middleware(Watched, log=write_line if settings.log else None),
        Middleware(Guards, checks=checks),
        Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES),
        Middleware(Mistakes),
        Middleware(CORSMiddleware),  # no allowed origins: no other site reads or asks
        Middleware(OwnLanguage),
    ]


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise ListenError(settings.host, settings.port) from error


def _address(host: str, listening: socket.socket) -> str:
    """Return the address for a browser on this machine."""
    shown = {"0.0.0.0": "localhost", "::": "localhost"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{listening.getsockname()[1]}/"
