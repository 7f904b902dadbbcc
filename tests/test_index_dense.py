"""The dense index beside comparing every vector with numpy: small and exact, large and by lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.index.dense import (
    DENSE_NAME,
    ENOUGH_RECALL,
    EXACT_UP_TO,
    DenseIndex,
    Layout,
    laid_out,
    read_layout,
    write_layout,
)
from qa.index.files import take_place

DIMENSION = 16
COUNT = EXACT_UP_TO + 2_500
MARK = "0123456789abcdef"


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


def vectors_of(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    return keys, VECTORS[(keys - 1) // 3]


def layout(keys: NDArray[np.int64], before: Layout | None = None) -> Layout:
    return laid_out(keys, MARK, before, vectors_of, DIMENSION)


def filled(keys: NDArray[np.int64]) -> DenseIndex:
    return DenseIndex.of(layout(keys), vectors_of, DIMENSION)


@pytest.fixture(scope="module")
def lists() -> Layout:
    return layout(KEYS)


@pytest.fixture(scope="module")
def large(lists: Layout) -> DenseIndex:
    return DenseIndex.of(lists, vectors_of, DIMENSION)


def test_few_vectors_are_each_compared() -> None:
    index = filled(KEYS[:1000])
    assert (index.lists, index.recall) == (0, 1.0)
    for query in unit_vectors(20, 2):
        assert index.candidates(query, 10, None)[0].tolist() == nearest(query, KEYS[:1000], 10)


def test_many_are_searched_by_lists_with_a_measured_recall(large: DenseIndex, lists: Layout) -> None:
    assert (large.lists, len(large)) == (229, COUNT)
    assert ENOUGH_RECALL <= large.recall <= 1
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


def test_a_layout_is_read_as_it_was_written(lists: Layout, tmp_path: Path) -> None:
    save(lists, tmp_path)
    read = read_layout(tmp_path)
    assert read is not None
    assert (read.mark, read.probes, read.recall) == (MARK, lists.probes, lists.recall)
    for one, other in ((read.keys, KEYS), (read.lists, lists.lists), (read.centres, lists.centres)):
        assert np.array_equal(one, other)


def save(written: Layout, folder: Path) -> None:
    write_layout(folder, written)
    take_place(folder / DENSE_NAME)


def test_what_changed_is_all_that_is_read_and_the_one_before_stays(lists: Layout) -> None:
    """A generation in which some are gone and others came, made of the one before it: as if made of all vectors."""
    first = layout(KEYS[:-500])
    assert len(first.centres)
    before = DenseIndex.of(first, vectors_of, DIMENSION)
    asked: list[int] = []

    def counted(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        asked.extend(keys.tolist())
        return vectors_of(keys)

    changed = laid_out(KEYS[700:], MARK, first, counted, DIMENSION)
    index = DenseIndex.of(changed, counted, DIMENSION, before)
    assert set(asked) == set(KEYS[-500:].tolist())
    whole = DenseIndex.of(changed, vectors_of, DIMENSION)
    for query in unit_vectors(20, 7):
        assert index.candidates(query, 10, None)[0].tolist() == whole.candidates(query, 10, None)[0].tolist()
    assert index.keys.tolist() == KEYS[700:].tolist()
    assert before.keys.tolist() == KEYS[:-500].tolist()


def test_each_vector_is_asked_for_once_when_the_centres_are_known() -> None:
    asked: list[int] = []

    def counted(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        asked.extend(keys.tolist())
        return vectors_of(keys)

    made = laid_out(KEYS, MARK, None, counted, DIMENSION)
    trained_on = 229 * 64  # the square root of their number, and so many for each list
    assert len(set(asked[:trained_on])) == trained_on
    assert asked[trained_on:] == KEYS.tolist()
    assert made.lists.tolist() == (VECTORS @ made.centres.T).argmax(axis=1).tolist()


def test_few_are_exact_again() -> None:
    small = laid_out(KEYS[:5000], MARK, layout(KEYS), vectors_of, DIMENSION)
    assert (len(small.centres), small.recall) == (0, 1.0)
    query = VECTORS[6000]
    index = DenseIndex.of(small, vectors_of, DIMENSION)
    assert index.candidates(query, 10, None)[0].tolist() == nearest(query, KEYS[:5000], 10)


@pytest.mark.parametrize("at", [-1, -5, -12, -25, 30])
def test_a_damaged_file_is_no_layout(tmp_path: Path, at: int) -> None:
    save(layout(KEYS[:10]), tmp_path)
    assert read_layout(tmp_path) is not None
    file = tmp_path / DENSE_NAME
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)
    assert read_layout(tmp_path) is None


def test_more_than_the_nearest_lists_hold_may_be_asked_for(large: DenseIndex) -> None:
    keys, _ = large.candidates(VECTORS[0], COUNT, None)
    assert sorted(keys.tolist()) == KEYS.tolist()
