"""Rebuild an index from its own documents: the intact ones, or all of an index of an earlier version.

`corpus.db` has the whole documents, so passages, contexts and search terms are rebuilt from them; texts that the model
has embedded before are not embedded again. The settings are those of this version only once the new generation is
published, so a kill on the way loses nothing, and whoever opens the index next starts over.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qa.database import Database
from qa.documents import Document, legal_places
from qa.embedding import BUNDLED, Embedder
from qa.errors import IndexBusyError, IndexDamagedError, IndexOutdatedError, IndexUnusableError
from qa.index.embeddings import from_half_precision
from qa.index.files import writer_lock
from qa.index.layout import DENSE_NAME
from qa.index.lexical_draft import LEXICAL_NAME
from qa.index.protocol import Content
from qa.index.rows import ALIVE, DOCUMENT_COLUMNS, checksums, to_document
from qa.index.schema import CURRENT, SCHEMA, is_outdated, model_key
from qa.index.store import Store

WAIT_SECONDS = 120.0  # for another process that is upgrading or writing
TOKENS_SINCE = 7
"""From this format on, tokens are stored instead of the bundled model's vectors."""
JSON_COLUMNS = frozenset({"metadata", "places"})
"""Columns of JSON; if they were added later, earlier rows hold an empty list."""


