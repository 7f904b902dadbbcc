"""From the state of an index and its documents to the HTML of the documents tab."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa import Document, Index
from qa.documents import SUFFIXES
from qa.index import DocumentSummary
from qa.page.corpus import words
from qa.page.corpus.uploads import MAX_FILES, Outcome, Step
from qa.page.parts.language import Language, Text
from qa.page.parts.markup import PAGE, Span, copied, escaped, file, language_mark, legislation, pager, where
from qa.page.parts.received import MAX_BYTES
from qa.page.parts.words import UNDATED, day, number


def drop_zone(language: Language) -> str:
    """Where files are dropped or chosen; its script takes its words from it."""
    limits = words.LIMITS[language].format(megabytes=MAX_BYTES // 1024 // 1024, files=MAX_FILES)
    return (
        f'<section class="drop" data-bytes="{MAX_BYTES}" data-files="{MAX_FILES}" '
        f'data-sending="{words.SENDING[language]}" data-waiting="{words.WAITING[language]}">'
        f'<label class="target"><input type="file" multiple accept="{",".join(SUFFIXES)}">'
        f"<span><strong>{words.DROP[language]}</strong> <u>{words.CHOOSE[language]}</u></span>"
        f"<small>{limits}</small></label>"
        f"<fieldset><legend>{words.SAME_NAME[language]}</legend>"
        f"{_choice('keep', words.KEEP_BOTH[language], ' checked')}"
        f"{_choice('replace', words.REPLACE[language])}</fieldset>"
        '<p class="sending" role="status" hidden></p></section>'
    )


def _choice(value: str, label: str, checked: str = "") -> str:
    return f'<label><input type="radio" name="same-name" value="{value}"{checked}> {label}</label>'


def progress(step: Step, language: Language) -> str:
    """Return a bar that is full when every file is read and stored, and the file that is being read."""
    said = words.STORING if step.read == step.total else words.READING
    told = said[language].format(n=step.read, total=step.total, name=escaped(step.name))
    return (
        f'<section class="adding"><progress max="{2 * step.total}" value="{step.read + step.stored}" '
        f'aria-label="{words.PROGRESS[language]}"></progress><p>{told}</p></section>'
    )


def outcome(done: Outcome, language: Language) -> str:
    """Return what was added, changed, unchanged, and skipped with its reason."""
    report = done.report
    kinds: tuple[tuple[str, Text, Sequence[str]], ...] = (
        ("added", words.ADDED, report.added),
        ("updated", words.UPDATED, report.updated),
        ("unchanged", words.UNCHANGED, report.unchanged),
    )
    groups = [
        _group(kind, label[language], [_became(one, done, language) for one in ids], language)
        for kind, label, ids in kinds
    ]
    skipped = [
        f'{file(name)}<span class="why">{escaped(words.reason(why, language))}</span>' for name, why in done.skipped
    ]
    groups.append(_group("skipped", words.SKIPPED[language], skipped, language))
    return f'<section class="outcome">{"".join(groups)}</section>'


def _group(kind: str, label: str, lines: Sequence[str], language: Language) -> str:
    if not lines:
        return ""
    items = "".join(f"<li>{line}</li>" for line in lines)
    count = number(len(lines), language)
    return f'<div class="{kind}"><h3>{label} <span class="count">{count}</span></h3><ul>{items}</ul></div>'


def _became(identity: str, done: Outcome, language: Language) -> str:
    why = f'<span class="why">{words.RENAMED[language]}</span>' if identity in done.renamed else ""
    return f"{file(identity)}{why}"


def state(index: Index, language: Language) -> str:
    """How much the index holds and how it was built; its folder by name, since the path is nobody's business."""
    documents, passages = index.counts()
    facts = (
        (words.DOCUMENTS, number(documents, language)),
        (words.PASSAGES, number(passages, language)),
        (words.MODEL, _model(index.settings["model"])),
        (words.GENERATION, number(index.generation, language)),
        (words.SIZE, words.megabytes(index.size(), language)),
        (words.FOLDER, index.name),
    )
    shown = "".join(f"<div><dt>{name[language]}</dt><dd>{escaped(value)}</dd></div>" for name, value in facts)
    return f'<section class="state" aria-label="{words.STATE[language]}"><dl>{shown}</dl></section>'


