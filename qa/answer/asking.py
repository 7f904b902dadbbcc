"""From a question to its answer, or to a refusal.

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
from dataclasses import replace
from operator import mul

from qa.answer.answer import Answer
from qa.answer.weighing import weigh
from qa.errors import QuestionError
from qa.index import Filters
from qa.passages import Passage, search_text
from qa.retrieval import Searcher
from qa.text import detect_language, syllables

# Passages whose sentences are weighed, best first.
READ = 5
# A word or two ("và", "bao nhiêu") are found anywhere and ask nothing.
LEAST_WORDS = 3
# The weights below were fitted on questions in these; None is a question whose language cannot be told.
LANGUAGES = ("vi", "en", None)
# Intercept, weight of the best cosine, weight of the best coverage.
CONFIDENCE_WEIGHTS = (-4.34, 5.02, 6.69)
CONFIDENCE_WEIGHTS_ACROSS = (-2.91, 6.14, 4.18)
# On MLQA dev it declines 5 % of the questions that have an answer, 29 % of the near misses, 88 % of the unrelated.
THRESHOLD = 0.19


def ask(
    question: str, searcher: Searcher, *, k: int = 5, filters: Filters | None = None, literal: bool = False
) -> Answer:
    """The best sentence of the best passages that pass the filters, or a refusal; `evidence` has k hits.

    Diacritics that were not typed are put back first, unless `literal`.

    Raises `QuestionError` for a question that cannot be searched for.
    """
    if k < 1:
        raise QuestionError(f"{k} hits were asked for.", "Ask for at least 1.")
    question = question.encode("utf-8", "replace").decode()  # a terminal may hand over bytes that are no text
    hits = searcher.search(question, k=max(k, READ), filters=filters, literal=literal)
    declined = Answer(question, None, None, None, None, 0.0, tuple(hits[:k]), searched=hits.restored)
    if len(syllables(question)) < LEAST_WORDS or detect_language(question) not in LANGUAGES:
        return declined
    read = [hit for hit in hits[:READ] if _has_numbers(hit.passage, _numbers(question), searcher)]
    if not read:
        return declined
    weighed = weigh(hits.restored or question, read, searcher)
    confidence = _confidence(weighed.confidence_features(), across=hits.across_languages)
    if confidence < THRESHOLD:
        return replace(declined, confidence=confidence)
    best = weighed.best()
    return replace(
        declined,
        text=best.text,
        sentence=best.text,
        start=best.start,
        end=best.end,
        confidence=confidence,
        source=best.hit,
    )


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


def _confidence(features: tuple[float, float], *, across: bool) -> float:
    weights = CONFIDENCE_WEIGHTS_ACROSS if across else CONFIDENCE_WEIGHTS
    return 1 / (1 + math.exp(-math.fsum(map(mul, weights, (1.0, *features)))))
