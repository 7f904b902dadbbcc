"""The bundled readers: a small cross-encoder, and one without a model for where that cannot run.

The cross-encoder was trained by this project and runs on onnxruntime, without torch. It reads "question </s> </s> title
— passage" and scores how well an answer starts and ends at each token and, at the first token, whether the passage
answers at all; its card describes the data. The other reader proposes spans of the kind asked for in the sentences that
share most with the question. Knows nothing of how passages were found.
"""

from __future__ import annotations

import math
import os
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from qa.errors import INSTALL_AGAIN, ModelUnusableError, PackageMissingError, first_line
from qa.passages import Passage
from qa.reading.protocol import Offsets, Reader, Reading, Window
from qa.reading.rules.spans import propose
from qa.reading.target import Target, asked
from qa.reading.vocabulary import ENGLISH_GRAMMAR, GRAMMAR
from qa.reading.words import sentences_of, words_of
from qa.text import fold, syllables

MODEL_FOLDER = Path(__file__).parent.parent / "models" / "vi-en-reader"
MODEL_FILE, TOKENIZER_FILE = "model.int8.onnx", "tokenizer.json"
LABELS = 3
"""Start, end and relevance."""

WINDOW_TOKENS = 288
"""As in training, question and separators included."""
QUESTION_TOKENS = 48
OVERLAP = 64
"""Tokens that a window shares with the one before, so that no answer up to that length is cut in both."""
_START, _END = 0, 2


class OnnxReader:
    """A cross-encoder in a folder with its tokenizer; safe to share between threads."""

    def __init__(self, folder: Path, model_file: str = MODEL_FILE) -> None:
        self._session, self._tokenizer = _load(folder, model_file)
        self._folder = folder
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, "reader")

    @property
    def folder(self) -> Path:
        """Its folder, which also holds the weights fitted for it."""
        return self._folder

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order.

        Each window is run by itself: an int8 model scales its activations by the largest in the batch, so the reading
        of one passage would depend on the others.
        """
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
        head = [_START, *asked, _END, _END]
        return list(self._pool.map(partial(self._read, head), passages))

    def _read(self, head: Sequence[int], passage: Passage) -> Reading:
        return Reading(tuple(self._windows(head, passage)))

    def _windows(self, head: Sequence[int], passage: Passage) -> Iterator[Window]:
        room = WINDOW_TOKENS - len(head) - 1
        title = self._tokenizer.encode(_title(passage), add_special_tokens=False).ids[: room // 2]
        text = self._tokenizer.encode(passage.text, add_special_tokens=False)
        offsets = np.array(text.offsets, dtype=np.int64).reshape(-1, 2)
        room -= len(title)
        for start in range(0, max(len(text.ids) - OVERLAP, 1), room - OVERLAP):
            ids = [*head, *title, *text.ids[start : start + room], _END]
            yield self._window(ids, len(head) + len(title), offsets[start : start + room])

    def _window(self, ids: Sequence[int], first: int, offsets: Offsets) -> Window:
        """Read one window; the passage's tokens begin at `first` among the ids."""
        given = np.array([ids], dtype=np.int64)
        (scores,) = self._session.run(None, {"input_ids": given, "attention_mask": np.ones_like(given)})
        starts, ends = (scores[0, first : first + len(offsets), n] - scores[0, 0, n] for n in range(2))
        return Window(offsets, starts, ends, float(scores[0, 0, 2]))


def _title(passage: Passage) -> str:
    above = ". ".join(part for part in (passage.title, passage.context) if part)
    return f"{above} —" if above else ""


def _load(folder: Path, model_file: str) -> tuple[Any, Any]:
    """Return the session and the tokenizer.

    Raises `PackageMissingError` without onnxruntime, else `ModelUnusableError`.
    """
    # From 1.29 on, onnxruntime reports to Microsoft which models are run, with an id for this machine.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read while it is imported
    try:
        from onnxruntime import InferenceSession, SessionOptions, disable_telemetry_events
        from tokenizers import Tokenizer
    except ImportError as error:
        raise PackageMissingError(error.name or "onnxruntime") from error
    try:
        disable_telemetry_events()  # in case the program has already imported it
        options = SessionOptions()
        # Threads that share one passage wait for each other; each has a passage of its own instead.
        options.intra_op_num_threads = 1
        session = InferenceSession(folder / model_file, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        names = [one.name for one in session.get_inputs()], session.get_outputs()[0].shape[-1]
    except Exception as error:  # onnxruntime and tokenizers raise classes of their own, and plain ones
        raise ModelUnusableError(str(folder), first_line(error), INSTALL_AGAIN) from error
    if names != (["input_ids", "attention_mask"], LABELS):
        raise ModelUnusableError(str(folder), "it does not score start, end and relevance of each token", INSTALL_AGAIN)
    return session, tokenizer


RULES_FOLDER = Path(__file__).parent / "rules"
_NEVER = -30.0
_STEEPNESS = 20.0
"""Log-odds gained from none to all of the question's words."""
_EVEN = 0.7
"""The share of the words at which a sentence is as likely as not to answer."""


class RuleReader:
    """Reads by shared words alone, where onnxruntime is not installed; does not understand a sentence."""

    @property
    def folder(self) -> Path:
        """The folder with the weights that `deciding` uses for it."""
        return RULES_FOLDER

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        kind = asked(question)
        wanted = _weights(f"{question[: kind.start]} . {question[kind.end :]}", passages)
        return [Reading(tuple(_windows(kind, wanted, one))) for one in passages]


def _weights(question: str, passages: Sequence[Passage]) -> Mapping[str, float]:
    """Return weights of the folded words of a question's content; the rarer among the passages, the heavier."""
    words = {fold(word.form) for word in syllables(question) if word.form not in GRAMMAR | ENGLISH_GRAMMAR}
    counts = Counter(word for one in passages for word in words & (words_of(one.title).all | words_of(one.text).all))
    return {word: math.log(1 + len(passages) / (1 + counts[word])) for word in words}


def _windows(kind: Target, wanted: Mapping[str, float], passage: Passage) -> Iterator[Window]:
    """Yield a window for each sentence, with syllables as tokens."""
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


# The reader to use

_alone = threading.Lock()


def load_reader(name: str | None = None, *, offline: bool = False) -> Reader:
    """Return the bundled reader, or a question-answering model by folder or by name on the Hugging Face hub.

    The bundled one is loaded once. Where onnxruntime is not installed it is a `RuleReader`, which knows words alone.
    Any other is extractive: it chooses a span. With `offline` the network is never tried. Raises `ModelNotFoundError`
    when a model is not on this disk and cannot be fetched, `ModelUnusableError` when its files are no such model.
    """
    if name is None:
        with _alone:
            return _bundled()
    from qa.reading.transformers_reader import load_transformers_reader

    return load_transformers_reader(name, offline=offline)


@cache
def _bundled() -> Reader:
    try:
        return OnnxReader(MODEL_FOLDER)
    except PackageMissingError:
        return RuleReader()
