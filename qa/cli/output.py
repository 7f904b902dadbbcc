"""How results look: lines for a person, one JSON object for a program."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.answer import Answer, Citation, CitationFormat, Finding, Verdict
from qa.cli.writing import print_written, written_json
from qa.documents import Damaged, Skipped
from qa.generation import WrittenAnswer
from qa.index import Index, JudgementExport, Pack, UpsertReport
from qa.passages import Passage
from qa.retrieval import Hit

WIDTH = 100
DECLINED: dict[Verdict, str] = {
    "related": "No answer found, but these passages are on the topic:",
    "not_found": "Not in these documents. The nearest passages:",
}
KEYWORDS = "These are keywords rather than a question. The passages that have them:"
RULES_ONLY = "Only rules read, which err far more, since onnxruntime is not installed: pip install onnxruntime"


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that is told how much is done, of a `total` if it is known; nothing without a terminal."""
    terminal = sys.__stderr__  # `sys.stderr` lets nothing through that moves a cursor
    if terminal is None or not terminal.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=terminal), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


def show_report(folder: str, report: UpsertReport, counts: tuple[int, int], *, as_json: bool) -> None:
    """What an indexing run did; each skipped or damaged file with its reason."""
    documents, passages = counts
    if as_json:
        lists = {name: getattr(report, name) for name in ("added", "updated", "unchanged", "removed")}
        skipped = [{"path": one.path, "reason": one.reason} for one in report.skipped]
        damaged = [{"path": one.path, "reason": one.reason} for one in report.damaged]
        told = {"skipped": skipped, "damaged": damaged}
        print_json({"index": folder, **lists, **told, "documents": documents, "passages": passages})
        return
    parts = [
        f"{len(part)} {name}"
        for name, part in (
            ("added", report.added),
            ("updated", report.updated),
            ("unchanged", report.unchanged),
            ("removed", report.removed),
            ("skipped", report.skipped),
        )
        if part
    ]
    print(f"{folder}: {', '.join(parts) or 'nothing to do'}; now {documents} documents, {passages} passages.")
    for one in report.skipped:
        print(f"skipped {one.path}: {one.reason}", file=sys.stderr)
    for other in report.damaged:
        print(f"damaged {other.path}: {other.reason}", file=sys.stderr)


def show_changes(report: UpsertReport, *, as_json: bool) -> None:
    """What became of files that changed, a line each on stdout; as JSON one object in one line."""
    lists: dict[str, list[str]] = {name: getattr(report, name) for name in ("added", "updated", "removed")}
    told: dict[str, list[Skipped] | list[Damaged]] = {"skipped": report.skipped, "damaged": report.damaged}
    if as_json:
        reasons = {name: [{"path": one.path, "reason": one.reason} for one in ones] for name, ones in told.items()}
        print(json.dumps({**lists, **reasons}, ensure_ascii=False), flush=True)
        return
    lines = [f"{name} {one}" for name, ones in lists.items() for one in ones]
    lines += [f"{name} {one.path}: {one.reason}" for name, ones in told.items() for one in ones]
    print("".join(f"{line}\n" for line in lines), end="", flush=True)


def tell_restored(question: str | None) -> None:
    """The question with its diacritics put back, where they were missing."""
    if question:
        print(f"Searching for: {question}", file=sys.stderr)


def tell_rules_only(answer: Answer) -> None:
    """That no model read, and what to do about it."""
    if "rules_only" in answer.notes:
        print(RULES_ONLY, file=sys.stderr)


def show_hits(question: str, mode: str, hits: Sequence[Hit], *, as_json: bool) -> None:
    """The passages of a search."""
    if as_json:
        print_json({"question": question, "mode": mode, "hits": [hit.to_json() for hit in hits]})
        return
    _print_hits(hits)


def show_answer(answer: Answer, written: Iterable[WrittenAnswer] | None = None, *, as_json: bool) -> None:
    """The answer with its sentence and citation or why there is none, what a language model writes, the passages."""
    if as_json:
        print_json(answer.to_json() | (written_json(written) if written is not None else {}))
        return
    if answer.finding is None:
        has_keywords = answer.verdict == "related" and "keywords" in answer.notes
        print(KEYWORDS if has_keywords else DECLINED[answer.verdict])
        _print_absent(answer)
    else:
        _print_found(answer.finding, answer.sentence or "", f"  ({_confidence(answer)})")
        _print_absent(answer)
        for other in answer.others:
            print("Another document says:")
            _print_found(other)
    if written is not None:
        print_written(written)
    print()
    _print_hits(answer.evidence)


def _print_absent(answer: Answer) -> None:
    if answer.absent:
        print(f"In no document: {', '.join(answer.absent)}")


