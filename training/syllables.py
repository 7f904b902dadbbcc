"""Count the syllables and neighbouring pairs of the training texts, for restoring diacritics.

python -m training.syllables --data FOLDER --into qa/models/vi-syllables.npz

Only syllables that have a form with diacritics count; the table is as large as `LEAST_PAIR` makes it.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from qa.text import canonical, fold

# The fewest occurrences that are kept, so that the file stays small; chosen by hand.
LEAST_SYLLABLE = 40
LEAST_PAIR = 12
TEXTS_AT_ONCE = 5_000
_SYLLABLE = re.compile(r"[^\W\d_]+|[^\w\s]+|\d+")

Numbers = NDArray[np.int64]


def main() -> None:
    """Read the texts twice: count the syllables, then the neighbouring pairs."""
    parser = argparse.ArgumentParser(description="Count syllables and pairs for restoring diacritics.")
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    parser.add_argument("--into", type=Path, required=True, help="the .npz file to write")
    given = parser.parse_args()
    syllables = count_syllables(track_texts(given.data, "syllables"))
    kept = worth_keeping(syllables)
    pairs, times = count_pairs(track_texts(given.data, "pairs"), {form: n for n, form in enumerate(kept)})
    counts = np.array([syllables[form] for form in kept], dtype=np.uint32)
    forms = np.frombuffer(" ".join(kept).encode(), dtype=np.uint8)
    np.savez_compressed(given.into, forms=forms, counts=counts, pairs=pairs, times=times)
    print(f"{len(kept)} syllables, {len(pairs)} pairs, {given.into.stat().st_size / 1e6:.2f} MB")


def track_texts(data: Path, label: str) -> Iterator[str]:
    """Yield the texts of every training file, with a progress bar over the files' articles."""
    yield from track(texts(data), label, total=143_542 + 61_930 + 7_864, disable=not sys.stderr.isatty())


def texts(data: Path) -> Iterator[str]:
    """Yield title and body of every article of news, law and encyclopedia."""
    for name in ("law", "viwiki", "vietnews"):
        with lzma.open(data / "train" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                article = json.loads(line)
                body = article["body"] if "body" in article else [article["text"]]
                yield " . ".join([article["title"], *body])


def count_syllables(articles: Iterator[str]) -> Counter[str]:
    """Return how often each canonical word occurs in the texts."""
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update(_SYLLABLE.findall(canonical(article)))
    return counts


def worth_keeping(counts: Counter[str]) -> list[str]:
    """Return the frequent forms of bare syllables that are also written with diacritics, the most frequent first."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for form, count in counts.items():
        if count >= LEAST_SYLLABLE and form.isalpha():
            groups[fold(form)].append(form)
    kept = [form for bare, forms in groups.items() if any(form != bare for form in forms) for form in forms]
    return sorted(kept, key=lambda form: (-counts[form], form))


def count_pairs(articles: Iterator[str], numbers: dict[str, int]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return pairs as first * len(numbers) + second, in ascending order, and how often each occurs."""
    size = len(numbers)
    pairs, times = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    waiting: list[Numbers] = []
    for article in articles:
        words = _SYLLABLE.findall(canonical(article))
        row = np.array([numbers.get(word, -1) for word in words], dtype=np.int64)
        both = (row[:-1] >= 0) & (row[1:] >= 0)
        waiting.append(row[:-1][both] * size + row[1:][both])
        if len(waiting) == TEXTS_AT_ONCE:
            pairs, times = _merge(pairs, times, waiting)
    pairs, times = _merge(pairs, times, waiting)
    enough = times >= LEAST_PAIR
    return pairs[enough].astype(np.uint32), times[enough].astype(np.uint32)


def _merge(pairs: Numbers, times: Numbers, waiting: list[Numbers]) -> tuple[Numbers, Numbers]:
    new, new_times = np.unique(np.concatenate([*waiting, pairs[:0]]), return_counts=True)
    waiting.clear()
    merged, where = np.unique(np.concatenate([pairs, new]), return_inverse=True)
    sums = np.zeros(len(merged), dtype=np.int64)
    np.add.at(sums, where, np.concatenate([times, new_times]))
    return merged, sums


if __name__ == "__main__":
    main()
