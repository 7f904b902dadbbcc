"""Fusing two searches' scores of the same passages into one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


def standard_scores(scores: Scores) -> Scores:
    """(score - mean) / standard deviation over the candidates; all 0 when they are all equal."""
    spread = scores.std()
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(lexical: Scores, dense: Scores, dense_share: float) -> Scores:
    """The weighted mean of both standard scores; ranks alone would let a weak search outvote a sure one."""
    return (1 - dense_share) * standard_scores(lexical) + dense_share * standard_scores(dense)
