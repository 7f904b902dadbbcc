"""The tab that asks: a question box, the reply, the passages found, and the article that one of them is from.

Connects the values of `qa` with `replies` and `cards`; knows nothing of searching or HTML. Each event carries the
visitor's question; between events the server keeps only that visitor's last answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import gradio as gr
from markupsafe import Markup

from qa import Answer, Hit, QAError, Searcher, Writer, answer_from
from qa.generation import WrittenAnswer
from qa.page.ask import cards, replies, words
from qa.page.ask.cards import picture_of
from qa.page.ask.questions import Asked, example_questions
from qa.page.ask.replies import Choice, choices, first
from qa.page.judging.tab import JUDGE, add_thumbs
from qa.page.parts.components import READ_OUT, calling, html, on, sent, sent_text
from qa.page.parts.library import Library
from qa.page.parts.words import Language, error_words
from qa.retrieval import Evidence

SHOWN = 6
"""Hits shown for a question; chosen by hand."""
SOURCES = 200
"""Sources that the filter offers to choose from; any other can be typed; chosen by hand."""


Shown = tuple[Answer | None, str, str, str]
NOTHING: Shown = (None, "", "", "")


class Views:
    """The handlers of all events, in one language; keeps nothing about a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language
        self._offered: dict[tuple[str, ...], tuple[list[int], list[str]]] = {}

    def ask(self, event: gr.EventData) -> Iterator[Shown]:
        """Yield what to keep for the visitor, the reply, the cards, and the article of the passage to open.

        The cards come first, and again with the reply once they are read.
        """
        asked = Asked.of(event)
        trouble = asked.problem(self._language)
        if not asked.question and not sent(event, "typed"):
            yield NOTHING  # back at the page as it was before the first question
        elif trouble:
            yield None, replies.problem(trouble), "", ""
        else:
            try:
                with self._library.turns.turn() as working:
                    yield from self._asked(asked, working)
            except QAError as error:
                yield None, self._problem(error), "", ""

    def choose(self, answer: Answer | None, event: gr.EventData) -> Any:
        """Return the article of the passage that the visitor has chosen by its key; an unknown key changes nothing."""
        choice = choices(answer).get(sent_text(event, "rank")) if answer else None
        if answer is None or choice is None:
            return gr.skip()
        try:
            return self._article(choice)
        except QAError as error:
            return self._problem(error)

    def start(self, event: gr.EventData) -> Iterator[tuple[str, str, str]]:
        """Yield example questions, the sources to filter by, and the size of the indexes; the examples last."""
        try:
            searcher = self._library.searcher(Asked.of(event).indexes)
            indexes = searcher.indexes.values()
            listed = (one for index in indexes for one in index.find_documents(limit=SOURCES)[0])
            sources = replies.sources((one.source, one.title) for one in listed)
            documents, passages = (sum(counts) for counts in zip(*(one.counts() for one in indexes), strict=True))
            footer = replies.footer(documents, passages, self._language, self._library.sends_to)
            yield "", sources, footer
            yield replies.examples(self._examples(searcher), self._language), sources, footer
        except QAError as error:
            yield "", "", self._problem(error)

    def _examples(self, searcher: Searcher) -> list[str]:
        """Return the examples, made once for each generation of the indexes, since each is tried first."""
        key = tuple(searcher.indexes)
        known, offered = self._offered.get(key, (None, []))
        generations = [one.generation for one in searcher.indexes.values()]
        if known != generations:
            offered = example_questions(searcher, self._library.reader, self._language)
            self._offered[key] = (generations, offered)
        return offered

    def _asked(self, asked: Asked, working: AbstractContextManager[object]) -> Iterator[Shown]:
        """Wait in line for each part of the work, so that the cards come while others' questions are worked on."""
        with working:
            searcher = self._library.searcher(asked.indexes)
            evidence = searcher.evidence(asked.question, filters=asked.filters(), literal=asked.literal)
            restored = _restored(asked.question, searcher) if asked.literal else evidence.hits.restored
            searched = replies.searched_for(asked, restored, self._language)
            unread = _unread(evidence)
            shown = self._shown(unread, "reading", searched + replies.reading(self._language), asked)
        yield shown
        with working:
            answer = self._read(evidence)
            if answer:
                shown = self._shown(answer, words.verdict(answer), searched + self._reply(answer, searcher), asked)
            else:
                problem = replies.problem(words.NOT_READ[self._language])
                shown = self._shown(unread, "reading", searched + problem, asked)
        yield shown

    def _read(self, evidence: Evidence) -> Answer | None:
        """Return the answer, None if the reader's model cannot be used; what was found is still shown."""
        try:
            return answer_from(evidence, k=SHOWN, reader=self._library.reader)
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            return None

    def _reply(self, answer: Answer, searcher: Searcher) -> str:
        source = searcher.document(answer.source.passage) if answer.source else None
        return replies.reply(answer, source.language if source else None, self._language)

    def _shown(self, answer: Answer, heading: str, reply: str, asked: Asked) -> Shown:
        """Return the reply with the cards and the article of the passage that was asked for, else of the best one."""
        searcher = self._library.searcher(asked.indexes)
        opened = choices(answer)
        key = asked.rank if asked.rank in opened else first(answer)
        found = [_found(hit, answer, searcher) for hit in answer.evidence]
        current = opened[key].card if key else ""
        shown = cards.results(answer.question, found, words.FOUND[heading][self._language], current, self._language)
        return answer, reply, shown, self._article(opened[key]) if key else ""

    def _article(self, choice: Choice) -> str:
        index = choice.passage.index
        document = self._library.searcher(index).document(choice.passage)
        picture = picture_of(index, document, choice.citation.start, choice.citation.end)
        return cards.article(document, choice, self._language, picture)

    def _problem(self, error: QAError) -> Markup:
        """Return a plain message for the visitor, and print the whole error for whoever runs the page."""
        print(f"qa: {error}", file=sys.stderr)
        return replies.problem(error_words(error)[self._language])


