"""Define what an upsert writes to, in any store, and change tags and the list of skipped files there.

Neither search depends on tags; filters read them where they are stored.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from qa.documents import Document, Skipped, tags_in
from qa.embedding import Embedder
from qa.errors import DocumentNotFoundError, TagError
from qa.passages import Passage


class Vectors(Protocol):
    """The vectors of texts embedded before, by text digest."""

    def keys(self, digests: Iterable[bytes]) -> dict[bytes, int]:
        """Return the keys of the known vectors among these text digests."""

    def made(self, embedder: Embedder, texts: Sequence[str]) -> Sequence[Any]:
        """Return what `add` stores for each of at least one text; slow, so called before `writing`."""

    def add(self, digests: Sequence[bytes], made: Sequence[Any]) -> dict[bytes, int]:
        """Store what `made` returned, each under its text's digest, which must be new; return the keys."""


class Skips(Protocol):
    """The files that the latest run over each folder skipped."""

    def all(self) -> list[Skipped]:
        """Return the skipped files, by path."""

    def replace(self, reasons: Mapping[str, str]) -> None:
        """Store these, by path, in place of the earlier ones."""


class Tags(Protocol):
    """The tags of living documents."""

    def of(self, document_id: str) -> tuple[str, str]:
        """Return a document's own tags and those added to it, separated by commas."""

    def give(self, document_id: str, tags: Sequence[str]) -> None:
        """Replace the tags added to a document by these; called inside `writing`."""


class Truth(Protocol):
    """What an upsert writes to: the `corpus.db` of a folder, or a database with many writers."""

    @property
    def embeddings(self) -> Vectors:
        """The stored vectors."""

    @property
    def skips(self) -> Skips:
        """The files that were skipped."""

    @property
    def tags(self) -> Tags:
        """The tags of documents."""

    def writing(self) -> AbstractContextManager[None]:
        """Commit all writes in the block together, or none."""

    def next_generation(self) -> int:
        """Increment the generation; called once inside `writing`."""

    def digest_and_path(self, document_id: str) -> tuple[str, str | None] | None:
        """Return the digest and path of a living document, None if there is none with that id."""

    def ids_and_paths(self) -> list[tuple[str, str]]:
        """Return (id, path) of each living document that was read from a file, by id."""

    def ids_at_path(self, path: str) -> list[str]:
        """Return the living documents that were read from this file."""

    def add(self, document: Document, passages: Sequence[tuple[Passage, int]], generation: int) -> None:
        """Store a document and its passages, each with the key of its embedding."""

    def remove(self, document_id: str, generation: int) -> object:
        """Remove a living document, if it exists."""


def change_tags(truth: Truth, document_ids: Sequence[str], add: Collection[str], remove: Collection[str]) -> None:
    """Add tags to living documents and remove added ones, or change nothing if an error is raised.

    Raises `DocumentNotFoundError`, and `TagError` for a tag written in a document itself.
    """
    with truth.writing():
        missing = [one for one in document_ids if truth.digest_and_path(one) is None]
        if missing:
            raise DocumentNotFoundError(missing)
        for document_id in document_ids:
            own, given = truth.tags.of(document_id)
            kept = sorted(set(remove).intersection(tags_in([own])))
            if kept:
                raise TagError(document_id, kept[0])
            truth.tags.give(document_id, sorted({*tags_in([given]), *add} - set(remove)))


def keep_skipped(store: Truth, folders: Sequence[Path], skipped: Iterable[Skipped]) -> None:
    """Replace the skipped files of these folders, and drop files that have become documents or are gone."""
    before = {one.path: one.reason for one in store.skips.all()}
    after = {path: reason for path, reason in before.items() if not _is_settled(store, path, folders)}
    after |= {one.path: one.reason for one in skipped}
    if after != before:
        store.skips.replace(after)


def _is_settled(store: Truth, path: str, folders: Sequence[Path]) -> bool:
    real = os.path.realpath(path)
    inside = any(Path(one).is_relative_to(folder) for folder in folders for one in (path, real))
    return inside or not os.path.lexists(path) or bool(store.ids_at_path(real))
