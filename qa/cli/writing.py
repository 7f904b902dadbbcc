"""How a language model's answer looks: as it comes, with what the passages do not bear out, or why there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from qa.errors import WriterError
from qa.generation import WrittenAnswer


def print_written(written: Iterable[WrittenAnswer]) -> None:
    """The text as it comes, then what is unsupported in it; a failure is told on stderr, what came before it stays."""
    last, problem = WrittenAnswer("", ()), None
    try:
        for one in written:
            heading = "" if last.text or not one.text else "\nA language model wrote from the passages below:\n"
            print(heading + one.text[len(last.text) :], end="", flush=True)
            last = one
    except WriterError as error:
        problem = error
    if last.text:
        print(flush=True)
    if problem:
        print(f"qa: {problem}", file=sys.stderr)
    if last.finished and not last.text:
        print("\nA language model found no answer in the passages below.")
    for sentence in last.sentences:
        for part in sentence.unsupported:
            print(f"    not borne out by what it cites: {part}")


def written_json(written: Iterable[WrittenAnswer]) -> dict[str, Any]:
    """The finished answer as `written`, None where nothing was found to write from; a failure as `written_error`."""
    try:
        grown = list(written)
    except WriterError as error:
        return {"written": None, "written_error": str(error)}
    return {"written": grown[-1].to_json() if grown else None}
