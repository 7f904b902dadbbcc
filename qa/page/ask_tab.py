"""The tab that asks: a question box, the answer, the passages found, and the article that one of them is from.

Wires the values of `qa` to what `markup` makes of them; knows nothing of searching or of HTML.
"""

from __future__ import annotations

import sys
from typing import Any

import gradio as gr

from qa import Answer, Hit, QAError, ask
from qa.page import markup, script, words
from qa.page.components import html, on
from qa.page.language import Language
from qa.page.library import Library

SHOWN = 6
"""Hits shown for a question."""
DOCUMENTS_READ = 200
"""An index with more documents offers no example questions, since choosing them would read every text."""

Shown = tuple[Answer | None, str, str, str]


class Views:
    """What each event shows, in one language; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._searcher = library.searcher()
        self._language = language

    def ask(self, question: str) -> Shown:
        """The answer to keep for the visitor, the reply, the cards, and the article that the reply is from."""
        trouble = words.question_problem(question)
        if trouble:
            return None, markup.problem(trouble), "", ""
        try:
            answer = ask(question, self._searcher, k=SHOWN)
            reply = markup.searched_for(answer.searched) + markup.reply(answer)
            return answer, reply, *self._opened(answer, _first(answer))
        except QAError as error:
            return None, _problem(error), "", ""

    def choose(self, answer: Answer | None, event: gr.EventData) -> tuple[str, str]:
        """The cards and the article once the visitor has chosen a hit by its rank; an unknown rank changes nothing."""
        rank = getattr(event, "rank", None)
        hit = next((hit for hit in answer.evidence if hit.rank == rank), None) if answer else None
        if answer is None or hit is None:
            return gr.skip(), gr.skip()
        try:
            return self._opened(answer, hit)
        except QAError as error:
            return gr.skip(), _problem(error)

    def payload(self, question: str) -> dict[str, Any]:
        """Trả lời một câu hỏi từ kho tài liệu, kèm nguồn; `answer` là null khi không thấy câu trả lời."""
        try:
            # A program may send anything for a string.
            return ask(str(question or ""), self._searcher, k=SHOWN).to_json()
        except QAError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def examples(self) -> str:
        """Questions to try."""
        documents, _ = self._searcher.index.counts()
        read = self._searcher.index.documents() if documents <= DOCUMENTS_READ else []
        return markup.examples(words.example_questions(read))

    def footer(self) -> str:
        """The size of the index as it is now: it may have grown since the page was started."""
        try:
            return markup.footer(*self._searcher.index.counts())
        except QAError as error:
            return _problem(error)

    def _opened(self, answer: Answer, hit: Hit | None) -> tuple[str, str]:
        matches = [self._searcher.matches(answer.question, one.passage.text) for one in answer.evidence]
        cards = markup.results(answer, matches, hit.rank if hit else None)
        if hit is None:
            return cards, ""
        document = self._searcher.index.document(hit.passage.document_id)
        return cards, markup.article(document, hit.passage, _answered_in(answer, hit))


def add_ask_tab(page: gr.Blocks, library: Library, language: Language) -> None:
    """Lays the parts out and wires their events."""
    views = Views(library, language)
    kept = gr.State(None)
    question, send = _question_row()
    examples = html(views.examples(), script.PICK)
    reply = html("", script.CHOOSE + script.READ_OUT)
    with gr.Row(elem_id="found"):
        cards = html("", script.CHOOSE)
        article = html("")
    footer = html("", elem_id="footer")

    shown = [kept, reply, cards, article]
    picked = on(examples.pick, _picked, None, [question])
    for asked in (question.submit, send.click, picked.then):
        on(asked, views.ask, [question], shown).then(fn=None, js=script.SHOW_MARK)
    for choice in (cards.choose, reply.choose):
        on(choice, views.choose, [kept], [cards, article]).then(fn=None, js=script.GO_TO_MARK)
    on(page.load, views.footer, None, [footer])


def _question_row() -> tuple[gr.Textbox, gr.Button]:
    with gr.Row(elem_id="ask"):
        question = gr.Textbox(
            label="Câu hỏi",
            placeholder="Gõ câu hỏi của bạn…",
            show_label=False,
            container=False,
            autofocus=True,
            lines=1,
            max_lines=4,
        )
        return question, gr.Button("Hỏi", variant="primary", scale=0)


def _picked(event: gr.EventData) -> str:
    return str(event.question)


def _first(answer: Answer) -> Hit | None:
    """The hit that the answer is from, else the best one, else none."""
    return answer.source or next(iter(answer.evidence), None)


def _answered_in(answer: Answer, hit: Hit) -> markup.Span | None:
    """The answer's span, if the answer is from this hit."""
    if answer.source != hit or answer.start is None or answer.end is None:
        return None
    return answer.start, answer.end


def _problem(error: QAError) -> str:
    """Good words for the visitor; the whole error for whoever runs the page."""
    print(f"qa: {error}", file=sys.stderr)
    return markup.problem(words.error_words(error))
