"""That nothing goes out of this machine: what a process may connect to."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Collection
from typing import Any


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
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _addresses(host: str) -> set[str]:
    """Return the addresses of a host, none where it cannot be found; connecting then fails with the reason."""
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except OSError:
        return set()


def _refuse(address: Any, allowed: Collection[str | None]) -> None:
    """Return the host, the first part of an Internet address; other addresses are of this machine."""
    host = address[0] if isinstance(address, tuple) and address else None
    host = host.decode() if isinstance(host, bytes) else host
    if isinstance(host, str) and host and host not in allowed and not is_here(host):
        raise PermissionError(f"Nothing is sent from this machine, so not to {host!r} either.")
