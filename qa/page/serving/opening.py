"""The page's first bytes in the language of their view: Gradio sends all in English, with a picture from elsewhere.

Its script goes by the browser's language for what it says while it loads; here that is covered by words of our own.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.page.parts import words
from qa.page.parts.markup import Macros
from qa.page.parts.users import ANYONE, Role, user_of
from qa.page.parts.words import ADDRESSES, Language

_LANGUAGES: dict[str, Language] = {f"/{address}": language for language, address in ADDRESSES.items()}
_LANGUAGE = re.compile(r'(?<=<html)(\s[^>]*?lang=")[^"]*')
_NAME = re.compile(r'(<meta\s+(?:property|name)="(?:og|twitter):title"\s+content=")[^"]*')
_DESCRIPTION = re.compile(r'(<meta\s+(?:property|name)="(?:og|twitter):description"\s+content=")[^"]*')
# What a preview of a link to the page would fetch from other machines, or say of Gradio.
_ELSEWHERE = re.compile(r'<meta\s+(?:property|name)="(?:og:image|og:url|twitter:image|twitter:creator)"[^>]*>')
_HTML = Macros("serving/opening.html")


class OwnLanguage:
    """Puts each view's own language into the page that Gradio sends for it; whatever else passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold a view's page back until it is whole."""
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        language = _LANGUAGES.get(path)
        await self._app(scope, receive, _Translating(send, language, user_of(scope).role) if language else send)


class _Translating:
    """Sends on what it is sent, a page of HTML in another language."""

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
        length = [(b"content-length", str(len(body)).encode())] if body else []  # none to a question for headers only
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
