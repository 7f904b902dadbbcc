"""Keep files that visitors sent until they are added to an index, and delete those that never are.

Knows neither HTTP nor what the files are used for. The limits were chosen by hand, for a small office's disk.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from qa import QAError

MAX_BYTES = 20 * 1024 * 1024
"""The size of one file: what `read_documents` takes."""
EACH_BYTES = 300 * 1024 * 1024
"""The size of all files that one visitor has sent and not yet added."""
ALL_BYTES = 1024 * 1024 * 1024
"""The size of all files of all visitors."""
FREE_BYTES = 500 * 1024 * 1024
"""Space that must stay free on the disk."""
UNUSED_SECONDS = 15 * 60
"""Time after which a file that nobody added is deleted."""


class FileTooLargeError(QAError):
    """A file of more than `MAX_BYTES`."""

    def __init__(self) -> None:
        super().__init__(f"A file may have at most {MAX_BYTES} bytes.", "Split it into smaller files.")


class NoRoomError(QAError):
    """More files than are kept at once."""

    def __init__(self) -> None:
        super().__init__("There is no room for more files now.", "Add those that were sent, or try later.")


@dataclass
class _File:
    path: Path
    visitor: str
    size: int
    since: float
    whole: bool = False


class Received:
    """The files, each under an id that only its sender knows; no folder exists before the first one."""

    def __init__(self, each: int = EACH_BYTES, everyone: int = ALL_BYTES, unused: float = UNUSED_SECONDS) -> None:
        self._each, self._all, self._unused = each, everyone, unused
        self.folder: Path | None = None
        self._files: dict[str, _File] = {}

    async def receive(self, visitor: str, length: int | None, chunks: AsyncIterator[bytes]) -> str:
        """Keep a file and return its id; `length` is the announced size in bytes, None where none was announced.

        Raises `FileTooLargeError` or `NoRoomError`. Nothing is kept after these, nor when the chunks end in an error.
        """
        size = MAX_BYTES if length is None else length
        if size > MAX_BYTES:
            raise FileTooLargeError
        identity = self._make_room(visitor, size)
        try:
            with self._files[identity].path.open("wb") as file:
                written = 0
                async for chunk in chunks:
                    written += len(chunk)
                    if written > size:
                        raise FileTooLargeError
                    file.write(chunk)
        except BaseException:
            self.discard(identity)
            raise
        kept = self._files[identity]
        kept.size, kept.since, kept.whole = written, time.monotonic(), True
        return identity

    def find(self, identity: object, suffix: str) -> Path | None:
        """Return the path of the file of an id, with this suffix; None where there is no such file.

        From now on only `discard` deletes it.
        """
        kept = self._files.get(identity) if isinstance(identity, str) else None
        if kept is None or not kept.whole:
            return None
        kept.since = float("inf")
        kept.path = kept.path.rename(kept.path.with_suffix(suffix))
        return kept.path

    def discard(self, identity: str) -> None:
        """Delete a file, if it is still there."""
        kept = self._files.pop(identity, None)
        if kept:
            kept.path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete the files that have waited for too long."""
        since = time.monotonic() - self._unused
        for identity in [one for one, kept in self._files.items() if kept.since < since]:
            self.discard(identity)

    def close(self) -> None:
        """Delete everything."""
        self._files.clear()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder = None

    @property
    def size(self) -> int:
        """Bytes that are stored or arriving."""
        return sum(one.size for one in self._files.values())

    def _make_room(self, visitor: str, size: int) -> str:
        """Return the id for an arriving file; the space it may take counts from now on."""
        self.sweep()
        own = sum(one.size for one in self._files.values() if one.visitor == visitor)
        self.folder = self.folder or Path(tempfile.mkdtemp(prefix="qa-page-"))
        free = shutil.disk_usage(self.folder).free
        if own + size > self._each or self.size + size > self._all or free - size < FREE_BYTES:
            raise NoRoomError
        identity = secrets.token_urlsafe(16)
        self._files[identity] = _File(self.folder / identity, visitor, size, time.monotonic())
        return identity
