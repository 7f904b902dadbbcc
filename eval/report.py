"""Writing an evaluation down: Markdown with plots, JSON, and TREC run files in one folder.

It knows evaluations, and nothing of how they came about.
"""

from __future__ import annotations

import json
import platform
import re
from importlib.metadata import version as installed
from pathlib import Path

from eval.compare import LEVEL, Comparison
from eval.evaluation import Evaluation, Result
from eval.measures import mean
from eval.plots import plot_comparison
from eval.progress import progress
from eval.runs import write_run
from eval.stress import AS_WRITTEN, changed
from eval.tables import table

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


def means_table(evaluation: Evaluation, version: str) -> str:
    """Return one row a system with the mean of every measure."""
    rows = [
        [result.run.name, *(f"{mean(result.scores[name]):.4f}" for name in evaluation.measures)]
        for result in evaluation.of(version)
    ]
    return table(["system", *evaluation.measures], rows)


def kinds_table(evaluation: Evaluation, version: str = AS_WRITTEN) -> str:
    """Return one row a kind of question, with the mean of the primary measure of each system."""
    results = evaluation.of(version)
    columns = [evaluation.kinds(result) for result in results]
    rows = [[kind, f"{n:,}", *(f"{column[kind][1]:.4f}" for column in columns)] for kind, (n, _) in columns[0].items()]
    return table([f"{evaluation.primary} by kind", "questions", *(result.run.name for result in results)], rows)


def stress_table(evaluation: Evaluation) -> str:
    """Return one row a version: how many questions it changes, and the mean of the primary measure of each system."""
    names = list(dict.fromkeys(result.run.name for result in evaluation.results))
    rows = []
    for version in evaluation.versions():
        found = {result.run.name: mean(result.scores[evaluation.primary]) for result in evaluation.of(version)}
        means = (f"{found[name]:.4f}" if name in found else "-" for name in names)
        rows.append([version, f"{changed(evaluation.questions, version):,}", *means])
    return table([f"{evaluation.primary} by version", "questions changed", *names], rows)


def markdown(evaluation: Evaluation) -> str:
    """Return the whole report as Markdown; plots are linked relative to its folder."""
    asked = evaluation.questions
    counts = f"{len(asked.questions):,} questions, {len(asked.documents):,} documents given with them"
    parts = [f"# {asked.name}\n", f"{counts}. {_versions()}\n", *(f"- {note}" for note in asked.notes)]
    parts += ["\n## Measures, questions as written\n", means_table(evaluation, AS_WRITTEN)]
    parts += ["\n## By kind of question\n", kinds_table(evaluation)]
    if len(evaluation.versions()) > 1:
        parts += ["\n## Questions made harder\n", stress_table(evaluation)]
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
    """The questions with the greatest gain, each with the first passage of both."""
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
