"""What is printed, made safe: no text of a document and no file's name steers the terminal that shows it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO

_SAFE = "\t\n"
_STEERING = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _SAFE}


@contextmanager
def plain_output() -> Iterator[None]:
    """Shows every control character that is printed meanwhile as its code, but tabs and line feeds."""
    plain = [_Plain(stream) if stream else None for stream in (sys.stdout, sys.stderr)]
    with redirect_stdout(plain[0]), redirect_stderr(plain[1]):
        yield


class _Plain(io.TextIOBase):
    """A stream in front of another; it says that it is no terminal, so that nobody sends it colours."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._stream.write(text.translate(_STEERING))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()
