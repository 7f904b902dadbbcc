"""The documents tab: add files, look through what the index holds, delete, and see the state of the index.

Wires the index to what `markup` makes of it. What changes an index waits in a line of its own, so that it never
keeps a question waiting.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr
from markupsafe import Markup

from qa import Index, QAError
from qa.page.corpus import markup, words
from qa.page.corpus.markup import opened, parts
from qa.page.corpus.uploads import MAX_FILES, Step, arrivals, discard, follow
from qa.page.parts import words as parts_words
from qa.page.parts.components import READ_OUT, SEEN, TURN, IndexChoice, asking_user, calling, html, on
from qa.page.parts.language import Language
from qa.page.parts.library import Library
from qa.page.parts.markup import PAGE, notice, trouble, turned
from qa.page.parts.users import Role

MAX_WANTED = 200
"""Characters of what is searched for in the list; chosen by hand."""

Shown = tuple[str, str, str, int]
"""A notice, the state of the index, a page of its documents, and that page's number."""


class Corpus:
    """What each event of the tab shows; holds nothing of a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def add(self, name: str, wanted: str, page: int, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        """Add the files that arrived: the progress as it goes, at last the outcome beside the renewed list."""
        given, received = getattr(event, "files", None), self._library.received
        files = arrivals(given, received)
        # A document that is replaced is deleted.
        replacing = getattr(event, "replacing", None) is True
        refused = self._forbidden(request, "administer" if replacing else "add") or self._refused(len(files))
        if refused:
            discard(given, received)
            yield trouble(refused), *_unchanged()
            return
        try:
            finished = partial(discard, given, received)
            for one in follow(files, self._index(name), finished, replacing=replacing):
                if isinstance(one, Step):
                    yield markup.progress(one, self._language), *_unchanged()
                else:
                    yield markup.outcome(one, self._language), *self._renewed(name, wanted, page)
        except QAError as error:
            yield self._problem(error), *_unchanged()

    def delete(self, name: str, wanted: str, page: int, event: gr.EventData, request: gr.Request) -> Shown:
        """Delete the document of the event's id."""
        identity = str(getattr(event, "id", ""))
        forbidden = self._forbidden(request, "administer")
        if forbidden:
            return trouble(forbidden), *_unchanged()
        try:
            self._index(name).delete([identity])
            said = notice(words.DELETED[self._language], identity)
        except QAError as error:
            said = self._problem(error)
        return said, *self._renewed(name, wanted, page)

    def look(self, name: str, wanted: str, page: int) -> tuple[str, str, int]:
        """Return the state of the index and the page of documents, as they are now."""
        return self._renewed(name, wanted, page)

    def find(self, name: str, event: gr.EventData) -> tuple[str, str, int]:
        """Return the words that the event wants, kept for the visitor, and the first page of the documents with
        them.
        """
        wanted = str(getattr(event, "wanted", None) or "")[:MAX_WANTED]
        _, documents, page = self._renewed(name, wanted, 0)
        return wanted, documents, page

    def turn(self, name: str, wanted: str, event: gr.EventData) -> tuple[str, int]:
        """Return the page that the event names."""
        _, documents, page = self._renewed(name, wanted, getattr(event, "page", 0))
        return documents, page

    def open(self, name: str, event: gr.EventData) -> tuple[str, str]:
        """Return the document of the event's id from its beginning, and the id for turning its pages."""
        identity = str(getattr(event, "id", ""))
        return self._opened(name, identity, 0), identity

    def turn_document(self, name: str, identity: str, event: gr.EventData) -> str:
        """Return the part of the opened document that the event names."""
        return self._opened(name, identity, getattr(event, "page", 0))

    def _opened(self, name: str, identity: str, wanted: object) -> str:
        try:
            document = self._index(name).document(identity)
        except QAError as error:
            return self._problem(error)
        part = turned(wanted, len(parts(document.text)), each=1)
        return opened(document, part, self._language)

    def _renewed(self, name: str, wanted: str, page: object) -> tuple[str, str, int]:
        try:
            index = self._index(name)
            _, total = index.find_documents(wanted, limit=0)
            number = turned(page, total)
            found, total = index.find_documents(wanted, offset=number * PAGE, limit=PAGE)
            listed = markup.documents(found, total, number, wanted, self._language)
            return markup.state(index, self._language), listed, number
        except QAError as error:
            return "", self._problem(error), 0

    def _index(self, name: str) -> Index:
        return self._library.searcher(name).index

    def _refused(self, count: int) -> str:
        if not count:
            return words.NOTHING_CAME[self._language]
        return words.TOO_MANY[self._language].format(files=MAX_FILES, given=count) if count > MAX_FILES else ""

    def _forbidden(self, request: gr.Request, role: Role) -> str:
        return "" if asking_user(request).may(role) else parts_words.NOT_ALLOWED[self._language]

    def _problem(self, error: QAError) -> Markup:
        print(f"qa: {error}", file=sys.stderr)
        return trouble(words.error_words(error, self._language))


def add_corpus_tab(_page: gr.Blocks, library: Library, language: Language) -> None:
    """Lay the parts out and wire their events."""
    corpus = Corpus(library, language)
    with gr.Column(elem_classes="corpus"):
        index = IndexChoice(library, language)
        state = html("")
        zone = html(markup.drop_zone(language), calling("qaDocuments.send", "arrive") + SEEN)
        notices = html("", "qaDocuments.started(element);" + READ_OUT)
        search = html(markup.search(language), calling("qaDocuments.find", "find"))
        listed = html("", calling("qaDocuments.remove", "delete") + calling("qaDocuments.open", "open") + TURN)
        shown = html("", calling("qaDocuments.close", "close") + TURN)
    wanted, number, identity = gr.State(""), gr.State(0), gr.State("")

    everything = [notices, state, listed, number]
    where = [index.name, wanted]
    _write(zone.arrive, corpus.add, [*where, number], everything).then(fn=None, js="qaDocuments.ready")
    _write(listed.delete, corpus.delete, [*where, number], everything)
    on(listed.turn, corpus.turn, where, [listed, number])
    on(search.find, corpus.find, [index.name], [wanted, listed, number])
    on(zone.seen, corpus.look, [*where, number], [state, listed, number])
    index.then(corpus.look, [wanted, number], [state, listed, number])

    on(listed.open, corpus.open, [index.name], [shown, identity]).then(fn=None, js="qaDocuments.opened")
    on(shown.turn, corpus.turn_document, [index.name, identity], [shown])
    on(shown.close, _nothing, None, [shown])
    on(listed.delete, _nothing, None, [shown])
    index.then(lambda _: "", [], [shown])


def _write(event: Any, view: Any, inputs: list[Any], outputs: list[Any]) -> Any:
    """Let writes run one at a time and apart from questions, since an index takes one writer."""
    return event(
        view,
        inputs,
        outputs,
        api_visibility="private",
        show_progress="hidden",
        trigger_mode="multiple",  # none is dropped because another is at work
        concurrency_limit=1,
        concurrency_id="corpus",
    )


def _nothing() -> str:
    return ""


def _unchanged() -> tuple[Any, Any, Any]:
    return gr.skip(), gr.skip(), gr.skip()
