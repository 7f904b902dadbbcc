"""Candidate answers: spans of the hits that a reader or the rules propose, each with the features that support it.

Measures; `deciding` weighs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from qa.passages import Passage, message_heads
from qa.reading.acts import is_of_another_act
from qa.reading.addressed import addressed, signed_another
from qa.reading.agreement import Agreement
from qa.reading.conditions import VALUES, is_under_another_condition
from qa.reading.opposites import says_the_opposite
from qa.reading.protocol import Reading, ReadSpan
from qa.reading.question import Question
from qa.reading.roles import after_the_office
from qa.reading.rules import counts_another, fits, is_of_another_word, is_only_named, is_surely_another, propose, shaped
from qa.reading.rules.cells import head_of, is_of_another_cell
from qa.reading.rules.tables import sentence_of
from qa.reading.target import asks, quantity_of
from qa.reading.vocabulary import NEGATIONS, UPPER
from qa.reading.words import Words, clause_of, denied, sentences_of, words_of
from qa.retrieval import Evidence, Hit
from qa.text import syllables

FEATURES = (
    "margin",
    "relevance",
    "score",
    "fits",
    "by_rule",
    "in_sentence",
    "in_passage",
    "names_missing",
    "values_missing",
    "values_apart",
    "polarity",
    "absent",
    "names_absent",
    "corpus",
    "ahead",
)
"""The names of the features of a span, in the order of `features`."""

SPANS_READ = 3
"""Spans that a reader proposes from each passage."""
SPANS_BY_RULE = 4
"""Spans that the rules add from each passage, those with the highest margin."""
_MOST = 30.0
_MOST_ABSENT = 3
MOST_AHEAD = 5.0
"""A best hit of so many standard scores is on the topic of the question; how many more it has tells nothing."""
FEW = 50
"""Among fewer passages that were compared, none can be far ahead of the rest."""
_MARK = r"\n\s*(?:[-*+•–▪◦●]|\(?\d{1,3}[.)]|\(?[a-zđ]\))"
_ITEM = re.compile(rf"{_MARK}\s")
_ONE_ITEM = re.compile(rf"{_MARK}\s+(?P<text>[^\n]*[^\s\n])(?:\s|{_MARK}|\n\s*\d{{1,3}})*\Z")
_ENUMERATOR = re.compile(
    r"\s*(?:Điều|Chương|Mục|Khoản|Phần)? ?\(?\d{1,2}"
    rf"(?:(?:\.\d{{1,2}})*[.)](?=\s)|(?:\.\d{{1,2}})+(?= [{UPPER}]))"
)
_NAMED = ("person", "place", "organisation")
_BESIDE_BRACKETS = re.compile(r"[^\s()](?:[^()]*[^\s()])?")
_LINE_OR_CELL = re.compile(r"[^\s|]+(?: [^\s|]+)*")
_DENIALS = (("khong",), ("chua",), ("chang",))
_LEADS_IN = re.compile(r"[^\n:]*:[ \t]*\n")


@dataclass(frozen=True)
class Candidate:
    """A span of a hit's passage, by offsets in the passage's text, with the sentence or sentences that it is in.

    `margin` is the reader's log-odds of it over "not answered here". `is_addressed` is whether it is a clause that the
    question names by number, or a cell that it names by row and column.
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
        """The text of the span in the document."""
        return self.hit.passage.text[self.start : self.end]

    def value(self, name: str) -> float:
        """Return one of the features."""
        return self.features[FEATURES.index(name)]


def candidates(
    question: Question, evidence: Evidence, hits: Sequence[Hit], readings: Sequence[Reading]
) -> list[Candidate]:
    """Return all spans proposed in the hits that were read, each place once, in the order of the hits."""
    best = max((hit.score for hit in hits), default=0.0)
    ahead = min(best, MOST_AHEAD) if evidence.hits.compared >= FEW else MOST_AHEAD
    found: list[Candidate] = []
    for hit, reading in zip(hits, readings, strict=True):
        near, office = evidence.neighbours.get(hit.passage.key, ()), evidence.offices.get(hit.passage.document_key, "")
        agreement = Agreement(question, hit.passage, near, office)
        own = [one.passage for one in hits if one.passage.document_key == hit.passage.document_key]
        place = _Place(question, hit, reading, agreement, hit.score - best, own, evidence.passages, ahead)
        found += place.candidates()
    return found


