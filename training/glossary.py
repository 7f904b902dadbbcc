"""Learn word-by-word English for Vietnamese text from pairs of sentences; knows tokens, not files.

IBM model 1 (Brown et al., "The Mathematics of Statistical Machine Translation", 1993, section 4): every word of an
English sentence comes from one token of the Vietnamese one, or from none; p(word | token) is re-estimated from the
expected counts, starting from uniform alignments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.pairs import Pair
from training.tokenizer import SPACE

WORD = re.compile(r"[^\W_]+")
# Chosen by hand.
LONGEST = 60  # tokens or words of a sentence that are used
ITERATIONS = 5
LIKELY = 0.05
LEAST_COUNT = 0.8
CHOICES = 4

Numbers = NDArray[np.int64]


class Glossary:
    """English words for each Vietnamese token, each with its likelihood."""

    def __init__(self, tokenizer: Tokenizer, words: dict[int, tuple[list[str], list[float]]]) -> None:
        self.tokenizer = tokenizer
        self.words = words

    def english(self, text: str, random: Random) -> str:
        """Return the text with each known token replaced by English words, one per syllable.

        They are drawn by likelihood, without repeats.
        """
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        forms: list[str] = []
        for token, form in zip(encoding.ids, encoding.tokens, strict=True):
            if token in self.words:
                drawn = random.choices(*self.words[token], k=max(1, form.count(SPACE)))
                forms.extend(SPACE + word for word in dict.fromkeys(drawn))
            else:
                forms.append(form)
        return "".join(forms).replace(SPACE, " ").strip()


def learn_glossary(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> Glossary:
    """Return the likeliest English words of each token, from (English, Vietnamese) pairs."""
    nothing = tokenizer.get_vocab_size()
    numbers: dict[str, int] = {}
    tokens, words, slots = _links(tokenizer, pairs, numbers, nothing)
    kinds, kind = np.unique(tokens * len(numbers) + words, return_inverse=True)
    token, word = kinds // len(numbers), kinds % len(numbers)
    chance: NDArray[np.float64] = np.ones(len(kinds))
    counts = chance
    for _ in range(ITERATIONS):
        share = chance[kind]
        share /= np.bincount(slots, weights=share)[slots]
        counts = np.bincount(kind, weights=share).astype(np.float64)
        chance = counts / np.bincount(token, weights=counts)[token]
    known = (chance >= LIKELY) & (counts >= LEAST_COUNT) & (token != nothing)
    return Glossary(tokenizer, _choices(token[known], word[known], chance[known], list(numbers)))


def _links(
    tokenizer: Tokenizer, pairs: Sequence[Pair], numbers: dict[str, int], nothing: int
) -> tuple[Numbers, Numbers, Numbers]:
    """Return token, word and place of the word for every possible link; new words get a number."""
    tokens, words, slots = [], [], []
    place = 0
    encodings = tokenizer.encode_batch_fast([vietnamese for _, vietnamese in pairs], add_special_tokens=False)
    for (english, _), encoding in zip(pairs, encodings, strict=True):
        here = np.array([nothing, *encoding.ids[:LONGEST]])
        there = [numbers.setdefault(word, len(numbers)) for word in WORD.findall(english.lower())[:LONGEST]]
        tokens.append(np.tile(here, len(there)))
        words.append(np.repeat(np.array(there, dtype=np.int64), len(here)))
        slots.append(np.repeat(np.arange(place, place + len(there)), len(here)))
        place += len(there)
    return np.concatenate(tokens), np.concatenate(words), np.concatenate(slots)


def _choices(
    tokens: Numbers, words: Numbers, chance: NDArray[np.float64], names: list[str]
) -> dict[int, tuple[list[str], list[float]]]:
    found: dict[int, tuple[list[str], list[float]]] = {}
    for link in np.lexsort((-chance, tokens)):
        choices, chances = found.setdefault(int(tokens[link]), ([], []))
        if len(choices) < CHOICES:
            choices.append(names[words[link]])
            chances.append(float(chance[link]))
    return found