WRITING_AT_ONCE = 4
"""Answers that are written at the same time; later ones wait in line, without holding up other questions.

How many was chosen by hand.
"""


class Writing:
    """What is shown while a model writes; keeps nothing about a visitor."""

    def __init__(self, writer: Writer, language: Language) -> None:
        self._writer = writer
        self._language = language

    def write(self, answer: Answer | None) -> Iterator[str]:
        """Yield nothing at first, then the answer as it grows, or that there is none."""
        yield ""
        if answer is None:
            return
        if answer.verdict != "not_found":
            yield replies.written(WrittenAnswer("", ()), self._language)
        try:
            for one in self._writer.write(answer):
                yield replies.written(one, self._language)
        except QAError as error:
            print(f"qa: {error}", file=sys.stderr)
            yield replies.problem(words.NOT_WRITTEN[self._language])


def add_writing(shown: gr.HTML, answer: gr.State, events: tuple[Any, Any], writing: Writing) -> None:
    """Let a model write into `shown`; the events are the one that asks, and what comes once its reply is there."""
    asked, answered = events
    growing = answered(
        writing.write,
        [answer],
        [shown],
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=WRITING_AT_ONCE,
        concurrency_id="write",
    )
    asked(fn=None, cancels=[growing], api_visibility="private")


def add_ask_tab(page: gr.Blocks, library: Library, language: Language) -> None:  # noqa: ARG001 - what all tabs take
    """Lay the parts out and wire their events."""
    views = Views(library, language)
    answer = gr.State(None)
    choosing = calling("qaPage.choosing", "choose")
    asking = html(replies.form(library.names, language), calling("qaPage.asking", "start", "ask"))
    examples = html("")
    reply = html("", choosing + READ_OUT)
    written = html("", choosing)
    with gr.Row(elem_id="found"):
        cards = html("", choosing + JUDGE)
        article = html("", "qaPage.reading(element);")
    sources = html("")
    footer = html("", elem_id="footer")

    on(asking.start, views.start, None, [examples, sources, footer])
    answered = on(asking.ask, views.ask, None, [answer, reply, cards, article])
    answered.then(fn=None, js="qaPage.shown")
    if library.writer:
        add_writing(written, answer, (asking.ask, answered.then), Writing(library.writer, language))
    for choice in (cards.choose, reply.choose, written.choose):
        on(choice, views.choose, [answer], [article]).then(fn=None, js="() => qaPage.toMark(true)")
    add_thumbs(cards, answer, library, language)


def _unread(evidence: Evidence) -> Answer:
    """Return an answer with only the hits, before they are read."""
    hits = tuple(evidence.hits[:SHOWN])
    return Answer(evidence.question, None, 0.0, hits, searched=evidence.hits.restored)


def _restored(question: str, searcher: Searcher) -> str | None:
    """Return a question that was searched for as typed, with its diacritics restored."""
    return searcher.search(question, k=1, mode="lexical").restored


def _found(hit: Hit, answer: Answer, searcher: Searcher) -> cards.Found:
    """Return a hit with why it matched."""
    question = answer.searched or answer.question
    passage = hit.passage
    in_title, in_text = (searcher.matches(question, text) for text in (passage.title, passage.text))
    return cards.Found(hit, in_title, in_text, searcher.document(passage).language)
