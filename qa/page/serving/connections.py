"""Limit connections in time and number, so that neither slow senders nor many open connections keep others out.

Knows HTTP/1.1 as implemented by uvicorn, which itself waits for requests indefinitely.
"""

from __future__ import annotations

import asyncio
import sys
import time

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0
"""From the connection, or the last reply, until a request's head is complete; chosen by hand."""
BODY_SECONDS = 20.0
"""For the beginning of a body, which must then arrive at `BODY_RATE` or faster; chosen by hand."""
BODY_RATE = 10_000
"""Bytes a second: what the slowest telephone network has."""
MOST = 2_000
"""Connections at a time, where the system allows as many open files; chosen by hand."""


def most_connections() -> int:
    """Return the limit on connections: half of the limit on open files, which is raised as far as allowed."""
    if sys.platform == "win32":
        return MOST
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST if hard == resource.RLIM_INFINITY else min(2 * MOST, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST if soft == resource.RLIM_INFINITY else min(MOST, soft // 2)


class TimedProtocol(H11Protocol):
    """HTTP/1.1 that closes connections with late requests, and the longest waiting one if there are too many."""

    most, head_seconds, body_seconds = MOST, HEAD_SECONDS, BODY_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start waiting for the head of a request."""
        super().connection_made(transport)
        self._began = time.monotonic()
        self._bytes = 0
        self._late: asyncio.TimerHandle | None = self.loop.call_later(self.head_seconds, self._close_late)
        if len(self.connections) > self.most:
            waiting = (one for one in self.connections if isinstance(one, TimedProtocol) and one.waits)
            min(waiting, key=lambda one: one._began, default=self).transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        if self._late:
            self._late.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what arrives, and set what to wait for next."""
        before = self.conn.their_state
        super().data_received(data)
        self._bytes += len(data)
        if self.conn.their_state is not before:
            self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the rest of a body that nobody read."""
        super().on_response_complete()
        self._wait()
        if self.transport.is_closing():  # once the reply has been received, which may not take long either
            self._late = self.loop.call_later(self.body_seconds, self.transport.abort)

    @property
    def waits(self) -> bool:
        """Whether the other side has yet to send something."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _wait(self) -> None:
        if self._late:
            self._late.cancel()
        self._began, self._bytes = time.monotonic(), 0
        seconds = self.head_seconds if self.conn.their_state is h11.IDLE else self.body_seconds
        self._late = self.loop.call_later(seconds, self._close_late) if self.waits else None

    def _close_late(self) -> None:
        self._late = None
        if not self.waits:
            return
        left = self._left()
        if left > 0:
            self._late = self.loop.call_later(left, self._close_late)
        else:
            self.transport.abort()

    def _left(self) -> float:
        """Return the seconds until the deadline; each part of a body that arrives extends it."""
        if self.conn.their_state is h11.IDLE:
            return self._began + self.head_seconds - time.monotonic()
        if self.flow.read_paused:  # we are the ones not reading
            return 1.0
        return self._began + self.body_seconds + self._bytes / BODY_RATE - time.monotonic()


def timed_protocol(
    most: int, head_seconds: float = HEAD_SECONDS, body_seconds: float = BODY_SECONDS
) -> type[TimedProtocol]:
    """Return the protocol with these limits."""
    own = {"most": most, "head_seconds": head_seconds, "body_seconds": body_seconds}
    return type("OwnProtocol", (TimedProtocol,), own)
