"""A reader without a model: it proposes spans of the asked kind in the sentences that share most with the question.

It answers where onnxruntime is not installed. Knows words; does not know what a sentence says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from qa.passages import Passage
from qa.reading.protocol import Reading, Window
from qa.reading.rules.spans import propose
from qa.reading.target import Target, asked
from qa.reading.vocabulary import ENGLISH_GRAMMAR, GRAMMAR
from qa.reading.words import sentences_of, words_of
from qa.text import fold, syllables

FOLDER = Path(__file__).parent
_NEVER = -30.0
_STEEPNESS = 20.0
"""Log-odds for each whole share of the question's words."""
_EVEN = 0.7
"""The share of the words at which a sentence as likely answers as not."""


class RuleReader:
    """Reads by words alone; holds nothing."""

    @property
    def folder(self) -> Path:
        """Where the numbers lie that deciding goes by with it."""
        return FOLDER

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        kind = asked(question)
        wanted = _weights(f"{question[: kind.start]} . {question[kind.end :]}", passages)
        return [Reading(tuple(_windows(kind, wanted, one))) for one in passages]


def _weights(question: str, passages: Sequence[Passage]) -> Mapping[str, float]:
    """Return the folded words of what a question tells, the rarer among the passages the heavier."""
    words = {fold(word.form) for word in syllables(question) if word.form not in GRAMMAR | ENGLISH_GRAMMAR}
    counts = Counter(word for one in passages for word in words & (words_of(one.title).all | words_of(one.text).all))
    return {word: math.log(1 + len(passages) / (1 + counts[word])) for word in words}


def _windows(kind: Target, wanted: Mapping[str, float], passage: Passage) -> Iterator[Window]:
    """Yield a window for each sentence, of its syllables."""
    total = sum(wanted.values())
    for start, end in sentences_of(passage.text):
        text = passage.text[start:end]
        words = syllables(text)
        if not words:
            continue
        had = words_of(text).all | words_of(passage.title).all
        share = sum(weight for word, weight in wanted.items() if word in had) / total if total else 0.0
        odds = _STEEPNESS * (share - _EVEN)
        starts, ends = (np.full(len(words), _NEVER, dtype=np.float32) for _ in range(2))
        for first, last in propose(kind, text) or [(words[0].start, words[-1].end)]:
            starts[next(n for n, word in enumerate(words) if word.end > first)] = odds / 2
            ends[max(n for n, word in enumerate(words) if word.start < last)] = odds / 2
        offsets = np.array([(start + word.start, start + word.end) for word in words], dtype=np.int64)
        yield Window(offsets, starts, ends, odds)
