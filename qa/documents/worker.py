"""Read files in a second process, so that a reader that crashes, hangs or fills the memory only costs one file.

Requests go to its stdin, each a path; outcomes come back through its stdout, member by member, and wait there, so that
it reads ahead by as much as a pipe holds. It limits its own time, and ends when that is over.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeVar, cast

from qa.documents.archives import members
from qa.documents.composing import TOO_HUNGRY, Outcome, parse
from qa.documents.formats.protocol import UnreadableError
from qa.documents.watchdog import LATE, limited

Result = TypeVar("Result")

SECONDS = 60
"""Seconds that one file, or one member of an archive, may take."""
MEMORY = 1024 * 1024 * 1024
"""Bytes that the second process may hold."""
MAX_YOUNG = 200_000
"""Objects between two searches for unused circles of them, as a table has millions that are in none."""
MAX_CRASHES = 10  # of members of one archive, before the rest is given up
_ALL, _BROKEN = None, object()  # received after the last member of a file, and from a process that ended
_FAILED = 70  # exit code of a failure of our own
_CRASHED = "its reader crashed ({how}): open it in the program that wrote it and save it anew, as PDF if need be"
_TOO_SLOW = "reading it takes more than {seconds} s: split it into smaller files"


@dataclass(frozen=True)
class _Request:
    """A file to read, from its member number `start` on."""

    path: str
    suffix: str
    start: int = 0


@dataclass(frozen=True)
class _Call:
    """A function to call on some values."""

    function: Callable[..., object]
    values: tuple[object, ...]


@dataclass(frozen=True)
class _Called:
    """The result of a call."""

    value: object


class Worker:
    """One second process, started when it is first needed and again after it broke."""

    def __init__(self, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._asked: deque[_Request] = deque()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def asked(self) -> int:
        """The number of files requested and not yet taken."""
        return len(self._asked)

    @property
    def process_id(self) -> int | None:
        """The id of the second process; None if there is none."""
        return self._process.pid if self._process else None

    def ask(self, path: Path, suffix: str) -> None:
        """Request a file; outcomes are taken in the order of requests."""
        self._asked.append(_Request(str(path), suffix))
        if self._process is None:
            self._start()
        else:
            self._send(self._asked[-1])

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the outcomes of the earliest requested file that is not yet taken."""
        done, crashes = 0, 0
        member: str | None = None
        while True:
            message = self._received()
            if isinstance(message, Outcome):
                done, member = done + 1, None
                yield message
            elif isinstance(message, str):
                member = message
            else:
                crashes += 1
                if message is _ALL or not member or crashes > MAX_CRASHES:
                    break
                done += 1
                reason = self._start_again(replace(self._asked.popleft(), start=done))
                yield Outcome(member, reason=reason)
                member = None
        self._asked.popleft()
        if message is not _ALL:
            yield Outcome(reason=self._start_again())

    def call(self, function: Callable[..., Result], *values: object) -> Result:
        """Return the result of a module's function called in the process; all requested files must have been taken.

        Raises `UnreadableError` where the function does, or where it ends the process.
        """
        call = _Call(function, values)
        if self._process is None:
            self._start()
        self._send(call)
        message = self._received()
        if isinstance(message, _Called):
            return cast(Result, message.value)
        raise UnreadableError(str(message) if isinstance(message, UnreadableError) else self._ended())

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def is_idle(self) -> bool:
        """Return whether it runs, and all its outcomes have been taken."""
        return self._process is not None and self._process.poll() is None and not self._asked

    def _start(self) -> None:
        start = f"import sys; sys.path[:] = {sys.path!r}; from qa.documents.worker import serve; serve(*sys.argv[1:])"
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, str(self._seconds), str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        for request in self._asked:
            self._send(request)

    def _start_again(self, *first: _Request) -> str:
        """Report what ended the process, and start another for the remaining requests."""
        self._asked.extendleft(first)
        reason = self._ended()
        self._start()
        return reason

    def _ended(self) -> str:
        process = self._process
        assert process is not None
        with suppress(subprocess.TimeoutExpired):  # it has closed its stdout, so it is about to end
            process.wait(timeout=10)
        self.close()
        code = process.returncode
        if code == LATE:
            return _TOO_SLOW.format(seconds=self._seconds)
        return _CRASHED.format(how=f"signal {-code}" if code < 0 else f"exit code {code}")

    def _send(self, request: _Request | _Call) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended: this is noticed, and the request repeated, when its answer is taken
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()

    def _received(self) -> object:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            return pickle.load(self._process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return _BROKEN


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process, whatever it is doing, and close its pipes."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(OSError):  # for what was still to be written to it
                pipe.close()
    process.wait()


@contextmanager
def lent_worker() -> Iterator[Worker]:
    """Yield a worker for one reader of files: an idle one if possible, which is reused once all is taken."""
    try:
        worker = _idle.pop()
    except IndexError:  # several threads may ask at once
        worker = Worker()
    if not worker.is_idle():  # it ended while idle
        worker.close()
    try:
        yield worker
    finally:
        if worker.is_idle() and not _idle:
            _idle.append(worker)
        else:
            worker.close()


_idle: list[Worker] = []


@atexit.register
def _close_idle() -> None:
    while _idle:
        _idle.pop().close()


if hasattr(os, "register_at_fork"):  # two processes must not talk to one worker
    os.register_at_fork(after_in_child=_idle.clear)


# In the second process


def serve(seconds: str, memory: str) -> None:
    """Read requested files until there are no more requests."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # output of libraries is not an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the first process stops this one
    _bound_memory(int(memory))
    gc.set_threshold(MAX_YOUNG)
    try:
        while True:
            for message in _messages(pickle.load(requests), int(seconds)):
                pickle.dump(message, answers)
                answers.flush()
    except (EOFError, BrokenPipeError):
        os._exit(0)
    except BaseException:
        os._exit(_FAILED)


def _messages(request: _Request | _Call, seconds: int) -> Iterator[object]:
    """Yield the name of each member before it is read, and its outcome; None at the end.

    For a call, yield its result.
    """
    if isinstance(request, _Call):
        with limited(seconds):
            message = _called(request)
        yield message
        return
    found = members(Path(request.path), request.suffix)
    for number in count():
        with limited(seconds):
            member = next(found, None)
        if member is None:
            break
        if number >= request.start:
            yield member.name
            with limited(seconds) if member.data else nullcontext():
                outcome = parse(member, Path(request.path))
            yield outcome  # without a limit: it may wait long to be taken
    yield None


def _called(call: _Call) -> _Called | UnreadableError:
    try:
        return _Called(call.function(*call.values))
    except UnreadableError as error:
        return error
    except MemoryError:
        return UnreadableError(TOO_HUNGRY)


def _bound_memory(most: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # where the system has no such limit, or a lower one
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
