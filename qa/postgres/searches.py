"""Make the HNSW indexes of an index that has outgrown exact comparison, and measure their recall.

Recall is measured when they are made, with passages as questions, and stored among the settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qa.postgres.database import Database
from qa.postgres.schema import MIGRATING, one_row, quoted

if TYPE_CHECKING:
    import psycopg

EXACT_UP_TO = 20_000
"""More passages than this are searched by HNSW."""
MOST_EFFORT = 1_000
_ASKED = 20
_NEAREST = 100
_OWNED = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'passage'::regclass"


class Search(NamedTuple):
    """What an HNSW index covers, where its recall is kept, and its least number of candidates (`ef_search`).

    Of 20,008 passages of news, the 140 nearest to a title: by vectors .998 of them are found with 400 candidates, by
    words .946 with 400 and .979 with 1,000, since few of a passage's neighbours by words are near each other.
    """

    table: str
    column: str
    operators: str
    setting: str
    effort: int


SEARCHES = {
    "passage_dense": Search("passage", "dense", "halfvec_ip_ops", "dense_recall", 400),
    "lexical_sparse": Search("lexical", "sparse", "sparsevec_ip_ops", "lexical_recall", MOST_EFFORT),
}


def make_searches(database: Database) -> None:
    """Make the indexes that are needed by now, if this user owns the tables; writers are not blocked.

    An interrupted one is made again. Nothing happens if all exist, or another process is making them.
    """
    with database.connected() as connection:
        connection.execute(f"SET search_path = {quoted(database)}, public, extensions".encode())
        try:
            if not missing_searches(connection) or one_row(connection, _OWNED) != (True,):
                return
            if one_row(connection, "SELECT pg_try_advisory_lock(%s)", (MIGRATING,)) != (True,):
                return
            for name in missing_searches(connection):
                search = SEARCHES[name]
                of = f"{search.table} USING hnsw ({search.column} {search.operators})"
                connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}".encode())
                connection.execute(f"CREATE INDEX CONCURRENTLY {name} ON {of}".encode())
                keep = "INSERT INTO setting VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                connection.execute(keep, (search.setting, f"{_recall(connection, search):.4f}"))
        finally:
            connection.close()  # releases the lock and resets the path


def missing_searches(connection: psycopg.Connection) -> list[str]:
    """Return the names of the indexes that are needed by now and are missing or incomplete."""
    query = """SELECT (SELECT passages FROM state), array(
        SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = ANY (ARRAY['passage'::regclass, 'lexical'::regclass]) AND i.indisvalid)"""
    passages, valid = one_row(connection, query)
    return [name for name in SEARCHES if name not in valid] if passages > EXACT_UP_TO else []


def _recall(connection: psycopg.Connection, search: Search) -> float:
    """Return the share of the nearest passages that the index finds."""
    found, table, column = 0, search.table, search.column
    some = f"SELECT key, {column}::text FROM {table} ORDER BY md5(key::text) LIMIT {_ASKED}"
    asked = connection.execute(some.encode()).fetchall()
    connection.execute(f"SET hnsw.ef_search = {search.effort}".encode())
    kind = search.operators.partition("_")[0]
    # Never prepared: a cached plan would be used with and without the index.
    nearest = f"SELECT key FROM {table} ORDER BY {column} <#> %s::{kind} LIMIT {_NEAREST}".encode()
    for _, vector in asked:
        near = {row[0] for row in connection.execute(nearest, (vector,), prepare=False).fetchall()}
        connection.execute("SET enable_indexscan = off")
        found += len(near & {row[0] for row in connection.execute(nearest, (vector,), prepare=False).fetchall()})
        connection.execute("SET enable_indexscan = on")
    return found / (len(asked) * _NEAREST)
