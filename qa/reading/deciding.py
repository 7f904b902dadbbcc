"""Decide which span answers, how surely, or that none does; nothing else decides.

Spans compete by a weighted sum of their features; a logistic model of the best one's features gives the probability
that it is right. The weights are in a file beside the reader that they were fitted for. They hold for one reader and
one embedder; another embedder gets the weights that do not use its scores, and a reader without a file is trusted as it
is. `python -m training.deciding` writes the files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qa.errors import INSTALL_AGAIN, ModelUnusableError
from qa.reading.candidates import FEATURES, Candidate
from qa.reading.question import Question
from qa.reading.target import Kind
from qa.reading.vocabulary import NOW, UNTIL_NOW
from qa.reading.words import values_of
from qa.text import fold, syllables

FITTED_FILE = "fitted.json"
CHANCE_FEATURES = ("intercept", *FEATURES, "lead")
"""The features behind the probability of the best span: its own, and its score's lead over the next different answer.
"""
# The fraction of the answer's share of words, and of its margin, that a different answer needs to be shown beside it.
ALIKE = 0.9
ALIKE_MARGIN = 0.6
AT_ITS_ADDRESS = 0.95
"""The probability of a clause or cell that a question names by its place: it is there or it is not, whatever a reader
says.
"""
NUMBERS: tuple[Kind, ...] = ("number", "date")
"""Kinds of which several are often close together; there were too few cases to include times of day."""
_MOST_LEAD = 3.0
_TODAY = "now"
"""Sorts after every day in ISO form."""
_SHOWN_SIDE_BY_SIDE = ("number", "person", "date", "organisation")


@dataclass(frozen=True)
class Fitted:
    """Weights by feature name, and the probability below which there is no answer.

    `chance_across` are those of questions in another language than the documents. `is_fitted` is False for numbers that
    were not fitted for this reader and embedder. A span with a margin below `least_margin` (numbers and dates:
    `least_margin_of_values`) is never an answer, whatever else supports it.
    """

    span: Mapping[str, float]
    chance: Mapping[str, float]
    chance_across: Mapping[str, float]
    threshold: float
    is_fitted: bool
    least_margin: float = -math.inf
    least_margin_of_values: float = -math.inf

    def allows(self, kind: Kind, margin: float) -> bool:
        """Return whether a span with this margin may answer a question of this kind."""
        least = max(self.least_margin, self.least_margin_of_values) if kind in NUMBERS else self.least_margin
        return not margin < least  # also True for NaN, which another model may give


NEUTRAL = Fitted({"margin": 1.0}, {"margin": 10.0}, {"margin": 10.0}, 0.5, is_fitted=False)
"""A reader's margin taken at face value, as log-odds."""


def fitted_for(folder: Path | None, embedder: str) -> Fitted:
    """Return the weights for the reader in a folder (None: one without weights) and an index's embedder.

    Raises `ModelUnusableError` when the folder's file is not one that this version wrote.
    """
    if folder is None or not (folder / FITTED_FILE).is_file():
        return NEUTRAL
    fitted_with, fitted, without_scores = _stored(folder / FITTED_FILE)
    return fitted if fitted_with == embedder else without_scores


@cache
def _stored(path: Path) -> tuple[str, Fitted, Fitted]:
    """Return the embedder that the weights were fitted with, those weights, and the ones for any other embedder."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        fitted = _fitted(stored["fitted"], is_fitted=True)
        return stored["embedder"], fitted, _fitted(stored["without_scores"], is_fitted=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelUnusableError(str(path), f"its numbers cannot be read ({error!r})", INSTALL_AGAIN) from error


def _fitted(numbers: Mapping[str, Any], *, is_fitted: bool) -> Fitted:
    unknown = {*numbers["span"], *numbers["chance"], *numbers["chance_across"]} - set(CHANCE_FEATURES)
    if unknown:
        raise ValueError(f"{min(unknown)} is no feature")
    span, chance, across = (
        {name: float(weight) for name, weight in numbers[part].items()} for part in ("span", "chance", "chance_across")
    )
    threshold, least, of_values = (
        float(numbers[name]) for name in ("threshold", "least_margin", "least_margin_of_values")
    )
    return Fitted(
        span,
        chance,
        across,
        threshold,
        is_fitted=is_fitted,
        least_margin=least,
        least_margin_of_values=of_values,
    )


@dataclass(frozen=True)
class Decision:
    """The span that answers, or None; the probability that the best one does; other documents' answers, newest first.

    With `whole_sentence` only the sentence around the span is certain.
    """

    answer: Candidate | None
    chance: float
    others: tuple[Candidate, ...] = ()
    whole_sentence: bool = False


def decide(question: Question, found: Sequence[Candidate], fitted: Fitted) -> Decision:
    """Choose among the candidates of a question, or decline."""
    addressed = next((one for one in found if one.is_addressed), None)
    if addressed is not None:
        return Decision(addressed, AT_ITS_ADDRESS)
    if not found:
        return Decision(None, 0.0)
    ranked = sorted(found, key=lambda one: -span_score(one, fitted))
    sure = chance(question, ranked, fitted)
    if not fitted.allows(question.asked.kind, ranked[0].margin):
        sure = 0.0
    if not sure >= fitted.threshold:  # also for NaN, which another model may give
        return Decision(None, sure)
    best, *others = _side_by_side(question, ranked)
    return Decision(best, sure, tuple(others), whole_sentence=question.is_yes_or_no or best.value("fits") < 0)


def span_score(candidate: Candidate, fitted: Fitted) -> float:
    """Return the weighted sum of a span's features."""
    return weighted(fitted.span, FEATURES, candidate.features)


