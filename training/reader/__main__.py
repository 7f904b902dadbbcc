"""Run the reader's commands: `python -m training.reader COMMAND --help`."""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from tokenizers import Tokenizer

import qa
from eval.output import FORMATS, show
from eval.squad import read_squad
from qa.reading.readers import OnnxReader
from training.pairs import lexicon_pairs
from training.reader import (
    base,
    evaluate,
    examples,
    mixture,
    network,
    pretraining,
    quantising,
    rows,
    variation,
    written,
)
from training.reader.mining import mined
from training.reader.train import PRETRAINING, TUNING, Feed, Recipe, Stream, train

SEED = 5
ENGLISH_PART = 20
"""One English question in this many is searched for among documents; chosen by hand."""
BLOCKS_SEED, LATER_SEED = 50, 20
"""Added to the seed of a run for its later streams."""


def _labelled(options: argparse.Namespace, *, held_out: bool = False) -> list[rows.Row]:
    found = rows.read(options.data / "train" / rows.FILE)
    return [row for row in found if rows.is_held_out(row.context) == held_out]


def _tokenizer(options: argparse.Namespace) -> Tokenizer:
    return Tokenizer.from_file(str(options.tokenizer))


def _base(options: argparse.Namespace) -> None:
    labelled = rows.read(options.data / "train" / rows.FILE)
    state, tokenizer = base.beginning(base.FourBitFile(options.weights), _tokenizer(options), labelled)
    network.save(state, options.into / "base.pt")
    tokenizer.save(str(options.into / "tokenizer.json"))


