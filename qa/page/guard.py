"""Who and what may pass between the page and the world: logins, and nothing out of this machine.

Knows HTTP and sockets, nothing of what is served.
"""

from __future__ import annotations

import base64
import ipaddress
import secrets
import socket
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa import QAError

_WHO = "Cần tên và mật khẩu. / A user name and a password are needed.\n"
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="qa", charset="UTF-8"'}


class LoginError(QAError):
    """A login that cannot be used."""


def read_login(given: str) -> str:
    """USER:PASSWORD as given, or from the file named after an @; raises `LoginError` for anything else."""
    login = given
    if given.startswith("@"):
        try:
            login = Path(given[1:]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise LoginError(f"The login cannot be read from {given[1:]} ({error}).", "Check the file.") from error
    user, _, password = login.partition(":")
    if not user or not password:
        raise LoginError("The login is not of the form USER:PASSWORD.", "Give both, with a colon between them.")
    return login


class RequireLogin:
    """Lets nothing pass without the login, by HTTP's own basic scheme, which browsers ask for by themselves."""

    def __init__(self, app: ASGIApp, login: str) -> None:
        self._app = app
        self._login = base64.b64encode(login.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request without the login itself."""
        if scope["type"] == "lifespan" or self._knows(Headers(scope=scope).get("authorization", "")):
            await self._app(scope, receive, send)
        else:
            await PlainTextResponse(_WHO, 401, _CHALLENGE)(scope, receive, send)

    def _knows(self, header: str) -> bool:
        scheme, _, given = header.partition(" ")
        return scheme.lower() == "basic" and secrets.compare_digest(given.strip().encode(), self._login)


def stay_on_this_machine(but: str | None = None) -> None:
    """From now on, and for good, no part of this process connects to another machine, or asks for its address.

    `but` is the one host that may be reached; where it is, is looked up now.
    """
    allowed = {but, *_addresses(but)} if but else set()

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            _refuse(arguments[1], allowed)
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            _refuse(arguments, allowed)

    sys.addaudithook(refuse)


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _addresses(host: str) -> set[str]:
    """None where it cannot be found: then it is told when it is needed."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except OSError:
        return set()


def _refuse(address: Any, allowed: Collection[str | None]) -> None:
    """The first part of an Internet address is its host; other addresses are of this machine."""
    host = address[0] if isinstance(address, tuple) and address else None
    host = host.decode() if isinstance(host, bytes) else host
    if isinstance(host, str) and host and host not in allowed and not is_here(host):
        raise PermissionError(f"Nothing is sent from this machine, so not to {host!r} either.")
