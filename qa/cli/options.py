"""Add the options that several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from qa.answer import CITATION_FORMATS
from qa.documents.dates import read_date_line
from qa.embedding import BUNDLED
from qa.text import storable

DEFAULT_INDEX = "indexes/seeds"
PLACE = "a folder, or postgresql://USER@HOST/DATABASE"

Command = Callable[[argparse.Namespace], int | None]
Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_tags(verb: argparse.ArgumentParser, option: str, name: str, explained: str) -> None:
    """Add an option that takes a tag and may be repeated."""
    verb.add_argument(option, action="append", type=storable, default=[], metavar="TAG", dest=name, help=explained)


def add_k(verb: argparse.ArgumentParser) -> None:
    """Let the number of passages be chosen."""
    verb.add_argument("-k", type=int, default=5, help="how many passages to show (default: 5)")


_TEXT_FILTERS = (
    ("--source", "SOURCE", "only this source, as a citation shows it"),
    ("--document", "ID", "only this document, as `qa info --documents` lists it"),
    ("--language", "CODE", "only documents in this language, such as vi or en"),
    ("--number", "NUMBER", "only the law or office document of this number, such as 12/2021/QĐ-UBND"),
    ("--kind", "KIND", 'only law or office documents of this kind, such as "Quyết định"'),
    ("--office", "OFFICE", 'only those issued by this office, such as "UBND tỉnh Cà Mau"'),
    ("--signer", "NAME", "only those signed by this person"),
)


def add_filters(verb: argparse.ArgumentParser) -> None:
    """Add the filters that narrow the documents."""
    verb.add_argument(
        "--from", type=_day, metavar="DATE", dest="published_from", help="published on 31/01/2022 or later"
    )
    verb.add_argument("--to", type=_day, metavar="DATE", dest="published_to", help="published on 31/01/2022 or earlier")
    for option, shown, explained in _TEXT_FILTERS:
        verb.add_argument(option, type=storable, metavar=shown, help=explained)
    verb.add_argument("--in-force-from", type=_day, metavar="DATE", help="only those in force from this day or later")
    verb.add_argument("--in-force-to", type=_day, metavar="DATE", help="only those in force from this day or earlier")
    add_tags(verb, "--tag", "tags", "only documents with this tag; repeat for those with all of several")


def _day(text: str) -> date:
    found = read_date_line(text)
    if found is None or found.published is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write one as 31/01/2022 or as 2022-01-31")
    return found.published


def add_literal(verb: argparse.ArgumentParser) -> None:
    """Let diacritics be left as typed."""
    verb.add_argument("--literal", action="store_true", help="search for what was typed, without restoring diacritics")


def add_reranker(verb: argparse.ArgumentParser) -> None:
    """Let a model rerank what was found."""
    verb.add_argument(
        "--rerank",
        metavar="NAME",
        help="rerank the best passages with a cross-encoder: a folder, or a name such as BAAI/bge-reranker-v2-m3",
    )


def add_models(verb: argparse.ArgumentParser) -> None:
    """Let models read and write."""
    verb.add_argument(
        "--reader", metavar="NAME", help="a model that chooses the span: a folder, or a question-answering model's name"
    )
    verb.add_argument(
        "--llm-url",
        metavar="URL",
        help="also have a language model write an answer, at an OpenAI-compatible address such as "
        "http://localhost:11434/v1; its key comes from QA_LLM_KEY",
    )
    verb.add_argument("--llm-model", metavar="NAME", help="which model there (default: the first that it lists)")


def add_cite(verb: argparse.ArgumentParser) -> None:
    """Let citations be printed in one format."""
    verb.add_argument("--cite", choices=CITATION_FORMATS, help="print citations in this format, and nothing else")


def add_index_folder(verb: argparse.ArgumentParser) -> None:
    """Let one index be chosen, with a default."""
    verb.add_argument("--index", default=DEFAULT_INDEX, metavar="DIR", help=f"{PLACE} (default: {DEFAULT_INDEX})")


def add_indexes(verb: argparse.ArgumentParser) -> None:
    """Let several indexes be asked as one."""
    verb.add_argument(
        "--index",
        action="append",
        metavar="DIR",
        help=f"{PLACE}; repeat to ask several as one (default: {DEFAULT_INDEX})",
    )


def add_common(verb: argparse.ArgumentParser, command: Command) -> None:
    """Let the embedding model be chosen, and name the function that runs the command."""
    verb.add_argument(
        "--model",
        metavar="NAME",
        help=f"{BUNDLED} (the default), a folder, or a model's name such as intfloat/multilingual-e5-small",
    )
    verb.add_argument("--offline", action="store_true", help="never try the network for a model")
    add_json(verb, command)


def add_json(verb: argparse.ArgumentParser, command: Command) -> None:
    """Let the output be JSON, and name the function that runs the command."""
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(command=command)
