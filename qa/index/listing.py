"""List an index's documents page by page, without loading their texts, and keep its tags and skipped files.

Knows the current truth, including what a writer at work has already committed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qa.database import Database
from qa.documents import GIVEN_TAGS, OWN_TAGS, Skipped, tags_of
from qa.errors import QuestionError
from qa.index.rows import checksums
from qa.text import fold

MAX_CHARACTERS = 1_000


def words_to_find(text: str) -> list[str]:
    """Return the words to search names for; raises `QuestionError` for a text longer than any name."""
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(
            f"The text to search for has {len(text):,} characters; at most {MAX_CHARACTERS:,} are allowed.",
            "Give a few words of a title, a source or an id.",
        )
    return fold(text).split()


@dataclass(frozen=True)
class DocumentSummary:
    """A document as a list shows it, with the number of its passages instead of its text.

    `metadata` is the document's, without the path of its file.
    """

    id: str
    title: str
    source: str
    published: date | None
    language: str | None
    passages: int
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def tags(self) -> tuple[str, ...]:
        """The document's own tags and those added to it."""
        return tags_of(self.metadata)


class Listing:
    """The documents of one `corpus.db`, by id; safe to use from several threads."""

    def __init__(self, database_path: Path) -> None:
        self._database = Database(database_path)
        self._names: tuple[str, list[tuple[int, str]]] = ("", [])
        self._reading_names = threading.Lock()

    def find(self, words: str, offset: int, limit: int) -> tuple[list[DocumentSummary], int]:
        """Return the documents from `offset` on whose title, source or id has all words, and how many there are in all.

        Raises `QuestionError` for a text longer than any name.
        """
        wanted = words_to_find(words)
        with self._database.reading():
            if not wanted:
                living = "FROM document WHERE removed IS NULL"
                total = self._database.one(f"SELECT count(*) {living}")[0]
                page = (limit, min(offset, total))
                rows = self._database.rows(f"SELECT key {living} ORDER BY id LIMIT ? OFFSET ?", page)
                return self._summaries([row[0] for row in rows]), total
            keys = [key for key, names in self._folded_names() if all(word in names for word in wanted)]
            return self._summaries(keys[offset : offset + limit]), len(keys)

    def _folded_names(self) -> list[tuple[int, str]]:
        """Return (key, folded names) of each document, cached until the truth changes, since reading them is slow."""
        mark = self._database.one("SELECT mark FROM state")[0]
        with self._reading_names:
            if self._names[0] != mark:
                query = "SELECT key, id, title, source FROM document WHERE removed IS NULL ORDER BY id"
                names = ((key, dict.fromkeys(rest)) for key, *rest in self._database.stream(query))
                self._names = (mark, [(key, fold("\n".join(each))) for key, each in names])
            return self._names[1]

    def _summaries(self, keys: list[int]) -> list[DocumentSummary]:
        query = """SELECT d.id, d.title, d.source, d.published, d.language,
                   (SELECT count(*) FROM passage p WHERE p.document_key = d.key), d.metadata
                   FROM document d WHERE d.key IN (SELECT value FROM json_each(?)) ORDER BY d.id"""
        return [_to_summary(row) for row in self._database.rows(query, (json.dumps(keys),))]


def _to_summary(row: tuple[str, str, str, str | None, str | None, int, str]) -> DocumentSummary:
    document_id, title, source, published, language, passages, stored = row
    day = date.fromisoformat(published) if published else None
    metadata = {name: value for name, value in json.loads(stored).items() if name != "path"}
    return DocumentSummary(document_id, title, source, day, language, passages, metadata)


class DocumentTags:
    """The tags of living documents in one `corpus.db`; added ones are changed in place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, document_id: str) -> tuple[str, str]:
        """Return a document's own tags and those added to it, separated by commas."""
        columns = ", ".join(f"coalesce(json_extract(metadata, '$.{name}'), '')" for name in (OWN_TAGS, GIVEN_TAGS))
        query = f"SELECT {columns} FROM document WHERE id = ? AND removed IS NULL"
        row: tuple[str, str] = self._database.one(query, (document_id,)) or ("", "")
        return row

    def give(self, document_id: str, tags: Sequence[str]) -> None:
        """Replace the tags added to a document by these; called inside `writing`."""
        row = self._database.one("SELECT key FROM document WHERE id = ? AND removed IS NULL", (document_id,))
        if row is None:
            return
        before = checksums(self._database, row[0])[0]
        changed = "json_set(metadata, '$.given_tags', :tags)" if tags else "json_remove(metadata, '$.given_tags')"
        values = {"key": row[0], "tags": ", ".join(tags)}
        self._database.run(f"UPDATE document SET metadata = {changed} WHERE key = :key", values)
        after = checksums(self._database, row[0])[0]
        # Only if the row was intact before: a new checksum would hide the damage.
        known = "UPDATE checksum SET document = ? WHERE document_key = ? AND document = ?"
        self._database.run(known, (after, row[0], before))


class SkippedFiles:
    """The files that the latest run over each folder skipped, in one `corpus.db`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Skipped]:
        """Return the skipped files, by path; none if no run has recorded any."""
        if not self._database.one("SELECT 1 FROM sqlite_master WHERE name = 'skipped'"):
            return []
        return [Skipped(*row) for row in self._database.rows("SELECT path, reason FROM skipped ORDER BY path")]

    def replace(self, reasons: Mapping[str, str]) -> None:
        """Store these, by path, in place of the earlier ones."""
        with self._database.writing():
            self._database.run(
                "CREATE TABLE IF NOT EXISTS skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID"
            )
            self._database.run("DELETE FROM skipped")
            self._database.run_many("INSERT INTO skipped VALUES (?, ?)", sorted(reasons.items()))
