"""Holds what a language model wrote against the passages that it cites.

A sentence has to cite a passage that there is, and each number, date and name in it has to stand in one of those that
it cites. What does not is told, whatever made the model write it: its own invention or an instruction that it found in
a passage. Whether the sentence follows from the passage is not judged. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from qa.generation.figures import Day, Number, dates, numbers
from qa.generation.written import WrittenSentence
from qa.passages import Passage, search_text
from qa.retrieval import Hit
from qa.text import Syllable, fold, sentences, syllables

_MARK = re.compile(r"\[\d{1,4}(?:\s?[,;]\s?\d{1,4})*\]")
# Citations that follow the full stop belong to the sentence before.
_MARKS_FIRST = re.compile(rf"(?:\s*{_MARK.pattern})+[.]?")
# Between two words of one name.
_WITHIN_NAME = re.compile(r" |[-/.&'’]| & ")
# A word is capitalised after these without being a name.
_BEGINS = re.compile(r"(?:^|[.:!?…“\"(]|(?:^|\s)[•*–—-]\s)\s*$")
# Counts the sentences, not what they speak of.
_LIST_NUMBER = re.compile(r"^\d{1,2}[.)]\s")
_TWO_NUMBERS = re.compile(r"(\d+)[-/](\d+)")
# "năm" is missing: it is far more often a year.
_SMALL = {
    **{"1": ("một", "one"), "2": ("hai", "two"), "3": ("ba", "three"), "4": ("bốn", "four"), "5": ("five",)},
    **{"6": ("sáu", "six"), "7": ("bảy", "seven"), "8": ("tám", "eight"), "9": ("chín", "nine"), "10": ("mười", "ten")},
}


class Checker:
    """Checks sentences against hits, which they cite by rank."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._passages = {hit.rank: _Evidence(hit.passage) for hit in hits}

    def check(self, text: str) -> tuple[WrittenSentence, ...]:
        """The sentences of a written answer, each with what the passages that it cites do not bear out."""
        return tuple(self._checked(text[start:end]) for start, end in _sentences(text))

    def _checked(self, sentence: str) -> WrittenSentence:
        marks = [
            (mark[0], [int(number) for number in re.findall(r"\d+", mark[0])]) for mark in _MARK.finditer(sentence)
        ]
        cites = sorted({number for _, cited in marks for number in cited if number in self._passages})
        unsupported = [mark for mark, cited in marks if not set(cited) <= set(cites)]
        if cites:
            said = _LIST_NUMBER.sub(_blank, _MARK.sub(_blank, sentence))
            unsupported += _not_in(said, [self._passages[number] for number in cites])
        else:
            unsupported.append(sentence)
        return WrittenSentence(sentence, tuple(cites), tuple(dict.fromkeys(unsupported)))


class _Evidence:
    """What a passage says of numbers, dates and names; its title and date count as said."""

    def __init__(self, passage: Passage) -> None:
        text, published = search_text(passage.title, passage.text, passage.context), passage.published
        found = dates(text)
        if published:
            found = [replace(day, year=day.year or published.year) for day in found]
            found.append(Day(0, 0, published.year, published.month, published.day))
        self.dates = found
        self.numbers = set(chain.from_iterable(number.values for number in numbers(text)))
        self.numbers |= {str(day.year) for day in found if day.year}
        words = [word.form for word in syllables(text)]
        self.words = f" {' '.join(words)} "
        self.folded = f" {' '.join(map(fold, words))} "


def _sentences(text: str) -> list[tuple[int, int]]:
    """Spans of sentences, each with the citations that follow it."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        first = _MARKS_FIRST.match(text, start, end)
        if first and spans:
            spans[-1] = (spans[-1][0], first.end())
            start = first.end()
        said = text[start:end]
        if any(map(str.isalnum, _MARK.sub("", said))):
            spans.append((end - len(said.lstrip()), end))
    return spans


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _not_in(sentence: str, passages: Sequence[_Evidence]) -> Iterator[str]:
    """The dates, numbers and names of a sentence that stand in none of the passages."""
    found = dates(sentence)
    for day in found:
        if not any(_tells(passage, day, sentence) for passage in passages):
            yield sentence[day.start : day.end]
    rest = sentence
    for day in found:
        rest = f"{rest[: day.start]}{' ' * (day.end - day.start)}{rest[day.end :]}"
    for number in numbers(rest):
        if not any(_has(passage, number) for passage in passages):
            yield sentence[number.start : number.end]
    for name, shown in _names(rest):
        if not any(_names_it(passage, name) for passage in passages):
            yield shown


def _tells(passage: _Evidence, day: Day, sentence: str) -> bool:
    """Whether the passage has the date; "2-3", which may be two numbers, counts as such too."""
    if any(day.is_told_by(other) for other in passage.dates):
        return True
    parts = _TWO_NUMBERS.fullmatch(sentence, day.start, day.end)
    return parts is not None and all(_has(passage, number) for part in parts.groups() for number in numbers(part))


def _has(passage: _Evidence, number: Number) -> bool:
    in_words = chain.from_iterable(_SMALL.get(value, ()) for value in number.values)
    return bool(number.values & passage.numbers) or any(f" {word} " in passage.words for word in in_words)


def _names_it(passage: _Evidence, name: str) -> bool:
    """Marks that were written count; a name without any is found with and without them."""
    return f" {name} " in passage.words or (name == fold(name) and f" {name} " in passage.folded)


def _names(sentence: str) -> Iterator[tuple[str, str]]:
    """Capitalised runs in canonical form and as written, less the first word where any word is capitalised."""
    for run in _runs(sentence):
        first = sentence[run[0].start : run[0].end]
        any_word = _BEGINS.search(sentence[: run[0].start]) and not (len(first) > 1 and first.isupper())
        named = run[1:] if any_word else run
        if named:
            yield " ".join(word.form for word in named), sentence[run[0].start : run[-1].end]


def _runs(sentence: str) -> list[list[Syllable]]:
    runs: list[list[Syllable]] = []
    for word in syllables(sentence):
        if not sentence[word.start].isupper():
            continue
        if runs and _WITHIN_NAME.fullmatch(sentence[runs[-1][-1].end : word.start]):
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs
