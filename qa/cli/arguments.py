"""What the command line understands."""

from __future__ import annotations

import argparse
from datetime import date
from importlib.metadata import version

from qa.answer import CITATION_FORMATS
from qa.cli import commands
from qa.cli.commands import DEFAULT_INDEX
from qa.documents.dates import read_date_line
from qa.embedding import BUNDLED
from qa.retrieval import MODES

PLACE = "a folder, or postgresql://USER@HOST/DATABASE"

ROLES = ("read", "add", "administer")


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
    _add_serve(verbs)
    _add_user(verbs)
    _add_demo(verbs)
    _add_eval(verbs)
    return parser


def _add_index(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "index", help="read files and folders into an index, or bring it up to date", allow_abbrev=False
    )
    verb.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file (text, PDF, Word, Excel, HTML, ...), or a folder of them"
    )
    verb.add_argument("--into", required=True, metavar="DIR", help=f"the index, created if it is not there: {PLACE}")
    _add_tags(verb, "--tag", "tags", "give every document there this tag; repeat for several")
    verb.add_argument(
        "--watch", action="store_true", help="then follow what changes there, one line per change, until Ctrl+C"
    )
    _add_common(verb, commands.index)


def _add_search(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("search", help="show the passages that fit a question best", allow_abbrev=False)
    verb.add_argument("question")
    verb.add_argument("--mode", choices=MODES, default="hybrid", help="which search (default: hybrid)")
    _add_literal(verb)
    _add_k(verb)
    _add_filters(verb)
    _add_reranker(verb)
    _add_cite(verb)
    _add_indexes(verb)
    _add_common(verb, commands.search)


def _add_ask(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("ask", help="answer a question with its source, or decline", allow_abbrev=False)
    verb.add_argument("question")
    _add_literal(verb)
    _add_k(verb)
    _add_filters(verb)
    _add_reranker(verb)
    _add_cite(verb)
    _add_models(verb)
    _add_indexes(verb)
    _add_common(verb, commands.ask)


def _add_verify(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("verify", help="check whether the quote of a citation still stands", allow_abbrev=False)
    verb.add_argument("citation", help="a citation in any format of --cite, or - to read it from stdin")
    _add_indexes(verb)
    _add_json(verb, commands.verify)


def _add_info(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("info", help="show what an index holds and how it was built", allow_abbrev=False)
    verb.add_argument("--documents", action="store_true", help="list the documents too")
    _add_index_folder(verb)
    _add_json(verb, commands.info)


def _add_doctor(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("doctor", help="check whether an index is healthy, and say what to do", allow_abbrev=False)
    verb.add_argument("index", metavar="INDEX", help=f"the index: {PLACE}")
    verb.add_argument("--repair", action="store_true", help="rebuild what can be rebuilt from the documents")
    _add_json(verb, commands.doctor)


def _add_pack(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("pack", help="write an index into one file, also while it is in use", allow_abbrev=False)
    verb.add_argument("index", metavar="INDEX", help="the index folder")
    verb.add_argument("-o", required=True, metavar="FILE", dest="file", help="the file; an earlier one is replaced")
    _add_json(verb, commands.pack)


def _add_unpack(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("unpack", help="check a packed index and unpack it into a folder", allow_abbrev=False)
    verb.add_argument("file", metavar="FILE", help="what `qa pack` wrote")
    verb.add_argument("into", metavar="DIR", help="the index folder to make")
    verb.add_argument("--replace", action="store_true", help="replace an index that is there")
    _add_json(verb, commands.unpack)


def _add_move(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "move", help="copy an index to another folder or database, embedding nothing again", allow_abbrev=False
    )
    verb.add_argument("source", metavar="INDEX", help=f"the index: {PLACE}")
    verb.add_argument("target", metavar="TARGET", help="where the copy goes; an interrupted one is completed")
    _add_json(verb, commands.move)


def _add_delete(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("delete", help="remove documents from an index", allow_abbrev=False)
    verb.add_argument("ids", nargs="+", metavar="ID", help="document ids, as `qa info --documents` lists them")
    verb.add_argument("--index", required=True, metavar="DIR", help=f"the index: {PLACE}")
    _add_json(verb, commands.delete)


def _add_tag(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("tag", help="give tags to documents, or take them away", allow_abbrev=False)
    verb.add_argument("ids", nargs="+", metavar="ID", help="document ids, as `qa info --documents` lists them")
    _add_tags(verb, "--add", "add", "a tag to give; repeat for several")
    _add_tags(verb, "--remove", "remove", "a tag to take away; repeat for several")
    verb.add_argument("--index", required=True, metavar="DIR", help="the index folder")
    _add_json(verb, commands.tag)


def _add_tags(verb: argparse.ArgumentParser, option: str, name: str, told: str) -> None:
    verb.add_argument(option, action="append", default=[], metavar="TAG", dest=name, help=told)


def _add_serve(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("serve", help="open the web page, with its API, on this machine", allow_abbrev=False)
    verb.add_argument(
        "--index", action="append", metavar="DIR", help=f"{PLACE}; repeat to offer several (default: {DEFAULT_INDEX})"
    )
    verb.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    _add_port(verb)
    verb.add_argument("--users", metavar="FILE", help="let in only the users of this file, which `qa user` writes")
    verb.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer to this name too, besides those of this machine; repeat for several",
    )
    verb.add_argument("--root-path", default="", metavar="/PATH", help="where a proxy shows the page")
    _add_models(verb)
    verb.add_argument("--mcp", action="store_true", help="serve the MCP tools at /mcp too")
    verb.add_argument("--log", action="store_true", help="log each request on stderr as JSON, without its question")
    verb.set_defaults(command=commands.serve)


def _add_demo(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("demo", help="open the web page on five pages of news to try it", allow_abbrev=False)
    _add_port(verb)
    verb.set_defaults(command=commands.demo)


def _add_port(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--port", default=7860, type=int, help="default: 7860")


def _add_user(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("user", help="give a person or a program a login to the page", allow_abbrev=False)
    verb.add_argument("name", metavar="NAME", help="without spaces and colons; a user of this name is replaced")
    verb.add_argument("--users", required=True, metavar="FILE", help="what qa serve --users reads")
    verb.add_argument("--role", choices=ROLES, default="read", help="what the user may do (default: read)")
    way = verb.add_mutually_exclusive_group()
    way.add_argument(
        "--token", action="store_true", help="print a token for a program, instead of asking for a password"
    )
    way.add_argument("--remove", action="store_true", help="take the login away")
    _add_json(verb, commands.user)


def _add_judgements(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "judgements",
        help="write what was judged on the page as qrels and questions for the evaluation",
        allow_abbrev=False,
    )
    verb.add_argument("--into", required=True, metavar="FOLDER", help="gets judgements.qrels and judgements.tsv")
    _add_index_folder(verb)
    _add_json(verb, commands.judgements)


def _add_eval(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser(
        "eval",
        help="measure qa, or any other search system, on a set of questions",
        add_help=False,
        prefix_chars="\0",  # every word, --help too, is for the parser of the kit itself
    )
    verb.add_argument("arguments", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    verb.set_defaults(command=commands.evaluate)


def _add_k(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("-k", type=int, default=5, help="how many passages to show (default: 5)")


def _add_filters(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--from", type=_day, metavar="DATE", dest="published_from", help="published on 31/01/2022 or later"
    )
    verb.add_argument("--to", type=_day, metavar="DATE", dest="published_to", help="published on 31/01/2022 or earlier")
    verb.add_argument("--source", help="only this source, as a citation shows it")
    verb.add_argument("--document", metavar="ID", help="only this document, as `qa info --documents` lists it")
    verb.add_argument("--language", metavar="CODE", help="only documents in this language, such as vi or en")
    verb.add_argument("--number", help="only the law or office document of this number, such as 12/2021/QĐ-UBND")
    _add_tags(verb, "--tag", "tags", "only documents with this tag; repeat for those with all of several")


def _day(text: str) -> date:
    found = read_date_line(text)
    if found is None or found.published is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write one as 31/01/2022 or as 2022-01-31")
    return found.published


def _add_literal(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--literal", action="store_true", help="search for what was typed, putting back no diacritics")


def _add_reranker(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--rerank",
        metavar="NAME",
        help="rerank the best passages with a cross-encoder: a folder, or a name such as BAAI/bge-reranker-v2-m3",
    )


def _add_models(verb: argparse.ArgumentParser) -> None:
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


def _add_cite(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--cite", choices=CITATION_FORMATS, help="print citations in this format, and nothing else")


def _add_index_folder(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--index", default=DEFAULT_INDEX, metavar="DIR", help=f"{PLACE} (default: {DEFAULT_INDEX})")


def _add_indexes(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--index",
        action="append",
        metavar="DIR",
        help=f"{PLACE}; repeat to ask several as one (default: {DEFAULT_INDEX})",
    )


def _add_common(verb: argparse.ArgumentParser, command: commands.Command) -> None:
    verb.add_argument(
        "--model",
        metavar="NAME",
        help=f"{BUNDLED} (the default), a folder, or a model's name such as intfloat/multilingual-e5-small",
    )
    verb.add_argument("--offline", action="store_true", help="never try the network for a model")
    _add_json(verb, command)


def _add_json(verb: argparse.ArgumentParser, command: commands.Command) -> None:
    verb.add_argument("--json", action="store_true", help="print one JSON object")
    verb.set_defaults(command=command)
