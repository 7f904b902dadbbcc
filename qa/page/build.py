"""The page over the offered indexes, in both languages, with its public endpoints, and its first bytes in each.

Gradio sends the page in English, with a picture from elsewhere, and its script goes by the browser's language for what
it says while it loads; here each view has its own language from the first byte, and words of ours cover those.
"""

from __future__ import annotations

import re

import gradio as gr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.page.api import CheckedBlocks, add_endpoints
from qa.page.ask import replies
from qa.page.ask import words as ask_words
from qa.page.ask.tab import add_ask_tab
from qa.page.corpus import words as corpus_words
from qa.page.corpus.tab import add_corpus_tab
from qa.page.judging import words as judging_words
from qa.page.judging.tab import add_judging_tab
from qa.page.parts import words
from qa.page.parts.components import Macros, html
from qa.page.parts.library import Library
from qa.page.parts.users import ANYONE, Role, user_of
from qa.page.parts.words import ADDRESSES, Language

TABS = (
    ("ask", ask_words.ASK_TAB, add_ask_tab),
    ("documents", corpus_words.CORPUS_TAB, add_corpus_tab),
    ("judgements", judging_words.JUDGING_TAB, add_judging_tab),
)
"""The id of each tab, which the address of the page has as `tab`, its name, and what lays it out."""


def build_page(library: Library) -> gr.Blocks:
    """Return the page over these indexes, not yet served."""
    page = CheckedBlocks(title=words.PAGE_TITLE["vi"], analytics_enabled=False)
    with page:
        add_endpoints(library)  # first, since private events of the same names would take them
    for language, address in ADDRESSES.items():
        # The first is at the page's root; the others are added under addresses of their own.
        with page.route(words.PAGE_TITLE[language], address, show_in_navbar=False) if address else page:
            add_view(page, library, language)
    return page


def add_view(page: gr.Blocks, library: Library, language: Language) -> None:
    """Lay out the whole page in one language."""
    html(replies.heading(language), "qaPage.entitle();")
    with gr.Tabs(elem_id="tabs"):
        for identity, name, add_tab in TABS:
            with gr.Tab(name[language], id=identity, elem_id=identity):
                add_tab(page, library, language)


# The first bytes of each view

_LANGUAGES: dict[str, Language] = {f"/{address}": language for language, address in ADDRESSES.items()}
_LANGUAGE = re.compile(r'(?<=<html)(\s[^>]*?lang=")[^"]*')
_NAME = re.compile(r'(<meta\s+(?:property|name)="(?:og|twitter):title"\s+content=")[^"]*')
_DESCRIPTION = re.compile(r'(<meta\s+(?:property|name)="(?:og|twitter):description"\s+content=")[^"]*')
# What a link preview would fetch from other machines, or say about Gradio.
_ELSEWHERE = re.compile(r'<meta\s+(?:property|name)="(?:og:image|og:url|twitter:image|twitter:creator)"[^>]*>')
_HTML = Macros("opening.html")


class OwnLanguage:
    """Puts each view's own language into the page that Gradio sends for it; everything else passes unchanged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold a view's page back until it is complete."""
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        language = _LANGUAGES.get(path)
        await self._app(scope, receive, _Translating(send, language, user_of(scope).role) if language else send)


class _Translating:
    """Passes on what it is sent, with HTML pages converted to another language."""

    def __init__(self, send: Send, language: Language, role: Role) -> None:
        self._send = send
        self._language = language
        self._role = role
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_whole(self._start)

    async def _send_whole(self, start: Message) -> None:
        body = in_language(self._body.decode(), self._language, self._role).encode() if self._body else b""
        others = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        length = [(b"content-length", str(len(body)).encode())] if body else []  # none for a HEAD request
        await self._send({**start, "headers": [*others, *length]})
        await self._send({"type": "http.response.body", "body": body})


def in_language(html: str, language: Language, role: Role = ANYONE.role) -> str:
    """Return Gradio's page with its language, its name and what it says while it loads in this language.

    The visitor's role is marked, so that the page hides what it does not allow.
    """
    html = _LANGUAGE.sub(rf' data-role="{role}"\g<1>{language}', html, count=1)
    html = _NAME.sub(rf"\g<1>{words.PAGE_TITLE[language]}", _ELSEWHERE.sub("", html))
    html = _DESCRIPTION.sub(rf"\g<1>{words.PROMISE[language]}", html)
    return html.replace("<head>", f"<head>{_HTML[language].head()}", 1)


def _is_html(start: Message) -> bool:
    return any(name == b"content-type" and value.startswith(b"text/html") for name, value in start["headers"])
