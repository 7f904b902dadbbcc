"""The sentence that answers and the span in it, chosen by weighted sums of what speaks for each.

Sentences compete by how far they, their neighbours and their passage speak of the question, by meaning and by words,
and by how good a span of the asked kind they hold; then the spans of the best sentence compete.
`python -m training.answers` fits the weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul

from qa.answer.extracting.candidates import Candidate, Sentence, sentences_of
from qa.answer.extracting.question import Question
from qa.passages import search_text
from qa.retrieval import Hit, Searcher

# Of the sentence cosine and coverage; of its passage the same; coverage of its context; score below the best
# hit's; whether it is in the first hit; of its best span quality, near, before, after, owned; closeness of its passage.
SENTENCE_WEIGHTS = (1.94, 1.48, 0.62, -1.76, 2.87, 0.33, 0.25, 2.08, 2.21, 1.32, 0.22, 1.08, 5.93)
# Quality, whole, near, before, after, led, owned, length.
SPAN_WEIGHTS = (3.86, -0.91, 1.32, 0.77, 1.14, 1.21, -0.31, -0.02)


@dataclass(frozen=True)
class Weighed:
    """Sentences of the hits of a question, each with its features."""

    searcher: Searcher
    question: Question
    sentences: Sequence[Sentence]
    features: Sequence[tuple[float, ...]]
    weights: Sequence[float] = SENTENCE_WEIGHTS

    @cached_property
    def scores(self) -> list[float]:
        """The weighted sum of each sentence."""
        return [weighted(self.weights, features) for features in self.features]

    @cached_property
    def best(self) -> int:
        """The number of the sentence of the highest score."""
        return self.scores.index(max(self.scores))


def weigh(question: Question, hits: Sequence[Hit], searcher: Searcher) -> Weighed:
    """Weighs the sentences of the hits against the question."""
    embedder = searcher.index.embedder
    found = [sentence for hit in hits for sentence in sentences_of(question, hit, embedder)]
    passages = [search_text(hit.passage.title, hit.passage.text) for hit in hits]
    cosines = searcher.cosines(question.text, [*passages, *(one.text for one in found)])
    ids = [hit.passage.id for hit in hits]
    of_passage = dict(zip(ids, cosines, strict=False))
    closeness = dict(zip(ids, searcher.closeness(question.text, passages), strict=True))
    best = max((hit.score for hit in hits), default=0.0)
    features = [
        (
            cosine,
            one.coverage,
            of_passage[one.hit.passage.id],
            one.passage,
            one.context,
            one.hit.score - best,
            float(one.hit.rank == 1),
            *(one.best(measure) for measure in ("quality", "near", "before", "after", "owned")),
            closeness[one.hit.passage.id],
        )
        for one, cosine in zip(found, cosines[len(hits) :], strict=True)
    ]
    return Weighed(searcher, question, found, features)


def best_span(sentence: Sentence) -> Candidate:
    """The candidate of the highest weighted sum."""
    return max(sentence.candidates, key=lambda one: weighted(SPAN_WEIGHTS, one.features()))


def weighted(weights: Sequence[float], features: Sequence[float]) -> float:
    """The sum of features, each times its weight."""
    return math.fsum(map(mul, weights, features))
