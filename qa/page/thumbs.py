"""Thumbs on hits: whether a passage answers the question, kept in the index as a judgement.

The ask tab puts `thumbs` beside each card, `JUDGE` into the script of the part that holds the cards, and calls
`add_thumbs`. A visitor's own votes are known to that visitor's page only, so that a second press takes one back.
"""

from __future__ import annotations

import hashlib
import html
import json
import sys
from collections.abc import Mapping
from typing import Any

import gradio as gr

from qa import Answer, Hit, Passage, QAError
from qa.page import components
from qa.page import judging_words as words
from qa.page.language import Language, Text
from qa.page.library import Library

Votes = Mapping[tuple[str, str], tuple[int, bool]]
"""A visitor's votes: the judgement's id and whether it says relevant, by index and key of question and passage."""

# Shows which thumbs are pressed, also when cards are drawn anew; what the server has kept decides.
_SHOW = """{ const kept = JSON.parse(document.querySelector("[data-votes]")?.dataset.votes || "{}");
  for (const thumb of document.querySelectorAll("[data-judge]"))
    thumb.setAttribute("aria-pressed", String(kept[thumb.dataset.key] === thumb.dataset.judge)); }"""
JUDGE = f"""element.addEventListener("click", (event) => {{
  const thumb = event.target.closest("[data-judge]");
  if (!thumb) return;
  const vote = thumb.getAttribute("aria-pressed") === "true" ? "none" : thumb.dataset.judge;
  trigger("judge", {{rank: Number(thumb.dataset.of), vote}});
}});
new MutationObserver(() => {_SHOW}).observe(element, {{childList: true, subtree: true}});"""
_ONCE_DRAWN = f"() => {{ requestAnimationFrame(() => requestAnimationFrame(() => {_SHOW})); }}"

ICON = (
    '<svg class="thumb" viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M8 11v9H4.5A1.5 1.5 0 0 1 3 18.5v-6A1.5 1.5 0 0 1 4.5 11H8zm2 9V10.6l3.6-7.1a.9.9 0 0 1 .8-.5 '
    '2.6 2.6 0 0 1 2.5 3.3L16.2 9H19a2 2 0 0 1 2 2.4l-1.4 7A2 2 0 0 1 17.6 20H10z"/></svg>'
)


def thumbs(question: str, hit: Hit, language: Language) -> str:
    """The two buttons for one hit of a question; no element around them may carry a rank of its own."""
    buttons = "".join(
        f'<button type="button" data-judge="{vote}" data-of="{hit.rank}" data-key="{_key(question, hit.passage)}" '
        f'aria-pressed="false" aria-label="{label[language]}" title="{label[language]}">{ICON}</button>'
        for vote, label in (("up", words.UP), ("down", words.DOWN))
    )
    return f'<span class="thumbs" role="group" aria-label="{words.ASKED[language]}">{buttons}</span>'


def add_thumbs(cards: gr.HTML, answer: gr.State, name: Any, library: Library, language: Language) -> gr.HTML:
    """Keeps what is pressed in `cards` about the `answer` kept from the index of this `name`; returns what tells so."""
    votes = gr.State({})
    told = components.html("", elem_id="voted")
    judging = Judging(library, language)
    kept = components.on(cards.judge, judging.judge, [name, answer, votes], [votes, told])
    kept.then(fn=None, js=_ONCE_DRAWN)
    return told


class Judging:
    """Keeps votes; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def judge(self, name: str, answer: Answer | None, votes: Votes, event: gr.EventData) -> tuple[Votes, str]:
        """Keeps, changes or takes back the visitor's vote on the event's hit; an unknown rank changes nothing."""
        rank, vote = getattr(event, "rank", None), getattr(event, "vote", None)
        hit = next((one for one in answer.evidence if one.rank == rank), None) if answer else None
        if answer is None or hit is None or vote not in ("up", "down", "none"):
            return gr.skip(), gr.skip()
        try:
            votes = self._kept(name, answer.question, hit.passage, str(vote), votes)
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            return votes, told(words.error_words(error, self._language), name, votes, trouble=True)
        said = _SAID[str(vote)][self._language].format(rank=hit.rank)
        return votes, told(said, name, votes)

    def _kept(self, name: str, question: str, passage: Passage, vote: str, votes: Votes) -> Votes:
        judgements = self._library.searcher(name).index.judgements
        key = (name, _key(question, passage))
        others = {one: kept for one, kept in votes.items() if one != key}
        added = judgements.add(question, passage, relevant=vote == "up") if vote != "none" else None
        if key in votes:
            judgements.remove(votes[key][0])
        return {**others, key: (added.id, added.relevant)} if added else others


_SAID: Mapping[str, Text] = {"up": words.KEPT_UP, "down": words.KEPT_DOWN, "none": words.TAKEN_BACK}


def told(said: str, name: str, votes: Votes, *, trouble: bool = False) -> str:
    """What became of a vote, for the visitor and for the script that shows which thumbs are pressed."""
    pressed = {key: "up" if relevant else "down" for (index, key), (_, relevant) in votes.items() if index == name}
    kind = "notice trouble" if trouble else "notice"
    return f'<p class="{kind}" role="status" data-votes="{html.escape(json.dumps(pressed))}">{html.escape(said)}</p>'


def _key(question: str, passage: Passage) -> str:
    """A name for a question and a passage that says nothing of either."""
    return hashlib.sha256(f"{question}\0{passage.id}\0{passage.text}".encode()).hexdigest()[:16]
