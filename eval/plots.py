"""Pictures: the gain or loss of every question in a comparison, and what confidences are worth.

It knows numbers, and nothing of where they come from. matplotlib is loaded here only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from eval.compare import Comparison
from eval.reliability import Bin, expected_calibration_error
from eval.selective import area_under_risk

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = ("#0072b2", "#d55e00")


def plot_comparison(
    path: Path, comparison: Comparison, first: Mapping[str, float], second: Mapping[str, float], measure: str
) -> None:
    """Write a PNG; `first` and `second` are scores by question id."""
    figure = _figure(7, 3)
    axes = figure.add_subplot()
    gains = sorted((first[q] - second[q] for q in first), reverse=True)
    places = range(1, len(gains) + 1)
    axes.fill_between(places, [max(gain, 0.0) for gain in gains], step="mid", color=_COLOURS[0])
    axes.fill_between(places, [min(gain, 0.0) for gain in gains], step="mid", color=_COLOURS[1])
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_ylim(-1.05, 1.05)
    axes.set_xlabel(f"questions ({comparison.version})")
    axes.set_ylabel(f"difference in {measure}")
    counts = f"{comparison.wins:,} better, {comparison.losses:,} worse, {comparison.ties:,} equal"
    axes.set_title(f"{comparison.first} against {comparison.second}: {counts}; {comparison.verdict}", fontsize=9)
    _save(figure, path)


def plot_reliability(path: Path, curves: Mapping[str, Sequence[Bin]]) -> None:
    """Write a PNG: for each curve, the share of right replies over their mean confidence, a point for each bin.

    A point is the larger the more replies its bin has; on the diagonal a confidence is worth what it says.
    """
    figure = _figure(5, 5.4)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle="dotted")
    for (name, found), colour in zip(curves.items(), _COLOURS, strict=False):
        confidences, right = [one.confidence for one in found], [one.right for one in found]
        error = expected_calibration_error(found)
        label = f"{name}: {sum(one.count for one in found):,} replies, calibration error {error:.3f}"
        axes.plot(confidences, right, color=colour, linewidth=1, label=label)
        axes.scatter(confidences, right, s=[20 + 3 * one.count for one in found], color=colour, alpha=0.6)
        for one in found:
            axes.annotate(str(one.count), (one.confidence, one.right), fontsize=7, ha="center", va="center")
    axes.set(xlim=(0, 1.02), ylim=(-0.04, 1.04), xlabel="confidence", ylabel="share of right replies")
    figure.legend(loc="outside upper center", fontsize=8)
    _save(figure, path)


def plot_risks(path: Path, curves: Mapping[str, Sequence[float]]) -> None:
    """Write a PNG: for each curve, the share of wrong replies when the surest n are given, over their share."""
    figure = _figure(5, 5.4)
    axes = figure.add_subplot()
    for (name, found), colour in zip(curves.items(), _COLOURS, strict=False):
        coverages = [count / len(found) for count in range(1, len(found) + 1)]
        area = f"area {area_under_risk(found):.3f}" if found else "no replies"
        axes.plot(coverages, found, color=colour, linewidth=1, label=f"{name}: {len(found):,} replies, {area}")
    axes.set(xlim=(0, 1.02), ylim=(-0.04, 1.04), xlabel="share of replies given", ylabel="share of them that is wrong")
    figure.legend(loc="outside upper center", fontsize=8)
    _save(figure, path)


def _figure(width: float, height: float) -> Figure:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
