"""Other search libraries over the same passages: txtai, bm25s, model2vec with faiss, Tantivy.

All are given the same passages and this project's embedder, so that only indexing and searching differ. Each library is
imported in its own class only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import qa
from eval.systems import Bm25s


class Peer(Protocol):
    """A library with its index of passages; a passage is named by its position among them."""

    def search(self, question: str, k: int) -> list[int]:
        """Return the positions of the best k passages, best first."""
        ...


class Bm25sPeer:
    """bm25s with its own tokenizer, in memory."""

    def __init__(self, passages: Sequence[str], _folder: Path) -> None:
        self._searcher = Bm25s([qa.Document(str(place), text) for place, text in enumerate(passages)])

    def search(self, question: str, k: int) -> list[int]:
        """Return the positions of the best k passages, best first."""
        return [int(document.id) for document in self._searcher.search(question, k)]


class FlatPeer:
    """The embedder of this project, run by model2vec, with a flat faiss index of single precision."""

    def __init__(self, passages: Sequence[str], folder: Path) -> None:
        import faiss

        self._embedder = qa.load_embedder()
        vectors = self._embedder.embed_passages(passages)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)
        faiss.write_index(self._index, str(folder / "flat.faiss"))

    def search(self, question: str, k: int) -> list[int]:
        """Return the positions of the best k passages, best first."""
        found: list[int] = self._index.search(self._embedder.embed_queries([question]), k)[1][0].tolist()
        return found


class TantivyPeer:
    """Tantivy with its default tokenizer."""

    def __init__(self, passages: Sequence[str], folder: Path) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder().add_unsigned_field("place", fast=True).add_text_field("text").build()
        self._index = tantivy.Index(schema, path=str(folder))
        writer = self._index.writer(256_000_000, 1)
        for place, text in enumerate(passages):
            document = tantivy.Document(text=text)
            document.add_unsigned("place", place)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, question: str, k: int) -> list[int]:
        """Return the positions of the best k passages, best first."""
        query, _ = self._index.parse_query_lenient(question, ["text"])
        hits = self._searcher.search(query, k, count=False).hits
        places = self._searcher.fast_field_values("place", [at for _, at in hits])
        return [place for place in places if isinstance(place, int)]


class TxtaiPeer:
    """txtai's hybrid search with this project's embedder; it splits nothing and keeps no text."""

    def __init__(self, passages: Sequence[str], folder: Path) -> None:
        import txtai

        embedder = qa.load_embedder()

        def embed(texts: Sequence[str]) -> Any:
            return np.asarray(embedder.embed_passages(list(texts)))

        self._index = txtai.Embeddings(method="external", transform=embed, hybrid=True)
        self._index.index(enumerate(passages))
        self._index.save(str(folder))

    def search(self, question: str, k: int) -> list[int]:
        """Return the positions of the best k passages, best first."""
        return [int(place) for place, _ in self._index.search(question, k)]


PEERS: dict[str, tuple[str, Callable[[Sequence[str], Path], Peer]]] = {
    "txtai hybrid": ("txtai", TxtaiPeer),
    "bm25s": ("bm25s", Bm25sPeer),
    "model2vec and faiss": ("faiss", FlatPeer),
    "Tantivy": ("tantivy", TantivyPeer),
}
"""By name: the module that it needs, and what builds it from passages in an empty folder."""
