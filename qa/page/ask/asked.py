"""What a visitor asks for, as the page's script sends it, and the passages of the reply that can be opened.

Nothing of what is sent can be relied upon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from qa import Answer, Citation, Hit, Passage
from qa.index import Filters
from qa.page.ask import words
from qa.page.parts.words import Language


@dataclass(frozen=True)
class Asked:
    """A question with its filters, and the key of the passage to open; what is not set is an empty string.

    `index` has the names of the indexes to ask, one to a line.
    """

    question: str
    index: str = ""
    published_from: str = ""
    published_to: str = ""
    source: str = ""
    tag: str = ""
    literal: bool = False
    rank: str = ""

    @classmethod
    def of(cls, event: Any) -> Asked:
        """Take what is asked from the data of an event, whatever it holds."""

        def text(name: str) -> str:
            return str(getattr(event, name, None) or "").encode("utf-8", "replace").decode()

        return cls(
            question=text("q"),
            index=text("index"),
            published_from=text("from"),
            published_to=text("to"),
            source=text("source"),
            tag=text("tag"),
            literal=bool(text("literal")),
            rank=text("rank"),
        )

    @property
    def indexes(self) -> list[str]:
        """The names of the indexes to ask."""
        return [name for name in self.index.split("\n") if name]

    def problem(self, language: Language) -> str | None:
        """Return why this cannot be asked, if so."""
        problem = words.question_problem(self.question)
        if problem:
            return problem[language]
        for given in (self.published_from, self.published_to):
            if given and _day(given) is None:
                return words.NO_DAY[language].format(given)
        first, last = _day(self.published_from), _day(self.published_to)
        return words.DAYS_CROSSED[language] if first and last and first > last else None

    def filters(self) -> Filters:
        """Return the filters that are set; dates that cannot be read are not."""
        first, last = _day(self.published_from), _day(self.published_to)
        filters = Filters()
        if first:
            filters["published_from"] = first
        if last:
            filters["published_to"] = last
        if self.source:
            filters["source"] = self.source
        if self.tag:
            filters["tag"] = self.tag
        return filters


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


@dataclass(frozen=True)
class Choice:
    """A passage to open: the rank of its card, the span of its document that answers, if any, its citation, and
    whether it is what the reply itself is from.
    """

    passage: Passage
    card: str
    answered: tuple[int, int] | None
    citation: Citation
    is_reply: bool = False

    @property
    def place(self) -> str:
        """What the part of the document where the answer, else the passage, begins is called."""
        return self.passage.place_at(self.answered[0] if self.answered else self.passage.start)


def choices(answer: Answer) -> dict[str, Choice]:
    """Return what can be opened, by its key.

    A hit has its rank ("2"), a passage nearly equal to it comes after a point ("2.1"), and the passages that answer
    otherwise are counted by themselves ("o1").
    """
    found = {}
    for hit in answer.evidence:
        card = str(hit.rank)
        found[card] = _plain(hit, card)
        found |= {f"{card}.{number}": _plain(one, card) for number, one in enumerate(hit.similar, 1)}
    cards = {hit.passage.key: str(hit.rank) for hit in answer.evidence}
    for number, other in enumerate(answer.others, 1):
        passage = other.source.passage
        found[f"o{number}"] = Choice(passage, cards.get(passage.key, ""), (other.start, other.end), Citation.of(other))
    if answer.source is not None and answer.start is not None and answer.end is not None:
        card = str(answer.source.rank)
        found[card] = Choice(
            answer.source.passage, card, (answer.start, answer.end), Citation.of(answer), is_reply=True
        )
    return found


def first(answer: Answer) -> str:
    """Return the key of the answer's passage, else of the best hit's; empty without hits."""
    return str(answer.source.rank) if answer.source else next((str(hit.rank) for hit in answer.evidence), "")


def _plain(hit: Hit, card: str) -> Choice:
    return Choice(hit.passage, card, None, Citation.of(hit.passage))
