"""Watch folders: keep the index up to date, and print a line for each change, until Ctrl+C.

A changed file is indexed once it has settled, so that none is read while half written. Knows the names, sizes and times
of files; does not know their contents.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from qa.cli import reports
from qa.documents import Reading, is_hidden, read_documents
from qa.errors import NoTextError, QAError
from qa.index import Index

SETTLE_SECONDS = 1.0
"""Seconds that a file must be unchanged before it is read; chosen by hand."""


class State(NamedTuple):
    """A value that changes whenever the file does."""

    modified: int
    size: int
    inode: int


Changes = Mapping[Path, State | None]
"""New or changed files with their state, None for those that are gone."""


class Watched:
    """Files, and folders with all files below except hidden ones and those in `outside`, as last recorded.

    A folder without any file, and a missing file, count as out of reach (not mounted, moved for a while): nothing is
    reported about them until they are back.
    """

    def __init__(self, paths: Iterable[str | Path], outside: Path, settle: float = SETTLE_SECONDS) -> None:
        self._roots = tuple(Path(os.path.abspath(path)) for path in paths)  # noqa: PTH100 as documents are named by
        self._outside = outside
        self._settle = settle
        self._given_files = tuple(root for root in self._roots if root.is_file())
        self._kept = self._look()
        self._waiting: dict[Path, tuple[State | None, float]] = {}

    def is_moving(self) -> bool:
        """Return whether something has not settled yet, or a file named on its own has changed."""
        states = ((path, _state(path)) for path in self._given_files)
        return bool(self._waiting) or any(state not in (None, self._kept.get(path)) for path, state in states)

    def folders(self) -> dict[Path, int]:
        """Return the existing folders, each with what distinguishes it from a later one of the same name."""
        return {root: root.stat().st_ino for root in self._roots if root.is_dir()}

    def in_reach(self) -> list[Path]:
        """Return the given files that exist, and the given folders that contain a file."""
        return [root for root in self._roots if next(_files(root, self._outside), None)]

    def out_of_reach(self) -> list[Path]:
        """Return the given files and folders that are not `in_reach`."""
        in_reach = self.in_reach()
        return [root for root in self._roots if root not in in_reach]

    def settled(self) -> Changes:
        """Return what differs from the record and has not changed for `settle` seconds."""
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
        """Record the files in the state of these changes, which have been dealt with."""
        for path, state in changes.items():
            self._waiting.pop(path, None)
            self._kept.pop(path, None)
            if state is not None:
                self._kept[path] = state

    def _look(self) -> dict[Path, State]:
        paths = (path for root in self._roots for path in _files(root, self._outside))
        return {path: state for path in paths if (state := _state(path))}


def _state(path: Path) -> State | None:
    """Return a value that changes whenever a file does, None for a missing file or a broken link."""
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
        visible = (name for name in folders if not is_hidden(name))
        folders[:] = [name for name in visible if os.path.realpath(Path(place, name)) != left_out]
        yield from (Path(place, name) for name in files if not is_hidden(name))


TICK_MILLISECONDS = 250
LOOK_SECONDS = 30.0
"""Seconds after which to look again at the latest, since the system may lose events."""
OUT_OF_REACH = "{} is gone or empty; what is indexed from it is kept. Waiting for it to come back."


def follow(index: Index, reading: Reading, watched: Watched, tags: Sequence[str], *, as_json: bool) -> None:
    """Index what there is, then each change once it has settled, until Ctrl+C or a SIGTERM.

    Each document is given the tags.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _begin(index, reading, tags, as_json=as_json)
        print("Watching for changes (Ctrl+C stops it).", file=sys.stderr, flush=True)
        reach, trouble = _Notice(), _Notice()
        for _ in _ticks(watched):
            reach.once("\n".join(map(OUT_OF_REACH.format, watched.out_of_reach())))
            changes = watched.settled()
            if changes:
                _bring_in(index, watched, changes, tags, trouble, as_json=as_json)


def _begin(index: Index, reading: Reading, tags: Sequence[str], *, as_json: bool) -> None:
    try:
        report = index.sync(reading, tags=tags)
    except NoTextError as error:  # there may be one soon
        print(f"qa: {error}", file=sys.stderr)
        return
    if as_json:
        reports.show_changes(report, as_json=True)
    else:
        reports.show_report(index.location, report, index.counts(), as_json=False)
        sys.stdout.flush()  # a pipe would hold it back until the end


class _Notice:
    """Prints a message once, however often its cause recurs."""

    def __init__(self) -> None:
        self._last = ""

    def once(self, words: str) -> None:
        if words and words != self._last:
            print(words, file=sys.stderr, flush=True)
        self._last = words


def _bring_in(
    index: Index, watched: Watched, changes: Changes, tags: Sequence[str], trouble: _Notice, *, as_json: bool
) -> None:
    try:
        report = index.sync(read_documents(watched.in_reach(), only=changes), tags=tags)
    except QAError as error:  # busy, a full disk: what changed is tried again with the next tick
        trouble.once(f"qa: {error}")
        time.sleep(1)
        return
    watched.keep(changes)
    reports.show_changes(report, as_json=as_json)


def _ticks(watched: Watched) -> Iterator[None]:
    """Ticks whenever something may have changed: an event, something not settled yet, or a while after that."""
    looked = time.monotonic()
    for has_changed in _events(watched):
        if has_changed or watched.is_moving() or time.monotonic() - looked > LOOK_SECONDS:
            yield
            looked = time.monotonic()


def _events(watched: Watched) -> Iterator[bool]:
    """Yield whenever files below the folders may have changed; start over if a folder disappears or comes back."""
    while True:
        folders, is_first = watched.folders(), True
        if not folders:
            time.sleep(TICK_MILLISECONDS / 1000)
            yield True
        with suppress(FileNotFoundError):  # one has just gone
            for changed in _changed_paths(folders):
                if watched.folders() != folders or changed & folders.keys():
                    break
                yield is_first or bool(changed)  # changes before watching began may have been missed
                is_first = False


def _changed_paths(folders: Collection[Path]) -> Iterator[set[Path]]:
    """Yield the changes of each tick from the system's events; end when there is nothing to watch."""
    from watchfiles import watch

    if folders:
        for events in watch(
            *folders,
            watch_filter=None,
            debounce=TICK_MILLISECONDS,
            rust_timeout=TICK_MILLISECONDS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            yield {Path(path) for _, path in events}
