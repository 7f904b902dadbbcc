"""Passages: the pieces of a document that are searched, shown and cited, each with its character span and its context.

Knows no vectors.
"""

from qa.passages.context import message_heads
from qa.passages.cutting import JOINED_SYLLABLES, PASSAGE_CHARACTERS, PASSAGE_SYLLABLES, Passage, search_text, split

__all__ = [
    "JOINED_SYLLABLES",
    "PASSAGE_CHARACTERS",
    "PASSAGE_SYLLABLES",
    "Passage",
    "message_heads",
    "search_text",
    "split",
]
