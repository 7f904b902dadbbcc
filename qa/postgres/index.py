"""Create, open, update and read an index in a PostgreSQL database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from qa.documents import Document, Reading, tags_in, with_free_ids
from qa.embedding import BUNDLED, Embedder, load_embedder
from qa.errors import DatabaseError, DocumentNotFoundError, IndexNotFoundError, NotAnIndexError
from qa.index import Content, DocumentSummary, Index, UpsertReport, scheme_of
from qa.index.listing import words_to_find
from qa.index.schema import CURRENT, refuse_others
from qa.index.truth import change_tags
from qa.index.upsert import Upsert
from qa.judgements import Judgements
from qa.passages import search_text
from qa.postgres import schema
from qa.postgres.database import SCHEMES, Address, Database
from qa.postgres.judgements import DatabaseJudgements
from qa.postgres.rows import DOCUMENT_COLUMNS, halfvec, to_document
from qa.postgres.searches import make_searches
from qa.postgres.snapshot import Facts, Snapshot
from qa.postgres.store import Store

_ADDING = 0x7161_6164


def shown(path: str) -> str:
    """Return a folder as it is, and a database's address without its password."""
    return str(Address(path)) if scheme_of(path) in SCHEMES else path


class PostgresIndex(Index, schemes=SCHEMES):
    """An index in one schema of a PostgreSQL database; any number of processes may read and write it at once."""

    def __init__(self, database: Database, embedder: Embedder | None, *, offline: bool) -> None:
        self._database = database
        self._embedder = embedder
        self._offline = offline
        self._settings = schema.settings(database)
        self._facts: Facts | None = None
        self._loading = threading.Lock()
        self._judgements = DatabaseJudgements(database)

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> PostgresIndex:
        """Make the schema and its tables for this embedder, or open the index that exists.

        Raises `DatabaseError` if the schema has other tables or this user may not make one, and what `open` raises.
        """
        database = Database(Address(str(path)))
        try:
            schema.settings(database)
        except (IndexNotFoundError, DatabaseError):
            embedder = embedder or load_embedder(BUNDLED)
            schema.create(database, embedder.settings)
        return cls.open(path, embedder, offline=offline)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> PostgresIndex:
        """Open an index; one of an earlier version is not upgraded, since others may be using it."""
        index = cls.as_found(path, embedder, offline=offline)
        schema.refuse_newer(index._database, index._settings)
        index._refuse_others(embedder)
        schema.refuse_outdated(index._database, index._settings)
        return index

    @classmethod
    def as_found(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> PostgresIndex:
        """Return the index, of whatever version, for inspection only."""
        return cls(Database(Address(str(path))), embedder, offline=offline)

    @property
    def folder(self) -> Path:
        """Raise `NotAnIndexError`: it has no folder."""
        raise NotAnIndexError(self.location, "it is in a database, not in a folder")

    @property
    def location(self) -> str:
        """Its address, without a password."""
        return str(self._database.address)

    @property
    def name(self) -> str:
        """The name of the schema, or of the database if the schema has the default name."""
        return self._database.address.name

    @property
    def database(self) -> Database:
        """The database, for code that reads the tables directly."""
        return self._database

    @property
    def judgements(self) -> Judgements:
        """The judgements of its hits."""
        return self._judgements

    @property
    def is_outdated(self) -> bool:
        """Whether an earlier version made it."""
        return schema.is_outdated(self._settings)

    @property
    def embedder(self) -> Embedder:
        """The embedder that the index was built with, loaded when it is first needed."""
        with self._loading:
            if self._embedder is None:
                embedder = load_embedder(self._settings["model"], offline=self._offline)
                self._refuse_others(embedder)
                self._embedder = embedder
            return self._embedder

    def _refuse_others(self, embedder: Embedder | None) -> None:
        """Raise `IndexMismatchError` for another embedder than it was built with, or for rules of a newer version."""
        comparable = {**self._settings, "format": CURRENT["format"]}  # a folder's format does not matter here
        refuse_others(self.location, comparable, embedder.settings if embedder else None)

    @property
    def settings(self) -> dict[str, str]:
        """The settings that shaped the stored rows: format, model and its settings, text rules, passage length."""
        return dict(self._settings)

    @property
    def generation(self) -> int:
        """The newest generation."""
        return int(self._one("SELECT generation FROM state")[0])

    def counts(self) -> tuple[int, int]:
        """Return how many documents and passages this user may see."""
        documents, passages = self._one("SELECT (SELECT count(*) FROM document), (SELECT count(*) FROM passage)")
        return documents, passages

    def documents(self) -> list[Document]:
        """Return every document, by id."""
        with self._database.reading() as connection:
            query = f'SELECT {DOCUMENT_COLUMNS} FROM document d ORDER BY d.id COLLATE "C"'
            return [to_document(row) for row in connection.execute(query.encode()).fetchall()]

    def document(self, document_id: str) -> Document:
        """Return one document; raises `DocumentNotFoundError`."""
        with self._database.reading() as connection:
            query = f"SELECT {DOCUMENT_COLUMNS} FROM document d WHERE d.id = %s"
            row = connection.execute(query.encode(), (document_id,)).fetchone()
        if row is None:
            raise DocumentNotFoundError([document_id])
        return to_document(row)

    def find_documents(self, words: str = "", *, offset: int = 0, limit: int = 20) -> tuple[list[DocumentSummary], int]:
        """Return a page of the documents, by id, and how many there are in all."""
        wanted = words_to_find(words)
        where = "WHERE " + " AND ".join(["position(%s IN d.names) > 0"] * len(wanted)) if wanted else ""
        query = f"""SELECT d.id, d.title, d.source, d.published, d.language,
                    (SELECT count(*) FROM passage p WHERE p.document_key = d.key), d.metadata
                    FROM document d {where} ORDER BY d.id COLLATE "C" LIMIT %s OFFSET %s"""
        with self._database.reading() as connection:
            ((total,),) = connection.execute(f"SELECT count(*) FROM document d {where}".encode(), wanted).fetchall()
            rows = connection.execute(query.encode(), (*wanted, limit, min(offset, total))).fetchall()
        return [_to_summary(*row) for row in rows], total

    def is_whole(self, document: Document) -> bool:
        """Return whether a document from the index is, to the last bit, the one that was stored."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT digest FROM document WHERE id = %s", (document.id,)).fetchone()
        return row is not None and row[0] == document.digest

    def size(self) -> int:
        """Return the bytes that all tables and their indexes take on the server's disk."""
        query = """SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
                   WHERE relkind = 'r' AND relnamespace = to_regnamespace(%s)"""
        return int(self._one(query, (schema.quoted(self._database),))[0])

    def contents(self) -> Iterator[Content]:
        """Yield the documents in the order in which they were added, all of one generation."""
        query = "SELECT start, stop, context, halfvec_send(dense) FROM passage WHERE document_key = %s ORDER BY key"
        with self._database.reading() as connection:
            for (key,) in connection.execute("SELECT key FROM document ORDER BY key").fetchall():
                one = f"SELECT {DOCUMENT_COLUMNS} FROM document d WHERE d.key = %s"
                document = to_document(connection.execute(one.encode(), (key,)).fetchone() or ())
                passages = connection.execute(query, (key,), binary=True).fetchall()
                embedded = [
                    (search_text(document.title, document.text[start:stop], context), halfvec(dense).astype(np.float32))
                    for start, stop, context, dense in passages
                ]
                yield document, embedded

    def add(self, documents: Iterable[Document], progress: Callable[[int], None] = lambda _: None) -> UpsertReport:
        """Add documents like `upsert`, but replace nothing: an id that is taken becomes "name (2)" or so.

        Other writers of new documents wait meanwhile, so that no two take the same id.
        """
        with self._database.connected() as connection:
            connection.execute(f"SET lock_timeout = '30s'; SELECT pg_advisory_lock({_ADDING})".encode())
            try:
                store = Store(self._database, connection)
                upsert = self._upserting(store, progress)
                upsert.run(with_free_ids(documents, lambda name: _digest(store, name)))
            finally:
                connection.close()
        make_searches(self._database)
        return upsert.report

    def upsert(
        self,
        documents: Iterable[Document],
        progress: Callable[[int], None] = lambda _: None,
        tags: Iterable[str] = (),
    ) -> UpsertReport:
        """Add what is new, update what changed, embed nothing twice, and commit as it goes.

        Others may write meanwhile: if two write a document of the same id, the later one wins.
        """
        with self._database.connected() as connection:
            upsert = self._upserting(Store(self._database, connection), progress, tags)
            upsert.run(documents)
        make_searches(self._database)
        return upsert.report

    def sync(
        self, reading: Reading, progress: Callable[[int], None] = lambda _: None, tags: Iterable[str] = ()
    ) -> UpsertReport:
        """Upsert, and remove the documents whose files are gone from the folders that were read."""
        with self._database.connected() as connection:
            upsert = self._upserting(Store(self._database, connection), progress, tags)
            upsert.sync(reading)
        make_searches(self._database)
        return upsert.report

    def _upserting(self, store: Store, progress: Callable[[int], None], tags: Iterable[str] = ()) -> Upsert:
        embedder = self.embedder  # before anything is read, in case it fails
        return Upsert(store, lambda: embedder, progress, tags)

    def tag(self, document_ids: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add tags to documents and remove added ones; nothing is read or embedded."""
        with self._database.connected() as connection:
            change_tags(Store(self._database, connection), document_ids, tags_in(add), tags_in(remove))

    def delete(self, document_ids: Sequence[str]) -> None:
        """Remove documents; raises `DocumentNotFoundError` and removes none if one does not exist."""
        with self._database.connected() as connection:
            store = Store(self._database, connection)
            with store.writing():
                missing = [one for one in document_ids if store.digest_and_path(one) is None]
                if missing:
                    raise DocumentNotFoundError(missing)
                generation = store.next_generation()
                for document_id in document_ids:
                    store.remove(document_id, generation)

    def rebuild(self) -> None:
        """Upgrade the tables to this version, and rebuild all passages and their terms in one transaction."""
        schema.bring_up(self._database)
        embedder = self.embedder
        with self._database.connected() as connection:
            store = Store(self._database, connection)
            with store.writing():
                with connection.cursor("documents") as cursor:
                    stored = cursor.execute(f"SELECT {DOCUMENT_COLUMNS} FROM document d ORDER BY d.key".encode())
                    Upsert(store, lambda: embedder, lambda _: None).remake(map(to_document, stored))
                store.recount()
                schema.take_rules(connection)
        self._settings = schema.settings(self._database)
        make_searches(self._database)

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Yield the newest generation for the duration of the block."""
        with self._database.reading() as connection:
            facts = self._facts = Facts.read(connection, self._facts)
            yield Snapshot(connection, facts)

    def asked(self, questions: Sequence[str]) -> None:
        """Record who asked what if the setting `audit` is `on`; raises `DatabaseError` if it cannot be recorded."""
        if self._one("SELECT value FROM setting WHERE name = 'audit'") != ("on",):
            return
        with self._database.writing() as connection, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO audit (action, what) VALUES ('asked', %s)", [(one,) for one in questions])

    def _one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        with self._database.reading() as connection:
            return connection.execute(query.encode(), values).fetchone() or ()


def _digest(store: Store, document_id: str) -> str | None:
    stored = store.digest_and_path(document_id)
    return stored[0] if stored else None


def _to_summary(
    document_id: str, title: str, source: str, day: date | None, language: str | None, *rest: Any
) -> DocumentSummary:
    passages, metadata = rest
    shown = {name: value for name, value in metadata.items() if name != "path"}
    return DocumentSummary(document_id, title, source, day, language, passages, shown)
