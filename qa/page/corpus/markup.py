"""From the state of an index and its documents to the HTML of the documents tab."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from qa import Document, Index
from qa.documents import SUFFIXES
from qa.index import DocumentSummary
from qa.page.corpus import words
from qa.page.corpus.uploads import MAX_FILES, Outcome, Step
from qa.page.parts.language import Language
from qa.page.parts.markup import PAGE, Macros, Span
from qa.page.parts.received import MAX_BYTES
from qa.page.parts.words import number

_HTML = Macros("corpus/documents.html", words)


def drop_zone(language: Language) -> Markup:
    """Return where files are dropped or chosen; its script takes its words from it."""
    return Markup(_HTML[language].drop_zone(SUFFIXES, MAX_BYTES, MAX_FILES))


def progress(step: Step, language: Language) -> Markup:
    """Return a bar that is full when every file is read and stored, and the file that is being read."""
    said = words.STORING if step.read == step.total else words.READING
    return Markup(_HTML[language].progress(step, said[language].format(n=step.read, total=step.total, name=step.name)))


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
    """Return how much the index holds and how it was built; its folder by name, since the path is nobody's business."""
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


PART = 40_000
"""Characters that are shown at a time, about ten printed pages; chosen by hand."""


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
