"""Is a confidence worth what it says? Of the replies given with a confidence near .8, four in five should be right.

The expected calibration error (Guo et al., ICML 2017) is the mean over replies of |share right - mean confidence| of
the bin that a reply is in, with ten bins of equal width. It knows confidences and outcomes, and nothing of texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from eval.spans import Outcome
from eval.tables import table

BINS = 10


@dataclass(frozen=True)
class Confident:
    """A reply as it is judged here, and whether its question has an answer."""

    confidence: float
    outcome: Outcome
    answerable: bool = field(kw_only=True)


@dataclass(frozen=True)
class Bin:
    """The given replies whose confidence is in one tenth: how many, their mean confidence, the share that is right."""

    count: int
    confidence: float
    right: float


def bins(replies: Sequence[Confident]) -> list[Bin]:
    """Return the bins that have replies, the lowest confidence first; declined questions have no reply to be right."""
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
    """Return the error over all bins' replies, 0 where there is none."""
    total = sum(one.count for one in found)
    return sum(one.count * abs(one.right - one.confidence) for one in found) / total if total else 0.0


def reliability_table(sets: Mapping[str, Sequence[Confident]]) -> str:
    """Return one row a set of questions; of those with an answer some are lost, of those without some declined."""
    counted = ["with an answer", "lost", "without", "declined", "replies"]
    header = ["confidence", *counted, "right", "mean confidence", "calibration error"]
    return table(header, [[name, *_row(replies)] for name, replies in sets.items()])


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
