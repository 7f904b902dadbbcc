"""Add and update documents: embed what is new in batches, and commit each batch.

Skipped files are recorded with the reason. Knows documents and the `Truth` that they are written to; knows neither
where that is kept nor the searches made from it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from qa.documents import GIVEN_TAGS, Damaged, Document, Reading, Skipped, tags_in, with_given_tags
from qa.embedding import BundledEmbedder, Embedder
from qa.index.bm25 import Terms, terms_of_each
from qa.index.embeddings import spelled_tokens, text_digest
from qa.index.second_process import SecondProcess
from qa.index.truth import Truth, keep_skipped
from qa.passages import Passage, search_text, split
from qa.text import common_spelling, detect_language

PASSAGES_AT_ONCE = 512


@dataclass
class UpsertReport:
    """What an upsert did, by document id; each document is in exactly one list, except that `damaged` repeats some.

    `slowed` says why it took longer than necessary, if it did.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    slowed: str = ""


@dataclass(frozen=True)
class _Batch:
    """Documents with their passages and the digest of each passage's text, while embeddings are being made.

    `known` are the keys of stored embeddings, by digest. `made` returns the embeddings of the texts whose digests are
    `new`; `terms`, called after it, returns the terms of all texts by digest. `done` counts documents.
    """

    documents: Sequence[tuple[Document, list[Passage]]]
    digests: Sequence[list[bytes]]
    known: dict[bytes, int]
    new: Sequence[bytes]
    made: Callable[[], Sequence[Any]]
    terms: Callable[[], Mapping[bytes, Terms]]
    retagged: Sequence[Document]
    done: int


