"""Define what this version makes: the tables of `corpus.db`, and the settings that shaped the stored bytes.

Settings are the model, and this version's format, text rules and passage length.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qa.embedding import EmbedderSettings
from qa.errors import IndexDamagedError, IndexMismatchError
from qa.passages import PASSAGE_SYLLABLES
from qa.text import TEXT_RULES

APPLICATION_ID = 0x76716131

SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE state (
    generation INTEGER NOT NULL, mark TEXT NOT NULL, published INTEGER NOT NULL, published_mark TEXT NOT NULL
);
INSERT INTO state VALUES (0, '', 0, '');
CREATE TABLE lineage (generation INTEGER PRIMARY KEY, mark TEXT NOT NULL);
CREATE TABLE document (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, path TEXT, digest TEXT NOT NULL,
    title TEXT NOT NULL, source TEXT NOT NULL, published TEXT, language TEXT, metadata TEXT NOT NULL,
    places TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, text BLOB NOT NULL
);
CREATE UNIQUE INDEX living_document ON document (id) WHERE removed IS NULL;
CREATE INDEX document_id ON document (id);
CREATE INDEX document_path ON document (path);
CREATE INDEX removed_document ON document (removed) WHERE removed IS NOT NULL;
CREATE TABLE passage (
    key INTEGER PRIMARY KEY AUTOINCREMENT, document_key INTEGER NOT NULL REFERENCES document (key),
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    context TEXT NOT NULL, places TEXT NOT NULL, embedding INTEGER NOT NULL
);
CREATE INDEX passage_document ON passage (document_key);
CREATE TABLE embedding (key INTEGER PRIMARY KEY, text_digest BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);
CREATE TABLE checksum (
    document_key INTEGER PRIMARY KEY REFERENCES document (key) ON DELETE CASCADE,
    document BLOB NOT NULL, passages BLOB NOT NULL
)
"""


FORMAT = 7
CURRENT = {"format": str(FORMAT), "text_rules": str(TEXT_RULES), "passage_syllables": str(PASSAGE_SYLLABLES)}
"""The settings of this version; an index with others is upgraded to them, unless a newer version made it."""
_COUNTED = ("format", "text_rules")  # a higher number means a newer version
_OF_MODEL = ("revision", "dimension", "query_prompt", "passage_prompt")


def settings_for(embedder: EmbedderSettings) -> dict[str, str]:
    """Return the settings of a new index for this embedder."""
    return {
        **CURRENT,
        "model": embedder.name,
        "revision": embedder.revision,
        "dimension": str(embedder.dimension),
        "query_prompt": embedder.query_prompt,
        "passage_prompt": embedder.passage_prompt,
    }


def check_settings(folder: Path, settings: Mapping[str, str]) -> None:
    """Raise `IndexDamagedError` if a setting that every version wrote is missing or malformed."""
    missing = sorted({*_COUNTED, "model", *_OF_MODEL} - settings.keys())
    if missing:
        raise IndexDamagedError(folder, f"the setting {missing[0]!r} is missing from corpus.db")
    if not settings["dimension"].isdecimal():
        raise IndexDamagedError(folder, f"corpus.db states {settings['dimension']!r} for the length of a vector")


def is_outdated(settings: Mapping[str, str]) -> bool:
    """Return whether an earlier version made the index, or one that split passages differently."""
    return any(settings.get(name) != value for name, value in CURRENT.items())


def model_key(settings: Mapping[str, str]) -> str:
    """Return the key that vectors are stored under: the model, its revision and its prompt for passages."""
    return f"{settings['model']}@{settings['revision']} {settings['passage_prompt']}".rstrip()


def refuse_others(folder: Path | str, settings: Mapping[str, str], embedder: EmbedderSettings | None) -> None:
    """Raise `IndexMismatchError` for an index of a newer version, or of another model than the embedder's."""
    for name in _COUNTED:
        found = settings.get(name, "")
        if not found.isdecimal() or int(found) > int(CURRENT[name]):
            raise IndexMismatchError(folder, name.replace("_", " "), found or "unknown", CURRENT[name])
    asked = settings_for(embedder) if embedder else settings
    if any(settings[name] != asked[name] for name in _OF_MODEL):
        raise IndexMismatchError(folder, "model", _model(settings), _model(asked))


def _model(settings: Mapping[str, str]) -> str:
    return f"{settings['model']}@{settings['revision']}"
