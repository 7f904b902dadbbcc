"""Take files from visitors: make their names safe, read their texts, and add the documents to an index.

Knows nothing of HTML. A visitor names a file by the id that it was received under, and never by a path.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue

from qa import Document, Index, read_documents
from qa.index import UpsertReport
from qa.page.corpus.words import NO_ROOM, NOT_RECEIVED
from qa.page.parts.received import MAX_BYTES, Received

MAX_FILES = 50
"""Files at a time; chosen by hand."""
FOLDER = "uploads"
"""What the ids of uploaded documents begin with."""
_MOST_SENT = 1_000  # characters of a name; a longer one is not a name, and takes long to normalise
_MAX_NAME = 120
_UNNAMED = "tệp"


@dataclass(frozen=True)
class Arrival:
    """One file as it came: its name made safe, and where it is; None when it was not received, or had no room."""

    name: str
    path: Path | None
    size: int = 0
    had_room: bool = True


@dataclass(frozen=True)
class Step:
    """The progress of an upload: files read, and documents stored in the index."""

    read: int
    stored: int
    total: int
    name: str


@dataclass
class Outcome:
    """The outcome for the files, by document id; `renamed` ones had the name of another document."""

    report: UpsertReport
    skipped: list[tuple[str, str]] = field(default_factory=list)
    renamed: set[str] = field(default_factory=set)


def safe_name(name: str) -> str:
    """Return a file's own name, short and without folders.

    Characters that are not seen, or that reorder others, are left out.
    """
    own = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2][-_MOST_SENT:])
    # Category C: controls, marks of direction, characters of no width, halves of characters, unassigned ones.
    shown = "".join(one if unicodedata.category(one)[0] != "C" else " " if one.isspace() else "" for one in own)
    stem, dot, suffix = " ".join(shown.split()).rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    suffix = suffix.strip()[: _MAX_NAME // 4]
    stem = stem.strip(". ")[: _MAX_NAME - len(suffix) - 1].strip(". ")
    return f"{stem or _UNNAMED}{dot if suffix else ''}{suffix}"


def arrivals(files: object, received: Received) -> list[Arrival]:
    """Return the files of an event, which may hold anything; only what was `received` is taken."""
    given = [one for one in files if isinstance(one, dict)] if isinstance(files, list) else []
    return [_arrival(one, received) for one in given]


def discard(files: object, received: Received) -> None:
    """Delete the files of an event, once they are read."""
    for one in files if isinstance(files, list) else []:
        if isinstance(one, dict):
            received.discard(str(one.get("id")))


def _arrival(given: dict[str, object], received: Received) -> Arrival:
    name, size = given.get("name"), given.get("size")
    safe = safe_name(name if isinstance(name, str) else "")
    return Arrival(
        safe,
        received.find(given.get("id"), Path(safe).suffix),
        size if isinstance(size, int) else 0,
        given.get("full") is not True,
    )


def follow(
    files: list[Arrival], index: Index, finished: Callable[[], None] = lambda: None, *, replacing: bool
) -> Generator[Step | Outcome]:
    """Add the files to the index; yields each step, and the outcome at last; calls `finished` once they are read.

    Works in a thread of its own, so that it finishes even if nobody is watching any more.
    """
    steps: SimpleQueue[Step | None] = SimpleQueue()
    worker = ThreadPoolExecutor(1)
    done = worker.submit(_Batch(files, steps.put).add_to, index, replacing=replacing)
    worker.shutdown(wait=False)
    done.add_done_callback(lambda _: finished())
    done.add_done_callback(lambda _: steps.put(None))
    yield from iter(steps.get, None)
    yield done.result()


class _Batch:
    """Files that are read one by one while the index adds them."""

    def __init__(self, files: list[Arrival], report: Callable[[Step], None]) -> None:
        self._files = files
        self._report = report
        self._step = Step(0, 0, len(files), "")
        self._skipped: list[tuple[str, str]] = []
        self._asked: set[str] = set()

    def add_to(self, index: Index, *, replacing: bool) -> Outcome:
        report = (index.upsert if replacing else index.add)(self._documents(), self._stored)
        skipped = [*self._skipped, *((_name_of(one.path), one.reason) for one in report.skipped)]
        return Outcome(report, skipped, {*report.added, *report.unchanged} - self._asked)

    def _documents(self) -> Iterator[Document]:
        for read, file in enumerate(self._files, start=1):
            self._step_to(replace(self._step, read=read, name=file.name))
            yield from self._read(file)

    def _read(self, file: Arrival) -> Iterator[Document]:
        if file.path is None or not file.path.is_file():
            missing = NOT_RECEIVED if file.had_room else NO_ROOM
            self._skipped.append((file.name, _too_large(file.size) if file.size > MAX_BYTES else missing))
            return
        reading = read_documents(file.path)
        for document in reading:
            identity = "/".join(filter(None, (FOLDER, file.name, document.metadata.get("member"))))
            self._asked.add(identity)
            # Without its path: it is a passing one, and no folder that is indexed later has a say over this document.
            kept = {name: value for name, value in document.metadata.items() if name != "path"}
            yield replace(document, id=identity, source=identity, metadata=kept)
        self._skipped += [(file.name + one.path.removeprefix(str(file.path)), one.reason) for one in reading.skipped]

    def _stored(self, count: int) -> None:
        self._step_to(replace(self._step, stored=count))

    def _step_to(self, step: Step) -> None:
        self._step = step
        self._report(step)


def _name_of(identity: str) -> str:
    return identity.removeprefix(f"{FOLDER}/")


def _too_large(size: int) -> str:
    megabyte = 1024 * 1024
    most = MAX_BYTES // megabyte
    return f"too large ({size / megabyte:.1f} MB; at most {most} MB are read): split it into smaller files"
