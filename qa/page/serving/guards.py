"""Guard the page: check the name it is addressed by, what is requested, from which site, and by whom.

Knows HTTP, nothing of what is served.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import math
import secrets
import socket
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.page.parts.users import Role, User, Users, UsersError, normalized, user_of

Check = Callable[[Request], Awaitable[Response | None]]
"""Return the answer to a request that may not pass; None for one that may."""

HEADERS = {
    # Gradio writes inline scripts and styles into its page, and makes functions from the scripts of parts.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # the address contains the question
    "Cross-Origin-Resource-Policy": "same-origin",
}
ASKING = {"GET", "HEAD", "OPTIONS"}
"""Methods that change nothing."""
OPEN = "/healthz"
"""Answered without a login, so that monitoring needs none."""

_READ = ("/", "/en", "/config", "/theme.css", "/robots.txt", OPEN, "/metrics", "/page-image", "/mcp")
_READ_BELOW = ("/assets/", "/static/", "/gradio_api/heartbeat/", "/gradio_api/call/")
_READ_API = ("/gradio_api/info", "/gradio_api/startup-events", "/gradio_api/queue/data")
_POSTED = ("/upload", "/mcp", "/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset")
_POSTED_BELOW = ("/gradio_api/run/", "/gradio_api/api/", "/gradio_api/call/")
_LONGEST_PATH = 255
"""Bytes of an address: what a file's name may have, which Gradio looks up for some; ids and assets are far shorter."""
_NEEDED_ROLES: Mapping[str, Role] = {"/upload": "add"}

MOST_AT_ONCE = 300
"""Requests of one visitor at a time: 50 people behind one address, each with the six that a browser opens."""


class Guards:
    """Passes requests that pass every check, a limited number per visitor at a time, and adds security headers."""

    def __init__(self, app: ASGIApp, checks: Sequence[Check]) -> None:
        self._app = app
        self._checks = checks
        self._at_once: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here if it may not pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, sent = Request(scope), _with_headers(send)
        for check in self._checks:
            refusal = await check(request)
            if refusal is not None:
                await refusal(scope, receive, sent)
                return
        await self._counted(scope, receive, sent)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = visitor_of(scope)
        if self._at_once[visitor] >= MOST_AT_ONCE:
            message = "Too many requests at a time. / Quá nhiều yêu cầu cùng lúc.\n"
            await PlainTextResponse(message, 429, {"Retry-After": "1"})(scope, receive, send)
            return
        self._at_once[visitor] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._at_once[visitor] -= 1
            if not self._at_once[visitor]:
                del self._at_once[visitor]


def visitor_of(scope: Scope) -> str:
    """Return who is asking: a user's name, else an address; of IPv6 what a provider gives one household or office."""
    user = user_of(scope)
    if user.name:
        return f"user {user.name}"
    host = (scope.get("client") or ("",))[0]
    return str(ipaddress.ip_network((host, 64), strict=False)) if ":" in host else host


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sent


def own_names(names: Collection[str]) -> Check:
    """Refuse requests for a name that is not the page's.

    Otherwise another site could point its own name here, and read the page as its own. Numeric addresses, localhost and
    the name of this machine are safe.
    """
    own = {"localhost", *(name.lower() for name in (*names, socket.gethostname(), f"{socket.gethostname()}.local"))}

    async def check(request: Request) -> Response | None:
        host = _host(f"//{request.headers.get('host', '')}")
        if host in own or _is_address(host):
            return None
        message = f"This page does not answer to the name {host[:100]!r}. Start it with --allow-host to make it.\n"
        return PlainTextResponse(message, 400)

    return check


async def needed(request: Request) -> Response | None:
    """Refuse those of Gradio's addresses that neither the page nor programs use."""
    path, method = request.url.path, request.method
    if method in ASKING:
        found = path in (*_READ, *_READ_API) or path.startswith(_READ_BELOW)
    else:
        found = path in _POSTED or path.startswith(_POSTED_BELOW)
    found = found and len(path.encode()) <= _LONGEST_PATH and path.isprintable()
    return None if found or method == "OPTIONS" else PlainTextResponse("There is nothing here.\n", 404)


