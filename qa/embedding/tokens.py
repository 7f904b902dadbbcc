"""The tokens of the bundled model, made word by word, in a fraction of the time that its tokenizer takes for a text.

Its merges come in two kinds, one after the other: first of characters within a word, then of whole words to compounds.
So each word needs the tokenizer once, and a text only the merges of the second kind. Knows no vectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from qa.text import WordCache

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SPACE = "▁"  # that a token at the start of a word begins with
_PARTED = -1  # stands where something between two words keeps them apart
_NEVER = 1 << 30
_KEPT = 50_000  # words that are met side by side, with what they are together


class WordTokens:
    """The tokens of one tokenizer, which is read from its file; `ids` is what it encodes a text to."""

    def __init__(self, tokenizer: Tokenizer, file: Path) -> None:
        self._pieces = tokenizer.pre_tokenizer.pre_tokenize_str
        self._model = tokenizer.model
        self._normalized = tokenizer.normalizer.normalize_str
        self._words = WordCache(self._word)
        self._compounds = _Compounds(file)

    def ids(self, text: str) -> list[int]:
        """Return the numbers of the tokens of a text, in order."""
        found = list(chain.from_iterable(map(self._words.__getitem__, text.split(" "))))
        return [one for one in self._compounds.made_of(found) if one != _PARTED]

    def _word(self, written: str) -> tuple[int, ...]:
        """Return the tokens of what stands between two spaces, which need not be one word."""
        return tuple(one for word in self._normalized(written).split() for one in self._parts(word))

    def _parts(self, word: str) -> Iterator[int]:
        done = 0
        for piece, (start, end) in self._pieces(word):
            if start > done:
                yield _PARTED
            yield from (token.id for token in self._model.tokenize(piece))
            done = end
        if done < len(word):
            yield _PARTED


class _Compounds:
    """Which tokens of whole words become one; the earlier a merge, the smaller the number of the token it makes."""

    def __init__(self, file: Path) -> None:
        model = json.loads(file.read_text(encoding="utf-8"))["model"]
        number = model["vocab"].__getitem__
        self._merges: dict[tuple[int, int], int] = {}
        self._neighbours: set[tuple[int, int]] = set()  # words that stand side by side in a compound
        ends: dict[int, tuple[int, int]] = {}
        for first, second in model["merges"]:
            if second.startswith(_SPACE):
                left, right, made = number(first), number(second), number(first + second)
                (start, before), (after, end) = ends.get(left, (left, left)), ends.get(right, (right, right))
                self._merges[left, right], ends[made] = made, (start, end)
                self._neighbours.add((before, after))
        self._known = lru_cache(_KEPT)(self._merged)

    def made_of(self, words: list[int]) -> list[int]:
        """Return the words, those that are a compound together; merges never reach over words that are in none."""
        done, made = 0, list[int]()
        joints = [at for at, pair in enumerate(pairwise(words)) if pair in self._neighbours]
        for start, stop in _runs(joints):
            made += words[done:start]
            made += self._known(tuple(words[start:stop]))
            done = stop
        return made + words[done:]

    def _merged(self, words: Sequence[int]) -> list[int]:
        """Return them after all merges, the earliest first, and of equal ones the leftmost."""
        left = list(words)
        while True:
            made = [self._merges.get(pair, _NEVER) for pair in pairwise(left)]
            first = min(made, default=_NEVER)
            if first == _NEVER:
                return left
            at = made.index(first)
            left[at : at + 2] = [first]


def _runs(joints: list[int]) -> Iterator[tuple[int, int]]:
    """Yield where words that are joined one to the next begin and end; a joint has the number of the word before it."""
    if not joints:
        return
    start = before = joints[0]
    for at in joints[1:]:
        if at > before + 1:
            yield start, before + 2
            start = at
        before = at
    yield start, before + 2
