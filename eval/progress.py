"""Progress bars on stderr, on a terminal only. Knows nothing of what is being done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, track

Item = TypeVar("Item")


def progress(items: Sequence[Item], words: str) -> Iterable[Item]:
    """Go through the items with a bar; `words` say what is done with them."""
    return track(items, description=words, console=Console(stderr=True), disable=not sys.stderr.isatty())


@contextmanager
def counted(total: int, words: str) -> Iterator[Callable[[int], None]]:
    """Show a bar that the given function sets to the number done so far."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(words, total=total)
        yield lambda done: bar.update(task, completed=done)
