"""Limit the time of one step of reading a file: when it is over, the process ends, whatever it is doing.

A reader that hangs in C holds the interpreter's lock, so the system's timer ends it or, where there is none (Windows),
a thread that does not need that lock. Without a limit nothing happens.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LATE = 1 if sys.platform == "win32" else -signal.SIGALRM
"""The exit status that `subprocess` reports for a process that was ended."""
_running: list[tuple[int, IO[str]]] = []


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """End the process after this many seconds, unless the block is left or a new step begins first.

    Works only in the main thread.
    """
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        _running.append((seconds, nowhere))
        begin_step()
        try:
            yield
        finally:
            _end_in(0, nowhere)
            _running.clear()


def begin_step() -> None:
    """Start a step with as much time as a whole file has, such as recognising the text of one page."""
    if _running:
        _end_in(*_running[0])


def _end_in(seconds: int, nowhere: IO[str]) -> None:
    """End the process in this many seconds; 0 cancels that."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    elif seconds:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
    else:
        faulthandler.cancel_dump_traceback_later()
