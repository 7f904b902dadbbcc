"""`dense.faiss`: the vectors of an index's passages, searched by cosine. Derived from `corpus.db`.

While there are few vectors, each is compared; of many, those in the lists whose centres are nearest (an inverted file),
in as many lists as it takes to find what comparing all would. The file is what FAISS writes, with a trailer behind it
that records the generation's mark, that recall, and checksums; `faiss.read_index` opens it as it is.
"""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.files import write_beside
from qa.index.rows import Keys

DENSE_NAME = "dense.faiss"
TRAILER = struct.Struct("<8s16sfII")
MAGIC = b"qa-dens3"

EXACT_UP_TO = 50_000
"""More vectors than these are searched by an inverted file."""
ENOUGH_RECALL = 0.99
"""The share of the ten nearest of all passages that an inverted file must find, for passages asked as questions."""
_TRAINED_ON = 64  # vectors for each list
_ASKED = 200
_NEAREST = 10
_BATCH = 10_000


Scores = NDArray[np.float32]


class DenseIndex:
    """Unit vectors by passage key; a score is a cosine, exact over the stored vectors.

    `recall` is the share of the nearest passages of all that `candidates` finds: 1 where all are compared.
    """

    def __init__(self, faiss_index: Any, mark: str, recall: float = 1.0) -> None:
        import faiss

        # One question is one thread's work: more threads only wait for each other, the longer the busier the machine.
        faiss.omp_set_num_threads(1)
        self._index = faiss_index
        self.mark = mark
        self.recall = recall

    @classmethod
    def empty(cls, dimension: int) -> DenseIndex:
        """An index without vectors, of no generation."""
        import faiss

        vectors = faiss.IndexScalarQuantizer(dimension, _half_precision(), faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap2(vectors), "")

    @classmethod
    def load(cls, folder: Path) -> DenseIndex | None:
        """Reads the file; None when it is missing or damaged, since it can be made again."""
        import faiss

        path = folder / DENSE_NAME
        content = path.read_bytes() if path.is_file() else b""
        trailer = _read_trailer(content[-TRAILER.size :])
        body = memoryview(content)[: -TRAILER.size]
        if trailer is None or zlib.crc32(body) != trailer.checksum:
            return None
        return cls(faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8)), trailer.mark, trailer.recall)

    def save_beside(self, folder: Path, mark: str) -> None:
        """Writes the file anew, as of the generation of this mark, to take the place of the one that is there."""
        import faiss

        body = faiss.serialize_index(self._index).tobytes()
        trailer = _write_trailer(_Trailer(mark, self.recall, zlib.crc32(body)))
        write_beside(folder / DENSE_NAME, body + trailer)
        self.mark = mark

    @property
    def keys(self) -> Keys:
        """The passage keys it holds, in growing order."""
        import faiss

        if self.lists == 0:
            return np.sort(faiss.vector_to_array(self._index.id_map))
        held = self._index.invlists
        parts = [faiss.rev_swig_ptr(held.get_ids(one), held.list_size(one)) for one in range(self.lists)]
        return np.sort(np.concatenate(parts)) if len(self) else np.zeros(0, dtype=np.int64)

    @property
    def lists(self) -> int:
        """How many lists the vectors are in; 0 where every one of them is compared."""
        return int(getattr(self._index, "nlist", 0))

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
            chosen = faiss.IDSelectorBatch(allowed)
            # Few passages may be allowed in the nearest lists, so all lists are looked into.
            parameters = (
                faiss.SearchParametersIVF(sel=chosen, nprobe=self.lists)  # type: ignore[call-arg]
                if self.lists
                else faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]
            )
        scores, keys = self._index.search(vector.reshape(1, -1), k, params=parameters)
        if self.lists and allowed is None and (keys[0] < 0).any():  # the lists that were looked into hold too few
            return self.candidates(vector, k, self.keys)
        found = keys[0] >= 0
        return keys[0][found], scores[0][found]

    def scores(self, vector: NDArray[np.float32], keys: Keys) -> Scores:
        """The cosines of these passages, in their order."""
        if not len(keys):
            return np.zeros(0, dtype=np.float32)
        rows: NDArray[np.float32] = self._index.reconstruct_batch(keys)
        return rows @ vector

    def suited(self) -> DenseIndex:
        """The same vectors in the kind of index that suits their number; itself where it is of that kind."""
        if len(self) <= EXACT_UP_TO:
            return self if self.lists == 0 else self._moved_into(DenseIndex.empty(self.dimension))
        if self.lists and math.isqrt(len(self)) <= 2 * self.lists:
            return self
        fitted = self._moved_into(DenseIndex(self._trained_lists(), ""))
        fitted._look_into_enough_lists()
        return fitted

    def _moved_into(self, other: DenseIndex) -> DenseIndex:
        keys = self.keys
        for start in range(0, len(keys), _BATCH):
            some = keys[start : start + _BATCH]
            other.add(some, self._index.reconstruct_batch(some))
        return other

    def _trained_lists(self) -> Any:
        import faiss

        lists = math.isqrt(len(self))
        some = np.random.default_rng(0).choice(self.keys, min(len(self), lists * _TRAINED_ON), replace=False)
        centres = faiss.IndexFlatIP(self.dimension)
        kind = (_half_precision(), faiss.METRIC_INNER_PRODUCT)
        index = faiss.IndexIVFScalarQuantizer(centres, self.dimension, lists, *kind)
        index.by_residual = False  # unit vectors need no more precision
        index.cp.niter = 10
        index.train(self._index.reconstruct_batch(some))
        index.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
        return index

    def _look_into_enough_lists(self) -> None:
        """Doubles the number of lists that are looked into until the recall is enough, and keeps the recall.

        Copies of one passage find each other wherever one looks, so each is asked once.
        """
        some = np.random.default_rng(1).choice(self.keys, min(len(self), 20 * _ASKED), replace=False)
        vectors = self._index.reconstruct_batch(some)
        _, first = np.unique(vectors.round(2), axis=0, return_index=True)
        asked = vectors[np.sort(first)[:_ASKED]]
        self._index.nprobe = self.lists
        _, exact = self._index.search(asked, _NEAREST)
        self._index.nprobe = max(1, self.lists // 64)
        while True:
            _, found = self._index.search(asked, _NEAREST)
            shared = [len(np.intersect1d(one, other)) for one, other in zip(exact, found, strict=True)]
            self.recall = sum(shared) / exact.size
            if self.recall >= ENOUGH_RECALL or self._index.nprobe >= self.lists:
                return
            self._index.nprobe = min(2 * self._index.nprobe, self.lists)


class _Trailer(NamedTuple):
    mark: str
    recall: float
    checksum: int


def dense_mark(folder: Path) -> str | None:
    """The mark of the generation that the file is of, without reading the file; None when it is missing or damaged."""
    path = folder / DENSE_NAME
    if not path.is_file():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TRAILER.size))
        trailer = _read_trailer(file.read(TRAILER.size))
    return trailer.mark if trailer else None


def _write_trailer(trailer: _Trailer) -> bytes:
    known = TRAILER.pack(MAGIC, trailer.mark.encode(), trailer.recall, trailer.checksum, 0)[:-4]
    return known + struct.pack("<I", zlib.crc32(known))


def _read_trailer(content: bytes) -> _Trailer | None:
    if len(content) < TRAILER.size:
        return None
    magic, mark, recall, body, own = TRAILER.unpack(content)
    whole = magic == MAGIC and zlib.crc32(content[:-4]) == own
    return _Trailer(mark.decode(), recall, body) if whole else None


def _half_precision() -> int:
    """As the vectors are stored: every score is the same as in single precision, in less memory."""
    import faiss

    return int(faiss.ScalarQuantizer.QT_fp16)
