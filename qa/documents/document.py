"""The values: a document, and a file that did not become one. Knows nothing of how documents are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import count
from types import MappingProxyType

from qa.documents.places import Place, page_of, place_of
from qa.text import detect_language, nfc, storable

OWN_TAGS = "tags"
GIVEN_TAGS = "given_tags"


@dataclass(frozen=True)
class Document:
    """One text as a reader should see it, and where it is from.

    `text` is the main text as its author wrote it. What a conversion did to it (a wrong encoding, split or glued
    syllables, lines broken at the width of a page) is undone where that is certain, since a quote should show what the
    author wrote; `metadata["damage"]` tells what stayed damaged.

    `text`, `title`, `source` and `id` are brought to NFC; every quote and offset refers to that `text`, and so do the
    `places`, which name its parts: pages, sheets and rows, articles. `metadata` becomes a read-only copy; its "tags"
    are those in the document itself, "given_tags" those added in an index, both separated by commas. Raises
    `ValueError` if `id` is empty.
    """

    id: str
    text: str
    title: str = ""
    source: str = ""
    published: date | None = None
    language: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)
    places: tuple[Place, ...] = field(default=(), hash=False)

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("A document needs an id that is not empty.")
        for name in ("id", "text", "title", "source"):
            object.__setattr__(self, name, nfc(storable(getattr(self, name))))
        if isinstance(self.published, datetime):
            object.__setattr__(self, "published", self.published.date())
        metadata = {storable(str(name)): storable(str(value)) for name, value in self.metadata.items()}
        object.__setattr__(self, "metadata", MappingProxyType(metadata))

    def __reduce__(self) -> tuple[type[Document], tuple[object, ...]]:
        # A mapping proxy can be neither copied nor pickled; the constructor makes a new one.
        shown = (self.text, self.title, self.source, self.published, self.language)
        return Document, (self.id, *shown, dict(self.metadata), self.places)

    def place(self, start: int, end: int | None = None) -> str:
        """Return the name of the part of the text that holds a span, or a character, such as "tr. 3" or "tr. 3–5".

        It is empty if the text has no names there.
        """
        return place_of(self.places, start, start + 1 if end is None else end)

    def page(self, offset: int) -> Place | None:
        """Return the page of its file that the text at an offset is on; None where the file has no pages."""
        pages = (one for one in self.places if one.start <= offset < one.end and page_of(one.label) is not None)
        return next(pages, None)

    @property
    def path(self) -> str | None:
        """The path of its file; None if it was not read from a file."""
        return self.metadata.get("path")

    @property
    def tags(self) -> tuple[str, ...]:
        """Its own tags and the added ones, in alphabetical order."""
        return tags_of(self.metadata)

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of all that is shown; `id`, path and added tags do not count."""
        published = self.published.isoformat() if self.published else None
        metadata = {name: value for name, value in self.metadata.items() if name not in ("path", GIVEN_TAGS)}
        places = [(place.start, place.end, place.label) for place in self.places]
        shown = [self.text, self.title, self.source, published, self.language, metadata, places]
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode("ascii")).hexdigest()


def tags_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the tags in some texts, separated by commas: each once, in lower case, in alphabetical order."""
    parts = (part for text in texts for part in nfc(storable(text)).lower().split(","))
    return tuple(sorted({" ".join(part.split()) for part in parts} - {""}))


def tags_of(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return all tags of a document with this metadata."""
    return tags_in(metadata.get(name, "") for name in (OWN_TAGS, GIVEN_TAGS))


def with_given_tags(document: Document, given: Iterable[str]) -> Document:
    """Return the document with these as its added tags; its own are normalised too."""
    wanted = {OWN_TAGS: tags_in([document.metadata.get(OWN_TAGS, "")]), GIVEN_TAGS: tags_in(given)}
    others = {name: value for name, value in document.metadata.items() if name not in wanted}
    metadata = others | {name: ", ".join(tags) for name, tags in wanted.items() if tags}
    return document if metadata == document.metadata else replace(document, metadata=metadata)


@dataclass(frozen=True)
class Skipped:
    """A file that did not become a document, or a member of an archive, with a path below the archive's.

    `reason` says why, and the next step to take. `id` is that of the document it would have been.
    """

    path: str
    reason: str
    id: str = field(default="", compare=False)


@dataclass(frozen=True)
class Damaged:
    """A document that was accepted although part of its text cannot be read; `reason` says which, and the next step."""

    path: str
    reason: str


# Ids that are free


def with_free_ids(documents: Iterable[Document], digest_of: Callable[[str], str | None]) -> Iterator[Document]:
    """Yield the documents, each under its own id, or where another text has that id, under the next one that is free.

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
    """Yield the document itself, then "name (2).txt", "name (3).txt"...; a source that is the id goes with it."""
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
