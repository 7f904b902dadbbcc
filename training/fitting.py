"""Fit a logistic regression by scikit-learn, and a conditional logit among the candidates of each case by scipy.

Knows only numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def least_value(values: Matrix, truth: Matrix, share: float) -> float:
    """Return the smallest value from which on the share of true cases, rising with the value, reaches `share`.

    Isotonic regression by scikit-learn, rounded down to a whole number, since a few hundred cases allow no more
    precision. It is the greatest value if the share stays below, and 0 if there are no values.
    """
    from sklearn.isotonic import IsotonicRegression

    if not len(values):
        return 0.0
    rising = IsotonicRegression().fit_transform(values, truth)
    return float(np.floor(min(values[rising >= share], default=max(values))))


def logistic(features: Matrix, truth: Matrix, weight: Matrix, ridge: float) -> Matrix:
    """Return the weights of a ridge logistic regression without intercept; each case has one row of features."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / ridge, fit_intercept=False, solver="newton-cholesky", tol=1e-8)
    fitted: Matrix = model.fit(features, truth, sample_weight=weight).coef_[0]
    return fitted


@dataclass
class Choices:
    """Cases, each with rows of features to choose from, and how right each row is (at most 1)."""

    rows: list[Matrix] = field(default_factory=list)
    right: list[Matrix] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)

    def add(self, rows: Sequence[Sequence[float]], right: Sequence[float], weight: float) -> None:
        """Add a case; one without a right row or without a choice is left out."""
        if len(rows) > 1 and max(right) > 0:
            self.rows.append(np.array(rows, dtype=np.float64))
            self.right.append(np.array(right, dtype=np.float64) / max(right))
            self.weight.append(weight)

    def fit(self, ridge: float = 1.0) -> Matrix:
        """Return weights that make the right rows of each case likely: conditional logit, with ridge on scaled rows."""
        from scipy.optimize import minimize

        rows, right = np.vstack(self.rows), np.concatenate(self.right) + 1e-12
        spread = rows.std(axis=0) + 1e-9
        rows = (rows - rows.mean(axis=0)) / spread
        lengths = [len(one) for one in self.rows]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        weight = np.array(self.weight)

        def loss(weights: Matrix) -> tuple[float, Matrix]:
            score = rows @ weights
            odds = np.exp(score - np.repeat(np.maximum.reduceat(score, starts), lengths))
            every, good = np.add.reduceat(odds, starts), np.add.reduceat(odds * right, starts)
            slope = odds / np.repeat(every, lengths) - odds * right / np.repeat(good, lengths)
            gradient = rows.T @ (slope * np.repeat(weight, lengths)) + ridge * weights
            return float(weight @ np.log(every / good) + ridge / 2 * weights @ weights), gradient

        fitted: Matrix = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x / spread
        return fitted
