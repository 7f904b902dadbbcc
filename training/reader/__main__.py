"""The reader's commands: `python -m training.reader COMMAND --help`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from random import Random

from tokenizers import Tokenizer

import qa
from eval.output import FORMATS, show
from eval.squad import read_squad
from qa.reading.onnx import OnnxReader
from training.reader import evaluate, mixture, network, rows, train
from training.reader.mining import mined
from training.reader.network import export
from training.reader.office import made

SEED = 5


def _rows(options: argparse.Namespace) -> None:
    kept = [row for row in rows.read(options.labelled) if not rows.is_held_out(row.context)]
    random = Random(SEED)
    groups = mixture.mixed(kept, mixture.Mixture(), random) + made(options.made, random)
    if options.index:
        asked = mixture.askable(kept, "vi") + random.sample(english := mixture.askable(kept, "en"), len(english) // 20)
        groups += mined(asked, qa.Searcher.open(options.index), random)
    rows.write_groups(random.sample(groups, len(groups)), options.into)


def _train(options: argparse.Namespace) -> None:
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    recipe = train.Recipe(options.minutes, options.rate, frozen=options.frozen)
    state, teacher = network.load(options.start), None
    if options.layers:
        state, teacher = network.fewer_layers(state, options.layers), state
    network.save(
        train.train(state, rows.read_groups(options.rows), tokenizer, recipe, options.into, teacher), options.into
    )


def _mix(options: argparse.Namespace) -> None:
    state = network.mixed(network.load(options.first), network.load(options.second), options.share)
    network.save(state, options.into)


def _export(options: argparse.Namespace) -> None:
    print(export(network.load(options.reader), Tokenizer.from_file(str(options.tokenizer)), options.into))


def _evaluate(options: argparse.Namespace) -> None:
    readers = {str(path): OnnxReader(path.parent, path.name) for path in options.reader}
    asked = ((path, evaluate.questions(read_squad(path), options.count)) for path in options.squad)
    show(options.format, *(evaluate.readers_table(readers, questions, path.stem) for path, questions in asked))


def _looks_answered(options: argparse.Namespace) -> None:
    held_out = [row for row in rows.read(options.labelled) if rows.is_held_out(row.context)]
    measured = mixture.measured(mixture.askable(held_out, "vi"), options.number)
    options.into.write_text(json.dumps(rows.squad(measured), ensure_ascii=False, indent=1), encoding="utf-8")


def _held_out(options: argparse.Namespace) -> None:
    held_out = [row for row in rows.read(options.labelled) if rows.is_held_out(row.context)]
    measured = rows.measured(held_out, options.number, Random(SEED))
    options.into.write_text(json.dumps(rows.squad(measured), ensure_ascii=False, indent=1), encoding="utf-8")


def parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m training.reader`; each command carries the function that runs it as `run`."""
    commanded = argparse.ArgumentParser(prog="python -m training.reader", description=__doc__)
    commands = commanded.add_subparsers(required=True)

    def command(name: str, run: object, about: str, *paths: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        for path in paths:
            added.add_argument(path, type=Path, required=True)
        return added

    making = command("rows", _rows, "write the groups of rows to learn from", "--labelled", "--into")
    making.add_argument("--made", type=int, default=1200, help="made-up office texts")
    making.add_argument("--index", type=Path, help="an index to find passages in that do not answer")
    learning = command("train", _train, "continue a reader, or distil it", "--start", "--rows", "--tokenizer", "--into")
    learning.add_argument("--minutes", type=float, default=70)
    learning.add_argument("--rate", type=float, default=5e-5)
    learning.add_argument("--frozen", type=int, default=6, help="lower layers that keep their weights")
    learning.add_argument("--layers", type=int, choices=sorted(network.KEPT_LAYERS), help="distil to so many layers")
    mixing = command("mix", _mix, "write the weights between two readers", "--first", "--second", "--into")
    mixing.add_argument("--share", type=float, default=0.5, help="share of the second")
    command(
        "export", _export, "write model.onnx, model.int8.onnx and tokenizer.json", "--reader", "--tokenizer", "--into"
    )
    measuring = command("evaluate", _evaluate, "EM, F1 and margins of exported readers on SQuAD files")
    measuring.add_argument("--reader", type=Path, action="append", required=True, help=".onnx; repeat to compare")
    measuring.add_argument(
        "--count", type=int, default=100, help="questions with an answer, and without (default: 100)"
    )
    measuring.add_argument("--format", choices=FORMATS, default="markdown")
    measuring.add_argument("squad", type=Path, nargs="+")
    looking = command(
        "looks-answered", _looks_answered, "held-out questions that look answered", "--labelled", "--into"
    )
    looking.add_argument("--number", type=int, default=300)
    holding = command("held-out", _held_out, "held-out Vietnamese rows", "--labelled", "--into")
    holding.add_argument("--number", type=int, default=600)
    return commanded


if __name__ == "__main__":
    options = parser().parse_args()
    options.run(options)
