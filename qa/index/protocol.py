"""Define what the floors above see of an index, whether it is a folder on this machine or a database.

Each store subclasses `Index` and names the schemes of the addresses that it opens; a path has none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.documents import Document, Reading
from qa.embedding import Embedder
from qa.errors import NotAnIndexError
from qa.index.bm25 import Counted, WeightedTerm
from qa.index.filters import Filters
from qa.index.listing import DocumentSummary
from qa.index.rows import Keys
from qa.index.upsert import UpsertReport
from qa.judgements import Judgements
from qa.passages import Passage

Scores = NDArray[np.float32]
Content = tuple[Document, list[tuple[str, Scores]]]
"""A document, and for each of its passages the text that was embedded, made by `search_text`, with its vector."""


class Snapshot(Protocol):
    """One generation of an index: candidates, exact scores and passages; it does not know which of them are good.

    A passage has a key, and a later one a higher key. What `allowed` returns may only be passed to the same snapshot;
    it has a length, and numpy sees an array of keys.
    """

    @property
    def generation(self) -> int:
        """The number of the generation."""

    @property
    def counted(self) -> Counted:
        """The number of passages, and of their terms by form, `written` or `folded`."""

    @property
    def scored_among(self) -> Counted:
        """The passages whose average lengths BM25 uses: its own, or those given to `among`."""

    @property
    def languages(self) -> Mapping[str, int]:
        """The number of documents in each language; those of unknown language are left out."""

    @property
    def dense_recall(self) -> float:
        """The share of the nearest passages that dense candidates contain; 1 if all are compared."""

    def __len__(self) -> int:
        """Return how many passages there are."""

    def among(self, of_all: Counted) -> Snapshot:
        """Return it with BM25 by the average lengths `of_all`, or unchanged if the index cannot do that."""

    def allowed(self, filters: Filters | None) -> Any:
        """Return the passages that pass the filters, None when there are no filters."""

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Any) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest BM25, best first, with their scores."""

    def dense_candidates(self, vector: Scores, k: int, allowed: Any) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest cosine, best first, with their scores."""

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """Return the BM25 of these passages, in their order."""

    def lexical_scores_among(self, query: Sequence[WeightedTerm], keys: Keys, lengths: Mapping[str, float]) -> Scores:
        """Return the BM25 of these passages, in their order, scored among more passages than the index has.

        A term's weight already includes its idf; `lengths` is the average number of terms in a passage, by form.
        """

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """Return the cosines of these passages, in their order."""

    def passages_with(self, form: str, term: str) -> int:
        """Return how many passages have a term in this form, `written` or `folded`."""

    def idf(self, form: str, terms: Sequence[str]) -> list[float]:
        """Return each term's rarity among the passages: BM25's inverse document frequency."""

    def tokens(self, keys: Keys) -> Sequence[bytes] | None:
        """Return the bundled model's tokens of these passages, in their order; None unless they are stored."""
        ...

    def passages(self, keys: Keys) -> list[Passage]:
        """Return the passages in the order of their keys."""

    def metadata(self, document_ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return the details of documents, by id; unknown ids are left out."""

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
        """Return the passages before and after each in its document, by its id."""


class Index(ABC):
    """Documents, their passages and both searches; safe to read from several threads."""

    _kinds: ClassVar[dict[str, type[Index]]] = {}

    def __init_subclass__(cls, schemes: Sequence[str] = ()) -> None:
        """Register the schemes of the addresses that the subclass opens, "" for paths."""
        Index._kinds |= dict.fromkeys(schemes, cls)

    @classmethod
    def _kind(cls, path: str | Path) -> type[Index]:
        scheme = scheme_of(path)
        if scheme not in cls._kinds:  # the rest of the address may contain a password
            raise NotAnIndexError(f"{scheme}://...", f"it is an address, but not one of {', '.join(cls._kinds)}")
        return cls._kinds[scheme]

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Make an index for this embedder (the bundled one by default), or open the one that exists.

        `path` is a folder, or a database's address such as "postgresql://user@host/name". Raises `NotAnIndexError` if
        that holds something else, and what `open` raises.
        """
        return cls._kind(path).create(path, embedder, offline=offline)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Open an index.

        Without an `embedder` it loads the one it was built with when that is first needed, without downloading if
        `offline`. Raises `IndexNotFoundError`, `NotAnIndexError`, `IndexDamagedError`, `IndexMismatchError` for another
        embedder than it was built with or an index of a newer version, `IndexOutdatedError` for one of an earlier
        version that cannot be upgraded here, `DatabaseError` for a database that cannot be used.
        """
        return cls._kind(path).open(path, embedder, offline=offline)

    @classmethod
    def as_found(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Return the index, of whatever version and in whatever state, for inspection only.

        Raises `IndexNotFoundError`, `NotAnIndexError`, `IndexDamagedError` or `DatabaseError`.
        """
        return cls._kind(path).as_found(path, embedder, offline=offline)

    @property
    @abstractmethod
    def folder(self) -> Path:
        """Its folder; raises `NotAnIndexError` for an index in a database."""

    @property
    def location(self) -> str:
        """Where it is, as shown to people: its folder, or its address without a password."""
        return str(self.folder)

    @property
    def name(self) -> str:
        """The name that people know it by: the last part of its location."""
        return self.folder.resolve().name

    @property
    @abstractmethod
    def judgements(self) -> Judgements:
        """The judgements of its hits."""

    @property
    @abstractmethod
    def is_outdated(self) -> bool:
        """Whether `open` would upgrade it from an earlier version, which may take a while."""

    @property
    @abstractmethod
    def embedder(self) -> Embedder:
        """The embedder that the index was built with, loaded when it is first needed."""

    @property
    @abstractmethod
    def settings(self) -> dict[str, str]:
        """The settings that shaped the stored bytes: format, model and its settings, text rules, passage length."""

    @property
    @abstractmethod
    def generation(self) -> int:
        """The generation that readers see."""

    @abstractmethod
    def counts(self) -> tuple[int, int]:
        """Return how many documents and passages readers see."""

    @abstractmethod
    def documents(self) -> list[Document]:
        """Return every document, by id."""

    @abstractmethod
    def document(self, document_id: str) -> Document:
        """Return one document; raises `DocumentNotFoundError`."""

    @abstractmethod
    def find_documents(self, words: str = "", *, offset: int = 0, limit: int = 20) -> tuple[list[DocumentSummary], int]:
        """Return a page of the documents, by id, and how many there are in all.

        Only those that have all `words`, with or without diacritics, in title, source or id.
        """

    @abstractmethod
    def is_whole(self, document: Document) -> bool:
        """Return whether a document from the index is, to the last bit, the one that was stored."""

    @abstractmethod
    def size(self) -> int:
        """Return the bytes on disk of the whole index."""

    @abstractmethod
    def contents(self) -> Iterator[Content]:
        """Yield the documents in the order in which they were added, all of one generation."""

    @abstractmethod
    def add(self, documents: Iterable[Document], progress: Callable[[int], None] = lambda _: None) -> UpsertReport:
        """Add documents like `upsert`, but replace nothing: an id that is taken becomes "name (2)" or so."""

    @abstractmethod
    def upsert(
        self,
        documents: Iterable[Document],
        progress: Callable[[int], None] = lambda _: None,
        tags: Iterable[str] = (),
    ) -> UpsertReport:
        """Add what is new, update what changed, embed nothing twice, and commit as it goes.

        Each document is given the `tags`, besides those that it has. The report of a `Reading` lists the files that it
        skipped. `progress` is called with the number of documents done. Raises `IndexBusyError` if another process
        prevents writing.
        """

    @abstractmethod
    def sync(
        self, reading: Reading, progress: Callable[[int], None] = lambda _: None, tags: Iterable[str] = ()
    ) -> UpsertReport:
        """Upsert, and remove the documents whose files are gone from the folders that were read."""

    @abstractmethod
    def tag(self, document_ids: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add tags to documents and remove added ones; nothing is read or embedded.

        Raises `DocumentNotFoundError`, or `TagError` for a tag written in a document itself, and then changes none.
        """

    @abstractmethod
    def delete(self, document_ids: Sequence[str]) -> None:
        """Remove documents; raises `DocumentNotFoundError` and removes none if one does not exist."""

    @abstractmethod
    def rebuild(self) -> None:
        """Rebuild passages and both searches from the intact documents."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Snapshot]:
        """Yield the newest published generation for the duration of the block."""

    @abstractmethod
    def asked(self, questions: Sequence[str]) -> None:
        """Record who asked what, if that is wanted."""


def scheme_of(path: str | Path) -> str:
    """Return the part before "://", empty for a path."""
    return path.partition("://")[0] if isinstance(path, str) and "://" in path else ""