@dataclass(frozen=True)
class _Place:
    """One hit, read for one question."""

    question: Question
    hit: Hit
    reading: Reading
    agreement: Agreement
    behind: float
    beside: Sequence[Passage]
    passages: int
    ahead: float

    def candidates(self) -> Iterator[Candidate]:
        text, asked = self.hit.passage.text, self.question.asked
        read: dict[tuple[int, int], float] = {}
        for span, margin in map(self._in_one_line, self.reading.outside(self._heads).best(SPANS_READ)):
            place = self._cut(shaped(asked, text, *span))
            read[place] = max(margin, read.get(place, margin))
        ruled = {place: self.reading.margin(*place) for place in map(self._cut, propose(asked, text))}
        ruled = {place: margin for place, margin in ruled.items() if place not in read}
        ruled = dict(sorted(ruled.items(), key=lambda one: -one[1])[:SPANS_BY_RULE])
        for place, margin in (read | ruled).items():
            is_read = math.isfinite(margin) and not (margin < 0 and self._is_of_another_quantity(place))
            if place[0] < place[1] and is_read and self._may_answer(place):
                yield self._candidate(place, margin, by_rule=place not in read)
        for place in addressed(self.question, self.hit.passage, self.agreement, self.reading, self.beside):
            if not self.agreement.is_of_another(self._with_headers(self._sentence(place)), place[0]):
                yield replace(self._candidate(place, 0.0, by_rule=True), is_addressed=True)

    def _cut(self, place: tuple[int, int]) -> tuple[int, int]:
        is_person = self.question.asked.kind == "person"
        return after_the_office(self.question, self.hit.passage.text, place) if is_person else place

    def _in_one_line(self, read: ReadSpan) -> tuple[tuple[int, int], float]:
        """Return the span without item marks, and its margin.

        A span that reaches into another cell, into a line that is not an item, out of brackets or, where a name is
        asked for, into another sentence is reduced to its likeliest part.
        """
        start, end, text = read.start, read.end, self.hit.passage.text
        span = text[start:end]
        if item := _ONE_ITEM.match(text, start - text.startswith("\n", start - 1), end):
            return item.span("text"), read.margin
        if " | " in span or len(_ITEM.findall(span)) != span.count("\n"):
            parts = [(start + part.start(), start + part.end()) for part in _LINE_OR_CELL.finditer(span)]
        elif ")" in span.partition("(")[0]:
            parts = [(start + part.start(), start + part.end()) for part in _BESIDE_BRACKETS.finditer(span)]
        elif self.question.asked.kind in _NAMED:
            parts = [(max(start, one[0]), min(end, one[1])) for one in self._sentences(start, end)]
        else:
            parts = [(start, end)]
        place = max(parts, key=lambda place: self.reading.margin(*place), default=(start, start))
        return place, self.reading.margin(*place)

    def _sentences(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the sentences that a span overlaps."""
        return [one for one in sentences_of(self.hit.passage.text) if one[0] < end and start < one[1]]

    def _may_answer(self, place: tuple[int, int]) -> bool:
        """Return whether the span adds something to the question and may stand as an answer.

        It is not in a question, a lead-in or a message header. A value is within one sentence; a span over several
        sentences took something else for it.
        """
        text = self.hit.passage.text
        around = self._sentences(*place)
        if self._repeats_the_question(place) or _LEADS_IN.match(text, place[1]) or self._is_denied(place):
            return False
        if any(start <= place[0] < end for start, end in self._heads):
            return False
        kind = self.question.asked.kind
        if kind in VALUES and (len(around) > 1 or self._is_enumerator(place)):
            return False
        if is_surely_another(self.question.asked, text, *place) or is_only_named(
            self.question.text[: self.question.asked.end], text[slice(*place)]
        ):
            return False
        question, passage, sentence = self.question, self.hit.passage, self._sentence(place)
        if signed_another(question, passage, place) or is_of_another_act(question, passage, place, sentence):
            return False
        above = f"{self.hit.passage.title} . {self.hit.passage.context}"
        if is_under_another_condition(self.question, text, place, sentence, above):
            return False
        if not self.question.across_languages and kind == "number":
            asked, words = self.question.asked, self.question.words
            if counts_another(asked, text, place[0], sentence) or is_of_another_word(words, text, place[0], sentence):
                return False
        if self._is_of_another_cell(place) or self.agreement.is_of_another(
            self._with_headers(self._sentence(place)), place[0]
        ):
            return False
        return not any(asks(text[slice(*one)]) for one in around)

    def _is_enumerator(self, place: tuple[int, int]) -> bool:
        """Return whether a span is the number at the start of a line: "4.1. Bên B đặt cọc"."""
        start = self.hit.passage.text.rfind("\n", 0, place[0]) + 1
        mark = _ENUMERATOR.match(self.hit.passage.text, start)
        return mark is not None and place[1] <= mark.end()

    def _is_of_another_quantity(self, place: tuple[int, int]) -> bool:
        asked = self.question.asked
        return bool(asked.quantity) and fits(asked, self.hit.passage.text, *place) < 0

    def _repeats_the_question(self, place: tuple[int, int]) -> bool:
        """Return whether all words of a span, with their diacritics, are in the question: "sông" is not "sống"."""
        words = {word.form for word in syllables(self.hit.passage.text[slice(*place)])}
        return not self.question.names_its_answer and words.issubset(words_of(self.question.text).forms)

    def _is_denied(self, place: tuple[int, int]) -> bool:
        """Return whether only one of question and clause is negated, or the span ends in a negation."""
        if self.question.names_its_answer:
            return False
        if self._words.within(*place)[-1:] in _DENIALS:
            return True
        text, sentence = self.hit.passage.text, self._sentence(place)
        asked_not, asked_so = denied(self.question.text)
        stated_not, stated_so = denied(clause_of(text, place, sentence))
        is_denied = (stated_not - stated_so) & (asked_so - asked_not)
        is_meant = asked_not & stated_so and not NEGATIONS.search(text, *sentence)
        return not self.question.across_languages and bool(is_denied or is_meant)

    def _sentence(self, place: tuple[int, int]) -> tuple[int, int]:
        """Return the sentence, or the sentences, that a span is in."""
        around = self._sentences(*place) or [(0, len(self.hit.passage.text))]
        return around[0][0], around[-1][1]

    def _is_of_another_cell(self, place: tuple[int, int]) -> bool:
        passage = self.hit.passage
        if self.question.across_languages:
            return False
        head, asked = head_of(passage.text, passage.context, place[0]), self.question.asked.quantity
        measured = quantity_of(head) if head and asked else ""
        if (measured and asked not in ("change", measured)) or says_the_opposite(self.question.text, head):
            return True
        return is_of_another_cell(self._asked_of_tables, passage.text, passage.context, place[0])

    def _with_headers(self, sentence: tuple[int, int]) -> str:
        """Return the text of a sentence; for a row of a table, with its headers."""
        return sentence_of(self.hit.passage.text, self.hit.passage.context, sentence)

    def _candidate(self, place: tuple[int, int], margin: float, *, by_rule: bool) -> Candidate:
        text, sentence, near = self.hit.passage.text, self._sentence(place), self.agreement
        here, across = self._with_headers(sentence), self.question.across_languages
        features = (
            max(-_MOST, min(margin, _MOST)) / 10,
            max(-_MOST, min(self.reading.relevance or 0.0, _MOST)) / 10,
            self.behind,
            fits(self.question.asked, text, *place),
            float(by_rule),
            self.question.share(words_of(here).all | self._title_words),
            self.question.share(self._words.all | self._title_words),
            near.names_missing,
            near.values_missing,
            near.values_apart(here),
            near.polarity(clause_of(text, place, sentence)),
            min(len(self.question.absent), _MOST_ABSENT) / _MOST_ABSENT if not across else 0.0,
            float(self.question.names_absent and not across),
            math.log10(max(self.passages, 1)),
            self.ahead,
        )
        return Candidate(self.hit, *place, sentence, margin, features)

    @cached_property
    def _heads(self) -> list[tuple[int, int]]:
        """The places that say when and by whom a message was written, or when an office document was issued."""
        head, messages = self.hit.passage.head, message_heads(self.hit.passage.text)
        return [*(one.span() for one in messages), *([head] if head[1] else [])]

    @cached_property
    def _asked_of_tables(self) -> frozenset[str]:
        """The words of the question that may name a row or a column, including the noun it asks for."""
        return frozenset([*self.question.words, *self.question.asked.focus])

    @cached_property
    def _words(self) -> Words:
        return words_of(self.hit.passage.body)

    @cached_property
    def _title_words(self) -> frozenset[str]:
        passage = self.hit.passage
        return words_of(passage.title).all | words_of(passage.context).all
