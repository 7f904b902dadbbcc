"""The embeddings in `corpus.db`: one for each text, under the text's digest.

Of a passage that the bundled model embedded, its tokens are stored, in a sixth of the bytes; its vector is their sum,
made again in 15 microseconds. Any other vector is stored as whole numbers of 12 bits, the greatest of them 2047: its
direction is what counts, and what is read has a length of 1. With 8 bits one in ninety questions on the seeds has
another best passage; with 12 none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from qa.database import Database
from qa.embedding import BUNDLED, BundledEmbedder, Embedder
from qa.index.rows import Keys
from qa.text import common_spelling

_UNUSED = "key NOT IN (SELECT embedding FROM passage)"
_LARGEST = 2047
_DIGEST_BYTES = 16
_ASKED_AT_ONCE = 500  # values in one statement, fewer than any SQLite takes


def text_digest(text: str) -> bytes:
    """Return the first half of the text's SHA-256: no two texts of any corpus share it."""
    return hashlib.sha256(text.encode()).digest()[:_DIGEST_BYTES]


def spelled_tokens(embedder: BundledEmbedder, texts: Sequence[str]) -> list[bytes]:
    """Return what is stored of each text, of the bundled model, wherever this is called."""
    return embedder.tokens(list(map(common_spelling, texts)))


class Embeddings:
    """The embeddings of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keys(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Return the keys of the stored embeddings among these text digests."""
        left = iter(digests)
        found: dict[bytes, int] = {}
        while some := list(islice(left, _ASKED_AT_ONCE)):
            query = f"SELECT text_digest, key FROM embedding WHERE text_digest IN ({', '.join('?' * len(some))})"
            found |= dict(self._database.rows(query, some))
        return found

    def made(self, embedder: Embedder, texts: Sequence[str]) -> list[bytes]:
        """Return what is stored of each text."""
        if self._are_tokens():
            return _bundled(embedder).tokens(texts)
        return [row.tobytes() for row in to_stored(embedder.embed_passages(texts))]

    def add(self, digests: Sequence[bytes], made: Sequence[bytes]) -> dict[bytes, int]:
        """Store what was made of texts, each under its text's digest, which must be new; returns their keys."""
        first = 1 + int(self._database.one("SELECT coalesce(max(key), 0) FROM embedding")[0])
        keys = dict(zip(digests, range(first, first + len(digests)), strict=True))
        rows = zip(keys.values(), digests, made, strict=True)
        self._database.run_many("INSERT INTO embedding (key, text_digest, vector) VALUES (?, ?, ?)", rows)
        return keys

    def of_passages(
        self, keys: Keys, dimension: int, embedder: Callable[[], Embedder]
    ) -> tuple[Keys, NDArray[np.float32]]:
        """Return the vectors of this length: (keys of passages in growing order, a row of length 1 for each).

        The embedder is called for only where tokens are stored.
        """
        query = f"""SELECT p.key, e.vector FROM passage p JOIN embedding e ON e.key = p.embedding
                    WHERE p.key IN (SELECT value FROM json_each(?)) AND {self._fits(dimension)} ORDER BY p.key"""
        rows = self._database.rows(query, (json.dumps(keys.tolist()),))
        found, stored = zip(*rows, strict=True) if rows else ((), ())
        if self._are_tokens():
            return np.array(found, dtype=np.int64), _bundled(embedder()).embed_tokens(stored)
        flat = np.frombuffer(b"".join(stored), dtype=np.uint8)
        return np.array(found, dtype=np.int64), to_unit(flat.reshape(len(rows), stored_bytes(dimension)), dimension)

    def _are_tokens(self) -> bool:
        (model,) = self._database.one("SELECT value FROM setting WHERE name = 'model'")
        return bool(model == BUNDLED)

    def _fits(self, dimension: int) -> str:
        return "length(e.vector) % 2 = 0" if self._are_tokens() else f"length(e.vector) = {stored_bytes(dimension)}"

    def purge(self) -> None:
        """Remove those of no passage once they are the larger part; till then a text that comes back costs nothing."""
        counted = "SELECT (SELECT count(*) FROM embedding) > 2 * (SELECT count(*) FROM passage)"
        if self._database.one(counted)[0]:
            self._database.run(f"DELETE FROM embedding WHERE {_UNUSED}")

    def unused(self) -> tuple[int, int]:
        """Return how many no passage uses, and their size in bytes."""
        count, size = self._database.one(f"SELECT count(*), total(length(vector)) FROM embedding WHERE {_UNUSED}")
        return int(count), int(size)

    def drop_unused(self) -> None:
        """Drop those that no passage uses; the file keeps its size until new ones take their room."""
        with self._database.writing():
            self._database.run(f"DELETE FROM embedding WHERE {_UNUSED}")

    def drop_of(self, document_ids: Collection[str]) -> None:
        """Drop those of these documents, so that their texts are embedded again."""
        if document_ids:
            passages = "SELECT p.embedding FROM passage p JOIN document d ON d.key = p.document_key"
            given = "d.id IN (SELECT value FROM json_each(?))"
            with self._database.writing():
                drop = f"DELETE FROM embedding WHERE key IN ({passages} WHERE {given})"
                self._database.run(drop, (json.dumps(list(document_ids)),))

    def passages_without(self, dimension: int) -> int:
        """Return how many passages have none of this length."""
        query = f"""SELECT count(*) FROM passage p
                    LEFT JOIN embedding e ON e.key = p.embedding AND {self._fits(dimension)} WHERE e.key IS NULL"""
        return int(self._database.one(query)[0])

    def drop_misfits(self, dimension: int) -> None:
        """Drop those of another length than the model's, so that their texts are embedded again."""
        with self._database.writing():
            self._database.run(f"DELETE FROM embedding AS e WHERE NOT {self._fits(dimension)}")


