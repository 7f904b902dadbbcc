"""`dense.faiss`: how the vectors of an index's passages are searched by cosine. Derived from `corpus.db`.

While there are few vectors, each is compared; of many, those in the lists whose centres are nearest (an inverted file),
in as many lists as it takes to find what comparing all would. The vectors stand in `corpus.db` alone and are read from
there into memory; the file has the passages, their lists and the lists' centres, and behind them a trailer that records
the generation's mark and checksums.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.files import write_beside
from qa.index.rows import Keys

DENSE_NAME = "dense.faiss"
TRAILER = struct.Struct("<8s16sII")
MAGIC = b"qa-dens4"

EXACT_UP_TO = 50_000
"""More vectors than these are searched by an inverted file."""
ENOUGH_RECALL = 0.98
"""The share of the hundred nearest passages that an inverted file must find, for passages asked as questions."""
_TRAINED_ON = 64  # vectors for each list
_ASKED = 200
_NEAREST = 100
_BATCH = 1_000  # vectors, which are unpacked within the processor's cache, in half the time

Scores = NDArray[np.float32]
Vectors = NDArray[np.float32]
VectorsOf = Callable[[Keys], tuple[Keys, Vectors]]
"""The stored vectors of passages: (the keys of those that have one, in growing order; a row for each)."""


class Layout(NamedTuple):
    """What the file has: the passages' keys, in growing order, and which of the lists each is in.

    `centres` has a row for each list, none where every vector is compared. `probes` is how many lists are looked into;
    `recall` the share of the nearest passages of all that this finds.
    """

    mark: str
    keys: Keys
    lists: NDArray[np.int64]
    centres: Vectors
    probes: int = 0
    recall: float = 1.0


class DenseIndex:
    """Unit vectors by passage key, of one generation; a score is a cosine, exact over the stored vectors.

    `recall` is the share of the nearest passages of all that `candidates` finds: 1 where all are compared.
    """

    def __init__(self, faiss_index: Any, layout: Layout) -> None:
        import faiss

        # One question is one thread's work: more threads only wait for each other, the longer the busier the machine.
        faiss.omp_set_num_threads(1)
        self._index = faiss_index
        self._centres = layout.centres
        self.mark = layout.mark
        self.recall = layout.recall

    @classmethod
    def of(cls, layout: Layout, vectors_of: VectorsOf, dimension: int, before: DenseIndex | None = None) -> DenseIndex:
        """Fill an index with the passages' vectors; only those that changed are read where there is one of `before`.

        Passages without a vector are left out.
        """
        import faiss

        if before is not None and np.array_equal(before._centres, layout.centres):
            index: Any = faiss.clone_index(before._index)  # others may be searching the one of before
            held = before.keys
            gone: Keys = np.setdiff1d(held, layout.keys)
            if len(gone):
                index.remove_ids(gone)
        else:
            index, held = _empty(layout, dimension), layout.keys[:0]
        missing = layout.keys[~np.isin(layout.keys, held)] if len(held) else layout.keys
        for start in range(0, len(missing), _BATCH):
            _add(index, layout, *vectors_of(missing[start : start + _BATCH]))
        return cls(index, layout)

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
        return len(self._centres)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def candidates(self, vector: NDArray[np.float32], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """Return the k nearest passages among the allowed (None: all), best first, with their cosines."""
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
        """Return the cosines of these passages, in their order."""
        if not len(keys):
            return np.zeros(0, dtype=np.float32)
        rows: NDArray[np.float32] = self._index.reconstruct_batch(keys)
        return rows @ vector

    def probed_enough(self, layout: Layout) -> Layout:
        """Return the layout with as many lists to look into as it takes for enough recall, and with that recall.

        Copies of one passage find each other wherever one looks, so each is asked once.
        """
        some = np.random.default_rng(1).choice(self.keys, min(len(self), 20 * _ASKED), replace=False)
        vectors = self._index.reconstruct_batch(some)
        _, first = np.unique(vectors.round(2), axis=0, return_index=True)
        asked = vectors[np.sort(first)[:_ASKED]]
        self._index.nprobe = self.lists
        _, exact = self._index.search(asked, _NEAREST)
        probes = max(1, self.lists // 64)
        while True:
            self._index.nprobe = probes
            _, found = self._index.search(asked, _NEAREST)
            shared = sum(len(np.intersect1d(one, other)) for one, other in zip(exact, found, strict=True))
            if shared >= ENOUGH_RECALL * exact.size or probes >= self.lists:
                return layout._replace(probes=probes, recall=shared / exact.size)
            probes = min(2 * probes, self.lists)


def _empty(layout: Layout, dimension: int) -> Any:
    import faiss

    if not len(layout.centres):
        vectors = faiss.IndexScalarQuantizer(dimension, _half_precision(), faiss.METRIC_INNER_PRODUCT)
        return faiss.IndexIDMap2(vectors)
    index = _inverted_file(len(layout.centres), dimension)
    index.quantizer.add(layout.centres)
    index.is_trained = True
    index.nprobe = layout.probes
    index.set_direct_map_type(faiss.DirectMap.Hashtable)  # type: ignore[attr-defined]
    return index


def _inverted_file(lists: int, dimension: int) -> Any:
    import faiss

    kind = (_half_precision(), faiss.METRIC_INNER_PRODUCT)
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(dimension), dimension, lists, *kind)
    index.by_residual = False  # unit vectors need no more precision
    return index


def _add(index: Any, layout: Layout, keys: Keys, vectors: Vectors) -> None:
    import faiss

    if not len(keys):
        return
    vectors = np.ascontiguousarray(vectors)
    if not len(layout.centres):
        index.add_with_ids(vectors, keys)
        return
    lists = np.ascontiguousarray(layout.lists[np.searchsorted(layout.keys, keys)])
    index.add_core(len(keys), *(faiss.swig_ptr(part) for part in (vectors, keys, lists)))


# How passages are laid out in lists


def laid_out(living: Keys, mark: str, before: Layout | None, vectors_of: VectorsOf, dimension: int) -> Layout:
    """Return the layout of the living passages, in the kind of index that suits their number.

    Lists of `before` are kept while there are not four times as many passages as when they were made.
    """
    if len(living) <= EXACT_UP_TO:
        return Layout(mark, living, living[:0], np.zeros((0, dimension), dtype=np.float32))
    if before is not None and len(before.centres) and math.isqrt(len(living)) <= 2 * len(before.centres):
        new = np.setdiff1d(living, before.keys)
        stay = np.isin(before.keys, living)
        lists = np.concatenate([before.lists[stay], np.zeros_like(new)])
        deque(_listed(lists[-len(new) :], new, before.centres, vectors_of), maxlen=0)
        keys = np.concatenate([before.keys[stay], new])
        order = np.argsort(keys)
        return before._replace(mark=mark, keys=keys[order], lists=lists[order])
    layout = Layout(mark, living, np.zeros_like(living), _trained_centres(living, vectors_of, dimension))
    index = _empty(layout, dimension)
    for keys, vectors in _listed(layout.lists, living, layout.centres, vectors_of):
        _add(index, layout, keys, vectors)
    return DenseIndex(index, layout).probed_enough(layout)


def _trained_centres(keys: Keys, vectors_of: VectorsOf, dimension: int) -> Vectors:
    lists = math.isqrt(len(keys))
    some = np.random.default_rng(0).choice(keys, min(len(keys), lists * _TRAINED_ON), replace=False)
    index = _inverted_file(lists, dimension)
    index.cp.niter = 10
    index.train(vectors_of(np.sort(some))[1])
    return np.asarray(index.quantizer.reconstruct_n(0, lists))


def _listed(lists: Keys, keys: Keys, centres: Vectors, vectors_of: VectorsOf) -> Iterator[tuple[Keys, Vectors]]:
    """Yield passages that have a vector, with it, once the list of the nearest centre stands in their place."""
    for start in range(0, len(keys), _BATCH):
        found, vectors = vectors_of(keys[start : start + _BATCH])
        lists[np.searchsorted(keys, found)] = (vectors @ centres.T).argmax(axis=1)
        yield found, vectors


# The file


def write_layout(folder: Path, layout: Layout) -> None:
    """Write the file anew, to take the place of the one that is there."""
    body = io.BytesIO()
    parts = {name: np.asarray(part) for name, part in layout._asdict().items() if name != "mark"}
    np.savez_compressed(body, allow_pickle=False, **parts)
    content = body.getvalue()
    write_beside(folder / DENSE_NAME, content + _trailer(layout.mark, zlib.crc32(content)))


def read_layout(folder: Path) -> Layout | None:
    """Read the file; None when it is missing or damaged, since it can be made again."""
    content = b""
    with suppress(FileNotFoundError, IsADirectoryError):  # which a writer may take away at any time
        content = (folder / DENSE_NAME).read_bytes()
    mark, checksum = _read_trailer(content[-TRAILER.size :])
    body = content[: -TRAILER.size]
    if mark is None or zlib.crc32(body) != checksum:
        return None
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as parts:
            numbers = int(parts["probes"]), float(parts["recall"])
            return Layout(mark, parts["keys"], parts["lists"], parts["centres"], *numbers)
    except (ValueError, LookupError, zipfile.BadZipFile):
        return None


def dense_mark(folder: Path) -> str | None:
    """Return the mark of the generation that the file is of, without reading the file.

    It is None when the file is missing or damaged.
    """
    with suppress(FileNotFoundError, IsADirectoryError), (folder / DENSE_NAME).open("rb") as file:
        file.seek(max(0, file.seek(0, io.SEEK_END) - TRAILER.size))
        return _read_trailer(file.read(TRAILER.size))[0]
    return None


def _trailer(mark: str, checksum: int) -> bytes:
    known = TRAILER.pack(MAGIC, mark.encode(), checksum, 0)[:-4]
    return known + struct.pack("<I", zlib.crc32(known))


def _read_trailer(content: bytes) -> tuple[str | None, int]:
    """Return the mark and the checksum of what stands before it; no mark where it is damaged."""
    if len(content) < TRAILER.size:
        return None, 0
    magic, mark, checksum, own = TRAILER.unpack(content)
    return (mark.decode(), checksum) if magic == MAGIC and zlib.crc32(content[:-4]) == own else (None, 0)


def _half_precision() -> int:
    """More precise than the vectors are stored, in half the memory of single precision."""
    import faiss

    return int(faiss.ScalarQuantizer.QT_fp16)
