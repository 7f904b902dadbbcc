"""Run the whole recipe: read, learn the tokenizer, train, export; `python -m training --data FOLDER --into FOLDER`."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import TypeVar

from tokenizers import Tokenizer

from training.glossary import Glossary, learn_glossary
from training.pairs import all_pairs, lexicon_pairs, read_records, read_rows, translations
from training.tokenizer import add_compounds, learn_syllables
from training.train import Recipe, export, train

Result = TypeVar("Result")
# Chosen by hand: as much as two cores learn from in half an hour. The repeats give English as much weight as the rest.
SYLLABLE_TOKENS = 32_000
TOKENS = 58_000
NEWS_ARTICLES = 30_000
LAW_ARTICLES = 10_000
ENGLISH_REPEATS = 4


def tokenizer_texts(data: Path) -> Iterator[str]:
    """Yield the texts that merges are learned from: part of news and law, all of the rest, English repeated."""
    for record in islice(read_records(data / "vietnews.jsonl.xz"), NEWS_ARTICLES):
        yield record["title"]
        yield from record["body"]
    for record in islice(read_records(data / "law.jsonl.xz"), LAW_ARTICLES):
        yield record["text"]
    for record in read_records(data / "viwiki.jsonl.xz"):
        yield record["text"]
    for _ in range(ENGLISH_REPEATS):
        yield from (english for _, english, _ in translations(data))
        yield from (english for english, _ in lexicon_pairs(data))


def make_tokenizer(data: Path) -> Tokenizer:
    """Return the tokenizer of the training folder."""
    compounds = (row[0] for row in read_rows(data / "compounds.tsv.xz"))
    return add_compounds(learn_syllables(tokenizer_texts(data), SYLLABLE_TOKENS), compounds, TOKENS)


def make_glossary(tokenizer: Tokenizer, data: Path) -> Glossary:
    """Return English words for the tokens, from the sentences that may be trained on and the dictionary."""
    sentences = [(english, vietnamese) for _, english, vietnamese in translations(data)]
    return learn_glossary(tokenizer, sentences + lexicon_pairs(data))


def timed(stage: str, work: Callable[[], Result]) -> Result:
    """Run one stage and print how long it took."""
    start = time.perf_counter()
    result = work()
    print(f"{stage}: {time.perf_counter() - start:.0f} s", flush=True)
    return result


def main() -> None:
    """Read the arguments and run the stages."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds train/")
    parser.add_argument("--into", type=Path, required=True, help="where the model goes")
    parser.add_argument("--work", type=Path, help="where checkpoints go (default: a temporary folder)")
    parser.add_argument("--rounds", type=int, default=3, help="draws of passages and sentences (default: 3)")
    chosen = parser.parse_args()
    data, recipe = chosen.data / "train", Recipe()
    random = Random(recipe.seed)
    tokenizer = timed("tokenizer", lambda: make_tokenizer(data))
    glossary = timed("glossary", lambda: make_glossary(tokenizer, data))
    kinds = timed("pairs", lambda: all_pairs(data, glossary, random, chosen.rounds))
    print(f"{sum(map(len, kinds.values()))} pairs:", {kind: len(pairs) for kind, pairs in kinds.items()}, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        work = chosen.work or Path(temporary)
        rows = timed("training", lambda: train(tokenizer, kinds, recipe, work))
    timed("export", lambda: export(tokenizer, rows, chosen.into))


if __name__ == "__main__":
    main()
