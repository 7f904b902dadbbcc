"""How well a reader finds answers, and how well its margin tells answered questions from others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.reader import network
from training.reader.encoding import PADDING, Example, encoded
from training.reader.rows import Row
from training.reader.train import by_length

Values = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]
"""Token ids and mask (batch, length) -> start, end and relevance (batch, length, 3)."""
ANSWER_TOKENS = 30
BATCH_TOKENS = 6144
APART = 7
"""How many questions further the wrong passage is taken from."""


@dataclass(frozen=True)
class Reading:
    """The best span of a passage: its text, its margin over no answer, and the passage's relevance."""

    text: str
    margin: float
    relevance: float


def of_state(state: network.State) -> Values:
    """The values of float weights."""
    reader = network.from_state(state).eval()

    @torch.no_grad()
    def values(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = reader(torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
        return found

    return values


def of_onnx(path: str, threads: int = 1) -> Values:
    """The values of an exported file."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def values(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return found

    return values


def read(values: Values, tokenizer: Tokenizer, rows: Sequence[Row]) -> list[Reading]:
    """The reading of each row's passage, whatever it is labelled."""
    bare = [row._replace(start=-1, end=-1) for row in rows]
    examples = [example for example in encoded(tokenizer, bare) if example is not None]
    place = {id(example): number for number, example in enumerate(examples)}
    readings: dict[int, Reading] = {}
    for group in by_length(examples, BATCH_TOKENS):
        length = max(len(example.ids) for example in group)
        ids = np.array([example.ids + [PADDING] * (length - len(example.ids)) for example in group], dtype=np.int64)
        for example, found in zip(group, values(ids, (ids != PADDING).astype(np.int64)), strict=True):
            readings[place[id(example)]] = best(example, found)
    return [readings[number] for number in range(len(rows))]


def best(example: Example, values: NDArray[np.float32]) -> Reading:
    """The span with the highest sum of start and end, of at most `ANSWER_TOKENS`; values are (length, 3)."""
    start, end = values[:, 0], values[:, 1]
    inside = slice(example.passage, len(example.ids) - 1)
    sums = start[inside, None] + end[None, inside]
    sums = np.where(np.triu(np.ones_like(sums)) * np.tril(np.ones_like(sums), ANSWER_TOKENS - 1) > 0, sums, -np.inf)
    if sums.size == 0:
        return Reading("", -np.inf, float(values[0, 2]))
    first, last = np.unravel_index(sums.argmax(), sums.shape)
    text = example.text[example.offsets[first][0] : example.offsets[last][1]].strip()
    return Reading(text, float(sums[first, last] - start[0] - end[0]), float(values[0, 2]))


def words_of(text: str) -> list[str]:
    """An answer's words as XQuAD and MLQA compare them: small letters, no punctuation."""
    return re.sub(r"[\W_]+", " ", text.lower()).split()


def f1(found: str, wanted: Iterable[str]) -> float:
    """The best overlap of words with one of the accepted answers."""
    scores = [0.0]
    for answer in wanted:
        one, other = words_of(found), words_of(answer)
        common = sum((Counter(one) & Counter(other)).values())
        scores.append(2 * common / (len(one) + len(other)) if common else 0.0)
    return max(scores)


def auc(above: Sequence[float], below: Sequence[float]) -> float:
    """How often a score of the first is above one of the second (area under ROC); equals count half."""
    high, low = np.array(above)[:, None], np.array(below)[None, :]
    return float((high > low).mean() + (high == low).mean() / 2)


def declined(above: Sequence[float], below: Sequence[float], lost: float) -> float:
    """The part of `below` under the threshold that loses a part of `above`."""
    return float((np.array(below) < np.quantile(above, lost)).mean())


def answers(values: Values, tokenizer: Tokenizer, asked: Sequence[tuple[Row, list[str]]]) -> dict[str, float]:
    """EM and F1 over the answered questions, and how margin and relevance tell the others from them.

    A file without unanswered questions is asked about the passage of another question instead ("wrong passage").
    """
    found = [(row, texts) for row, texts in asked if texts]
    readings = read(values, tokenizer, [row for row, _ in found])
    pairs = [(reading.text, texts) for reading, (_, texts) in zip(readings, found, strict=True)]
    measures = {
        "EM": float(np.mean([any(words_of(text) == words_of(answer) for answer in texts) for text, texts in pairs])),
        "F1": float(np.mean([f1(text, texts) for text, texts in pairs])),
    }
    without = [row for row, texts in asked if not texts]
    others = read(values, tokenizer, without or wrong_passages([row for row, _ in found]))
    above, below = ([reading.margin for reading in group] for group in (readings, others))
    measures["AUC"] = auc(above, below)
    measures["AUC of relevance"] = auc([r.relevance for r in readings], [r.relevance for r in others])
    return measures | {f"declined at {lost:.0%} lost": declined(above, below, lost) for lost in (0.05, 0.1)}


def wrong_passages(rows: Sequence[Row]) -> list[Row]:
    """Each question over the passage of a later question, the first one that is another passage."""
    moved = []
    for number, row in enumerate(rows):
        others = (rows[(number + APART + step) % len(rows)].context for step in range(len(rows)))
        moved.append(row._replace(context=next((o for o in others if o != row.context), ""), start=-1, end=-1))
    return moved
