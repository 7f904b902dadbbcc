"""What each command does: it calls the library and hands the result to `output`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.answer import Answer, Citation, Finding, split_citations
from qa.answer import ask as ask_question
from qa.answer import verify as verify_citation
from qa.cli import output
from qa.cli.health import show_health
from qa.cli.opening import create_index, open_index, repair_index
from qa.cli.verified import show_verifications
from qa.cli.watching import follow
from qa.documents import read_documents
from qa.documents.watching import Watched
from qa.embedding import Embedder, load_embedder, load_reranker
from qa.generation import WrittenAnswer, load_writer
from qa.index import Filters, examine
from qa.index import pack as pack_index
from qa.index import unpack as unpack_index
from qa.reading import load_reader
from qa.retrieval import Searcher

DEFAULT_INDEX = "indexes/seeds"

Command = Callable[[argparse.Namespace], int | None]


def index(given: argparse.Namespace) -> None:
    """Reads first, so that a wrong path changes nothing."""
    reading = read_documents(given.paths)
    if given.watch:
        watched = Watched(given.paths, outside=Path(given.into))
        target = create_index(given.into, _embedder(given), offline=given.offline)
        follow(target, reading, watched, as_json=given.json)
        return
    files = len(reading)
    target = create_index(given.into, _embedder(given), offline=given.offline)
    with output.progress("Indexing", files) as progress:
        report = target.upsert(reading.telling(progress))
    output.show_report(given.into, report, target.counts(), as_json=given.json)


def search(given: argparse.Namespace) -> None:
    """Prints the hits."""
    searcher = _searcher(given)
    hits = searcher.search(given.question, k=given.k, mode=given.mode, filters=_filters(given))
    output.tell_restored(hits.restored)
    if given.cite:
        citations = [Citation.of(hit.passage) for hit in hits]
        output.show_citations(given.question, citations, given.cite, as_json=given.json)
    else:
        output.show_hits(given.question, given.mode, hits, as_json=given.json)


def ask(given: argparse.Namespace) -> None:
    """Prints the answer with its citation, or that there is none, and the hits."""
    reader = load_reader(given.reader, offline=given.offline) if given.reader else None
    searcher = _searcher(given)
    answer = ask_question(given.question, searcher, k=given.k, filters=_filters(given), reader=reader)
    output.tell_restored(answer.searched)
    output.tell_rules_only(answer)
    if given.cite:
        found: tuple[Answer | Finding, ...] = (answer, *answer.others) if answer.text is not None else ()
        citations = [Citation.of(one) for one in found]
        output.show_citations(given.question, citations, given.cite, as_json=given.json)
    else:
        output.show_answer(answer, _written(given, answer) if given.llm_url else None, as_json=given.json)


def verify(given: argparse.Namespace) -> int:
    """Prints whether each quote stands; 0 only when all do."""
    text = sys.stdin.read() if given.citation == "-" else given.citation
    opened = open_index(given.index)
    verifications = [verify_citation(one, opened) for one in split_citations(text)]
    show_verifications(verifications, as_json=given.json)
    return 0 if all(one.stands for one in verifications) else 1


def info(given: argparse.Namespace) -> None:
    """Prints settings and counts."""
    opened = open_index(given.index)
    output.show_info(opened, documents=given.documents, as_json=given.json)


def doctor(given: argparse.Namespace) -> int:
    """Prints the health of an index, after mending it if asked to; 0 only when it is healthy."""
    health = repair_index(given.index) if given.repair else examine(given.index)
    show_health(given.index, health, as_json=given.json)
    return 0 if health.is_healthy else 1


def pack(given: argparse.Namespace) -> None:
    """Writes the pack and prints what is in it."""
    with output.progress("Packing", None):
        packed = pack_index(given.index, given.file)
    output.show_packed(given.index, Path(given.file), packed, as_json=given.json)


def unpack(given: argparse.Namespace) -> None:
    """Unpacks, and makes the searches, so that the first question need not wait for them."""
    with output.progress("Unpacking", None):
        unpacked = unpack_index(given.file, given.into, replacing=given.replace)
    with open_index(given.into, offline=True).reading():
        pass
    output.show_packed(given.into, Path(given.file), unpacked, as_json=given.json)


def delete(given: argparse.Namespace) -> None:
    """Removes documents, or none when one of them is not there."""
    opened = open_index(given.index)
    opened.delete(given.ids)
    output.show_deleted(given.index, given.ids, as_json=given.json)


def serve(given: argparse.Namespace) -> None:
    """Serves the page until it is stopped."""
    from qa.page import Library, Settings, serve_until_stopped

    reader = load_reader(given.reader, offline=True) if given.reader else None
    writer = load_writer(given.llm_url, given.llm_model) if given.llm_url else None
    folders = given.index or [DEFAULT_INDEX]
    for folder in folders:  # brought up here, where it is told
        open_index(folder, offline=True)
    library = Library.open(folders, reader, writer)
    login = given.auth or os.environ.get("QA_AUTH")
    serve_until_stopped(library, Settings(given.host, given.port, login, given.root_path, mcp=given.mcp))


def judgements(given: argparse.Namespace) -> None:
    """Writes qrels and questions, named alike."""
    export = open_index(given.index).judgements.export()
    folder = Path(given.into)
    folder.mkdir(parents=True, exist_ok=True)
    files = (folder / "judgements.qrels", folder / "judgements.tsv")
    for path, content in zip(files, (export.qrels, export.questions), strict=True):
        path.write_text(content, encoding="utf-8", newline="\n")
    output.show_export(files, export, as_json=given.json)


def evaluate(given: argparse.Namespace) -> int:
    """Hand over to the measuring kit, which has a command line of its own."""
    from eval.__main__ import main

    return main(given.arguments)


def _written(given: argparse.Namespace, answer: Answer) -> Iterator[WrittenAnswer]:
    """Started only when it is read, so that the extracted answer is shown whatever becomes of it."""
    yield from load_writer(given.llm_url, given.llm_model).write(answer)


def _searcher(given: argparse.Namespace) -> Searcher:
    reranker = load_reranker(given.rerank, offline=given.offline) if given.rerank else None
    return Searcher(open_index(given.index, _embedder(given), offline=given.offline), reranker=reranker)


def _filters(given: argparse.Namespace) -> Filters:
    filters = Filters()
    if given.published_from:
        filters["published_from"] = given.published_from
    if given.published_to:
        filters["published_to"] = given.published_to
    if given.source:
        filters["source"] = given.source
    if given.document:
        filters["document"] = given.document
    if given.language:
        filters["language"] = given.language
    if given.number:
        filters["number"] = given.number
    return filters


def _embedder(given: argparse.Namespace) -> Embedder | None:
    """None leaves the choice to the index, which knows what it was built with."""
    return load_embedder(given.model, offline=given.offline) if given.model else None
