"""Pictures of pages: a document's own page with a quote marked on it, at an address of its own.

What may be shown is decided by the index alone: an address names a document of it and two offsets, never a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from qa import Document, QAError, page_image
from qa.documents import height_of_quote
from qa.page.parts.library import Library

PATH = "/page-image"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",  # else another site could tell by a picture what is in the index
}


@dataclass(frozen=True)
class Picture:
    """Where the picture of a quote's page is, from any of the page's views, and how far down on it the quote begins,
    from 0 to 1; None where the file is gone, was changed, or cannot be read.
    """

    address: str
    height: float | None


def picture_of(index: str, document: Document, start: int, end: int) -> Picture | None:
    """Return the picture of a quote's page; None where the document was read from no file in pages."""
    if document.page(start) is None or "path" not in document.metadata:
        return None
    asked = urlencode({"index": index, "document": document.id, "start": start, "end": end})
    try:
        return Picture(f"{PATH[1:]}?{asked}", height_of_quote(document, start, end))
    except QAError:
        return Picture("", None)


def picture_route(library: Library) -> Route:
    """Answer the addresses of pictures; with 404 where there is none."""

    def picture(request: Request) -> Response:
        asked = request.query_params
        try:
            document = library.searcher(asked.get("index")).index.document(asked.get("document", ""))
            start, end = int(asked.get("start", "")), int(asked.get("end", ""))
            return Response(page_image(document, start, end), media_type="image/png", headers=_HEADERS)
        except (QAError, ValueError):
            return PlainTextResponse("No picture.\n", 404, _HEADERS)

    return Route(PATH, picture)
