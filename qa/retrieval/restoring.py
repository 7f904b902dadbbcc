"""Diacritics as an index has them: the general table that `qa` ships, and the terms of the index's own passages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from qa.index import Snapshot
from qa.text import Restorer, SyllableTable, one_spelling, read_keys

TABLE = Path(__file__).parent.parent / "models" / "vi-syllables.npz"


def restore(snapshot: Snapshot, text: str) -> str:
    """Puts diacritics back as the snapshot's passages have them, and as Vietnamese text in general has them."""

    def own_count(term: str) -> int:
        return snapshot.passages_with("written", one_spelling(term))

    return Restorer(syllable_table(), own_count).restore(text)


def without_keys(text: str) -> str:
    """The text with Telex or VNI keys read as letters, where it was typed in them."""
    return read_keys(text, lambda form: syllable_table().count(form) > 0)


@cache
def syllable_table() -> SyllableTable:
    """How often syllables, and pairs of them, stand in Vietnamese text in general."""
    with np.load(TABLE, allow_pickle=False) as stored:
        forms = stored["forms"].tobytes().decode("utf-8").split(" ")
        return SyllableTable(forms, stored["counts"], stored["pairs"], stored["times"])
