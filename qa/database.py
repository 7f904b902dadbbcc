"""Use one SQLite file: a connection per thread, transactions, and its errors in `qa`'s words.

Knows nothing of its contents.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from qa.errors import IndexDamagedError, IndexReplacedError, IndexUnusableError

Values = Sequence[object] | Mapping[str, object]

WAIT_SECONDS = 30.0
CHECKPOINT_MILLISECONDS = 1_000
SHARED_BYTES = 32 * 1024
"""A `-shm` file that somebody uses has at least as many; SQLite leaves a shorter one on a disk that is full."""


class _Opened(NamedTuple):
    """A connection, and what distinguishes the file that it opened from another one at the same path.

    A `frozen` one never checks whether the file has changed, so its size and time distinguish later states.
    """

    connection: sqlite3.Connection
    file: tuple[int, ...]
    frozen: bool


class Database:
    """Statements against one file; every failure is an `IndexFolderError` that names the folder.

    If the file's folder cannot be written to, it is read as it is. A file that replaces it is opened instead.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def _opened(self) -> _Opened | None:
        opened: _Opened | None = getattr(self._local, "opened", None)
        return opened

    @property
    def _connection(self) -> sqlite3.Connection:
        opened = self._opened
        if opened is None:
            opened = self._local.opened = _open(self.path)
        return opened.connection

    def create(self) -> None:
        """Make an empty file if there is none; raises `IndexUnusableError` if the system does not allow it."""
        try:
            self.path.touch()
        except OSError as error:
            raise IndexUnusableError(self.path.parent, str(error)) from error

    def close(self) -> None:
        """Close this thread's connection; the others close with their threads."""
        opened, self._local.opened = self._opened, None
        if opened is not None:
            opened.connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Show the file as it was at the first read, for all reads in the block.

        A nested block sees what the outer one sees.
        """
        opened = self._opened
        if opened is not None and opened.connection.in_transaction:
            yield
            return
        if opened is not None and opened.file != _identity(self.path, frozen=opened.frozen):
            self.close()
        yield from self._transaction("BEGIN")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Commit all writes in the block together, or none."""
        opened = self._opened
        if opened is not None and (opened.frozen or opened.file != _identity(self.path, frozen=False)):
            self.close()
        yield from self._transaction("BEGIN IMMEDIATE")

    def checkpoint(self) -> None:
        """Move committed data into the file itself and empty its log, as far as readers allow within a second."""
        self.run(f"PRAGMA busy_timeout = {CHECKPOINT_MILLISECONDS}")
        try:
            self.one("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.run(f"PRAGMA busy_timeout = {int(WAIT_SECONDS * 1000)}")

    def _transaction(self, begin: str) -> Iterator[None]:
        self.run(begin)
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def rows(self, query: str, values: Values = ()) -> list[Any]:
        """Return all rows of a query."""
        with self._in_our_words():
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, values: Values = ()) -> Any:
        """Return the first row of a query, None without any."""
        with self._in_our_words():
            return self._connection.execute(query, values).fetchone()

    def stream(self, query: str, values: Values = ()) -> Iterator[Any]:
        """Yield the rows of a query one by one, for results that may not fit in memory."""
        with self._in_our_words():
            yield from self._connection.execute(query, values)

    def run(self, statement: str, values: Values = ()) -> sqlite3.Cursor:
        """Run a statement; its cursor has `lastrowid` and `rowcount`."""
        with self._in_our_words():
            return self._connection.execute(statement, values)

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row, inside `writing`."""
        with self._in_our_words():
            self._connection.executemany(statement, rows)

    def backup(self, target: Path) -> None:
        """Copy the file as of one moment, even while others write, to a new one without a journal."""
        with self._in_our_words(), closing(sqlite3.connect(target)) as copy:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

    def damage(self) -> list[str]:
        """Return what SQLite finds wrong with the file, at most twenty lines; nothing if it is intact."""
        try:
            problems = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        except IndexDamagedError as error:
            return [str(error.__cause__)]
        return [] if problems == ["ok"] else problems

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if not hasattr(error, "sqlite_errorcode"):  # Python's own: bytes that are not text
                raise IndexDamagedError(self.path.parent, f"{self.path.name} cannot be read ({error})") from error
            raise IndexUnusableError(self.path.parent, str(error)) from error  # locked, full: the bytes may be whole
        except (sqlite3.InterfaceError, sqlite3.ProgrammingError):  # values that no column holds: a caller's mistake
            raise
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(self.path.parent, f"{self.path.name} cannot be read ({error})") from error


def _open(path: Path) -> _Opened:
    """Open for writing if possible; on a full disk or in a read-only folder, it can still be read."""
    identity = _identity(path, frozen=False)  # first, since SQLite would create an empty file
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        try:
            connection = _connection(path, "mode=rw")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            return _Opened(connection, identity, frozen=False)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # of extended codes too
                raise
    if _size(path, "-wal") or _size(path, "-shm") >= SHARED_BYTES:  # part of it is in its log, or somebody is writing
        try:
            return _Opened(_connection(path, "mode=ro"), identity, frozen=False)
        except sqlite3.OperationalError as error:
            reason = f"{path.name}-wal holds a part of it, and reading that requires writing here: {error}"
            raise IndexUnusableError(path.parent, reason) from error
    identity = _identity(path, frozen=True)
    return _Opened(_connection(path, "immutable=1"), identity, frozen=True)


def _size(path: Path, suffix: str) -> int:
    """Return the bytes of a file beside this one, 0 if there is none."""
    with suppress(FileNotFoundError):
        return path.with_name(path.name + suffix).stat().st_size
    return 0


def _identity(path: Path, *, frozen: bool) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError as error:
        raise IndexReplacedError(path.parent) from error
    seen = (status.st_size, status.st_mtime_ns) if frozen else ()
    return (status.st_dev, status.st_ino, *seen)


def _connection(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=WAIT_SECONDS)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # only now does SQLite open the file
    except BaseException:
        connection.close()
        raise
    return connection
