"""Vectors as they are stored: their direction is kept, to a few parts in a hundred thousand."""

from __future__ import annotations

import numpy as np
import pytest

from qa.index.embeddings import from_half_precision, stored_bytes, to_stored, to_unit


@pytest.mark.parametrize("dimension", [1, 2, 5, 512])
def test_what_is_read_has_the_direction_of_what_was_stored(dimension: int) -> None:
    vectors = np.random.default_rng(1).normal(size=(50, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    stored = to_stored(vectors)
    assert stored.shape == (50, stored_bytes(dimension))
    read = to_unit(stored, dimension)
    assert np.linalg.norm(read, axis=1) == pytest.approx(1, abs=1e-6)
    assert np.abs(read - vectors).max() < 6e-4
    assert np.abs((read - vectors) @ vectors[0]).max() < 3e-4


def test_a_vector_of_nothing_stays_one_and_none_are_none() -> None:
    assert to_unit(to_stored(np.zeros((1, 3), dtype=np.float32)), 3).tolist() == [[0, 0, 0]]
    assert to_unit(to_stored(np.zeros((0, 3), dtype=np.float32)), 3).shape == (0, 3)


def test_the_greatest_numbers_are_exact() -> None:
    read = to_unit(to_stored(np.array([[1, -1, 0, 0]], dtype=np.float32)), 4)
    assert read[0] == pytest.approx([0.5**0.5, -(0.5**0.5), 0, 0], abs=1e-6)


def test_half_precision_becomes_what_would_be_stored_anew() -> None:
    vectors = np.random.default_rng(2).normal(size=(9, 7)).astype(np.float32)
    digests = [bytes([number]) * 32 for number in range(9)]
    halves = [row.tobytes() for row in vectors.astype(np.float16)]
    brought_up = list(from_half_precision(zip(digests, halves, strict=True)))
    assert brought_up == [(bytes([n]) * 16, row.tobytes()) for n, row in enumerate(to_stored(vectors))]
