"""Sentences of hits weighed against a question.

Each sentence of the first passages is scored by a weighted sum: how far it speaks of the question
(cosine, and coverage: the share of the question's rarity-weighted terms that it has), how far its passage does, and
whether it adds a figure where one is asked for. A sentence that adds no word to the question is no answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from qa.passages import search_text
from qa.retrieval import Hit, Searcher, Support
from qa.text import Syllable, canonical, sentences, syllables

# Of a sentence's cosine, its coverage, its passage's cosine and coverage, and of a figure where one is asked for.
SENTENCE_WEIGHTS = (1.0, 3.3, 3.6, 3.2, 0.7)

_ASKS_FIGURE = re.compile(
    r"\b(?:bao nhiêu|mấy|khi nào|bao giờ|bao lâu|(?:ngày|năm|tháng|lúc|hồi) nào|how many|how much|percentage|when)\b"
)


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
    """How far the first hits of a question speak of it, their sentences, and the features of each sentence."""

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


def weigh(question: str, hits: Sequence[Hit], searcher: Searcher) -> WeighedHits:
    """Weighs hits, at least one, and their sentences against a question with its diacritics."""
    asked = canonical(question)
    candidates = [candidate for hit in hits for candidate in _sentences(hit)]
    candidates = [one for one in candidates if _new_words(asked, one.text)] or candidates
    texts = [search_text(hit.passage.title, hit.passage.text) for hit in hits] + [one.text for one in candidates]
    supports = searcher.support(question, texts, literal=True)
    by_hit = dict(zip((hit.rank for hit in hits), supports, strict=False))
    features = [
        (own.cosine, own.coverage, by_hit[one.hit.rank].cosine, by_hit[one.hit.rank].coverage, _adds_figure(asked, one))
        for one, own in zip(candidates, supports[len(hits) :], strict=True)
    ]
    return WeighedHits(supports[: len(hits)], candidates, features)


def _sentences(hit: Hit) -> list[Candidate]:
    offset = hit.passage.start
    return [Candidate(hit, offset + start, offset + end) for start, end in sentences(hit.passage.text)]


def _adds_figure(asked: str, candidate: Candidate) -> float:
    """1 where a canonical question asks for a figure and the sentence has one that the question has not."""
    new = any(word.form[0].isdigit() for word in _new_words(asked, candidate.text))
    return float(new and _ASKS_FIGURE.search(asked) is not None)


def _new_words(asked: str, sentence: str) -> list[Syllable]:
    """Words that the question does not have; without any, a sentence only says the question again."""
    known = {syllable.form for syllable in syllables(asked)}
    return [word for word in syllables(sentence) if word.form not in known]
