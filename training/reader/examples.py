"""Encode rows as token ids, and batch rows of similar length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import NamedTuple

import torch
from tokenizers import Tokenizer

from training.reader.rows import Row

BEGIN, PADDING, END, SPECIALS = 0, 1, 2, 4
"""Ids of the special pieces, and the first id of a piece of text."""
QUESTION_TOKENS = 48
TOKENS = 288
BETWEEN = " — "
CHUNK = 3000
"""How many rows are sorted by length at a time."""
MULTIPLE = 32
"""Batches are padded to a multiple of this many tokens, so that a GPU sees few shapes."""


@dataclass(frozen=True)
class Example:
    """A row's token ids, and the positions of its answer's first and last token, 0 if it has none.

    `passage` is the position of the passage's first token, and `offsets` are the spans of the tokens from there on, in
    characters of `text`, the passage with its title before it.
    """

    row: Row
    ids: list[int]
    start: int
    end: int
    passage: int
    text: str
    offsets: list[tuple[int, int]]


class Batch(NamedTuple):
    """Examples side by side: token ids (batch, length), the rest (batch,)."""

    ids: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    relevant: torch.Tensor
    taught: torch.Tensor

    @property
    def mask(self) -> torch.Tensor:
        """1 for each token, 0 for padding."""
        return (self.ids != PADDING).long()


def encoded(tokenizer: Tokenizer, rows: Sequence[Row], random: Random | None = None) -> list[Example | None]:
    """Return each row as an example, or None if no tokens match the answer's characters, or if they do not fit.

    A passage that is too long is cut: at its end without `random`, else to a random window that holds the answer.
    """
    texts = [f"{row.title}{BETWEEN}{row.context}" if row.title else row.context for row in rows]
    questions = tokenizer.encode_batch([row.question for row in rows], add_special_tokens=False)
    passages = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [
        _example(row, question.ids[:QUESTION_TOKENS], text, passage, random)
        for row, question, text, passage in zip(rows, questions, texts, passages, strict=True)
    ]


def _example(row: Row, question: list[int], text: str, passage: object, random: Random | None) -> Example | None:
    ids: list[int] = passage.ids  # type: ignore[attr-defined]
    offsets: list[tuple[int, int]] = passage.offsets  # type: ignore[attr-defined]
    before = len(text) - len(row.context)
    span = _tokens_of(offsets, row.start + before, row.end + before) if row.answered else (0, 0)
    if span is None:
        return None
    room = TOKENS - len(question) - 4
    cut = _cut(len(ids), room, span, random) if row.answered else 0
    if row.answered and span[1] >= cut + room:
        return None
    place = len(question) + 3
    first, last = (place + span[0] - cut, place + span[1] - cut) if row.answered else (0, 0)
    kept = [BEGIN, *question, END, END, *ids[cut : cut + room], END]
    return Example(row, kept, first, last, place, text, offsets[cut : cut + room])


def _tokens_of(offsets: list[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """Return the first and the last token of the characters from start to end; None if no token ends there."""
    first = next((n for n, (begin, stop) in enumerate(offsets) if begin <= start < stop), None)
    last = next((n for n, (begin, stop) in enumerate(offsets) if begin < end <= stop), None)
    return None if first is None or last is None or last < first else (first, last)


def _cut(length: int, room: int, span: tuple[int, int], random: Random | None) -> int:
    """Return how many tokens of the passage precede its window."""
    if length <= room or random is None:
        return 0
    least, most = max(0, span[1] - room + 1), min(span[0], length - room)
    return random.randint(min(least, most), max(least, most))


def stacked(examples: Sequence[Example]) -> Batch:
    """Return examples as one batch, padded to the longest."""
    length = -(-max(len(example.ids) for example in examples) // MULTIPLE) * MULTIPLE
    return Batch(
        torch.tensor([example.ids + [PADDING] * (length - len(example.ids)) for example in examples]),
        torch.tensor([example.start for example in examples]),
        torch.tensor([example.end for example in examples]),
        torch.tensor([float(example.row.relevant) for example in examples]),
        torch.tensor([float(example.row.taught) for example in examples]),
    )


def batches(rows: Iterator[Row], tokenizer: Tokenizer, tokens: int, random: Random) -> Iterator[Batch]:
    """Yield rows as batches of at most about `tokens` tokens, sorting `CHUNK` rows by length at a time."""
    while chunk := list(islice(rows, CHUNK)):
        examples = [example for example in encoded(tokenizer, chunk, random) if example is not None]
        groups = list(by_length(examples, tokens))
        yield from (stacked(group) for group in random.sample(groups, len(groups)))


def by_length(examples: Sequence[Example], tokens: int) -> Iterator[list[Example]]:
    """Yield examples sorted by length, in groups that make at most `tokens` with their padding."""
    group: list[Example] = []
    for example in sorted(examples, key=lambda example: len(example.ids)):
        if group and len(example.ids) * (len(group) + 1) > tokens:
            yield group
            group = []
        group.append(example)
    if group:
        yield group
