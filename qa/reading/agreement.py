"""How a passage and a question differ: names, values, posts and negation that only one of them has.

Measures; `deciding` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.passages import Passage
from qa.reading import names
from qa.reading.conditions import is_a_basis, is_of_another_day
from qa.reading.periods import covered_years, is_of_another_time
from qa.reading.question import Question
from qa.reading.rules.references import has_articles, stands_at
from qa.reading.sorts import is_of_another_sort
from qa.reading.vocabulary import NAME, NEGATIONS, WHOLE
from qa.reading.words import (
    are_marked_otherwise,
    are_spelled_alike,
    beside,
    built,
    clause_of,
    is_within,
    modified,
    parted_clauses,
    sentences_of,
    values_of,
    without_kind,
    words_of,
)
from qa.text import fold
from qa.text.values import Value

_SURELY_MORE = 0.1
"""The share of the question's words, weighted by idf, that another clause must have beyond its own; chosen by hand."""
_PARTS = frozenset(["tỉnh", "phố", "huyện", "quận", "xã", "phường", "thôn"])
"""Words that introduce the name of a part of the country; of "thành phố" the second syllable."""


@dataclass(frozen=True)
class Agreement:
    """Compares a question with a passage, its neighbours and its issuer; measures run from 0 (no difference) to 1."""

    question: Question
    passage: Passage
    neighbours: Sequence[Passage]
    office: str = ""

    def is_of_another(self, sentence: str, start: int) -> bool:
        """Return whether a sentence, at a place in the passage, is about something else than the question.

        That is: another name, value, code or post where the question has its own, or another article than the one it
        names. Such a sentence is no answer, however well it reads. Across languages nothing is compared, since names
        and values are spelled differently.
        """
        if self.question.across_languages:
            return False
        return (
            self._codes_missing
            or self._lacks_its_name
            or self._has_other_marks
            or self._is_of_another_time
            or self._is_of_another_sort
            or self._has_another_name(sentence)
            or self._is_of_another_person(sentence, start)
            or self._has_another_code(start)
            or self._is_of_another_kind(sentence)
            or self._has_another_ordinal(sentence)
            or self._is_of_the_whole(sentence)
            or self._has_another_value(sentence)
            or self._has_another_post(sentence)
            or self._has_another_post(self._clause(start))
            or is_of_another_day(self.question, sentence)
            or self._is_elsewhere(start)
            or is_a_basis(self.question, sentence)
            or self._has_another_modifier(sentence, start)
            or self._is_in_another_clause(start)
        )

    @cached_property
    def values_missing(self) -> float:
        """The share of the question's values that the passage and its surroundings lack."""
        return self._lacking(self._near, self.question.values)

    def values_apart(self, sentence: str) -> float:
        """Return the share of the question's values that a sentence, the title, context and date lack."""
        return self._lacking([sentence], self.question.values)

    @cached_property
    def names_missing(self) -> float:
        """The share of the question's names that occur nowhere nearby."""
        return len(self._missing_names) / len(self.question.names) if self.question.names else 0.0

    def polarity(self, sentence: str) -> float:
        """Return whether only one of question and sentence is negated."""
        return float(bool(NEGATIONS.search(self.question.text)) != bool(NEGATIONS.search(sentence)))

    @cached_property
    def _codes_missing(self) -> bool:
        """Whether a code of the question, such as a document number, occurs nowhere nearby."""
        return self._lacking(self._near, [one for one in self.question.values if one.kind == "code"]) > 0

    def _has_another_value(self, sentence: str) -> bool:
        """Return whether the sentence has another value beside a word that has the question's value beside it."""
        return any(self._is_replaced(one, sentence) for one in self.question.values)

    @cached_property
    def _lacks_its_name(self) -> bool:
        """Whether a Vietnamese name of the question occurs nowhere nearby; that of a place need not be repeated."""
        called, where = names.called_names(self._near), names.places_of(self.question.text)
        lacking = [name for name in self._missing_names if name[-1] not in called and name not in where]
        return any(map(names.is_vietnamese, lacking))

    @cached_property
    def _is_of_another_time(self) -> bool:
        return is_of_another_time(self.question.text, [*self._titles, *self._near], self.passage.published)

    @cached_property
    def _is_of_another_sort(self) -> bool:
        return is_of_another_sort(self.question, [*self._titles, *self._near])

    def _is_replaced(self, asked: Value, sentence: str) -> bool:
        if not self._lacks([sentence], asked):
            return False
        around, given = beside(self.question.text, asked), {value.key for value in self.question.values}
        others = (one for one in values_of(sentence) if one.kind == asked.kind and one.key not in given)
        return any(around & beside(sentence, one) for one in others)

    def _has_another_name(self, sentence: str) -> bool:
        """Return whether another name shares a word with one that is nowhere nearby, or follows the same lead-in."""
        # The first word of a sentence is capitalised whether or not it belongs to a name.
        runs = [words_of(match[0]).folded[not match.start() :] for match in NAME.finditer(sentence)]
        runs = [
            run
            for run in runs
            if len(run) > 1 and not any(names.is_spelled_in(run, name) for name in self.question.names)
        ]
        alike = (set(run) & set(name) for name in self._missing_names for run in runs)
        asked, sentence_words = list(names.led_names(self.question.text)), f" {' '.join(words_of(sentence).folded)} "
        led = {
            lead
            for lead, had in names.led_names(sentence)
            if not any(are_spelled_alike(name, had) for _, name in asked)
        }
        return any(alike) or any(
            {lead, fold(lead)} & led and f" {' '.join(name)} " not in sentence_words for lead, name in asked
        )

    def _is_of_another_person(self, sentence: str, start: int) -> bool:
        """Return whether a sentence, up to a place in the passage, is about a person other than the question's."""
        asked, words = names.persons(self.question.text), words_of(sentence).folded
        is_named = any(names.is_spelled_in(words, one.name[-1:]) for one in asked)
        if not asked or is_named or self.question.asked.kind == "person":
            return False
        if standing := names.pronouns(sentence):
            return any(standing <= others for titles, others in names.OF_THE_OTHER_SEX if asked[0].title in titles)
        return bool(names.persons(self._before(start)))

    def _clause(self, start: int) -> str:
        """Return the clause that a place in the passage is in."""
        return clause_of(self.passage.text, (start, start), self._sentence(start))

    def _has_another_code(self, start: int) -> bool:
        """Return whether a code of the question's pattern, but not the question's, precedes a place in its sentence.

        E1 is not E5. A code after the place may be of a document that this one replaces.
        """
        had = {value.key[1] for value in values_of(self._before(start)) if value.kind == "code"}
        asked = {value.key[1] for value in self.question.values if value.kind == "code"}
        return not asked & had and bool(set(map(built, asked)) & set(map(built, had)))

    def _before(self, start: int) -> str:
        """Return the part of the sentence before a place."""
        return self.passage.text[self._sentence(start)[0] : start]

    def _sentence(self, start: int) -> tuple[int, int]:
        return next((one for one in sentences_of(self.passage.text) if one[0] <= start < one[1]), (start, start))

    @cached_property
    def _has_other_marks(self) -> bool:
        """Whether a name occurs nearby only with other diacritics: "Hưng" is not "Hùng"."""
        texts = [*self._titles, *self._near]
        return any(are_marked_otherwise(name, texts) for name in self.question.marked_names)

    def _is_of_another_kind(self, sentence: str) -> bool:
        """Return whether the thing of the question's name is of another kind, such as a club of another sport."""
        asked = names.kinds(self.question.text)
        return any(
            self._is_only_alike(one, names.kinds(sentence)) or self._is_only_alike(one, self._kinds) for one in asked
        )

    @staticmethod
    def _is_only_alike(asked: names.Named, had: Collection[names.Named]) -> bool:
        return asked not in had and any(asked[0] == one[0] and asked[2] == one[2] for one in had)

    @cached_property
    def _kinds(self) -> set[names.Named]:
        return {one for text in (*self._near, self.passage.title) for one in names.kinds(text)}

    def _has_another_ordinal(self, sentence: str) -> bool:
        """Return whether a sentence, or all text nearby, numbers the same thing differently.

        "Quý I" is not "quý III", and "hạng Nhì" is not "hạng Ba".
        """
        ordered = names.ordered(sentence)
        for asked in names.ordered(self.question.text) - ordered:
            near = ordered if asked in self._ordered else ordered | self._ordered
            if asked[0] in {head for head, _ in near}:
                return True
        return False

    @cached_property
    def _ordered(self) -> set[tuple[str, str]]:
        return {one for text in (*self._near, *self._titles) for one in names.ordered(text)}

    def _is_of_the_whole(self, sentence: str) -> bool:
        """Return whether a number is for the whole country, while the question asks about a part of it."""
        if self.question.asked.kind != "number" or WHOLE.search(self.question.text) or not WHOLE.search(sentence):
            return False
        had = f" {' '.join(words_of(sentence).folded)} "
        parts = [name for lead, name in names.led_names(self.question.text) if lead in _PARTS]
        return any(f" {' '.join(name)} " not in had for name in parts)

    def _has_another_post(self, sentence: str) -> bool:
        """Return whether only the deputy of the post in question is mentioned, or the other way round."""
        asked, had = names.posts(self.question.text), names.posts(sentence)
        return any((not deputy, post) in had and (deputy, post) not in had for deputy, post in asked)

    def _has_another_modifier(self, sentence: str, start: int) -> bool:
        """Return whether the passage distinguishes what the question asks about from what is meant at a place.

        "Cầu Vĩnh Hòa" is not "cầu Vĩnh Hòa 2", nor "đại học Nam Hà" the "đại học Bắc Hà", in a text that mentions both:
        the last one before the place counts, unless the sentence has the other one too.
        """
        words = set(words_of(sentence).folded)
        for _, head, modifier in modified(self.question.text):
            if not modifier or modifier in words or not self._names_elsewhere((*head, modifier)):
                continue
            before = [other for at, one, other in modified(self.passage.text) if one == head and at <= start]
            if before and before[-1] != modifier and (before[-1] or modifier.isdigit()):
                return True
        return False

    def _is_in_another_clause(self, start: int) -> bool:
        """Return whether a clause other than the first, which may apply to all, says more of what is asked about."""
        begin, end = self._sentence(start)
        clauses, own = parted_clauses(self.passage.text[begin:end], start - begin)
        had = [self.question.share(words_of(clause).all) for clause in clauses]
        both = [self.question.share(words_of(clause).all & words_of(clauses[own]).all) for clause in clauses]
        for number in range(1, len(clauses)):
            new = words_of(clauses[number]).all - words_of(clauses[0]).all - words_of(clauses[own]).all
            if number != own and self.question.share(new) > max(had[own] - both[number], 0.0) + _SURELY_MORE:
                return True
        return False

    def _names_elsewhere(self, words: names.Words) -> bool:
        wanted = f" {' '.join(words)} "
        return any(wanted in f" {' '.join(words_of(text).folded)} " for text in self._near)

    def _is_elsewhere(self, start: int) -> bool:
        """Return whether a place is outside the article or clause that the question names, if the text has articles."""
        address, passage = self.question.address, self.passage
        if address is None or not has_articles(self._near, passage.context):
            return False
        return not stands_at(address, passage.text, start, passage.context)

    @property
    def _titles(self) -> list[str]:
        return [self.passage.title, self.passage.context]

    @cached_property
    def _near(self) -> list[str]:
        return [self.passage.body, *(one.body for one in self.neighbours), self.office]

    @cached_property
    def _missing_names(self) -> list[names.Words]:
        texts = [*self._titles, *self._near]
        return names.missing_names(self.question.names, texts, words_of(self.question.text).folded)

    def _lacking(self, texts: Sequence[str], asked: Sequence[Value]) -> float:
        """Return the share of the values that the texts, title, context and date lack, in any spelling."""
        return sum(self._lacks(texts, one) for one in asked) / len(asked) if asked else 0.0

    def _lacks(self, texts: Sequence[str], asked: Value) -> bool:
        day = f"{self.passage.published:%d/%m/%Y}" if self.passage.published else ""
        texts = [*texts, *self._titles, day]
        values = [value for text in texts for value in values_of(text)]
        had = {without_kind(value.key) for value in values}
        seen = frozenset[str]().union(*(words_of(text).all for text in texts))
        key = without_kind(asked.key)
        if key in had or any(is_within(value, asked) for value in values):
            return False
        if asked.kind == "date" and key.isdigit() and int(key) in covered_years(texts):
            return False
        return not seen.issuperset(re.findall(r"\d+", key) or [" "])