def _confidence(answer: Answer) -> str:
    """How sure the answer is, and whether that is worth what it says."""
    unfitted = ", not calibrated for this model" if "unfitted" in answer.notes else ""
    return f"confidence {answer.confidence:.0%}{unfitted}"


def _print_found(found: Finding, sentence: str = "", surely: str = "") -> None:
    """A span, the sentence around it where it is only a part of one, where it stands, and how sure it is."""
    print(wrapped(found.text))
    if sentence not in ("", found.text):
        print(wrapped(sentence, indent="    "))
    print(f"    {_where(found.source.passage, found.place)}{surely}")
    for relation in found.relations:
        partly = relation.is_partial and relation.kind != "amended"
        parts = f"{relation.parts} " if relation.parts else "partly " * partly
        print(f"    in this collection: {parts}{relation.kind} by {relation.by}")


def show_citations(question: str, citations: Sequence[Citation], name: CitationFormat, *, as_json: bool) -> None:
    """The citations in one format, parted by an empty line."""
    texts = [citation.format(name) for citation in citations]
    if as_json:
        print_json({"question": question, "format": name, "citations": texts})
    elif texts:
        print("\n\n".join(texts))
    else:
        print("No answer in these documents, so there is nothing to cite.", file=sys.stderr)


def show_info(index: Index, *, documents: bool, as_json: bool) -> None:
    """Counts, generation and settings, and the documents if asked for."""
    count, passages = index.counts()
    with index.reading() as snapshot:
        recall = round(snapshot.dense_recall, 4)
    facts = {
        "index": str(index.folder),
        "documents": count,
        "passages": passages,
        "generation": index.generation,
        "dense_recall": recall,
    }
    listed = [
        {
            "id": one.id,
            "title": one.title,
            "published": one.published and one.published.isoformat(),
            "metadata": dict(one.metadata),
        }
        for one in (index.documents() if documents else [])
    ]
    if as_json:
        print_json({**facts, "settings": index.settings, **({"listed": listed} if documents else {})})
        return
    for name, value in {**facts, **index.settings}.items():
        print(f"{name.replace('_', ' '):<18} {value}")
    for one in listed:
        print(f"{one['id']}\t{one['published'] or 'undated'}\t{one['title']}")


def show_deleted(folder: str, ids: Sequence[str], *, as_json: bool) -> None:
    """What was removed."""
    if as_json:
        print_json({"index": folder, "deleted": list(ids)})
    else:
        print(f"{folder}: {len(ids)} deleted.")


def show_packed(folder: str, file: Path, packed: Pack, *, as_json: bool) -> None:
    """An index and the file that holds it, packed or unpacked."""
    size = file.stat().st_size
    if as_json:
        members = {name: {"bytes": length, "sha256": digest} for name, (length, digest) in packed.members.items()}
        print_json(
            {"index": folder, "file": str(file), "bytes": size, "documents": packed.documents, "members": members}
        )
    else:
        print(f"{folder}, {file}: {packed.documents} documents, {size / 1e6:.1f} MB packed.")


def show_export(files: tuple[Path, Path], export: JudgementExport, *, as_json: bool) -> None:
    """Where qrels and questions were written, and the documents that had to be left out."""
    qrels, questions = files
    if as_json:
        print_json({"qrels": str(qrels), "questions": str(questions), "left_out": list(export.left_out)})
    else:
        counts = f"{export.qrels.count(chr(10))} judged documents for {export.questions.count(chr(10))} questions"
        print(f"{qrels}, {questions}: {counts}.")
    for document_id in export.left_out:
        print(f"left out {document_id!r}: its id holds a tab, a line break, or white space at an end", file=sys.stderr)


def _where(passage: Passage, place: str) -> str:
    """Title, date, file, and the place in it, as far as they are known."""
    day = passage.published.isoformat() if passage.published else "undated"
    return " · ".join(part for part in (passage.title, day, passage.source, place) if part)


def _print_hits(hits: Sequence[Hit]) -> None:
    for hit in hits:
        print(f"{hit.rank}. {_where(hit.passage, hit.passage.place)}  (score {hit.score:.2f})")
        print(wrapped(hit.passage.text, indent="   "))
        if hit.similar:
            print(f"   nearly the same: {', '.join(one.passage.id for one in hit.similar)}")


def wrapped(text: str, indent: str = "") -> str:
    """The text in lines that fit a terminal, its white space squeezed."""
    paragraphs = (" ".join(line.split()) for line in text.splitlines() if line.strip())
    wrap = textwrap.TextWrapper(WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(wrap.fill(paragraph) for paragraph in paragraphs)


def print_json(value: dict[str, Any]) -> None:
    """One object, as a person can read it too."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
