"""From evidence to a reply: the sentence that answers, with its place in its document, or a refusal to answer.

Knows hits and how far texts speak of a question; does not know how the hits were found.

The sentence. Each sentence of the first passages is scored by a weighted sum: how far it speaks of the question
(cosine, and coverage: the share of the question's rarity-weighted terms that it has), how far its passage does, and
whether it adds a figure where one is asked for. A sentence that adds no word to the question is no answer.

Declining. Cosine and coverage of the best passages also tell whether there is an answer at all. Neither is enough
alone: an unrelated question has a low cosine; a near miss (the right topic, a fact that is not there) has a good
cosine, but a telling word is missing. A logistic model of both gives `confidence`, the chance that the passages hold an
answer; below `THRESHOLD` the reply is that there is none. A question in another language than the documents shares few
words with them, so it has weights of its own, which lean on the cosine and are less sure. And whatever the model says:
a passage whose document lacks a number of the question ("33-KL/TW", "năm 2024") is about something else and is not
read. On MLQA dev this declines 1 % of the questions in Vietnamese that have an answer, 2 % of those in English.

`python -m training.answers` fits the numbers below.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any

from qa.errors import QuestionError
from qa.index import Filters
from qa.passages import Passage, search_text
from qa.retrieval import Hit, Searcher, Support
from qa.text import Syllable, canonical, detect_language, sentences, syllables

# Passages whose sentences are weighed, best first.
READ = 5
# A word or two ("và", "bao nhiêu") are found anywhere and ask nothing.
LEAST_WORDS = 3
# The weights below were fitted on questions in these; None is a question whose language cannot be told.
LANGUAGES = ("vi", "en", None)
# Of a sentence's cosine, its coverage, its passage's cosine and coverage, and of a figure where one is asked for.
SENTENCE_WEIGHTS = (1.0, 3.3, 3.6, 3.2, 0.7)
# Intercept, weight of the best cosine, weight of the best coverage.
CONFIDENCE_WEIGHTS = (-4.34, 5.02, 6.69)
CONFIDENCE_WEIGHTS_ACROSS = (-2.91, 6.14, 4.18)
# On MLQA dev it declines 5 % of the questions that have an answer, 29 % of the near misses, 88 % of the unrelated.
THRESHOLD = 0.19

_ASKS_FIGURE = re.compile(
    r"\b(?:bao nhiêu|mấy|khi nào|bao giờ|bao lâu|(?:ngày|năm|tháng|lúc|hồi) nào|how many|how much|percentage|when)\b"
)


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


def ask(question: str, searcher: Searcher, *, k: int = 5, filters: Filters | None = None) -> Answer:
    """The best sentence of the best passages that pass the filters, or a refusal; `evidence` has k hits.

    Raises `QuestionError` for a question that cannot be searched for.
    """
    if k < 1:
        raise QuestionError(f"{k} hits were asked for.", "Ask for at least 1.")
    question = question.encode("utf-8", "replace").decode()  # a terminal may hand over bytes that are no text
    hits = searcher.search(question, k=max(k, READ), filters=filters)
    evidence = tuple(hits[:k])
    if len(syllables(question)) < LEAST_WORDS or detect_language(question) not in LANGUAGES:
        return Answer(question, None, None, None, None, 0.0, evidence)
    read = [hit for hit in hits[:READ] if _has_numbers(hit.passage, _numbers(question), searcher)]
    if not read:
        return Answer(question, None, None, None, None, 0.0, evidence)
    weighed = weigh(question, read, searcher)
    confidence = _confidence(weighed.confidence_features(), across=searcher.is_across_languages(question))
    if confidence < THRESHOLD:
        return Answer(question, None, None, None, None, confidence, evidence)
    best = weighed.best()
    return Answer(question, best.text, best.text, best.start, best.end, confidence, evidence, best.hit)


def weigh(question: str, hits: Sequence[Hit], searcher: Searcher) -> WeighedHits:
    """Weighs hits, at least one, and their sentences against the question."""
    asked = canonical(searcher.restored(question) or question)
    candidates = [candidate for hit in hits for candidate in _sentences(hit)]
    candidates = [one for one in candidates if _new_words(asked, one.text)] or candidates
    texts = [search_text(hit.passage.title, hit.passage.text) for hit in hits] + [one.text for one in candidates]
    supports = searcher.support(question, texts)
    by_hit = dict(zip((hit.rank for hit in hits), supports, strict=False))
    features = [
        (own.cosine, own.coverage, by_hit[one.hit.rank].cosine, by_hit[one.hit.rank].coverage, _adds_figure(asked, one))
        for one, own in zip(candidates, supports[len(hits) :], strict=True)
    ]
    return WeighedHits(supports[: len(hits)], candidates, features)


def _numbers(text: str) -> set[str]:
    """Those of two digits or more: smaller ones are as often written in words."""
    return {syllable.form for syllable in syllables(text) if sum(map(str.isdigit, syllable.form)) > 1}


def _has_numbers(passage: Passage, numbers: set[str], searcher: Searcher) -> bool:
    """Whether a passage or its document, title and date included, has all these numbers."""
    day = f"{passage.published:%d %m %Y}" if passage.published else ""
    missing = numbers - _numbers(f"{search_text(passage.title, passage.text)} {day}")
    if not missing:
        return True
    text = searcher.index.document(passage.document_id).text
    return all(re.search(rf"(?<!\d)(?<!\d[.,]){re.escape(one)}(?![.,]?\d)", text, re.IGNORECASE) for one in missing)


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


def _confidence(features: tuple[float, float], *, across: bool) -> float:
    weights = CONFIDENCE_WEIGHTS_ACROSS if across else CONFIDENCE_WEIGHTS
    return 1 / (1 + math.exp(-math.fsum(map(mul, weights, (1.0, *features)))))
