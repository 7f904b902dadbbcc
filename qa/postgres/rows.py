"""Convert documents, passages and vectors to and from rows, and filters to conditions on them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.documents import Document, Place, tags_in
from qa.index import Filters
from qa.index.embeddings import text_digest
from qa.index.filters import NAME_FILTERS, passing, require_known
from qa.index.rows import Keys, to_keys
from qa.passages import Passage
from qa.postgres.searches import EXACT_UP_TO
from qa.text import fold, nfc

if TYPE_CHECKING:
    import psycopg

DOCUMENT_COLUMNS = "d.id, d.text, d.title, d.source, d.published, d.language, d.metadata, d.places"
PASSAGE = """SELECT p.key, d.id, p.ordinal, substr(d.text, p.start + 1, p.stop - p.start), p.start, p.stop, d.title,
              d.source, d.published, p.context, p.places FROM passage p JOIN document d ON d.key = p.document_key"""
_IN_FORCE = """d.metadata ->> 'legislationDateOfApplicability' COLLATE "C\""""
_CONDITIONS = {
    "published_from": "d.published >= %(published_from)s",
    "published_to": "d.published <= %(published_to)s",
    "source": "d.source = %(source)s",
    "document": "d.id = %(document)s",
    "language": "d.language = %(language)s",
    "number": "d.number = %(number)s",
    "tag": "d.tags @> %(tag)s",
    "in_force_from": f"{_IN_FORCE} >= %(in_force_from)s",
    "in_force_to": f"{_IN_FORCE} <= %(in_force_to)s",
} | {name: f"d.metadata ->> '{item}' = ANY (%({name})s)" for name, item in NAME_FILTERS.items()}


class Allowed:
    """The passages that pass filters: a condition on `document d`; numpy sees an array of their keys."""

    def __init__(self, connection: psycopg.Connection, filters: Filters) -> None:
        require_known(filters)
        self._connection = connection
        self.condition = " AND ".join(_CONDITIONS[name] for name in filters)
        self.values = {name: self._stored(name, value) for name, value in filters.items()}

    def __len__(self) -> int:
        return len(self.keys)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Keys:  # noqa: FBT001  # as numpy calls it
        return np.array(self.keys, dtype=dtype)

    def _stored(self, name: str, value: object) -> object:
        """Return a filter's value as its condition compares it."""
        if name in NAME_FILTERS:
            return passing(name, str(value), self._stated(NAME_FILTERS[name]))
        if name == "number":
            return number_key(str(value))
        if name == "tag":
            return list(tags_in([str(value)]))
        day = value.date() if isinstance(value, datetime) else value
        return str(day) if name.startswith("in_force") else day

    def _stated(self, item: str) -> list[str]:
        rows = self._connection.execute("SELECT DISTINCT metadata ->> %s FROM document", (item,)).fetchall()
        return [row[0] for row in rows if row[0]]

    @cached_property
    def keys(self) -> Keys:
        """The keys, in ascending order."""
        query = f"SELECT p.key {self.passages} ORDER BY p.key"
        return to_keys(self._connection.execute(query.encode(), self.values).fetchall())

    @property
    def passages(self) -> str:
        """The SQL of a query from FROM on, with the condition."""
        return f"FROM passage p JOIN document d ON d.key = p.document_key WHERE {self.condition}"

    @cached_property
    def are_few(self) -> bool:
        """Whether they are few enough to compare every one."""
        query = f"SELECT count(*) FROM (SELECT 1 {self.passages} LIMIT {EXACT_UP_TO + 1}) AS chosen"
        row = self._connection.execute(query.encode(), self.values).fetchone()
        return row is not None and row[0] <= EXACT_UP_TO


def to_passage(row: Sequence[Any]) -> Passage:
    """Convert a row of `PASSAGE` without its key."""
    document_id, ordinal, text, start, end, title, source, published, context, places = row
    where = (title, source, published, context, to_places(places))
    return Passage(f"{document_id}#{ordinal}", document_id, ordinal, text, start, end, *where)


def to_document(row: Sequence[Any]) -> Document:
    """Convert a row of `DOCUMENT_COLUMNS`."""
    document_id, text, title, source, published, language, metadata, places = row
    day: date | None = published
    return Document(document_id, text, title, source, day, language, metadata, to_places(places))


def to_places(stored: Sequence[Sequence[Any]]) -> tuple[Place, ...]:
    """Convert places as stored in the columns `places`."""
    return tuple(Place(*one) for one in stored)


class HalfVector(bytes):
    """A halfvec in PostgreSQL's binary format."""


class SparseVector(bytes):
    """A sparsevec in PostgreSQL's binary format."""


def halfvec(stored: bytes) -> NDArray[np.float16]:
    """Return the vector in the bytes of `halfvec_send`."""
    return np.frombuffer(stored, ">f2", offset=4).astype(np.float16)


def number_key(number: str) -> str:
    """Return a document's number as stored in the column `number`: without spaces, in capitals."""
    return "".join(nfc(number).split()).upper()


def know_vectors(connection: psycopg.Connection) -> None:
    """Make the connection send vectors in the binary format of pgvector's types."""
    from psycopg.adapt import Dumper
    from psycopg.pq import Format

    class Binary(Dumper):
        format = Format.BINARY

        def dump(self, obj: bytes) -> bytes:
            return bytes(obj)

    kinds = connection.execute("SELECT typname, oid FROM pg_type WHERE typname IN ('halfvec', 'sparsevec')").fetchall()
    for name, oid in kinds:
        known = type(name, (Binary,), {"oid": oid})
        connection.adapters.register_dumper(HalfVector if name == "halfvec" else SparseVector, known)


def halfvec_bytes(vector: NDArray[np.float16]) -> HalfVector:
    """Return a vector for the column `dense`."""
    return HalfVector(np.array([len(vector), 0], ">i2").tobytes() + vector.astype(">f2").tobytes())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def document_values(document: Document) -> tuple[object, ...]:
    """Return the columns of a new row of `document`, without its key and without tags, which come from `metadata`."""
    metadata = dict(document.metadata)
    number = metadata.get("legislationIdentifier")
    names = fold("\n".join(dict.fromkeys((document.id, document.title, document.source))))
    places = [(one.start, one.end, one.label) for one in document.places]
    return (
        *(document.id, document.path, document.digest, document.title, document.source, document.published),
        *(document.language, number and number_key(number), _json(metadata), _json(places), names, document.text),
    )


def passage_values(passage: Passage, vector: NDArray[np.float16], text: str) -> tuple[object, ...]:
    """Return the columns of a new row of `passage`, without its keys; `text` is what was embedded."""
    places = _json([(one.start, one.end, one.label) for one in passage.places])
    span = (passage.ordinal, passage.start, passage.end)
    return (*span, passage.context, places, text_digest(text), halfvec_bytes(vector))
