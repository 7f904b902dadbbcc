"""Run the command line: results go to stdout, everything else to stderr.

For a person in a terminal, or a program through --json; uses only what the library offers to everybody.
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
    """Run one command; return 0 if it worked, 1 after an error, 2 for wrong usage, 130 if interrupted.

    `qa verify` also returns 1 for a quote that is no longer there, `qa doctor` for an index that is not healthy.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # Vietnamese must be printed intact whatever the terminal's encoding
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
    except BrokenPipeError:  # the reader of our output closed it
        _discard_output()
    except OSError as error:
        _discard_output()
        print(f"qa: The system refused ({error}). Check the disk space and the permissions.", file=sys.stderr)
        return 1
    else:
        return code or 0
    return 0


def _discard_output() -> None:
    """Discard the rest of the output, which the interpreter would else try to write again, with a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