def bring_up(store: Store, remake: Callable[[Iterator[Document]], None]) -> dict[str, str]:
    """Upgrade an index of an earlier version, unless another process is doing so, and return its current settings.

    `remake` stores the documents again and publishes them. Raises `IndexOutdatedError` if the folder cannot be written
    to, `IndexBusyError` if another process keeps it for two minutes.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while is_outdated(store.settings()):
        try:
            with writer_lock(store.folder):
                if is_outdated(store.settings()):
                    _bring_up_embeddings(store)
                    _add_later_parts(store.database)
                    remake(_documents(store))
                    _set_settings(store.database, CURRENT)
        except IndexBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        except (OSError, IndexUnusableError) as error:
            raise IndexOutdatedError(store.folder, str(error.__cause__ or error)) from error
    return store.settings()


def forget_derived(folder: Path) -> None:
    """Remove both searches, so that they are made from scratch: they may be wrong, or made by other rules."""
    lexical = folder / LEXICAL_NAME
    if lexical.is_file() or lexical.is_symlink():
        lexical.unlink()
    shutil.rmtree(lexical, ignore_errors=True)
    (folder / DENSE_NAME).unlink(missing_ok=True)


def _bring_up_embeddings(store: Store) -> None:
    """Move the model's vectors into the present table; those of other models were of no use.

    Passages are rebuilt from the documents, so they are dropped if their rows have another form. Vectors of the bundled
    model are dropped too: finding its tokens again takes a small part of the time of the upgrade.
    """
    database, settings = store.database, store.settings()
    if settings["model"] == BUNDLED and int(settings["format"]) < TOKENS_SINCE:
        with database.writing():
            database.run("DELETE FROM embedding")
    if "model" not in _columns(database, "embedding"):
        return
    with database.writing():
        database.run("ALTER TABLE embedding RENAME TO earlier_embedding")
        database.run(
            "CREATE TABLE embedding (key INTEGER PRIMARY KEY, text_digest BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)"
        )
        rows = database.stream(
            "SELECT text_digest, vector FROM earlier_embedding WHERE model = ?", (model_key(settings),)
        )
        database.run_many(
            "INSERT OR IGNORE INTO embedding (text_digest, vector) VALUES (?, ?)", from_half_precision(rows)
        )
        database.run("DROP TABLE earlier_embedding")
        database.run("DROP TABLE passage")


def _columns(database: Database, table: str) -> set[str]:
    return {row[1] for row in database.rows(f"PRAGMA table_info({table})")}


def _add_later_parts(database: Database) -> None:
    """Add the tables, columns and indexes that the present schema has and this database lacks.

    Earlier rows get empty columns, since none of them outlives the rebuild.
    """
    with closing(sqlite3.connect(":memory:")) as fresh, database.writing():
        fresh.executescript(SCHEMA)
        parts = fresh.execute("SELECT type, name, sql FROM sqlite_master WHERE sql > '' ORDER BY type = 'index'")
        there = {row[0] for row in database.rows("SELECT name FROM sqlite_master")}
        for kind, name, statement in parts.fetchall():
            if name not in there:
                database.run(statement)
                if name == "lineage":
                    database.run("INSERT INTO lineage SELECT generation, mark FROM state")
                    database.run("INSERT OR IGNORE INTO lineage SELECT published, published_mark FROM state")
            elif kind == "table":
                _add_later_columns(database, name, fresh.execute(f"PRAGMA table_info({name})").fetchall())


def _add_later_columns(database: Database, table: str, columns: list[tuple[Any, ...]]) -> None:
    known = _columns(database, table)
    for _, name, kind, *_ in columns:
        if name not in known:
            empty = "[]" if name in JSON_COLUMNS else ""
            database.run(f"ALTER TABLE {table} ADD COLUMN {name} {kind} NOT NULL DEFAULT '{empty}'")


def _set_settings(database: Database, settings: Mapping[str, str]) -> None:
    with database.writing():
        database.run_many("INSERT OR REPLACE INTO setting VALUES (?, ?)", settings.items())


def _documents(store: Store) -> Iterator[Document]:
    """Yield each living document; one read from a file gets the names of its articles, which early versions lack."""
    # In the order in which they were added, which ranks passages of equal scores.
    for (document_id,) in store.database.rows("SELECT id FROM document WHERE removed IS NULL ORDER BY key"):
        try:
            document = store.document(document_id, store.generation)
        except IndexDamagedError as error:
            raise IndexDamagedError(store.folder, f"document {document_id!r}: {error.__cause__}") from error
        if document is None:  # another program changed the database
            continue
        if document.path and not document.places:
            document = replace(document, places=legal_places(document.text))
        yield document


def contents(store: Store, generation: int, embedder: Callable[[], Embedder]) -> Iterator[Content]:
    """Yield the documents of a generation in the order in which they were added, with what was embedded of each."""
    dimension = int(store.settings()["dimension"])
    values = {"generation": generation}
    for (document_id,) in store.database.rows(f"SELECT d.id FROM document d WHERE {ALIVE} ORDER BY d.key", values):
        document = store.document(document_id, generation)
        keys, vectors = store.embeddings.of_passages(
            store.passage_keys(generation, {"document": document_id}), dimension, embedder
        )
        texts = [one.search_text for one in store.stored_passages(keys)]
        if document is not None:
            yield document, list(zip(texts, vectors, strict=True))


@dataclass
class Damage:
    """The ids of documents that differ from what was stored, and of those whose passages do."""

    documents: list[str] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)


def intact_documents(store: Store, generation: int, damage: Damage) -> Iterator[Document]:
    """Yield the documents of a generation that are as they were stored; the ids of the others go to `damage`.

    Those include any documents added or removed in an impossible generation.
    """
    wrong = "d.added > :newest OR d.removed <= :generation OR d.removed > :newest"
    query = f"SELECT d.key, {wrong} FROM document d WHERE ({ALIVE}) OR {wrong} ORDER BY d.key"
    for key, is_wrong in store.database.rows(query, {"generation": generation, "newest": store.generation}):
        document_id, document, passages_are_whole = _checked(store, key)
        if is_wrong or document is None:
            damage.documents.append(document_id)
            continue
        if not passages_are_whole:
            damage.passages.append(document_id)
        yield document


def _checked(store: Store, key: int) -> tuple[str, Document | None, bool]:
    """Return the id of a stored document, the document unless it is damaged, and whether its passages are whole."""
    stored = store.database.one("SELECT document, passages FROM checksum WHERE document_key = ?", (key,)) or ("", "")
    whole = [mine == other for mine, other in zip(checksums(store.database, key), stored, strict=True)]
    if not whole[0]:
        (document_id,) = store.database.one("SELECT CAST(id AS BLOB) FROM document WHERE key = ?", (key,))
        return document_id.decode("utf-8", "replace"), None, whole[1]
    row = store.database.one(f"SELECT {DOCUMENT_COLUMNS} FROM document d WHERE d.key = ?", (key,))
    document = to_document(row)
    return document.id, document, whole[1]
