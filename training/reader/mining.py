"""Find hard negatives: passages that search finds for a question but that do not answer it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

import qa
from qa.text import fold
from training.reader.rows import Group, Row, window
from training.reader.variation import first_words

FOUND = 8
"""Hits examined for each question; chosen by hand, as are the numbers below."""
KEPT = 2
"""The most passages without the answer beside a question."""
SHORTEST = 15
"""The fewest words of a passage that is accepted as one without the answer."""
RUN = 5
ALIKE = 0.3
"""From this share of common runs of `RUN` words on, a passage may be a copy of the question's own."""
UNTITLED, OF_DOCUMENT = 0.4, 0.75
"""Cumulative shares of passages without a title and with their own; the rest have their first words as title."""


def mined(rows: Iterable[Row], searcher: qa.Searcher, random: Random) -> Iterator[Group]:
    """Yield each answered question, beside at most `KEPT` passages of the index that lack its answer."""
    for row in rows:
        found = list(_without_answer(row, searcher))[:KEPT]
        shown = window(row, characters=600)
        others = [
            Row(row.question, _title(title, text, random), text, -1, -1, relevant=0, taught=1) for title, text in found
        ]
        yield [shown._replace(title=_title(shown.title, row.context, random)), *others]


def _without_answer(row: Row, searcher: qa.Searcher) -> Iterator[tuple[str, str]]:
    """Yield the title and the text of hits that lack the answer and are not copies of the passage that has it."""
    answer, own = fold(row.answer), _runs(row.context)
    for hit in searcher.search(row.question, k=FOUND):
        passage = hit.passage
        runs, title = _runs(passage.text), ". ".join(filter(None, (passage.title, passage.context)))
        is_own = len(runs & own) > ALIKE * len(runs)
        if not is_own and len(passage.text.split()) >= SHORTEST and answer not in fold(f"{title}\n{passage.text}"):
            yield title, passage.text


def _runs(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def _title(own: str, text: str, random: Random) -> str:
    """Return the title to show with a passage: none, its own, or its first words."""
    drawn = random.random()
    if drawn < UNTITLED:
        return ""
    return own if drawn < OF_DOCUMENT and own else first_words(text, random)
