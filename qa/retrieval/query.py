"""What retrieval is given: the terms of a question with their weights, its language, its diacritics put back.

Knows text rules; does not know indexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from qa.errors import QuestionError
from qa.index import WeightedTerm
from qa.retrieval.abbreviations import other_forms
from qa.retrieval.restoring import without_keys
from qa.retrieval.rules import Rule
from qa.text import (
    Address,
    address_of,
    canonical,
    common_spelling,
    detect_language,
    document_numbers,
    fold,
    folded_terms,
    syllables,
    terms,
)

MAX_CHARACTERS = 1_000

# How much a term counts in its written and in its folded form. MLQA dev, lexical nDCG@10 with 1 and 0: .764, with 1 and
# 0.5: .768, with 1 and 1: .772; fused with the dense score .823, .824, .823.
TYPED_WEIGHTS = (1.0, 0.5)
# The same where diacritics were put back, some of them wrongly: with 1 and 0.5: .755, with 0.3 and 1: .763, with 0.15
# and 1: .764; fused .805, .808, .810 (as the questions were written: .826).
RESTORED_WEIGHTS = (0.2, 1.0)
# A Vietnamese question in which a smaller share of the syllables has diacritics was typed without (some of) them.
# nDCG@10 of 250 questions of MLQA dev with half of the syllables bare, and as written: with .25: .773, .861; with .5:
# .812, .861; .6: .840, .861; .7: .847, .861. Of 511 questions that were typed whole .6 changes one, .7 nine.
LEAST_MARKED = 0.6


@dataclass(frozen=True)
class Query:
    """A question made ready for both searches.

    `text` is what embedders are given; `restored` the question with diacritics, where they were put back
    or stood there as keys ("phuwowngf");
    `document_numbers` are those that it names, folded, and `address` is the article of a document.
    """

    text: str
    terms: tuple[WeightedTerm, ...]
    document_numbers: frozenset[str]
    address: Address | None
    language: str | None
    restored: str | None

    def is_across(self, languages: Mapping[str, int]) -> bool:
        """Whether its language is known and not that of most documents, counted by language."""
        return bool(self.language and languages) and self.language != max(languages, key=lambda one: languages[one])


def to_query(question: str, restore: Callable[[str], str], without: Collection[Rule] = ()) -> Query:
    """Raises `QuestionError` when there is nothing to search for, or far too much."""
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are searched for.",
            "Ask in a sentence or two.",
        )
    question = question.encode("utf-8", "ignore").decode()  # a terminal may hand over bytes that are no text
    if not syllables(question):
        raise QuestionError("The question has no words.", 'Ask in words, as in "Cả nước có bao nhiêu đảng viên?".')
    typed, question = question, without_keys(question) if "restoring" not in without else question
    language = detect_language(question)
    lacking = "restoring" not in without and language == "vi" and _lacks_diacritics(question)
    restored = restore(question) if lacking else question
    weights = RESTORED_WEIGHTS if canonical(restored) != canonical(question) else TYPED_WEIGHTS
    found = restored if canonical(restored) != canonical(typed) else None
    text = canonical(restored)
    if "abbreviations" not in without:
        text = ", ".join([text, *other_forms(restored)])
    marked = canonical(restored) != fold(restored)
    numbers = frozenset(document_numbers(fold(question)) if "document_numbers" not in without else ())
    address = address_of(question) if "addresses" not in without else None
    weighted = _weighted_terms(text, weights, marked=marked)
    return Query(common_spelling(restored), weighted, numbers, address, language, found)


def _lacks_diacritics(question: str) -> bool:
    forms = [syllable.form for syllable in syllables(question) if syllable.form.isalpha()]
    return sum(form != fold(form) for form in forms) < LEAST_MARKED * len(forms)


def _weighted_terms(text: str, weights: tuple[float, float], *, marked: bool) -> tuple[WeightedTerm, ...]:
    """Without any diacritics only folded forms are looked up, since marks that were not typed must not be missed."""
    if not marked:
        return _weighted("folded", folded_terms(text), 1.0)
    written, folded = weights
    return _weighted("written", terms(text), written) + _weighted("folded", folded_terms(text), folded)


def _weighted(form: str, words: list[str], weight: float) -> tuple[WeightedTerm, ...]:
    return tuple(WeightedTerm(form, term, weight * count) for term, count in Counter(words).items())
