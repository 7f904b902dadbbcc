"""What a confidence is worth: the share of right replies at each, and what a threshold on it gains and costs.

Of the replies given with a confidence near .8, four in five should be right. The expected calibration error (Guo et
al., ICML 2017) is the mean over replies of |share right - mean confidence| of the bin that a reply is in, with ten bins
of equal width.

Risk is the share of wrong ones among the replies that are given, coverage the share of the replies that are (Geifman &
El-Yaniv, NeurIPS 2017); the area under the curve of both is the mean of the risk over all coverages (AURC; Geifman,
Uziel & El-Yaniv, ICLR 2019). A threshold may lie below or above the one that replies were declined by: a declined reply
counts with its confidence too. It knows confidences and outcomes, and nothing of texts.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.output import Table
from eval.spans import Outcome

BINS = 10


@dataclass(frozen=True)
class Confident:
    """A reply's confidence and outcome, and whether its question has an answer."""

    confidence: float
    outcome: Outcome
    answerable: bool = field(kw_only=True)


@dataclass(frozen=True)
class Bin:
    """The replies given with a confidence in one tenth: their number, mean confidence and the share that is right."""

    count: int
    confidence: float
    right: float


def bins(replies: Sequence[Confident]) -> list[Bin]:
    """Return the bins that are not empty, the lowest confidence first; declined questions are in none."""
    groups: dict[int, list[Confident]] = {}
    for reply in replies:
        if reply.outcome != "declined":
            groups.setdefault(min(int(reply.confidence * BINS), BINS - 1), []).append(reply)
    return [
        Bin(
            len(group),
            sum(reply.confidence for reply in group) / len(group),
            sum(reply.outcome == "right" for reply in group) / len(group),
        )
        for _, group in sorted(groups.items())
    ]


def expected_calibration_error(found: Sequence[Bin]) -> float:
    """Return the expected calibration error over all bins, 0 without any reply."""
    total = sum(one.count for one in found)
    return sum(one.count * abs(one.right - one.confidence) for one in found) / total if total else 0.0


def reliability_table(sets: Mapping[str, Sequence[Confident]]) -> Table:
    """Return one row per set of questions: how many with an answer were lost, and how many without one declined."""
    counted = ["with an answer", "lost", "without", "declined", "replies"]
    header = ["confidence", *counted, "right", "mean confidence", "calibration error"]
    return Table(header, [[name, *_row(replies)] for name, replies in sets.items()])


def bins_table(sets: Mapping[str, Sequence[Confident]]) -> Table:
    """Return one row per set and tenth of confidence: how many replies were given, and how many were right."""
    rows = [
        [
            f"{name}, {int(one.confidence * BINS) / BINS:.1f}",
            f"{one.count:,}",
            f"{one.confidence:.3f}",
            f"{one.right:.3f}",
        ]
        for name, replies in sets.items()
        for one in bins(replies)
    ]
    return Table(["confidence from", "replies", "mean confidence", "right"], rows)


def _row(replies: Sequence[Confident]) -> list[str]:
    found = bins(replies)
    given = sum(one.count for one in found)
    counts = Counter((reply.answerable, reply.outcome == "declined") for reply in replies)
    numbers = [number for a in (True, False) for number in (counts[a, True] + counts[a, False], counts[a, True])]
    shown = [f"{number:,}" for number in (*numbers, given)]
    if not given:
        return [*shown, "-", "-", "-"]
    right = sum(one.count * one.right for one in found) / given
    confidence = sum(one.count * one.confidence for one in found) / given
    return [*shown, *(f"{value:.3f}" for value in (right, confidence, expected_calibration_error(found)))]


COVERAGES = (0.2, 0.4, 0.6, 0.8, 1.0)
LOST = (0.05, 0.1)


def risks(replies: Sequence[Confident]) -> list[float]:
    """Return the risk of giving only the surest reply, the two surest, and so on; equally sure ones share one risk."""
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
    """Return the share of unanswerable questions that a threshold on the confidence can decline.

    It is the highest threshold that declines at most the share `lost`, below 1, of the answerable ones. A threshold
    declines every reply with a lower confidence; there must be at least one question of each sort.
    """
    answerable = sorted(one.confidence for one in replies if one.answerable)
    threshold = answerable[int(lost * len(answerable) + 1e-9)]
    below = [one.confidence < threshold for one in replies if not one.answerable]
    return sum(below) / len(below)


def area_under_roc(replies: Sequence[Confident]) -> float:
    """Return how often an answerable question has a higher confidence than an unanswerable one; ties count half."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([one.answerable for one in replies], [one.confidence for one in replies]))


def risk_table(sets: Mapping[str, Sequence[Confident]]) -> Table:
    """Return one row per set of questions: the risk of giving only the surest replies, and the area under its curve."""
    header = ["wrong among the surest", *(f"{share:.0%}" for share in COVERAGES), "AURC"]
    return Table(header, [[name, *_risk_row(risks(replies))] for name, replies in sets.items()])


def _risk_row(found: Sequence[float]) -> list[str]:
    if not found:
        return ["-"] * (len(COVERAGES) + 1)
    shares = [found[max(round(share * len(found)), 1) - 1] for share in COVERAGES]
    return [f"{value:.3f}" for value in (*shares, area_under_risk(found))]


def threshold_table(sets: Mapping[str, Sequence[Confident]]) -> Table:
    """Return one row per set with questions of both sorts: what a threshold declines, and the area under ROC."""
    header = ["unanswerable declined", *(f"at {lost:.0%} of the answerable lost" for lost in LOST), "area under ROC"]
    both = {name: replies for name, replies in sets.items() if len({one.answerable for one in replies}) == 2}
    return Table(header, [[name, *_threshold_row(replies)] for name, replies in both.items()])


def _threshold_row(replies: Sequence[Confident]) -> list[str]:
    values = (*(declined_at(lost, replies) for lost in LOST), area_under_roc(replies))
    return [f"{value:.3f}" for value in values]
