"""Change a row at random each time it is drawn, so that a question comes back in another form."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from training.reader.rows import Row, is_english, window

CROPPED = 0.5
"""How often a passage is cut around its answer; chosen by hand, as are the numbers below."""
SHORTEST, LONGEST = 350, 1100
"""Characters of such a passage."""
SWITCHED = 0.35
"""How often English words of an English row are replaced by Vietnamese ones."""
SHARES = (0.15, 0.3, 0.5)
"""The shares of its words that may then be replaced."""
TITLED, UNTITLED = 0.25, 0.3
"""How often a row without a title gets one, and a row with a title loses it."""
UNMARKED, LOWER, UNASKED = 0.04, 0.08, 0.1
"""How often a question loses its diacritics, its capitals, its question mark."""
TRANSLATIONS = 4
"""The most translations of a word that are kept; each has fewer words than this."""
WORD = re.compile("[A-Za-z]+")

STROKES = str.maketrans("đĐ", "dD")

Lexicon = Mapping[str, Sequence[str]]
"""Vietnamese translations of lower-case English words."""


def lexicon(pairs: Iterable[tuple[str, str]]) -> Lexicon:
    """Return the first short translations of each word in (English, Vietnamese) pairs."""
    found: dict[str, list[str]] = defaultdict(list)
    for english, vietnamese in pairs:
        if len(vietnamese.split()) < TRANSLATIONS and len(found[english.lower()]) < TRANSLATIONS:
            found[english.lower()].append(vietnamese)
    return {word: translations for word, translations in found.items() if translations}


def varied(row: Row, words: Lexicon, random: Random) -> Row:
    """Return the row with its passage cut, English words replaced, its title or question changed, or unchanged."""
    english = row.context.isascii() and is_english(row.question)
    if row.answered and random.random() < CROPPED:
        row = window(row, random.randint(SHORTEST, LONGEST), random)
    if english and random.random() < SWITCHED:
        row = _switched(row, words, random.choice(SHARES), random)
    if random.random() < (UNTITLED if row.title else TITLED):
        row = row._replace(title="" if row.title else first_words(row.context, random))
    return row._replace(question=_asked(row.question, random) or row.question)


def first_words(text: str, random: Random) -> str:
    """Return a passage's first four to nine words, as a title for one that has none."""
    return " ".join(text.split()[: random.randint(4, 9)]).rstrip(" ,.;:")


def _switched(row: Row, words: Lexicon, share: float, random: Random) -> Row:
    """Return a row with a share of its English words in Vietnamese, but none of its answer."""

    def word(found: re.Match[str]) -> str:
        text = found.group()
        translations = words.get(text, ()) if len(text) > 2 else ()
        return random.choice(translations) if translations and random.random() < share else text

    question = WORD.sub(word, row.question)
    if not row.answered:
        return row._replace(question=question, context=WORD.sub(word, row.context))
    before, after = WORD.sub(word, row.context[: row.start]), WORD.sub(word, row.context[row.end :])
    context = f"{before}{row.answer}{after}"
    return row._replace(question=question, context=context, start=len(before), end=len(before) + len(row.answer))


def _asked(question: str, random: Random) -> str:
    drawn = random.random()
    if drawn < UNMARKED:
        marked = unicodedata.normalize("NFD", question.translate(STROKES))
        question = "".join(letter for letter in marked if not unicodedata.combining(letter))
    elif drawn < UNMARKED + LOWER:
        question = question.lower()
    return question.rstrip("? ") if random.random() < UNASKED else question
