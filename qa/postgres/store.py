"""Store what an upsert writes to PostgreSQL: documents, passages with their vectors, and the terms that BM25 counts.

Several may write at once: each embeds its own documents, and they commit one after another, so that the counts of terms
match the passages. Readers never wait. Knows rows; does not know how they are searched.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.documents import GIVEN_TAGS, OWN_TAGS, Document, Skipped, with_given_tags
from qa.embedding import Embedder
from qa.index.embeddings import to_stored, to_unit
from qa.passages import Passage, search_text
from qa.postgres.bm25 import Counts, sparse_bytes
from qa.postgres.database import Database
from qa.postgres.rows import SparseVector, document_values, halfvec, know_vectors, passage_values
from qa.text import fold, term_forms

if TYPE_CHECKING:
    import psycopg

Waiting = tuple[Document, Sequence[tuple[Passage, int]]]


class Store:
    """The truth of one index, on a connection that is held until the writer has finished; for one thread."""

    def __init__(self, database: Database, connection: psycopg.Connection) -> None:
        self._database = database
        self._connection = connection
        know_vectors(connection)
        self.embeddings = Vectors(connection, self.reading)
        self.skips = Skips(self)
        self.tags = Tags(self)
        self._is_writing = False
        self._removing: list[str] = []
        self._adding: list[Waiting] = []

    @property
    def connection(self) -> psycopg.Connection:
        """The connection, for changes to other tables in the same transaction."""
        return self._connection

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Commit all writes in the block together, or none; a nested block is part of the outer one."""
        if self._is_writing:
            yield
            self._write_out()
            return
        try:
            self._is_writing = True
            with self._database.within(self._connection):
                self._connection.execute("SELECT FROM state FOR UPDATE")
                yield
                self._write_out()
        finally:
            self._is_writing = False
            self._removing, self._adding = [], []
            self.embeddings.forget()

    def next_generation(self) -> int:
        """Increment the generation; called once inside `writing`."""
        query = "UPDATE state SET generation = generation + 1, mark = %s RETURNING generation"
        return int(self._rows(query, (secrets.token_hex(8),))[0][0])

    def digest_and_path(self, document_id: str) -> tuple[str, str | None] | None:
        """Return the digest and path of a document, None if there is none with that id."""
        rows = self._rows("SELECT digest, path FROM document WHERE id = %s", (document_id,))
        return rows[0] if rows else None

    def ids_and_paths(self) -> list[tuple[str, str]]:
        """Return (id, path) of each document that was read from a file, by id."""
        return self._rows('SELECT id, path FROM document WHERE path IS NOT NULL ORDER BY id COLLATE "C"')

    def ids_at_path(self, path: str) -> list[str]:
        """Return the documents that were read from this file."""
        return [row[0] for row in self._rows("SELECT id FROM document WHERE path = %s", (path,))]

    def add(self, document: Document, passages: Sequence[tuple[Passage, int]], generation: int) -> None:  # noqa: ARG002  # rows have no generation here
        """Store a document and its passages, each with the key of its vector, at the end of the block of `writing`."""
        self._adding.append((document, passages))

    def remove(self, document_id: str, generation: int) -> None:  # noqa: ARG002
        """Remove a document, if it exists, before others are added."""
        self._removing.append(document_id)

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        with self.reading():
            return self._connection.execute(query.encode(), values).fetchall()

    def reading(self) -> Any:
        """Show one state of the database to all reads in the block."""
        return nullcontext() if self._is_writing else self._database.within(self._connection, "BEGIN READ ONLY")

    def _write_out(self) -> None:
        removing, self._removing = self._removing, []
        adding, self._adding = self._adding, []
        given = self._remove(removing) if removing else {}
        if adding:
            kept = [(_with_tags(document, given.get(document.id, "")), passages) for document, passages in adding]
            self._add(kept)

    def _remove(self, ids: Sequence[str]) -> dict[str, str]:
        """Remove documents; return the tags that were added to them, which survive a change of the text."""
        query = """SELECT l.terms, l.written, l.folded FROM lexical l JOIN passage p ON p.key = l.key
                   JOIN document d ON d.key = p.document_key WHERE d.id = ANY (%s)"""
        found = self._connection.execute(query, (list(ids),)).fetchall()
        gone = Counter(key for row in found for key in np.abs(np.frombuffer(row[0], "<i4", len(row[0]) // 6)).tolist())
        if gone:
            self._connection.execute(
                """UPDATE term SET passages = passages - c.times
                   FROM unnest(%s::int[], %s::int[]) AS c (id, times) WHERE term.id = c.id""",
                (list(gone), list(gone.values())),
            )
        delete = "DELETE FROM document WHERE id = ANY (%s) RETURNING id, coalesce(metadata ->> 'given_tags', '')"
        given: dict[str, str] = dict(self._connection.execute(delete, (list(ids),)).fetchall())
        self._count(-len(given), -len(found), -sum(row[1] for row in found), -sum(row[2] for row in found))
        return given

    def _count(self, *changes: int) -> None:
        self._connection.execute(
            """UPDATE state SET documents = documents + %s, passages = passages + %s, written = written + %s,
               folded = folded + %s""",
            changes,
        )

    def recount(self) -> None:
        """Recount documents, passages and terms, and delete terms that no passage has; called inside `writing`."""
        having = Counter[int]()
        with self._connection.cursor("counted") as cursor:
            for (stored,) in cursor.execute("SELECT terms FROM lexical"):
                having.update(np.abs(np.frombuffer(stored, "<i4", len(stored) // 6)).tolist())
        self._connection.execute("UPDATE term SET passages = 0")
        self._connection.execute(
            "UPDATE term SET passages = c.n FROM unnest(%s::int[], %s::bigint[]) AS c (id, n) WHERE term.id = c.id",
            ([*having], [*having.values()]),
        )
        self._connection.execute("DELETE FROM term WHERE passages = 0")
        self._connection.execute(
            """UPDATE state SET documents = (SELECT count(*) FROM document), passages = (SELECT count(*) FROM passage),
               written = (SELECT coalesce(sum(written), 0) FROM lexical),
               folded = (SELECT coalesce(sum(folded), 0) FROM lexical)"""
        )

    def _add(self, adding: Sequence[Waiting]) -> None:
        document_keys = self._new_keys("document", len(adding))
        passages = [one for _, some in adding for one in some]
        passage_keys = self._new_keys("passage", len(passages))
        owners = [key for key, (_, some) in zip(document_keys, adding, strict=True) for _ in some]
        rows = [(key, *document_values(document)) for key, (document, _) in zip(document_keys, adding, strict=True)]
        self._insert("document", rows)
        texts = [search_text(passage.title, passage.text, passage.context) for passage, _ in passages]
        placed = zip(passage_keys, owners, passages, texts, strict=True)
        self._insert(
            "passage",
            [
                (key, owner, *passage_values(one[0], self.embeddings.of(one[1]), text))
                for key, owner, one, text in placed
            ],
        )
        counts = self._counted(texts)
        self._insert("lexical", [(key, *_lexical_values(one)) for key, one in zip(passage_keys, counts, strict=True)])
        lengths = [sum(one.lengths[form] for one in counts) for form in (0, 1)]
        self._count(len(adding), len(passages), *lengths)

    def _new_keys(self, table: str, count: int) -> list[int]:
        query = f"SELECT nextval(pg_get_serial_sequence('{table}', 'key')) FROM generate_series(1, %s)"
        return [row[0] for row in self._connection.execute(query.encode(), (count,)).fetchall()]

    def _insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        """Insert row by row, since COPY does not work on tables with row level security."""
        values = ", ".join(["%s"] * len(rows[0]))
        with self._connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} VALUES ({values})".encode(), rows)

    def _counted(self, texts: Sequence[str]) -> list[Counts]:
        """Return BM25's counts for each text.

        New terms get ids, and each is counted once per passage.
        """
        found = [(Counter(written.split()), Counter(folded.split())) for written, folded in map(term_forms, texts)]
        having = Counter((form == 1, term) for both in found for form in (0, 1) for term in both[form])
        columns = ([one[0] for one in having], [one[1] for one in having], [fold(one[1]) for one in having])
        rows = self._connection.execute(
            """INSERT INTO term AS t (is_folded, term, bare, passages)
               SELECT * FROM unnest(%s::bool[], %s::text[], %s::text[], %s::bigint[])
               ON CONFLICT (is_folded, term) DO UPDATE SET passages = t.passages + excluded.passages
               RETURNING is_folded, term, id""",
            (*columns, [*having.values()]),
        ).fetchall()
        ids: dict[tuple[bool, str], int] = {(row[0], row[1]): row[2] for row in rows}
        return [_counts(both, ids) for both in found]


class Vectors:
    """The vectors of passages by text digest: those stored, and those about to be."""

    def __init__(self, connection: psycopg.Connection, reading: Any) -> None:
        self._connection = connection
        self._reading = reading
        self._held: list[NDArray[np.float16]] = []

    def forget(self) -> None:
        """Drop the vectors of the batch that was written; their keys are no longer valid."""
        self._held = []

    def keys(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Return the keys of the stored vectors for these text digests, valid until the batch is written."""
        query = """SELECT DISTINCT ON (text_digest) text_digest, halfvec_send(dense) FROM passage
                   WHERE text_digest = ANY (%s)"""
        with self._reading():
            rows = self._connection.execute(query, (list(digests),), binary=True).fetchall()
        return {bytes(digest): self._hold(halfvec(stored)) for digest, stored in rows}

    def made(self, embedder: Embedder, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        """Return the vector of each text."""
        vectors = embedder.embed_passages(texts)
        return list(to_unit(to_stored(vectors), vectors.shape[1]).astype(np.float16))  # as in a folder's index

    def add(self, digests: Sequence[bytes], made: Sequence[NDArray[np.float16]]) -> dict[bytes, int]:
        """Add rows of vectors, each under its text's digest; return their keys, valid until the batch is written."""
        return {digest: self._hold(row) for digest, row in zip(digests, made, strict=True)}

    def of(self, key: int) -> NDArray[np.float16]:
        """Return the vector of this key."""
        return self._held[key]

    def _hold(self, vector: NDArray[np.float16]) -> int:
        self._held.append(vector)
        return len(self._held) - 1


class Tags:
    """The tags of documents, in `metadata`, from which the server derives the column `tags`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, document_id: str) -> tuple[str, str]:
        """Return a document's own tags and those added to it, separated by commas."""
        query = "SELECT coalesce(metadata ->> %s, ''), coalesce(metadata ->> %s, '') FROM document WHERE id = %s"
        with self._store.reading():
            return self._store.connection.execute(query, (OWN_TAGS, GIVEN_TAGS, document_id)).fetchone() or ("", "")

    def give(self, document_id: str, tags: Sequence[str]) -> None:
        """Replace the tags added to a document by these; called inside `writing`."""
        query = """UPDATE document SET metadata = metadata::jsonb - 'given_tags' || %s::jsonb WHERE id = %s"""
        given = {GIVEN_TAGS: ", ".join(tags)} if tags else {}
        self._store.connection.execute(query, (json.dumps(given), document_id))


class Skips:
    """The files that the latest run over each folder skipped."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Skipped]:
        """Return the skipped files, by path."""
        with self._store.reading():
            rows = self._store.connection.execute(
                'SELECT path, reason FROM skipped ORDER BY path COLLATE "C"'
            ).fetchall()
        return [Skipped(*row) for row in rows]

    def replace(self, reasons: Mapping[str, str]) -> None:
        """Store these, by path, in place of the earlier ones."""
        with self._store.writing():
            self._store.connection.execute("DELETE FROM skipped")
            pairs = (list(reasons), list(reasons.values()))
            self._store.connection.execute("INSERT INTO skipped SELECT * FROM unnest(%s::text[], %s::text[])", pairs)


def _with_tags(document: Document, given: str) -> Document:
    """Return the document including tags that another writer has added meanwhile."""
    return with_given_tags(document, [document.metadata.get(GIVEN_TAGS, ""), given])


def _lexical_values(counts: Counts) -> tuple[object, ...]:
    return SparseVector(sparse_bytes(counts.ids, counts.weights())), counts.to_bytes(), *counts.lengths


def _counts(both: tuple[Counter[str], Counter[str]], ids: Mapping[tuple[bool, str], int]) -> Counts:
    found = sorted((ids[form == 1, term], times, form == 1) for form in (0, 1) for term, times in both[form].items())
    keys, times, folded = zip(*found, strict=True) if found else ((), (), ())
    lengths = (both[0].total(), both[1].total())
    most = np.minimum(np.array(times, dtype=np.int64), np.iinfo(np.uint16).max).astype(np.uint16)
    return Counts(np.array(keys, dtype=np.int32), most, np.array(folded, dtype=np.bool_), lengths)
