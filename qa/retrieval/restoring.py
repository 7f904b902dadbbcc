"""Diacritics as an index has them: the general table that `qa` ships, and the terms of the index's own passages."""

from __future__ import annotations

from qa.index import Snapshot
from qa.text import Restorer, one_spelling, read_keys, syllable_table


def restore(snapshot: Snapshot, text: str) -> str:
    """Puts diacritics back as the snapshot's passages have them, and as Vietnamese text in general has them."""

    def own_count(term: str) -> int:
        return snapshot.passages_with("written", one_spelling(term))

    return Restorer(syllable_table(), own_count).restore(text)


def without_keys(text: str) -> str:
    """The text with Telex or VNI keys read as letters, where it was typed in them."""
    return read_keys(text, lambda form: syllable_table().count(form) > 0)
