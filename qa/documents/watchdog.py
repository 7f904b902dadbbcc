"""The time that one step of reading a file may take: when it is over, the process ends, whatever it is doing.

A reader that hangs in C holds the lock of the interpreter, so the end comes from a thread that does not need it
(`faulthandler`). Nothing happens in a process that has set no limit.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LATE = 1
"""The exit code of a process that was ended."""
_running: list[tuple[int, IO[str]]] = []


@contextmanager
def limited(seconds: int) -> Iterator[None]:
    """End the process after so many seconds, unless the block is left or a new step begins before."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        _running.append((seconds, nowhere))
        begin_step()
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            _running.clear()


def begin_step() -> None:
    """Give what follows as much time as a whole file has: a page whose text is recognised, say."""
    if _running:
        seconds, nowhere = _running[0]
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
