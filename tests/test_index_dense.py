"""The dense index beside comparing every vector with numpy: small and exact, large and by codes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.index.dense import ENOUGH_RECALL, EXACT_UP_TO, QUESTIONS, DenseIndex, dense_index, laid_out
from qa.index.files import take_place
from qa.index.layout import DENSE_NAME, Layout, read_layout, write_layout

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
    return laid_out(keys, MARK, before, vectors_of, lambda: unit_vectors(QUESTIONS, 9))


def filled(keys: NDArray[np.int64]) -> DenseIndex:
    return dense_index(layout(keys), vectors_of, DIMENSION)


@pytest.fixture(scope="module")
def coded() -> Layout:
    return layout(KEYS)


@pytest.fixture(scope="module")
def large(coded: Layout) -> DenseIndex:
    return dense_index(coded, vectors_of, DIMENSION)


def test_few_vectors_are_each_compared() -> None:
    index = filled(KEYS[:1000])
    assert (layout(KEYS[:1000]).codes.shape, index.recall) == ((1000, 0), 1.0)
    for query in unit_vectors(20, 2):
        assert index.candidates(query, 10, None)[0].tolist() == nearest(query, KEYS[:1000], 10)


def test_a_code_is_the_nearest_of_four_levels(coded: Layout) -> None:
    """Where numbers are spread as a normal distribution's, levels stand in the middle of its quarters."""
    away = (VECTORS[:500, :, None] - coded.levels) ** 2
    shifts = np.arange(0, 8, 2)
    stored = (coded.codes[:500, :, None] >> shifts & 3).reshape(500, DIMENSION)
    assert np.array_equal(stored, away.argmin(axis=2))
    known = vectors_of(np.sort(np.random.default_rng(0).choice(KEYS, 4_000, replace=False)))[1]
    assert coded.levels == pytest.approx(
        known.mean(0)[:, None] + known.std(0)[:, None] * [-1.51, -0.4528, 0.4528, 1.51]
    )


