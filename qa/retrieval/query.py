"""What retrieval is given: the terms of a question with their weights, and its language.

Knows text rules; does not know indexes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qa.errors import QuestionError
from qa.index import WeightedTerm
from qa.text import canonical, detect_language, fold, folded_terms, syllables, terms

MAX_CHARACTERS = 1_000

# How much a term counts in its folded form beside its written form when the question carries diacritics. Fitted on
# MLQA dev: see eval/README.md.
FOLDED_WEIGHT = 0.5


@dataclass(frozen=True)
class Query:
    """A question made ready for both searches."""

    text: str
    terms: tuple[WeightedTerm, ...]
    language: str | None


def to_query(question: str) -> Query:
    """Raises `QuestionError` when there is nothing to search for, or far too much."""
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are searched for.",
            "Ask in a sentence or two.",
        )
    question = question.encode("utf-8", "ignore").decode()  # a terminal may hand over bytes that are no text
    if not syllables(question):
        raise QuestionError("The question has no words.", 'Ask in words, as in "Cả nước có bao nhiêu đảng viên?".')
    return Query(question, tuple(_weighted_terms(question)), detect_language(question))


def _weighted_terms(question: str) -> list[WeightedTerm]:
    """Without any diacritics only folded forms are looked up, since marks that were not typed must not be missed."""
    folded = _weighted("folded", folded_terms(question), 1.0)
    if canonical(question) == fold(question):
        return folded
    half = [WeightedTerm(form, term, weight * FOLDED_WEIGHT) for form, term, weight in folded]
    return _weighted("written", terms(question), 1.0) + half


def _weighted(form: str, words: list[str], weight: float) -> list[WeightedTerm]:
    return [WeightedTerm(form, term, weight * count) for term, count in Counter(words).items()]
