"""The general table of Vietnamese syllables that `qa` ships, and whether a word is one of them."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from qa.text.canonical import canonical
from qa.text.restoration import SyllableTable

TABLE = Path(__file__).parent.parent / "models" / "vi-syllables.npz"


@cache
def syllable_table() -> SyllableTable:
    """How often syllables, and pairs of them, stand in Vietnamese text in general; read once, when first needed."""
    with np.load(TABLE, allow_pickle=False) as stored:
        forms = stored["forms"].tobytes().decode("utf-8").split(" ")
        return SyllableTable(forms, stored["counts"], stored["pairs"], stored["times"])


@lru_cache(maxsize=1 << 14)
def is_known(word: str) -> bool:
    """Whether a word, however it is spelled and capitalised, is a syllable of the table."""
    return syllable_table().count(canonical(word)) > 0
