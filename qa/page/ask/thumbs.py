"""Thumbs on hits: whether a passage answers the question, kept in the index as a judgement.

The ask tab puts `thumbs` into each card, `JUDGE` behind the script of the part that holds the cards, and calls
`add_thumbs`. A visitor's own votes are known to that visitor's page only, so that a second press takes one back.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping

import gradio as gr
from markupsafe import Markup

from qa import Hit, Index, Passage, QAError
from qa.page.ask.asked import Replied
from qa.page.judging import words
from qa.page.parts.components import READ_OUT, calling, html
from qa.page.parts.language import Language, Text
from qa.page.parts.library import Library
from qa.page.parts.markup import Macros

Votes = dict[tuple[str, str], tuple[int, bool]]
"""A visitor's votes: the judgement's id and whether it says relevant, by index and key of question and passage."""


JUDGE = calling("qaJudgements.judge", "judge")
_HTML = Macros("judging/judgements.html", words)


def thumbs(question: str, hit: Hit, language: Language) -> Markup:
    """Return the two buttons for one hit of a question."""
    return Markup(_HTML[language].thumbs(hit.rank, _key(question, hit.passage)))


def add_thumbs(cards: gr.HTML, replied: gr.State, library: Library, language: Language) -> None:
    """Keep what is pressed in `cards` about the visitor's reply, and say so at the foot of the window."""
    votes = gr.State({})
    notices = html("", READ_OUT, elem_id="voted")
    kept = cards.judge(
        Judging(library, language).judge,
        [replied, votes],
        [notices],
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",  # a second vote while the first is being kept is another vote
        concurrency_limit=None,
    )
    kept.then(fn=None, js="qaJudgements.judged")


class Judging:
    """Keeps votes; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def judge(self, replied: Replied | None, votes: Votes, event: gr.EventData) -> str:
        """Keep, change or take back the visitor's vote on the event's hit; an unknown rank changes nothing."""
        rank, vote = getattr(event, "rank", None), getattr(event, "vote", None)
        hit = next((one for one in replied.answer.evidence if one.rank == rank), None) if replied else None
        if replied is None or hit is None or vote not in _SAID:
            return gr.skip()  # type: ignore[no-any-return]
        try:
            index = self._library.searcher(hit.passage.index).index
            _keep(index, replied.answer.question, hit.passage, str(vote), votes)
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            return _voted(words.error_words(error, self._language), votes, "notice trouble")
        return _voted(_SAID[str(vote)][self._language].format(rank=hit.rank), votes, "notice")


def _keep(index: Index, question: str, passage: Passage, vote: str, votes: Votes) -> None:
    """In the index, and in the visitor's own votes; an earlier vote is taken back once the new one is kept."""
    key = (index.location, _key(question, passage))
    added = index.judgements.add(question, passage, relevant=vote == "up") if vote != "none" else None
    earlier = votes.pop(key, None)
    if added:
        votes[key] = (added.id, added.relevant)
    if earlier:
        index.judgements.remove(earlier[0])


_SAID: Mapping[str, Text] = {"up": words.KEPT_UP, "down": words.KEPT_DOWN, "none": words.TAKEN_BACK}


def _voted(said: str, votes: Votes, kind: str) -> Markup:
    """Return what became of a vote, for the visitor and for the script that shows which thumbs are pressed."""
    pressed = {key: "up" if relevant else "down" for (_, key), (_, relevant) in votes.items()}
    return Markup(_HTML["vi"].voted(said, json.dumps(pressed), kind))


def _key(question: str, passage: Passage) -> str:
    """Return a name for a question and a passage that says nothing of either."""
    return hashlib.sha256(f"{question}\0{passage.index}\0{passage.id}\0{passage.text}".encode()).hexdigest()[:16]
