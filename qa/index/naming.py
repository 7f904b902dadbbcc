"""Ids for documents that must not take the place of another. Knows ids and digests, not how documents are stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count

from qa.documents import Document
from qa.text import detect_language


def with_free_ids(documents: Iterable[Document], digest_of: Callable[[str], str | None]) -> Iterator[Document]:
    """The documents, each under its own id, or where another text has that id, under the next one that is free.

    `digest_of` gives the digest of the stored document of an id. A document that is stored already keeps its id.
    """
    given: dict[str, str] = {}
    for document in documents:
        if document.language is None:
            document = replace(document, language=detect_language(document.text))
        for candidate in _candidates(document):
            taken_by = given.get(candidate.id) or digest_of(candidate.id)
            if taken_by is None or taken_by == candidate.digest:
                given[candidate.id] = candidate.digest
                yield candidate
                break


def _candidates(document: Document) -> Iterator[Document]:
    """The document itself, then "name (2).txt", "name (3).txt"...; a source that is the id goes with it."""
    yield document
    for number in count(2):
        named = _numbered(document.id, number)
        yield replace(document, id=named, source=named if document.source == document.id else document.source)


def _numbered(document_id: str, number: int) -> str:
    folder, slash, name = document_id.rpartition("/")
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        return f"{document_id} ({number})"
    return f"{folder}{slash}{stem} ({number}){dot}{suffix}"
