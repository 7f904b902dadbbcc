"""One SQLite file: a connection per thread, transactions, and SQLite's errors in `qa`'s words.

Knows nothing of documents.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from qa.errors import IndexDamagedError, IndexReplacedError, IndexUnusableError

Values = Sequence[object] | Mapping[str, object]


class Database:
    """Statements against one file; every failure is an `IndexFolderError` that names the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
            self._local.connection, self._local.file = connection, self._file()
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def close(self) -> None:
        """Closes this thread's connection; the others close with their threads."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All reads inside see the file as it was at the first one."""
        yield from self._transaction("BEGIN")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All writes inside are committed together, or none is."""
        yield from self._transaction("BEGIN IMMEDIATE")

    def _file(self) -> tuple[int, int]:
        """What tells this file from another at the same path."""
        try:
            status = self.path.stat()
        except OSError:
            return 0, 0
        return status.st_dev, status.st_ino

    def _transaction(self, begin: str) -> Iterator[None]:
        if getattr(self._local, "connection", None) and self._local.file != self._file():
            raise IndexReplacedError(self.path.parent)
        self.run(begin)
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self.run("COMMIT")

    def rows(self, query: str, values: Values = ()) -> list[Any]:
        """All rows of a query."""
        with self._in_our_words():
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, values: Values = ()) -> Any:
        """The first row of a query, None without any."""
        with self._in_our_words():
            return self._connection.execute(query, values).fetchone()

    def stream(self, query: str, values: Values = ()) -> Iterator[Any]:
        """The rows of a query one by one, for results that may not fit in memory."""
        with self._in_our_words():
            yield from self._connection.execute(query, values)

    def run(self, statement: str, values: Values = ()) -> sqlite3.Cursor:
        """Runs a statement; its cursor has `lastrowid` and `rowcount`."""
        with self._in_our_words():
            return self._connection.execute(statement, values)

    def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Runs a statement once for each row, inside `writing`."""
        with self._in_our_words():
            self._connection.executemany(statement, rows)

    def backup(self, target: Path) -> None:
        """Copies the file as it is at one moment, whoever writes meanwhile, to a new one without a journal."""
        with self._in_our_words(), closing(sqlite3.connect(target)) as copy:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file, at most twenty lines; nothing when it is whole."""
        try:
            told = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        except IndexDamagedError as error:
            return [str(error.__cause__)]
        return [] if told == ["ok"] else told

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:  # locked, full, no permission: the bytes may well be whole
            raise IndexUnusableError(self.path.parent, str(error)) from error
        except (sqlite3.InterfaceError, sqlite3.ProgrammingError):  # values that no column takes: a caller's mistake
            raise
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(self.path.parent, str(error)) from error
