"""A reader without a model: it proposes spans of the asked kind in the sentences that share most with the question.

It answers where onnxruntime is not installed. Knows words; does not know what a sentence says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from qa.passages import Passage
from qa.reading.kinds import asked
from qa.reading.protocol import Reading, Window
from qa.reading.rules.proposing import propose
from qa.reading.vocabulary import ENGLISH_GRAMMAR, GRAMMAR
from qa.text import fold, sentences, syllables

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
        """One reading for each passage, in their order."""
        wanted = _weights(question, passages)
        return [Reading(tuple(_windows(question, wanted, one))) for one in passages]


def _weights(question: str, passages: Sequence[Passage]) -> Mapping[str, float]:
    """The folded words of the question, the rarer among the passages the heavier."""
    kind = asked(question)
    told = f"{question[: kind.start]} . {question[kind.end :]}"
    words = {fold(word.form) for word in syllables(told) if word.form not in GRAMMAR | ENGLISH_GRAMMAR}
    counts = Counter(word for one in passages for word in words & _words(f"{one.title} {one.text}"))
    return {word: math.log(1 + len(passages) / (1 + counts[word])) for word in words}


def _windows(question: str, wanted: Mapping[str, float], passage: Passage) -> list[Window]:
    """A window for each sentence, of its syllables."""
    found = []
    kind = asked(question)
    title = _words(passage.title)
    for start, end in sentences(passage.text):
        text = passage.text[start:end]
        words = syllables(text)
        if not words:
            continue
        places = propose(kind, text) or [(words[0].start, words[-1].end)]
        had = _words(text) | title
        total = sum(wanted.values())
        share = sum(weight for word, weight in wanted.items() if word in had) / total if total else 0.0
        odds = _STEEPNESS * (share - _EVEN)
        offsets = np.array([(start + word.start, start + word.end) for word in words], dtype=np.int64)
        starts, ends = (np.full(len(words), _NEVER, dtype=np.float32) for _ in range(2))
        for first, last in places:
            starts[[word.end > first for word in words].index(True)] = odds / 2
            ends[len(words) - 1 - [word.start < last for word in reversed(words)].index(True)] = odds / 2
        found.append(Window(offsets, starts, ends, odds))
    return found


def _words(text: str) -> set[str]:
    return {fold(word.form) for word in syllables(text)}
