"""Judge hits: thumbs beside each passage, and a tab to look through votes, take them back and export them.

The tab that asks puts `thumbs` into each card, `JUDGE` behind the script of the part that holds the cards, and calls
`add_thumbs`. A visitor's own votes are known to that visitor's page only, so that a second press takes one back.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gradio as gr
from markupsafe import Markup

from qa import Answer, Hit, Index, Passage, QAError
from qa.judgements import JudgedQuestion, Judgement, JudgementExport
from qa.page.judging import words
from qa.page.parts import words as parts_words
from qa.page.parts.components import (
    PAGE,
    READ_OUT,
    SEEN,
    TURN,
    IndexChoice,
    Macros,
    asking_user,
    calling,
    html,
    notice,
    on,
    reported,
    sent,
    sent_text,
    trouble,
    turned,
)
from qa.page.parts.library import Library
from qa.page.parts.words import Language, Text

_HTML = Macros("judging/judgements.html", words)
Votes = dict[tuple[str, str], tuple[int, bool]]
"""A visitor's votes: the judgement's id and whether it says relevant, by index and key of question and passage."""


JUDGE = calling("qaJudgements.judge", "judge")


def thumbs(question: str, hit: Hit, language: Language) -> Markup:
    """Return the two buttons for one hit of a question."""
    return Markup(_HTML[language].thumbs(hit.rank, _key(question, hit.passage)))


def add_thumbs(cards: gr.HTML, answer: gr.State, library: Library, language: Language) -> None:
    """Store what is pressed in `cards` about the visitor's last answer, and confirm it at the foot of the window."""
    votes = gr.State({})
    notices = html("", READ_OUT, elem_id="voted")
    kept = cards.judge(
        Judging(library, language).judge,
        [answer, votes],
        [notices],
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",  # a second vote while the first is being kept is another vote
        concurrency_limit=None,
    )
    kept.then(fn=None, js="qaJudgements.judged")


class Judging:
    """Stores votes; keeps nothing about a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def judge(self, answer: Answer | None, votes: Votes, event: gr.EventData) -> str:
        """Keep, change or take back the visitor's vote on the event's hit; an unknown rank changes nothing."""
        rank, vote = sent(event, "rank"), sent(event, "vote")
        hit = next((one for one in answer.evidence if one.rank == rank), None) if answer else None
        if answer is None or hit is None or vote not in _MESSAGES:
            return gr.skip()  # type: ignore[no-any-return]
        try:
            index = self._library.searcher(hit.passage.index).index
            _keep(index, answer.question, hit.passage, str(vote), votes)
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            return _voted(words.error_words(error, self._language), votes, "notice trouble")
        return _voted(_MESSAGES[str(vote)][self._language].format(rank=hit.rank), votes, "notice")


def _keep(index: Index, question: str, passage: Passage, vote: str, votes: Votes) -> None:
    """In the index, and in the visitor's own votes; an earlier vote is taken back once the new one is kept."""
    key = (index.location, _key(question, passage))
    added = index.judgements.add(question, passage, relevant=vote == "up") if vote != "none" else None
    earlier = votes.pop(key, None)
    if added:
        votes[key] = (added.id, added.relevant)
    if earlier:
        index.judgements.remove(earlier[0])


_MESSAGES: Mapping[str, Text] = {"up": words.KEPT_UP, "down": words.KEPT_DOWN, "none": words.TAKEN_BACK}


def _voted(message: str, votes: Votes, kind: str) -> Markup:
    """Return the outcome of a vote, for the visitor and for the script that shows which thumbs are pressed."""
    pressed = {key: "up" if relevant else "down" for (_, key), (_, relevant) in votes.items()}
    return Markup(_HTML["vi"].voted(message, json.dumps(pressed), kind))


def _key(question: str, passage: Passage) -> str:
    """Return a key for a question and a passage that reveals neither."""
    return hashlib.sha256(f"{question}\0{passage.index}\0{passage.id}\0{passage.text}".encode()).hexdigest()[:16]


# The tab

MOST_ID = 2**63
"""No judgement has an id like this; SQLite cannot even look for it."""


