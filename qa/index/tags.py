"""The tags of documents in `corpus.db`: those that were given are changed in place, in every generation.

Nothing that is searched depends on them, and filters read them where they stand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from qa.documents import GIVEN_TAGS, OWN_TAGS, tags_in
from qa.errors import DocumentNotFoundError, TagError
from qa.index.store import Store


def given_tags(store: Store, document_id: str) -> str:
    """Return the tags that were given to a living document, with commas between them."""
    query = "SELECT json_extract(metadata, '$.given_tags') FROM document WHERE id = ? AND removed IS NULL"
    row = store.database.one(query, (document_id,))
    return str(row[0] or "") if row else ""


def give_tags(store: Store, document_id: str, tags: str) -> None:
    """Let a living document have these in place of those that were given to it; called inside `writing`."""
    changed = "json_set(metadata, '$.given_tags', :tags)" if tags else "json_remove(metadata, '$.given_tags')"
    query = f"UPDATE document SET metadata = {changed} WHERE id = :id AND removed IS NULL"
    store.database.run(query, {"id": document_id, "tags": tags})


def change_tags(store: Store, document_ids: Sequence[str], add: Collection[str], remove: Collection[str]) -> None:
    """Give tags to living documents and take given ones away, or do nothing at all where an error is raised.

    Raises `DocumentNotFoundError`, and `TagError` for a tag that stands in a document itself.
    """
    missing = [one for one in document_ids if store.digest_and_path(one) is None]
    if missing:
        raise DocumentNotFoundError(missing)
    with store.writing():
        metadata = store.metadata(document_ids, store.generation)
        for document_id, said in metadata.items():
            own = sorted(set(remove).intersection(tags_in([said.get(OWN_TAGS, "")])))
            if own:
                raise TagError(document_id, own[0])
            given = {*tags_in([said.get(GIVEN_TAGS, "")]), *add} - set(remove)
            give_tags(store, document_id, ", ".join(sorted(given)))
