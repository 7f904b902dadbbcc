"""Serve the page from the command line: `serve`, its logins with `user`, and `demo`."""

from __future__ import annotations

import argparse
import secrets
import sys
from getpass import getpass
from importlib.metadata import files
from pathlib import Path
from tempfile import TemporaryDirectory

from qa.cli import reports
from qa.cli.commands import InputError, open_index
from qa.cli.options import DEFAULT_INDEX, PLACE, Verbs, add_json, add_models
from qa.documents import read_documents
from qa.generation import load_writer
from qa.index import Index
from qa.reading import load_reader
from qa.retrieval import Searcher

ROLES = ("read", "add", "administer")
SHORTEST_PASSWORD = 8
"""Characters: the minimum for passwords in NIST SP 800-63B."""


def add_serving(verbs: Verbs) -> None:
    """Add the commands of the page."""
    _add_serve(verbs)
    _add_user(verbs)
    _add_demo(verbs)


def _add_serve(verbs: Verbs) -> None:
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
    add_models(verb)
    verb.add_argument("--mcp", action="store_true", help="serve the MCP tools at /mcp too")
    verb.add_argument("--log", action="store_true", help="log each request on stderr as JSON, without its question")
    verb.set_defaults(command=serve)


def _add_demo(verbs: Verbs) -> None:
    verb = verbs.add_parser("demo", help="open the web page on five pages of news to try it", allow_abbrev=False)
    _add_port(verb)
    verb.set_defaults(command=demo)


def _add_user(verbs: Verbs) -> None:
    verb = verbs.add_parser("user", help="give a person or a program a login to the page", allow_abbrev=False)
    verb.add_argument("name", metavar="NAME", help="no spaces or colons; an existing user of this name is replaced")
    verb.add_argument("--users", required=True, metavar="FILE", help="what qa serve --users reads")
    verb.add_argument("--role", choices=ROLES, default="read", help="what the user may do (default: read)")
    way = verb.add_mutually_exclusive_group()
    way.add_argument(
        "--token", action="store_true", help="print a token for a program, instead of asking for a password"
    )
    way.add_argument("--remove", action="store_true", help="remove the login")
    add_json(verb, user)


def _add_port(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--port", default=7860, type=int, help="default: 7860")


def serve(given: argparse.Namespace) -> None:
    """Serve the page until it is stopped."""
    reader = load_reader(given.reader, offline=True) if given.reader else None
    writer = load_writer(given.llm_url, given.llm_model) if given.llm_url else None
    folders = given.index or [DEFAULT_INDEX]
    for folder in folders:  # upgraded here, where the upgrade is reported
        open_index(folder, offline=True)
    from qa.page import Library, Settings, serve_until_stopped  # only now: it takes seconds, and errors come first

    library = Library.open(folders, reader, writer)
    settings = Settings(
        given.host,
        given.port,
        users=Path(given.users) if given.users else None,
        root_path=given.root_path,
        names=tuple(given.allow_host),
        mcp=given.mcp,
        log=given.log,
    )
    serve_until_stopped(library, settings)


def demo(given: argparse.Namespace) -> None:
    """Serve the pages that come with qa, from an index in a temporary folder."""
    from qa.page import Library, Settings, serve_until_stopped

    with TemporaryDirectory(prefix="qa-demo-") as folder:
        opened = Index.create(folder, offline=True)
        opened.sync(read_documents(_seeds()))
        serve_until_stopped(Library({"seeds": Searcher(opened)}), Settings(port=given.port))


def _seeds() -> Path:
    """Return the folder of the pages: beside the package in a repository, or else where pip installed them."""
    beside = Path(__file__).parent.parent.parent / "seeds"
    installed = [file.locate() for file in files("qa") or () if "share/qa/seeds/" in file.as_posix()]
    folders = [beside, *(Path(str(file)).parent for file in installed)]
    found = next((folder for folder in folders if any(folder.glob("*.txt"))), None)
    if found is None:
        raise InputError("The pages of the demonstration are not installed.", "Install qa again: pip install -I qa")
    return found.resolve()


def user(given: argparse.Namespace) -> None:
    """Store a login in the file of users; its password is prompted for, or read from stdin without a terminal."""
    from qa.page import User, hash_password, hash_token, keep_user

    token = secrets.token_urlsafe(32) if given.token else ""
    if given.remove:
        kept = None
    else:
        kept = User(given.name, given.role, hash_token(token) if token else hash_password(_password()))
    replaced = keep_user(given.users, kept, given.name)
    if given.remove and not replaced:
        raise InputError(f"There is no user {given.name} in {given.users}.", "Check the name; nothing was changed.")
    reports.show_user(given.name, token, given.role if kept else None, replaced=replaced, as_json=given.json)


def _password() -> str:
    """Return the password typed twice, or the first line of stdin."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass("Password: ")
        if getpass("Once more: ") != password:
            raise InputError("The two passwords differ.", "Type the same password twice.")
    if len(password) < SHORTEST_PASSWORD:
        raise InputError("The password is too short.", f"Choose one of at least {SHORTEST_PASSWORD} characters.")
    return password
