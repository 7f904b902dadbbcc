"""Copying an index to another place, a folder or a database, without embedding anything again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.documents import Document
from qa.embedding import EmbedderSettings
from qa.errors import IndexExistsError, IndexNotFoundError
from qa.index.protocol import Index
from qa.text import common_spelling


def move(source: str | Path, target: str | Path, progress: Callable[[int], None] = lambda _: None) -> Index:
    """Copy documents, vectors and judgements into a new index, and return that; the source stays as it is.

    What was stopped on the way is taken up again: a target that holds nothing but documents of the source is completed.
    Raises `IndexExistsError` for any other index there, and what `Index.open` raises for the source.
    """
    opened = Index.open(source, offline=True)
    _refuse_others(opened, target)
    known = _Known(opened)
    copy = Index.create(target, known, offline=True)
    copy.upsert(known.documents(), progress)
    if not len(copy.judgements):
        copy.judgements.keep(opened.judgements.votes())
    return copy


class _Known:
    """An embedder that has the vectors of an index at hand, and embeds what it does not find among them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._vectors: dict[str, NDArray[np.float32]] = {}

    @property
    def settings(self) -> EmbedderSettings:
        """Those of the index's embedder."""
        found = self._index.settings
        prompts = found["query_prompt"], found["passage_prompt"]
        return EmbedderSettings(found["model"], found["revision"], int(found["dimension"]), *prompts)

    def documents(self) -> Iterator[Document]:
        """Yield the index's documents, the vectors of each at hand until it is written."""
        for document, embedded in self._index.contents():
            self._vectors |= {common_spelling(text): vector for text, vector in embedded}
            yield document

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed questions, by the index's own embedder."""
        return self._index.embedder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of passages, shape (len(texts), dimension)."""
        unknown = [text for text in texts if text not in self._vectors]
        if unknown:
            vectors = self._index.embedder.embed_passages(unknown)
            self._vectors |= dict(zip(unknown, vectors, strict=True))
        found = np.stack([self._vectors[text] for text in texts])
        self._vectors = {}
        return found


def _refuse_others(source: Index, target: str | Path) -> None:
    try:
        there = Index.open(target, offline=True)
    except IndexNotFoundError:
        return
    is_part = all(source.is_whole(document) for document in there.documents())
    if not is_part or there.location == source.location:
        raise IndexExistsError(there.location)
