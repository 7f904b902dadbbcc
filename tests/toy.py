"""An embedder that a person can compute by hand: a dimension for each word that it knows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.embedding import EmbedderSettings
from qa.text import syllables

WORDS = ("đảng", "viên", "mưa", "nắng", "lúa", "cá")


class WordEmbedder:
    """Counts of each known word, over their Euclidean norm; keeps what it was asked to embed."""

    def __init__(self, words: Sequence[str] = WORDS, revision: str = "1") -> None:
        self.words = tuple(words)
        self.embedded: list[str] = []
        self._settings = EmbedderSettings("words", revision, len(self.words))

    @property
    def settings(self) -> EmbedderSettings:
        return self._settings

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = [[[s.form for s in syllables(text)].count(word) for word in self.words] for text in texts]
        rows = np.array(counts, dtype=np.float32).reshape(len(texts), len(self.words))
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(norms > 0, norms, 1)).astype(np.float32)
