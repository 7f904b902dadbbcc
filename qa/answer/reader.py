"""Models that read: given a question and passages, the span that answers, or that none does.

Any extractive question-answering model of the transformers library, by folder or hub name; never needed. A passage
that is longer than the model reads at once is read in windows that overlap. In each window the best span is held
against the model's "no answer", the span of its first token: their difference in log-odds gives the score. Knows
nothing of how the passages were found.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qa.answer.answer import Finding
from qa.embedding.hub import cached_folder
from qa.errors import ModelNotFoundError, ModelUnusableError, first_line
from qa.passages import Passage
from qa.retrieval import Hit
from qa.text import syllables

WINDOW_TOKENS = 384
"""No window is longer, question included, though a model could read more."""
OVERLAP = 0.25
"""The share of a window that the next one reads again, so that no answer is cut by all of them."""
SPAN_TOKENS = 40
"""No span is longer: those of the usual training sets hardly ever are."""


@dataclass(frozen=True)
class ReadSpan(Finding):
    """A span that a reader chose; `score` is the chance, by its own account, that it answers, from .5 to 1."""

    score: float


@runtime_checkable
class Reader(Protocol):
    """Anything that chooses a span of passages."""

    def read(self, question: str, hits: Sequence[Hit]) -> ReadSpan | None:
        """The span that answers best, of whole words; None when no passage has an answer."""
        ...


def load_reader(name: str, *, offline: bool = False) -> Reader:
    """An extractive question-answering model, by a folder or by its name on the Hugging Face hub.

    With `offline` the network is never tried. Raises `ModelNotFoundError` when the model is not on this disk and
    cannot be fetched, `ModelUnusableError` when its files are no such model.
    """
    given = Path(name).expanduser()
    folder = given if given.is_dir() else cached_folder(name)
    if folder is None and offline:
        raise ModelNotFoundError(name, "offline")
    try:
        with _quiet():
            model, tokenizer = _load(str(folder or name), local=folder is not None)
    except ModelUnusableError:
        raise
    except Exception as error:  # whatever loaders and the hub's clients make of it
        kind = ModelUnusableError if folder else ModelNotFoundError
        raise kind(name, first_line(error)) from error
    return _TransformersReader(model, tokenizer)


def _load(name: str, *, local: bool) -> tuple[Any, Any]:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    model, info = AutoModelForQuestionAnswering.from_pretrained(name, local_files_only=local, output_loading_info=True)
    missing = sorted(info["missing_keys"])
    if missing:  # transformers would go on with random numbers in their place
        raise ModelUnusableError(name, f"it was not trained to answer questions: it has no {missing[0]}")
    tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local)
    if not tokenizer.is_fast:
        raise ModelUnusableError(name, "its tokenizer cannot tell where a token stands in the text")
    return model.eval(), tokenizer


@contextmanager
def _quiet() -> Iterator[None]:
    """No progress bars or reports on stderr: what matters of them becomes an error."""
    from transformers import utils

    logging: Any = utils.logging  # it has no types
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


class _Choice(NamedTuple):
    """A span of a passage, and how many log-odds it is ahead of no answer."""

    margin: float
    start: int
    end: int


class _TransformersReader:
    """A transformers model that gives each token the odds of being the first and the last of the answer.

    Safe to share between threads.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._alone = threading.Lock()  # a tokenizer's settings are changed by each call
        positions = getattr(model.config, "max_position_embeddings", None) or WINDOW_TOKENS + 2
        # Two positions fewer: models of the RoBERTa family count from two.
        self._window = min(WINDOW_TOKENS, tokenizer.model_max_length, max(positions - 2, 16))

    def read(self, question: str, hits: Sequence[Hit]) -> ReadSpan | None:
        """The span that is furthest ahead of no answer; of equal ones that of the better hit."""
        with self._alone:
            windows = self._windows(question, [hit.passage.text for hit in hits]) if hits else []
        found = [(choice, hits[hit]) for hit, choice in windows if choice and choice.margin >= 0]
        if not found:
            return None
        choice, hit = max(found, key=lambda one: (one[0].margin, -one[1].rank))
        start, end = _whole_words(hit.passage, choice.start, choice.end)
        text = hit.passage.text[start:end]
        offset = hit.passage.start
        return ReadSpan(text, offset + start, offset + end, hit, 1 / (1 + math.exp(-choice.margin)))

    def _windows(self, question: str, texts: list[str]) -> list[tuple[int, _Choice | None]]:
        """For each window the number of its text, and the best span in it."""
        import torch

        encoded = self._tokenizer(
            [self._short(question)] * len(texts),
            texts,
            truncation="only_second",
            max_length=self._window,
            stride=int(OVERLAP * self._window),
            padding=True,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping").numpy()
        of_text = encoded.pop("overflow_to_sample_mapping").tolist()
        with torch.inference_mode():
            output = self._model(**encoded)
        starts, ends = output.start_logits.double().numpy(), output.end_logits.double().numpy()
        readable = partial(_readable, encoded, offsets)
        own = [self._no_answer(ids) for ids in encoded["input_ids"].tolist()]
        return [
            (text, _best(starts[n], ends[n], own[n], readable(n, texts[text]), offsets[n]))
            for n, text in enumerate(of_text)
        ]

    def _short(self, question: str) -> str:
        """The question cut to half a window, so that there is room to read."""
        offsets = self._tokenizer(question, return_offsets_mapping=True, add_special_tokens=False)["offset_mapping"]
        room = self._window // 2 - 4
        return question[: offsets[room][0]] if len(offsets) > room else question

    def _no_answer(self, ids: list[int]) -> int:
        """The place of the token that stands for no answer."""
        token = self._tokenizer.cls_token_id
        return ids.index(token) if token in ids else 0


def _readable(encoded: Any, offsets: NDArray[np.int64], window: int, text: str) -> NDArray[np.bool_]:
    """Which tokens of a window stand for something visible of the passage's text."""
    spans = zip(encoded.sequence_ids(window), offsets[window].tolist(), strict=True)
    return np.array([part == 1 and bool(text[start:end].strip()) for part, (start, end) in spans])


def _best(
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    no_answer: int,
    readable: NDArray[np.bool_],
    offsets: NDArray[np.int64],
) -> _Choice | None:
    """The span of at most `SPAN_TOKENS` tokens with the highest sum; None where there is nothing to read."""
    if not readable.any():
        return None
    masked = np.where(readable, starts, -np.inf)[:, None] + np.where(readable, ends, -np.inf)[None, :]
    possible = np.triu(np.tril(np.ones_like(masked, dtype=bool), SPAN_TOKENS - 1))
    scores = np.where(possible, masked, -np.inf)
    first, last = np.unravel_index(np.argmax(scores), scores.shape)
    margin = float(scores[first, last] - starts[no_answer] - ends[no_answer])
    return _Choice(margin, int(offsets[first, 0]), int(offsets[last, 1]))


def _whole_words(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The span with the words completed that it cuts, and without white space at its ends."""
    words = [word for word in syllables(passage.text) if word.start < end and start < word.end]
    start, end = min([start, *(word.start for word in words)]), max([end, *(word.end for word in words)])
    text = passage.text[start:end]
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
