"""Monitor the page: whether it is healthy, counters, and a line for each request.

None of it contains a question: only the path of an address is recorded, and only its public parts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa import QAError
from qa.page.parts.library import Library
from qa.page.parts.users import user_of
from qa.page.serving.guards import OPEN, visitor_of

REQUESTS = Counter("qa_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("qa_http_request_seconds", "From a request to the end of its reply.", ["route"])
UPLOADED = Gauge("qa_uploaded_bytes", "Files that were sent and not yet added.")

_RECORDED = {
    *("en", "config", "theme.css", "robots.txt", "healthz", "metrics", "page-image", "mcp", "assets", "static"),
    *("upload", "gradio_api", "info", "startup-events", "heartbeat", "queue", "join", "data", "cancel", "reset"),
    *("run", "api", "call", "v2", "ask", "search", "documents"),
}
"""Parts of a path that are recorded; others may be anything."""
_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "DELETE", "PUT", "PATCH"}


class Watched:
    """Counts each request and how long it took; `log` takes a line of JSON on each, None for no log."""

    def __init__(self, app: ASGIApp, log: Callable[[str], None] | None = None) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record the reply's status as it passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def sent(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope["path"], status)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        REQUESTS.labels(method, route, status).inc()
        SECONDS.labels(route).observe(seconds)
        if self._log:
            entry = {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": method,
                "route": route,
                "status": status,
                "milliseconds": round(seconds * 1000),
                "visitor": visitor_of(scope),
                "role": None if route == "refused" and "qa.user" not in scope else user_of(scope).role,
            }
            self._log(json.dumps(entry, ensure_ascii=False))


def write_line(line: str) -> None:
    """Print to stderr, where services read their logs."""
    print(line, file=sys.stderr, flush=True)


def monitoring_routes(library: Library) -> list[Route]:
    """Return `/healthz`, 200 when every index can be read, else 503, and `/metrics`, for Prometheus."""

    def health(_: Request) -> Response:
        try:
            for name in library.names:
                library.searcher(name).index.counts()
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            return JSONResponse({"status": "an index cannot be read"}, 503)
        return JSONResponse({"status": "ok"})

    def metrics(_: Request) -> Response:
        UPLOADED.set(library.received.size)
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [Route(OPEN, health), Route("/metrics", metrics)]


def _route(path: str, status: int) -> str:
    """Return the beginning of a valid path, without the ids of events, sessions and files."""
    if status in (0, *range(400, 500)):
        return "refused" if status else "broken off"
    parts = [part for part in path.split("/")[1:4] if part in _RECORDED]
    return "/" + "/".join(parts)
