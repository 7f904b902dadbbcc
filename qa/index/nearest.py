"""Find the passages nearest to some questions by comparing all. Does not know how passages are searched."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qa.index.rows import Keys

Vectors = NDArray[np.float32]
VectorsOf = Callable[[Keys], tuple[Keys, Vectors]]
"""The stored vectors of passages: (the keys of those that have one, in ascending order; a row for each)."""


class Nearest:
    """The `count` passages nearest to each question, among all whose vectors have been seen.

    `keys` has an unordered row for each question, with -1 for each passage that is missing.
    """

    def __init__(self, questions: Vectors, count: int) -> None:
        self.questions = questions
        self.keys = np.full((len(questions), count), -1, dtype=np.int64)
        self._scores = np.full((len(questions), count), -np.inf, dtype=np.float32)

    def watched(self, vectors_of: VectorsOf) -> VectorsOf:
        """Return the same function, but note the nearest among the vectors that it returns."""

        def watched(wanted: Keys) -> tuple[Keys, Vectors]:
            keys, vectors = vectors_of(wanted)
            self._take(keys, vectors)
            return keys, vectors

        return watched

    def _take(self, keys: Keys, vectors: Vectors) -> None:
        count = self.keys.shape[1]
        scores = np.hstack([self._scores, self.questions @ vectors.T])
        known = np.hstack([self.keys, np.broadcast_to(keys, (len(self.questions), len(keys)))])
        best = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        self._scores, self.keys = (np.take_along_axis(one, best, axis=1) for one in (scores, known))
