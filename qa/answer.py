"""From evidence to a reply: the sentence that answers, with its place in its document, or a refusal to answer.

Knows hits and how far texts speak of a question; does not know how the hits were found.

The sentence. Each sentence of the first passages is scored by a weighted sum: how far it speaks of the question
(cosine, and coverage: the share of the question's rarity-weighted terms that it has), how far its passage does, and
whether it holds a figure when a figure is asked for.

Declining. Cosine and coverage of the best passages also tell whether there is an answer at all. Neither is enough
alone: an unrelated question has a low cosine; a near miss (the right topic, a fact that is not there) has a good
cosine, but a telling word is missing. A logistic model of both gives `confidence`, the chance that the passages hold an
answer; below `THRESHOLD` the reply is that there is none. A question in another language than the documents shares few
words with them, so it has weights of its own, which lean on the cosine and are less sure.

`python -m training.answers` fits the numbers below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any

from qa.index import Filters
from qa.passages import search_text
from qa.retrieval import Hit, Searcher, Support
from qa.text import canonical, sentences

# Passages whose sentences are weighed, best first.
READ = 5
# Of a sentence's cosine, its coverage, its passage's cosine and coverage, and of a figure where one is asked for.
SENTENCE_WEIGHTS = (1.0, 1.5, 2.0, 2.0, 0.4)
# Intercept, weight of the best cosine, weight of the best coverage.
CONFIDENCE_WEIGHTS = (-3.96, 3.63, 7.91)
CONFIDENCE_WEIGHTS_ACROSS = (-2.0, 6.0, 0.0)
THRESHOLD = 0.2

_ASKS_FIGURE = re.compile(
    r"\b(bao nhiêu|bao nhieu|mấy|khi nào|khi nao|bao giờ|bao gio|(?:ngày|ngay|năm|nam|tháng|thang) (?:nào|nao|may)"
    r"|how many|how much|what percentage|when)\b"
)
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True)
class Answer:
    """A reply to a question; `text is None` means that it declined.

    `text` is what answers, `sentence` the sentence that holds it; `start` and `end` are the offsets of `text` in the
    document of `source`, the hit that it stands in. `confidence` is between 0 and 1, `evidence` the hits, best first.
    """

    question: str
    text: str | None
    sentence: str | None
    start: int | None
    end: int | None
    confidence: float
    evidence: tuple[Hit, ...]
    source: Hit | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer in values that JSON knows; `answer` is None when it declined."""
        found = self.source and {
            "text": self.text,
            "sentence": self.sentence,
            "start": self.start,
            "end": self.end,
            "document_id": self.source.passage.document_id,
        }
        return {
            "question": self.question,
            "answer": found,
            "declined": found is None,
            "confidence": round(self.confidence, 4),
            "hits": [hit.to_json() for hit in self.evidence],
        }


@dataclass(frozen=True)
class Candidate:
    """A sentence of a hit, `start` and `end` being its offsets in the document."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        offset = self.hit.passage.start
        return self.hit.passage.text[self.start - offset : self.end - offset]


@dataclass(frozen=True)
class WeighedHits:
    """The first hits of a question with their sentences, and how far each of both speaks of it."""

    question: str
    hits: Sequence[Hit]
    supports: Sequence[Support]
    candidates: Sequence[Candidate]
    features: Sequence[tuple[float, ...]]

    def best(self) -> Candidate:
        """The sentence of the highest weighted sum of features."""
        scores = [math.fsum(map(mul, SENTENCE_WEIGHTS, features)) for features in self.features]
        return self.candidates[scores.index(max(scores))]

    def confidence_features(self) -> tuple[float, float]:
        """The best cosine and the best coverage of the passages."""
        return max(one.cosine for one in self.supports), max(one.coverage for one in self.supports)


def ask(question: str, searcher: Searcher, *, k: int = 5, filters: Filters | None = None) -> Answer:
    """The best sentence of the best passages that pass the filters, or a refusal; `evidence` has k hits.

    Raises `QuestionError` for a question that cannot be searched for.
    """
    hits = searcher.search(question, k=max(k, READ), filters=filters)
    evidence = tuple(hits[:k])
    if not hits:
        return Answer(question, None, None, None, None, 0.0, evidence)
    weighed = weigh(question, hits[:READ], searcher)
    confidence = _confidence(weighed.confidence_features(), across=searcher.is_across_languages(question))
    if confidence < THRESHOLD:
        return Answer(question, None, None, None, None, confidence, evidence)
    best = weighed.best()
    return Answer(question, best.text, best.text, best.start, best.end, confidence, evidence, best.hit)


def weigh(question: str, hits: Sequence[Hit], searcher: Searcher) -> WeighedHits:
    """Weighs hits, at least one, and their sentences against the question."""
    candidates = [candidate for hit in hits for candidate in _sentences(hit)]
    texts = [search_text(hit.passage.title, hit.passage.text) for hit in hits] + [one.text for one in candidates]
    supports = searcher.support(question, texts)
    by_hit = dict(zip((hit.rank for hit in hits), supports, strict=False))
    asks_figure = _ASKS_FIGURE.search(canonical(question)) is not None
    features = [
        _features(one, support, by_hit[one.hit.rank], asks_figure=asks_figure)
        for one, support in zip(candidates, supports[len(hits) :], strict=True)
    ]
    return WeighedHits(question, hits, supports[: len(hits)], candidates, features)


def _sentences(hit: Hit) -> list[Candidate]:
    offset = hit.passage.start
    return [Candidate(hit, offset + start, offset + end) for start, end in sentences(hit.passage.text)]


def _features(candidate: Candidate, own: Support, passage: Support, *, asks_figure: bool) -> tuple[float, ...]:
    figure = float(asks_figure and _FIGURE.search(candidate.text) is not None)
    return own.cosine, own.coverage, passage.cosine, passage.coverage, figure


def _confidence(features: tuple[float, float], *, across: bool) -> float:
    weights = CONFIDENCE_WEIGHTS_ACROSS if across else CONFIDENCE_WEIGHTS
    return 1 / (1 + math.exp(-math.fsum(map(mul, weights, (1.0, *features)))))