def _rows(options: argparse.Namespace) -> None:
    kept, parts = _labelled(options), defaultdict[str, list[rows.Group]](list)
    for row in kept:
        parts[rows.kind_of(row)].append([row])
    parts["changed"] = mixture.changed(kept, options.made)
    parts["written"] = written.read(options.data, "train", options.questions)
    if options.index:
        random = Random(SEED)
        english = mixture.askable(kept, "en")
        asked = mixture.askable(kept, "vi") + random.sample(english, len(english) // ENGLISH_PART)
        asked += [row for group in parts["written"] for row in group if row.answered]
        parts["found"] = list(mined(asked, qa.Searcher.open(options.index), random))
    rows.write_parts(parts, options.into)


def _recipe(options: argparse.Namespace, recipe: Recipe) -> Recipe:
    given = {name: getattr(options, name) for name in ("seconds", "rate", "seed", "workers", "frozen")}
    return replace(recipe, **given)


def _pretrain(options: argparse.Namespace) -> None:
    texts, tokenizer = pretraining.read_texts(options.data / "train"), _tokenizer(options)

    def cloze(part: slice, random: Random) -> Iterator[examples.Batch]:
        found = pretraining.cloze_rows(texts.documents[part], random)
        return examples.batches(found, tokenizer, options.batch, random)

    def blocks(part: slice, random: Random) -> Iterator[pretraining.Blocks]:
        del part  # texts are drawn from all folders
        return pretraining.blocks(texts, tokenizer, options.batch, random)

    feeds = [Feed(Stream(cloze, options.seed)), Feed(Stream(blocks, options.seed + BLOCKS_SEED))]
    recipe = _recipe(options, PRETRAINING)
    network.save(train(network.load(options.start), feeds, recipe, options.into), options.into)


def _train(options: argparse.Namespace) -> None:
    parts, tokenizer = rows.read_parts(options.rows), _tokenizer(options)
    words = variation.lexicon(lexicon_pairs(options.data / "train"))

    def drawn(times: Mapping[str, float], part: slice, random: Random) -> Iterator[examples.Batch]:
        found = mixture.drawn({name: groups[part] for name, groups in parts.items()}, times, random)
        varied = (variation.varied(row, words, random) for row in found)
        return examples.batches(varied, tokenizer, options.batch, random)

    feeds = [
        Feed(Stream(partial(drawn, mixture.FIRST_TIMES), options.seed), end=options.later),
        Feed(Stream(partial(drawn, mixture.LATER_TIMES), options.seed + LATER_SEED), begin=options.later),
    ]
    if options.finish:
        feeds = [Feed(Stream(partial(drawn, mixture.WRITTEN_TIMES), options.seed))]
    state, teacher = network.load(options.start), None
    if options.layers:
        state, teacher = network.fewer_layers(state, options.layers), state
    network.save(train(state, feeds, _recipe(options, TUNING), options.into, teacher), options.into)


def _mix(options: argparse.Namespace) -> None:
    state = network.mixed(network.load(options.first), network.load(options.second), options.share)
    network.save(state, options.into)


def _export(options: argparse.Namespace) -> None:
    seen = quantising.calibrating(rows.read(options.data / "train" / rows.FILE))
    print(quantising.export(network.load(options.reader), _tokenizer(options), seen, options.into))


def _evaluate(options: argparse.Namespace) -> None:
    readers = {str(path): OnnxReader(path.parent, path.name) for path in options.reader}
    asked = ((path, evaluate.questions(read_squad(path), options.count)) for path in options.squad)
    show(options.format, *(evaluate.readers_table(readers, questions, path.stem) for path, questions in asked))


def _looks_answered(options: argparse.Namespace) -> None:
    asked = mixture.askable(_labelled(options, held_out=True), "vi")
    _write_squad(mixture.measured(asked, options.number), options.into)


def _held_out(options: argparse.Namespace) -> None:
    _write_squad(rows.measured(_labelled(options, held_out=True), options.number, Random(SEED)), options.into)


def _written(options: argparse.Namespace) -> None:
    _write_squad(
        [row for group in written.read(options.data, options.split, options.questions) for row in group], options.into
    )


def _write_squad(measured: list[rows.Row], path: Path) -> None:
    path.write_text(json.dumps(rows.squad(measured), ensure_ascii=False, indent=1), encoding="utf-8")


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

    command("base", _base, "write the initial weights", "--weights", "--tokenizer", "--data", "--into")
    making = command("rows", _rows, "write the rows to train on", "--data", "--into")
    making.add_argument("--made", type=int, default=7000, help="made-up office texts")
    making.add_argument("--index", type=Path, help="an index in which to find passages that do not answer")
    _add_questions(making)
    steps = "--start", "--data", "--tokenizer", "--into"
    _add_recipe(command("pretrain", _pretrain, "pretrain on plain documents", *steps), PRETRAINING)
    _add_train(command("train", _train, "train on rows, or distil from a teacher on them", "--rows", *steps))
    mixing = command("mix", _mix, "average the weights of two readers", "--first", "--second", "--into")
    mixing.add_argument("--share", type=float, default=0.5, help="weight of the second")
    command("export", _export, "write model.int8.onnx and its tokenizer", "--reader", "--tokenizer", "--data", "--into")
    _add_evaluate(command("evaluate", _evaluate, "print EM and F1 of exported readers on SQuAD files"))
    looking = command("looks-answered", _looks_answered, "held-out questions that look answered", "--data", "--into")
    looking.add_argument("--number", type=int, default=300)
    holding = command("held-out", _held_out, "held-out Vietnamese rows", "--data", "--into")
    holding.add_argument("--number", type=int, default=600)
    writing = command("written", _written, "the questions that were written for the reader", "--data", "--into")
    writing.add_argument("--split", choices=written.SPLITS, default="dev")
    _add_questions(writing)
    return commanded


def _add_questions(command: argparse.ArgumentParser) -> None:
    command.add_argument("--questions", type=Path, default=written.FILE, help="default: the project's own")


def _add_train(command: argparse.ArgumentParser) -> None:
    _add_recipe(command, TUNING)
    command.add_argument("--later", type=float, default=0.55, help="share of the time for the first mixture")
    command.add_argument("--finish", action="store_true", help="mostly on the questions written for the reader")
    layers = sorted(network.KEPT_LAYERS)
    command.add_argument("--layers", type=int, choices=layers, help="distil into this many layers")


def _add_evaluate(command: argparse.ArgumentParser) -> None:
    command.add_argument("--reader", type=Path, action="append", required=True, help="an .onnx file; repeat to compare")
    command.add_argument(
        "--count", type=int, default=100, help="how many questions with an answer, and without (default: 100)"
    )
    command.add_argument("--format", choices=FORMATS, default="markdown")
    command.add_argument("squad", type=Path, nargs="+")


def _add_recipe(command: argparse.ArgumentParser, recipe: Recipe) -> None:
    command.add_argument("--seconds", type=float, default=recipe.seconds)
    command.add_argument("--rate", type=float, default=recipe.rate)
    command.add_argument("--seed", type=int, default=recipe.seed)
    command.add_argument("--batch", type=int, default=65536, help="tokens in a batch")
    command.add_argument("--workers", type=int, default=7, help="processes that prepare batches")
    command.add_argument("--frozen", type=int, default=0, help="layers that stay as they are, with the embeddings")


if __name__ == "__main__":
    options = parser().parse_args()
    options.run(options)
