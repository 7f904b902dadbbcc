"""Store the truth of an index in `corpus.db`: documents, passages, embeddings and settings.

Knows rows and generations; does not know how anything is searched.

Every commit makes a new generation. Only the added tags of a document's row ever change: the row is added in one
generation and removed in a later one, so a reader of an older generation still sees it. `published` is the newest
generation that both searches hold; rows removed by then are purged.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from qa.database import Database
from qa.documents import Document
from qa.errors import IndexDamagedError, NotAnIndexError
from qa.index.embeddings import Embeddings
from qa.index.filters import Filters, filter_clause
from qa.index.listing import DocumentTags, SkippedFiles
from qa.index.rows import (
    ALIVE,
    DOCUMENT_COLUMNS,
    PASSAGE_COLUMNS,
    Keys,
    StoredPassage,
    checksums,
    document_values,
    passage_values,
    to_document,
    to_keys,
    to_passage,
    to_text,
)
from qa.index.schema import APPLICATION_ID, SCHEMA
from qa.passages import Passage, search_text

DATABASE_NAME = "corpus.db"
MARKS_KEPT = 10_000
PAGE_BYTES = 16_384
"""Rows of 500 bytes (vectors) to several thousand (texts) waste less of such a page than of one of 4,096 bytes."""

Value = TypeVar("Value")

PASSAGES = "FROM passage p JOIN document d ON d.key = p.document_key"
GIVEN_KEYS = "p.key IN (SELECT value FROM json_each(:keys))"


class Store:
    """Documents, passages and embeddings of one `corpus.db`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = Database(folder / DATABASE_NAME)
        self.embeddings = Embeddings(self._database)
        self.skips = SkippedFiles(self._database)
        self.tags = DocumentTags(self._database)

    @classmethod
    def create(cls, folder: Path, settings: Mapping[str, str]) -> Store:
        """Write an empty database with these settings; the folder must not hold one."""
        store = cls(folder)
        store._database.create()
        store._database.run(f"PRAGMA page_size = {PAGE_BYTES}")
        store._database.run("PRAGMA journal_mode = WAL")
        with store.writing():
            for statement in SCHEMA.split(";"):
                store._database.run(statement)
            store._mark_generation()
            store._database.run_many("INSERT INTO setting VALUES (?, ?)", settings.items())
        store._database.checkpoint()
        return store

    @staticmethod
    def exists(folder: Path) -> bool:
        """Return whether a database was ever written there; an interrupted creation leaves a file without tables."""
        path = folder / DATABASE_NAME
        if not path.is_file() or not path.stat().st_size:
            return False
        database = Database(path)
        try:
            return bool(database.one("SELECT count(*) FROM sqlite_master")[0])
        finally:
            database.close()

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open it; raises `NotAnIndexError` for another program's file, `IndexDamagedError` for an unreadable one."""
        store = cls(folder)
        if store._database.one("PRAGMA application_id")[0] != APPLICATION_ID:
            raise NotAnIndexError(folder, f"its {DATABASE_NAME} was made by another program")
        return store

    def close(self) -> None:
        """Close this thread's connection."""
        self._database.close()

    def reading(self) -> AbstractContextManager[None]:
        """Show one state of the database to all reads in the block."""
        return self._database.reading()

    def writing(self) -> AbstractContextManager[None]:
        """Commit all writes in the block together, or none."""
        return self._database.writing()

    @property
    def database(self) -> Database:
        """The database, for code that changes the tables themselves."""
        return self._database

    def settings(self) -> dict[str, str]:
        """Return the settings that shaped the stored bytes, by name."""
        return dict(self._database.rows("SELECT name, value FROM setting"))

    @property
    def generation(self) -> int:
        """The newest committed generation."""
        return int(self._database.one("SELECT generation FROM state")[0])

    @property
    def mark(self) -> str:
        """The random name of the newest committed generation, unlike its number different in every database."""
        return str(self._database.one("SELECT mark FROM state")[0])

    @property
    def published_mark(self) -> str:
        """The mark of the newest generation that both searches hold."""
        return str(self._database.one("SELECT published_mark FROM state")[0])

    @property
    def published(self) -> int:
        """The newest generation that both searches hold."""
        return int(self._database.one("SELECT published FROM state")[0])

    def next_generation(self) -> int:
        """Increment the generation; called once inside `writing`."""
        self._database.run("UPDATE state SET generation = generation + 1")
        self._mark_generation()
        return self.generation

    def _mark_generation(self) -> None:
        self._database.run("UPDATE state SET mark = ?", (new_mark(),))
        self._database.run("INSERT INTO lineage SELECT generation, mark FROM state")
        self._database.run("DELETE FROM lineage WHERE generation <= ?", (self.generation - MARKS_KEPT,))

    def descends_from(self, mark: str) -> bool:
        """Return whether the generation with this mark is the newest one or an earlier one."""
        query = "SELECT 1 FROM state, lineage WHERE ?1 IN (state.mark, published_mark, lineage.mark)"
        return self._database.one(query, (mark,)) is not None

    def publish(self, generation: int) -> None:
        """Let readers move on to `generation`, the newest one, and purge what was removed by then.

        Afterwards the database's own file holds everything, unless an older generation is still being read.
        """
        gone = "SELECT key FROM document WHERE removed <= ?"
        with self.writing():
            self._database.run("UPDATE state SET published = generation, published_mark = mark")
            self._database.run(f"DELETE FROM passage WHERE document_key IN ({gone})", (generation,))
            if self._database.run("DELETE FROM document WHERE removed <= ?", (generation,)).rowcount:
                self.embeddings.purge()
        self._database.checkpoint()

    def digest_and_path(self, document_id: str) -> tuple[str, str | None] | None:
        """Return the digest and path of a living document, None if there is none with that id."""
        query = "SELECT digest, path FROM document WHERE id = ? AND removed IS NULL"
        row: tuple[str, str | None] | None = self._database.one(query, (document_id,))
        return row

    def ids_and_paths(self) -> list[tuple[str, str]]:
        """Return (id, path) of each living document that was read from a file, by id."""
        query = "SELECT id, path FROM document WHERE path IS NOT NULL AND removed IS NULL ORDER BY id"
        return self._database.rows(query)

    def ids_at_path(self, path: str) -> list[str]:
        """Return the living documents that were read from this file."""
        query = "SELECT id FROM document WHERE path = ? AND removed IS NULL"
        return [row[0] for row in self._database.rows(query, (path,))]

    def add(self, document: Document, passages: Sequence[tuple[Passage, int]], generation: int) -> None:
        """Store a document and its passages, each with the key of its embedding."""
        # Columns by name, since those added in later formats come last in tables made before.
        insert = """INSERT INTO document (id, path, digest, title, source, published, language, metadata, places, added,
                    text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
        document_key = self._database.run(insert, document_values(document, generation)).lastrowid
        self._database.run_many(
            """INSERT INTO passage (document_key, ordinal, start, end, context, places, embedding)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            ((document_key, *passage_values(passage), embedding) for passage, embedding in passages),
        )
        found = checksums(self._database, document_key or 0)
        self._database.run("INSERT INTO checksum VALUES (?, ?, ?)", (document_key, *found))

    def remove(self, document_id: str, generation: int) -> bool:
        """Mark a living document as removed; return False if there is none with that id."""
        mark = "UPDATE document SET removed = ? WHERE id = ? AND removed IS NULL"
        return self._database.run(mark, (generation, document_id)).rowcount > 0

    def documents(self, generation: int) -> Iterator[Document]:
        """Return every document of a generation, by id."""
        query = f"SELECT {DOCUMENT_COLUMNS} FROM document d WHERE {ALIVE} ORDER BY id"
        rows = self._database.stream(query, {"generation": generation})
        return (self._made(to_document, row) for row in rows)

    def document(self, document_id: str, generation: int) -> Document | None:
        """Return one document of a generation."""
        query = f"SELECT {DOCUMENT_COLUMNS} FROM document d WHERE id = :id AND {ALIVE}"
        row = self._database.one(query, {"id": document_id, "generation": generation})
        return self._made(to_document, row) if row else None

    def metadata(self, document_ids: Iterable[str], generation: int) -> dict[str, Mapping[str, str]]:
        """Return the details of documents of a generation, by id; unknown ids are left out."""
        query = f"SELECT d.id, d.metadata FROM document d WHERE d.id IN (SELECT value FROM json_each(:ids)) AND {ALIVE}"
        rows = self._database.rows(query, {"ids": json.dumps(list(document_ids)), "generation": generation})
        return {row[0]: self._made(json.loads, row[1]) for row in rows}

    def passages(self, keys: Iterable[int], generation: int) -> dict[int, Passage]:
        """Return passages of a generation, by key; unknown keys are left out."""
        query = f"SELECT p.key, d.key, {PASSAGE_COLUMNS} {PASSAGES} WHERE {GIVEN_KEYS} AND {ALIVE}"
        rows = self._database.rows(query, {"keys": json.dumps(list(keys)), "generation": generation})
        return dict(zip((row[0] for row in rows), self._passages(row[1:] for row in rows), strict=True))

    def passages_at(self, document_id: str, ordinals: Iterable[int], generation: int) -> dict[int, Passage]:
        """Return passages of one document of a generation, by ordinal; unknown ones are left out."""
        query = f"""SELECT d.key, {PASSAGE_COLUMNS} {PASSAGES}
                    WHERE d.id = :id AND p.ordinal IN (SELECT value FROM json_each(:ordinals)) AND {ALIVE}"""
        values = {"id": document_id, "ordinals": json.dumps(list(ordinals)), "generation": generation}
        return {one.ordinal: one for one in self._passages(self._database.rows(query, values))}

    def _passages(self, rows: Iterable[Sequence[Any]]) -> Iterator[Passage]:
        """Yield the passages of rows of (document key, `PASSAGE_COLUMNS`), reading the text of each document once."""
        texts: dict[int, str] = {}
        for document_key, *row in rows:
            if document_key not in texts:
                texts[document_key] = self._text(document_key)
            yield self._made(to_passage, (*row, texts[document_key]))

    def _text(self, document_key: int) -> str:
        (stored,) = self._database.one("SELECT text FROM document WHERE key = ?", (document_key,))
        return self._made(to_text, stored)

    def passage_keys(self, generation: int, filters: Filters) -> Keys:
        """Return the keys of a generation's passages that pass the filters, in ascending order."""
        clause, values = filter_clause(filters, self._stated)
        query = f"SELECT p.key {PASSAGES} WHERE {ALIVE} {clause} ORDER BY p.key"
        return to_keys(self._database.rows(query, {"generation": generation, **values}))

    def _stated(self, item: str) -> list[str]:
        query = "SELECT DISTINCT json_extract(metadata, '$.' || ?) FROM document"
        return [row[0] for row in self._database.rows(query, (item,)) if row[0]]

    def stored_passages(self, keys: Keys) -> Iterator[StoredPassage]:
        """Yield the passages that the lexical index is made from, by key."""
        columns = "p.key, d.key, d.title, p.start, p.end, p.context"
        query = f"SELECT {columns} {PASSAGES} WHERE {GIVEN_KEYS} ORDER BY p.key"
        read, text = None, ""
        for key, document_key, title, start, end, context in self._database.stream(
            query, {"keys": json.dumps(keys.tolist())}
        ):
            if document_key != read:
                read, text = document_key, self._text(document_key)
            yield StoredPassage(key, search_text(title, text[start:end], context))

    def counts(self, generation: int) -> tuple[int, int]:
        """Return how many documents and passages a generation has."""
        values = {"generation": generation}
        documents = self._database.one(f"SELECT count(*) FROM document d WHERE {ALIVE}", values)[0]
        passages = self._database.one(f"SELECT count(*) {PASSAGES} WHERE {ALIVE}", values)[0]
        return documents, passages

    def languages(self, generation: int) -> dict[str, int]:
        """Return the number of a generation's documents in each language; those of unknown language are left out."""
        query = f"SELECT language, count(*) FROM document d WHERE language IS NOT NULL AND {ALIVE} GROUP BY language"
        return dict(self._database.rows(query, {"generation": generation}))

    def _made(self, to_value: Callable[[Any], Value], row: Any) -> Value:
        """Convert a row; raises `IndexDamagedError` if it cannot be read."""
        try:
            return to_value(row)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise IndexDamagedError(self.folder, f"a row of corpus.db cannot be read ({error})") from error


def new_mark() -> str:
    """Return sixteen random hexadecimal digits."""
    return secrets.token_hex(8)
