"""Is a difference between two systems established? A paired randomisation test, corrected by Holm's method.

It knows numbers per question, and nothing of where they come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eval.errors import EmptySetError
from eval.output import progress

LEVEL = 0.05
_ROUNDS = 20_000
_SEED = 20_231
_AT_ONCE = 8_000_000  # signs in memory


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

    Exact where there are few enough patterns of signs, else from 20,000 of them drawn with a fixed seed, so that the
    same differences give the same p. Source: Smucker, Allan and Carterette, CIKM 2007; computed by scipy.
    """
    from scipy.stats import permutation_test

    if not differences:
        raise EmptySetError("a comparison", "it has no questions")
    if len(differences) == 1:  # either sign is as far from zero
        return 1.0
    tested = permutation_test(
        (np.array(differences),),
        np.mean,
        permutation_type="samples",
        n_resamples=_ROUNDS,
        batch=max(1, _AT_ONCE // len(differences)),
        rng=np.random.default_rng(_SEED),
    )
    return float(tested.pvalue)


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
