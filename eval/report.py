"""Writing an evaluation down: tables, plots, JSON, and TREC run files in one folder.

It knows numbers, and nothing of how they came about. matplotlib is loaded here only.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING

from eval.evaluation import LEVEL, Comparison, Evaluation, Result, mean
from eval.output import Table, progress
from eval.reliability import Bin, area_under_risk, expected_calibration_error
from eval.runs import write_run
from eval.stress import AS_WRITTEN, changed
from eval.systems import System
from qa.retrieval import RULES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 10
_PASSAGE_CHARACTERS = 300


def write_report(folder: Path, evaluation: Evaluation) -> Path:
    """Write report.md, report.json, plots/*.png and runs/*.run; return the path of report.md."""
    folder.mkdir(parents=True, exist_ok=True)
    for result in evaluation.results:
        write_run(folder / "runs" / f"{_slug(result.run.name)}.{_slug(result.version)}.run", result.run)
    for comparison in progress(evaluation.comparisons, "plots"):
        first, second = _both(evaluation, comparison)
        measure = evaluation.primary
        plot_comparison(folder / _plot(comparison), comparison, first.scores[measure], second.scores[measure], measure)
    (folder / "report.json").write_text(
        json.dumps(evaluation.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    report = folder / "report.md"
    report.write_text(markdown(evaluation), encoding="utf-8")
    return report


def means_table(evaluation: Evaluation, version: str) -> Table:
    """Return one row a system with the mean of every measure."""
    rows = [
        [result.run.name, *(f"{mean(result.scores[name]):.4f}" for name in evaluation.measures)]
        for result in evaluation.of(version)
    ]
    return Table(["system", *evaluation.measures], rows)


def kinds_table(evaluation: Evaluation, version: str = AS_WRITTEN) -> Table:
    """Return one row a kind of question, with the mean of the primary measure of each system."""
    results = evaluation.of(version)
    columns = [evaluation.kinds(result) for result in results]
    rows = [[kind, f"{n:,}", *(f"{column[kind][1]:.4f}" for column in columns)] for kind, (n, _) in columns[0].items()]
    return Table([f"{evaluation.primary} by kind", "questions", *(result.run.name for result in results)], rows)


def stress_table(evaluation: Evaluation) -> Table:
    """Return one row a version: how many questions it changes, and the mean of the primary measure of each system."""
    names = list(dict.fromkeys(result.run.name for result in evaluation.results))
    rows = []
    for version in evaluation.versions():
        found = {result.run.name: mean(result.scores[evaluation.primary]) for result in evaluation.of(version)}
        means = (f"{found[name]:.4f}" if name in found else "-" for name in names)
        rows.append([version, f"{changed(evaluation.questions, version):,}", *means])
    return Table([f"{evaluation.primary} by version", "questions changed", *names], rows)


def markdown(evaluation: Evaluation) -> str:
    """Return the whole report as Markdown; plots are linked relative to its folder."""
    asked = evaluation.questions
    counts = f"{len(asked.questions):,} questions, {len(asked.documents):,} documents given with them"
    parts = [f"# {asked.name}\n", f"{counts}. {_versions()}\n", *(f"- {note}" for note in asked.notes)]
    parts += ["\n## Measures, questions as written\n", str(means_table(evaluation, AS_WRITTEN))]
    parts += ["\n## By kind of question\n", str(kinds_table(evaluation))]
    if len(evaluation.versions()) > 1:
        parts += ["\n## Questions made harder\n", str(stress_table(evaluation))]
    parts += ["\n## Differences\n", _family(evaluation), *_differences(evaluation)]
    parts += ["\n## Questions that one wins and the other loses\n", *_disagreements(evaluation)]
    return "\n".join(parts) + "\n"


def _versions() -> str:
    names = ("ir-measures", "bm25s", "numpy", "faiss-cpu", "tantivy")
    return f"Python {platform.python_version()}, " + ", ".join(f"{name} {installed(name)}" for name in names) + "."


def _family(evaluation: Evaluation) -> str:
    return (
        f"Paired randomisation test on {evaluation.primary}; p after Holm's correction for all "
        f"{len(evaluation.comparisons):,} comparisons below; established means p < {LEVEL}.\n"
    )


def _differences(evaluation: Evaluation) -> list[str]:
    lines = []
    for comparison in evaluation.comparisons:
        lines.append(f"- {comparison.version}: {comparison.words(evaluation.primary)} [plot]({_plot(comparison)})")
    shown = [one for one in evaluation.comparisons if one.version == AS_WRITTEN]
    return [*lines, "", *(f"![{one.first} and {one.second}]({_plot(one)})" for one in shown)]


def _disagreements(evaluation: Evaluation) -> list[str]:
    lines = []
    for comparison in evaluation.comparisons:
        if comparison.version == AS_WRITTEN:
            first, second = _both(evaluation, comparison)
            lines += _wins(evaluation, first, second) + _wins(evaluation, second, first)
    return lines


def _wins(evaluation: Evaluation, winner: Result, loser: Result) -> list[str]:
    """Return the questions with the greatest gain, each with the first passage of both."""
    ours, theirs = winner.scores[evaluation.primary], loser.scores[evaluation.primary]
    texts = {question.id: question.text for question in evaluation.questions.questions}
    won = sorted((q for q in ours if ours[q] > theirs[q]), key=lambda q: (theirs[q] - ours[q], q))
    lines = [f"\n### {winner.run.name} better than {loser.run.name}: {len(won):,} questions, {_SHOWN} at most shown\n"]
    for q in won[:_SHOWN]:
        lines.append(f"- **{texts[q]}** ({q}; {ours[q]:.2f} and {theirs[q]:.2f})")
        lines += [f"  - {result.run.name}: {_passage(result, q)}" for result in (winner, loser)]
    return lines


def _passage(result: Result, question_id: str) -> str:
    ranking = result.run.rankings[question_id]
    if not ranking:
        return "found nothing"
    text = " ".join(result.run.first.get(question_id, "").split())
    short = text if len(text) <= _PASSAGE_CHARACTERS else text[:_PASSAGE_CHARACTERS] + " ..."
    return f"`{ranking[0]}` {short}"


def _both(evaluation: Evaluation, comparison: Comparison) -> tuple[Result, Result]:
    found = {result.run.name: result for result in evaluation.of(comparison.version)}
    return found[comparison.first], found[comparison.second]


def _plot(comparison: Comparison) -> str:
    return f"plots/{_slug(comparison.first)}.{_slug(comparison.second)}.{_slug(comparison.version)}.png"


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-")


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


def plot_scale(path: Path, curves: Mapping[str, Sequence[tuple[int, float]]]) -> None:
    """Write a PNG: for each way of asking, milliseconds over passages, both in powers of ten."""
    figure = _figure(6, 5)
    axes = figure.add_subplot()
    for name, found in curves.items():
        axes.plot(*zip(*found, strict=True), marker="o", linewidth=1, label=name)
    axes.set(xscale="log", yscale="log", xlabel="passages", ylabel="milliseconds a question, median")
    figure.legend(loc="outside upper center", ncols=2, fontsize=8)
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


WHOLE = System("hybrid")
RULE_SYSTEMS = (WHOLE, *(System("hybrid", without=(rule,)) for rule in RULES))


def rules_table(evaluation: Evaluation) -> Table:
    """Return one row a version and rule; the family for Holm's correction is the whole table."""
    header = ["with all rules", "without it", "difference", "p after Holm", "the rule"]
    rows = [_row(evaluation, comparison) for comparison in evaluation.comparisons]
    return Table([f"{evaluation.primary}, version and rule", *header], rows)


def _row(evaluation: Evaluation, comparison: Comparison) -> list[str]:
    means = {result.run.name: mean(result.scores[evaluation.primary]) for result in evaluation.of(comparison.version)}
    rule = comparison.second.removeprefix(f"{WHOLE.name}~")
    effect = "" if not comparison.established else "helps: " if comparison.difference > 0 else "harms: "
    shown = [f"{means[comparison.first]:.4f}", f"{means[comparison.second]:.4f}", f"{comparison.difference:+.4f}"]
    return [f"{comparison.version}: {rule}", *shown, comparison.shown_p, effect + comparison.verdict]
