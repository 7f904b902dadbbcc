"""A question as answering sees it: what it asks for, its terms with their rarities, what a passage must have.

Knows nothing of passages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.answer.extracting.kinds import Asked, asked
from qa.answer.extracting.names import proper_names
from qa.answer.extracting.reading import folded
from qa.answer.extracting.vocabulary import ENGLISH_GRAMMAR, GRAMMAR, NUMBERED
from qa.retrieval import Searcher
from qa.text import canonical, fold, syllables

# Words on each side of the words that ask that may stand beside the answer too.
BESIDE = 6
_ROMAN = re.compile(r"[ivx]+")


@dataclass(frozen=True)
class Question:
    """A question with its diacritics and what it asks for.

    `rarities` are its folded terms, without the words that ask and words of grammar; `before` and `after` the folded
    words around the words that ask. `names` are the proper names in it, `absent` the words that no passage has.
    `known` are all its words, folded when it is `bare`, that is, was typed without diacritics.
    """

    text: str
    asked: Asked
    rarities: Mapping[str, float]
    before: tuple[str, ...]
    after: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    absent: tuple[str, ...]
    known: frozenset[str]
    bare: bool
    identifiers: frozenset[str]
    across: bool

    def coverage(self, had: Mapping[str, float]) -> float:
        """The share of the question's terms, each counting by its rarity, that are had; a term may be had in part."""
        total = sum(self.rarities.values())
        return sum(self.rarities[term] * part for term, part in had.items()) / total if total else 0.0

    def rarest_missing(self, had: Collection[str]) -> float:
        """How rare the rarest word is that is not had, beside the rarest of the question."""
        words = {term: rarity for term, rarity in self.rarities.items() if "_" not in term}
        missing = (rarity for term, rarity in words.items() if term not in had)
        return max(missing, default=0.0) / max([*words.values(), 1e-9])


def understand(typed: str, searched: str, searcher: Searcher) -> Question:
    """`searched` is the question with its diacritics put back, letter for letter."""
    kind = asked(typed)
    across = searcher.is_across_languages(typed)
    grammar = ENGLISH_GRAMMAR if across else GRAMMAR
    left, right = (_words(part) for part in (searched[: kind.start], searched[kind.end :]))
    terms = [term for part in (left, right) for term in _terms(part, grammar)]
    content = f"{searched[: kind.start]} . {searched[kind.end :]}"
    bare = canonical(typed) == fold(typed)
    words = _words(searched)
    return Question(
        searched,
        kind,
        searcher.rarities(list(dict.fromkeys(terms))),
        tuple(folded(word) for word in left if word not in grammar)[-BESIDE:],
        tuple(folded(word) for word in right if word not in grammar)[:BESIDE],
        _names(searched),
        tuple(word for word in searcher.absent(content) if canonical(word) not in grammar),
        frozenset(map(folded, words) if bare else words),
        bare,
        frozenset(identifiers([folded(word) for word in words])),
        across,
    )


def identifiers(words: Sequence[str]) -> set[str]:
    """Numbers that a passage about the same thing must have, folded: of two digits or more, or naming a thing.

    Smaller ones are as often written in words.
    """
    found = {word for word in words if sum(map(str.isdigit, word)) > 1}
    for noun, number in pairwise(words):
        if noun in NUMBERED and (_ROMAN.fullmatch(number) or number.isdigit()):
            found.add(f"{noun} {number}")
    return found


def _words(text: str) -> list[str]:
    return [word.form for word in syllables(text)]


def _terms(words: Sequence[str], grammar: Collection[str]) -> list[str]:
    """Folded words, and pairs of neighbours, of which at least one is not grammar."""
    pairs = [pair for pair in pairwise(words) if not set(pair) <= set(grammar)]
    singles = [folded(word) for word in words if word not in grammar]
    return singles + [f"{folded(first)}_{folded(second)}" for first, second in pairs]


def _names(text: str) -> tuple[tuple[str, ...], ...]:
    """Proper names of two words or more; one capital alone may begin a sentence."""
    found = (tuple(map(folded, _words(text[start:end]))) for start, end in proper_names(text))
    return tuple(name for name in found if len(name) > 1)
