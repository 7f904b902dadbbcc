"""`dense.faiss`: the vectors of an index's passages, searched by cosine. Derived from `corpus.db`.

The file is what FAISS writes, with a trailer behind it that records the generation's mark and a checksum;
`faiss.read_index` opens it as it is.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.files import replace_file
from qa.index.rows import Keys

DENSE_NAME = "dense.faiss"
TRAILER = struct.Struct("<8s16sI")
MAGIC = b"qa-dense"


Scores = NDArray[np.float32]


class DenseIndex:
    """Unit vectors by passage key; a score is a cosine, exact over the stored vectors."""

    def __init__(self, faiss_index: Any, mark: str) -> None:
        import faiss

        # One question is one thread's work: more threads only wait for each other, the longer the busier the machine.
        faiss.omp_set_num_threads(1)
        self._index = faiss_index
        self.mark = mark

    @classmethod
    def empty(cls, dimension: int) -> DenseIndex:
        """An index without vectors, of no generation."""
        import faiss

        # Half precision, as the vectors are stored: every score is the same as in single precision, in less memory.
        half = faiss.ScalarQuantizer.QT_fp16
        vectors = faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap2(vectors), "")

    @classmethod
    def load(cls, folder: Path) -> DenseIndex | None:
        """Reads the file; None when it is missing or damaged, since it can be made again."""
        import faiss

        path = folder / DENSE_NAME
        content = path.read_bytes() if path.is_file() else b""
        if len(content) < TRAILER.size:
            return None
        body, trailer = memoryview(content)[: -TRAILER.size], content[-TRAILER.size :]
        magic, mark, checksum = TRAILER.unpack(trailer)
        if magic != MAGIC or zlib.crc32(body) != checksum:
            return None
        return cls(faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8)), mark.decode())

    def save(self, folder: Path, mark: str) -> None:
        """Replaces the file whole, as of the generation of this mark."""
        import faiss

        body = faiss.serialize_index(self._index).tobytes()
        trailer = TRAILER.pack(MAGIC, mark.encode(), zlib.crc32(body))
        replace_file(folder / DENSE_NAME, body + trailer)
        self.mark = mark

    @property
    def keys(self) -> Keys:
        """The passage keys it holds, in growing order."""
        import faiss

        return np.sort(faiss.vector_to_array(self._index.id_map))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def remove(self, keys: Keys) -> None:
        """Takes vectors out; keys that it does not hold are passed over."""
        if len(keys):
            self._index.remove_ids(keys)

    def add(self, keys: Keys, vectors: NDArray[np.float32]) -> None:
        """Puts in one row for each key; a key must be new."""
        if len(keys):
            self._index.add_with_ids(np.ascontiguousarray(vectors), keys)

    def candidates(self, vector: NDArray[np.float32], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """The k nearest passages among the allowed (None: all), best first, with their cosines."""
        import faiss

        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        scores, keys = self._index.search(vector.reshape(1, -1), k, params=parameters)
        found = keys[0] >= 0
        return keys[0][found], scores[0][found]

    def scores(self, vector: NDArray[np.float32], keys: Keys) -> Scores:
        """The cosines of these passages, in their order."""
        if not len(keys):
            return np.zeros(0, dtype=np.float32)
        rows: NDArray[np.float32] = self._index.reconstruct_batch(keys)
        return rows @ vector
