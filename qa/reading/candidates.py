"""What may answer a question: spans of its hits that a reader or the rules propose, each with what speaks for it.

Measures; what weighs how much is for `deciding`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from qa.passages import Passage
from qa.reading.kinds import asks
from qa.reading.protocol import Reading
from qa.reading.question import Question
from qa.reading.rules import fits, propose, shaped
from qa.reading.rules.addresses import clauses_at, stands_at
from qa.reading.rules.tables import cells_at
from qa.reading.vocabulary import NEGATIONS, UPPER
from qa.reading.words import Words, sentences_of, values_of, words_of
from qa.retrieval import Evidence, Hit
from qa.text.values import Value

FEATURES = (
    "margin",
    "relevance",
    "score",
    "fits",
    "by_rule",
    "in_sentence",
    "in_passage",
    "names_missing",
    "other_name",
    "values_missing",
    "values_apart",
    "elsewhere",
    "codes_missing",
    "polarity",
    "absent",
)
"""The names of what speaks for a span; `features` has them in this order."""

SPANS_READ = 3
"""Spans of each passage that a reader proposes."""
SPANS_BY_RULE = 4
"""Spans of each passage that the rules add, those of the highest margin."""
_MOST = 30.0
_LEADS_IN = re.compile(r"[^\n:]*:[ \t]*\n")
_NAME = re.compile(rf"[{UPPER}][^\W_]*(?:[ -][{UPPER}][^\W_]*)*")


@dataclass(frozen=True)
class Candidate:
    """A span of a hit's passage, by offsets in the passage's text, with the sentence there, or the ones
    that it reaches into.

    `margin` is by how many log-odds the reader has it ahead of "not answered here". `is_addressed`
    tells of a clause that the question names by its number, or a cell that it names by row and column.
    """

    hit: Hit
    start: int
    end: int
    sentence: tuple[int, int]
    margin: float
    features: tuple[float, ...]
    is_addressed: bool = False

    @property
    def text(self) -> str:
        """The span as it stands in the document."""
        return self.hit.passage.text[self.start : self.end]

    def value(self, name: str) -> float:
        """One of the features."""
        return self.features[FEATURES.index(name)]


def candidates(
    question: Question, evidence: Evidence, hits: Sequence[Hit], readings: Sequence[Reading]
) -> list[Candidate]:
    """All that is proposed in the hits that were read, each place once, in the order of the hits."""
    best = max((hit.score for hit in hits), default=0.0)
    found: list[Candidate] = []
    for hit, reading in zip(hits, readings, strict=True):
        place = _Place(question, hit, reading, evidence.neighbours.get(hit.passage.id, ()), hit.score - best)
        found += place.candidates()
    return found


@dataclass(frozen=True)
class _Place:
    """One hit, read for one question."""

    question: Question
    hit: Hit
    reading: Reading
    neighbours: Sequence[Passage]
    behind: float

    def candidates(self) -> Iterator[Candidate]:
        text, asked = self.hit.passage.text, self.question.asked
        read = {shaped(asked, text, one.start, one.end): one.margin for one in self.reading.best(SPANS_READ)}
        ruled = {place: self.reading.margin(*place) for place in propose(asked, text) if place not in read}
        ruled = dict(sorted(ruled.items(), key=lambda one: -one[1])[:SPANS_BY_RULE])
        for place, margin in (read | ruled).items():
            if place[0] < place[1] and math.isfinite(margin) and self._may_answer(place):
                yield self._candidate(place, margin, by_rule=place not in read)
        for place in self._addressed():
            yield replace(self._candidate(place, 0.0, by_rule=True), is_addressed=True)

    def _addressed(self) -> list[tuple[int, int]]:
        """The clause or cell that the question names, where none of its values is missing."""
        address, passage = self.question.address, self.hit.passage
        if self._values_missing:
            return []
        if address is not None and self.question.asked.kind == "other":
            return clauses_at(address, passage.text, passage.context)
        return cells_at(self.question.words, passage.text, passage.context, words_of(passage.title).all)

    def _may_answer(self, place: tuple[int, int]) -> bool:
        """Whether the span says more than the question, and stands neither in a question nor in what leads in a list.

        A value is within one sentence: a span that reaches over several took it for something else.
        """
        text = self.hit.passage.text
        around = [one for one in sentences_of(text) if one[0] < place[1] and place[0] < one[1]]
        if set(self._words.within(*place)) <= self._asked_words or _LEADS_IN.match(text, place[1]):
            return False
        if len(around) > 1 and self.question.asked.kind in ("number", "date", "clock"):
            return False
        return not any(asks(text[slice(*one)]) for one in around)

    def _candidate(self, place: tuple[int, int], margin: float, *, by_rule: bool) -> Candidate:
        text = self.hit.passage.text
        around = [one for one in sentences_of(text) if one[0] < place[1] and place[0] < one[1]] or [(0, len(text))]
        sentence = around[0][0], around[-1][1]
        features = (
            max(-_MOST, min(margin, _MOST)) / 10,
            max(-_MOST, min(self.reading.relevance or 0.0, _MOST)) / 10,
            self.behind,
            fits(self.question.asked, text, *place),
            float(by_rule),
            self.question.share({*self._words.within(*sentence), *self._title_words}),
            self.question.share(self._words.all | self._title_words),
            *self._names(text[slice(*sentence)]),
            self._values_missing,
            self._lacking([text[slice(*sentence)]], self.question.values),
            self._elsewhere(place[0]),
            self._codes_missing,
            self._polarity(text[slice(*sentence)]),
            min(len(self.question.absent), 3) / 3 if not self.question.across_languages else 0.0,
        )
        return Candidate(self.hit, *place, sentence, margin, features)

    @cached_property
    def _asked_words(self) -> frozenset[str]:
        return words_of(self.question.text).all

    @cached_property
    def _words(self) -> Words:
        return words_of(self.hit.passage.text)

    @cached_property
    def _title_words(self) -> frozenset[str]:
        passage = self.hit.passage
        return words_of(passage.title).all | words_of(passage.context).all

    @cached_property
    def _around(self) -> str:
        """All that stands with the passage, folded: its title, context and neighbours."""
        passage = self.hit.passage
        texts = [passage.title, passage.context, passage.text, *(one.text for one in self.neighbours)]
        return " ".join(word for text in texts for word in words_of(text).folded)

    def _names(self, sentence: str) -> tuple[float, float]:
        """The share of the question's names that stand nowhere near, and whether another of the same beginning does."""
        names = self.question.names
        missing = [name for name in names if f" {' '.join(name)} " not in f" {self._around} "]
        if not missing:
            return 0.0, 0.0
        runs = [words_of(match[0]).folded for match in _NAME.finditer(sentence)]
        other = any(set(run) & set(name) and run != name for name in missing for run in runs if len(run) > 1)
        return len(missing) / len(names), float(other)

    @cached_property
    def _values_missing(self) -> float:
        """The share of the question's values that the passage and its surroundings lack."""
        passage = self.hit.passage
        return self._lacking([passage.text, *(one.text for one in self.neighbours)], self.question.values)

    @cached_property
    def _codes_missing(self) -> float:
        """The share of the codes among them, such as the number of a document."""
        codes = [one for one in self.question.values if one.kind == "code"]
        return self._lacking([self.hit.passage.text, *(one.text for one in self.neighbours)], codes)

    def _lacking(self, texts: Sequence[str], asked: Sequence[Value]) -> float:
        """The share of some values that some texts, title, context and date lack, whatever their spelling."""
        if not asked:
            return 0.0
        passage = self.hit.passage
        day = f"{passage.published:%d/%m/%Y}" if passage.published else ""
        texts = [*texts, passage.title, passage.context, day]
        had = {_told(value.key) for text in texts for value in values_of(text)}
        words = {word for text in texts for word in words_of(text).folded}
        missing = [one for one in asked if _told(one.key) not in had and not _digits(one.key) <= words]
        return len(missing) / len(asked)

    def _elsewhere(self, start: int) -> float:
        """Whether a place is not in the article or clause that the question names."""
        address, passage = self.question.address, self.hit.passage
        return float(address is not None and not stands_at(address, passage.text, start, passage.context))

    def _polarity(self, sentence: str) -> float:
        """Whether only one of question and sentence denies."""
        return float(bool(NEGATIONS.search(self.question.text)) != bool(NEGATIONS.search(sentence)))


def _told(key: tuple[str, ...]) -> str:
    """A value without its kind, since "năm 2021" is a date and "2021" may be a number."""
    return ":".join(key[1:])


def _digits(key: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"\d+", " ".join(key[1:]))) or {" "}
