"""Train a reader for a given time: on hidden words, on rows, or from a teacher on rows."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from training.reader import network
from training.reader.examples import PADDING, Batch
from training.reader.pretraining import Blocks

WARM = 0.04
"""Share of the time in which the learning rate rises; chosen by hand, as are the numbers below."""
DROPOUT = 0.1
"""As in BERT (Devlin et al., NAACL 2019)."""
RELEVANCE = 0.5
"""Weight of the relevance's loss against that of start and end."""
HIDDEN = 0.02
"""Weight of the distance between the last layers of student and teacher."""
FAR = -1e4
"""The value of tokens that no span may have: far below any other, and finite in half precision."""
REPORT_SECONDS, SAVE_SECONDS = 20, 300
"""Seconds between two lines about progress, and between two checkpoints."""

Draw = Callable[[slice, Random], Iterator[Batch | Blocks]]
"""Yields batches of a part of the material, without end."""
Outputs = tuple[torch.Tensor, torch.Tensor]
"""The last layer (batch, length, hidden) and the values (batch, length, 3)."""


class Stream(IterableDataset[Batch | Blocks]):
    """Batches drawn in several processes, in each from another part of the material and with another seed."""

    def __init__(self, draw: Draw, seed: int) -> None:
        self._draw, self._seed = draw, seed

    def __iter__(self) -> Iterator[Batch | Blocks]:
        worker = get_worker_info()
        number, workers = (worker.id, worker.num_workers) if worker else (0, 1)
        return self._draw(slice(number, None, workers), Random(self._seed * 1000 + number))

    def loaded(self, workers: int) -> Iterator[Batch | Blocks]:
        """Yield the batches that `workers` processes prepare; with 0, this process does."""
        return iter(
            DataLoader(
                self,
                batch_size=None,
                num_workers=workers,
                prefetch_factor=6 if workers else None,
                pin_memory=torch.cuda.is_available(),
                multiprocessing_context="fork" if workers else None,
                worker_init_fn=_alone,
            )
        )


def _alone(worker: int) -> None:
    """Keep the tokenizer to one thread, since each worker has a processor to itself."""
    del worker
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


@dataclass(frozen=True)
class Recipe:
    """How long and how fast to train; `last` is the share of the learning rate left at the end.

    The resulting weights are an exponential moving average over all steps, of decay at most `kept`; with 0, those of
    the last step. With `frozen` layers, these and the embeddings below them stay as they are.
    """

    seconds: float
    rate: float
    last: float
    kept: float
    seed: int = 1
    workers: int = 0
    frozen: int = 0


PRETRAINING = Recipe(seconds=360, rate=3e-4, last=0.1, kept=0.0)
TUNING = Recipe(seconds=500, rate=2e-4, last=0.02, kept=0.9985)


@dataclass(frozen=True)
class Feed:
    """A stream, and the part of the time in which it gives batches, in turn with the other streams of that time."""

    stream: Stream
    begin: float = 0.0
    end: float = math.inf


def rate_at(part: float, recipe: Recipe) -> float:
    """Return the learning rate after a share of the time: a short linear rise, then half a cosine down."""
    if part < WARM:
        return recipe.rate * part / WARM
    fallen = (1 - math.cos(math.pi * (part - WARM) / (1 - WARM))) / 2
    return recipe.rate * (1 - (1 - recipe.last) * fallen)


