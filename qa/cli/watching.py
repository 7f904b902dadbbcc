"""Following folders: the index is kept up to date with them, a line for each change, until Ctrl+C."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from qa.cli import reports
from qa.documents import Reading, read_documents
from qa.documents.watching import Changes, Watched
from qa.errors import NoTextError, QAError
from qa.index import Index

TICK_MILLISECONDS = 250
LOOK_SECONDS = 30.0
"""Look again at least this often, since the system may lose events."""
OUT_OF_REACH = "{} is gone or empty; what is indexed from it is kept. Waiting for it to come back."


def follow(index: Index, reading: Reading, watched: Watched, tags: Sequence[str], *, as_json: bool) -> None:
    """Index what there is, then bring in each change once it has settled, until Ctrl+C or a SIGTERM.

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
    except NoTextError as error:  # there may be some soon
        print(f"qa: {error}", file=sys.stderr)
        return
    if as_json:
        reports.show_changes(report, as_json=True)
    else:
        reports.show_report(index.location, report, index.counts(), as_json=False)
        sys.stdout.flush()  # a pipe would keep it back until the end


class _Notice:
    """Prints a message once, however often its cause is found."""

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
    """Whenever there may be something to see: an event, something that has not settled yet, or a while after that."""
    looked = time.monotonic()
    for has_changed in _events(watched):
        if has_changed or watched.is_moving() or time.monotonic() - looked > LOOK_SECONDS:
            yield
            looked = time.monotonic()


def _events(watched: Watched) -> Iterator[bool]:
    """Yield every tick, whether files below the folders changed; starts over where a folder went or came back."""
    while True:
        folders, is_first = watched.folders(), True
        if not folders:
            time.sleep(TICK_MILLISECONDS / 1000)
            yield True
        with suppress(FileNotFoundError):  # one went just now
            for changed in _changed_paths(folders):
                if watched.folders() != folders or changed & folders.keys():
                    break
                yield is_first or bool(changed)  # the first may have missed what changed before watching began
                is_first = False


def _changed_paths(folders: Collection[Path]) -> Iterator[set[Path]]:
    """Yield what changed in each tick, by the system's events; ends where there is nothing to watch."""
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
