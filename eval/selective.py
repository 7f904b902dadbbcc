"""What a threshold on confidence gains and costs: how wrong the surest replies are, and what it would decline.

Risk is the share of wrong ones among the replies that are given, coverage the share of the replies that are (Geifman &
El-Yaniv, NeurIPS 2017); the area under the curve of both is the mean of the risk over all coverages (AURC; Geifman,
Uziel & El-Yaniv, ICLR 2019). A threshold may lie below or above the one that replies were declined by: a declined reply
counts with its confidence too. It knows confidences and outcomes, and nothing of texts.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from eval.reliability import Confident
from eval.tables import table

COVERAGES = (0.2, 0.4, 0.6, 0.8, 1.0)
LOST = (0.05, 0.1)


def risks(replies: Sequence[Confident]) -> list[float]:
    """Return the risk of giving only the surest reply, the two surest, and so on; equally sure ones share theirs."""
    given = sorted((one for one in replies if one.outcome != "declined"), key=lambda one: -one.confidence)
    wrong: list[float] = []
    for _, group in itertools.groupby(given, key=lambda one: one.confidence):
        outcomes = [one.outcome == "wrong" for one in group]
        wrong += [sum(outcomes) / len(outcomes)] * len(outcomes)
    return [total / count for count, total in enumerate(itertools.accumulate(wrong), start=1)]


def area_under_risk(found: Sequence[float]) -> float:
    """Return the mean of the risks; 0 is best."""
    return sum(found) / len(found)


def declined_at(lost: float, replies: Sequence[Confident]) -> float:
    """Return the share of unanswerable questions that the highest threshold declines which loses no more of the others.

    `lost` is that share of the answerable ones, below 1. A threshold declines every reply with a lower confidence; at
    least one question of each sort is needed.
    """
    answerable, unanswerable = _confidences(replies)
    threshold = answerable[int(lost * len(answerable) + 1e-9)]
    return bisect_left(unanswerable, threshold) / len(unanswerable)


def area_under_roc(replies: Sequence[Confident]) -> float:
    """Return how often an answerable question has a higher confidence than an unanswerable one; ties count half."""
    answerable, unanswerable = _confidences(replies)
    below = sum(bisect_left(unanswerable, one) + bisect_right(unanswerable, one) for one in answerable)
    return below / (2 * len(answerable) * len(unanswerable))


def _confidences(replies: Sequence[Confident]) -> tuple[list[float], list[float]]:
    """Confidences of questions with an answer and of those without, the lowest first."""
    return (
        sorted(one.confidence for one in replies if one.answerable),
        sorted(one.confidence for one in replies if not one.answerable),
    )


def risk_table(sets: Mapping[str, Sequence[Confident]]) -> str:
    """Return one row a set of questions: the risk of giving the surest replies only, and the area under it."""
    header = ["wrong among the surest", *(f"{share:.0%}" for share in COVERAGES), "AURC"]
    return table(header, [[name, *_risk_row(risks(replies))] for name, replies in sets.items()])


def _risk_row(found: Sequence[float]) -> list[str]:
    if not found:
        return ["-"] * (len(COVERAGES) + 1)
    shares = [found[max(round(share * len(found)), 1) - 1] for share in COVERAGES]
    return [f"{value:.3f}" for value in (*shares, area_under_risk(found))]


def threshold_table(sets: Mapping[str, Sequence[Confident]]) -> str:
    """Return one row a set that has questions of both sorts: what a threshold declines, and the area under ROC."""
    header = ["unanswerable declined", *(f"at {lost:.0%} of the answerable lost" for lost in LOST), "area under ROC"]
    both = {name: replies for name, replies in sets.items() if len({one.answerable for one in replies}) == 2}
    return table(header, [[name, *_threshold_row(replies)] for name, replies in both.items()])


def _threshold_row(replies: Sequence[Confident]) -> list[str]:
    values = (*(declined_at(lost, replies) for lost in LOST), area_under_roc(replies))
    return [f"{value:.3f}" for value in values]
