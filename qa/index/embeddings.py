"""The embeddings in `corpus.db`: one for each model and text, under the text's digest.

Knows digests and vectors; knows neither texts nor models.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamagedError
from qa.index.database import Database
from qa.index.rows import Keys, to_keys

_UNUSED = "text_digest NOT IN (SELECT text_digest FROM passage)"
_BYTES = 2  # a dimension


class Embeddings:
    """The embeddings of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def missing(self, model: str, digests: Iterable[bytes]) -> set[bytes]:
        """Those of the text digests for which the model's vector is not stored yet."""
        query = "SELECT 1 FROM embedding WHERE model = ? AND text_digest = ?"
        return {digest for digest in digests if not self._database.one(query, (model, digest))}

    def add(self, model: str, digests: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Stores rows of vectors as float16, each under its text's digest."""
        rows = ((model, digest, row.tobytes()) for digest, row in zip(digests, vectors.astype(np.float16), strict=True))
        self._database.run_many("INSERT OR IGNORE INTO embedding VALUES (?, ?, ?)", rows)

    def of_passages(self, model: str, keys: Keys) -> tuple[Keys, NDArray[np.float32]]:
        """The stored vectors of these passages: (keys in growing order, a row for each)."""
        query = """SELECT p.key, e.vector FROM passage p
                   JOIN embedding e ON e.model = :model AND e.text_digest = p.text_digest
                   WHERE p.key IN (SELECT value FROM json_each(:keys)) ORDER BY p.key"""
        rows = self._database.rows(query, {"model": model, "keys": json.dumps(keys.tolist())})
        if len({len(row[1]) for row in rows}) > 1:
            raise IndexDamagedError(self._database.path.parent, "an embedding in corpus.db has the wrong size")
        flat = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16).astype(np.float32)
        return to_keys(rows), flat.reshape(len(rows), -1) if rows else flat.reshape(0, 0)

    def purge(self) -> None:
        """Removes those of no passage once they are the larger part; till then a text that comes back costs nothing."""
        unused = self._database.one(f"SELECT count(*) FROM embedding WHERE {_UNUSED}")[0]
        if 2 * unused > self._database.one("SELECT count(*) FROM embedding")[0]:
            self._database.run(f"DELETE FROM embedding WHERE {_UNUSED}")

    def unused(self, model: str) -> tuple[int, int]:
        """How many no passage uses, of this model or any other, and their size in bytes."""
        query = f"SELECT count(*), total(length(vector)) FROM embedding WHERE model <> ? OR {_UNUSED}"
        count, size = self._database.one(query, (model,))
        return int(count), int(size)

    def drop_unused(self, model: str) -> None:
        """Drops those that no passage uses; the file keeps its size until new ones take their room."""
        with self._database.writing():
            self._database.run(f"DELETE FROM embedding WHERE model <> ? OR {_UNUSED}", (model,))

    def passages_without(self, model: str, dimension: int) -> int:
        """How many passages have none of this model and length."""
        query = """SELECT count(*) FROM passage p LEFT JOIN embedding e
                   ON e.model = ? AND e.text_digest = p.text_digest AND length(e.vector) = ? WHERE e.model IS NULL"""
        return int(self._database.one(query, (model, _BYTES * dimension))[0])

    def drop_misfits(self, model: str, dimension: int) -> None:
        """Drops those of another length than the model's, so that their texts are embedded again."""
        drop = "DELETE FROM embedding WHERE model = ? AND length(vector) <> ?"
        with self._database.writing():
            self._database.run(drop, (model, _BYTES * dimension))
