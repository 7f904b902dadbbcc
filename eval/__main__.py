"""`python -m eval`: measure any set, the seeds, the floors, or speed. Stdout is data, stderr is talk."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import qa
from eval import formats
from eval.errors import EvaluationError
from eval.evaluation import evaluate
from eval.gate import Baseline, check, data_digest, raised, read_baseline, write_baseline
from eval.load import measure_load
from eval.measures import MEASURES
from eval.report import means_table, stress_table, write_report
from eval.runs import Searches, read_run
from eval.seeds import SEEDS_MEASURES, read_seed_questions, seed_set
from eval.seeds_report import measure_seeds
from eval.sets import QuestionSet
from eval.speed import machine, measure_speed
from eval.speed_corpus import measure_corpus
from eval.stress import AS_WRITTEN, VERSIONS
from eval.systems import ALL_MODES, BUNDLED, System, open_searcher, parse_system, searchers

QUESTIONS = Path("eval/seeds.jsonl")
BASELINE = Path("eval/baseline.json")
INDEX = Path("indexes/seeds")
WORK = Path("indexes/eval")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 after an error or a missed floor, 2 for wrong usage, 130 when stopped."""
    given = _parser().parse_args(arguments)
    try:
        code: int = given.command(given)
    except qa.QAError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("eval: stopped; nothing of it was scored.", file=sys.stderr)
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="Measure qa on any set of questions.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_measure(verbs.add_parser("measure", help="measure systems side by side on a set, and write a report"))
    _add_seeds(verbs.add_parser("seeds", help="measure retrieval and answers on the project's own questions"))
    _add_gate(verbs.add_parser("gate", help="fail when a figure on the seeds is below its floor"))
    _add_speed(verbs.add_parser("speed", help="time questions and indexing on this machine"))
    _add_load(verbs.add_parser("load", help="time the page with many visitors who ask at once"))
    return parser


