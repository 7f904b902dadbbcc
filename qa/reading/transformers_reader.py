"""Run extractive question-answering models of the transformers library, by folder or hub name; optional.

A passage longer than the model reads at once is read in overlapping windows. In each window a span is compared with the
model's "no answer", the span of its first token. Knows nothing of how the passages were found.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.embedding.sentence_transformer import ask_hub, cached_folder
from qa.errors import ModelNotFoundError, ModelUnusableError, PackageMissingError, first_line
from qa.passages import Passage
from qa.reading.protocol import Reader, Reading, Scores, Window

WINDOW_TOKENS = 384
"""The longest window, question included, even if a model could read more."""
OVERLAP = 0.25
"""The share of a window that the next one repeats, so that no answer is cut in all of them."""


def load_transformers_reader(name: str, *, offline: bool = False) -> Reader:
    """Return an extractive question-answering model, by a folder or by its name on the Hugging Face hub.

    With `offline` nothing is downloaded. Raises `ModelNotFoundError` when the model is not on this disk and cannot be
    downloaded, `ModelUnusableError` when its files are not such a model, `PackageMissingError` without
    sentence-transformers.
    """
    given = Path(name).expanduser()
    folder = given if given.is_dir() else cached_folder(name)
    if folder is None and offline:
        raise ModelNotFoundError(name, "offline")
    try:
        if folder is None:
            ask_hub(name)
        with _quiet():
            model, tokenizer = _load(str(folder or name), local=folder is not None)
    except ModelUnusableError:
        raise
    except ModuleNotFoundError as error:
        raise PackageMissingError("sentence-transformers") from error
    except Exception as error:  # loaders and the hub's clients raise errors of many kinds
        kind = ModelUnusableError if folder else ModelNotFoundError
        raise kind(name, first_line(error)) from error
    return _TransformersReader(model, tokenizer)


def _load(name: str, *, local: bool) -> tuple[Any, Any]:
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    model, info = AutoModelForQuestionAnswering.from_pretrained(name, local_files_only=local, output_loading_info=True)
    missing = sorted(info["missing_keys"])
    if missing:  # transformers would silently use random numbers instead
        raise ModelUnusableError(name, f"it was not trained to answer questions: it has no {missing[0]}")
    tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local)
    if not tokenizer.is_fast:
        raise ModelUnusableError(name, "its tokenizer cannot tell where a token stands in the text")
    return model.eval(), tokenizer


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence progress bars and reports on stderr: what matters of them becomes an error."""
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


class _TransformersReader:
    """A transformers model that gives each token the odds of being the first and the last of the answer.

    Safe to share between threads.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._alone = threading.Lock()  # a tokenizer's settings are changed by each call
        positions = getattr(model.config, "max_position_embeddings", None) or WINDOW_TOKENS + 2
        # Two positions fewer, since models of the RoBERTa family count from two.
        self._window = min(WINDOW_TOKENS, tokenizer.model_max_length, max(positions - 2, 16))

    @property
    def folder(self) -> None:
        """No weights were fitted for it."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        windows: list[list[Window]] = [[] for _ in passages]
        with self._alone:
            for number, window in self._windows(question, [one.text for one in passages]) if passages else []:
                windows[number].append(window)
        return [Reading(tuple(found)) for found in windows]

    def _windows(self, question: str, texts: list[str]) -> list[tuple[int, Window]]:
        """Return each window with the index of its text."""
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
        starts, ends = output.start_logits.float().numpy(), output.end_logits.float().numpy()
        own = [self._no_answer(ids) for ids in encoded["input_ids"].tolist()]
        readable = [_readable(encoded, offsets, n, texts[text]) for n, text in enumerate(of_text)]
        return [
            (
                text,
                Window(
                    offsets[n][readable[n]],
                    _ahead(starts[n], own[n], readable[n]),
                    _ahead(ends[n], own[n], readable[n]),
                ),
            )
            for n, text in enumerate(of_text)
        ]

    def _short(self, question: str) -> str:
        """Return the question cut to half a window, so that there is room for the passage."""
        offsets = self._tokenizer(question, return_offsets_mapping=True, add_special_tokens=False)["offset_mapping"]
        room = self._window // 2 - 4
        return question[: offsets[room][0]] if len(offsets) > room else question

    def _no_answer(self, ids: list[int]) -> int:
        """Return the place of the token that means no answer."""
        token = self._tokenizer.cls_token_id
        return ids.index(token) if token in ids else 0


def _readable(encoded: Any, offsets: NDArray[np.int64], window: int, text: str) -> NDArray[np.bool_]:
    """Return which tokens of a window cover visible text of the passage."""
    spans = zip(encoded.sequence_ids(window), offsets[window].tolist(), strict=True)
    return np.array([part == 1 and bool(text[start:end].strip()) for part, (start, end) in spans])


def _ahead(scores: NDArray[np.float32], no_answer: int, readable: NDArray[np.bool_]) -> Scores:
    """Return the log-odds of each readable token over the one that means no answer."""
    margins: Scores = scores[readable] - scores[no_answer]
    return margins
