"""What the floors above see of an index, whoever keeps it: a folder of this machine, or a database.

Each of them subclasses `Index`, and names the schemes of the addresses that it opens; a path has none.
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
from qa.index.listing import DocumentSummary
from qa.index.rows import Filters, Keys
from qa.index.upsert import UpsertReport
from qa.judgements import Judgements
from qa.passages import Passage

Scores = NDArray[np.float32]
Content = tuple[Document, list[tuple[str, Scores]]]
"""A document, and what of it was embedded: each passage's text as `search_text` makes it, with its vector."""


class Snapshot(Protocol):
    """One generation of an index: candidates, exact scores and passages; it does not know which of them are good.

    A passage has a key, a later one a higher key. What `allowed` returns is handed back to the same snapshot only; it
    has a length and is an array of keys to numpy.
    """

    @property
    def generation(self) -> int:
        """Its number."""

    @property
    def counted(self) -> Counted:
        """How many passages there are, and by form, `written` or `folded`, how many terms they have."""

    @property
    def scored_among(self) -> Counted:
        """The passages by whose average lengths BM25 goes: its own, or those that it was asked to be `among`."""

    @property
    def languages(self) -> Mapping[str, int]:
        """How many documents are in each language; those of unknown language are left out."""

    @property
    def dense_recall(self) -> float:
        """The share of the nearest passages of all that dense candidates have; 1 where all are compared."""

    def __len__(self) -> int:
        """Return how many passages there are."""

    def among(self, of_all: Counted) -> Snapshot:
        """Return it with BM25 by the average lengths `of_all`, or as it is where the index cannot do that."""

    def allowed(self, filters: Filters | None) -> Any:
        """Return the passages that pass the filters, None when there are no filters."""

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Any) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest BM25, best first, with their scores."""

    def dense_candidates(self, vector: Scores, k: int, allowed: Any) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest cosine, best first, with their scores."""

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """Return the BM25 of these passages, in their order."""

    def lexical_scores_among(self, query: Sequence[WeightedTerm], keys: Keys, lengths: Mapping[str, float]) -> Scores:
        """Return the BM25 of these passages, in their order, as they are scored among more than the index has.

        A term's weight has its idf in it already; `lengths` is by form how many terms a passage has on average.
        """

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """Return the cosines of these passages, in their order."""

    def passages_with(self, form: str, term: str) -> int:
        """Return how many passages have a term in this form, `written` or `folded`."""

    def idf(self, form: str, terms: Sequence[str]) -> list[float]:
        """Return how rare each term is among the passages: BM25's inverse document frequency."""

    def passages(self, keys: Keys) -> list[Passage]:
        """Return the passages in the order of their keys."""

    def metadata(self, document_ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return what documents say of themselves, by id; ids that there are not are left out."""

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
        """Return the passages before and after each in its document, by its id."""


class Index(ABC):
    """Documents, their passages and both searches; safe to read from several threads."""

    _kinds: ClassVar[dict[str, type[Index]]] = {}

    def __init_subclass__(cls, schemes: Sequence[str] = ()) -> None:
        """Take the schemes of the addresses that the subclass opens, "" for paths."""
        Index._kinds |= dict.fromkeys(schemes, cls)

    @classmethod
    def _kind(cls, path: str | Path) -> type[Index]:
        scheme = scheme_of(path)
        if scheme not in cls._kinds:  # the rest of the address may hold a password
            raise NotAnIndexError(f"{scheme}://...", f"it is an address, but not one of {', '.join(cls._kinds)}")
        return cls._kinds[scheme]

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Make an index for this embedder (the bundled one by default), or open the one that is there.

        `path` is a folder, or a database's address such as "postgresql://user@host/name". Raises `NotAnIndexError` when
        that holds something else, and what `open` raises.
        """
        return cls._kind(path).create(path, embedder, offline=offline)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Open an index.

        Without an `embedder` it loads the one it was built with when that is first needed, never trying the network
        if `offline`. Raises `IndexNotFoundError`, `NotAnIndexError`, `IndexDamagedError`, `IndexMismatchError` for
        another embedder than it was built with or an index of a newer version, `IndexOutdatedError` for one of an
        earlier version that cannot be brought up here, `DatabaseError` for a database that cannot be used.
        """
        return cls._kind(path).open(path, embedder, offline=offline)

    @classmethod
    def as_found(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Return the index of whatever version and in whatever state: to be looked at, not to be asked.

        Raises `IndexNotFoundError`, `NotAnIndexError`, `IndexDamagedError` or `DatabaseError`.
        """
        return cls._kind(path).as_found(path, embedder, offline=offline)

    @property
    @abstractmethod
    def folder(self) -> Path:
        """The folder that it is in; raises `NotAnIndexError` for one in a database."""

    @property
    def location(self) -> str:
        """Where it is, to show to a person: its folder, or its address without a password."""
        return str(self.folder)

    @property
    def name(self) -> str:
        """What a person calls it: the last part of that."""
        return self.folder.resolve().name

    @property
    @abstractmethod
    def judgements(self) -> Judgements:
        """What was judged of its hits."""

    @property
    @abstractmethod
    def is_outdated(self) -> bool:
        """Whether `open` would bring it up from an earlier version, which may take a while."""

    @property
    @abstractmethod
    def embedder(self) -> Embedder:
        """The embedder that the index was built with, loaded when it is first needed."""

    @property
    @abstractmethod
    def settings(self) -> dict[str, str]:
        """What shaped the stored bytes: format, model, revision, dimension, prompts, text rules, passage length."""

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
        """Return a stretch of the documents, by id, and how many there are in all.

        Only those that have all `words`, with or without diacritics, in title, source or id.
        """

    @abstractmethod
    def is_whole(self, document: Document) -> bool:
        """Return whether a document that the index handed over is, to the last bit, the one that was put into it."""

    @abstractmethod
    def size(self) -> int:
        """Return bytes on disk of all that it holds."""

    @abstractmethod
    def contents(self) -> Iterator[Content]:
        """Yield the documents in the order in which they came, all of one generation."""

    @abstractmethod
    def add(self, documents: Iterable[Document], progress: Callable[[int], None] = lambda _: None) -> UpsertReport:
        """Like `upsert`, but replaces nothing: where another text has a document's id, it gets "name (2)" or so."""

    @abstractmethod
    def upsert(
        self,
        documents: Iterable[Document],
        progress: Callable[[int], None] = lambda _: None,
        tags: Iterable[str] = (),
    ) -> UpsertReport:
        """Add what is new, update what changed, embed nothing twice, and commit as it goes.

        Each document is given the `tags`, beside those that it has. The report of a `Reading` has the files that it
        skipped. `progress` is called with the number of documents done. Raises `IndexBusyError` when another process
        keeps it from writing.
        """

    @abstractmethod
    def sync(
        self, reading: Reading, progress: Callable[[int], None] = lambda _: None, tags: Iterable[str] = ()
    ) -> UpsertReport:
        """Like `upsert`, and remove the documents whose files are gone from the folders that were read."""

    @abstractmethod
    def tag(self, document_ids: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Give tags to documents and take given ones away; nothing is read or embedded for that.

        Raises `DocumentNotFoundError`, or `TagError` for a tag that stands in a document itself, and changes none.
        """

    @abstractmethod
    def delete(self, document_ids: Sequence[str]) -> None:
        """Remove documents; raises `DocumentNotFoundError` and removes none when one is not there."""

    @abstractmethod
    def rebuild(self) -> None:
        """Make passages and both searches anew from the documents that are whole."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Snapshot]:
        """Return the newest published generation, whole, for as long as the block lasts."""

    @abstractmethod
    def asked(self, questions: Sequence[str]) -> None:
        """Take note of who asked what, where that is wanted."""


def scheme_of(path: str | Path) -> str:
    """Return what stands before "://", empty for a path."""
    return path.partition("://")[0] if isinstance(path, str) and "://" in path else ""
