"""Search the vectors of passages by cosine, and encode those of large indexes.

In a small index, every vector is compared. In a large one, codes are compared first, at a hundredth of a microsecond
each; then the vectors with the nearest codes are compared exactly, and read from `corpus.db` when first needed. A code
has two bits for each number of a vector, which say which of four levels is nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.index.layout import Layout
from qa.index.nearest import Nearest, Vectors, VectorsOf
from qa.index.rows import Keys

EXACT_UP_TO = 30_000
"""More vectors than this are searched by codes, which take a third as much disk space as the texts; computing this many
vectors when an index is opened takes some 20 microseconds each."""
ENOUGH_RECALL = 0.99
"""The share of the hundred nearest passages that codes must find when a few words of a passage are the question."""
QUESTIONS = 100
"""How many such questions measure that share."""
_LOOKED_AT = 3
_NEAREST = 100
_LEARNT_FROM = 4_000  # passages; chosen by hand
_LEVELS = np.array([-1.510, -0.4528, 0.4528, 1.510], dtype=np.float32)
"""The four values that represent a standard normal distribution with the least error (Max, 1960, table I)."""
_NUMBERS_IN_BYTE = 4
_BATCH = 1_000  # vectors: they fit in the processor's cache, which halves the time to unpack them
FEW_ALLOWED = 2_000
"""If filters allow no more passages than this, all are compared: codes separate distant passages less well."""
VECTORS_KEPT = 131_072
"""How many vectors are cached, since a passage that was compared is likely to be compared again."""

Scores = NDArray[np.float32]


class DenseIndex(Protocol):
    """Unit vectors of one generation, by passage key; scores are cosines, exact for the stored vectors.

    `recall` is the share of the nearest passages that `candidates` finds: 1 if every vector is compared.
    """

    mark: str
    recall: float

    @property
    def keys(self) -> Keys:
        """The keys of its passages, in ascending order."""
        ...

    def __len__(self) -> int: ...

    def candidates(self, vector: Scores, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """Return the k nearest allowed passages (None: all), best first, with their cosines."""
        ...

    def scores(self, vector: Scores, keys: Keys) -> Scores:
        """Return the cosines of these passages, in their order; 0 for any without a vector."""
        ...


def dense_index(layout: Layout, vectors_of: VectorsOf, dimension: int, before: DenseIndex | None = None) -> DenseIndex:
    """Return the dense index of a layout, without passages that have no vector.

    Vectors that `before`, the dense index of an earlier generation, already holds are not read again.
    """
    _keep_to_one_thread()
    if len(layout.levels):
        return _ByCodes(layout, vectors_of, dimension, before if isinstance(before, _ByCodes) else None)
    return _Exact(layout, vectors_of, dimension, before if isinstance(before, _Exact) else None)


class _Exact:
    """Compares every vector."""

    def __init__(self, layout: Layout, vectors_of: VectorsOf, dimension: int, before: _Exact | None) -> None:
        import faiss

        self._index: Any
        self.mark, self.recall = layout.mark, layout.recall
        if before is not None:
            self._index = faiss.clone_index(before._index)  # others may still be searching the earlier one
            self._index.remove_ids(np.setdiff1d(before.keys, layout.keys, assume_unique=True))
        else:
            self._index = faiss.IndexIDMap2(_half_precision(dimension))
        missing = np.setdiff1d(layout.keys, before.keys, assume_unique=True) if before is not None else layout.keys
        for keys, vectors in _in_batches(missing, vectors_of):
            if len(keys):
                self._index.add_with_ids(np.ascontiguousarray(vectors), keys)
        self.keys: Keys = np.sort(faiss.vector_to_array(self._index.id_map))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def candidates(self, vector: Scores, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        import faiss

        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        scores, keys = self._index.search(vector.reshape(1, -1), k, params=parameters)
        found = keys[0] >= 0
        return keys[0][found], scores[0][found]

    def scores(self, vector: Scores, keys: Keys) -> Scores:
        scores = np.zeros(len(keys), dtype=np.float32)
        if not len(self.keys):
            return scores
        stored = self.keys.take(np.searchsorted(self.keys, keys), mode="clip") == keys
        if stored.any():
            rows: Vectors = self._index.reconstruct_batch(keys[stored])
            scores[stored] = rows @ vector
        return scores


class _ByCodes:
    """Compares the vectors with the nearest codes, and caches them, for later generations too."""

    def __init__(self, layout: Layout, vectors_of: VectorsOf, dimension: int, before: _ByCodes | None) -> None:
        self.mark, self.recall, self.keys = layout.mark, layout.recall, layout.keys
        self._looked_at = layout.looked_at
        self._codes = _searched(layout)
        self._vectors_of = vectors_of
        self._packed = _half_precision(dimension)
        self._known: dict[int, bytes] = before._known if before is not None else {}

    def __len__(self) -> int:
        return len(self.keys)

    def candidates(self, vector: Scores, k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        near = self._near(vector, max(k, _NEAREST) * self._looked_at, allowed)
        rows = self._rows(near)
        keys = near[[key in rows for key in near.tolist()]]
        scores = self._cosines(vector, keys, rows)
        order = np.lexsort((keys, -scores))[:k]
        return keys[order], scores[order]

    def scores(self, vector: Scores, keys: Keys) -> Scores:
        return self._cosines(vector, keys, self._rows(keys))

    def _near(self, vector: Scores, count: int, allowed: Keys | None) -> Keys:
        """Return the `count` allowed passages with the nearest codes; all allowed ones if they are few."""
        if allowed is not None and len(allowed) <= max(count, FEW_ALLOWED):
            return np.intersect1d(allowed, self.keys)
        depth = count if allowed is None else count * len(self) // len(allowed)
        while True:
            depth = min(depth, len(self))
            near: Keys = self.keys[_by_codes(self._codes, vector.reshape(1, -1), depth)[0]]
            if allowed is not None:
                near = near[np.isin(near, allowed)][:count]
            if len(near) >= count or depth == len(self):
                return near
            depth *= 2

    def _rows(self, keys: Keys) -> dict[int, bytes]:
        """Return the vectors of these passages in half precision; those without one are left out."""
        known = {key: row for key in keys.tolist() if (row := self._known.get(key)) is not None}
        missing = np.array(sorted(set(keys.tolist()) - known.keys()), dtype=np.int64)
        if len(missing):
            if len(self._known) > VECTORS_KEPT:
                self._known.clear()
            found, vectors = self._vectors_of(missing)
            packed = self._packed.sa_encode(np.ascontiguousarray(vectors)) if len(found) else []
            new = dict(zip(found.tolist(), map(bytes, packed), strict=True))
            self._known.update(new)
            known |= new
        return known

    def _cosines(self, vector: Scores, keys: Keys, rows: dict[int, bytes]) -> Scores:
        if not len(keys):
            return np.zeros(0, dtype=np.float32)
        none = bytes(self._packed.code_size)
        packed = b"".join([rows.get(key, none) for key in keys.tolist()])
        vectors: Vectors = self._packed.sa_decode(np.frombuffer(packed, dtype=np.uint8).reshape(len(keys), -1))
        return vectors @ vector


def _half_precision(dimension: int) -> Any:
    """Return an index in half precision: more precise than the stored vectors, in half the memory of floats."""
    import faiss

    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _in_batches(keys: Keys, vectors_of: VectorsOf) -> Iterator[tuple[Keys, Vectors]]:
    return (vectors_of(keys[start : start + _BATCH]) for start in range(0, len(keys), _BATCH))


# Codes


def laid_out(
    living: Keys,
    mark: str,
    before: Layout | None,
    vectors_of: VectorsOf,
    questions: Callable[[], Vectors],
) -> Layout:
    """Return the layout of the living passages: if they are many, with codes, whose recall `questions` measure.

    The levels of `before` are kept until there are more than four times as many passages as they were learnt from.
    """
    _keep_to_one_thread()
    if len(living) <= EXACT_UP_TO:
        return Layout(mark, living, np.zeros((len(living), 0), dtype=np.uint8), np.zeros((0, 4), dtype=np.float32))
    if before is not None and len(before.levels) and len(living) <= 4 * before.learnt_from:
        stay = np.isin(before.keys, living)
        new, codes = _coded(before.levels, np.setdiff1d(living, before.keys, assume_unique=True), vectors_of)
        keys = np.concatenate([before.keys[stay], new])
        order = np.argsort(keys)
        return before._replace(mark=mark, keys=keys[order], codes=np.concatenate([before.codes[stay], codes])[order])
    levels = _learnt_levels(living, vectors_of)
    nearest = Nearest(questions(), _NEAREST)
    keys, codes = _coded(levels, living, nearest.watched(vectors_of))
    return _measured(Layout(mark, keys, codes, levels, len(living)), nearest)


def _keep_to_one_thread() -> None:
    """Limit FAISS to one thread: for searching and encoding alike, more only wait for each other on a busy machine."""
    import faiss

    faiss.omp_set_num_threads(1)


def _learnt_levels(keys: Keys, vectors_of: VectorsOf) -> NDArray[np.float32]:
    """Return the levels of each number, from its mean and standard deviation over some of the passages."""
    some = np.random.default_rng(0).choice(keys, min(len(keys), _LEARNT_FROM), replace=False)
    vectors = _padded(vectors_of(np.sort(some))[1])
    levels: NDArray[np.float32] = vectors.mean(axis=0)[:, None] + vectors.std(axis=0)[:, None] * _LEVELS
    return levels


def _padded(vectors: Vectors) -> Vectors:
    """Return the vectors, with zeros appended so that their codes fill whole bytes."""
    return np.ascontiguousarray(np.pad(vectors, ((0, 0), (0, -vectors.shape[1] % _NUMBERS_IN_BYTE))))


def _coded(levels: NDArray[np.float32], keys: Keys, vectors_of: VectorsOf) -> tuple[Keys, NDArray[np.uint8]]:
    """Return the passages that have a vector, and a row of codes for each."""
    found, codes = [keys[:0]], [np.zeros((0, len(levels) // _NUMBERS_IN_BYTE), dtype=np.uint8)]
    bounds = (levels[:, 1:] + levels[:, :-1]) / np.float32(2)
    for some, vectors in _in_batches(keys, vectors_of):
        if len(some):
            found.append(some)
            codes.append(_to_codes(bounds, _padded(vectors)))
    return np.concatenate(found), np.concatenate(codes)


def _to_codes(bounds: NDArray[np.float32], vectors: Vectors) -> NDArray[np.uint8]:
    """Return a row of codes for each vector, four to a byte, the first in the lowest bits."""
    nearest = np.zeros(vectors.shape, dtype=np.uint8)
    for bound in bounds.T:
        nearest += vectors > bound
    first, second, third, fourth = (nearest[:, number::_NUMBERS_IN_BYTE] for number in range(_NUMBERS_IN_BYTE))
    return np.asarray(first | second << 2 | third << 4 | fourth << 6, dtype=np.uint8)


def _searched(layout: Layout) -> Any:
    """Return what compares codes with a question (fast scan; André, Kermarrec and Le Scouarnec, 2015).

    It knows half a byte as one of 16 pairs of values.
    """
    import faiss

    numbers, values = layout.levels.shape
    pairs = np.stack([np.tile(layout.levels[::2], values), np.repeat(layout.levels[1::2], values, axis=1)], axis=2)
    coder: Any = faiss.IndexPQ(numbers, numbers // 2, 4, faiss.METRIC_INNER_PRODUCT)
    faiss.copy_array_to_vector(pairs.reshape(-1), coder.pq.centroids)
    faiss.copy_array_to_vector(layout.codes.reshape(-1), coder.codes)
    coder.ntotal, coder.is_trained = len(layout.keys), True
    return faiss.IndexPQFastScan(coder)


def _by_codes(codes: Any, questions: Vectors, count: int) -> Keys:
    """Return the positions of the nearest codes, best first, a row for each question."""
    places: Keys = codes.search(_padded(questions), count)[1]
    return places


def _measured(layout: Layout, nearest: Nearest) -> Layout:
    """Return the layout with the smallest tried `looked_at` that reaches `ENOUGH_RECALL`, and its recall."""
    codes = _searched(layout)
    looked_at = _LOOKED_AT
    while True:
        count = min(looked_at * _NEAREST, len(layout.keys))
        found = layout.keys[_by_codes(codes, nearest.questions, count)]
        shared = sum(len(np.intersect1d(one, other)) for one, other in zip(nearest.keys, found, strict=True))
        if shared >= ENOUGH_RECALL * nearest.keys.size or count == len(layout.keys):
            return layout._replace(looked_at=looked_at, recall=shared / nearest.keys.size)
        looked_at *= 2
