"""The evaluation tab: the judgements that visitors made of hits, to look through, take back and hand over as qrels.

Wires the judgements of an index to what `judging_markup` makes of them; how they are made is in `thumbs`.
"""

from __future__ import annotations

import sys

import gradio as gr

from qa import QAError
from qa.page.components import asking_user, html, on
from qa.page.corpus.markup import notice, problem
from qa.page.corpus.words import NOT_ALLOWED
from qa.page.index_choice import IndexChoice
from qa.page.judging import markup, words
from qa.page.pager import PAGE, READ_OUT, SEEN, TURN, turned
from qa.page.parts.language import Language
from qa.page.parts.library import Library

CLICKS = """element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-remove], [data-export]");
  if (!chosen) return;
  const {remove, of, export: which} = chosen.dataset;
  if (remove) trigger("remove", {id: Number(remove), question: Number(of)});
  if (which) trigger("export", {which});
});"""

# Makes a file of what the server handed over, in the browser, so that none is left on the server.
DOWNLOAD = """() => { requestAnimationFrame(() => requestAnimationFrame(() => {
  const given = document.querySelector("[data-file]");
  if (!given) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([given.dataset.content], {type: "text/tab-separated-values"}));
  link.download = given.dataset.file;
  link.click();
  URL.revokeObjectURL(link.href);
  given.remove();
})); }"""


MOST_ID = 2**63
"""No judgement has an id like this; SQLite cannot even look for it."""


class Evaluation:
    """What each event of the tab shows; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def look(self, name: str, page: int) -> tuple[str, int]:
        """The judged questions as they are now."""
        return self._listed(name, page)

    def turn(self, name: str, event: gr.EventData) -> tuple[str, int]:
        """The page that the event names."""
        return self._listed(name, getattr(event, "page", 0))

    def remove(self, name: str, page: int, event: gr.EventData, request: gr.Request) -> tuple[str, str, int]:
        """Takes the event's vote back, and keeps its question's votes in view."""
        if not asking_user(request).may("administer"):
            return problem(NOT_ALLOWED[self._language]), *self._listed(name, page, getattr(event, "question", None))
        identity = getattr(event, "id", None)
        try:
            judgements = self._library.searcher(name).index.judgements
            removed = isinstance(identity, int) and 0 < identity < MOST_ID and judgements.remove(identity)
            told = notice((words.REMOVED if removed else words.GONE)[self._language])
        except QAError as error:
            told = self._problem(error)
        return told, *self._listed(name, page, getattr(event, "question", None))

    def export(self, name: str, event: gr.EventData) -> tuple[str, str]:
        """What went wrong, else nothing, and the file that the event asks for."""
        try:
            export = self._library.searcher(name).index.judgements.export()
            return "", markup.download(export, str(getattr(event, "which", "")))
        except QAError as error:
            return self._problem(error), ""

    def _listed(self, name: str, page: object, opened: object = None) -> tuple[str, int]:
        try:
            judgements = self._library.searcher(name).index.judgements
            _, total = judgements.questions(limit=0)
            number = turned(page, total)
            questions, total = judgements.questions(offset=number * PAGE, limit=PAGE)
            votes = [(one, judgements.of_question(one.id, limit=markup.VOTES_SHOWN)) for one in questions]
            shown = markup.Shown(number, len(judgements), total, opened)
            return markup.judged(votes, shown, self._language), number
        except QAError as error:
            return self._problem(error), 0

    def _problem(self, error: QAError) -> str:
        print(f"qa: {error}", file=sys.stderr)
        return problem(words.error_words(error, self._language))


def add_judging_tab(_page: gr.Blocks, library: Library, language: Language) -> None:
    """Lays the parts out and wires their events."""
    evaluation = Evaluation(library, language)
    with gr.Column(elem_classes="judging"):
        index = IndexChoice(library, language)
        introduction = html(markup.introduction(language), CLICKS + SEEN)
        told = html("", READ_OUT)
        listed = html("", CLICKS + TURN)
        file = html("")
    name, number = index.name, gr.State(0)

    on(introduction.export, evaluation.export, [name], [told, file]).then(fn=None, js=DOWNLOAD)
    on(listed.remove, evaluation.remove, [name, number], [told, listed, number])
    on(listed.turn, evaluation.turn, [name], [listed, number])
    on(introduction.seen, evaluation.look, [name, number], [listed, number])
    index.then(evaluation.look, [number], [listed, number])
