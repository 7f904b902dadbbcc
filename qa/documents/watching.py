"""What changed below folders since it was last looked at, reported once it has settled, so that no file is read half.

Knows the names, sizes and times of files; does not know what is in them, nor who asks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

SETTLE_SECONDS = 1.0
"""How long a file must have stayed as it is before it is read."""


class State(NamedTuple):
    """What tells a file from its earlier self."""

    modified: int
    size: int
    inode: int


Changes = Mapping[Path, State | None]
"""Files that are new or changed with their state, None for those that are gone."""


class Watched:
    """Files, and folders with all files below but hidden ones and those in `outside`, as they were last kept.

    A folder without any file, and a file that is gone, count as out of reach (not mounted, moved for a while): nothing
    is reported of them until they are back.
    """

    def __init__(self, paths: Iterable[str | Path], outside: Path, settle: float = SETTLE_SECONDS) -> None:
        self._roots = tuple(Path(os.path.abspath(path)) for path in paths)  # noqa: PTH100 as documents are named by
        self._outside = outside
        self._settle = settle
        self._given_files = tuple(root for root in self._roots if root.is_file())
        self._kept = self._look()
        self._waiting: dict[Path, tuple[State | None, float]] = {}

    def is_moving(self) -> bool:
        """Return whether something has not settled yet, or a file that was given by itself has changed."""
        states = ((path, _state(path)) for path in self._given_files)
        return bool(self._waiting) or any(state not in (None, self._kept.get(path)) for path, state in states)

    def folders(self) -> dict[Path, int]:
        """Return the folders that are there, each with what tells it from another of its name."""
        return {root: root.stat().st_ino for root in self._roots if root.is_dir()}

    def in_reach(self) -> list[Path]:
        """Return those of the given files and folders that are there, folders with a file in them."""
        return [root for root in self._roots if next(_files(root, self._outside), None)]

    def out_of_reach(self) -> list[Path]:
        """Return the other ones."""
        in_reach = self.in_reach()
        return [root for root in self._roots if root not in in_reach]

    def settled(self) -> Changes:
        """Return what differs from what was kept, and has stayed as it is for long enough."""
        now, found, roots = time.monotonic(), self._look(), self.in_reach()
        different = {path for path in {*found, *self._kept} if found.get(path) != self._kept.get(path)}
        before, self._waiting = self._waiting, {}
        for path in different:
            if any(path.is_relative_to(root) for root in roots):
                state, since = before.get(path, (None, now))
                is_same = path in before and state == found.get(path)
                self._waiting[path] = (found.get(path), since if is_same else now)
        return {path: state for path, (state, since) in self._waiting.items() if now - since >= self._settle}

    def keep(self, changes: Changes) -> None:
        """Take changes for dealt with."""
        for path, state in changes.items():
            self._waiting.pop(path, None)
            self._kept.pop(path, None)
            if state is not None:
                self._kept[path] = state

    def _look(self) -> dict[Path, State]:
        paths = (path for root in self._roots for path in _files(root, self._outside))
        return {path: state for path in paths if (state := _state(path))}


def _state(path: Path) -> State | None:
    """Return what tells that a file changed, None for what is gone and for a link that leads nowhere."""
    try:
        status = path.stat()
    except OSError:
        return None
    return State(status.st_mtime_ns, status.st_size, status.st_ino)


def _files(root: Path, outside: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    left_out = os.path.realpath(outside)
    for place, folders, files in os.walk(root):
        visible = (name for name in folders if not name.startswith("."))
        folders[:] = [name for name in visible if os.path.realpath(Path(place, name)) != left_out]
        yield from (Path(place, name) for name in files if not name.startswith("."))
