"""What retrieval is given: the terms of a question with their weights, its language, its diacritics put back.

Knows text rules; does not know indexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from qa.errors import QuestionError
from qa.index import WeightedTerm
from qa.text import canonical, detect_language, fold, folded_terms, syllables, terms

MAX_CHARACTERS = 1_000

# How much a term counts in its written and in its folded form. MLQA dev, lexical nDCG@10 with 1 and 0: .764, with 1 and
# 0.5: .768, with 1 and 1: .772; fused with the dense score .823, .824, .823.
TYPED_WEIGHTS = (1.0, 0.5)
# The same where diacritics were put back, some of them wrongly: with 1 and 0.5: .755, with 0.3 and 1: .763, with 0.15
# and 1: .764; fused .805, .808, .810 (as the questions were written: .826).
RESTORED_WEIGHTS = (0.2, 1.0)
# A Vietnamese question in which a smaller share of the syllables has diacritics was typed without (some of) them.
LEAST_MARKED = 0.25


@dataclass(frozen=True)
class Query:
    """A question made ready for both searches; `restored` is its text with diacritics, where they were put back."""

    text: str
    terms: tuple[WeightedTerm, ...]
    language: str | None
    restored: str | None


def to_query(question: str, restore: Callable[[str], str] | None) -> Query:
    """Raises `QuestionError` when there is nothing to search for, or far too much; no `restore` leaves it as typed."""
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are searched for.",
            "Ask in a sentence or two.",
        )
    question = question.encode("utf-8", "ignore").decode()  # a terminal may hand over bytes that are no text
    if not syllables(question):
        raise QuestionError("The question has no words.", 'Ask in words, as in "Cả nước có bao nhiêu đảng viên?".')
    language = detect_language(question)
    restored = restore(question) if restore and language == "vi" and _lacks_diacritics(question) else question
    found = restored if canonical(restored) != canonical(question) else None
    weights = RESTORED_WEIGHTS if found else TYPED_WEIGHTS
    return Query(found or question, _weighted_terms(found or question, *weights), language, found)


def _lacks_diacritics(question: str) -> bool:
    forms = [syllable.form for syllable in syllables(question) if syllable.form.isalpha()]
    return sum(form != fold(form) for form in forms) < LEAST_MARKED * len(forms)


def _weighted_terms(text: str, written: float, folded: float) -> tuple[WeightedTerm, ...]:
    """Without any diacritics only folded forms are looked up, since marks that were not typed must not be missed."""
    if canonical(text) == fold(text):
        return _weighted("folded", folded_terms(text), 1.0)
    return _weighted("written", terms(text), written) + _weighted("folded", folded_terms(text), folded)


def _weighted(form: str, words: list[str], weight: float) -> tuple[WeightedTerm, ...]:
    return tuple(WeightedTerm(form, term, weight * count) for term, count in Counter(words).items())
