"""Cases: small folders of documents with what is expected of them, each for one kind of trouble.

A case is a line of the file `expect` beside its documents, three fields between tabs:

ASK          a question   words that the reply holds ("a | b": one of them), or DECLINE
ASK-OR-TOLD  a question   as ASK; or a document was skipped with a reason
EACH         a question   words that the reply and those set beside it hold ("a | b": each of them)
FOUND        a query      words in a passage that is shown, with any verdict but that nothing was found
TITLE, DATE  a file       words of its document's title; its day of publication

Its kind is the folder's name without the number. It knows replies and documents, and nothing of measures.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.formats import numbered_lines
from eval.output import Table, progress

CASES = Path(__file__).parent / "cases"
_FILE = "expect"
_DECLINE = "DECLINE"
_SHOWN = 5  # passages, as many as `qa ask` shows


@dataclass(frozen=True)
class Case:
    """A line of a folder's `expect`: what is expected (ASK, FOUND, ...), the question, and the expected words."""

    folder: Path
    expectation: str
    question: str
    expected: str

    @property
    def kind(self) -> str:
        """The kind of trouble."""
        return re.sub(r"-\d+$", "", self.folder.name)


@dataclass(frozen=True)
class Tried:
    """A case with what was found, in words, and whether it was expected."""

    case: Case
    found: str
    good: bool = field(kw_only=True)


def read_cases(folder: Path) -> list[Case]:
    """Read every `expect` below a folder; raises SetFormatError naming a malformed line, EmptySetError without any."""
    cases = []
    for path in sorted(folder.rglob(_FILE)):
        for number, line in numbered_lines(path):
            fields = [unicodedata.normalize("NFC", field.strip()) for field in line.split("\t")]
            if len(fields) != 3 or fields[0] not in _CHECKS:
                raise SetFormatError(path, number, f"is not {', '.join(_CHECKS)} with two more fields between tabs")
            cases.append(Case(path.parent, *fields))
    if not cases:
        raise EmptySetError(str(folder), f"no folder below it has a file {_FILE!r}")
    return cases


def try_cases(cases: Sequence[Case], sources: Sequence[Path]) -> list[Tried]:
    """Index the documents of each folder beside the sources, and try its cases."""
    embedder = qa.load_embedder()
    folders = [list(group) for _, group in groupby(cases, key=lambda case: case.folder)]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        beside = Path(folder, "beside")
        qa.Index.create(beside, embedder).upsert(qa.read_documents(sources))
        return [one for group in progress(folders, "cases") for one in _tried(group, beside, embedder)]


def _tried(cases: Sequence[Case], beside: Path, embedder: qa.Embedder) -> Iterator[Tried]:
    files = sorted(path for path in cases[0].folder.iterdir() if path.name != _FILE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        index = qa.Index.open(shutil.copytree(beside, Path(folder, "index")), embedder)
        report = index.upsert(qa.read_documents(files))
        reasons = "; ".join(f"{skipped.path}: {skipped.reason}" for skipped in report.skipped)
        indexed = Indexed(qa.Searcher(index), {one.id: one for one in index.documents()}, reasons)
        for case in cases:
            found, good = _CHECKS[case.expectation](case, indexed)
            yield Tried(case, found, good=good)


@dataclass(frozen=True)
class Indexed:
    """The documents of a folder, searched; `reasons` are the reasons for which some were skipped."""

    searcher: qa.Searcher
    documents: dict[str, qa.Document]
    reasons: str

    def document(self, case: Case) -> qa.Document | None:
        """Return the document of the file that a case names, if it was read."""
        return self.documents.get(f"{case.folder.name}/{case.question}")


def _ask(case: Case, indexed: Indexed) -> tuple[str, bool]:
    reply = qa.ask(case.question, indexed.searcher)
    found = f"{reply.text!r} ({reply.verdict}, {reply.confidence:.2f})"
    if case.expected == _DECLINE:
        return found, reply.text is None
    return found, any(_has(reply.text, one) for one in case.expected.split(" | "))


def _ask_or_skip(case: Case, indexed: Indexed) -> tuple[str, bool]:
    found, good = _ask(case, indexed)
    return (indexed.reasons, True) if indexed.reasons else (found, good)


def _each(case: Case, indexed: Indexed) -> tuple[str, bool]:
    reply = qa.ask(case.question, indexed.searcher)
    texts = [reply.text, *(other.text for other in reply.others)]
    return f"{texts!r}", all(any(_has(text, one) for text in texts) for one in case.expected.split(" | "))


def _found(case: Case, indexed: Indexed) -> tuple[str, bool]:
    verdict = qa.ask(case.question, indexed.searcher).verdict
    hits = indexed.searcher.search(case.question, k=_SHOWN)
    shown = any(_has(hit.passage.text, case.expected) for hit in hits)
    return f"{verdict}, {len(hits)} passages", verdict != "not_found" and shown


def _title(case: Case, indexed: Indexed) -> tuple[str, bool]:
    document = indexed.document(case)
    title = document.title if document else None
    return f"{title!r}", _has(title, case.expected)


def _date(case: Case, indexed: Indexed) -> tuple[str, bool]:
    document = indexed.document(case)
    found = str(document.published) if document else indexed.reasons
    return found, found == case.expected


_CHECKS: dict[str, Callable[[Case, Indexed], tuple[str, bool]]] = {
    "ASK": _ask,
    "ASK-OR-TOLD": _ask_or_skip,
    "EACH": _each,
    "FOUND": _found,
    "TITLE": _title,
    "DATE": _date,
}


def _has(text: str | None, part: str) -> bool:
    """Return whether the part occurs in the text as whole words; case and white space do not count."""
    lower, wanted = (" ".join(unicodedata.normalize("NFC", one or "").lower().split()) for one in (text, part))
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", lower) is not None


def cases_table(tried: Sequence[Tried]) -> Table:
    """Return how many cases of each kind are good, and of all."""
    counts = Counter(one.case.kind for one in tried)
    good = Counter(one.case.kind for one in tried if one.good)
    rows = [[kind, str(count), str(good[kind])] for kind, count in sorted(counts.items())]
    return Table(["kind", "cases", "good"], [*rows, ["all", str(len(tried)), str(good.total())]])


def failures(tried: Sequence[Tried]) -> str:
    """Return one line for each case that is not good: what was asked, expected and found."""
    return "".join(
        f"- {one.case.folder.name}: {one.case.expectation} “{one.case.question}” gives {one.found},"
        f" expected {one.case.expected!r}\n"
        for one in tried
        if not one.good
    )
