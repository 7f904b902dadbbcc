"""Check each sentence that a language model wrote against the passages that it cites.

A sentence must cite an existing passage, and each number, date and name in it must be in one of those that it cites.
Whatever is not is marked, whether the model invented it or followed an instruction in a passage. Whether the sentence
follows from the passage is not judged. Knows no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.passages import Passage, search_text
from qa.retrieval import Hit
from qa.text import Syllable, Value, fold, sentences, syllables, values

_MARK = re.compile(r"\[\d{1,4}(?:\s?[,;]\s?\d{1,4})*\]")
# Citations that follow the full stop belong to the sentence before.
_MARKS_FIRST = re.compile(rf"(?:\s*{_MARK.pattern})+[.]?")
# Between two words of one name.
_WITHIN_NAME = re.compile(r" |[-/.&'’]| & ")
# A word is capitalised after these without being a name.
_BEGINS = re.compile(r"(?:^|[.:!?…“\"(]|(?:^|\s)[•*–—-]\s)\s*$")
# Numbers the sentences rather than their subject.
_LIST_NUMBER = re.compile(r"^\d{1,2}[.)]\s")
_TWO_NUMBERS = re.compile(r"\d+[-/]\d+")
_DIGITS = re.compile(r"\d+")
# "năm" is missing: it is far more often a year.
_SMALL = {
    **{"1": ("một", "one"), "2": ("hai", "two"), "3": ("ba", "three"), "4": ("bốn", "four"), "5": ("five",)},
    **{"6": ("sáu", "six"), "7": ("bảy", "seven"), "8": ("tám", "eight"), "9": ("chín", "nine"), "10": ("mười", "ten")},
}


@dataclass(frozen=True)
class WrittenSentence:
    """A sentence; `cites` are the ranks of the existing passages that it cites.

    `unsupported` are the parts of `text`, as written, that no cited passage supports: a citation of a missing passage;
    a number, a date or a name; the whole sentence if it cites no passage.
    """

    text: str
    cites: tuple[int, ...]
    unsupported: tuple[str, ...]


@dataclass(frozen=True)
class WrittenAnswer:
    """A written answer as far as it has come; `sentences` holds the checked ones, in order.

    While it is not `finished`, its last sentence may be missing from `sentences`. A finished one without text means
    that the model found no answer in the passages.
    """

    text: str
    sentences: tuple[WrittenSentence, ...]
    finished: bool = False

    @property
    def supported(self) -> bool:
        """Whether every sentence is supported by the passages that it cites."""
        return not any(sentence.unsupported for sentence in self.sentences)

    def to_json(self) -> dict[str, Any]:
        """Return the written answer as values for JSON."""
        sentences = [
            {"text": one.text, "cites": list(one.cites), "unsupported": list(one.unsupported)} for one in self.sentences
        ]
        return {"text": self.text, "sentences": sentences, "supported": self.supported}


class Checker:
    """Checks sentences against hits, which they cite by rank."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._passages = {hit.rank: _Evidence(hit.passage) for hit in hits}

    def check(self, text: str) -> tuple[WrittenSentence, ...]:
        """Return the sentences of a written answer, each with what the passages that it cites do not support."""
        return tuple(self._checked(text[start:end]) for start, end in _sentences(text))

    def _checked(self, sentence: str) -> WrittenSentence:
        marks = [
            (mark[0], [int(number) for number in re.findall(r"\d+", mark[0])]) for mark in _MARK.finditer(sentence)
        ]
        cites = sorted({number for _, cited in marks for number in cited if number in self._passages})
        unsupported = [mark for mark, cited in marks if not set(cited) <= set(cites)]
        if cites:
            words = _LIST_NUMBER.sub(_blank, _MARK.sub(_blank, sentence))
            unsupported += _not_in(words, [self._passages[number] for number in cites])
        else:
            unsupported.append(sentence)
        return WrittenSentence(sentence, tuple(cites), tuple(dict.fromkeys(unsupported)))


class _Evidence:
    """The numbers, dates and names of a passage, its title and its date."""

    def __init__(self, passage: Passage) -> None:
        text, published = search_text(passage.title, passage.text, passage.context), passage.published
        found = values(text)
        self._dates = {one.key[1] for one in found if one.kind == "date"}
        self._keys = {one.key for one in found}
        self._numbers = {part for one in found for part in _parts(one, text)}
        if published:
            dated = {f"{published.year:04}{stated[1:]}" for stated in self._dates if stated.startswith("--")}
            self._dates |= {published.isoformat(), *dated}
        words = [word.form for word in syllables(text)]
        self.words = f" {' '.join(words)} "
        self.folded = f" {' '.join(map(fold, words))} "

    def has(self, value: Value, written: str) -> bool:
        """Return whether the passage has a value in any spelling; a range or a time may also be in separate parts."""
        if value.key in self._keys:
            return True
        if value.kind == "date" and any(_includes(stated, value.key[1]) for stated in self._dates):
            return True
        is_plain = value.kind != "date" or _TWO_NUMBERS.fullmatch(written) or value.key[1].isdigit()
        return bool(is_plain) and all(self._has_number(part) for part in _parts(value, written))

    def _has_number(self, number: str) -> bool:
        in_words = any(f" {word} " in self.words for word in _SMALL.get(number, ()))
        return number in self._numbers or in_words or any(stated[:4] == number for stated in self._dates)


def _parts(value: Value, text: str) -> set[str]:
    """Return the plain numbers in a value; for one that is not a number, such as a date or a code, its digits."""
    if value.kind in {"number", "ordinal", "range", "score"}:
        return {part.rstrip("%‰") for part in value.key[1:]}
    written = text[value.start : value.end] if value.end <= len(text) else text
    return {digits.lstrip("0") or "0" for digits in _DIGITS.findall(written)}


def _includes(stated: str, asked: str) -> bool:
    """Return whether a date is another one or more precise: "2022-01-13" is within "2022-01" and "--01-13"."""
    return stated.startswith(asked) or (asked.startswith("-") and stated.endswith(asked.lstrip("-")))


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return spans of sentences, each with the citations that follow it."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        first = _MARKS_FIRST.match(text, start, end)
        if first and spans:
            spans[-1] = (spans[-1][0], first.end())
            start = first.end()
        words = text[start:end]
        if any(map(str.isalnum, _MARK.sub("", words))):
            spans.append((end - len(words.lstrip()), end))
    return spans


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _not_in(sentence: str, passages: Sequence[_Evidence]) -> Iterator[str]:
    """Yield the dates, numbers and names of a sentence that are in none of the passages.

    Numbers in words are ignored.
    """
    rest = sentence
    for value in values(sentence):
        written = sentence[value.start : value.end]
        if _DIGITS.search(written):
            rest = f"{rest[: value.start]}{' ' * len(written)}{rest[value.end :]}"
            if not any(passage.has(value, written) for passage in passages):
                yield written
    for name, shown in _names(rest):
        if not any(_names_it(passage, name) for passage in passages):
            yield shown


def _names_it(passage: _Evidence, name: str) -> bool:
    """Return whether a passage has a name; written diacritics count, a name without any matches either way."""
    return f" {name} " in passage.words or (name == fold(name) and f" {name} " in passage.folded)


def _names(sentence: str) -> Iterator[tuple[str, str]]:
    """Yield capitalised runs in canonical form and as written, without the first word where any word is capitalised."""
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
