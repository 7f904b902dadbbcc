"""Share the work of making an index with a second process, on another core. Calls functions; knows no index.

Requests and answers are in files, and the pipes carry only their numbers, so that neither process waits for the other
to read what it has written. If the second process ends early, the first one does its share, and nothing is lost.
"""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, TypeVar

from qa.documents.worker import end

Value = TypeVar("Value")
Result = TypeVar("Result")

STARTED_AFTER = 2_000
"""The first process handles this many values alone, in the time that the second one takes to start."""
_AHEAD = 2  # outstanding answers, so that the process always has something to do
_AT_ONCE = 512  # values
_ENDED = "the second process ended early ({how}); this one did its share, which took longer; nothing is lost"


class SecondProcess:
    """A process that starts once it is worth it, and ends with the block; `ended` says why it ended earlier."""

    def __init__(self, started_after: int = STARTED_AFTER) -> None:
        self.ended = ""
        self._left = started_after if cores() > 1 else sys.maxsize
        self._asked = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> SecondProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def process_id(self) -> int | None:
        """The id of the process, None while there is none."""
        return self._process.pid if self._process else None

    @property
    def ahead(self) -> int:
        """How many answers may be outstanding: none without a process."""
        return _AHEAD if self._process else 0

    def ask(self, function: Callable[[Sequence[Value]], Result], values: Sequence[Value]) -> Callable[[], Result]:
        """Return a function that waits for the result; if several results are wanted, ask for them in this order."""
        self._left -= len(values)
        if self._left < 0 and self._process is None and not self.ended:
            self._start()
        number = self._sent(pickle.dumps((function, values))) if self._process else None
        if number is not None:
            return partial(self._answer, number, function, values)
        made = function(values)
        return lambda: made

    def mapped(self, function: Callable[[Value], Result], values: Iterable[Value]) -> Iterator[Result]:
        """Yield the function's results, in order."""
        left = iter(values)
        waiting: deque[Callable[[], list[Result]]] = deque()
        while some := list(islice(left, _AT_ONCE)):
            waiting.append(self.ask(partial(_each, function), some))
            while len(waiting) > self.ahead:
                yield from waiting.popleft()()
        for answer in waiting:
            yield from answer()

    def _start(self) -> None:
        try:
            self._folder = tempfile.TemporaryDirectory(prefix="qa-", ignore_cleanup_errors=True)
            start = f"import sys; sys.path[:] = {sys.path!r}; from qa.index.second_process import serve; serve()"
            self._process = subprocess.Popen(
                [sys.executable, "-c", start],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
            )
        except OSError as error:
            self._give_up(str(error))

    def _sent(self, question: bytes) -> int | None:
        """Return the number of a question sent to the process, None if it cannot be sent."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._folder is not None
        self._asked += 1
        try:
            (Path(self._folder.name) / _question(self._asked)).write_bytes(question)
            self._process.stdin.write(b"%d\n" % self._asked)
            self._process.stdin.flush()
        except BrokenPipeError:  # noticed when the first outstanding answer is awaited
            return self._asked
        except OSError as error:  # such as a full disk
            self._give_up(str(error))
            return None
        return self._asked

    def _answer(self, number: int, function: Callable[[Sequence[Value]], Result], values: Sequence[Value]) -> Result:
        if self._process and self._process.stdout and self._folder:
            if self._is_answered(number, self._process.stdout):
                made = Path(self._folder.name) / _made(number)
                result: Result = pickle.loads(made.read_bytes())
                made.unlink()
                return result
            code = self._process.wait()
            self._give_up(f"signal {-code}" if code < 0 else f"exit code {code}")
        return function(values)

    def _is_answered(self, number: int, numbers: IO[bytes]) -> bool:
        """Wait for an answer; earlier ones that nobody collected stay until the folder is deleted."""
        return any(int(line) == number for line in iter(numbers.readline, b""))

    def _give_up(self, how: str) -> None:
        self.ended = _ENDED.format(how=how)
        self._close()

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _each(function: Callable[[Value], Result], values: Sequence[Value]) -> list[Result]:
    return list(map(function, values))


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _question(number: int) -> str:
    return f"{number}.asked"


def _made(number: int) -> str:
    return f"{number}.made"


# In the second process


def serve() -> None:
    """Answer the questions in this folder's files until there are no more; a failure ends the process."""
    numbers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a library may print; that is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the first process stops this one
    for line in sys.stdin.buffer:
        number = int(line)
        function, values = pickle.loads(Path(_question(number)).read_bytes())
        Path(_question(number)).unlink()
        Path(_made(number)).write_bytes(pickle.dumps(function(values)))
        with suppress(BrokenPipeError):
            numbers.write(line)
            numbers.flush()
    shutil.rmtree(Path.cwd(), ignore_errors=True)  # texts that the first process left if it was killed