class Evaluation:
    """The handlers of the tab's events; keeps nothing about a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def look(self, name: str, page: int) -> tuple[str, int]:
        """Return the judged questions as they are now."""
        return self._listed(name, page)

    def turn(self, name: str, event: gr.EventData) -> tuple[str, int]:
        """Return the page that the event names."""
        return self._listed(name, sent(event, "page"))

    def remove(self, name: str, page: int, event: gr.EventData, request: gr.Request) -> tuple[str, str, int]:
        """Take the event's vote back, and keep its question's votes in view."""
        if not asking_user(request).may("administer"):
            refusal = trouble(parts_words.NOT_ALLOWED[self._language])
            return refusal, *self._listed(name, page, sent(event, "question"))
        identity = sent(event, "id")
        try:
            judgements = self._library.searcher(name).index.judgements
            removed = isinstance(identity, int) and 0 < identity < MOST_ID and judgements.remove(identity)
            message = notice((words.REMOVED if removed else words.GONE)[self._language])
        except QAError as error:
            message = self._problem(error)
        return message, *self._listed(name, page, sent(event, "question"))

    def export(self, name: str, event: gr.EventData) -> tuple[str, str]:
        """Return what went wrong, else nothing, and the file that the event asks for."""
        try:
            export = self._library.searcher(name).index.judgements.export()
            return "", download(export, sent_text(event, "which"))
        except QAError as error:
            return self._problem(error), ""

    def _listed(self, name: str, page: object, opened: object = None) -> tuple[str, int]:
        try:
            judgements = self._library.searcher(name).index.judgements
            _, total = judgements.questions(limit=0)
            number = turned(page, total)
            questions, total = judgements.questions(offset=number * PAGE, limit=PAGE)
            votes = [(one, judgements.of_question(one.id, limit=VOTES_SHOWN)) for one in questions]
            shown = Shown(number, len(judgements), total, opened)
            return judged(votes, shown, self._language), number
        except QAError as error:
            return self._problem(error), 0

    def _problem(self, error: QAError) -> Markup:
        return reported(error, words.error_words(error, self._language))


def add_judging_tab(_page: gr.Blocks, library: Library, language: Language) -> None:
    """Lay the parts out and wire their events."""
    evaluation = Evaluation(library, language)
    with gr.Column(elem_classes="judging"):
        index = IndexChoice(library, language)
        clicks = calling("qaJudgements.clicks", "remove", "export")
        how = html(introduction(language), clicks + SEEN)
        notices = html("", READ_OUT)
        listed = html("", clicks + TURN)
        file = html("")
    name, number = index.name, gr.State(0)

    on(how.export, evaluation.export, [name], [notices, file]).then(fn=None, js="qaJudgements.download")
    on(listed.remove, evaluation.remove, [name, number], [notices, listed, number])
    on(listed.turn, evaluation.turn, [name], [listed, number])
    on(how.seen, evaluation.look, [name, number], [listed, number])
    index.then(evaluation.look, [number], [listed, number])


VOTES_SHOWN = 20
"""Newest votes shown of a question; chosen by hand."""


@dataclass(frozen=True)
class Shown:
    """The page of the questions, from 0, how many votes and questions there are, and whose votes are in view.

    `opened` is the id of that question.
    """

    page: int
    votes: int
    questions: int
    opened: object = None


Judged = tuple[JudgedQuestion, Sequence[Judgement]]


def introduction(language: Language) -> Markup:
    """Return how to judge, how votes become qrels, and the ways to download them."""
    return Markup(_HTML[language].introduction())


def judged(page_of: Sequence[Judged], shown: Shown, language: Language) -> Markup:
    """Return one page of the judged questions with their votes."""
    return Markup(_HTML[language].judged(page_of, shown, -(-shown.questions // PAGE)))


def download(export: JudgementExport, which: str) -> Markup:
    """Return the text that the script turns into a file."""
    content, name = (export.qrels, "judgements.qrels") if which == "qrels" else (export.questions, "judgements.tsv")
    return Markup(_HTML["vi"].download(name, content))