def loss_of(values: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the cross-entropy of start and end over the tokens, and binary cross-entropy of the relevance."""
    shut = batch.ids == PADDING
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
    shut = batch.ids == PADDING
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
    """A reader in training, on a GPU if there is one, there in bfloat16 wherever that is precise enough."""

    def __init__(self, state: network.State, recipe: Recipe, teacher: network.State | None = None) -> None:
        torch.manual_seed(recipe.seed)
        torch.set_float32_matmul_precision("high")
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._reader = network.from_state(state, dropout=DROPOUT, attention="sdpa").to(self._device).train()
        self._masked = network.MaskedHead(state[network.WORDS].shape[1]).to(self._device)
        self._teacher = network.from_state(teacher, attention="sdpa").to(self._device).eval() if teacher else None
        self._freeze(recipe.frozen)
        self._learned = [one for one in self._reader.parameters() if one.requires_grad]
        self._learned += self._masked.parameters()
        groups = [
            {"params": [value for value in self._learned if value.ndim > 1], "weight_decay": 0.01},
            {"params": [value for value in self._learned if value.ndim < 2], "weight_decay": 0.0},
        ]
        self._optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=self._device.type == "cuda")
        self._kept, self._steps = recipe.kept, 0
        self._mean = {name: value.detach().clone() for name, value in self._reader.named_parameters()}

    def _freeze(self, layers: int) -> None:
        encoder = self._reader.encoder
        for part in (encoder.embeddings, *encoder.encoder.layer[:layers]) if layers else ():
            part.requires_grad_(requires_grad=False)

    @property
    def state(self) -> network.State:
        """The present moving average of the weights."""
        return network.to_state(self._mean)

    def step(self, batch: Batch | Blocks, rate: float) -> torch.Tensor:
        """Train on one batch and return its loss."""
        given = type(batch)(*(value.to(self._device, non_blocking=True) for value in batch))
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._device.type == "cuda"):
            loss = self._of_blocks(given) if isinstance(given, Blocks) else self._of_rows(given)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._learned, 1.0)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.step()
        self._average()
        return loss.detach()

    def _of_rows(self, batch: Batch) -> torch.Tensor:
        hidden = self._reader.hidden(batch.ids, batch.mask)
        values = self._reader.head(hidden).float()
        if self._teacher is None:
            return loss_of(values, batch)
        with torch.no_grad():
            goal = self._teacher.hidden(batch.ids, batch.mask)
            wanted = self._teacher.head(goal).float()
        return loss_of(values, batch) + distance((hidden.float(), values), (goal.float(), wanted), batch)

    def _of_blocks(self, blocks: Blocks) -> torch.Tensor:
        hidden = self._reader.hidden(blocks.ids, torch.ones_like(blocks.ids)).flatten(0, 1)[blocks.places]
        words = self._reader.encoder.embeddings.word_embeddings.weight
        return functional.cross_entropy(self._masked(hidden, words).float(), blocks.wanted)

    @torch.no_grad()
    def _average(self) -> None:
        """Update the moving average, at first by more, so that it forgets the initial weights."""
        self._steps += 1
        kept = min(self._kept, (1 + self._steps) / (10 + self._steps))
        for name, value in self._reader.named_parameters():
            self._mean[name].lerp_(value, 1 - kept)


def train(
    state: network.State, feeds: Sequence[Feed], recipe: Recipe, into: Path, teacher: network.State | None = None
) -> network.State:
    """Train from a state for the recipe's time and return the new one; checkpoints are written to `into`.

    With a teacher, the reader also learns to give the teacher's values.
    """
    learner = Learner(state, recipe, teacher)
    loaded = [(feed, feed.stream.loaded(recipe.workers)) for feed in feeds]
    begun = reported = saved = time.monotonic()
    seen = steps = 0
    losses: list[torch.Tensor] = []
    while (part := ((now := time.monotonic()) - begun) / recipe.seconds) < 1:
        open_now = [batches for feed, batches in loaded if feed.begin <= part < feed.end]
        batch = next(open_now[steps % len(open_now)])
        losses.append(learner.step(batch, rate_at(part, recipe)))
        seen, steps = seen + len(batch.ids), steps + 1
        if now - reported > REPORT_SECONDS:
            reported, loss = now, torch.stack(losses).mean()
            print(f"{now - begun:.0f} s  {steps} steps  {seen} rows  loss {loss:.4f}", flush=True)
            losses = []
        if now - saved > SAVE_SECONDS:
            saved = now
            network.save(learner.state, into)
    print(f"{seen} rows in {steps} steps", flush=True)
    return learner.state
