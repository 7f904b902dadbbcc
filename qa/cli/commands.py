"""Run each command: call the library and pass the result to `answers` or `reports`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from qa.answer import Answer, Citation, Finding, split_citations
from qa.answer import ask as ask_question
from qa.answer import verify as verify_citation
from qa.cli import answers, reports
from qa.cli.options import DEFAULT_INDEX
from qa.cli.watching import Watched, follow
from qa.documents import read_documents
from qa.embedding import Embedder, load_embedder, load_reranker
from qa.errors import IndexNotFoundError, QAError
from qa.generation import WrittenAnswer, load_writer
from qa.index import FILTERS, Filters, Index, scheme_of
from qa.index import move as move_index
from qa.index import pack as pack_index
from qa.index import unpack as unpack_index
from qa.postgres import examine, repair, shown
from qa.reading import load_reader
from qa.retrieval import Searcher, together

UPGRADING = "qa: {} was made by an earlier version of qa; upgrading it. Stopping loses nothing."


class InputError(QAError):
    """The arguments cannot be used."""


def index(given: argparse.Namespace) -> None:
    """Bring an index up to date; everything is read first, so that a wrong path changes nothing."""
    reading = read_documents(given.paths)
    if given.watch:
        watched = Watched(given.paths, outside=Path(given.into))
        target = _create_index(given.into, _embedder(given), offline=given.offline)
        follow(target, reading, watched, given.tags, as_json=given.json)
        return
    files = len(reading)
    target = _create_index(given.into, _embedder(given), offline=given.offline)
    with reports.progress("Indexing", files) as progress:
        report = target.sync(reading.reporting_to(progress), tags=given.tags)
    reports.show_report(shown(given.into), report, target.counts(), as_json=given.json)


def search(given: argparse.Namespace) -> None:
    """Print the hits."""
    searcher = _searcher(given)
    hits = searcher.search(given.question, k=given.k, mode=given.mode, filters=_filters(given), literal=given.literal)
    answers.note_restored(hits.restored)
    if given.cite:
        citations = [Citation.of(hit.passage) for hit in hits]
        answers.show_citations(given.question, citations, given.cite, as_json=given.json)
    else:
        answers.show_hits(given.question, given.mode, hits, as_json=given.json)


def ask(given: argparse.Namespace) -> None:
    """Print the answer with its citation, or that there is none, followed by the hits."""
    reader = load_reader(given.reader, offline=given.offline) if given.reader else None
    searcher = _searcher(given)
    answer = ask_question(
        given.question, searcher, k=given.k, filters=_filters(given), literal=given.literal, reader=reader
    )
    answers.note_restored(answer.searched)
    answers.note_rules_only(answer)
    if given.cite:
        found: tuple[Answer | Finding, ...] = (answer, *answer.others) if answer.text is not None else ()
        citations = [Citation.of(one) for one in found]
        answers.show_citations(given.question, citations, given.cite, as_json=given.json)
    else:
        answers.show_answer(answer, _written(given, answer) if given.llm_url else None, as_json=given.json)


def verify(given: argparse.Namespace) -> int:
    """Print whether each quote is still there; return 0 only if all are."""
    text = sys.stdin.read() if given.citation == "-" else given.citation
    opened = together(map(open_index, given.index or [DEFAULT_INDEX]))
    verifications = [verify_citation(one, opened) for one in split_citations(text)]
    answers.show_verifications(verifications, as_json=given.json)
    return 0 if all(one.stands for one in verifications) else 1


def info(given: argparse.Namespace) -> None:
    """Print settings and counts."""
    reports.show_info(open_index(given.index), documents=given.documents, as_json=given.json)


def doctor(given: argparse.Namespace) -> int:
    """Print the health of an index, after repairing it if asked to; return 0 only if it is healthy."""
    if given.repair:
        with reports.progress("Repairing", None):
            health = repair(given.index)
    else:
        health = examine(given.index)
    reports.show_health(shown(given.index), health, as_json=given.json)
    return 0 if health.is_healthy else 1


def pack(given: argparse.Namespace) -> None:
    """Write the pack and print its contents."""
    with reports.progress("Packing", None):
        packed = pack_index(given.index, given.file)
    reports.show_packed(given.index, Path(given.file), packed, "packed into", as_json=given.json)


def unpack(given: argparse.Namespace) -> None:
    """Unpack, and build the searches, so that the first question need not wait for them."""
    with reports.progress("Unpacking", None):
        unpacked = unpack_index(given.file, given.into, replacing=given.replace)
    with open_index(given.into, offline=True).reading():
        pass
    reports.show_packed(given.into, Path(given.file), unpacked, "unpacked from", as_json=given.json)


def move(given: argparse.Namespace) -> None:
    """Copy an index and print what the copy contains."""
    with reports.progress("Copying", None):
        copy = move_index(given.source, given.target)
    reports.show_moved(shown(given.source), copy, as_json=given.json)


def delete(given: argparse.Namespace) -> None:
    """Remove documents, or none if one of them does not exist."""
    open_index(given.index).delete(given.ids)
    reports.show_deleted(shown(given.index), given.ids, as_json=given.json)


def tag(given: argparse.Namespace) -> None:
    """Change the tags of documents, or of none if one of them does not exist."""
    if not given.add and not given.remove:
        raise InputError("No tag was given.", "Give one with --add or --remove.")
    opened = open_index(given.index)
    opened.tag(given.ids, add=given.add, remove=given.remove)
    reports.show_tags(shown(given.index), [opened.document(one) for one in given.ids], as_json=given.json)


def judgements(given: argparse.Namespace) -> None:
    """Write qrels and questions to two files of one name."""
    export = open_index(given.index).judgements.export()
    folder = Path(given.into)
    folder.mkdir(parents=True, exist_ok=True)
    files = (folder / "judgements.qrels", folder / "judgements.tsv")
    for path, content in zip(files, (export.qrels, export.questions), strict=True):
        path.write_text(content, encoding="utf-8", newline="\n")
    reports.show_export(files, export, as_json=given.json)


def evaluate(given: argparse.Namespace) -> int:
    """Hand over to the evaluation, which has a command line of its own."""
    from eval.__main__ import main

    return main(given.arguments)


def _written(given: argparse.Namespace, answer: Answer) -> Iterator[WrittenAnswer]:
    """Return a text that is generated only when it is read, so that the extracted answer is shown in any case."""
    yield from load_writer(given.llm_url, given.llm_model).write(answer)


def _searcher(given: argparse.Namespace) -> Searcher:
    reranker = load_reranker(given.rerank, offline=given.offline) if given.rerank else None
    embedder, folders = _embedder(given), given.index or [DEFAULT_INDEX]
    opened = together(open_index(folder, embedder, offline=given.offline) for folder in folders)
    return Searcher(opened, reranker=reranker)


def _filters(given: argparse.Namespace) -> Filters:
    given_tags = {"tag": ", ".join(given.tags)}
    values = {name: vars(given).get(name) for name in FILTERS} | given_tags
    return cast(Filters, {name: value for name, value in values.items() if value})


def _embedder(given: argparse.Namespace) -> Embedder | None:
    """Return the embedder; None leaves the choice to the index, which knows what it was built with."""
    return load_embedder(given.model, offline=given.offline) if given.model else None


def open_index(folder: str, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
    """Return the opened index, upgraded to this version; raises what `Index.open` raises."""
    if not _is_outdated(folder):
        return Index.open(folder, embedder, offline=offline)
    print(UPGRADING.format(folder), file=sys.stderr)
    with reports.progress("Upgrading", None):
        return Index.open(folder, embedder, offline=offline)


def _create_index(folder: str, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
    """Open an index like `open_index`, or create it if there is none."""
    if _is_outdated(folder):
        return open_index(folder, embedder, offline=offline)
    return Index.create(folder, embedder, offline=offline)


def _is_outdated(folder: str) -> bool:
    if scheme_of(folder):  # a database is upgraded only on request
        return False
    try:
        return Index.as_found(folder).is_outdated
    except IndexNotFoundError:  # whoever opens it reports or creates it
        return False
