"""Answer wrong calls: with words for the sender, and the right status where Gradio gives 500."""

from __future__ import annotations

import json
import re
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa import QAError

WRONG_CALLS = (KeyError, TypeError, FnIndexInferError, RequestValidationError)
"""The exceptions that Gradio raises for a call that fits no endpoint."""
MISTAKE = "Mistake"
_REPLY = re.compile(r"/gradio_api/call/(?:v2/)?[^/]+/(?P<event>[^/]+)")
_MOST_LEVELS = 20
"""Of lists and objects within each other; the endpoints take two, what the page sends itself fewer than ten."""
_TITLES = {
    "ParameterError": MISTAKE,
    "QuestionError": MISTAKE,
    "UnknownIndexError": MISTAKE,
    "IndexesDifferError": MISTAKE,
    "DocumentNotFoundError": "Not found",
    "BusyError": "Busy",
}
_STATUSES = {MISTAKE: 400, "Not found": 404, "Busy": 503}


def as_gradio(error: QAError) -> gr.Error:
    """Return the error in the form that Gradio passes on; `Mistakes` recognises its kind by the title."""
    names = [kind.__name__ for kind in type(error).__mro__]
    title = next((_TITLES[name] for name in names if name in _TITLES), "Error")
    return gr.Error(str(error), title=title, print_exception=False)


class Mistakes:
    """Gives errors of direct calls the status of their kind; Gradio gives them all 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold an error back until it is complete."""
        direct = scope["type"] == "http" and scope["path"].startswith(("/gradio_api/run/", "/gradio_api/api/"))
        start: Message | None = None
        body = b""

        async def sent(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and message["status"] == 500:
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    await send({**start, "status": _status(body)})
                    await send({**message, "body": body})

        await self._app(scope, receive, sent if direct else send)


def _status(body: bytes) -> int:
    try:
        return _STATUSES.get(json.loads(body)["title"], 500)
    except (ValueError, KeyError, TypeError):
        return 500


def is_plain(value: Any, levels: int = _MOST_LEVELS) -> bool:
    """Return whether a value has few levels and no file, since Gradio would copy any file of this machine."""
    if isinstance(value, dict) and {"path", "meta"} <= value.keys():
        return False
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels > 0 and all(is_plain(part, levels - 1) for part in parts)


async def awaited(request: Request) -> Response | None:
    """Refuse to wait for the reply to no call: Gradio would begin one and break it off."""
    asked = _REPLY.fullmatch(request.url.path)
    if request.method != "GET" or asked is None:
        return None
    waiting = request.app.routes[-1].app.get_blocks()._queue.pending_messages_per_session
    return None if asked["event"] in waiting else JSONResponse({"error": "There is no such call."}, 404)


def explain_wrong_call(request: Request, error: Exception) -> Response:
    """Answer a call that Gradio cannot match to an endpoint and its parameters; re-raise any other error."""
    if isinstance(error, FnIndexInferError) or _names_no_function(request, error):
        what = "There is no such endpoint."
    elif isinstance(error, RequestValidationError):
        what = _first_wrong(error)
    elif "/call/v2/" not in request.url.path:
        raise error
    elif isinstance(error, KeyError):
        what = f"There is no endpoint {error}."
    else:
        what = str(error).partition(" Please")[0].rstrip(".") + "."
    return JSONResponse({"error": f"{what} See /gradio_api/info for what there is."}, 400)


def _names_no_function(request: Request, error: Exception) -> bool:
    """Return whether a call names by its number a function that the page does not have."""
    number = error.args[0] if isinstance(error, KeyError) else None
    return isinstance(number, int) and number not in request.app.get_blocks().fns


def _first_wrong(error: RequestValidationError) -> str:
    """Return what is wrong with a request's body, without what was sent."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"][1:])) if first["type"] != "json_invalid" else ""
    return f"{where or 'The body'}: {first['msg']}."
