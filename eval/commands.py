"""The commands of `qa eval`: each measures, then prints. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import qa
from eval.answers import ask_pairs, measure_answers, read_pairs
from eval.boilerplate import LabelledPage, boilerplate_table, made_pages, read_labels
from eval.boilerplate import figures as boilerplate_figures
from eval.corpus import SizeResult, index_among, sizes_table, unrelated_table
from eval.evaluation import MEASURES, evaluate
from eval.expectations import cases_table, failures, read_cases, try_cases
from eval.fuzz import fuzz as fuzz_readers
from eval.gate import (
    Baseline,
    check,
    data_digest,
    manifest_table,
    raised,
    read_baseline,
    read_manifest,
    write_baseline,
)
from eval.load import measure_load
from eval.output import progress, show
from eval.reading import SEEDS, format_of, read_set
from eval.reliability import bins, bins_table, reliability_table, risk_table, risks, threshold_table
from eval.report import (
    RULE_SYSTEMS,
    WHOLE,
    means_table,
    plot_reliability,
    plot_risks,
    plot_scale,
    rules_table,
    stress_table,
    write_report,
)
from eval.runs import Ranks, read_run
from eval.scale import curves, measure_scale, scale_tables
from eval.scans import measure_scans
from eval.seeds import (
    SEEDS_MEASURES,
    SeedQuestion,
    ask_all,
    confidences,
    measure_seeds,
    read_seed_questions,
    read_sources,
    source_paths,
)
from eval.sets import QuestionSet
from eval.speed import machine, measure_corpus, measure_files, measure_speed
from eval.stress import AS_WRITTEN, telling_versions
from eval.systems import (
    BM25S,
    BUNDLED,
    MODES,
    System,
    open_index,
    parse_system,
    systems_over_index,
    systems_over_set,
)


def measure(given: argparse.Namespace) -> int:
    """Compare systems and imported runs on a set, and write a report."""
    asked = read_set(given)
    chosen = [parse_system(text) for text in given.system] if given.system else _default_systems(given, asked)
    runs = [read_run(path, asked, "zero" if given.missing_is_zero else "refuse") for path in given.run]
    versions = telling_versions(asked) if given.stress else [AS_WRITTEN]
    evaluation = evaluate(asked, _open(given, chosen, asked), runs, versions, _measures(given))
    report = write_report(given.into or given.work / f"{asked.name}-report", evaluation)
    words = (f"{one.version}: {one.words(evaluation.primary)}" for one in evaluation.comparisons)
    tables = means_table(evaluation, AS_WRITTEN), stress_table(evaluation)
    show(given.format, *tables, _listed([*asked.notes, *words]))
    print(f"The report is in {report}.", file=sys.stderr)
    return 0


def _measures(given: argparse.Namespace) -> Sequence[str]:
    return SEEDS_MEASURES if format_of(given.set) == SEEDS else MEASURES


def _default_systems(given: argparse.Namespace, asked: QuestionSet) -> Sequence[System]:
    """Return bm25s and all modes; without bm25s if passages are judged, and none if only runs are compared."""
    if given.queries and not given.index:
        return ()
    return (BM25S, *MODES) if asked.judges_documents else MODES


def _open(given: argparse.Namespace, chosen: Sequence[System], asked: QuestionSet) -> list[tuple[str, Ranks]]:
    if given.index and chosen:
        return systems_over_index(chosen, asked, qa.Index.open(given.index))
    return systems_over_set(chosen, asked, given.work)


def rules(given: argparse.Namespace) -> int:
    """Measure hybrid search without each of its rules, beside hybrid search with all of them."""
    asked = read_set(given)
    versions = telling_versions(asked) if given.stress else [AS_WRITTEN]
    evaluation = evaluate(asked, _open(given, RULE_SYSTEMS, asked), [], versions, _measures(given), against=WHOLE.name)
    show(given.format, _listed(asked.notes), rules_table(evaluation))
    return 0


def answers(given: argparse.Namespace) -> int:
    """Ask every question of a set that has answers, and score the replies."""
    asked = read_set(given)
    index = qa.Index.open(given.index) if given.index else open_index(asked.name, asked.documents, BUNDLED, given.work)
    result = measure_answers(asked, qa.Searcher(index))
    show(given.format, *result.parts())
    _write_json(given.json, result.as_json())
    return 0


def _listed(notes: Sequence[str]) -> str:
    return "\n".join(f"- {note}" for note in notes)


def _write_json(path: Path | None, values: Mapping[str, object]) -> None:
    if path:
        path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def seeds(given: argparse.Namespace) -> int:
    """Measure the project's own questions over an index of the seeds."""
    result = measure_seeds(read_seed_questions(given.questions), qa.Searcher.open(given.index))
    words = _listed([one.words(result.evaluation.primary) for one in result.evaluation.comparisons])
    show(given.format, *result.parts(), words)
    _write_json(given.json, result.as_json())
    return 0