def _bundled(embedder: Embedder) -> BundledEmbedder:
    """Return the embedder, or where another object stands for it, the bundled model itself."""
    return embedder if isinstance(embedder, BundledEmbedder) else _another_bundled()


@cache
def _another_bundled() -> BundledEmbedder:
    return BundledEmbedder()


def from_half_precision(rows: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Yield rows of (digest, vector) as formats before 5 had them, in half precision, as they are stored now."""
    for digest, vector in rows:
        yield digest[:_DIGEST_BYTES], to_stored(np.frombuffer(vector, dtype=np.float16)[None]).tobytes()


def stored_bytes(dimension: int) -> int:
    """Return how long a stored vector is."""
    return 3 * ((dimension + 1) // 2)


def to_stored(vectors: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return each vector as whole numbers of 12 bits: bytes of shape (len(vectors), stored_bytes(dimension))."""
    # By way of half precision, so that what an earlier format had is stored as it would be if embedded anew.
    vectors = vectors.astype(np.float16).astype(np.float32)
    greatest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    whole = np.rint(vectors * (_LARGEST / np.where(greatest > 0, greatest, 1))).astype(np.int16) + _LARGEST
    whole = np.pad(whole, ((0, 0), (0, whole.shape[1] % 2)))
    first, second = whole[:, ::2], whole[:, 1::2]
    packed = np.stack([first & 0xFF, first >> 8 | (second & 0xF) << 4, second >> 4], axis=2)
    return packed.reshape(len(vectors), stored_bytes(vectors.shape[1])).astype(np.uint8)


def to_unit(stored: NDArray[np.uint8], dimension: int) -> NDArray[np.float32]:
    """Return the vectors of rows of `to_stored`, shape (len(stored), dimension), each of length 1, a zero row zero."""
    # Three bytes are two numbers: the first two bytes have the one below, the last two have the other one on top.
    stored = np.ascontiguousarray(stored)
    shape, strides = (len(stored), stored.shape[1] // 3), (stored.shape[1], 3)
    vectors = np.empty((len(stored), 2 * shape[1]), dtype=np.float32)
    if vectors.size:
        vectors[:, ::2] = np.ndarray(shape, "<u2", stored, 0, strides) & 0xFFF
        vectors[:, 1::2] = np.ndarray(shape, "<u2", stored, 1, strides) >> 4
    vectors -= _LARGEST
    vectors = vectors[:, :dimension]
    norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    vectors *= 1 / np.where(norms > 0, norms, 1)
    return vectors
