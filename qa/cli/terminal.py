"""Make printed text safe and fit: no document's text or file's name can control the terminal that shows it.

Bold and colour are for terminals only, and lines are as wide as the terminal; other output gets plain lines of `WIDTH`.
"""

from __future__ import annotations

import io
import json
import os
import re
import secrets
import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, Literal, TextIO

WIDTH = 100
WIDEST = 120
"""Longer lines are hard to read, however wide the window."""

_SAFE = "\t\n"
_STEERING = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in _SAFE}
# Marks around styled text until it is written; no document can guess them.
_MARK = f"\ue000{secrets.token_hex(8)}:"
_STYLED = re.compile(rf"{_MARK}(\d+);")
_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "cyan": 36}


@contextmanager
def plain_output() -> Iterator[None]:
    """Show every control character printed in the block as its code, except tabs and line feeds."""
    plain = [_Plain(stream) if stream else None for stream in (sys.stdout, sys.stderr)]
    with redirect_stdout(plain[0]), redirect_stderr(plain[1]):
        yield


def bold(text: str) -> str:
    """Return the text, bold on a terminal."""
    return _styled(text, "bold")


def dim(text: str) -> str:
    """Return the text, dimmed on a terminal."""
    return _styled(text, "dim")


def colour(text: str, name: Literal["red", "green", "cyan"]) -> str:
    """Return the text in a colour on a terminal."""
    return _styled(text, name)


def wrapped(text: str, indent: str = "", following: str | None = None) -> str:
    """Return the text in lines that fit, with white space collapsed.

    Lines after the first are indented by `following`.
    """
    paragraphs = (" ".join(line.split()) for line in text.splitlines() if line.strip())
    after = indent if following is None else following
    wrap = textwrap.TextWrapper(_width(), initial_indent=indent, subsequent_indent=after, break_on_hyphens=False)
    return "\n".join(wrap.fill(paragraph) for paragraph in paragraphs)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object, indented."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _styled(text: str, name: str) -> str:
    if not (isinstance(sys.stdout, _Plain) and sys.stdout.has_styles):
        return text
    lines = (f"{_MARK}{_CODES[name]};{line}{_MARK}0;" if line.strip() else line for line in text.split("\n"))
    return "\n".join(lines)


def _width() -> int:
    if not (isinstance(sys.stdout, _Plain) and sys.stdout.is_terminal):
        return WIDTH
    return max(20, min(WIDEST, shutil.get_terminal_size((WIDTH, 24)).columns))


class _Plain(io.TextIOBase):
    """A stream in front of another; it claims not to be a terminal, so that libraries send it no colours."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_terminal = stream.isatty()
        self.has_styles = self.is_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        plain = text.translate(_STEERING)
        self._stream.write(_STYLED.sub("\x1b[\\1m" if self.has_styles else "", plain))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def fileno(self) -> int:
        return self._stream.fileno()
