"""Sorts of one thing: "xe khách" is not "xe tải".

Knows nouns that have sorts, and texts; knows nothing of passages or of how a span was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from qa.reading.question import Question
from qa.reading.vocabulary import GRAMMAR
from qa.reading.words import words_of
from qa.text import fold, syllable_table

_HAVE_SORTS = words_of("xe tàu vé thẻ suất bên tiền phí thuốc cây ghế sơn gạch ống dây đèn gà rau gạo thịt").forms
"""Nouns of which the next syllable tells the sort, and which hardly ever begin another word."""
_NO_SORTS = GRAMMAR | {*words_of("cạnh trên dưới ngoài phải trái").forms}
"""Words behind these nouns that tell no sort: "bên cạnh"."""
_LEAST_LIFT = 3.0
"""How many times more often than by chance noun and sort must occur together; "bên bán" does four times as often."""


def is_of_another_sort(question: Question, texts: Sequence[str]) -> bool:
    """Return whether texts have other sorts of a thing in the question, and not even the word for the question's."""
    asked = [one for one in _sorts(question.text) if fold(one[1]) in question.words]
    if not asked:
        return False
    said = {head for text in texts for head, _ in _sorts(text)}
    words = frozenset[str]().union(*(words_of(text).forms for text in texts))
    return any(head in said and sort not in words for head, sort in asked)


@lru_cache(maxsize=1024)
def _sorts(text: str) -> frozenset[tuple[str, str]]:
    """Return the nouns of a text that have sorts, each with the sort."""
    table = syllable_table()
    return frozenset(
        (head, sort)
        for head, sort in pairwise(words_of(text).forms)
        if head in _HAVE_SORTS and sort not in _NO_SORTS and table.is_compound(head, sort, _LEAST_LIFT)
    )
