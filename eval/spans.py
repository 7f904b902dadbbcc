"""Is a reply right? Judged by the place of its span, and by its words.

The measures of words are those of SQuAD (Rajpurkar et al., EMNLP 2016) on normalised text: NFC, lower case, no
punctuation, single spaces; no word is removed. Exact match is 1 for equal texts. F1 is 2PR / (P + R) over words, each
as often as it occurs: P is the share of the reply's words that the gold answer has, R the share of the gold answer's
words that the reply has. Of several gold answers the best counts. A declined question scores 0.

It knows texts and offsets, and nothing of where they come from.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import qa

Outcome = Literal["right", "wrong", "declined"]
# Where a sentence ends: a mark and white space before a capital or a figure, or the end of a line.
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+(?=[\"“‘(\[]*[^\W_a-zà-ỹ])|\s*\n\s*")


@dataclass(frozen=True)
class Place:
    """A sentence that answers a question, by its offsets in a document, and the words in it that are the answer."""

    document_id: str
    start: int
    end: int
    answer: str

    def overlaps(self, document_id: str, start: int, end: int) -> bool:
        """Return whether a span of a document shares a character with it."""
        return self.document_id == document_id and self.start < end and start < self.end


def outcome(reply: qa.Answer, places: Sequence[Place]) -> Outcome:
    """Return declined, or right if the reply overlaps one of the sentences that answer."""
    if reply.text is None or reply.source is None or reply.start is None or reply.end is None:
        return "declined"
    document_id = reply.source.passage.document_id
    return "right" if any(one.overlaps(document_id, reply.start, reply.end) for one in places) else "wrong"


def normalised(text: str) -> str:
    """Return NFC, lower case, no punctuation, single spaces."""
    lower = unicodedata.normalize("NFC", text).lower()
    kept = (c for c in lower if c not in string.punctuation and not unicodedata.category(c).startswith("P"))
    return " ".join("".join(kept).split())


def exact_match(text: str | None, gold: Sequence[str]) -> float:
    """Return 1 when the text equals one of the gold answers after normalising."""
    return float(text is not None and normalised(text) in map(normalised, gold))


def contained(text: str | None, gold: Sequence[str]) -> bool:
    """Return whether the text's words occur together within a gold answer, or a gold answer's within the text."""
    found = f" {normalised(text or '')} "
    return bool(found.strip()) and any(found in one or one in found for one in (f" {normalised(one)} " for one in gold))


def f1(text: str | None, gold: Sequence[str]) -> float:
    """Return the best F1 over the words of each gold answer."""
    return max(_f1(normalised(text or "").split(), normalised(one).split()) for one in gold)


def _f1(found: Sequence[str], gold: Sequence[str]) -> float:
    shared = (Counter(found) & Counter(gold)).total()
    return 2 * shared / (len(found) + len(gold)) if shared else 0.0


def sentence_around(text: str, start: int) -> tuple[int, int]:
    """Return the offsets of the sentence that the character at `start` is in."""
    ends = [(found.start(), found.end()) for found in _SENTENCE_END.finditer(text)]
    first = max((end for _, end in ends if end <= start), default=0)
    return first, min((begin for begin, _ in ends if begin > start), default=len(text))


def occurrences(text: str, part: str) -> Iterator[int]:
    """Yield every place at which the part, if not empty, starts."""
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)
