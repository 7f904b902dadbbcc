"""Store the embeddings in `corpus.db`: one for each text, under the text's digest.

For a passage that the bundled model embedded, its tokens are stored, in a sixth of the bytes; its vector is their sum,
computed again in 15 microseconds. Any other vector is stored as 12-bit integers, the largest of them 2047; since only
its direction counts, it is read back with length 1. On the seeds, 8 bits change the best passage of one question in
ninety, and 12 bits of none.
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
_ASKED_AT_ONCE = 500  # values in one statement; every SQLite accepts more


def text_digest(text: str) -> bytes:
    """Return the first half of the text's SHA-256, which is long enough that no two texts of a corpus share it."""
    return hashlib.sha256(text.encode()).digest()[:_DIGEST_BYTES]


def spelled_tokens(embedder: BundledEmbedder, texts: Sequence[str]) -> list[bytes]:
    """Return what is stored for texts that the bundled model embeds; can be called in another process."""
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
        """Return what is stored for each text."""
        if self._are_tokens():
            return _bundled(embedder).tokens(texts)
        return [row.tobytes() for row in to_stored(embedder.embed_passages(texts))]

    def add(self, digests: Sequence[bytes], made: Sequence[bytes]) -> dict[bytes, int]:
        """Store what `made` returned, each under its text's digest, which must be new; return the keys."""
        first = 1 + int(self._database.one("SELECT coalesce(max(key), 0) FROM embedding")[0])
        keys = dict(zip(digests, range(first, first + len(digests)), strict=True))
        rows = zip(keys.values(), digests, made, strict=True)
        self._database.run_many("INSERT INTO embedding (key, text_digest, vector) VALUES (?, ?, ?)", rows)
        return keys

    def of_passages(
        self, keys: Keys, dimension: int, embedder: Callable[[], Embedder]
    ) -> tuple[Keys, NDArray[np.float32]]:
        """Return the vectors of this dimension: (passage keys in ascending order, a row of length 1 for each).

        The embedder is loaded only if tokens are stored.
        """
        query = f"""SELECT p.key, e.vector FROM passage p JOIN embedding e ON e.key = p.embedding
                    WHERE p.key IN (SELECT value FROM json_each(?)) AND {self._fits(dimension)} ORDER BY p.key"""
        rows = self._database.rows(query, (json.dumps(keys.tolist()),))
        found, stored = zip(*rows, strict=True) if rows else ((), ())
        if self._are_tokens():
            return np.array(found, dtype=np.int64), _bundled(embedder()).embed_tokens(stored)
        flat = np.frombuffer(b"".join(stored), dtype=np.uint8)
        return np.array(found, dtype=np.int64), to_unit(flat.reshape(len(rows), stored_bytes(dimension)), dimension)

    def tokens(self, keys: Keys) -> list[bytes] | None:
        """Return the tokens of these passages, in their order; None unless all are stored."""
        if not self._are_tokens():
            return None
        query = """SELECT p.key, e.vector FROM passage p JOIN embedding e ON e.key = p.embedding
                   WHERE p.key IN (SELECT value FROM json_each(?)) AND length(e.vector) % 2 = 0"""
        stored = dict(self._database.rows(query, (json.dumps(keys.tolist()),)))
        return [stored[key] for key in keys.tolist()] if len(stored) == len(keys) else None

    def _are_tokens(self) -> bool:
        (model,) = self._database.one("SELECT value FROM setting WHERE name = 'model'")
        return bool(model == BUNDLED)

    def _fits(self, dimension: int) -> str:
        return "length(e.vector) % 2 = 0" if self._are_tokens() else f"length(e.vector) = {stored_bytes(dimension)}"

    def purge(self) -> None:
        """Remove unused embeddings once they outnumber the used ones; until then, a returning text costs nothing."""
        counted = "SELECT (SELECT count(*) FROM embedding) > 2 * (SELECT count(*) FROM passage)"
        if self._database.one(counted)[0]:
            self._database.run(f"DELETE FROM embedding WHERE {_UNUSED}")

    def unused(self) -> tuple[int, int]:
        """Return how many embeddings no passage uses, and their size in bytes."""
        count, size = self._database.one(f"SELECT count(*), total(length(vector)) FROM embedding WHERE {_UNUSED}")
        return int(count), int(size)

    def drop_unused(self) -> None:
        """Drop embeddings that no passage uses; the file keeps its size until new ones fill the space."""
        with self._database.writing():
            self._database.run(f"DELETE FROM embedding WHERE {_UNUSED}")

    def drop_of(self, document_ids: Collection[str]) -> None:
        """Drop the embeddings of these documents, so that their texts are embedded again."""
        if document_ids:
            passages = "SELECT p.embedding FROM passage p JOIN document d ON d.key = p.document_key"
            given = "d.id IN (SELECT value FROM json_each(?))"
            with self._database.writing():
                drop = f"DELETE FROM embedding WHERE key IN ({passages} WHERE {given})"
                self._database.run(drop, (json.dumps(list(document_ids)),))

    def passages_without(self, dimension: int) -> int:
        """Return how many passages have no vector of this dimension."""
        query = f"""SELECT count(*) FROM passage p
                    LEFT JOIN embedding e ON e.key = p.embedding AND {self._fits(dimension)} WHERE e.key IS NULL"""
        return int(self._database.one(query)[0])

    def drop_misfits(self, dimension: int) -> None:
        """Drop vectors whose dimension is not the model's, so that their texts are embedded again."""
        with self._database.writing():
            self._database.run(f"DELETE FROM embedding AS e WHERE NOT {self._fits(dimension)}")


def _bundled(embedder: Embedder) -> BundledEmbedder:
    """Return the embedder, or the bundled model itself if another object stands in for it."""
    return embedder if isinstance(embedder, BundledEmbedder) else _another_bundled()


@cache
def _another_bundled() -> BundledEmbedder:
    return BundledEmbedder()


def from_half_precision(rows: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Convert rows of (digest, vector) in half precision, as in formats before 5, to their present form."""
    for digest, vector in rows:
        yield digest[:_DIGEST_BYTES], to_stored(np.frombuffer(vector, dtype=np.float16)[None]).tobytes()


def stored_bytes(dimension: int) -> int:
    """Return the number of bytes in a stored vector."""
    return 3 * ((dimension + 1) // 2)


def to_stored(vectors: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return each vector as 12-bit integers: bytes of shape (len(vectors), stored_bytes(dimension))."""
    # Rounded to half precision first, so that a vector from an earlier format is stored as if it were embedded again.
    vectors = vectors.astype(np.float16).astype(np.float32)
    greatest = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    whole = np.rint(vectors * (_LARGEST / np.where(greatest > 0, greatest, 1))).astype(np.int16) + _LARGEST
    whole = np.pad(whole, ((0, 0), (0, whole.shape[1] % 2)))
    first, second = whole[:, ::2], whole[:, 1::2]
    packed = np.stack([first & 0xFF, first >> 8 | (second & 0xF) << 4, second >> 4], axis=2)
    return packed.reshape(len(vectors), stored_bytes(vectors.shape[1])).astype(np.uint8)


def to_unit(stored: NDArray[np.uint8], dimension: int) -> NDArray[np.float32]:
    """Return the vectors in rows of `to_stored`: shape (len(stored), dimension), each of length 1, zero rows zero."""
    # Three bytes hold two numbers: one in the low bits of the first two bytes, one in the high bits of the last two.
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
