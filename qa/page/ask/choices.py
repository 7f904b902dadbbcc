"""The passages of a reply that a visitor can open, each by a key that stands in the page's address."""

from __future__ import annotations

from dataclasses import dataclass

from qa import Answer, Citation, Hit, Passage


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
    """By key: a hit has its rank ("2"), a passage nearly equal to it comes after a point ("2.1"), and the passages
    that answer otherwise are counted by themselves ("o1").
    """
    found = {}
    for hit in answer.evidence:
        card = str(hit.rank)
        found[card] = _plain(hit, card)
        found |= {f"{card}.{number}": _plain(one, card) for number, one in enumerate(hit.similar, 1)}
    cards = {hit.passage.id: str(hit.rank) for hit in answer.evidence}
    for number, other in enumerate(answer.others, 1):
        passage = other.source.passage
        found[f"o{number}"] = Choice(passage, cards.get(passage.id, ""), (other.start, other.end), Citation.of(other))
    if answer.source is not None and answer.start is not None and answer.end is not None:
        card = str(answer.source.rank)
        found[card] = Choice(
            answer.source.passage, card, (answer.start, answer.end), Citation.of(answer), is_reply=True
        )
    return found


def first(answer: Answer) -> str:
    """The key of the passage that the answer is from, else of the best hit; empty when there is none."""
    return str(answer.source.rank) if answer.source else next((str(hit.rank) for hit in answer.evidence), "")


def _plain(hit: Hit, card: str) -> Choice:
    return Choice(hit.passage, card, None, Citation.of(hit.passage))
