"""Create, open, update and read an index in one folder.

Knows the truth, both searches and the lock; does not know questions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.documents import Document, Reading, tags_in, with_free_ids
from qa.embedding import BUNDLED, Embedder, load_embedder
from qa.errors import DocumentNotFoundError, IndexBusyError, IndexNotFoundError, IndexUnusableError
from qa.index.files import system_errors, writer_lock
from qa.index.listing import DocumentSummary, Listing
from qa.index.protocol import Content, Index
from qa.index.publishing import LexicalAhead, check_truth, publish
from qa.index.schema import check_settings, is_outdated, model_key, refuse_others, settings_for
from qa.index.second_process import SecondProcess
from qa.index.snapshot import Snapshot, is_built, load_derived
from qa.index.store import DATABASE_NAME, Store
from qa.index.truth import change_tags
from qa.index.upgrade import Damage, bring_up, contents, forget_derived, intact_documents
from qa.index.upsert import Upsert, UpsertReport
from qa.judgements import FolderJudgements, Judgements

WAIT_SECONDS = 30.0
WAIT_UNWRITABLE_SECONDS = 1.0
RETRY_SECONDS = 0.05


class FolderIndex(Index, schemes=[""]):
    """An index in one folder."""

    def __init__(self, folder: Path, store: Store, embedder: Embedder | None, *, offline: bool) -> None:
        self._folder = folder.absolute()
        self._store = store
        self._embedder = embedder
        self._offline = offline
        self._settings = store.settings()
        self._listing = Listing(self.folder / DATABASE_NAME)
        self._judgements = FolderJudgements(self.folder)
        self._snapshot: Snapshot | None = None
        self._loading = threading.RLock()

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> FolderIndex:
        """Make an index for this embedder (the bundled one by default), or open the one that exists.

        Raises `NotAnIndexError` if the folder holds something else, and what `open` raises.
        """
        folder = Path(path)
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_built(folder):
            embedder = embedder or load_embedder(BUNDLED)
            with system_errors(folder):
                folder.mkdir(parents=True, exist_ok=True)
            try:
                with writer_lock(folder):
                    if not is_built(folder):
                        Store.create(folder.absolute(), settings_for(embedder.settings))
            except IndexBusyError:  # another process is creating it
                if time.monotonic() > deadline:
                    raise
                time.sleep(RETRY_SECONDS)
        return cls.open(folder, embedder, offline=offline)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> FolderIndex:
        """Open an index, after upgrading one of an earlier version and finishing an interrupted write."""
        index = cls.as_found(path, embedder, offline=offline)
        refuse_others(index.folder, index._settings, embedder.settings if embedder else None)
        index._settings = bring_up(index._store, index._remake)
        check_truth(index._store)
        index._finish_interrupted_writing()
        return index

    @classmethod
    def as_found(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> FolderIndex:
        """Return the index, of whatever version and in whatever state, for inspection only."""
        folder = Path(path)
        if not is_built(folder):
            raise IndexNotFoundError(folder)
        index = cls(folder, Store.open(folder.absolute()), embedder, offline=offline)
        check_settings(folder, index._settings)
        return index

    @property
    def folder(self) -> Path:
        """Its folder, as an absolute path."""
        return self._folder

    @property
    def judgements(self) -> Judgements:
        """The judgements of its hits."""
        return self._judgements

    @property
    def is_outdated(self) -> bool:
        """Whether `open` would upgrade it from an earlier version, which may take a while."""
        return is_outdated(self._settings)

    @property
    def embedder(self) -> Embedder:
        """The embedder that the index was built with, loaded when it is first needed."""
        with self._loading:
            if self._embedder is None:
                embedder = load_embedder(self._settings["model"], offline=self._offline)
                refuse_others(self.folder, self._settings, embedder.settings)
                self._embedder = embedder
            return self._embedder

    @property
    def settings(self) -> dict[str, str]:
        """The settings that shaped the stored bytes: format, model and its settings, text rules, passage length."""
        return dict(self._settings)

    @property
    def generation(self) -> int:
        """The generation that readers see."""
        return self._store.published

    def counts(self) -> tuple[int, int]:
        """Return how many documents and passages readers see."""
        with self._store.reading():
            return self._store.counts(self._store.published)

    def documents(self) -> list[Document]:
        """Return every document, by id."""
        with self._store.reading():
            return list(self._store.documents(self._store.published))

    def document(self, document_id: str) -> Document:
        """Return one document; raises `DocumentNotFoundError`."""
        with self._store.reading():
            document = self._store.document(document_id, self._store.published)
        if document is None:
            raise DocumentNotFoundError([document_id])
        return document

    def find_documents(self, words: str = "", *, offset: int = 0, limit: int = 20) -> tuple[list[DocumentSummary], int]:
        """Return a page of the documents, by id, and how many there are in all."""
        return self._listing.find(words, offset, limit)

    def is_whole(self, document: Document) -> bool:
        """Return whether a document from the index is, to the last bit, the one that was stored."""
        stored = self._store.digest_and_path(document.id)
        return stored is not None and stored[0] == document.digest

    def size(self) -> int:
        """Return the bytes on disk of everything in the folder."""
        sizes = 0
        for path in self.folder.rglob("*"):
            with suppress(OSError):  # a writer may replace files meanwhile
                sizes += path.stat().st_size if path.is_file() else 0
        return sizes

    def contents(self) -> Iterator[Content]:
        """Yield the documents in the order in which they were added, all of one generation."""
        with self._store.reading():
            yield from contents(self._store, self._store.published, lambda: self.embedder)

    def asked(self, questions: Sequence[str]) -> None:
        """Do nothing: a folder keeps no record of who asked."""

    def add(self, documents: Iterable[Document], progress: Callable[[int], None] = lambda _: None) -> UpsertReport:
        """Add documents like `upsert`, but replace nothing: an id that is taken becomes "name (2)" or so."""
        return self._write(lambda upsert: upsert.run(with_free_ids(documents, self._stored_digest)), progress)

    def upsert(
        self,
        documents: Iterable[Document],
        progress: Callable[[int], None] = lambda _: None,
        tags: Iterable[str] = (),
    ) -> UpsertReport:
        """Add what is new, update what changed, embed nothing twice, and commit as it goes."""
        return self._write(lambda upsert: upsert.run(documents), progress, tags)

    def sync(
        self, reading: Reading, progress: Callable[[int], None] = lambda _: None, tags: Iterable[str] = ()
    ) -> UpsertReport:
        """Upsert, and remove the documents whose files are gone from the folders that were read."""
        return self._write(lambda upsert: upsert.sync(reading), progress, tags)

    def _write(
        self, written: Callable[[Upsert], None], progress: Callable[[int], None], tags: Iterable[str] = ()
    ) -> UpsertReport:
        with self._store.reading():  # of the present file, which may have replaced the one that was opened
            self._follow_settings()
        self._settings = bring_up(self._store, self._remake)
        with writer_lock(self.folder), SecondProcess() as second:
            embedder = self.embedder  # before anything is read, in case it cannot be loaded
            ahead = LexicalAhead(self._store)
            upsert = Upsert(self._store, lambda: embedder, progress, tags, second, ahead.take)
            try:
                written(upsert)
            finally:
                self._publish(second, ahead)
        upsert.report.slowed = second.ended
        return upsert.report

    def _remake(self, documents: Iterable[Document]) -> None:
        self._store.embeddings.drop_misfits(int(self._settings["dimension"]))
        with SecondProcess() as second:
            Upsert(self._store, lambda: self.embedder, lambda _: None, second=second).remake(documents)
            forget_derived(self.folder)
            self._publish(second)
        self._store.embeddings.drop_unused()

    def _stored_digest(self, document_id: str) -> str | None:
        stored = self._store.digest_and_path(document_id)
        return stored[0] if stored else None

    def tag(self, document_ids: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Add tags to documents and remove added ones; nothing is read or embedded."""
        with writer_lock(self.folder):
            change_tags(self._store, document_ids, tags_in(add), tags_in(remove))

    def delete(self, document_ids: Sequence[str]) -> None:
        """Remove documents; raises `DocumentNotFoundError` and removes none if one does not exist."""
        with writer_lock(self.folder):
            missing = [one for one in document_ids if self._store.digest_and_path(one) is None]
            if missing:
                raise DocumentNotFoundError(missing)
            with self._store.writing():
                generation = self._store.next_generation()
                for document_id in document_ids:
                    self._store.remove(document_id, generation)
            self._publish()

    def rebuild(self, embedding_anew: Collection[str] = ()) -> None:
        """Rebuild passages and both searches from the intact documents, and drop unused vectors.

        Vectors of the documents `embedding_anew` are rebuilt too. Raises `IndexBusyError` if another process is
        writing.
        """
        with writer_lock(self.folder):
            self._store.embeddings.drop_of(embedding_anew)
            self._remake(intact_documents(self._store, self._store.generation, Damage()))

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Yield the newest published generation for the duration of the block.

        If another index with compatible settings has replaced the folder, that one is read. Raises `IndexBusyError` if
        a writer keeps it out of reach for half a minute.
        """
        started = time.monotonic()
        while True:
            with self._store.reading():
                snapshot = self._published_snapshot()
                if snapshot is not None:
                    yield snapshot
                    return
            self._repair_or_wait(time.monotonic() - started)

    def _published_snapshot(self) -> Snapshot | None:
        mark = self._store.published_mark
        with self._loading:
            if self._snapshot is None or self._snapshot.mark != mark:
                self._follow_settings()
                before = self._snapshot.dense if self._snapshot else None
                derived = None if self.is_outdated else load_derived(self._store, mark, lambda: self.embedder, before)
                if derived is None:
                    return None
                self._snapshot = Snapshot(self._store, *derived)
            return self._snapshot

    def _repair_or_wait(self, waited: float) -> None:
        try:
            self._settings = bring_up(self._store, self._remake)
            with writer_lock(self.folder):
                self._publish()
        except (IndexBusyError, IndexUnusableError) as error:  # another process may be repairing it
            if waited > (WAIT_SECONDS if isinstance(error, IndexBusyError) else WAIT_UNWRITABLE_SECONDS):
                raise
            time.sleep(RETRY_SECONDS)

    def _follow_settings(self) -> None:
        """Adopt the settings of an index that has replaced the one that was opened."""
        settings = self._store.settings()
        if settings != self._settings:
            refuse_others(self.folder, settings, None)
            kept = self._embedder if model_key(settings) == model_key(self._settings) else None
            self._settings, self._embedder = settings, kept

    def _finish_interrupted_writing(self) -> None:
        if self._store.generation != self._store.published:
            # If busy, the writer is at work, not interrupted. If nobody can write, the previous generation is searched.
            with suppress(IndexBusyError, IndexUnusableError), writer_lock(self.folder):
                self._publish()

    def _publish(self, second: SecondProcess | None = None, ahead: LexicalAhead | None = None) -> None:
        with system_errors(self.folder):
            publish(self._store, lambda: self.embedder, second, ahead)