def chance(question: Question, ranked: Sequence[Candidate], fitted: Fitted) -> float:
    """Return the probability that the first of the ranked candidates answers."""
    weights = fitted.chance_across if question.across_languages else fitted.chance
    odds = weighted(weights, CHANCE_FEATURES, chance_features(ranked, fitted))
    return (1 + math.tanh(odds / 2)) / 2  # the logistic function, safe for any log-odds


def chance_features(ranked: Sequence[Candidate], fitted: Fitted) -> tuple[float, ...]:
    """Return the values of `CHANCE_FEATURES` for ranked candidates."""
    best = ranked[0]
    others = (span_score(one, fitted) for one in ranked if not _is_same(one, best))
    lead = span_score(best, fitted) - max(others, default=-math.inf)
    return (1.0, *best.features, min(lead, _MOST_LEAD))


def weighted(weights: Mapping[str, float], names: Sequence[str], features: Sequence[float]) -> float:
    """Return the weighted sum of features."""
    return math.fsum(weights.get(name, 0.0) * value for name, value in zip(names, features, strict=True))


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Return whether two spans give the same answer: one place, or the same words."""
    if one.hit.passage.key == other.hit.passage.key and one.start < other.end and other.start < one.end:
        return True
    return _answer_given(one) == _answer_given(other)


def _answer_given(candidate: Candidate) -> tuple[object, ...]:
    """Return what a span says, independent of spelling: its values, or else its words."""
    found = tuple(value.key for value in values_of(candidate.text))
    return found or tuple(fold(word.form) for word in syllables(candidate.text))


def _side_by_side(question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
    """Return the best answer and those of other documents that differ, newest first, undated ones last.

    A false conflict is worse than none: the sentence of the other answer must cover the question as fully as the best
    one's, and the reader must be as sure of it. Each document gives one answer, and each answer is given once.
    """
    now = bool(NOW.search(question.text))
    best = _latest(ranked) if now else ranked[0]
    if question.asked.kind not in _SHOWN_SIDE_BY_SIDE or not (now or best.margin > 0):
        return [best]
    documents = {best.hit.passage.document_key: best}
    for one in ranked:
        if one.hit.passage.document_key not in documents and _is_rival(one, best, now=now):
            documents[one.hit.passage.document_key] = one
    given: dict[tuple[object, ...], Candidate] = {}
    for one in sorted(documents.values(), key=_day, reverse=True):
        given.setdefault(_answer_given(one), one)
    return list(given.values())


def _latest(ranked: Sequence[Candidate]) -> Candidate:
    """Return what the best answer's document says about the latest time, if it mentions several.

    A span that the reader rejects is not considered.
    """
    best = ranked[0]
    same = [one for one in ranked if one.hit.passage.document_key == best.hit.passage.document_key]
    others = [one for one in same if one.margin > 0 and _is_rival(one, best, now=True)]
    return max([best, *others], key=_day_stated) if _day_stated(best) else best


def _is_rival(one: Candidate, best: Candidate, *, now: bool) -> bool:
    """Return whether another answer is shown beside the best one.

    Where today's state is asked for, dates decide and not margins.
    """
    return (
        (now or one.margin >= ALIKE_MARGIN * best.margin)
        and one.value("in_sentence") >= ALIKE * best.value("in_sentence")
        and one.value("fits") >= best.value("fits")
        and one.value("names_missing") <= best.value("names_missing")
        and one.value("values_missing") <= best.value("values_missing")
    )


def _day(candidate: Candidate) -> str:
    """Return the date of a candidate's document, or else the last date in its sentence, in ISO form.

    Empty if there is neither.
    """
    passage = candidate.hit.passage
    return passage.published.isoformat() if passage.published else _day_stated(candidate)


def _day_stated(candidate: Candidate) -> str:
    """Return the last date in a candidate's sentence; a statement about today counts as later than any."""
    sentence = candidate.hit.passage.text[slice(*candidate.sentence)]
    if UNTIL_NOW.search(sentence):
        return _TODAY
    return max(
        (one.key[1] for one in values_of(sentence) if one.kind == "date" and one.key[1][:1].isdigit()), default=""
    )
