"""What the page answers from: its indexes by name, and the models that it was given.

The first index is the one that is asked unless another is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from qa import QAError, Reader, Searcher, Writer
from qa.page.guard import is_here


class UnknownIndexError(QAError):
    """A name that is none of the offered indexes'."""


class Library:
    """At least one searcher by the name of its index; holds nothing of a visitor.

    A `reader` chooses the spans that answer; a `writer` writes an answer beside the quoted one.
    """

    def __init__(
        self, searchers: Mapping[str, Searcher], reader: Reader | None = None, writer: Writer | None = None
    ) -> None:
        self._searchers = dict(searchers)
        self.reader = reader
        self.writer = writer

    @classmethod
    def open(cls, folders: Iterable[str | Path], reader: Reader | None = None, writer: Writer | None = None) -> Library:
        """Opens each folder once, under its name, and never tries the network; raises what `Searcher.open` raises."""
        searchers: dict[str, Searcher] = {}
        for folder in dict.fromkeys(Path(folder).resolve() for folder in folders):
            searchers[_unused(folder.name, searchers)] = Searcher.open(folder, offline=True)
        return cls(searchers, reader, writer)

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which they were given."""
        return tuple(self._searchers)

    @property
    def sends_to(self) -> str | None:
        """The other machine that the writer's model is on; None where nothing leaves this one."""
        host = (urlsplit(self.writer.url).hostname or "") if self.writer else "localhost"
        return None if is_here(host) else host

    def searcher(self, name: str | None = None) -> Searcher:
        """The searcher of this name, the first without one; raises `UnknownIndexError`."""
        if not name:
            return next(iter(self._searchers.values()))
        if name not in self._searchers:
            raise UnknownIndexError(f"No index {name!r} is offered.", f"Choose one of: {', '.join(self._searchers)}.")
        return self._searchers[name]


def _unused(name: str, taken: Iterable[str]) -> str:
    """The name, with a number behind it where another folder has the same one."""
    names, number = set(taken), 1
    while (found := name if number == 1 else f"{name}-{number}") in names:
        number += 1
    return found
