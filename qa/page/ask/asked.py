"""What a visitor asks for, as the page's script sends it: nothing of it can be relied upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qa import Answer, Filters
from qa.page import words
from qa.page.parts.language import Language


@dataclass(frozen=True)
class Asked:
    """A question with its filters, and the key of the passage to open; empty strings stand for what is not set."""

    question: str
    index: str = ""
    published_from: str = ""
    published_to: str = ""
    source: str = ""
    literal: bool = False
    rank: str = ""

    @classmethod
    def of(cls, event: Any) -> Asked:
        """From the data of an event, whatever it holds."""

        def text(name: str) -> str:
            return str(getattr(event, name, None) or "").encode("utf-8", "replace").decode()

        return cls(
            text("q"), text("index"), text("from"), text("to"), text("source"), bool(text("literal")), text("rank")
        )

    def problem(self, language: Language) -> str | None:
        """Why this cannot be asked, if so."""
        problem = words.question_problem(self.question)
        if problem:
            return problem[language]
        for given in (self.published_from, self.published_to):
            if given and _day(given) is None:
                return words.NO_DAY[language].format(given)
        first, last = _day(self.published_from), _day(self.published_to)
        return words.DAYS_CROSSED[language] if first and last and first > last else None

    def filters(self) -> Filters:
        """The filters that are set; dates that cannot be read are not."""
        first, last = _day(self.published_from), _day(self.published_to)
        filters = Filters()
        if first:
            filters["published_from"] = first
        if last:
            filters["published_to"] = last
        if self.source:
            filters["source"] = self.source
        return filters


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


@dataclass(frozen=True)
class Replied:
    """What a visitor was shown last: an answer, and the name of the index that it is from."""

    answer: Answer
    index: str
