"""Rows as token ids: `<s> question </s> </s> title — passage </s>`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tokenizers import Tokenizer

from training.reader.rows import Row

BEGIN, PADDING, END = 0, 1, 2
QUESTION_TOKENS = 48
TOKENS = 288
BETWEEN = " — "


@dataclass(frozen=True)
class Example:
    """A row's token ids and the places of its answer's first and last token, 0 where it has none.

    `passage` is the place of the passage's first token, and `offsets` are the characters of each token from there on
    in `text`, the passage with its title before it.
    """

    row: Row
    ids: list[int]
    start: int
    end: int
    passage: int
    text: str
    offsets: list[tuple[int, int]]


def encoded(tokenizer: Tokenizer, rows: Sequence[Row], random: Random | None = None) -> list[Example | None]:
    """Each row as an example; None where the answer's tokens do not fit its characters or the room there is.

    A passage that is too long is cut: without `random` at its end, else so that the answer is somewhere in it.
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
    """The first and last token of characters start to end; None where no token ends there."""
    first = next((n for n, (begin, stop) in enumerate(offsets) if begin <= start < stop), None)
    last = next((n for n, (begin, stop) in enumerate(offsets) if begin < end <= stop), None)
    return None if first is None or last is None or last < first else (first, last)


def _cut(length: int, room: int, span: tuple[int, int], random: Random | None) -> int:
    """How many tokens are left out before the passage's window."""
    if length <= room or random is None:
        return 0
    least, most = max(0, span[1] - room + 1), min(span[0], length - room)
    return random.randint(min(least, most), max(least, most))
