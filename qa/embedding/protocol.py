"""What every embedder promises. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class EmbedderSettings:
    """Everything that shapes the vectors, so that an index can tell whether it was built with the same."""

    name: str
    revision: str
    dimension: int
    query_prompt: str = ""
    passage_prompt: str = ""


@runtime_checkable
class Embedder(Protocol):
    """Two verbs, one for each side of a search, so that no prompt can be forgotten."""

    @property
    def settings(self) -> EmbedderSettings:
        """What shaped the vectors."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Rows of unit length, shape (len(texts), dimension); a text without any known token gives a zero row."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Rows of unit length, shape (len(texts), dimension); a text without any known token gives a zero row."""
        ...


def unit_rows(vectors: NDArray[np.generic], dimension: int) -> Vectors:
    """Each row over its Euclidean norm, as float32; a zero row stays zero."""
    rows = np.asarray(vectors, dtype=np.float32).reshape(-1, dimension)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.where(norms > 0, norms, 1))
