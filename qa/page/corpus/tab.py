"""The documents tab: add files, browse the documents, delete them, and see the state of the index.

Changes to an index have a queue of their own, so that they never keep a question waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from qa import Document, Index, QAError
from qa.documents import SUFFIXES
from qa.index import DocumentSummary
from qa.page.corpus import words
from qa.page.corpus.uploads import MAX_FILES, Outcome, Step, arrivals, discard, follow
from qa.page.parts import words as parts_words
from qa.page.parts.components import (
    PAGE,
    READ_OUT,
    SEEN,
    TURN,
    IndexChoice,
    Macros,
    Span,
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
from qa.page.parts.received import MAX_BYTES
from qa.page.parts.users import Role
from qa.page.parts.words import Language, number

_HTML = Macros("corpus/documents.html", words)
MAX_WANTED = 200
"""The most characters that are searched for in the list; chosen by hand."""

PART = 40_000
"""Characters that are shown at a time, about ten printed pages; chosen by hand."""

Shown = tuple[str, str, str, int]
"""A notice, the state of the index, a page of its documents, and that page's number."""


class Corpus:
    """The handlers of the tab's events; keeps nothing about a visitor."""

    def __init__(self, library: Library, language: Language) -> None:
        self._library = library
        self._language = language

    def add(self, name: str, wanted: str, page: int, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        """Add the files that arrived, yielding the progress and finally the outcome with the new list."""
        given, received = sent(event, "files"), self._library.received
        files = arrivals(given, received)
        # A document that is replaced is deleted.
        replacing = sent(event, "replacing") is True
        refused = self._forbidden(request, "administer" if replacing else "add") or self._refused(len(files))
        if refused:
            discard(given, received)
            yield trouble(refused), *_unchanged()
            return
        try:
            finished = partial(discard, given, received)
            for one in follow(files, self._index(name), finished, replacing=replacing):
                if isinstance(one, Step):
                    yield progress(one, self._language), *_unchanged()
                else:
                    yield outcome(one, self._language), *self._renewed(name, wanted, page)
        except QAError as error:
            yield self._problem(error), *_unchanged()

    def delete(self, name: str, wanted: str, page: int, event: gr.EventData, request: gr.Request) -> Shown:
        """Delete the document of the event's id."""
        identity = sent_text(event, "id")
        forbidden = self._forbidden(request, "administer")
        if forbidden:
            return trouble(forbidden), *_unchanged()
        try:
            self._index(name).delete([identity])
            message = notice(words.DELETED[self._language], identity)
        except QAError as error:
            message = self._problem(error)
        return message, *self._renewed(name, wanted, page)

    def look(self, name: str, wanted: str, page: int) -> tuple[str, str, int]:
        """Return the state of the index and the page of documents, as they are now."""
        return self._renewed(name, wanted, page)

    def find(self, name: str, event: gr.EventData) -> tuple[str, str, int]:
        """Return the words to search for, kept for the visitor, and the first page of documents that have them."""
        wanted = sent_text(event, "wanted")[:MAX_WANTED]
        _, documents, page = self._renewed(name, wanted, 0)
        return wanted, documents, page

    def turn(self, name: str, wanted: str, event: gr.EventData) -> tuple[str, int]:
        """Return the page that the event names."""
        _, documents, page = self._renewed(name, wanted, sent(event, "page"))
        return documents, page

    def open(self, name: str, event: gr.EventData) -> tuple[str, str]:
        """Return the beginning of the document with the event's id, and the id for turning its pages."""
        identity = sent_text(event, "id")
        return self._opened(name, identity, 0), identity

    def turn_document(self, name: str, identity: str, event: gr.EventData) -> str:
        """Return the part of the opened document that the event names."""
        return self._opened(name, identity, sent(event, "page"))

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
            shown = turned(page, total)
            found, total = index.find_documents(wanted, offset=shown * PAGE, limit=PAGE)
            listed = documents(found, total, shown, wanted, self._language)
            return state(index, self._language), listed, shown
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
        return reported(error, words.error_words(error, self._language))


def add_corpus_tab(_page: gr.Blocks, library: Library, language: Language) -> None:
    """Lay the parts out and wire their events."""
    corpus = Corpus(library, language)
    with gr.Column(elem_classes="corpus"):
        index = IndexChoice(library, language)
        status = html("")
        zone = html(drop_zone(language), calling("qaDocuments.send", "arrive") + SEEN)
        notices = html("", "qaDocuments.started(element);" + READ_OUT)
        finder = html(search(language), calling("qaDocuments.find", "find"))
        listed = html("", calling("qaDocuments.remove", "delete") + calling("qaDocuments.open", "open") + TURN)
        shown = html("", calling("qaDocuments.close", "close") + TURN)
    wanted, page, identity = gr.State(""), gr.State(0), gr.State("")

    everything = [notices, status, listed, page]
    where = [index.name, wanted]
    on(zone.arrive, corpus.add, [*where, page], everything, writes=True).then(fn=None, js="qaDocuments.ready")
    on(listed.delete, corpus.delete, [*where, page], everything, writes=True)
    on(listed.turn, corpus.turn, where, [listed, page])
    on(finder.find, corpus.find, [index.name], [wanted, listed, page])
    on(zone.seen, corpus.look, [*where, page], [status, listed, page])
    index.then(corpus.look, [wanted, page], [status, listed, page])

    on(listed.open, corpus.open, [index.name], [shown, identity]).then(fn=None, js="qaDocuments.opened")
    on(shown.turn, corpus.turn_document, [index.name, identity], [shown])
    on(shown.close, _nothing, None, [shown])
    on(listed.delete, _nothing, None, [shown])
    index.then(lambda _: "", [], [shown])


def _nothing() -> str:
    return ""


def _unchanged() -> tuple[Any, Any, Any]:
    return gr.skip(), gr.skip(), gr.skip()


# From the state of an index and its documents to HTML


def drop_zone(language: Language) -> Markup:
    """Return where files are dropped or chosen; its script takes its words from it."""
    return Markup(_HTML[language].drop_zone(SUFFIXES, MAX_BYTES, MAX_FILES))


def progress(step: Step, language: Language) -> Markup:
    """Return a bar that is full when every file is read and stored, and the file that is being read."""
    message = words.STORING if step.read == step.total else words.READING
    return Markup(
        _HTML[language].progress(step, message[language].format(n=step.read, total=step.total, name=step.name))
    )


def outcome(done: Outcome, language: Language) -> Markup:
    """Return what was added, changed, unchanged, and skipped with its reason."""
    report = done.report
    kinds = (
        ("added", words.ADDED, report.added),
        ("updated", words.UPDATED, report.updated),
        ("unchanged", words.UNCHANGED, report.unchanged),
    )
    renamed = words.RENAMED[language]
    groups = [
        (kind, label[language], [(one, renamed if one in done.renamed else "") for one in ids])
        for kind, label, ids in kinds
    ]
    skipped = [(name, words.reason(why, language)) for name, why in done.skipped]
    return Markup(_HTML[language].outcome([*groups, ("skipped", words.SKIPPED[language], skipped)]))


def state(index: Index, language: Language) -> Markup:
    """Return how much the index holds and how it was built; its folder by name: visitors need no path."""
    documents, passages = index.counts()
    facts = (
        (words.DOCUMENTS, number(documents, language)),
        (words.PASSAGES, number(passages, language)),
        (words.MODEL, _model(index.settings["model"])),
        (words.GENERATION, number(index.generation, language)),
        (words.SIZE, words.megabytes(index.size(), language)),
        (words.FOLDER, index.name),
    )
    return Markup(_HTML[language].state(facts))


def search(language: Language) -> Markup:
    """Return the field that narrows the list."""
    return Markup(_HTML[language].search())


def _model(name: str) -> str:
    """Return a model's name; of a folder's path, its last part."""
    return Path(name).name if Path(name).is_absolute() else name


def documents(found: Sequence[DocumentSummary], total: int, page: int, wanted: str, language: Language) -> Markup:
    """Return one page of the list, from 0."""
    return Markup(_HTML[language].documents(found, total, page, -(-total // PAGE), wanted))


def parts(text: str) -> list[Span]:
    """Return spans of at most `PART` characters, cut at line ends where there are any; at least one."""
    spans, start = [], 0
    while len(text) - start > PART:
        end = text.rfind("\n", start, start + PART) + 1
        spans.append((start, end if end > start else start + PART))
        start = spans[-1][1]
    return [*spans, (start, len(text))]


def opened(document: Document, part: int, language: Language) -> Markup:
    """Return one part of a document, from 0, with ways to the others and back to the list."""
    spans = parts(document.text)
    start, end = spans[part]
    lines = [line for line in document.text[start:end].splitlines() if line.strip()]
    return Markup(_HTML[language].opened(document, lines, part, len(spans)))
