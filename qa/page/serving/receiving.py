"""The address that files are sent to, one a request, as they are; the reply names the id to take them up by."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from qa.page.parts.received import FileTooLargeError, NoRoomError, Received
from qa.page.serving.guards import visitor_of

PATH = "/upload"
KIND = "application/octet-stream"
"""What no other site's page can send without asking first."""


def receiving_route(received: Received) -> Route:
    """Keeps what is sent in `received`."""

    async def receive(request: Request) -> Response:
        if request.headers.get("content-type") != KIND:
            return PlainTextResponse(f"Send one file as it is, as {KIND}.\n", 415)
        length = request.headers.get("content-length", "")
        announced = int(length) if length.isascii() and length.isdigit() else None
        try:
            identity = await received.receive(visitor_of(request.scope), announced, request.stream())
        except (FileTooLargeError, NoRoomError) as error:
            status = 413 if isinstance(error, FileTooLargeError) else 507
            return PlainTextResponse(f"{error}\n", status, {"Connection": "close"})
        except ClientDisconnect:
            return Response(status_code=400)
        return JSONResponse({"id": identity})

    return Route(PATH, receive, methods=["POST"])
