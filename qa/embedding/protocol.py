"""Define what embedders and rerankers offer. Knows no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class EmbedderSettings:
    """Everything that shapes the vectors, so that an index can tell whether it was built with the same settings."""

    name: str
    revision: str
    dimension: int
    query_prompt: str = ""
    passage_prompt: str = ""


@runtime_checkable
class Embedder(Protocol):
    """A model with one verb for each side of a search, so that no prompt can be forgotten."""

    @property
    def settings(self) -> EmbedderSettings:
        """The settings that shaped the vectors."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return rows of unit length, shape (len(texts), dimension).

        A text without known tokens gives a zero row.
        """
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return rows of unit length, shape (len(texts), dimension).

        A text without known tokens gives a zero row.
        """
        ...


@runtime_checkable
class LateInteraction(Protocol):
    """What an embedder may offer in addition: comparing a few passages with a query word by word."""

    def max_sim(self, query: str, passages: Sequence[str]) -> Scores:
        """Return how well the nearest tokens of each passage match the tokens of the query, shape (len(passages),).

        MaxSim (Khattab and Zaharia, SIGIR 2020), with the tokens of the query weighted by the square of their length:
        sum of |q|^2 max over p of cos(q, p), over sum of |q|^2. A query or passage without known tokens gives 0.
        """
        ...


@runtime_checkable
class Reranker(Protocol):
    """A model that reads a query and a passage together, to compare a few closely."""

    def rerank(self, query: str, passages: Sequence[str]) -> Scores:
        """Return a score for each passage, shape (len(passages),); higher is better.

        Scores are comparable only within one query.
        """
        ...


def unit_rows(vectors: NDArray[np.generic], dimension: int) -> Vectors:
    """Return each row divided by its Euclidean norm, as float32; a zero row stays zero."""
    rows = np.asarray(vectors, dtype=np.float32).reshape(-1, dimension)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(rows / np.where(norms > 0, norms, 1))
