"""Convert documents and passages to and from rows of `corpus.db`."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.database import Database
from qa.documents import Document, Place
from qa.passages import Passage

Keys = NDArray[np.int64]

ALIVE = "d.added <= :generation AND (d.removed IS NULL OR d.removed > :generation)"
DOCUMENT_COLUMNS = "d.id, d.text, d.title, d.source, d.published, d.language, d.metadata, d.places"
PASSAGE_COLUMNS = "d.id, p.ordinal, p.start, p.end, d.title, d.source, d.published, p.context, p.places"


class StoredPassage(NamedTuple):
    """A passage as the lexical index is made from it."""

    key: int
    search_text: str


def document_values(document: Document, generation: int) -> tuple[object, ...]:
    """Return the columns of a new row, in the order in which `Store.add` names them."""
    published = document.published.isoformat() if document.published else None
    metadata = json.dumps(dict(document.metadata), ensure_ascii=False, sort_keys=True)
    return (
        *(document.id, document.path, document.digest, document.title, document.source),
        *(published, document.language, metadata, _to_json(document.places), generation, to_stored_text(document.text)),
    )


def passage_values(passage: Passage) -> tuple[object, ...]:
    """Return the columns of a new row, in the order in which `Store.add` names them, without its keys."""
    places = _to_json(passage.places)
    return passage.ordinal, passage.start, passage.end, passage.context, places


def to_document(row: tuple[str, bytes | str, str, str, str | None, str | None, str, str]) -> Document:
    """Convert a row of `DOCUMENT_COLUMNS`."""
    document_id, text, title, source, published, language, metadata, stored = row
    where = (title, source, _day(published), language, json.loads(metadata), _to_places(stored))
    return Document(document_id, to_text(text), *where)


def to_passage(row: tuple[str, int, int, int, str, str, str | None, str, str, str]) -> Passage:
    """Convert a row of `PASSAGE_COLUMNS` followed by the document's text."""
    document_id, ordinal, start, end, title, source, published, context, stored, text = row
    where = (title, source, _day(published), context, _to_places(stored))
    return Passage(f"{document_id}#{ordinal}", document_id, ordinal, text[start:end], start, end, *where)


def to_stored_text(text: str) -> bytes:
    """Return the text as deflated UTF-8, half as large."""
    return zlib.compress(text.encode())


def to_text(stored: bytes | str) -> str:
    """Return a stored text, which formats before 5 did not deflate; raises `ValueError` if it is damaged."""
    if isinstance(stored, str):
        return stored
    try:
        return zlib.decompress(stored).decode()
    except zlib.error as error:
        raise ValueError(f"a text that cannot be inflated: {error}") from error


def _to_json(places: Sequence[Place]) -> str:
    return "[]" if not places else json.dumps([(one.start, one.end, one.label) for one in places], ensure_ascii=False)


def _to_places(stored: str) -> tuple[Place, ...]:
    return () if stored == "[]" else tuple(Place(*place) for place in json.loads(stored))


_CHECKED_DOCUMENT = """SELECT CAST(id AS BLOB), CAST(path AS BLOB), CAST(digest AS BLOB), CAST(title AS BLOB),
    CAST(source AS BLOB), CAST(published AS BLOB), CAST(language AS BLOB), CAST(metadata AS BLOB),
    CAST(places AS BLOB), added, text FROM document WHERE key = ?"""
_CHECKED_PASSAGES = """SELECT p.ordinal, p.start, p.end, CAST(p.context AS BLOB), CAST(p.places AS BLOB),
    e.text_digest, e.vector FROM passage p LEFT JOIN embedding e ON e.key = p.embedding
    WHERE p.document_key = ? ORDER BY p.key"""
_CHECKSUM_BYTES = 8


def checksums(database: Database, document_key: int) -> tuple[bytes, bytes]:
    """Return two checksums that reveal damage: of a document's row, and of its passages and their embeddings.

    They are of the bytes as stored, even if those are no longer valid text.
    """
    rows = (database.rows(query, (document_key,)) for query in (_CHECKED_DOCUMENT, _CHECKED_PASSAGES))
    document, passages = map(_checksum, rows)
    return document, passages


def _checksum(rows: Iterable[Sequence[object]]) -> bytes:
    parts: list[bytes] = []
    for value in (value for row in rows for value in row):
        content = value if isinstance(value, bytes) else repr(value).encode()
        parts += (b"%d:" % len(content), content)
    return hashlib.blake2b(b"".join(parts), digest_size=_CHECKSUM_BYTES).digest()


def to_keys(rows: Sequence[Sequence[int]]) -> Keys:
    """Return the keys in the first column."""
    return np.array([row[0] for row in rows], dtype=np.int64)


def _day(published: str | None) -> date | None:
    return date.fromisoformat(published) if published else None