class Upsert:
    """One run over documents, to which `tags` are added; the caller holds the writer's lock.

    The second process, if there is one, runs the bundled model. It also makes terms if `take_terms` is given, which
    gets those of each batch's passages, in order, once the batch is committed.
    """

    def __init__(
        self,
        store: Truth,
        embedder: Callable[[], Embedder],
        progress: Callable[[int], None],
        tags: Iterable[str] = (),
        second: SecondProcess | None = None,
        take_terms: Callable[[Iterable[Terms]], None] | None = None,
    ) -> None:
        self.report = UpsertReport()
        self._second = second
        self._take_terms = take_terms
        self._store = store
        self._embedder = embedder
        self._progress = progress
        self._tags = tags_in(tags)
        self._retagged: list[Document] = []
        self._seen: set[str] = set()
        self._done = 0
        self._folders: set[Path] = set()  # that the documents read were in when last indexed
        self._paths: set[str] = set()  # of the files read
        self._waiting: list[tuple[Document, list[Passage]]] = []
        self._passages_waiting = 0
        self._making: deque[_Batch] = deque()

    def run(self, documents: Iterable[Document]) -> None:
        """Index documents and commit as it goes; record which files a `Reading` skipped."""
        try:
            for document in documents:
                self._take(document)
                self._commit_if_many()
        finally:  # keeps what was read before an error
            self._commit()
            self._write_up_to(0)
        if isinstance(documents, Reading):
            self.report.skipped.extend(map(self._noting_earlier_text, documents.skipped))
            keep_skipped(self._store, documents.folders if documents.only is None else (), documents.skipped)

    def sync(self, reading: Reading) -> None:
        """Index what is read, then remove the documents whose files are gone from the folders that were read."""
        self.run(reading)
        self._remove_missing_files(reading)

    def remake(self, documents: Iterable[Document]) -> None:
        """Split stored documents into passages again, and embed only what the model has not embedded before."""
        for document in documents:
            self._wait(document)
            self._commit_if_many()
        self._commit()
        self._write_up_to(0)

    def _wait(self, document: Document) -> None:
        passages = split(document)
        self._waiting.append((document, passages))
        self._passages_waiting += len(passages)

    def _commit_if_many(self) -> None:
        if self._passages_waiting >= PASSAGES_AT_ONCE:
            self._commit()

    def _take(self, document: Document) -> None:
        if document.language is None:
            document = replace(document, language=detect_language(document.text))
        stored = self._store.digest_and_path(document.id)
        reason = self._reason_to_skip(document, stored)
        self._seen.add(document.id)
        self._done += 1
        if reason:
            self.report.skipped.append(Skipped(_shown(document), reason))
            return
        if document.metadata.get("damage"):
            self.report.damaged.append(Damaged(_shown(document), document.metadata["damage"]))
        before = self._store.tags.of(document.id)[1]
        document = with_given_tags(document, [before, document.metadata.get(GIVEN_TAGS, ""), *self._tags])
        if document.path:
            self._paths.add(document.path)
            if stored and stored[1]:
                self._folders.add(_folder_of(stored[1], document))
        if stored == (document.digest, document.path):
            is_tagged = document.metadata.get(GIVEN_TAGS, "") == before
            (self.report.unchanged if is_tagged else self.report.updated).append(document.id)
            self._retagged += [] if is_tagged else [document]
        else:
            (self.report.updated if stored else self.report.added).append(document.id)
            self._wait(document)

    def _reason_to_skip(self, document: Document, stored: tuple[str, str | None] | None) -> str | None:
        if document.id in self._seen:
            return f"the id {document.id!r} was given twice; the first was kept, give this one another id"
        if not document.text.strip():
            return "it has no text"
        here, there = document.path, stored[1] if stored else None
        if here and there and here != there and Path(there).is_file():
            return f"the index holds another file under {document.id!r} ({there}); index the folder above both"
        if here and stored and not there:
            return f"the index holds {document.id!r}, which is not from a file; rename this one's folder"
        return None

    def _commit(self) -> None:
        """Start a batch with what is waiting, and write the batches that are due: all, without a second process."""
        waiting, self._waiting, self._passages_waiting = self._waiting, [], 0
        retagged, self._retagged = self._retagged, []
        self._making.append(self._batch(waiting, retagged))
        self._write_up_to(self._second.ahead if self._second else 0)

    def _batch(self, documents: list[tuple[Document, list[Passage]]], retagged: list[Document]) -> _Batch:
        texts = [[_search_text(passage) for passage in passages] for _, passages in documents]
        digest_of = {text: text_digest(text) for some in texts for text in some}
        known = self._store.embeddings.keys(digest_of.values())
        new = {digest: text for text, digest in digest_of.items() if digest not in known}
        digests = [[digest_of[text] for text in some] for some in texts]
        made, terms = self._made(list(new.values())), self._terms(digest_of)
        return _Batch(documents, digests, known, list(new), made, terms, retagged, self._done)

    def _made(self, texts: Sequence[str]) -> Callable[[], Sequence[Any]]:
        """Return a function that returns what is stored for texts."""
        embedder = self._embedder() if texts else None
        if self._second and isinstance(embedder, BundledEmbedder):
            return self._second.ask(partial(spelled_tokens, embedder), texts)
        made = self._store.embeddings.made(embedder, list(map(common_spelling, texts))) if embedder else []
        return lambda: made

    def _terms(self, digest_of: Mapping[str, bytes]) -> Callable[[], Mapping[bytes, Terms]]:
        """Return a function that returns the terms of texts, by digest."""
        if not (self._second and self._take_terms and digest_of):
            return dict
        made = self._second.ask(terms_of_each, list(digest_of))
        return lambda: dict(zip(digest_of.values(), made(), strict=True))

    def _write_up_to(self, left: int) -> None:
        """Write the oldest batches until this many are left; if one fails, the later ones are dropped."""
        making, self._making = self._making, deque()
        while len(making) > left:
            batch = making.popleft()
            if batch.retagged:
                self._retag(batch.retagged)
            if batch.documents:
                self._write(batch)
            self._progress(batch.done)
        self._making = making

    def _retag(self, documents: Sequence[Document]) -> None:
        with self._store.writing():
            for one in documents:  # another writer may have added tags meanwhile
                given = tags_in([self._store.tags.of(one.id)[1], one.metadata[GIVEN_TAGS]])
                self._store.tags.give(one.id, given)

    def _write(self, batch: _Batch) -> None:
        made = dict(zip(batch.new, batch.made(), strict=True))
        keys = batch.known | self._store.embeddings.keys(batch.new)  # some were added by earlier batches
        added = [digest for digest in batch.new if digest not in keys]
        with self._store.writing():
            keys |= self._store.embeddings.add(added, [made[digest] for digest in added])
            generation = self._store.next_generation()
            for (document, passages), digests in zip(batch.documents, batch.digests, strict=True):
                self._store.remove(document.id, generation)
                rows = list(zip(passages, (keys[digest] for digest in digests), strict=True))
                self._store.add(document, rows, generation)
        terms = batch.terms()
        if self._take_terms and terms:
            self._take_terms(terms[digest] for digests in batch.digests for digest in digests)

    def _noting_earlier_text(self, skipped: Skipped) -> Skipped:
        """Return the skipped file, with a note if an earlier text of it is still in the index."""
        if not skipped.id:  # another name of a file that was read, or no document
            return skipped
        if self._store.digest_and_path(skipped.id) or self._store.ids_at_path(os.path.realpath(skipped.path)):
            return replace(skipped, reason=f"{skipped.reason}; its earlier text stays in the index")
        return skipped

    def _remove_missing_files(self, reading: Reading) -> None:
        """Remove documents whose files are gone from the folders that were read, or that these were moved from.

        What was read from a file is all that it has: a document of it with another id was indexed from another folder,
        or is no longer in its archive.
        """
        folders = {*self._folders, *reading.folders}
        skipped = {one.id for one in reading.skipped}
        gone = [
            document_id
            for document_id, path in self._store.ids_and_paths()
            if (any(map(Path(path).is_relative_to, folders)) and _is_gone(path))
            or (path in self._paths and document_id not in self._seen and skipped.isdisjoint(_ways(document_id)))
        ]
        if gone:
            with self._store.writing():
                generation = self._store.next_generation()
                for document_id in gone:
                    self._store.remove(document_id, generation)
            self.report.removed.extend(gone)


def _search_text(passage: Passage) -> str:
    return search_text(passage.title, passage.text, passage.context)


def _folder_of(path: str, document: Document) -> Path:
    """Return the folder that a file was indexed from: its id is that folder's name and the path below it."""
    file_id = document.id.removesuffix(f"/{document.metadata.get('member', '')}")
    return Path(path).parents[max(file_id.count("/") - 1, 0)]


def _ways(document_id: str) -> set[str]:
    """Return an id, and those of all files that it may be a member of."""
    parts = document_id.split("/")
    return {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}


def _shown(document: Document) -> str:
    """Return where a document was read from: its file, and the member within it."""
    places = (document.path, document.metadata.get("member"))
    return "/".join(filter(None, places)) or document.id


def _is_gone(path: str) -> bool:
    """Return whether a file is certainly gone; a folder that may not be entered proves nothing."""
    try:
        return not Path(path).is_file()
    except OSError:
        return False
