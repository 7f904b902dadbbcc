"""What a reader returns: how well an answer starts and ends at each token of a passage, and whether there is one.

Knows tokens and their places; knows nothing of models, rules or how passages were found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from qa.passages import Passage

Scores = NDArray[np.float32]
Offsets = NDArray[np.int64]

SPAN_TOKENS = 40
"""The longest span, in tokens; longer answers are very rare in the usual training sets."""


@dataclass(frozen=True, slots=True)
class ReadSpan:
    """A span of a passage's text; `margin` is its log-odds over "not answered here"."""

    start: int
    end: int
    margin: float


@dataclass(frozen=True)
class Window:
    """A stretch of a passage that was read at once.

    `offsets` are the places of its tokens in the passage's text, shape (tokens, 2), in order; `starts` and `ends` are
    each token's log-odds that an answer starts or ends there, against no answer at all, shape (tokens,). `relevance` is
    the log-odds that the window answers at all; None where the model does not say.
    """

    offsets: Offsets
    starts: Scores
    ends: Scores
    relevance: float | None = None


@dataclass(frozen=True)
class Reading:
    """A reader's result for one passage, window by window; without windows it was not read."""

    windows: tuple[Window, ...]

    @property
    def relevance(self) -> float | None:
        """The log-odds of the window that most likely answers."""
        found = [window.relevance for window in self.windows if window.relevance is not None]
        return max(found, default=None)

    def best(self, most: int) -> list[ReadSpan]:
        """Return at most `most` spans, best first, no two of which overlap."""
        tables = [_span_scores(window) for window in self.windows]
        found: list[ReadSpan] = []
        while len(found) < most:
            span = max(map(_best_span, self.windows, tables), key=lambda one: one.margin, default=None)
            if span is None or span.margin == -np.inf:
                break
            found.append(span)
            for window, table in zip(self.windows, tables, strict=True):
                table[np.ix_(window.offsets[:, 0] < span.end, span.start < window.offsets[:, 1])] = -np.inf
        return found

    def outside(self, places: Sequence[tuple[int, int]]) -> Reading:
        """Return the reading without spans that start or end in one of these places."""
        return Reading(tuple(map(partial(_outside, places=places), self.windows))) if places else self

    def margin(self, start: int, end: int) -> float:
        """Return the log-odds of a given span over "not answered here".

        Minus infinity if the span was not read.
        """
        return max((_margin(window, start, end) for window in self.windows), default=-np.inf)


@runtime_checkable
class Reader(Protocol):
    """Anything that reads passages for a question; safe to share between threads."""

    @property
    def folder(self) -> Path | None:
        """The folder with the weights that `deciding` uses for this reader; None if none were fitted."""
        ...

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """Return one reading for each passage, in their order."""
        ...


def _outside(window: Window, places: Sequence[tuple[int, int]]) -> Window:
    inside = [any(start < last and first < end for first, last in places) for start, end in window.offsets]
    starts, ends = (np.where(inside, np.float32(-np.inf), scores) for scores in (window.starts, window.ends))
    return replace(window, starts=starts, ends=ends)


def _span_scores(window: Window) -> Scores:
    """Return the score of the span from each token to each other, shape (tokens, tokens).

    It is minus infinity where there is no span.
    """
    sums: Scores = window.starts[:, None] + window.ends[None, :]
    possible = np.triu(np.tril(np.isfinite(sums), SPAN_TOKENS - 1))
    visible = window.offsets[:, None, 0] < window.offsets[None, :, 1]
    return np.where(possible & visible, sums, np.float32(-np.inf))


def _best_span(window: Window, scores: Scores) -> ReadSpan:
    if not scores.size:
        return ReadSpan(0, 0, -np.inf)
    first, last = divmod(int(scores.argmax()), len(scores))
    return ReadSpan(int(window.offsets[first, 0]), int(window.offsets[last, 1]), float(scores[first, last]))


def _margin(window: Window, start: int, end: int) -> float:
    """Return the score of the tokens that hold the first and the last character."""
    inside = np.flatnonzero((window.offsets[:, 0] < end) & (start < window.offsets[:, 1]))
    if not len(inside) or window.offsets[inside[0], 0] > start or window.offsets[inside[-1], 1] < end:
        return -np.inf
    return float(window.starts[inside[0]] + window.ends[inside[-1]])
