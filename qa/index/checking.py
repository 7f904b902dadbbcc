"""Whether an index still holds what was written: each text by its digest, the searches by the truth.

Reads everything and changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qa.errors import IndexDamagedError
from qa.index.database import Database
from qa.index.derived import load_derived
from qa.index.rows import DOCUMENT_COLUMNS, PASSAGE_COLUMNS, to_document, to_passage
from qa.index.store import DATABASE_NAME, Store
from qa.passages import search_text

_RESTORE = "Restore corpus.db from a copy, or move the folder away and index the documents again."
_INDEX_AGAIN = "Delete this document from the index, then index it again."
_SEARCH = "Search the index once where its folder can be written, and they are made again from corpus.db."


@dataclass(frozen=True)
class Problem:
    """What is not as it was written, and the next step; `document_id` where it is one document's."""

    happened: str
    next_step: str
    document_id: str | None = None


class Checking:
    """One look at all that is stored; `model` and `dimension` are those that the passages were embedded with."""

    def __init__(self, store: Store, model: str, dimension: int) -> None:
        self._store = store
        self._database = Database(store.folder / DATABASE_NAME)
        self._model = model
        self._size = 2 * dimension  # float16

    def problems(self) -> Iterator[Problem]:
        """What is wrong, one by one, what concerns the whole first; nothing where all is well."""
        for part in (self._of_file, self._of_searches, self._of_documents):
            try:
                with self._database.reading():
                    yield from part()
            except IndexDamagedError as error:
                yield Problem(error.happened, error.next_step)

    def _of_file(self) -> Iterator[Problem]:
        faults = [row[0] for row in self._database.rows("PRAGMA quick_check(5)") if row[0] != "ok"]
        if faults:
            yield Problem(f"corpus.db is damaged ({'; '.join(faults)}).", _RESTORE)

    def _of_searches(self) -> Iterator[Problem]:
        derived = load_derived(self._store.folder, self._store.published_mark)
        living = self._store.passage_keys(self._store.published, {})
        if derived is None:
            yield Problem("The searches are missing, damaged, or of another state than corpus.db.", _SEARCH)
        elif len(derived[0]) != len(living) or not np.array_equal(derived[1].keys, living):
            next_step = f"Delete lexical and dense.faiss. {_SEARCH}"
            yield Problem("The searches do not hold the passages of corpus.db.", next_step)

    def _of_documents(self) -> Iterator[Problem]:
        for key, document_id in self._database.rows("SELECT key, id FROM document WHERE removed IS NULL ORDER BY id"):
            try:
                happened = next(self._of_document(key), None)
            except (IndexDamagedError, ValueError, TypeError, LookupError):
                happened = "It cannot be read."
            if happened:
                yield Problem(happened, _INDEX_AGAIN, document_id)

    def _of_document(self, key: int) -> Iterator[str]:
        query = f"SELECT d.digest, {DOCUMENT_COLUMNS} FROM document d WHERE d.key = ?"
        digest, *row = self._database.one(query, (key,))
        document = to_document(tuple(row))
        if document.digest != digest:
            yield "Its text, or what is told of it, is not what was indexed."
        query = f"""SELECT p.text_digest, e.vector, {PASSAGE_COLUMNS} FROM passage p
                    JOIN document d ON d.key = p.document_key
                    LEFT JOIN embedding e ON e.model = ? AND e.text_digest = p.text_digest WHERE d.key = ?"""
        for text_digest, vector, *columns in self._database.rows(query, (self._model, key)):
            passage = to_passage(tuple(columns))
            text = search_text(passage.title, passage.text, passage.context).encode()
            stands = document.text[passage.start : passage.end] == passage.text
            if not stands or hashlib.sha256(text).digest() != text_digest:
                yield "One of its passages is not what was indexed."
            if vector is None or not self._is_embedding(vector):
                yield "One of its passages has no embedding, or a damaged one."

    def _is_embedding(self, vector: bytes) -> bool:
        """Of length 1, or 0 where the model knows no word of a text."""
        if len(vector) != self._size:
            return False
        length = float(np.linalg.norm(np.frombuffer(vector, dtype=np.float16).astype(np.float32)))
        return length == 0 or abs(length - 1) < 0.01
