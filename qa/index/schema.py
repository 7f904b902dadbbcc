"""The tables of `corpus.db` as this version makes them."""

from __future__ import annotations

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
    places TEXT NOT NULL, added INTEGER NOT NULL, removed INTEGER, text TEXT NOT NULL
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
CREATE TABLE embedding (key INTEGER PRIMARY KEY, text_digest BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)
"""
