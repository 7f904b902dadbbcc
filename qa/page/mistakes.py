"""Answer wrong calls: with words for the sender, and the right status where Gradio gives 500."""

from __future__ import annotations

import json

import gradio as gr
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa import QAError

WRONG_CALLS = (KeyError, TypeError, FnIndexInferError)
"""The exceptions that Gradio raises for a call that fits no endpoint."""
MISTAKE = "Mistake"
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


def explain_wrong_call(request: Request, error: Exception) -> Response:
    """Answer a call that Gradio cannot match to an endpoint and its parameters; re-raise any other error."""
    if isinstance(error, FnIndexInferError):
        what = "There is no such endpoint."
    elif "/call/v2/" not in request.url.path:
        raise error
    elif isinstance(error, KeyError):
        what = f"There is no endpoint {error}."
    else:
        what = str(error).partition(" Please")[0].rstrip(".") + "."
    return JSONResponse({"error": f"{what} See /gradio_api/info for what there is."}, 400)
