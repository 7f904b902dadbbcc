"""Turn texts into vectors: the `Embedder` protocol, the bundled model, and any sentence-transformers model.

Knows models, prompts and unit vectors; does not know indexes.
"""

from __future__ import annotations

from qa.embedding.bundled import BUNDLED, BUNDLED_FOLDER, BundledEmbedder
from qa.embedding.protocol import Embedder, EmbedderSettings, LateInteraction, Reranker
from qa.embedding.sentence_transformer import load_cross_encoder, load_sentence_transformer

__all__ = [
    "BUNDLED",
    "BUNDLED_FOLDER",
    "BundledEmbedder",
    "Embedder",
    "EmbedderSettings",
    "LateInteraction",
    "Reranker",
    "load_embedder",
    "load_reranker",
]


def load_embedder(name: str = BUNDLED, *, offline: bool = False) -> Embedder:
    """Return the bundled model, a folder, or a model's name on the Hugging Face hub.

    With `offline` nothing is downloaded. Raises `ModelNotFoundError` if the model is not on this disk and cannot be
    downloaded, `ModelUnusableError` if its files are not a sentence-transformers model, `PackageMissingError` without
    that package.
    """
    if name == BUNDLED:
        return BundledEmbedder()
    return load_sentence_transformer(name, offline=offline)


def load_reranker(name: str, *, offline: bool = False) -> Reranker:
    """Return a cross-encoder, by a folder or by a model's name on the Hugging Face hub.

    Raises what `load_embedder` raises.
    """
    return load_cross_encoder(name, offline=offline)
