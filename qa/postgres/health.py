"""Check the health of an index in PostgreSQL without changing anything, and repair what the documents allow.

Whatever the server itself keeps intact, its pages and indexes, is left to its own tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.embedding import Embedder
from qa.errors import QAError
from qa.index import Finding, Health, scheme_of
from qa.index import examine as examine_folder
from qa.index import repair as repair_folder
from qa.index.embeddings import text_digest
from qa.passages import search_text
from qa.postgres import schema
from qa.postgres.index import PostgresIndex
from qa.postgres.rows import DOCUMENT_COLUMNS, to_document
from qa.postgres.searches import make_searches, missing_searches

if TYPE_CHECKING:
    import psycopg

_REPAIR = "Repair it with: qa doctor {} --repair"
_RESTORE = "Restore the database from a backup, or index these documents again."
_COUNTS = """SELECT
    (SELECT (documents, passages, written, folded) FROM state)
    = ((SELECT count(*) FROM document), (SELECT count(*) FROM passage),
       (SELECT coalesce(sum(written), 0) FROM lexical), (SELECT coalesce(sum(folded), 0) FROM lexical)),
    (SELECT count(*) FROM passage) = (SELECT count(*) FROM lexical)"""


def examine(address: str, embedder: Embedder | None = None) -> Health:
    """Look at an index in a database, or in a folder; raises what `Index.as_found` raises.

    What this user may not see is not checked.
    """
    if not scheme_of(address):
        return examine_folder(address, embedder)
    index = PostgresIndex.as_found(address, embedder, offline=True)
    health = Health(index.location, index.settings)
    health.findings += _model(index)
    if index.is_outdated:
        message = "It was made by an earlier version of qa, or with other passage settings."
        health.findings.append(Finding("version", message, _REPAIR.format(health.folder)))
        return health
    with index.database.reading() as connection:
        _count(connection, health)
        health.findings += [*_searches(connection, health), *_documents(connection, health), *_skipped(connection)]
    return health


def repair(address: str, embedder: Embedder | None = None) -> Health:
    """Upgrade the tables, and rebuild what can be rebuilt from the documents; return the health afterwards."""
    if not scheme_of(address):
        return repair_folder(address, embedder)
    health = examine(address, embedder)
    kinds = {one.kind for one in health.problems}
    if kinds and "documents" not in kinds and "model" not in kinds:
        index = PostgresIndex.as_found(address, embedder, offline=True)
        schema.refuse_newer(index.database, index.settings)
        if kinds == {"hnsw"}:
            make_searches(index.database)
        else:
            index.rebuild()
    return examine(address, embedder)


def _model(index: PostgresIndex) -> list[Finding]:
    try:
        schema.refuse_newer(index.database, index.settings)
        _ = index.embedder
    except QAError as error:
        return [Finding("model", error.happened, error.next_step)]
    return []


def _count(connection: psycopg.Connection, health: Health) -> None:
    rows = connection.execute(
        "SELECT coalesce(language, ''), count(*) FROM document GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    health.languages = dict(rows)
    health.documents = sum(health.languages.values())
    row = connection.execute("SELECT count(*) FROM passage").fetchone()
    health.passages = row[0] if row else 0


def _searches(connection: psycopg.Connection, health: Health) -> Iterator[Finding]:
    repair_it = _REPAIR.format(health.folder)
    has_rights = connection.execute("SELECT 1 FROM tag_right LIMIT 1").fetchone()
    row = connection.execute(_COUNTS).fetchone()
    if row != (True, True) and not has_rights:  # otherwise the counts may include what this user may not see
        yield Finding("searches", "The stored counts do not match the passages.", repair_it)
    missing = missing_searches(connection)
    if missing:
        yield Finding("hnsw", "Every passage is compared, since the HNSW indexes are missing or incomplete.", repair_it)


def _documents(connection: psycopg.Connection, health: Health) -> Iterator[Finding]:
    damaged, uncut = [], []
    keys = connection.execute("SELECT key, digest FROM document ORDER BY key").fetchall()
    for key, digest in keys:
        query = f"SELECT {DOCUMENT_COLUMNS} FROM document d WHERE d.key = %s"
        document = to_document(connection.execute(query.encode(), (key,)).fetchone() or ())
        if document.digest != digest:
            damaged.append(document.id)
            continue
        passages = "SELECT start, stop, context, text_digest FROM passage WHERE document_key = %s"
        rows = connection.execute(passages, (key,)).fetchall()
        texts = ((search_text(document.title, document.text[row[0] : row[1]], row[2]), row[3]) for row in rows)
        if not rows or any(text_digest(text) != bytes(stored) for text, stored in texts):
            uncut.append(document.id)
    if damaged:
        yield Finding("documents", "Documents differ from what was stored.", _RESTORE, tuple(damaged))
    if uncut:
        yield Finding("passages", "Passages do not match their documents.", _REPAIR.format(health.folder), tuple(uncut))


def _skipped(connection: psycopg.Connection) -> Iterator[Finding]:
    rows = connection.execute('SELECT path, reason FROM skipped ORDER BY path COLLATE "C"').fetchall()
    if rows:
        items = tuple(f"{path}: {reason}" for path, reason in rows)
        yield Finding("skipped", "Files were skipped.", "", items, is_problem=False)
