"""The evaluation tab: the judgements that visitors made of hits, to look through, take back and hand over as qrels.

How judgements are made is in `qa.page.ask.thumbs`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from qa import QAError
from qa.index import JudgedQuestion, Judgement, JudgementExport
from qa.page.corpus.words import NOT_ALLOWED
from qa.page.judging import words
from qa.page.parts.components import IndexChoice, asking_user, html, on
from qa.page.parts.language import Language
from qa.page.parts.library import Library
from qa.page.parts.markup import ICON, PAGE, copied, escaped, notice, pager, trouble, turned
from qa.page.parts.script import READ_OUT, SEEN, TURN, calling
from qa.page.parts.words import day, number

MOST_ID = 2**63
"""No judgement has an id like this; SQLite cannot even look for it."""


class Evaluation:
    """What each event of the tab shows; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def look(self, name: str, page: int) -> tuple[str, int]:
        """Return the judged questions as they are now."""
        return self._listed(name, page)

    def turn(self, name: str, event: gr.EventData) -> tuple[str, int]:
        """Return the page that the event names."""
        return self._listed(name, getattr(event, "page", 0))

    def remove(self, name: str, page: int, event: gr.EventData, request: gr.Request) -> tuple[str, str, int]:
        """Take the event's vote back, and keep its question's votes in view."""
        if not asking_user(request).may("administer"):
            return trouble(NOT_ALLOWED[self._language]), *self._listed(name, page, getattr(event, "question", None))
        identity = getattr(event, "id", None)
        try:
            judgements = self._library.searcher(name).index.judgements
            removed = isinstance(identity, int) and 0 < identity < MOST_ID and judgements.remove(identity)
            told = notice((words.REMOVED if removed else words.GONE)[self._language])
        except QAError as error:
            told = self._problem(error)
        return told, *self._listed(name, page, getattr(event, "question", None))

    def export(self, name: str, event: gr.EventData) -> tuple[str, str]:
        """Return what went wrong, else nothing, and the file that the event asks for."""
        try:
            export = self._library.searcher(name).index.judgements.export()
            return "", download(export, str(getattr(event, "which", "")))
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

    def _problem(self, error: QAError) -> str:
        print(f"qa: {error}", file=sys.stderr)
        return trouble(words.error_words(error, self._language))


def add_judging_tab(_page: gr.Blocks, library: Library, language: Language) -> None:
    """Lays the parts out and wires their events."""
    evaluation = Evaluation(library, language)
    with gr.Column(elem_classes="judging"):
        index = IndexChoice(library, language)
        clicks = calling("qaJudgements.clicks", "remove", "export")
        how = html(introduction(language), clicks + SEEN)
        told = html("", READ_OUT)
        listed = html("", clicks + TURN)
        file = html("")
    name, number = index.name, gr.State(0)

    on(how.export, evaluation.export, [name], [told, file]).then(fn=None, js="qaJudgements.download")
    on(listed.remove, evaluation.remove, [name, number], [told, listed, number])
    on(listed.turn, evaluation.turn, [name], [listed, number])
    on(how.seen, evaluation.look, [name, number], [listed, number])
    index.then(evaluation.look, [number], [listed, number])


VOTES_SHOWN = 20
"""Newest votes shown of a question."""
_EXCERPT = 240  # characters


@dataclass(frozen=True)
class Shown:
    """Which page of the questions is shown, from 0, how many votes and questions there are in all, and the id of the
    question whose votes are in view.
    """

    page: int
    votes: int
    questions: int
    opened: object = None


Judged = tuple[JudgedQuestion, Sequence[Judgement]]


def introduction(language: Language) -> str:
    """How to judge, how votes become qrels, and the ways to download them."""
    command = "qa eval measure judgements.qrels --queries judgements.tsv --index DIR"
    return (
        f'<section class="how"><p>{words.HOW[language]}</p><p class="rule">{words.RULE[language]}</p>'
        f'<p class="export"><button type="button" data-export="qrels">{words.QRELS[language]}</button>'
        f'<button type="button" data-export="questions">{words.QUESTIONS[language]}</button></p>'
        f'<p class="rule">{words.MEASURE[language]} <code>{command}</code></p></section>'
    )


def judged(page_of: Sequence[Judged], shown: Shown, language: Language) -> str:
    """One page of the judged questions with their votes."""
    if not shown.questions:
        return f'<p class="none">{words.NONE_YET[language]}</p>'
    count = words.TOTAL[language].format(
        votes=number(shown.votes, language), questions=number(shown.questions, language)
    )
    items = "".join(_question(question, each, shown.opened, language) for question, each in page_of)
    return (
        f'<section class="judged"><p class="total">{count}</p><ul class="asked">{items}</ul>'
        f"{pager(shown.page, -(-shown.questions // PAGE), language)}</section>"
    )


def download(export: JudgementExport, which: str) -> str:
    """Return what the script makes a file of, as it is."""
    content, name = (export.qrels, "judgements.qrels") if which == "qrels" else (export.questions, "judgements.tsv")
    return f'<div hidden data-file="{name}" data-content="{copied(content)}"></div>'


def _question(question: JudgedQuestion, votes: Sequence[Judgement], opened: object, language: Language) -> str:
    in_view = " open" if question.id == opened else ""
    more = question.relevant + question.not_relevant - len(votes)
    older = f'<p class="older">{words.OLDER[language].format(n=number(more, language))}</p>' if more > 0 else ""
    return (
        f'<li><div class="question"><h3>{escaped(question.text)}</h3><p class="tally">'
        f"{_tally('up', words.UP[language], question.relevant, language)}"
        f"{_tally('down', words.DOWN[language], question.not_relevant, language)}</p></div>"
        f"<details{in_view}><summary>{words.VOTES[language]}</summary>"
        f'<ul class="votes">{"".join(_vote(one, question.id, language) for one in votes)}</ul>{older}</details></li>'
    )


def _tally(vote: str, label: str, count: int, language: Language) -> str:
    said = f'{ICON}<span class="said">{label}: </span>'
    return f'<span class="{vote}" title="{label}">{said}{number(count, language)}</span>'


def _vote(vote: Judgement, question_id: int, language: Language) -> str:
    kind, label = ("up", words.UP) if vote.relevant else ("down", words.DOWN)
    excerpt = vote.passage if len(vote.passage) <= _EXCERPT else f"{vote.passage[:_EXCERPT].rstrip()}…"
    return (
        f'<li><span class="{kind}" title="{label[language]}">{ICON}<span class="said">{label[language]}</span></span>'
        f'<div><p class="text">{escaped(excerpt)}</p>'
        f'<p class="where"><bdi class="file">{escaped(vote.document_id)}</bdi>'
        f" · {day(vote.judged.date(), language)}</p></div>"
        f'<details class="remove"><summary>{words.REMOVE[language]}</summary><p><span>{words.SURE[language]}</span>'
        f'<button type="button" data-remove="{vote.id}" data-of="{question_id}">{words.REMOVE_NOW[language]}</button>'
        "</p></details></li>"
    )