def _add_measure(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("set", type=Path, help="a BEIR folder, a SQuAD-style .json, a seeds .jsonl, or TREC qrels")
    verb.add_argument("--split", default="test", help="which qrels of a BEIR folder (default: test)")
    verb.add_argument("--questions-from", type=Path, metavar="JSON", help="a SQuAD file that words the questions")
    verb.add_argument("--queries", type=Path, metavar="TSV", help="with TREC qrels: id, tab, question")
    verb.add_argument("--index", type=Path, metavar="DIR", help="search this index; needed for qrels and seeds")
    verb.add_argument("--system", action="append", metavar="MODE[:MODEL]", help="repeat to compare (default: all)")
    verb.add_argument("--run", action="append", type=Path, default=[], metavar="FILE", help="a TREC run to compare")
    verb.add_argument("--missing-is-zero", action="store_true", help="questions that a run lacks found nothing")
    verb.add_argument("--stress", action="store_true", help="also ask each question in harder versions")
    verb.add_argument("--into", type=Path, metavar="DIR", help="where the report goes (default: below --work)")
    _add_work(verb)
    verb.set_defaults(command=_measure)


def _add_work(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--work", type=Path, default=WORK, metavar="DIR", help=f"keeps indexes (default: {WORK})")


def _add_seeds(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--index", type=Path, default=INDEX, metavar="DIR", help=f"default: {INDEX}")
    verb.add_argument("--questions", type=Path, default=QUESTIONS, metavar="FILE", help=f"default: {QUESTIONS}")
    verb.add_argument("--json", type=Path, metavar="FILE", help="write every figure here too")
    verb.set_defaults(command=_seeds)


def _add_gate(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE", help=f"default: {BASELINE}")
    verb.add_argument("--questions", type=Path, default=QUESTIONS, metavar="FILE", help=f"default: {QUESTIONS}")
    verb.add_argument("--raise", dest="lift", action="store_true", help="lift the floors to what is measured now")
    verb.set_defaults(command=_gate)


def _add_speed(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--index", type=Path, default=INDEX, metavar="DIR", help=f"of the seeds (default: {INDEX})")
    verb.add_argument("--sources", type=Path, nargs="+", default=[Path("seeds")], metavar="PATH", help="default: seeds")
    verb.add_argument("--documents", type=Path, metavar="FILE", help="a news corpus: .jsonl or .jsonl.xz")
    verb.add_argument("--passages", type=int, default=100_000, help="how much of the corpus (default: 100000)")
    _add_work(verb)
    verb.set_defaults(command=_speed)


def _add_load(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--index", type=Path, default=INDEX, metavar="DIR", help=f"default: {INDEX}")
    verb.add_argument("--visitors", type=int, default=50, help="how many ask at the same time (default: 50)")
    verb.add_argument("--seconds", type=float, default=60, help="for how long (default: 60)")
    verb.set_defaults(command=_load)


def _measure(given: argparse.Namespace) -> int:
    asked = _read_set(given)
    chosen = [parse_system(text) for text in given.system] if given.system else _default_systems(given)
    runs = [read_run(path, asked, "zero" if given.missing_is_zero else "refuse") for path in given.run]
    measures = SEEDS_MEASURES if given.set.suffix == ".jsonl" else MEASURES
    versions = tuple(VERSIONS) if given.stress else (AS_WRITTEN,)
    evaluation = evaluate(asked, _open(given, chosen, asked), runs, versions, measures)
    report = write_report(given.into or given.work / f"{asked.name}-report", evaluation)
    print(means_table(evaluation, AS_WRITTEN), stress_table(evaluation), sep="\n")
    for note in (*asked.notes, *(f"{one.version}: {one.words(evaluation.primary)}" for one in evaluation.comparisons)):
        print(f"- {note}")
    print(f"The report is in {report}.", file=sys.stderr)
    return 0


def _default_systems(given: argparse.Namespace) -> Sequence[System]:
    """All modes, but none where there are only judgements and imported runs."""
    return ALL_MODES if given.index or not given.queries else ()


def _read_set(given: argparse.Namespace) -> QuestionSet:
    path: Path = given.set
    if not path.exists():
        raise EvaluationError(f"There is no set at {path}.", "Check the path.")
    if path.is_dir():
        return formats.read_beir(path, given.split)
    if path.suffix == ".json":
        return formats.read_squad(path, given.questions_from)
    documents = qa.Index.open(given.index).documents() if given.index else None
    if path.suffix == ".jsonl":
        if documents is None:
            raise EvaluationError("The seeds questions need an index.", "Give one: --index indexes/seeds")
        return seed_set(read_seed_questions(path), documents)
    if given.queries is None:
        raise EvaluationError(f"The qrels {path} come without questions.", "Give them: --queries FILE.tsv")
    return formats.read_trec(given.queries, path, documents)


def _open(given: argparse.Namespace, chosen: Sequence[System], asked: QuestionSet) -> list[tuple[System, Searches]]:
    if given.index:
        if any(system.model != BUNDLED for system in chosen):
            raise EvaluationError("An index has its own model.", "Leave :MODEL out of --system, or leave --index out.")
        searcher = qa.Searcher.open(given.index)
        return [(system, searcher) for system in chosen]
    return searchers(chosen, asked.name, asked.documents, given.work)


def _seeds(given: argparse.Namespace) -> int:
    result = measure_seeds(read_seed_questions(given.questions), qa.Searcher.open(given.index))
    print(result.markdown())
    for comparison in result.evaluation.comparisons:
        print(f"- {comparison.words(result.evaluation.primary)}")
    if given.json:
        given.json.write_text(json.dumps(result.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _gate(given: argparse.Namespace) -> int:
    now = _state(given)
    if given.lift:
        lifted = raised(read_baseline(given.baseline) if given.baseline.exists() else None, now)
        write_baseline(given.baseline, lifted)
        print(f"{len(lifted.floors)} floors stand in {given.baseline}.")
        return 0
    lines = check(read_baseline(given.baseline), now)
    print("\n".join(lines) if lines else f"All {len(now.floors)} figures reach their floors.")
    return 1 if lines else 0


def _state(given: argparse.Namespace) -> Baseline:
    """Measure the seeds in an index made for the purpose, so that no older one decides."""
    questions = read_seed_questions(given.questions)
    sources = sorted({Path(quote.source) for question in questions for quote in question.quotes})
    documents = list(qa.read_documents(sorted({source.parent for source in sources})))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        searcher = open_searcher("seeds", documents, BUNDLED, Path(folder))
        model = " ".join(searcher.index.settings[name] for name in ("model", "revision"))
        figures = measure_seeds(questions, searcher).figures()
    return Baseline(data_digest([given.questions, *sources]), model, figures)


def _speed(given: argparse.Namespace) -> int:
    print(f"{machine()}\n")
    questions = [question.question for question in read_seed_questions(QUESTIONS)]
    print(measure_speed(given.index, given.sources, questions))
    if given.documents:
        print(measure_corpus(given.documents, given.passages, given.work))
    return 0


def _load(given: argparse.Namespace) -> int:
    documents, passages = qa.Index.open(given.index).counts()
    print(f"{machine()}\n\n{documents:,} documents, {passages:,} passages\n")
    questions = [question.question for question in read_seed_questions(QUESTIONS)]
    print(measure_load(given.index, questions, given.visitors, given.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
