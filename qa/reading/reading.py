"""Reading the hits of some evidence, and deciding what of them answers."""

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
"""Hits that are read, best first; over MLQA dev as many answers are right with five as with eight, fewer with four."""
RELATED_SHARE = 0.5
"""From this share of the question's words on, weighted by idf, a passage is on its topic."""
POSSIBLE = 0.04
"""From this chance of the best span on, a passage is on the question's topic though it shares few words with it: over
the seeds no unrelated question of the half that fits reaches it, and five of the eight declined paraphrases do."""
LANGUAGES = ("vi", "en", None)
"""What a reader is sure of in another language means nothing; None is a question whose language is not known."""
READ_AT_MOST = 8
"""Passages of nearly the same words may be of other years, so they are read too, up to this many in all."""


@dataclass(frozen=True)
class ReadEvidence:
    """The question as it was understood, the decision, its numbers, and whether hits are on the topic."""

    question: Question
    decision: Decision
    fitted: Fitted
    related: bool


def read(evidence: Evidence, reader: Reader) -> ReadEvidence:
    """Read the best hits, those nearly the same as one of them included, and decide."""
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
    """Return the question as it is read: without "hiện nay", and a country that no document names is the whole of it.

    What is of today is for the dates of documents to say; a text does not say it.
    """
    asked = " ".join(NOW.sub("", evidence.searched).split())
    absent = {fold(word) for word in evidence.absent}
    return COUNTRY.sub("cả nước", asked) if absent & WHOLE_COUNTRY else asked


def to_read(evidence: Evidence) -> list[Hit]:
    """Return the hits that are read, in the order of the list; of who signed, the foot of a document tells."""
    read = [one for hit in evidence.hits[:READ] for one in (hit, *hit.similar)][:READ_AT_MOST]
    if not evidence.further:
        return read
    feet = [hit for hit in evidence.found[READ:] if signer_at(hit.passage.text)[1]]
    return read + feet[: READ_AT_MOST - READ]


def readings_of(reader: Reader, evidence: Evidence, hits: Sequence[Hit]) -> list[Reading]:
    """Return what a reader makes of each hit, by places in its passage as that stands.

    What is read is the passage as readers know text: the rows of tables spelled out, and of lines in capitals alone,
    each word keeps only its first. A question has its values in the spelling of the passage.
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
    """Yield the readings of the passages that are asked in these words."""
    asked = [passage for passage, words in zip(passages, questions, strict=True) if words == question]
    return zip(asked, reader.read(question, asked), strict=True)


def _in_small_letters(line: str) -> str:
    small = line.title()
    return small if line.isupper() and len(small) == len(line) and " " in line.strip() else line


def _is_worth_reading(question: Question, hits: Sequence[Hit]) -> bool:
    """Return whether a reader knows the language of the question, and its words are not all foreign to the hits."""
    if not hits or question.is_keywords or detect_language(question.text) not in LANGUAGES:
        return False
    return question.across_languages or _most_shared(question, hits) > 0


def _is_related(question: Question, hits: Sequence[Hit], readings: Sequence[Reading]) -> bool:
    """Return whether a hit has enough of the question's words, or, across languages, is read as likely to answer."""
    if question.across_languages:
        return any((reading.relevance or 0.0) > 0 for reading in readings)
    return _most_shared(question, hits) >= RELATED_SHARE


def _most_shared(question: Question, hits: Sequence[Hit]) -> float:
    """Return the largest share of the question's words that a hit has."""
    had = [words_of(hit.passage.title).all | words_of(hit.passage.body).all for hit in hits]
    if question.is_keywords:
        return float(any(words_of(question.text).all <= words for words in had))
    return max(map(question.share, had), default=0.0)
