"""Hold what the page answers from: its indexes by name, its models, and limits on simultaneous work.

The first index is asked unless others are named; several are asked as one.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import Counter, Histogram

from qa import Index, QAError, Reader, Searcher, Writer
from qa.page.parts.received import Received
from qa.retrieval import by_name

QUESTIONS = Histogram("qa_question_seconds", "From a question to the end of its answer, waiting included.")
BUSY = Counter("qa_busy", "Questions that were not taken since too many others waited.")
WAITING = 20
"""The most questions that may wait: each holds one of the 40 threads that answer everything else, too."""
PATIENCE_SECONDS = 1.2
"""How long a question may be expected to take, waiting included; one that would take longer is answered "busy" at once.

With what the server adds, and since questions at the same time slow each other down, most visitors then wait less than
two seconds; the first of a sudden crowd, before the page knows how long questions take, may wait three.
"""


class UnknownIndexError(QAError):
    """The name of an index that is not offered."""


class BusyError(QAError):
    """Too many questions are waiting."""

    def __init__(self) -> None:
        super().__init__("Too many questions are being asked at the moment.", "Ask again in a few seconds.")


class Turns:
    """Lets `at_once` questions be worked on; `taken` counts those and the waiting ones.

    At most `waiting` wait, and no more than can be expected to be done within `PATIENCE_SECONDS`, by how long the last
    ones took; but always one.
    """

    def __init__(self, at_once: int | None = None, waiting: int = WAITING) -> None:
        self._at_once = at_once or max(2, os.cpu_count() or 1)
        self._waiting = waiting
        self.taken = 0
        self._lock = threading.Lock()
        self._working = threading.Semaphore(self._at_once)
        self._average = 0.0

    @contextmanager
    def turn(self) -> Iterator[AbstractContextManager[object]]:
        """Yield a question from beginning to end.

        Work on it is done within the yielded turn, which waits. Raises `BusyError`.
        """
        with self._lock:
            self._refuse_too_many()
            self.taken += 1
        began, work = time.perf_counter(), _Work(self._working)
        try:
            yield work
        finally:
            with self._lock:
                self.taken -= 1
                self._average += (work.seconds - self._average) * (0.2 if self._average else 1.0)
            QUESTIONS.observe(time.perf_counter() - began)

    def check(self) -> None:
        """Raise `BusyError` if a question that came now would not be taken."""
        with self._lock:
            self._refuse_too_many()

    def _refuse_too_many(self) -> None:
        ahead = self.taken - self._at_once + 1
        is_long = ahead > 1 and (ahead / self._at_once + 1) * self._average > PATIENCE_SECONDS
        if ahead > self._waiting or is_long:
            BUSY.inc()
            raise BusyError


class _Work:
    """Waits in line each time it is entered, and counts the seconds inside."""

    def __init__(self, working: threading.Semaphore) -> None:
        self._working = working
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._working.acquire()
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._began
        self._working.release()


class Library:
    """One or more searchers by index name; keeps nothing about a visitor except files not yet added.

    A `reader` chooses the spans that answer; a `writer` writes an answer beside the quoted one.
    """

    def __init__(
        self, searchers: Mapping[str, Searcher], reader: Reader | None = None, writer: Writer | None = None
    ) -> None:
        self._searchers = dict(searchers)
        if len(self._searchers) > 1:  # each hit names the index that it is from
            self._searchers = {name: Searcher({name: one.index}) for name, one in searchers.items()}
        self.reader = reader
        self.writer = writer
        self.turns = Turns()
        self.received = Received()

    @classmethod
    def open(cls, folders: Iterable[str | Path], reader: Reader | None = None, writer: Writer | None = None) -> Library:
        """Open each folder or address once, under its name, never downloading a model.

        Raises what `Searcher.open` raises.
        """
        opened = by_name(Index.open(folder, offline=True) for folder in folders)
        return cls({name: Searcher(index) for name, index in opened.items()}, reader, writer)

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which they were given."""
        return tuple(self._searchers)

    @property
    def sends_to(self) -> str | None:
        """The other machine that the writer's model is on; None if nothing leaves this one."""
        host = (urlsplit(self.writer.url).hostname or "") if self.writer else "localhost"
        return None if is_here(host) else host

    def searcher(self, name: str | Sequence[str] | None = None) -> Searcher:
        """Return the searcher over the named indexes, or over the first index if none are named.

        Raises `UnknownIndexError`, and `IndexesDifferError` for indexes that cannot be asked together.
        """
        chosen = list(dict.fromkeys([name] if isinstance(name, str) else name or ())) if name else self.names[:1]
        unknown = [one for one in chosen if one not in self._searchers]
        if unknown:
            raise UnknownIndexError(
                f"No index {unknown[0]!r} is offered.", f"Choose one of: {', '.join(self._searchers)}."
            )
        if len(chosen) == 1:
            return self._searchers[chosen[0]]
        return Searcher({one: self._searchers[one].index for one in chosen})


def stay_on_this_machine(but: str | None = None) -> None:
    """Prevent this process, permanently, from connecting to another machine or looking up its address.

    `but` is the one host that may be reached; its addresses are looked up now.
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
    """Raise `PermissionError` for the address of another machine; only Internet addresses can be of one."""
    host = address[0] if isinstance(address, tuple) and address else None
    host = host.decode() if isinstance(host, bytes) else host
    if isinstance(host, str) and host and host not in allowed and not is_here(host):
        raise PermissionError(f"Nothing is sent from this machine, so not to {host!r} either.")
