"""Whether the truth of an index is what was stored: each text against its digest.

Knows `corpus.db` alone, not what is derived from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.documents import Document
from qa.index.embeddings import text_digest
from qa.index.rows import ALIVE, DOCUMENT_COLUMNS, to_document
from qa.index.store import Store
from qa.passages import search_text


@dataclass
class Damage:
    """The ids of documents that are not what was stored, and of those whose passages are not."""

    documents: list[str] = field(default_factory=list)
    passages: list[str] = field(default_factory=list)


def intact_documents(store: Store, generation: int, damage: Damage) -> Iterator[Document]:
    """The documents of a generation that are as they were stored; the ids of the others go to `damage`."""
    keys = store.database.rows(f"SELECT d.key FROM document d WHERE {ALIVE} ORDER BY d.key", {"generation": generation})
    for (key,) in keys:
        document_id, document = _checked(store, key)
        if document is None:
            damage.documents.append(document_id)
            continue
        if not _passages_are_whole(store, key, document):
            damage.passages.append(document_id)
        yield document


def _checked(store: Store, key: int) -> tuple[str, Document | None]:
    query = f"SELECT d.digest, {DOCUMENT_COLUMNS} FROM document d WHERE d.key = ?"
    digest, *row = store.database.one(query, (key,))
    try:
        document = to_document(tuple(row))
    except (ValueError, TypeError, LookupError, AttributeError):  # JSON or a date that cannot be read any more
        return str(row[0]), None
    return document.id, document if document.digest == digest else None


def _passages_are_whole(store: Store, key: int, document: Document) -> bool:
    """Whether there are passages, each a part of the text and the one that was embedded."""
    query = """SELECT p.start, p.end, p.context, e.text_digest FROM passage p
               LEFT JOIN embedding e ON e.key = p.embedding WHERE p.document_key = ?"""
    rows = store.database.rows(query, (key,))
    return bool(rows) and all(
        text_digest(search_text(document.title, document.text[start:end], context)) == digest
        for start, end, context, digest in rows
    )
