"""Load any sentence-transformers model by folder or hub name, with its own prompts, or any cross-encoder.

Models in the hub's cache on this disk are loaded without the network.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.embedding.protocol import EmbedderSettings, Scores, Vectors, unit_rows
from qa.errors import ModelNotFoundError, ModelUnusableError, PackageMissingError, first_line

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer


def cached_folder(name: str) -> Path | None:
    """Return a model's folder in the hub cache, named by its commit; None if the cache does not have it.

    The cache is read directly, because loading by name uses the network even when told to use local files only.
    """
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError):  # not in the cache, or not a valid name on the hub
        return None


HUB_SECONDS = 10.0
"""How long to wait for the hub."""


def ask_hub(name: str) -> None:
    """Ask the hub once whether it has a model, before loading it by name; raises what the hub's client raises.

    Without a network, loading by name would retry for a minute and a half.
    """
    from huggingface_hub import model_info

    model_info(name, timeout=HUB_SECONDS)


# The E5 family was trained with these, and most of its published folders do not say so.
E5_NAME = re.compile(r"(^|/)(multilingual-)?e5-(small|base|large)(-v2)?/?$")
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
HEAD_BYTES = 1 << 20


class SentenceTransformerEmbedder:
    """A sentence-transformers model behind the two verbs."""

    def __init__(self, name: str, revision: str, model: SentenceTransformer) -> None:
        self._model = model
        prompts = _prompts(name, model.prompts)
        dimension = model.get_embedding_dimension() or 0
        self._settings = EmbedderSettings(name, revision, dimension, prompts["query"], prompts["passage"])

    @property
    def settings(self) -> EmbedderSettings:
        """The settings that shaped the vectors; the revision is the hub's commit, or a digest of the folder."""
        return self._settings

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return rows of unit length, shape (len(texts), dimension), embedded with the model's query prompt."""
        prompt = self._settings.query_prompt
        vectors = self._model.encode_query(list(texts), prompt=prompt, show_progress_bar=False)
        return unit_rows(vectors, self._settings.dimension)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return rows of unit length, shape (len(texts), dimension), embedded with the model's passage prompt."""
        prompt = self._settings.passage_prompt
        vectors = self._model.encode_document(list(texts), prompt=prompt, show_progress_bar=False)
        return unit_rows(vectors, self._settings.dimension)


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder behind `rerank`."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model

    def rerank(self, query: str, passages: Sequence[str]) -> Scores:
        """Return the model's own scores, shape (len(passages),)."""
        pairs = [(query, passage) for passage in passages]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32).reshape(len(pairs))


def load_sentence_transformer(name: str, *, offline: bool) -> SentenceTransformerEmbedder:
    """Load a model from a folder, else from the hub's cache on this disk, else, unless `offline`, from the hub."""
    model, folder = _loaded("SentenceTransformer", name, offline=offline)
    if Path(name).expanduser().is_dir():
        return SentenceTransformerEmbedder(str(folder), _folder_revision(folder), model)
    return SentenceTransformerEmbedder(name, folder.name, model)


def load_cross_encoder(name: str, *, offline: bool) -> CrossEncoderReranker:
    """Load a cross-encoder from the same places as `load_sentence_transformer`."""
    return CrossEncoderReranker(_loaded("CrossEncoder", name, offline=offline)[0])


def _loaded(kind: str, name: str, *, offline: bool) -> tuple[Any, Path]:
    """Return a model of a class of sentence-transformers, and the folder that it was loaded from."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _load(kind, folder), folder.resolve()
    cached = cached_folder(name)
    if cached is None and offline:
        raise ModelNotFoundError(name, "offline")
    model = _load(kind, cached) if cached else _download(kind, name)
    return model, cached or cached_folder(name) or Path("unknown")


def _class(kind: str) -> Any:
    try:
        import sentence_transformers
    except ImportError as error:
        raise PackageMissingError("sentence-transformers") from error
    return getattr(sentence_transformers, kind)


def _load(kind: str, folder: Path) -> Any:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise ModelUnusableError(str(folder), "it holds neither modules.json nor config.json")
    loader = _class(kind)
    try:
        return loader(str(folder), local_files_only=True)
    except Exception as error:  # whatever a loader makes of damaged files
        raise ModelUnusableError(str(folder), first_line(error)) from error


def _download(kind: str, name: str) -> Any:
    try:
        ask_hub(name)
        return _class(kind)(name)
    except PackageMissingError:
        raise
    except Exception as error:  # the hub's clients raise errors of many libraries
        raise ModelNotFoundError(name, first_line(error)) from error


def _folder_revision(folder: Path) -> str:
    """Return a digest of each file's name, size and first MiB: enough to notice another model, and fast."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(HEAD_BYTES))
    return digest.hexdigest()[:16]


def _prompts(name: str, stated: Mapping[str, str | None]) -> dict[str, str]:
    query = stated.get("query") or ""
    passage = next((prompt for key in ("document", "passage", "corpus") if (prompt := stated.get(key))), "")
    if not query and not passage and E5_NAME.search(name):
        return E5_PROMPTS
    return {"query": query, "passage": passage}