def test_many_have_codes_that_find_the_nearest_as_measured(large: DenseIndex, coded: Layout) -> None:
    """With questions that are not those by which the recall was measured."""
    assert (coded.codes.shape, len(large), coded.learnt_from) == ((COUNT, DIMENSION // 4), COUNT, COUNT)
    assert ENOUGH_RECALL <= large.recall <= 1
    queries = unit_vectors(200, 3)
    shared = [len(set(large.candidates(one, 100, None)[0].tolist()) & set(nearest(one, KEYS, 100))) for one in queries]
    assert sum(shared) / (100 * len(queries)) == pytest.approx(large.recall, abs=0.01)


def test_the_recall_is_that_of_the_questions() -> None:
    """Of a layout that must look at more than the least, and of the share of each question's nearest that it finds."""
    asked = unit_vectors(QUESTIONS, 11)
    made = laid_out(KEYS, MARK, None, vectors_of, lambda: asked)
    index = dense_index(made, vectors_of, DIMENSION)
    shared = [len(set(index.candidates(one, 100, None)[0].tolist()) & set(nearest(one, KEYS, 100))) for one in asked]
    assert made.recall == sum(shared) / (100 * QUESTIONS)


def test_scores_of_coded_passages_are_inner_products(large: DenseIndex) -> None:
    query = unit_vectors(1, 4)[0]
    keys, scores = large.candidates(query, 10, None)
    assert scores == pytest.approx(VECTORS[(keys - 1) // 3] @ query, abs=1e-6)
    assert large.scores(query, keys[::-1]) == pytest.approx(scores[::-1], abs=1e-6)


@pytest.mark.parametrize("step", [997, 5, 1])
def test_filters_find_the_nearest_of_the_allowed(large: DenseIndex, step: int) -> None:
    """Few of them are all compared, of many those that are nearest by their codes."""
    allowed = KEYS[::step]
    for query in unit_vectors(20, 5):
        assert large.candidates(query, 5, allowed)[0].tolist() == nearest(query, allowed, 5)


def test_filters_far_from_the_question_are_met(large: DenseIndex) -> None:
    query = unit_vectors(1, 8)[0]
    allowed = np.sort(nearest(-query, KEYS, 2_000))
    assert large.candidates(query, 5, allowed)[0].tolist() == nearest(query, allowed, 5)


def test_a_layout_is_read_as_it_was_written(coded: Layout, tmp_path: Path) -> None:
    save(coded, tmp_path)
    read = read_layout(tmp_path)
    assert read is not None
    numbers = (read.mark, read.learnt_from, read.looked_at, read.recall)
    assert numbers == (MARK, COUNT, coded.looked_at, coded.recall)
    for one, other in ((read.keys, KEYS), (read.codes, coded.codes), (read.levels, coded.levels)):
        assert np.array_equal(one, other)


def save(written: Layout, folder: Path) -> None:
    write_layout(folder, written)
    take_place(folder / DENSE_NAME)


class Asked:
    """Gives vectors, and remembers the keys that it was asked for."""

    def __init__(self) -> None:
        self.keys: list[int] = []

    def __call__(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        self.keys.extend(keys.tolist())
        return vectors_of(keys)


@pytest.mark.parametrize("count", [3_000, COUNT])
def test_what_changed_is_all_that_is_read_and_the_one_before_stays(count: int) -> None:
    """A generation in which some are gone and others came, made of the one before it: as if made of all vectors."""
    first = layout(KEYS[: count - 500])
    before = dense_index(first, vectors_of, DIMENSION)
    queries = unit_vectors(20, 7)
    earlier = [before.candidates(query, 10, None)[0].tolist() for query in queries]
    asked, now = Asked(), KEYS[700:count]
    changed = laid_out(now, MARK, first, asked, lambda: queries)
    index = dense_index(changed, asked, DIMENSION, before)
    assert set(asked.keys) == set(KEYS[count - 500 : count].tolist())
    whole = dense_index(changed, vectors_of, DIMENSION)
    for query, found in zip(queries, earlier, strict=True):
        assert index.candidates(query, 10, None)[0].tolist() == whole.candidates(query, 10, None)[0].tolist()
        assert index.candidates(query, 10, None)[0].tolist() == nearest(query, now, 10)
        assert before.candidates(query, 10, None)[0].tolist() == found
    assert index.keys.tolist() == now.tolist()
    assert before.keys.tolist() == KEYS[: count - 500].tolist()


def test_vectors_of_coded_passages_are_read_when_they_are_needed_and_once(coded: Layout) -> None:
    asked = Asked()
    index = dense_index(coded, asked, DIMENSION)
    assert asked.keys == []
    query = unit_vectors(1, 10)[0]
    first = index.candidates(query, 10, None)
    assert len(asked.keys) == 100 * coded.looked_at
    again = dense_index(coded, asked, DIMENSION, index).candidates(query, 10, None)
    assert len(asked.keys) == 100 * coded.looked_at
    assert [part.tolist() for part in again] == [part.tolist() for part in first]


def test_levels_are_learnt_anew_from_four_times_as_many(coded: Layout) -> None:
    few = coded._replace(keys=KEYS[:2_000], codes=coded.codes[:2_000], learnt_from=COUNT // 4 - 1)
    assert layout(KEYS, few).learnt_from == COUNT
    kept = layout(KEYS, few._replace(learnt_from=COUNT // 4 + 1))
    assert kept.learnt_from == COUNT // 4 + 1
    assert np.array_equal(kept.codes, coded.codes)


def test_passages_without_a_vector_are_left_out(coded: Layout) -> None:
    def some(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return vectors_of(keys[keys % 2 == 0])

    even = KEYS[KEYS % 2 == 0]
    made = laid_out(KEYS, MARK, None, some, lambda: unit_vectors(QUESTIONS, 9))
    lost_later = dense_index(coded, some, DIMENSION)
    for query in unit_vectors(5, 12):
        found = dense_index(made, some, DIMENSION).candidates(query, 10, None)[0].tolist()
        assert found == nearest(query, even, 10)
        assert lost_later.candidates(query, 10, None)[0].tolist() == found
    assert made.keys.tolist() == even.tolist()


def test_few_are_exact_again() -> None:
    small = laid_out(KEYS[:5000], MARK, layout(KEYS), vectors_of, lambda: VECTORS[:QUESTIONS])
    assert (len(small.levels), small.recall) == (0, 1.0)
    query = VECTORS[6000]
    index = dense_index(small, vectors_of, DIMENSION)
    assert index.candidates(query, 10, None)[0].tolist() == nearest(query, KEYS[:5000], 10)


def test_vectors_of_an_odd_length_have_codes() -> None:
    def shorter(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        return keys, vectors_of(keys)[1][:, :-1]

    made = laid_out(KEYS, MARK, None, shorter, lambda: unit_vectors(QUESTIONS, 9)[:, :-1])
    query = unit_vectors(1, 13)[0][:-1]
    found = dense_index(made, shorter, DIMENSION - 1).candidates(query, 10, None)[0]
    assert found.tolist() == [int(KEYS[at]) for at in np.argsort(-(VECTORS[:, :-1] @ query), kind="stable")[:10]]


@pytest.mark.parametrize("at", [-1, -5, -12, -25, 30])
def test_a_damaged_file_is_no_layout(tmp_path: Path, at: int) -> None:
    save(layout(KEYS[:10]), tmp_path)
    assert read_layout(tmp_path) is not None
    file = tmp_path / DENSE_NAME
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)
    assert read_layout(tmp_path) is None


def test_as_many_as_there_are_may_be_asked_for(large: DenseIndex) -> None:
    keys, _ = large.candidates(VECTORS[0], COUNT, None)
    assert sorted(keys.tolist()) == KEYS.tolist()
