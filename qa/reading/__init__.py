"""From evidence to a decision: what a reader and the rules find in the passages, which span answers, how sure it is.

Knows passages and hits; does not know how an answer is cited or shown.
"""

from __future__ import annotations

import threading
from functools import cache

from qa.errors import PackageMissingError
from qa.reading.candidates import Candidate
from qa.reading.deciding import Decision, decide
from qa.reading.onnx import MODEL_FOLDER, OnnxReader
from qa.reading.protocol import Reader, Reading, Window
from qa.reading.reading import READ, ReadEvidence, read
from qa.reading.rules.reader import RuleReader

__all__ = [
    "READ",
    "Candidate",
    "Decision",
    "ReadEvidence",
    "Reader",
    "Reading",
    "Window",
    "decide",
    "load_reader",
    "read",
]

_alone = threading.Lock()


def load_reader(name: str | None = None, *, offline: bool = False) -> Reader:
    """Return the bundled reader, or an extractive question-answering model by folder or by name on the Hugging Face
    hub.

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
    except PackageMissingError:
        return RuleReader()
