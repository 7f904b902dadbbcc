"""Trains a reader on rows: from given weights, all layers or the upper ones, alone or after a teacher."""

from __future__ import annotations

import copy
import random as chance
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch.nn import functional

from training.reader import network
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
    """Return each row as an example; None where the answer's tokens do not fit its characters or the room there is.

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
    """Return the first and last token of characters start to end; None where no token ends there."""
    first = next((n for n, (begin, stop) in enumerate(offsets) if begin <= start < stop), None)
    last = next((n for n, (begin, stop) in enumerate(offsets) if begin < end <= stop), None)
    return None if first is None or last is None or last < first else (first, last)


def _cut(length: int, room: int, span: tuple[int, int], random: Random | None) -> int:
    """Return how many tokens are left out before the passage's window."""
    if length <= room or random is None:
        return 0
    least, most = max(0, span[1] - room + 1), min(span[0], length - room)
    return random.randint(min(least, most), max(least, most))


CHUNK = 768
"""Rows that are sorted by length together; small, so that a row and its changed questions share a batch."""
WARM = 0.05
RELEVANCE = 0.5
"""Weight of the relevance beside the mean of start and end."""
HIDDEN = 0.02
"""Weight of the distance between the last layers of student and teacher."""
FAR = -1e4

Outputs = tuple[torch.Tensor, torch.Tensor]
"""The last layer (batch, length, hidden) and the values (batch, length, 3)."""


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to learn; `frozen` layers, and the embeddings below them, keep their weights."""

    minutes: float
    rate: float = 4e-5
    batch_tokens: int = 4096
    frozen: int = 4
    seed: int = 7


@dataclass(frozen=True)
class Batch:
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


def stacked(examples: Sequence[Example]) -> Batch:
    """Return examples as one batch, padded to the longest."""
    length = max(len(example.ids) for example in examples)
    return Batch(
        torch.tensor([example.ids + [PADDING] * (length - len(example.ids)) for example in examples]),
        torch.tensor([example.start for example in examples]),
        torch.tensor([example.end for example in examples]),
        torch.tensor([float(example.row.relevant) for example in examples]),
        torch.tensor([float(example.row.taught) for example in examples]),
    )


def batches(tokenizer: Tokenizer, rows: Sequence[Sequence[Row]], recipe: Recipe) -> Iterator[Batch]:
    """Yield batches of about `batch_tokens` without end; rows that are given together come together."""
    random = chance.Random(recipe.seed)
    while True:
        together = [row for group in random.sample(list(rows), len(rows)) for row in group]
        for begin in range(0, len(together), CHUNK):
            examples = [x for x in encoded(tokenizer, together[begin : begin + CHUNK], random) if x is not None]
            groups = list(by_length(examples, recipe.batch_tokens))
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


def loss_of(values: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the cross-entropy of start and end over the tokens, and binary cross-entropy of the relevance."""
    shut = batch.mask == 0
    spans = [
        functional.cross_entropy(values[..., column].masked_fill(shut, FAR), target, reduction="none")
        for column, target in ((0, batch.start), (1, batch.end))
    ]
    known = (batch.relevant >= 0).float()
    relevance = functional.binary_cross_entropy_with_logits(
        values[:, 0, 2], batch.relevant.clamp(min=0), reduction="none"
    )
    taught = ((spans[0] + spans[1]) * batch.taught).sum() / batch.taught.sum().clamp(min=1) / 2
    return taught + RELEVANCE * (relevance * known).sum() / known.sum().clamp(min=1)


def distance(student: Outputs, teacher: Outputs, batch: Batch) -> torch.Tensor:
    """Return how far a student is from its teacher: Kullback-Leibler of start and end, relevance, last layer."""
    (hidden, values), (goal, wanted) = student, teacher
    shut = batch.mask == 0
    spans = [
        functional.kl_div(
            values[..., column].masked_fill(shut, FAR).log_softmax(-1),
            wanted[..., column].masked_fill(shut, FAR).log_softmax(-1),
            log_target=True,
            reduction="batchmean",
        )
        for column in (0, 1)
    ]
    relevance = functional.binary_cross_entropy_with_logits(values[:, 0, 2], wanted[:, 0, 2].sigmoid())
    apart = ((hidden - goal).square().sum(-1) * batch.mask).sum() / batch.mask.sum()
    return (spans[0] + spans[1]) / 2 + RELEVANCE * relevance + HIDDEN * apart


