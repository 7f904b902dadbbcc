"""Ranking documents by the passages that `qa` finds: the head is what a person gets, deeper searches fill up its end.

It knows searchers by one method, and nothing of runs or measures.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import qa
from eval.errors import EvaluationError
from eval.sets import Identify, Question, Ranking

Mode = Literal["hybrid", "dense", "lexical"]


class Searches(Protocol):
    """The one method of `qa.Searcher` that a run needs."""

    def search_many(self, queries: Sequence[str], *, k: int, mode: Mode) -> Sequence[Sequence[qa.Hit]]:
        """Return the best k hits of each query, best first."""
        ...


@dataclass(frozen=True)
class PassageSearch:
    """A searcher in one mode, as a system: `identify` turns a hit into the id that the judgements use."""

    searcher: Searches
    mode: Mode
    identify: Identify

    def rank(self, questions: Sequence[Question], depth: int) -> list[Ranking]:
        """Rank ids by their best passage."""
        found = self._search(questions, depth)
        return [self._ranking(question, hits, depth) for question, hits in zip(questions, found, strict=True)]

    def _ranking(self, question: Question, hits: Sequence[qa.Hit], depth: int) -> Ranking:
        return Ranking(self._ids(question, hits)[:depth], hits[0].passage.text if hits else None)

    def _ids(self, question: Question, hits: Sequence[qa.Hit]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.identify(question.id, hit) for hit in hits))

    def _search(self, questions: Sequence[Question], depth: int) -> list[list[qa.Hit]]:
        """Ask for `depth` passages, and deeper where these have too few different ids; what that adds comes last.

        The head of a ranking is thus what a person sees, whatever a search makes of a greater k.
        """
        hits = self._searched(questions, depth)
        found, counts = [_one_by_one(one) for one in hits], [len(one) for one in hits]
        for k, deeper in itertools.pairwise((depth, 3 * depth, 10 * depth)):
            short = [i for i, n in enumerate(counts) if n >= k and len(self._ids(questions[i], found[i])) < depth]
            again = self._searched([questions[i] for i in short], deeper) if short else []
            for i, more in zip(short, again, strict=True):
                seen = {hit.passage.id for hit in found[i]}
                found[i] += [hit for hit in _one_by_one(more) if hit.passage.id not in seen]
                counts[i] = len(more)
        return found

    def _searched(self, questions: Sequence[Question], k: int) -> Sequence[Sequence[qa.Hit]]:
        try:
            return self.searcher.search_many([question.text for question in questions], k=k, mode=self.mode)
        except qa.QAError as error:
            if len(questions) == 1:
                raise EvaluationError(
                    f"Question {questions[0].id}: {error}", "Nothing was scored; leave it out of the set to go on."
                ) from error
        return [self._searched([question], k)[0] for question in questions]


def _one_by_one(hits: Sequence[qa.Hit]) -> list[qa.Hit]:
    """Similar hits follow the one that they are shown under: there a person meets them."""
    return [one for hit in hits for one in (hit, *hit.similar)]
