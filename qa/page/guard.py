"""Who and what may pass between the page and the world: logins, and nothing out of this machine.

Knows HTTP and sockets, nothing of what is served.
"""

from __future__ import annotations

import base64
import ipaddress
import secrets
import sys
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


def stay_on_this_machine() -> None:
    """From now on no part of this process can connect to another machine, or ask for its address; for good."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        _refuse_host(arguments[1])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _refuse_host(arguments)


def _refuse_host(address: Any) -> None:
    """The first part of an Internet address is its host; other addresses are of this machine."""
    host = address[0] if isinstance(address, tuple) and address else None
    if isinstance(host, str | bytes) and host and not _is_here(host if isinstance(host, str) else host.decode()):
        raise PermissionError(f"Nothing is sent from this machine, so not to {host!r} either.")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
