"""Define the commands and their arguments."""

from __future__ import annotations

import argparse
from importlib.metadata import version

from qa.cli import commands
from qa.cli.options import (
    PLACE,
    Verbs,
    add_cite,
    add_common,
    add_filters,
    add_index_folder,
    add_indexes,
    add_json,
    add_k,
    add_literal,
    add_models,
    add_reranker,
    add_tags,
)
from qa.cli.serving import add_serving
from qa.retrieval import MODES
from qa.text import storable


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of `qa`; each command carries the function that runs it as `command`."""
    parser = argparse.ArgumentParser(
        prog="qa",
        description="Answers questions over Vietnamese documents, with citations, offline.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"qa {version('qa')}")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_index(verbs)
    _add_search(verbs)
    _add_ask(verbs)
    _add_verify(verbs)
    _add_info(verbs)
    _add_doctor(verbs)
    _add_pack(verbs)
    _add_unpack(verbs)
    _add_move(verbs)
    _add_delete(verbs)
    _add_tag(verbs)
    _add_judgements(verbs)
    add_serving(verbs)
    _add_eval(verbs)
    return parser


def _add_index(verbs: Verbs) -> None:
    verb = verbs.add_parser(
        "index", help="read files and folders into an index, or bring it up to date", allow_abbrev=False
    )
    verb.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file (text, PDF, Word, Excel, HTML, ...), or a folder of them"
    )
    verb.add_argument("--into", required=True, metavar="DIR", help=f"the index, created if it is not there: {PLACE}")
    add_tags(verb, "--tag", "tags", "give every document there this tag; repeat for several")
    verb.add_argument(
        "--watch", action="store_true", help="then follow what changes there, one line per change, until Ctrl+C"
    )
    add_common(verb, commands.index)


def _add_search(verbs: Verbs) -> None:
    verb = verbs.add_parser("search", help="show the passages that match a question best", allow_abbrev=False)
    verb.add_argument("question")
    verb.add_argument("--mode", choices=MODES, default="hybrid", help="which search (default: hybrid)")
    add_literal(verb)
    add_k(verb)
    add_filters(verb)
    add_reranker(verb)
    add_cite(verb)
    add_indexes(verb)
    add_common(verb, commands.search)


def _add_ask(verbs: Verbs) -> None:
    verb = verbs.add_parser("ask", help="answer a question with its source, or decline", allow_abbrev=False)
    verb.add_argument("question")
    add_literal(verb)
    add_k(verb)
    add_filters(verb)
    add_reranker(verb)
    add_cite(verb)
    add_models(verb)
    add_indexes(verb)
    add_common(verb, commands.ask)


def _add_verify(verbs: Verbs) -> None:
    verb = verbs.add_parser("verify", help="check whether the quote of a citation still stands", allow_abbrev=False)
    verb.add_argument("citation", help="a citation in any format of --cite, or - to read it from stdin")
    add_indexes(verb)
    add_json(verb, commands.verify)


def _add_info(verbs: Verbs) -> None:
    verb = verbs.add_parser("info", help="show what an index holds and how it was built", allow_abbrev=False)
    verb.add_argument("--documents", action="store_true", help="list the documents too")
    add_index_folder(verb)
    add_json(verb, commands.info)


def _add_doctor(verbs: Verbs) -> None:
    verb = verbs.add_parser("doctor", help="check whether an index is healthy, and say what to do", allow_abbrev=False)
    verb.add_argument("index", metavar="INDEX", help=f"the index: {PLACE}")
    verb.add_argument("--repair", action="store_true", help="rebuild what can be rebuilt from the documents")
    add_json(verb, commands.doctor)


def _add_pack(verbs: Verbs) -> None:
    verb = verbs.add_parser("pack", help="write an index into one file, even while it is in use", allow_abbrev=False)
    verb.add_argument("index", metavar="INDEX", help="the index folder")
    verb.add_argument("-o", required=True, metavar="FILE", dest="file", help="the file; an earlier one is replaced")
    add_json(verb, commands.pack)


def _add_unpack(verbs: Verbs) -> None:
    verb = verbs.add_parser("unpack", help="check a packed index and unpack it into a folder", allow_abbrev=False)
    verb.add_argument("file", metavar="FILE", help="what `qa pack` wrote")
    verb.add_argument("into", metavar="DIR", help="the index folder to make")
    verb.add_argument("--replace", action="store_true", help="replace an index that is there")
    add_json(verb, commands.unpack)


def _add_move(verbs: Verbs) -> None:
    verb = verbs.add_parser(
        "move", help="copy an index to another folder or database without embedding anything again", allow_abbrev=False
    )
    verb.add_argument("source", metavar="INDEX", help=f"the index: {PLACE}")
    verb.add_argument("target", metavar="TARGET", help="where the copy goes; an interrupted one is completed")
    add_json(verb, commands.move)


def _add_delete(verbs: Verbs) -> None:
    verb = verbs.add_parser("delete", help="remove documents from an index", allow_abbrev=False)
    verb.add_argument(
        "ids", nargs="+", type=storable, metavar="ID", help="document ids, as `qa info --documents` lists them"
    )
    verb.add_argument("--index", required=True, metavar="DIR", help=f"the index: {PLACE}")
    add_json(verb, commands.delete)


def _add_tag(verbs: Verbs) -> None:
    verb = verbs.add_parser("tag", help="add tags to documents, or remove them", allow_abbrev=False)
    verb.add_argument(
        "ids", nargs="+", type=storable, metavar="ID", help="document ids, as `qa info --documents` lists them"
    )
    add_tags(verb, "--add", "add", "a tag to add; repeat for several")
    add_tags(verb, "--remove", "remove", "a tag to remove; repeat for several")
    verb.add_argument("--index", required=True, metavar="DIR", help="the index folder")
    add_json(verb, commands.tag)


def _add_judgements(verbs: Verbs) -> None:
    verb = verbs.add_parser(
        "judgements",
        help="export what was judged on the page as qrels and questions to evaluate with",
        allow_abbrev=False,
    )
    verb.add_argument("--into", required=True, metavar="FOLDER", help="where judgements.qrels and judgements.tsv go")
    add_index_folder(verb)
    add_json(verb, commands.judgements)


def _add_eval(verbs: Verbs) -> None:
    verb = verbs.add_parser(
        "eval",
        help="measure qa, or any other search system, on a set of questions",
        add_help=False,
        prefix_chars="\0",  # every word, --help included, is for that command's own parser
    )
    verb.add_argument("arguments", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    verb.set_defaults(command=commands.evaluate)
