"""Connect to one PostgreSQL database: address, connections, transactions, and its errors in `qa`'s words.

Knows nothing of documents. A connection is borrowed for one transaction at a time, so that one database serves any
number of threads; returned connections are kept for the next ones.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from qa.errors import DatabaseError, IndexBusyError, IndexNotFoundError, first_line

if TYPE_CHECKING:
    import psycopg

SCHEMES = ("postgresql", "postgres")
DEFAULT_SCHEMA = "qa"
CONNECT_SECONDS = 10
WAIT_SECONDS = 30
"""How long a writer waits for another one to commit."""
KEPT = 8
"""Connections that stay open between transactions."""
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITING = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"


class Address:
    """The address of a database, and the schema of an index in it: "postgresql://user@host/name?schema=laws".

    All but the schema goes to PostgreSQL's own library, which also reads ~/.pgpass and PGPASSWORD.
    """

    def __init__(self, text: str) -> None:
        parts = urlsplit(text)
        options = parse_qsl(parts.query, keep_blank_values=True)
        self.schema = dict(options).get("schema") or DEFAULT_SCHEMA
        self.database = parts.path.strip("/") or parts.username or ""
        for_library = urlencode([one for one in options if one[0] != "schema"], safe="/", quote_via=quote)
        self.connection = parts._replace(scheme=SCHEMES[0], query=for_library).geturl()
        user, at, host = parts.netloc.rpartition("@")
        shown = urlencode([one for one in options if one[0] not in ("password", "sslpassword")], safe="/")
        self._shown = parts._replace(netloc=user.partition(":")[0] + at + host, query=shown, fragment="").geturl()

    def __str__(self) -> str:
        """Return the address without its password."""
        return self._shown

    @property
    def name(self) -> str:
        """The name that people know it by."""
        return self.database if self.schema == DEFAULT_SCHEMA else self.schema


class Database:
    """Transactions in one database; safe to share between threads."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._idle: deque[psycopg.Connection] = deque()

    def __del__(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def reading(self) -> Iterator[psycopg.Connection]:
        """Show the database as it was at the first read, for all reads in the block; works on a replica too."""
        with self._transaction(_READING) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection]:
        """Commit all writes in the block together, or none.

        Raises `IndexBusyError` if another writer does not finish.
        """
        with self._transaction(_WRITING) as connection:
            yield connection

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection]:
        """Yield a connection outside any transaction, held for the whole block."""
        with self.in_our_words():
            connection = self._lent()
            try:
                yield connection
            finally:
                self._take_back(connection)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[psycopg.Connection]:
        with self.connected() as connection, self.within(connection, begin):
            yield connection

    @contextmanager
    def within(self, connection: psycopg.Connection, begin: str = _WRITING) -> Iterator[None]:
        """Yield a transaction, by default one that writes, on a connection that is already held."""
        connection.execute(f"{begin}; SET LOCAL search_path = {self._search_path}".encode())
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if not connection.closed:
                connection.rollback()
            raise

    @property
    def _search_path(self) -> str:
        own = self.address.schema.replace('"', '""')
        return f'"{own}", public, extensions'  # some managed servers put pgvector in the last one

    def _lent(self) -> psycopg.Connection:
        """Return a kept connection that still answers, or else a new one."""
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.execute("")
            except Exception as error:
                connection.close()  # the server closed it while it was idle
                if self._our_error(error) is None:
                    raise
            else:
                return connection
        return self._opened()

    def _opened(self) -> psycopg.Connection:
        try:
            import psycopg
        except ImportError as error:
            raise DatabaseError(
                str(self.address), "the package 'psycopg' is not installed", "Install it: pip install 'qa[postgres]'"
            ) from error
        try:
            return psycopg.connect(
                self.address.connection, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="qa"
            )
        except psycopg.ProgrammingError as error:  # a malformed address
            raise DatabaseError(str(self.address), first_line(error), "Correct the address.") from error
        except psycopg.OperationalError as error:
            raise self._unreachable(error) from error

    def _take_back(self, connection: psycopg.Connection) -> None:
        if connection.closed or len(self._idle) >= KEPT:
            connection.close()
        else:
            self._idle.append(connection)

    def _unreachable(self, error: Exception) -> DatabaseError:
        return DatabaseError(
            str(self.address),
            first_line(error),
            "Check that its server runs, and the address and password, then try again; what was committed is kept.",
        )

    @contextmanager
    def in_our_words(self) -> Iterator[None]:
        """Raise `DatabaseError`, `IndexBusyError` or `IndexNotFoundError` in place of the driver's errors."""
        try:
            yield
        except Exception as error:
            ours = self._our_error(error)
            if ours is None:
                raise
            raise ours from error

    def _our_error(self, error: Exception) -> Exception | None:
        """Return our error for one of the driver's; None for any that is not about the database."""
        if type(error).__module__.partition(".")[0] != "psycopg":
            return None
        state = getattr(error, "sqlstate", None) or ("22" if type(error).__name__ == "DataError" else "")
        address = str(self.address)
        if state in ("55P03", "40P01", "40001"):  # lock timeout; deadlock; serialization failure
            return IndexBusyError(address)
        if state in ("42P01", "3F000"):  # no such table, no such schema
            return IndexNotFoundError(address)
        if not state or state.startswith(("08", "57P")):  # connection lost, or shutting down
            return self._unreachable(error)
        step = next((step for start, step in _NEXT_STEPS.items() if state.startswith(start)), _LOOK)
        return DatabaseError(address, first_line(error), step)


_LOOK = "Look in the server's log; what was committed is kept."
_NEXT_STEPS = {
    "53100": "Make room on the server's disk, then try again; what was committed is kept.",
    "53": "Wait until the server has less to do, or raise its limits, then try again; what was committed is kept.",
    "42501": "Have that right granted, or give the address of a user who has it: docs/postgres.md says which; "
    "nothing was changed.",
    "25006": "This server is read-only: give the address of the one that it follows; nothing was changed.",
    "23505": "A document that this user may not see has this id: use another id; nothing was changed.",
    "22": "The document has a character that PostgreSQL cannot store: remove it; what was committed is kept.",
}
"""Next steps by the beginning of an SQLSTATE, longest first."""
