"""The model that comes with `qa`: static, bilingual, read by model2vec with numpy alone, no torch."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.embedding.protocol import EmbedderSettings, Scores, Vectors, unit_rows

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent.parent / "models" / "vi-en-static"


class BundledEmbedder:
    """The bundled model; queries and passages are embedded alike, since it has no prompts."""

    def __init__(self) -> None:
        from model2vec import StaticModel

        self._model = StaticModel.from_pretrained(BUNDLED_FOLDER)
        revision = json.loads((BUNDLED_FOLDER / "config.json").read_text(encoding="utf-8"))["revision"]
        self._settings = EmbedderSettings(BUNDLED, revision, self._model.dim)

    @property
    def settings(self) -> EmbedderSettings:
        """Its revision is a digest of the model's files."""
        return self._settings

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Rows of unit length, shape (len(texts), dimension)."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Rows of unit length, shape (len(texts), dimension)."""
        return self._embed(texts)

    def late_interaction(self, query: str, passages: Sequence[str]) -> Scores:
        """MaxSim of the query's tokens in each passage, shape (len(passages),)."""
        asked, *read = self._model.encode_as_sequence([query, *passages], max_length=None, use_multiprocessing=False)
        scores = np.zeros(len(read), dtype=np.float32)
        filled = [number for number, rows in enumerate(read) if len(rows)]
        weights = np.square(asked).sum(axis=1)
        if filled and weights.sum():
            starts = np.cumsum([0, *(len(read[number]) for number in filled[:-1])])
            rows = unit_rows(np.concatenate([read[number] for number in filled]), self._settings.dimension)
            nearest = np.maximum.reduceat(rows @ unit_rows(asked, self._settings.dimension).T, starts, axis=0)
            scores[filled] = nearest @ weights / weights.sum()
        return scores

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:  # model2vec cannot join an empty list of batches
            return np.zeros((0, self._settings.dimension), dtype=np.float32)
        vectors = self._model.encode(list(texts), max_length=None, use_multiprocessing=False)
        return unit_rows(vectors, self._settings.dimension)
