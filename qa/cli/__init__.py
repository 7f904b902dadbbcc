"""The command line: results go to stdout, everything else to stderr.

For a person in a terminal, or for a program through --json; uses nothing that the library does not offer.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from qa.cli.arguments import make_parser
from qa.cli.terminal import plain_output
from qa.errors import QAError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 after an error, shown in one line, 2 for wrong usage, 130 when stopped.

    `qa verify` also gives 1 for a quote that does not stand, `qa doctor` for an index that is not healthy.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Vietnamese must come out whole wherever the terminal is
            stream.reconfigure(encoding="utf-8", errors="replace")
    with plain_output():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    given = make_parser().parse_args(arguments)
    try:
        code = given.command(given)
        print(end="", flush=True)
    except QAError as error:
        print(f"qa: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("qa: stopped; what was committed is kept.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        _discard_output()
    except OSError as error:
        _discard_output()
        print(f"qa: The system refused ({error}). Check the disk space and the permissions.", file=sys.stderr)
        return 1
    else:
        return code or 0
    return 0


def _discard_output() -> None:
    """Send what is left to nowhere; the interpreter would try to write it again, and fail with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
