"""The dense index beside comparing every vector with numpy: small and exact, large and by lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.index.dense import DENSE_NAME, ENOUGH_RECALL, EXACT_UP_TO, DenseIndex
from qa.index.files import take_place

DIMENSION = 16
COUNT = EXACT_UP_TO + 2_500


def unit_vectors(count: int, seed: int) -> NDArray[np.float32]:
    """Around a hundred centres, as texts are around topics; exact in half precision."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(100, DIMENSION))
    rows = centres[generator.integers(0, 100, count)] + 0.5 * generator.normal(size=(count, DIMENSION))
    unit: NDArray[np.float32] = (
        (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
    )
    return unit


VECTORS = unit_vectors(COUNT, 1)
KEYS = np.arange(COUNT, dtype=np.int64) * 3 + 1


def nearest(query: NDArray[np.float32], keys: NDArray[np.int64], k: int) -> list[int]:
    """The keys of the highest inner products among the given ones, by comparing all."""
    scores = VECTORS[(keys - 1) // 3] @ query
    return [int(keys[place]) for place in np.argsort(-scores, kind="stable")[:k]]


def save(index: DenseIndex, folder: Path) -> None:
    index.save_beside(folder, "0123456789abcdef")
    take_place(folder / DENSE_NAME)


@pytest.fixture(scope="module")
def large() -> DenseIndex:
    flat = DenseIndex.empty(DIMENSION)
    flat.add(KEYS, VECTORS)
    return flat.suited()


def test_few_vectors_are_each_compared() -> None:
    index = DenseIndex.empty(DIMENSION)
    index.add(KEYS[:1000], VECTORS[:1000])
    assert index.suited() is index
    assert (index.lists, index.recall) == (0, 1.0)
    for query in unit_vectors(20, 2):
        assert index.candidates(query, 10, None)[0].tolist() == nearest(query, KEYS[:1000], 10)


def test_many_are_searched_by_lists_with_a_measured_recall(large: DenseIndex) -> None:
    assert (large.lists, len(large)) == (229, COUNT)
    assert ENOUGH_RECALL <= large.recall <= 1
    assert large.suited() is large
    queries = unit_vectors(200, 3)
    shared = [len(set(large.candidates(one, 10, None)[0].tolist()) & set(nearest(one, KEYS, 10))) for one in queries]
    assert sum(shared) / (10 * len(queries)) > 0.97


def test_scores_of_lists_are_inner_products(large: DenseIndex) -> None:
    query = unit_vectors(1, 4)[0]
    keys, scores = large.candidates(query, 10, None)
    assert scores == pytest.approx(VECTORS[(keys - 1) // 3] @ query, abs=1e-3)
    assert large.scores(query, keys) == pytest.approx(scores, abs=1e-3)


def test_filters_within_lists_are_exact(large: DenseIndex) -> None:
    allowed = KEYS[::997]
    for query in unit_vectors(20, 5):
        assert large.candidates(query, 5, allowed)[0].tolist() == nearest(query, allowed, 5)


def test_lists_are_saved_with_their_recall(large: DenseIndex, tmp_path: Path) -> None:
    save(large, tmp_path)
    loaded = DenseIndex.load(tmp_path)
    assert loaded is not None
    assert (loaded.mark, loaded.lists, len(loaded)) == ("0123456789abcdef", large.lists, COUNT)
    assert loaded.recall == pytest.approx(large.recall)
    assert loaded.keys.tolist() == KEYS.tolist()
    query = unit_vectors(1, 6)[0]
    assert loaded.candidates(query, 10, None)[0].tolist() == large.candidates(query, 10, None)[0].tolist()


def test_what_is_removed_is_gone_and_few_are_exact_again(tmp_path: Path) -> None:
    flat = DenseIndex.empty(DIMENSION)
    flat.add(KEYS, VECTORS)
    index = flat.suited()
    index.remove(KEYS[5000:])
    assert index.keys.tolist() == KEYS[:5000].tolist()
    small = index.suited()
    assert (small.lists, small.recall) == (0, 1.0)
    query = VECTORS[6000]
    assert small.candidates(query, 10, None)[0].tolist() == nearest(query, KEYS[:5000], 10)


@pytest.mark.parametrize("at", [-1, -5, -12, -25])
def test_a_damaged_trailer_is_a_damaged_file(tmp_path: Path, at: int) -> None:
    index = DenseIndex.empty(DIMENSION)
    index.add(KEYS[:10], VECTORS[:10])
    save(index, tmp_path)
    assert DenseIndex.load(tmp_path) is not None
    file = tmp_path / DENSE_NAME
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)
    assert DenseIndex.load(tmp_path) is None


def test_more_than_the_nearest_lists_hold_may_be_asked_for(large: DenseIndex) -> None:
    keys, _ = large.candidates(VECTORS[0], COUNT, None)
    assert sorted(keys.tolist()) == KEYS.tolist()
