"""Reading the hits of some evidence, and deciding what of them answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.reading.candidates import candidates
from qa.reading.deciding import Decision, decide
from qa.reading.fitted import Fitted, fitted_for
from qa.reading.protocol import Reader, Reading
from qa.reading.question import Question, understand
from qa.reading.vocabulary import COUNTRY, WHOLE_COUNTRY
from qa.reading.words import words_of
from qa.retrieval import Evidence, Hit
from qa.text import detect_language, fold

READ = 8
"""Hits that are read, best first."""
RELATED_SHARE = 0.5
"""From this share of the question's words on, weighted by rarity, a passage is on its topic."""
LANGUAGES = ("vi", "en", None)
"""What a reader is sure of in another language means nothing; None is a question whose language cannot be told."""
READ_AT_MOST = 12
"""Passages of nearly the same words may be of other years, so they are read too, up to this many in all."""


@dataclass(frozen=True)
class ReadEvidence:
    """The question as it was understood, the decision, and the numbers that it went by.

    `hits` are those of the evidence, reranked; `related` tells whether they are on the topic of the question.
    """

    question: Question
    decision: Decision
    fitted: Fitted
    hits: tuple[Hit, ...]
    related: bool


def read(evidence: Evidence, reader: Reader) -> ReadEvidence:
    """Reads the best hits, those nearly the same as one of them included, and decides."""
    question = understand(evidence)
    fitted = fitted_for(reader.folder, evidence.embedder)
    hits = to_read(evidence)
    passages = [hit.passage for hit in hits]
    readings = reader.read(asked_of_reader(evidence), passages) if _is_worth_reading(question, hits) else []
    found = candidates(question, evidence, hits, readings) if readings else []
    relevance = {hit.passage.id: one.relevance for hit, one in zip(hits, readings, strict=False)}
    ordered = _reranked(evidence.hits, relevance, fitted.rerank)
    return ReadEvidence(
        question, decide(question, found, fitted), fitted, ordered, _is_related(question, hits, readings)
    )


def asked_of_reader(evidence: Evidence) -> str:
    """The question as it is read: a country that no document names is the whole of it."""
    absent = {fold(word) for word in evidence.absent}
    if not absent & WHOLE_COUNTRY:
        return evidence.searched
    return COUNTRY.sub("cả nước", evidence.searched)


def to_read(evidence: Evidence) -> list[Hit]:
    """The hits that are read, in the order of the list."""
    return [one for hit in evidence.hits[:READ] for one in (hit, *hit.similar)][:READ_AT_MOST]


def _is_worth_reading(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether a reader knows the language of the question, and its words are not all foreign to the hits."""
    if not hits or question.is_keywords or detect_language(question.text) not in LANGUAGES:
        return False
    return question.across_languages or _most_shared(question, hits) > 0


def _reranked(hits: Sequence[Hit], relevance: Mapping[str, float | None], weight: float) -> tuple[Hit, ...]:
    """The hits with what was read of their relevance added to their scores; those that were not read stay behind."""
    read = [hit for hit in hits if relevance.get(hit.passage.id) is not None]
    scored = [replace(hit, score=hit.score + weight * (relevance[hit.passage.id] or 0.0)) for hit in read]
    ordered = [*sorted(scored, key=lambda one: -one.score), *(hit for hit in hits if hit not in read)]
    return tuple(_ranked(hit, rank) for rank, hit in enumerate(ordered, start=1))


def _ranked(hit: Hit, rank: int) -> Hit:
    return replace(hit, rank=rank, similar=tuple(replace(one, rank=rank) for one in hit.similar))


def _is_related(question: Question, hits: Sequence[Hit], readings: Sequence[Reading]) -> bool:
    """Whether a hit has enough of the question's words, or, across languages, is read as likely to answer."""
    if question.across_languages:
        return any((reading.relevance or 0.0) > 0 for reading in readings)
    return _most_shared(question, hits) >= RELATED_SHARE


def _most_shared(question: Question, hits: Sequence[Hit]) -> float:
    """The largest share of the question's words that a hit has."""
    had = [words_of(hit.passage.title).all | words_of(hit.passage.text).all for hit in hits]
    if question.is_keywords:
        return any(words_of(question.text).all <= words for words in had)
    return max(map(question.share, had), default=0.0)
