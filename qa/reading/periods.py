"""Years that a text covers, by its dates and by periods from one year to another, and holders of a post at one time.

Knows sentences; knows nothing of passages or of how a span was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from qa.reading.names import posts
from qa.reading.words import months_of, sentences_of, years_of

Place = tuple[int, int]

_YEAR = "[12][0-9]{3}"
_PERIOD = re.compile(
    rf"(?<![\d.,])(?P<first>{_YEAR})\s?[-–—]\s?(?P<last>{_YEAR})(?![\d.,]\d)"
    rf"|\btừ [^.;:\n\d]{{0,20}}(?:[\d/.-]*[/.-]|\d\d? năm )?(?P<begin>{_YEAR})(?: cho)? (?:đến|tới)"
    rf" [^.;:\n\d]{{0,20}}(?:[\d/.-]*[/.-]|\d\d? năm )?(?P<end>{_YEAR})",
    re.IGNORECASE,
)
LONGEST_PERIOD = 150
"""Years; a longer one is hardly of a person or a post."""


def covered_years(texts: Sequence[str]) -> set[int]:
    """Return the years of the dates in some texts, and those between the ends of a period: "giai đoạn 2016-2021"."""
    return years_of(texts).union(*map(_years_of_periods, texts))


@lru_cache(maxsize=4096)
def _years_of_periods(text: str) -> frozenset[int]:
    found = ((int(one["first"] or one["begin"]), int(one["last"] or one["end"])) for one in _PERIOD.finditer(text))
    return frozenset(year for first, last in found if last - first <= LONGEST_PERIOD for year in range(first, last + 1))


def is_of_another_time(question: str, texts: Sequence[str], published: date | None) -> bool:
    """Return whether years or months occur in some texts, but none of those in the question.

    A text is also about the year and month of its document, and without a year about the year before.
    """
    day = published
    years, months = ({day.year}, {day.month, (day.month - 2) % 12 + 1}) if day else (set[int](), set[int]())
    had = covered_years(texts) or {year - 1 for year in years}
    return _are_others(years_of([question]), had, years) or _are_others(months_of([question]), months_of(texts), months)


def _are_others(asked: set[int], had: set[int], own: set[int]) -> bool:
    return bool(asked and had) and not asked & (had | own)


def is_of_another_holder(question: str, text: str, sentence: Place) -> bool:
    """Return whether another sentence of a text, and not this one, has a post in the question and covers its year."""
    asked, years = posts(question), years_of([question])
    if not asked or not years or years & covered_years([text[slice(*sentence)]]):
        return False
    others = (text[slice(*one)] for one in sentences_of(text) if not sentence[0] <= one[0] < sentence[1])
    return any(asked & posts(other) and years & covered_years([other]) for other in others)
