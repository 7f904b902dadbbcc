"""Fitting by Newton's method and by gradient: logistic regression, and choice among the candidates of each case.

Knows numbers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def logistic(features: Matrix, truth: Matrix, weight: Matrix | None = None, ridge: float = 1.0) -> Matrix:
    """Weights of a ridge logistic regression without intercept; one row of features a case."""
    weights = np.zeros(features.shape[1])
    weight = np.ones(len(features)) if weight is None else weight
    for _ in range(30):
        chance = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (weight * (truth - chance)) - ridge * weights
        spread = weight * chance * (1 - chance)
        curvature = (features * spread[:, None]).T @ features + ridge * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


@dataclass
class Choices:
    """Cases, each with rows of features to choose from, and how right each row is (at most 1)."""

    rows: list[Matrix] = field(default_factory=list)
    right: list[Matrix] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)

    def add(self, rows: Sequence[Sequence[float]], right: Sequence[float], weight: float) -> None:
        """Adds a case; one without a right row, or with nothing to choose from, teaches nothing."""
        if len(rows) > 1 and max(right) > 0:
            self.rows.append(np.array(rows, dtype=np.float64))
            self.right.append(np.array(right, dtype=np.float64) / max(right))
            self.weight.append(weight)

    def fit(self, ridge: float = 1.0, steps: int = 400, rate: float = 0.1) -> Matrix:
        """Weights that make the right rows of each case likely (softmax over its rows), by Adam."""
        rows, right = np.vstack(self.rows), np.concatenate(self.right) + 1e-12
        spread = rows.std(axis=0) + 1e-9
        rows = (rows - rows.mean(axis=0)) / spread
        lengths = [len(one) for one in self.rows]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        weight = np.repeat(self.weight, lengths)

        def shares(values: Matrix) -> Matrix:
            total: Matrix = np.repeat(np.add.reduceat(values, starts), lengths)
            return values / total

        weights, slope, square = (np.zeros(rows.shape[1]) for _ in range(3))
        for step in range(1, steps + 1):
            score = rows @ weights
            odds = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), lengths))
            gradient = rows.T @ ((shares(odds) - shares(odds * right)) * weight) + ridge * weights
            slope = 0.9 * slope + 0.1 * gradient
            square = 0.999 * square + 0.001 * gradient**2
            weights -= rate * (slope / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        fitted: Matrix = weights / spread
        return fitted


def calibration_error(chances: Matrix, truth: Matrix, bins: int = 10) -> float:
    """Expected calibration error: how far the mean chance is from the share of the true, over bins of equal width."""
    which = np.minimum((chances * bins).astype(int), bins - 1)
    parts = [(which == number) for number in range(bins)]
    gaps = [abs(chances[part].mean() - truth[part].mean()) * part.mean() for part in parts if part.any()]
    return float(sum(gaps))
