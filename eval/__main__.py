"""The command line of the evaluation, as `qa eval` and as `python -m eval`: its arguments, and running it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval import commands
from eval.boilerplate import PAGES
from eval.errors import refuse_without_extra
from eval.expectations import CASES
from eval.gate import BASELINE, MANIFEST
from eval.output import FORMATS
from eval.seeds import QUESTIONS
from qa import QAError

INDEX = Path("indexes/seeds")
WORK = Path("indexes/eval")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 after an error or a missed floor, 2 for wrong usage, 130 if interrupted."""
    given = make_parser().parse_args(arguments)
    try:
        refuse_without_extra()
        code: int = given.command(given)
    except QAError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("eval: stopped; nothing was scored.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"eval: The system refused ({error}). Check the disk space and the permissions.", file=sys.stderr)
        return 1
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `qa eval`; each command carries the function that runs it as `command`."""
    parser = argparse.ArgumentParser(
        prog="qa eval", description="Measure qa, or any other search system, on a set of questions."
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_measure(verbs.add_parser("measure", help="measure systems side by side on a set, and write a report"))
    _add_rules(verbs.add_parser("rules", help="measure what each rule of hybrid search is worth on a set"))
    _add_answers(verbs.add_parser("answers", help="measure answers on a SQuAD-style set, beside two oracles"))
    _add_seeds(verbs.add_parser("seeds", help="measure retrieval and answers on the project's own questions"))
    _add_reliability(verbs.add_parser("reliability", help="measure what answers' confidence is worth, with plots"))
    _add_sizes(verbs.add_parser("sizes", help="ask the seeds' questions while the corpus around the seeds grows"))
    _add_cases(verbs.add_parser("cases", help="check small folders of documents against what is expected of them"))
    _add_boilerplate(verbs.add_parser("boilerplate", help="measure how well boilerplate is removed from pages"))
    _add_gate(verbs.add_parser("gate", help="fail when a figure on the seeds is below its floor"))
    _add_data(verbs.add_parser("data", help="compare a folder of data with the digests of the manifest"))
    _add_speed(verbs.add_parser("speed", help="time questions and indexing on this machine"))
    _add_scale(verbs.add_parser("scale", help="time building and asking as a corpus grows, beside other libraries"))
    _add_load(verbs.add_parser("load", help="time the page while many visitors ask at once"))
    _add_files(verbs.add_parser("files", help="time the indexing of files of every kind on this machine"))
    _add_scans(verbs.add_parser("scans", help="measure how well scanned pages are read"))
    _add_fuzz(verbs.add_parser("fuzz", help="read damaged files of every kind; fail when a reader crashes or hangs"))
    for name, verb in verbs.choices.items():
        if name != "gate":
            verb.add_argument("--format", choices=FORMATS, default="markdown", help="of tables (default: markdown)")
    return parser


def _add_measure(verb: argparse.ArgumentParser) -> None:
    _add_set(verb)
    verb.add_argument("--system", action="append", metavar="SYSTEM", help="a system; repeat to compare (default: all)")
    verb.add_argument("--run", action="append", type=Path, default=[], metavar="FILE", help="a TREC run to compare")
    verb.add_argument("--missing-is-zero", action="store_true", help="score questions that a run lacks as zero")
    _add_stress(verb)
    verb.add_argument("--into", type=Path, metavar="DIR", help="where the report goes (default: below --work)")
    verb.set_defaults(command=commands.measure)


def _add_set(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("set", type=Path, help="a BEIR folder, a SQuAD-style .json, a seeds .jsonl, or TREC qrels")
    verb.add_argument("--split", help="which qrels of a BEIR folder (default: test)")
    verb.add_argument("--questions-from", type=Path, metavar="JSON", help="a SQuAD file with the questions' text")
    verb.add_argument("--queries", type=Path, metavar="TSV", help="the questions of TREC qrels: id, tab, question")
    verb.add_argument("--index", type=Path, metavar="DIR", help="search this index; needed for qrels and seeds")
    _add_work(verb)


def _add_stress(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--stress", action="store_true", help="also ask each question in harder versions")


def _add_rules(verb: argparse.ArgumentParser) -> None:
    _add_set(verb)
    _add_stress(verb)
    verb.set_defaults(command=commands.rules)


def _add_work(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--work", type=Path, default=WORK, metavar="DIR", help=f"keep indexes here (default: {WORK})")


def _add_answers(verb: argparse.ArgumentParser) -> None:
    _add_set(verb)
    _add_json(verb)
    verb.set_defaults(command=commands.answers)


def _add_json(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--json", type=Path, metavar="FILE", help="also write every figure to this file")


def _add_seeds(verb: argparse.ArgumentParser) -> None:
    _add_index(verb)
    _add_questions(verb)
    _add_json(verb)
    verb.set_defaults(command=commands.seeds)


def _add_index(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--index", type=Path, default=INDEX, metavar="DIR", help=f"the index of the seeds (default: {INDEX})"
    )


def _add_questions(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--questions", type=Path, default=QUESTIONS, metavar="FILE", help="default: the project's own")


def _add_reliability(verb: argparse.ArgumentParser) -> None:
    _add_index(verb)
    _add_questions(verb)
    verb.add_argument("--pairs", type=Path, metavar="FILE", help="labelled questions and passages: .jsonl or .jsonl.xz")
    verb.add_argument(
        "--count", type=_positive, default=150, help="how many with an answer, and without (default: 150 each)"
    )
    verb.add_argument(
        "--into", type=Path, default=Path("docs"), metavar="DIR", help="the folder for the plots (default: docs)"
    )
    _add_work(verb)
    verb.set_defaults(command=commands.reliability)


def _add_sizes(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--documents", type=Path, action="append", required=True, metavar="FILE", help="a corpus; may be repeated"
    )
    verb.add_argument(
        "--sizes", type=_sizes, default=[0, 2_000, 20_000], help="passages of the corpus (default: 0,2000,20000)"
    )
    _add_questions(verb)
    _add_work(verb)
    verb.set_defaults(command=commands.sizes)


def _add_cases(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "folder", type=Path, nargs="?", default=CASES, help="the folder of cases (default: the project's own)"
    )
    _add_sources(verb)
    verb.set_defaults(command=commands.cases)


def _add_sources(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--sources", type=Path, nargs="+", default=[Path("seeds")], metavar="PATH", help="default: seeds")


def _add_boilerplate(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--labels", type=Path, default=PAGES, metavar="FILE", help="default: the project's own")
    _add_sources(verb)
    verb.set_defaults(command=commands.boilerplate)


def _add_gate(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE", help="default: the project's own")
    _add_questions(verb)
    verb.add_argument("--labels", type=Path, default=PAGES, metavar="FILE", help="default: the project's own")
    verb.add_argument("--raise", dest="lift", action="store_true", help="raise the floors to the present figures")
    verb.set_defaults(command=commands.gate)


def _add_data(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("folder", type=Path, help="the folder that holds eval/ and train/")
    verb.add_argument("--manifest", type=Path, default=MANIFEST, metavar="FILE", help="default: the project's own")
    verb.set_defaults(command=commands.data)


def _add_speed(verb: argparse.ArgumentParser) -> None:
    _add_index(verb)
    _add_questions(verb)
    verb.add_argument("--count", type=_positive, default=20, help="how many questions (default: 20)")
    _add_sources(verb)
    verb.add_argument("--documents", type=Path, metavar="FILE", help="a corpus: .jsonl or .jsonl.xz")
    verb.add_argument("--passages", type=_positive, default=100_000, help="passages of the corpus (default: 100000)")
    _add_work(verb)
    verb.set_defaults(command=commands.speed)


def _add_scale(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--documents", type=Path, required=True, metavar="FILE", help="a corpus: .jsonl or .jsonl.xz")
    verb.add_argument(
        "--sizes", type=_sizes, default=[10_000, 100_000], help="passages of the corpus (default: 10000,100000)"
    )
    verb.add_argument("--plot", type=Path, metavar="FILE", help="draw the medians over the passages, as PNG")
    verb.set_defaults(command=commands.scale)


def _add_load(verb: argparse.ArgumentParser) -> None:
    _add_index(verb)
    _add_questions(verb)
    verb.add_argument("--visitors", type=_positive, default=50, help="how many ask at the same time (default: 50)")
    verb.add_argument("--seconds", type=_positive, default=60, help="for how long (default: 60)")
    verb.set_defaults(command=commands.load)


def _add_files(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--count", type=_positive, default=1_000, help="how many files (default: 1000)")
    verb.add_argument("--runs", type=_positive, default=3, help="how many runs (default: 3)")
    _add_sources(verb)
    verb.set_defaults(command=commands.files)


def _add_scans(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--count", type=_positive, default=5, help="how many pages, clean and worn (default: 5)")
    _add_sources(verb)
    verb.set_defaults(command=commands.scans)


def _add_fuzz(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--count", type=_positive, default=5_000, help="how many files (default: 5000)")
    verb.add_argument("--seed", type=_positive, default=1, help="another seed makes other files (default: 1)")
    verb.add_argument("--keep", type=Path, metavar="DIR", help="where to keep the files on which a reader fails")
    _add_sources(verb)
    verb.set_defaults(command=commands.fuzz)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _sizes(text: str) -> list[int]:
    if not all(part.isdecimal() for part in text.split(",")):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of whole numbers, such as 0,2000")
    return sorted({int(part) for part in text.split(",")})


if __name__ == "__main__":
    sys.exit(main())
