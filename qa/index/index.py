"""The handle on one index folder: create, open, upsert, delete, read.

Knows the truth, the derived indexes and the lock; does not know questions.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.documents import Document
from qa.embedding import BUNDLED, Embedder, EmbedderSettings, load_embedder
from qa.errors import (
    DocumentNotFoundError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    NotAnIndexError,
)
from qa.index.dense import DENSE_NAME
from qa.index.derived import load_derived, publish
from qa.index.files import system_errors
from qa.index.judgements import Judgements
from qa.index.lexical import LEXICAL_NAME
from qa.index.listing import DocumentSummary, Listing
from qa.index.lock import LOCK_NAME, writer_lock
from qa.index.naming import with_free_ids
from qa.index.snapshot import Snapshot
from qa.index.store import DATABASE_NAME, Store
from qa.index.upsert import Upsert, UpsertReport
from qa.passages import PASSAGE_SYLLABLES
from qa.text import TEXT_RULES

FORMAT = 4
WAIT_SECONDS = 30.0


class Index:
    """Documents, their passages and both searches, in one folder; safe to read from several threads."""

    def __init__(self, folder: Path, store: Store, embedder: Embedder | None, *, offline: bool) -> None:
        self.folder = folder.absolute()
        self._store = store
        self._embedder = embedder
        self._offline = offline
        self._settings = store.settings()
        self._listing = Listing(self.folder / DATABASE_NAME)
        self.judgements = Judgements(self.folder)
        self._snapshot: Snapshot | None = None
        self._loading = threading.Lock()

    @classmethod
    def create(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Makes an index for this embedder (the bundled one by default), or opens the one that is there.

        Raises `NotAnIndexError` when the folder holds something else, and what `open` raises.
        """
        folder = Path(path)
        if _is_built(folder):
            return cls.open(folder, embedder, offline=offline)
        embedder = embedder or load_embedder(BUNDLED)
        with system_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with writer_lock(folder):
                store = Store.create(folder.absolute(), _settings(embedder.settings))
        return cls(folder, store, embedder, offline=offline)

    @classmethod
    def open(cls, path: str | Path, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
        """Opens an index, and brings its derived indexes up where a writer was cut short.

        Without an `embedder` it loads the one it was built with when that is first needed, never trying the network
        if `offline`. Raises `IndexNotFoundError`, `NotAnIndexError`, `IndexDamagedError`, or `IndexMismatchError`
        when the embedder, the text rules or the format are not those that it was built with.
        """
        folder = Path(path)
        if not _is_built(folder):
            raise IndexNotFoundError(folder)
        index = cls(folder, Store.open(folder.absolute()), embedder, offline=offline)
        index._check(embedder)
        index._finish_interrupted_writing()
        return index

    @property
    def embedder(self) -> Embedder:
        """The embedder that the index was built with, loaded when it is first needed."""
        with self._loading:
            if self._embedder is None:
                embedder = load_embedder(self._settings["model"], offline=self._offline)
                self._check(embedder)
                self._embedder = embedder
            return self._embedder

    @property
    def settings(self) -> dict[str, str]:
        """What shaped the stored bytes: format, model, revision, dimension, prompts, text rules, passage length."""
        return dict(self._settings)

    @property
    def generation(self) -> int:
        """The generation that readers see."""
        return self._store.published

    def counts(self) -> tuple[int, int]:
        """How many documents and passages readers see."""
        with self._store.reading():
            return self._store.counts(self._store.published)

    def documents(self) -> list[Document]:
        """Every document, by id."""
        with self._store.reading():
            return list(self._store.documents(self._store.published))

    def document(self, document_id: str) -> Document:
        """One document; raises `DocumentNotFoundError`."""
        with self._store.reading():
            document = self._store.document(document_id, self._store.published)
        if document is None:
            raise DocumentNotFoundError([document_id])
        return document

    def find_documents(self, words: str = "", *, offset: int = 0, limit: int = 20) -> tuple[list[DocumentSummary], int]:
        """A stretch of the documents, by id, and how many there are in all.

        Only those that have all `words`, with or without diacritics, in title, source or id.
        """
        return self._listing.find(words, offset, limit)

    def size(self) -> int:
        """Bytes on disk of all that is in the folder."""
        sizes = 0
        for path in self.folder.rglob("*"):
            with suppress(OSError):  # a writer replaces files while we look
                sizes += path.stat().st_size if path.is_file() else 0
        return sizes

    def add(self, documents: Iterable[Document], progress: Callable[[int], None] = lambda _: None) -> UpsertReport:
        """Like `upsert`, but replaces nothing: where another text has a document's id, it gets "name (2)" or so."""
        return self._write(with_free_ids(documents, self._stored_digest), progress)

    def upsert(self, documents: Iterable[Document], progress: Callable[[int], None] = lambda _: None) -> UpsertReport:
        """Adds what is new, updates what changed, embeds nothing twice, and commits as it goes.

        Handed a `Reading`, it also removes documents whose files are gone from the folders that were read. `progress`
        is called with the number of documents done. Raises `IndexBusyError` when another process is writing.
        """
        return self._write(documents, progress)

    def _write(self, documents: Iterable[Document], progress: Callable[[int], None]) -> UpsertReport:
        with writer_lock(self.folder):
            upsert = Upsert(self._store, self.embedder, self._model_key, progress)
            try:
                upsert.run(documents)
            finally:
                self._publish()
        return upsert.report

    def _stored_digest(self, document_id: str) -> str | None:
        stored = self._store.digest_and_path(document_id)
        return stored[0] if stored else None

    def delete(self, document_ids: Sequence[str]) -> None:
        """Removes documents; raises `DocumentNotFoundError` and removes none when one is not there."""
        with writer_lock(self.folder):
            missing = [one for one in document_ids if self._store.digest_and_path(one) is None]
            if missing:
                raise DocumentNotFoundError(missing)
            with self._store.writing():
                generation = self._store.next_generation()
                for document_id in document_ids:
                    self._store.remove(document_id, generation)
            self._publish()

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """The newest published generation, whole, for as long as the block lasts.

        Raises `IndexBusyError` when a writer keeps it out of reach for half a minute.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            with self._store.reading():
                snapshot = self._published_snapshot()
                if snapshot is not None:
                    yield snapshot
                    return
            self._repair_or_wait(deadline)

    def _published_snapshot(self) -> Snapshot | None:
        mark = self._store.published_mark
        with self._loading:
            if self._snapshot is None or self._snapshot.mark != mark:
                derived = load_derived(self.folder, mark)
                if derived is None:
                    return None
                self._snapshot = Snapshot(self._store, *derived)
            return self._snapshot

    def _repair_or_wait(self, deadline: float) -> None:
        try:
            with writer_lock(self.folder):
                self._publish()
        except IndexBusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)

    def _finish_interrupted_writing(self) -> None:
        if self._store.generation != self._store.published:
            with suppress(IndexBusyError), writer_lock(self.folder):  # busy: the writer is at work, not interrupted
                self._publish()

    def _publish(self) -> None:
        with system_errors(self.folder):
            publish(self._store, self._model_key, int(self._settings["dimension"]))

    @property
    def _model_key(self) -> str:
        settings = self._settings
        return f"{settings['model']}@{settings['revision']} {settings['passage_prompt']}".rstrip()

    def _check(self, embedder: Embedder | None) -> None:
        asked = _settings(embedder.settings) if embedder else self._settings
        for name in ("format", "text_rules", "passage_syllables"):
            if self._settings.get(name) != _FIXED[name]:
                raise IndexMismatchError(
                    self.folder, name.replace("_", " "), str(self._settings.get(name)), _FIXED[name]
                )
        if any(
            self._settings[name] != asked[name] for name in ("revision", "dimension", "query_prompt", "passage_prompt")
        ):
            raise IndexMismatchError(self.folder, "model", _model(self._settings), _model(asked))


_DERIVED = {LEXICAL_NAME, DENSE_NAME}
_STARTED = {LOCK_NAME, *(DATABASE_NAME + suffix for suffix in ("", "-journal", "-wal", "-shm"))}
_FIXED = {"format": str(FORMAT), "text_rules": str(TEXT_RULES), "passage_syllables": str(PASSAGE_SYLLABLES)}


def _settings(embedder: EmbedderSettings) -> dict[str, str]:
    return {
        **_FIXED,
        "model": embedder.name,
        "revision": embedder.revision,
        "dimension": str(embedder.dimension),
        "query_prompt": embedder.query_prompt,
        "passage_prompt": embedder.passage_prompt,
    }


def _model(settings: dict[str, str]) -> str:
    return f"{settings['model']}@{settings['revision']}"


def _is_built(folder: Path) -> bool:
    """Whether there is an index; raises `NotAnIndexError` for a folder of other things.

    A creation that was cut short leaves nothing but its own empty files, and counts as no index. What is derived
    without the truth beside it raises `IndexDamagedError`.
    """
    with system_errors(folder):
        if Store.exists(folder):
            return True
        if folder.exists() and not folder.is_dir():
            raise NotAnIndexError(folder, "it is a file")
        names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if names & _DERIVED:
        raise IndexDamagedError(folder, "it is missing")
    if names - _STARTED:
        raise NotAnIndexError(folder, "it has no corpus.db, and holds other files")
    return False