def search(language: Language) -> str:
    """Return the field that narrows the list."""
    label = words.SEARCH[language]
    return f'<input class="wanted" type="search" autocomplete="off" aria-label="{label}" placeholder="{label}">'


def _model(name: str) -> str:
    """A model's name; of a folder's path, its last part."""
    return Path(name).name if Path(name).is_absolute() else name


def documents(found: Sequence[DocumentSummary], total: int, page: int, wanted: str, language: Language) -> str:
    """One page of the list, from 0, each with a way to delete it that asks once more."""
    if not total:
        return f'<p class="none">{(words.NONE_FOUND if wanted else words.EMPTY)[language]}</p>'
    count = words.FOUND[language].format(total=number(total, language))
    rows = "".join(_row(one, language) for one in found)
    return (
        f'<section class="documents" aria-label="{words.LIST[language]}"><p class="total">{count}</p>'
        f"<ul>{rows}</ul>{pager(page, -(-total // PAGE), language)}</section>"
    )


def _row(document: DocumentSummary, language: Language) -> str:
    title = escaped(document.title or document.source or document.id)
    published = day(document.published, language) if document.published else ""
    counted = words.PASSAGE_COUNT if document.passages != 1 else words.ONE_PASSAGE
    passages = counted[language].format(n=number(document.passages, language))
    where = " · ".join(part for part in (published, file(document.id), passages) if part)
    return (
        f'<li><div><button type="button" data-open="{copied(document.id)}"><span class="title">{title}</span></button>'
        f'<span class="where">{where}</span>{legislation(document.metadata, language)}</div>'
        f'<details class="remove"><summary>{words.DELETE[language]}'
        f'<span class="said"> {title}</span></summary><p><span>{words.SURE[language]}</span>'
        f'<button type="button" data-delete="{copied(document.id)}">{words.DELETE_NOW[language]}</button>'
        "</p></details></li>"
    )


PART = 40_000
"""Characters that are shown at a time, about ten printed pages."""


def parts(text: str) -> list[Span]:
    """Spans of at most `PART` characters, cut at line ends where there are any; at least one."""
    spans, start = [], 0
    while len(text) - start > PART:
        end = text.rfind("\n", start, start + PART) + 1
        spans.append((start, end if end > start else start + PART))
        start = spans[-1][1]
    return [*spans, (start, len(text))]


def opened(document: Document, part: int, language: Language) -> str:
    """One part of a document, from 0, with ways to the others and back to the list."""
    spans = parts(document.text)
    start, end = spans[part]
    lines = (line for line in document.text[start:end].splitlines() if line.strip())
    paragraphs = "".join(f"<p>{escaped(line)}</p>" for line in lines)
    mark, named = language_mark(document.language), words.FULL_TEXT[language]
    title = escaped(document.title or document.source or document.id)
    undated = "" if document.published else f" · {UNDATED[language]}"
    source = f"{where(document.published, document.source, language)}{undated}"
    back = f'<button type="button" class="link" data-close="{copied(document.id)}">{words.TO_LIST[language]}</button>'
    return (
        f'<section class="opened" aria-labelledby="document-heading"><div class="head">'
        f'<h2 id="document-heading" tabindex="-1">{named}</h2>{back}</div>'
        f"<article><header><h3{mark}>{title}</h3><p>{source}</p></header>"
        f'<div class="body"{mark} tabindex="0" role="region" aria-label="{named}">{paragraphs}</div></article>'
        f"{pager(part, len(spans), language)}</section>"
    )
