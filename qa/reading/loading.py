"""How to get a reader: the bundled one, any other by its name, or the rules where no model can run."""

from __future__ import annotations

import threading
from functools import cache

from qa.errors import ReaderMissingError
from qa.reading.onnx import MODEL_FOLDER, OnnxReader
from qa.reading.protocol import Reader
from qa.reading.rules.reader import RuleReader

_alone = threading.Lock()


def load_reader(name: str | None = None, *, offline: bool = False) -> Reader:
    """The bundled reader, or an extractive question-answering model by folder or by name on the Hugging Face hub.

    The bundled one is loaded once. Where onnxruntime is not installed it is a `RuleReader`, which knows words alone.
    With `offline` the network is never tried. Raises `ModelNotFoundError` when a model is not on this disk and cannot
    be fetched, `ModelUnusableError` when its files are no such model.
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
    except ReaderMissingError:
        return RuleReader()
