"""One picture for each comparison: the gain or loss of every question, from the greatest to the smallest.

It knows numbers per question, and nothing of where they come from. matplotlib is loaded here only.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eval.compare import Comparison


def plot_comparison(
    path: Path, comparison: Comparison, first: Mapping[str, float], second: Mapping[str, float], measure: str
) -> None:
    """Write a PNG; `first` and `second` are scores by question id."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    path.parent.mkdir(parents=True, exist_ok=True)
    gains = sorted((first[q] - second[q] for q in first), reverse=True)
    figure = Figure(figsize=(7, 3), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    places = range(1, len(gains) + 1)
    axes.fill_between(places, [max(gain, 0.0) for gain in gains], step="mid", color="#0072b2")
    axes.fill_between(places, [min(gain, 0.0) for gain in gains], step="mid", color="#d55e00")
    axes.axhline(0, color="black", linewidth=0.8)
    axes.set_ylim(-1.05, 1.05)
    axes.set_xlabel(f"questions ({comparison.version})")
    axes.set_ylabel(f"difference in {measure}")
    verdict = "established" if comparison.established else "not established"
    counts = f"{comparison.wins:,} better, {comparison.losses:,} worse, {comparison.ties:,} equal"
    axes.set_title(f"{comparison.first} against {comparison.second}: {counts}; {verdict}", fontsize=9)
    figure.savefig(path, dpi=120)
