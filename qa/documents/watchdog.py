"""The time that one step of reading a file may take: when it is over, the process ends, whatever it is doing.

A reader that hangs in C holds the lock of the interpreter, so the end comes from the system's timer, or where there is
none (Windows) from a thread that does not need that lock. Nothing happens in a process that has set no limit.
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
"""What `subprocess` reports of a process that was ended."""
_running: list[tuple[int, IO[str]]] = []


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """End the process after so many seconds, unless the block is left or a new step begins before.

    Only in the main thread.
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
    """Give what follows as much time as a whole file has: a page whose text is recognised, say."""
    if _running:
        _end_in(*_running[0])


def _end_in(seconds: int, nowhere: IO[str]) -> None:
    """End the process in so many seconds, never where these are 0."""
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    elif seconds:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
    else:
        faulthandler.cancel_dump_traceback_later()