class Learner:
    """A reader that learns from batches in bfloat16; the weights that its steps change are kept in full precision."""

    def __init__(self, state: network.State, recipe: Recipe) -> None:
        self._exact = network.from_state(state)
        _freeze(self._exact, recipe.frozen)
        self._rounded = copy.deepcopy(self._exact).to(torch.bfloat16).train()
        self._weights = [
            (exact, rounded)
            for exact, rounded in zip(self._exact.parameters(), self._rounded.parameters(), strict=True)
            if exact.requires_grad
        ]
        learned = [exact for exact, _ in self._weights]
        groups = [
            {"params": [value for value in learned if value.ndim > 1], "weight_decay": 0.01},
            {"params": [value for value in learned if value.ndim < 2], "weight_decay": 0.0},
        ]
        self._optimizer = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98))

    @property
    def state(self) -> network.State:
        """The weights as they are now."""
        return network.to_state(self._exact)

    def step(self, batch: Batch, rate: float, teacher: network.Reader | None = None) -> float:
        """Learn from one batch and return its loss; a teacher is in bfloat16."""
        hidden = self._rounded.hidden(batch.ids, batch.mask)
        outputs = hidden.float(), self._rounded.head(hidden).float()
        loss = loss_of(outputs[1], batch)
        if teacher is not None:
            goal = teacher.hidden(batch.ids, batch.mask)
            loss = loss + distance(outputs, (goal.float(), teacher.head(goal).float()), batch)
        loss.backward()  # type: ignore[no-untyped-call]
        self._change(rate)
        return float(loss.detach())

    def _change(self, rate: float) -> None:
        for exact, rounded in self._weights:
            exact.grad = None if rounded.grad is None else rounded.grad.float()
            rounded.grad = None
        torch.nn.utils.clip_grad_norm_([exact for exact, _ in self._weights], 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        with torch.no_grad():
            for exact, rounded in self._weights:
                rounded.copy_(exact)


def _freeze(reader: network.Reader, layers: int) -> None:
    """Let the embeddings and so many layers above them keep their weights; none of them if it is 0."""
    for name, value in reader.named_parameters():
        layer = name.removeprefix(f"encoder.{network.LAYER}")
        below = name.startswith("encoder.embeddings.") or (layer != name and int(layer.split(".")[0]) < layers)
        value.requires_grad = not (layers and below)


def rate_at(part: float, recipe: Recipe) -> float:
    """Return the learning rate after a part of the time: a short rise, then a straight fall to nearly nothing."""
    return recipe.rate * (part / WARM if part < WARM else max(0.02, (1 - part) / (1 - WARM)))


def train(
    state: network.State,
    rows: Sequence[Sequence[Row]],
    tokenizer: Tokenizer,
    recipe: Recipe,
    into: Path,
    teacher: network.State | None = None,
) -> network.State:
    """Continue from a state on groups of rows, and return the new one; a checkpoint is written every ten minutes.

    With a teacher the reader also learns to give its values.
    """
    torch.manual_seed(recipe.seed)
    learner, after = Learner(state, recipe), _fixed(teacher) if teacher else None
    begun = said = saved = time.monotonic()
    seen, losses = 0, [0.0]
    for batch in batches(tokenizer, rows, recipe):
        part = (time.monotonic() - begun) / 60 / recipe.minutes
        if part >= 1:
            break
        losses.append(learner.step(batch, rate_at(part, recipe), after))
        seen += len(batch.ids)
        if time.monotonic() - said > 60:
            said = time.monotonic()
            print(f"{(said - begun) / 60:.1f} min  {seen} rows  loss {sum(losses) / len(losses):.4f}", flush=True)
            losses = []
        if time.monotonic() - saved > 600:
            saved = time.monotonic()
            network.save(learner.state, into.with_name(f"{into.stem}.{(saved - begun) / 60:.0f}.pt"))
    return learner.state


def _fixed(state: network.State) -> network.Reader:
    reader = network.from_state(state).to(torch.bfloat16).eval()
    for value in reader.parameters():
        value.requires_grad = False
    return reader
