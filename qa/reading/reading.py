"""Read the hits of some evidence, and decide which of them answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.documents import signer_at
from qa.passages import Passage
from qa.reading.candidates import candidates
from qa.reading.deciding import Decision, Fitted, decide, fitted_for
from qa.reading.protocol import Reader, Reading
from qa.reading.question import Question, understand
from qa.reading.rules.tables import spelled_out
from qa.reading.vocabulary import COUNTRY, NOW, WHOLE_COUNTRY
from qa.reading.words import spelled_as_in, words_of
from qa.retrieval import Evidence, Hit
from qa.text import detect_language, fold

READ = 5
"""Hits that are read, best first; on MLQA dev, five give as many right answers as eight, and four give fewer."""
RELATED_SHARE = 0.5
"""The share of the question's words, weighted by idf, from which a passage is on its topic."""
POSSIBLE = 0.04
"""The probability of the best span from which a passage is on topic though it shares few words with the question: over
the seeds, no unrelated question of the half used for fitting reaches it, and three of the eight declined paraphrases
do.
"""
LANGUAGES = ("vi", "en", None)
"""A reader's confidence in other languages means nothing; None is a question whose language is not known."""
READ_AT_MOST = 8
"""Passages of nearly the same words may be of other years, so they are read too, up to this many in all."""


@dataclass(frozen=True)
class ReadEvidence:
    """The question as understood, the decision, its weights, and whether hits are on the topic."""

    question: Question
    decision: Decision
    fitted: Fitted
    related: bool


def read(evidence: Evidence, reader: Reader) -> ReadEvidence:
    """Read the best hits, near-duplicates included, and decide."""
    question = understand(evidence)
    fitted = fitted_for(reader.folder, evidence.embedder)
    hits = to_read(evidence)
    readings = readings_of(reader, evidence, hits) if _is_worth_reading(question, hits) else []
    found = candidates(question, evidence, hits, readings) if readings else []
    decision = decide(question, found, fitted)
    possible = fitted.is_fitted and decision.chance >= POSSIBLE
    related = possible or _is_related(question, hits, readings)
    return ReadEvidence(question, decision, fitted, related)


def asked_of_reader(evidence: Evidence) -> str:
    """Return the question as it is read: without "hiện nay", and without a country that no document mentions.

    The country is then taken to be the whole one that they are about. What is true today follows from the dates of
    documents; their text does not say it.
    """
    asked = " ".join(NOW.sub("", evidence.searched).split())
    absent = {fold(word) for word in evidence.absent}
    return COUNTRY.sub("cả nước", asked) if absent & WHOLE_COUNTRY else asked


def to_read(evidence: Evidence) -> list[Hit]:
    """Return the hits to read, in order; for who signed a document, those with its foot."""
    read = [one for hit in evidence.hits[:READ] for one in (hit, *hit.similar)][:READ_AT_MOST]
    if not evidence.further:
        return read
    feet = [hit for hit in evidence.found[READ:] if signer_at(hit.passage.text)[1]]
    return read + feet[: READ_AT_MOST - READ]


def readings_of(reader: Reader, evidence: Evidence, hits: Sequence[Hit]) -> list[Reading]:
    """Return the readings of each hit, with places in its passage as stored.

    Readers get the text in the form they know: rows of tables spelled out, and in lines of capitals only the first
    letter of each word kept as one. The question gets its values in the passage's spelling.
    """
    texts = [spelled_out(hit.passage.body, hit.passage.context) for hit in hits]
    read = [
        replace(hit.passage, text="\n".join(map(_in_small_letters, text.text.split("\n"))))
        for hit, text in zip(hits, texts, strict=True)
    ]
    asked = asked_of_reader(evidence)
    questions = [spelled_as_in(passage.text, asked) for passage in read]
    readings = {
        (question, passage.key): reading
        for question in dict.fromkeys(questions)
        for passage, reading in _read(reader, question, read, questions)
    }
    return [
        Reading(tuple(text.window_as_it_stands(window) for window in readings[question, passage.key].windows))
        for question, passage, text in zip(questions, read, texts, strict=True)
    ]


def _read(
    reader: Reader, question: str, passages: Sequence[Passage], questions: Sequence[str]
) -> Iterator[tuple[Passage, Reading]]:
    """Yield the readings of the passages for which the question has this wording."""
    asked = [passage for passage, words in zip(passages, questions, strict=True) if words == question]
    return zip(asked, reader.read(question, asked), strict=True)


def _in_small_letters(line: str) -> str:
    small = line.title()
    return small if line.isupper() and len(small) == len(line) and " " in line.strip() else line


def _is_worth_reading(question: Question, hits: Sequence[Hit]) -> bool:
    """Return whether a reader knows the language of the question, and the hits have some of its words."""
    if not hits or question.is_keywords or detect_language(question.text) not in LANGUAGES:
        return False
    return question.across_languages or _most_shared(question, hits) > 0


def _is_related(question: Question, hits: Sequence[Hit], readings: Sequence[Reading]) -> bool:
    """Return whether a hit has enough of the question's words or, across languages, reads as likely to answer."""
    if question.across_languages:
        return any((reading.relevance or 0.0) > 0 for reading in readings)
    return _most_shared(question, hits) >= RELATED_SHARE


def _most_shared(question: Question, hits: Sequence[Hit]) -> float:
    """Return the largest share of the question's words that a hit has."""
    had = [words_of(hit.passage.title).all | words_of(hit.passage.body).all for hit in hits]
    if question.is_keywords:
        return float(any(words_of(question.text).all <= words for words in had))
    return max(map(question.share, had), default=0.0)
