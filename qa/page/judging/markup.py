"""From judgements to the HTML of the evaluation tab. Texts of documents and visitors are escaped here."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

from qa import JudgedQuestion, Judgement, JudgementExport
from qa.page.ask.markup import escaped
from qa.page.judging import words
from qa.page.judging.thumbs import ICON
from qa.page.pager import PAGE, pager
from qa.page.parts.language import Language
from qa.page.words import day, number

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
    """What the script makes a file of, as it is."""
    content, name = (export.qrels, "judgements.qrels") if which == "qrels" else (export.questions, "judgements.tsv")
    return f'<div hidden data-file="{name}" data-content="{html.escape(content)}"></div>'


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
