"""Find documents with nearly the same words, by sketches of their texts. Knows texts; does not know the index.

A sketch is the smallest hashes of a text's runs of three words (bottom-k sketches, Broder 1997): two sketches overlap
about as much as the runs of their texts.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

ALIKE = 0.8
"""Documents that share at least this part of their runs of words are near-duplicates."""
SKETCH = 64
MOST_SHARED = 30  # documents; a run of words found in more belongs to a form, and says little
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)

Sketch = NDArray[np.uint64]


class NearDuplicates:
    """Collects sketches of documents, and groups those that are alike."""

    def __init__(self) -> None:
        self._ids: dict[bytes, list[str]] = {}
        self._sketches: list[Sketch] = []

    def add(self, document_id: str, text: str) -> None:
        """Add the next document."""
        sketch = _sketch(text)
        same = self._ids.setdefault(sketch.tobytes(), [])
        if not same:
            self._sketches.append(sketch)
        same.append(document_id)

    def groups(self) -> list[tuple[str, ...]]:
        """Return the ids of documents that are alike, directly or through others, as sorted groups of sorted ids."""
        groups = list(self._ids.values())
        leader = list(range(len(groups)))
        for first, second in self._alike():
            one, other = _leader(leader, first), _leader(leader, second)
            leader[max(one, other)] = min(one, other)
        together: dict[int, list[str]] = defaultdict(list)
        for number, ids in enumerate(groups):
            together[_leader(leader, number)] += ids
        return sorted(tuple(sorted(ids)) for ids in together.values() if len(ids) > 1)

    def _alike(self) -> list[tuple[int, int]]:
        having: dict[int, list[int]] = defaultdict(list)
        for number, sketch in enumerate(self._sketches):
            for value in sketch.tolist():
                having[value].append(number)
        shared = Counter(
            pair for numbers in having.values() if len(numbers) <= MOST_SHARED for pair in combinations(numbers, 2)
        )
        return [pair for pair in shared if _similarity(*(self._sketches[number] for number in pair)) >= ALIKE]


def _sketch(text: str) -> Sketch:
    words = np.array([zlib.crc32(word.encode()) for word in text.lower().split()], dtype=np.uint64)
    runs = np.lib.stride_tricks.sliding_window_view(words, min(3, len(words))) if len(words) else words.reshape(0, 1)
    hashes = np.unique((runs * _FACTORS[: runs.shape[1]]).sum(axis=1, dtype=np.uint64) * _FACTORS[0])
    return hashes[:SKETCH]


def _similarity(first: Sketch, second: Sketch) -> float:
    """Return an estimate of the Jaccard similarity of the runs; exact for texts of few runs."""
    union = np.union1d(first, second)[:SKETCH]
    both = np.intersect1d(np.intersect1d(first, second), union)
    return len(both) / len(union)


def _leader(leader: list[int], number: int) -> int:
    while leader[number] != number:
        number = leader[number]
    return number