def same_site(allowed: Collection[str]) -> Check:
    """Refuse requests to change something that another site's page makes a browser send.

    `allowed` are the names of this one.
    """

    async def check(request: Request) -> Response | None:
        if request.method in ASKING:
            return None
        headers = request.headers
        # Browsers give a request's origin in the first header; old ones, or those without https, only in the second.
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            own = site in ("same-origin", "none")
        else:
            own = origin is None or _host(origin) in {_host(f"//{headers.get('host', '')}"), *allowed}
        return None if own else PlainTextResponse("Another site may not send anything here.\n", 403)

    return check


class Login:
    """Asks every request for a user's password, by HTTP's own basic scheme, or for a program's token (Bearer).

    After some wrong passwords, further tries for the same name or from the same address are refused for a while. Tokens
    are too long to be guessed.
    """

    TRIES, TRIES_OF_ADDRESS, SECONDS = 10, 50, 15 * 60

    def __init__(self, users: Users) -> None:
        self._users = users
        self._tries: dict[tuple[str, str], deque[float]] = {}
        self._known: set[bytes] = set()
        self._key = secrets.token_bytes(32)
        self._hashing: anyio.CapacityLimiter | None = None

    async def __call__(self, request: Request) -> Response | None:
        """Return the check; whoever is let in becomes the request's user."""
        if request.url.path == OPEN:
            return None
        try:
            return await self._let_in(request)
        except UsersError as error:
            return PlainTextResponse(f"{error}\n", 503)

    async def _let_in(self, request: Request) -> Response | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            user = self._users.with_token(given.strip())
        elif scheme.lower() == "basic" and (name_and_password := _decoded(given.strip())):
            name, password = name_and_password
            tries = ((visitor_of(request.scope), normalized(name)[:100]), (visitor_of(request.scope), ":all"))
            wait = max(map(self._wait, tries, (self.TRIES, self.TRIES_OF_ADDRESS)))
            if wait:
                message = "Sai quá nhiều lần, xin đợi. / Too many wrong tries, please wait.\n"
                return PlainTextResponse(message, 429, {"Retry-After": str(math.ceil(wait))})
            user = await self._with_password(name, password, tries)
        else:
            user = None
        if user is None:
            return _asked_for_login()
        request.scope["qa.user"] = user
        return None

    async def _with_password(self, name: str, password: str, tries: Sequence[tuple[str, str]]) -> User | None:
        """Count a try as wrong from the start, so that simultaneous tries do not get around the limit."""
        user = self._users.all().get(normalized(name))
        given = f"{name}\0{password}\0{user.secret if user else ''}".encode("utf-8", "replace")
        mark = hmac.digest(self._key, given, hashlib.sha256)
        if user and mark in self._known:  # a password that was accepted before need not be hashed slowly again
            return user
        for key in tries:
            self._tries.setdefault(key, deque()).append(time.monotonic())
        self._hashing = self._hashing or anyio.CapacityLimiter(2)
        found = await anyio.to_thread.run_sync(self._users.with_password, name, password, limiter=self._hashing)
        if found:
            self._known.add(mark)
            for key in tries:
                self._tries[key].pop()
        return found

    def _wait(self, key: tuple[str, str], most: int) -> float:
        """Return the seconds until the next try is allowed; old tries are forgotten."""
        since = time.monotonic() - self.SECONDS
        for old in [one for one, times in self._tries.items() if not times or times[-1] < since]:
            del self._tries[old]
        times = self._tries.get(key, deque())
        while times and times[0] < since:
            times.popleft()
        return times[0] - since if len(times) >= most else 0.0


async def roles(request: Request) -> Response | None:
    """Refuse what a user's role does not allow."""
    needed_role = _NEEDED_ROLES.get(request.url.path)
    if needed_role is None or user_of(request.scope).may(needed_role):
        return None
    return PlainTextResponse("Your login does not allow this. / Tài khoản này không được làm việc đó.\n", 403)


def _asked_for_login() -> Response:
    message = "Cần tên và mật khẩu. / A user name and a password are needed.\n"
    return PlainTextResponse(message, 401, {"WWW-Authenticate": 'Basic realm="qa", charset="UTF-8"'})


def _decoded(given: str) -> tuple[str, str] | None:
    """Return name and password of the basic scheme; None if they cannot be read."""
    try:
        name, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (name, password) if colon else None


def _host(address: str) -> str:
    """Return the name in an address, in small letters; empty where there is none, or it is malformed."""
    try:
        return (urlsplit(address).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
