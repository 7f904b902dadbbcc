"""The tab that asks: a question box, the reply, the passages found, and the article that one of them is from.

Wires the values of `qa` to what `markup` makes of them; knows nothing of searching or of HTML. What a visitor asks
comes with each event; between events the server keeps only that visitor's last answer.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import gradio as gr

from qa import Answer, Document, QAError, Searcher, ask
from qa.page import script, words
from qa.page.ask import markup
from qa.page.ask.asked import Asked, Replied
from qa.page.ask.choices import Choice, choices, first
from qa.page.ask.examples import example_questions
from qa.page.ask.writing import Writing, add_writing
from qa.page.components import html, on
from qa.page.judging.thumbs import JUDGE, add_thumbs
from qa.page.language import Language
from qa.page.library import Library

SHOWN = 6
"""Hits shown for a question."""
SOURCES = 200
"""Sources that the filter offers to choose from; any other can be typed."""


Shown = tuple[Replied | None, str, str, str]
NOTHING: Shown = (None, "", "", "")


class Views:
    """What each event shows, in one language; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language
        self._offered: dict[str, tuple[int, list[str]]] = {}

    def ask(self, event: gr.EventData) -> Shown:
        """What to keep for the visitor, the reply, the cards, and the article of the passage that is to be open."""
        asked = Asked.of(event)
        if not asked.question and not getattr(event, "typed", False):
            return NOTHING  # back at the page as it was before the first question
        trouble = asked.problem(self._language)
        if trouble:
            return None, markup.problem(trouble), "", ""
        try:
            return self._asked(asked)
        except QAError as error:
            return None, self._problem(error), "", ""

    def choose(self, replied: Replied | None, event: gr.EventData) -> Any:
        """The article of the passage that the visitor has chosen by its key; an unknown key changes nothing."""
        choice = choices(replied.answer).get(str(getattr(event, "rank", ""))) if replied else None
        if replied is None or choice is None:
            return gr.skip()
        try:
            return self._article(self._library.searcher(replied.index), choice)
        except QAError as error:
            return self._problem(error)

    def start(self, event: gr.EventData) -> tuple[str, str, str]:
        """Example questions, the sources to filter by, and the size of the index as it is now."""
        try:
            searcher = self._library.searcher(Asked.of(event).index)
            summaries, _ = searcher.index.find_documents(limit=SOURCES)
            return (
                markup.examples(self._examples(searcher), self._language),
                markup.sources((one.source, one.title) for one in summaries),
                markup.footer(*searcher.index.counts(), self._language, self._library.sends_to),
            )
        except QAError as error:
            return "", "", self._problem(error)

    def _examples(self, searcher: Searcher) -> list[str]:
        """Made once for each generation of an index, since they are asked to see whether they are answered."""
        index = searcher.index
        generation, offered = self._offered.get(str(index.folder), (None, []))
        if generation != index.generation:
            generation = index.generation
            offered = example_questions(searcher, self._language)
            self._offered[str(index.folder)] = (generation, offered)
        return offered

    def _asked(self, asked: Asked) -> Shown:
        searcher = self._library.searcher(asked.index)
        filters, reader = asked.filters(), self._library.reader
        answer = ask(asked.question, searcher, k=SHOWN, filters=filters, literal=asked.literal, reader=reader)
        opened = choices(answer)
        key = asked.rank if asked.rank in opened else first(answer)
        documents = _documents(answer, searcher)
        restored = searcher.restored(asked.question) if asked.literal else answer.searched
        reply = markup.searched_for(asked, restored, self._language) + self._reply(answer, documents)
        current = opened[key].card if key else ""
        cards = markup.results(answer, _found(answer, searcher, documents), current, self._language)
        article = self._article(searcher, opened[key]) if key else ""
        return Replied(answer, asked.index), reply, cards, article

    def _reply(self, answer: Answer, documents: Mapping[str, Document]) -> str:
        source = documents.get(answer.source.passage.document_id) if answer.source else None
        return markup.reply(answer, source.language if source else None, self._language)

    def _article(self, searcher: Searcher, choice: Choice) -> str:
        return markup.article(searcher.index.document(choice.passage.document_id), choice, self._language)

    def _problem(self, error: QAError) -> str:
        """Good words for the visitor; the whole error for whoever runs the page."""
        print(f"qa: {error}", file=sys.stderr)
        return markup.problem(words.error_words(error)[self._language])


def add_ask_tab(page: gr.Blocks, library: Library, language: Language) -> None:  # noqa: ARG001 - what all tabs take
    """Lays the parts out and wires their events."""
    views = Views(library, language)
    replied = gr.State(None)
    asking = html(markup.form(library.names, language), script.ASKING)
    examples = html("")
    reply = html("", script.CHOOSING + script.READ_OUT)
    written = html("", script.CHOOSING)
    with gr.Row(elem_id="found"):
        cards = html("", script.CHOOSING + JUDGE)
        article = html("")
    sources = html("")
    footer = html("", elem_id="footer")

    on(asking.start, views.start, None, [examples, sources, footer])
    answered = on(asking.ask, views.ask, None, [replied, reply, cards, article])
    answered.then(fn=None, js=script.SHOWN)
    if library.writer:
        add_writing(written, replied, (asking.ask, answered.then), Writing(library.writer, language))
    for choice in (cards.choose, reply.choose, written.choose):
        on(choice, views.choose, [replied], [article]).then(fn=None, js=script.OPENED)
    add_thumbs(cards, replied, library, language)


def _documents(answer: Answer, searcher: Searcher) -> dict[str, Document]:
    """The documents of the evidence, by id."""
    return {one: searcher.index.document(one) for one in {hit.passage.document_id for hit in answer.evidence}}


def _found(answer: Answer, searcher: Searcher, documents: Mapping[str, Document]) -> list[markup.Found]:
    """Each hit with why it matched."""
    question = answer.searched or answer.question
    texts = [f"{hit.passage.title}.\n{hit.passage.text}" for hit in answer.evidence]
    return [
        markup.Found(
            hit,
            searcher.matches(question, hit.passage.title),
            searcher.matches(question, hit.passage.text),
            cosine,
            documents[hit.passage.document_id].language,
        )
        for hit, cosine in zip(answer.evidence, searcher.cosines(question, texts), strict=True)
    ]
