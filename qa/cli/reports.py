"""Print the state of an index: what was done to it, what it holds, whether it is healthy, who may use it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.cli.terminal import colour, print_json, wrapped
from qa.documents import Damaged, Document, Skipped
from qa.index import Finding, Health, Index, Pack, UpsertReport
from qa.judgements import JudgementExport

MOST_ITEMS = 5
"""The number of items listed for a finding."""


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a progress bar on stderr, with a `total` if it is known; nothing without a terminal."""
    terminal = sys.__stderr__  # `sys.stderr` passes nothing that moves a cursor
    if terminal is None or not terminal.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=terminal), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


def show_report(folder: str, report: UpsertReport, counts: tuple[int, int], *, as_json: bool) -> None:
    """Report what an indexing run did; each skipped or damaged file with its reason."""
    documents, passages = counts
    if report.slowed:
        print(f"note: {report.slowed}", file=sys.stderr)
    if as_json:
        lists = {name: getattr(report, name) for name in ("added", "updated", "unchanged", "removed")}
        skipped = [{"path": one.path, "reason": one.reason} for one in report.skipped]
        damaged = [{"path": one.path, "reason": one.reason} for one in report.damaged]
        refused = {"skipped": skipped, "damaged": damaged}
        print_json({"index": folder, **lists, **refused, "documents": documents, "passages": passages})
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
    """Report what happened to changed files, one line each on stdout; as JSON, one object in one line."""
    lists: dict[str, list[str]] = {name: getattr(report, name) for name in ("added", "updated", "removed")}
    explained: dict[str, list[Skipped] | list[Damaged]] = {"skipped": report.skipped, "damaged": report.damaged}
    if as_json:
        reasons = {name: [{"path": one.path, "reason": one.reason} for one in ones] for name, ones in explained.items()}
        print(json.dumps({**lists, **reasons}, ensure_ascii=False), flush=True)
        return
    lines = [f"{name} {one}" for name, ones in lists.items() for one in ones]
    lines += [f"{name} {one.path}: {one.reason}" for name, ones in explained.items() for one in ones]
    print("".join(f"{line}\n" for line in lines), end="", flush=True)


def show_info(index: Index, *, documents: bool, as_json: bool) -> None:
    """Print counts, generation and settings, and the documents if asked for."""
    count, passages = index.counts()
    with index.reading() as snapshot:
        recall = round(snapshot.dense_recall, 4)
    facts = {
        "index": index.location,
        "documents": count,
        "passages": passages,
        "generation": index.generation,
        "dense_recall": recall,
    }
    listed: list[dict[str, Any]] = [
        {
            "id": one.id,
            "title": one.title,
            "published": one.published and one.published.isoformat(),
            "tags": list(one.tags),
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
        print(f"{one['id']}\t{one['published'] or 'undated'}\t{one['title']}\t{', '.join(one['tags'])}".rstrip("\t"))


def show_deleted(folder: str, ids: Sequence[str], *, as_json: bool) -> None:
    """Report the removed documents."""
    if as_json:
        print_json({"index": folder, "deleted": list(ids)})
    else:
        print(f"{folder}: {len(ids)} deleted.")


def show_tags(folder: str, documents: Sequence[Document], *, as_json: bool) -> None:
    """Report the current tags of documents."""
    if as_json:
        print_json({"index": folder, "documents": [{"id": one.id, "tags": list(one.tags)} for one in documents]})
        return
    for one in documents:
        print(f"{one.id}\t{', '.join(one.tags) or 'no tags'}")


def show_moved(source: str, copy: Index, *, as_json: bool) -> None:
    """Report an index and its copy."""
    documents, passages = copy.counts()
    facts = {"source": source, "index": copy.location, "documents": documents, "passages": passages}
    if as_json:
        print_json({**facts, "judgements": len(copy.judgements)})
    else:
        print(f"{copy.location}: {documents} documents, {passages} passages, {len(copy.judgements)} judgements.")


def show_user(name: str, token: str, role: str | None, *, replaced: bool, as_json: bool) -> None:
    """Report the outcome for a login; a token is shown only here."""
    if as_json:
        print_json({"user": name, "role": role, "replaced": replaced, **({"token": token} if token else {})})
    elif role is None:
        print(f"{name} no longer has a login.")
    else:
        print(f"{name} may {role}." + (f" The token, which is not shown again:\n{token}" if token else ""))


def show_packed(folder: str, file: Path, packed: Pack, done: str, *, as_json: bool) -> None:
    """Report an index, the file it was packed into or from, and what was done."""
    size = file.stat().st_size
    if as_json:
        members = {name: {"bytes": length, "sha256": digest} for name, (length, digest) in packed.members.items()}
        print_json(
            {"index": folder, "file": str(file), "bytes": size, "documents": packed.documents, "members": members}
        )
    else:
        length = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"
        print(f"{folder}: {packed.documents} documents {done} {file} ({length}).")


def show_export(files: tuple[Path, Path], export: JudgementExport, *, as_json: bool) -> None:
    """Report where qrels and questions were written, and the documents that had to be left out."""
    qrels, questions = files
    if as_json:
        print_json({"qrels": str(qrels), "questions": str(questions), "left_out": list(export.left_out)})
    else:
        counts = f"{export.qrels.count(chr(10))} judged documents for {export.questions.count(chr(10))} questions"
        print(f"{qrels}, {questions}: {counts}.")
    for document_id in export.left_out:
        print(f"left out {document_id!r}: its id holds a tab, a line break, or white space at an end", file=sys.stderr)


def show_health(folder: str, health: Health, *, as_json: bool) -> None:
    """Print one JSON object with everything, or lines with the first few items of each finding."""
    if as_json:
        print_json(_health_json(folder, health))
        return
    count = len(health.problems)
    verdict = "healthy" if health.is_healthy else f"not healthy, {count} problem{'s' if count > 1 else ''}"
    print(colour(f"{folder}: {verdict}.", "green" if health.is_healthy else "red"))
    if health.passages:
        languages = ", ".join(f"{name or 'unknown'} {count}" for name, count in health.languages.items())
        print(f"{health.documents} documents ({languages}), {health.passages} passages.")
    for finding in sorted(health.findings, key=lambda one: not one.is_problem):
        print("\n".join(_finding_lines(finding)))


def _health_json(folder: str, health: Health) -> dict[str, object]:
    findings = [
        {
            "kind": one.kind,
            "problem": one.is_problem,
            "message": one.message,
            "next_step": one.next_step,
            "items": list(one.items),
        }
        for one in health.findings
    ]
    return {
        "index": folder,
        "healthy": health.is_healthy,
        "documents": health.documents,
        "passages": health.passages,
        "languages": {name or "unknown": count for name, count in health.languages.items()},
        "findings": findings,
    }


def _finding_lines(finding: Finding) -> Iterator[str]:
    label = "problem  " if finding.is_problem else "note     "
    lines = wrapped(f"{finding.message} {finding.next_step}".strip(), label, " " * len(label))
    yield colour(label, "red" if finding.is_problem else "cyan") + lines.removeprefix(label)
    for item in finding.items[:MOST_ITEMS]:
        yield wrapped(item, "         - ", "           ")
    if len(finding.items) > MOST_ITEMS:
        yield f"         and {len(finding.items) - MOST_ITEMS} more; --json lists them all"
