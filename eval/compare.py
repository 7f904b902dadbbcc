"""Is a difference between two systems established? A paired randomisation test, corrected by Holm's method.

It knows numbers per question, and nothing of where they come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eval.errors import EmptySetError
from eval.progress import progress

LEVEL = 0.05
_ROUNDS = 20_000
_SEED = 20_231


class Pair(NamedTuple):
    """Two systems to compare in one version of the questions: scores by question id, the same ids in both."""

    version: str
    first: str
    second: str
    first_scores: Mapping[str, float]
    second_scores: Mapping[str, float]


@dataclass(frozen=True)
class Comparison:
    """One pair and what can be said of it; `p` is before and `adjusted` after Holm's correction."""

    version: str
    first: str
    second: str
    difference: float
    wins: int
    losses: int
    ties: int
    p: float
    adjusted: float

    @property
    def established(self) -> bool:
        """Whether chance is an unlikely reason, over the whole family of comparisons."""
        return self.adjusted < LEVEL

    @property
    def verdict(self) -> str:
        """Established or not established."""
        return "established" if self.established else "not established"

    @property
    def shown_p(self) -> str:
        """The p after Holm's correction, to four places."""
        return f"{self.adjusted:.4f}" if self.adjusted >= 0.0001 else "0.0001 or less"

    def words(self, measure: str) -> str:
        """Say the result in one sentence."""
        questions = f"{self.wins + self.losses + self.ties:,} questions"
        if not self.established:
            return (
                f"No difference between {self.first} and {self.second} is established: the {questions} leave "
                f"{self.difference:+.4f} {measure} within chance (p = {self.shown_p})."
            )
        better, worse = (self.first, self.second) if self.difference > 0 else (self.second, self.first)
        return (
            f"{better} is better than {worse}: {abs(self.difference):.4f} {measure} over {questions} "
            f"(p = {self.shown_p}). This is established."
        )


def randomisation_test(differences: Sequence[float]) -> float:
    """Return the two-sided p of a paired randomisation test: how often random signs give a mean as far from zero.

    The observed signs count as one round, so p is never zero: (1 + extreme rounds) / (1 + rounds). The same
    differences give the same p. Formula: Smucker, Allan and Carterette, CIKM 2007.
    """
    values = np.asarray(differences, dtype=np.float64)
    if not len(values):
        raise EmptySetError("a comparison", "it has no questions")
    values = values[values != 0]
    observed = abs(values.sum())
    generator = np.random.default_rng(_SEED)
    extreme = 0
    for rounds in _portions(_ROUNDS, len(values)):
        signs = generator.integers(0, 2, size=(rounds, len(values)), dtype=np.int8) * 2 - 1
        # A hair of slack: sums of the same numbers in another order differ in the last bit.
        extreme += int(np.count_nonzero(np.abs(signs @ values) >= observed - 1e-9))
    return (1 + extreme) / (1 + _ROUNDS)


def _portions(total: int, width: int) -> list[int]:
    """Split the rounds so that one matrix of signs stays near eight million entries."""
    size = max(1, min(total, 8_000_000 // max(1, width)))
    return [min(size, total - start) for start in range(0, total, size)]


def holm(ps: Sequence[float]) -> list[float]:
    """Return p values adjusted for their number by Holm's step-down method, in the order given."""
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for place, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[i]))
        adjusted[i] = highest
    return adjusted


def compare(pairs: Sequence[Pair]) -> list[Comparison]:
    """Test every pair; all of them are one family for Holm's correction."""
    differences = [[pair.first_scores[q] - pair.second_scores[q] for q in pair.first_scores] for pair in pairs]
    ps = [randomisation_test(values) for values in progress(differences, "comparisons")]
    return [
        Comparison(
            *pair[:3],
            difference=sum(values) / len(values),
            wins=sum(value > 0 for value in values),
            losses=sum(value < 0 for value in values),
            ties=sum(value == 0 for value in values),
            p=p,
            adjusted=adjusted,
        )
        for pair, values, p, adjusted in zip(pairs, differences, ps, holm(ps), strict=True)
    ]
