"""Check the health of an index without changing it: what is wrong, what is worth knowing, what to do.

An index is healthy if its truth is intact and can be searched. Its documents are described as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from qa.embedding import Embedder
from qa.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexFolderError,
    IndexMismatchError,
    IndexUnusableError,
    QAError,
)
from qa.index.duplicates import NearDuplicates
from qa.index.files import writer_lock
from qa.index.index import FolderIndex
from qa.index.publishing import check_truth
from qa.index.schema import refuse_others
from qa.index.snapshot import load_derived
from qa.index.store import Store
from qa.index.upgrade import Damage, intact_documents

REPAIR = "Repair it with: qa doctor {} --repair"
MENDABLE = {"version", "searches", "passages", "vectors", "unused"}
"""Kinds of findings that go away with a repair."""
RESTORE = "Restore the index from a copy (qa unpack), or index its documents again into a new folder."


@dataclass(frozen=True)
class Finding:
    """Something found in an index: a message, the next step, and the items affected; a problem makes it unhealthy."""

    kind: str
    message: str
    next_step: str = ""
    items: tuple[str, ...] = ()
    is_problem: bool = True


@dataclass
class Health:
    """What an index holds and what was found; `languages` counts documents, with "" for an unknown language."""

    folder: Path | str
    settings: dict[str, str] = field(default_factory=dict)
    documents: int = 0
    passages: int = 0
    languages: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def problems(self) -> list[Finding]:
        """The findings that make the index unhealthy."""
        return [one for one in self.findings if one.is_problem]

    @property
    def is_mendable(self) -> bool:
        """Whether a repair would help; none is tried if the database file is damaged, or not that of the searches."""
        kinds = {one.kind for one in self.findings}
        return bool(kinds & MENDABLE) and not kinds & {"file", "truth"}

    @property
    def is_healthy(self) -> bool:
        """Whether there are no problems."""
        return not self.problems


def examine(path: str | Path, embedder: Embedder | None = None) -> Health:
    """Check everything in an index folder, changing nothing and downloading no model.

    Raises what `Index.open` raises if there is no index at all.
    """
    health = Health(Path(path))
    try:
        index = FolderIndex.as_found(path, embedder, offline=True)
        health.settings = index.settings
        store = Store.open(index.folder)
        with store.reading():
            for finding in _findings(index, store, health):
                health.findings.append(finding)
    except (IndexDamagedError, IndexUnusableError) as error:
        if not health.problems:  # otherwise it is already reported
            health.findings.append(Finding("file", error.happened, error.next_step))
    return health


def repair(path: str | Path, embedder: Embedder | None = None) -> Health:
    """Upgrade, and rebuild what can be rebuilt from the truth; return the health afterwards.

    Raises what `Index.open` raises.
    """
    health = examine(path, embedder)
    if not health.is_mendable:
        return health
    index = FolderIndex.open(path, embedder, offline=True)
    if {one.kind for one in health.findings} & MENDABLE == {"searches"}:
        with index.reading():  # makes missing searches, which is faster than a rebuild
            pass
    if not any(one.kind == "model" for one in health.findings):
        embedder = index.embedder  # loaded only once
    health = examine(path, embedder)
    if not health.is_mendable:
        return health
    index.rebuild([name for one in health.findings if one.kind == "passages" for name in one.items])
    return examine(path, embedder)


def _findings(index: FolderIndex, store: Store, health: Health) -> Iterator[Finding]:
    damage = store.database.damage()
    if damage:
        yield Finding("file", "SQLite reports that corpus.db is damaged.", RESTORE, tuple(damage))
        return
    yield from _model(index)
    yield from _judgements(index)
    if index.is_outdated:  # its rows may have another form
        step = REPAIR.format(health.folder)
        yield Finding("version", "It was made by an earlier version of qa, or with other passage settings.", step)
        return
    health.documents, health.passages = store.counts(store.published)
    with suppress(IndexMismatchError):  # already reported by `_model`
        yield from _searches(index, store, health)
    yield from _vectors(store, health)
    yield from _documents(store, health)
    yield from _skipped(store)


def _model(index: FolderIndex) -> Iterator[Finding]:
    try:
        refuse_others(index.folder, index.settings, index.embedder.settings)
    except QAError as error:
        yield Finding("model", error.happened, error.next_step)


def _judgements(index: FolderIndex) -> Iterator[Finding]:
    try:
        len(index.judgements)
    except IndexFolderError as error:
        yield Finding("judgements", error.happened, error.next_step)


def _searches(index: FolderIndex, store: Store, health: Health) -> Iterator[Finding]:
    """Yield a finding unless both searches hold exactly the passages of the truth."""
    problem = _problem_with_searches(index, store)
    if problem and _is_being_written(index, store):
        yield Finding("writing", "Another process is writing; what it adds is not checked.", is_problem=False)
    elif problem:
        yield _older_truth(store) or Finding("searches", problem, REPAIR.format(health.folder))


def _older_truth(store: Store) -> Finding | None:
    """Return a finding if the searches were made from a later truth or another one, which no repair may decide."""
    try:
        check_truth(store)
    except IndexDamagedError as error:
        return Finding("truth", error.happened, error.next_step)
    return None


def _problem_with_searches(index: FolderIndex, store: Store) -> str:
    if (store.generation, store.mark) != (store.published, store.published_mark):
        return "Both searches are behind the documents: a writer was interrupted."
    derived = load_derived(store, store.published_mark, lambda: index.embedder)
    if derived is None:
        return "The lexical or the dense search is missing, damaged or out of date."
    lexical, dense = derived
    living = store.passage_keys(store.published, {})
    is_whole = len(lexical) == len(living) and np.array_equal(dense.keys, living)
    return "" if is_whole else "The searches do not hold the same passages as the documents."


def _is_being_written(index: FolderIndex, store: Store) -> bool:
    """Return whether a writer is at work, or has published since the truth was first read."""
    try:
        with writer_lock(index.folder):
            return Store.open(index.folder).published_mark != store.published_mark
    except IndexBusyError:
        return True
    except OSError:  # a read-only folder
        return False


def _vectors(store: Store, health: Health) -> Iterator[Finding]:
    missing = store.embeddings.passages_without(int(health.settings["dimension"]))
    if missing:
        yield Finding("vectors", f"{_counted(missing, 'passage')} without a vector.", REPAIR.format(health.folder))
    count, size = store.embeddings.unused()
    if count:
        message = f"{_counted(count, 'vector')} ({size / 1e6:.1f} MB) of texts that are no longer in any document."
        yield Finding("unused", message, f"Drop them with: qa doctor {health.folder} --repair", is_problem=False)


def _documents(store: Store, health: Health) -> Iterator[Finding]:
    damage, alike, languages = Damage(), NearDuplicates(), Counter[str]()
    unreadable = []
    for document in intact_documents(store, store.published, damage):
        languages[document.language or ""] += 1
        alike.add(document.id, document.text)
        if document.metadata.get("damage"):
            unreadable.append(f"{document.id}: {document.metadata['damage']}")
    health.languages = dict(sorted(languages.items(), key=lambda item: (-item[1], item[0])))
    yield from _damaged(damage, health.folder)
    if unreadable:
        message = f"Parts of {_counted(len(unreadable), 'document')} could not be read."
        yield Finding("unreadable", message, items=tuple(unreadable), is_problem=False)
    groups = tuple(", ".join(group) for group in alike.groups())
    if groups:
        message = f"{_counted(len(groups), 'group')} of documents with nearly the same text."
        step = "Their passages share a rank among the hits; delete the documents that you do not want."
        yield Finding("duplicates", message, step, groups, is_problem=False)


def _damaged(damage: Damage, folder: Path | str) -> Iterator[Finding]:
    if damage.documents:
        message = f"The rows of {_counted(len(damage.documents), 'document')} differ from what was stored."
        step = "Restore the index from a copy (qa unpack), or delete them (qa delete) and index their files again."
        yield Finding("damage", message, step, tuple(damage.documents))
    if damage.passages:
        message = f"Passages or vectors of {_counted(len(damage.passages), 'document')} are missing or damaged."
        yield Finding("passages", message, REPAIR.format(folder), tuple(damage.passages))


def _skipped(store: Store) -> Iterator[Finding]:
    reasons: dict[str, list[str]] = defaultdict(list)
    for skipped in store.skips.all():
        reasons[skipped.reason].append(skipped.path)
    for reason, paths in sorted(reasons.items(), key=lambda item: -len(item[1])):
        message = f"{_counted(len(paths), 'file')} skipped when last indexed: {reason}."
        yield Finding("skipped", message, items=tuple(paths), is_problem=False)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