def reliability(given: argparse.Namespace) -> int:
    """Compare the confidence of replies with how many of them are right, in tables and plots."""
    sets = {"seeds": confidences(read_seed_questions(given.questions), qa.Searcher.open(given.index))}
    if given.pairs:
        documents, questions = read_pairs(given.pairs, given.count)
        name = given.pairs.name.partition(".")[0]
        sets[name] = ask_pairs(questions, qa.Searcher(open_index(name, documents, BUNDLED, given.work)))
    show(given.format, reliability_table(sets), bins_table(sets), risk_table(sets), threshold_table(sets))
    plot_reliability(given.into / "reliability.png", {name: bins(found) for name, found in sets.items()})
    plot_risks(given.into / "risks.png", {name: risks(found) for name, found in sets.items()})
    print(f"The plots are reliability.png and risks.png in {given.into}.", file=sys.stderr)
    return 0


def sizes(given: argparse.Namespace) -> int:
    """Ask the questions over the seeds while the corpus around the seeds grows."""
    questions = read_seed_questions(given.questions)
    seeds = read_sources(questions)
    results = []
    for size in given.sizes:
        for path in given.documents if size else given.documents[:1]:
            name = f"the seeds and {path.name}" if size else "the seeds alone"
            results.append(_over(questions, name, index_among(seeds, path, size, given.work)))
    show(given.format, sizes_table(questions, results), unrelated_table(questions, results))
    return 0


def _over(questions: Sequence[SeedQuestion], name: str, index: qa.Index) -> SizeResult:
    return SizeResult(name, index.counts()[1], ask_all(questions, qa.Searcher(index)))


def cases(given: argparse.Namespace) -> int:
    """Check small folders of documents, each indexed together with the sources, against what is expected of them."""
    tried = try_cases(read_cases(given.folder), given.sources)
    show(given.format, cases_table(tried), failures(tried))
    return 0


def boilerplate(given: argparse.Namespace) -> int:
    """Measure how well boilerplate is removed from labelled pages and from made-up ones."""
    show(given.format, boilerplate_table(_pages(given.labels, given.sources)))
    return 0


def _pages(labels: Path, sources: Sequence[Path]) -> dict[str, list[LabelledPage]]:
    return {"labelled pages": list(read_labels(labels)), "made-up pages": list(made_pages(sources))}


def gate(given: argparse.Namespace) -> int:
    """Compare the figures on the seeds with their floors, or raise the floors to them."""
    baseline = read_baseline(given.baseline) if given.baseline.exists() or not given.lift else None
    now = _state(given.questions, given.labels)
    if baseline is None or given.lift:
        lifted = raised(baseline, now)
        write_baseline(given.baseline, lifted)
        print(f"{len(lifted.floors)} floors stand in {given.baseline}.")
        return 0
    lines = check(baseline, now)
    print("\n".join(lines) if lines else f"All {len(now.floors)} figures reach their floors.")
    return 1 if lines else 0


def _state(path: Path, labels: Path) -> Baseline:
    """Measure the seeds in a new index, so that an older one cannot affect the figures."""
    questions = read_seed_questions(path)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        index = open_index("seeds", read_sources(questions), BUNDLED, Path(folder))
        model = " ".join(index.settings[name] for name in ("model", "revision"))
        figures = measure_seeds(questions, qa.Searcher(index)).figures()
    figures |= boilerplate_figures(_pages(labels, [source_paths(questions)[0].parent]))
    return Baseline(data_digest([path, *source_paths(questions)]), model, figures)


def data(given: argparse.Namespace) -> int:
    """Compare a folder of data with the manifest; return 1 when a file is missing or has other bytes."""
    listed = read_manifest(given.manifest)
    states = [one.state(given.folder) for one in progress(listed, "digests")]
    show(given.format, manifest_table(listed, states))
    return 0 if set(states) == {"whole"} else 1


def speed(given: argparse.Namespace) -> int:
    """Time questions and indexing on this machine."""
    questions = [question.question for question in read_seed_questions(given.questions)][: given.count]
    tables = [measure_speed(given.index, given.sources, questions)]
    if given.documents:
        tables.append(measure_corpus(given.documents, given.passages, given.work))
    show(given.format, machine(), *tables)
    return 0


def scale(given: argparse.Namespace) -> int:
    """Time building and asking at several sizes, beside other libraries."""
    built = measure_scale(given.documents, given.sizes)
    show(given.format, machine(), *scale_tables(built))
    if given.plot:
        plot_scale(given.plot, curves(built))
    return 0


def load(given: argparse.Namespace) -> int:
    """Time the page on this machine while many visitors ask."""
    documents, passages = qa.Index.open(given.index).counts()
    questions = [question.question for question in read_seed_questions(given.questions)]
    measured = measure_load(given.index, questions, given.visitors, given.seconds)
    show(given.format, machine(), f"{documents:,} documents, {passages:,} passages", measured)
    return 0


def files(given: argparse.Namespace) -> int:
    """Time indexing of files of every kind on this machine."""
    show(given.format, machine(), measure_files(given.sources, given.count, given.runs))
    return 0


def scans(given: argparse.Namespace) -> int:
    """Measure how well scans are read on this machine."""
    show(given.format, machine(), measure_scans(given.sources, given.count))
    return 0


def fuzz(given: argparse.Namespace) -> int:
    """Read damaged files of every kind; return 1 when a reader crashed, failed or hung."""
    found = fuzz_readers(given.sources, given.count, given.seed, given.keep)
    show(given.format, *found.parts())
    return 1 if found.bad else 0
