"""Offer `search`, `ask` and `documents` to programs, over HTTP as JSON and as tools of an MCP server.

Checks every value, since a program may send anything. Their descriptions are in Vietnamese, like the documents.
Annotations are evaluated at once in this module, since Gradio reads the types of replies.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from importlib.metadata import version
from typing import Annotated, Any, cast

import gradio as gr
from gradio.events import api
from pydantic import Field
from starlette.applications import Starlette

from qa import Document, QAError, ask
from qa.index import DAY_FILTERS, FILTERS, DocumentSummary, Filters
from qa.page.mistakes import MISTAKE, as_gradio, is_plain
from qa.page.parts.library import Library
from qa.text import storable

MCP_PATH = "/mcp"
INSTRUCTIONS = "Tra cứu kho tài liệu tiếng Việt. Khi dùng kết quả, hãy dẫn nguồn: tiêu đề, ngày, tệp."
NAMES = ("search", "ask", "documents")
MOST = 100
"""Passages or documents in one reply; chosen by hand."""
MODES = ("hybrid", "dense", "lexical")

Reply = dict[str, Any]
Question = Annotated[str, Field(description="Câu hỏi hoặc từ khóa, có dấu hay không dấu")]
Count = Annotated[int, Field(description=f"Số kết quả, từ 1 đến {MOST}")]
Narrowed = Annotated[
    dict[str, str] | None,
    Field(
        description="Lọc văn bản: published_from, published_to (ngày YYYY-MM-DD), source, document, language, tag "
        "(nhãn), number (số hiệu, như 12/2021/QĐ-UBND), kind (loại, như Quyết định), office (cơ quan ban hành), signer "
        "(người ký), in_force_from, in_force_to (ngày bắt đầu có hiệu lực, YYYY-MM-DD); bỏ trống là không lọc"
    ),
]
Literal = Annotated[bool, Field(description="true: tìm đúng như đã gõ, không tự thêm dấu")]
Name = Annotated[str | None, Field(description="Tên kho tài liệu; bỏ trống là kho đầu tiên")]
Names = Annotated[str | list[str] | None, Field(description="Tên một hoặc nhiều kho; bỏ trống là kho đầu tiên")]


class ParameterError(QAError):
    """A value that a parameter does not accept."""


class ToolsMissingError(QAError):
    """The package that speaks the protocol is not installed."""

    def __init__(self) -> None:
        super().__init__("The MCP server needs the package mcp.", "Install it: pip install 'mcp>=2,<3'")


class Endpoints:
    """The three functions, over the offered indexes; nothing is kept about who asks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def search(
        self,
        question: Question,
        k: Count = 5,
        mode: Annotated[str, Field(description="Cách tìm: hybrid, dense hoặc lexical")] = "hybrid",
        filters: Narrowed = None,
        literal: Literal = False,  # noqa: FBT002 - JSON has names for values
        index: Names = None,
    ) -> Reply:
        """Tìm những đoạn phù hợp với câu hỏi nhất trong kho tài liệu tiếng Việt, kèm nguồn, ngày, trang hoặc mục."""
        names = self._chosen(index)
        searcher = self._library.searcher(names)
        asked, put = _text("question", question), _switch("literal", literal)
        count, way, narrowed = _whole("k", k, 1, MOST), _mode(mode), _filters(filters)
        with self._library.turns.turn() as working, working:
            hits = searcher.search(asked, k=count, mode=way, filters=narrowed, literal=put)
        found = [hit.to_json() for hit in hits]
        return {"question": asked, "searched": hits.restored, "indexes": names, "mode": mode, "hits": found}

    def ask(
        self,
        question: Question,
        k: Count = 5,
        filters: Narrowed = None,
        literal: Literal = False,  # noqa: FBT002 - JSON has names for values
        index: Names = None,
    ) -> Reply:
        """Trả lời câu hỏi bằng câu trích nguyên văn từ kho tài liệu tiếng Việt; không thấy thì `answer` là null."""
        names = self._chosen(index)
        searcher = self._library.searcher(names)
        asked, put = _text("question", question), _switch("literal", literal)
        narrowed, count, reader = _filters(filters), _whole("k", k, 1, MOST), self._library.reader
        with self._library.turns.turn() as working, working:
            try:
                answer = ask(asked, searcher, k=count, filters=narrowed, literal=put, reader=reader)
                return {**answer.to_json(), "indexes": names}
            except QAError as error:  # if the search fails too, it raises this again
                problem = str(error)
                hits = searcher.search(asked, k=count, filters=narrowed, literal=put)
        found = [hit.to_json() for hit in hits]
        reply = {"question": asked, "searched": hits.restored, "indexes": names}
        return {**reply, "answer": None, "error": problem, "hits": found}

    def documents(
        self,
        document: Annotated[
            str | None, Field(description="Mã một văn bản: trả về toàn văn của riêng văn bản đó")
        ] = None,
        contains: Annotated[
            str, Field(description="Chỉ liệt kê văn bản có những chữ này trong tiêu đề, nguồn hoặc mã")
        ] = "",
        k: Count = MOST,
        start: Annotated[int, Field(description="Số văn bản bỏ qua ở đầu danh sách")] = 0,
        index: Name = None,
    ) -> Reply:
        """Liệt kê văn bản trong kho tài liệu (mã, tiêu đề, nguồn, ngày), hoặc trả về toàn văn một văn bản theo mã."""
        names = self._chosen(index)[:1]
        searcher = self._library.searcher(names)
        if document is not None:
            one = searcher.index.document(_text("document", document))
            whole = {**_shown(one), "text": one.text, "places": _places(one)}
            return {"index": names[0], "total": 1, "documents": [whole]}
        wanted, offset, limit = _text("contains", contains), _whole("start", start, 0, None), _whole("k", k, 1, MOST)
        listed, total = searcher.index.find_documents(wanted, offset=offset, limit=limit)
        return {"index": names[0], "total": total, "documents": list(map(_shown, listed))}

    def _chosen(self, index: Any) -> list[str]:
        """Return the names of the indexes to ask."""
        given = index if isinstance(index, list) else [index] if index not in (None, "") else []
        return list(dict.fromkeys(_text("index", name) for name in given)) or [self._library.names[0]]


def add_endpoints(library: Library) -> None:
    """Make the three functions endpoints of the page being laid out, its only public ones."""
    endpoints = Endpoints(library)
    for name in NAMES:
        api(explaining(getattr(endpoints, name), as_gradio), api_name=name, concurrency_limit=None)


def serve_tools(library: Library) -> Starlette:
    """Return the server with its tools at `MCP_PATH`, to be mounted with its lifespan; raises `ToolsMissingError`."""
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.server.transport_security import TransportSecuritySettings
    except ImportError as error:
        raise ToolsMissingError from error
    endpoints = Endpoints(library)
    server = MCPServer("qa", instructions=INSTRUCTIONS, version=version("qa"), log_level="WARNING")
    for name in NAMES:
        server.add_tool(explaining(getattr(endpoints, name), lambda error: ToolError(str(error))))
    # The names that the page answers to are checked for all of it.
    anyone = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(streamable_http_path=MCP_PATH, stateless_http=True, transport_security=anyone)


def explaining(endpoint: Callable[..., Reply], kind: Callable[[QAError], Exception]) -> Callable[..., Reply]:
    """Return the function with its errors converted to the kind that is shown to the caller."""

    @wraps(endpoint)
    def _explaining(*values: Any, **named: Any) -> Reply:
        try:
            return endpoint(*values, **named)
        except QAError as error:
            raise kind(error) from error

    return _explaining


class CheckedBlocks(gr.Blocks):
    """Blocks that explain wrong values to who sent them, where Gradio would fail."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        """Raise the error to show; the values sent are not repeated."""
        needed, public = len(block_fn.inputs), block_fn.api_name in NAMES
        if block_fn.fn is None:
            raise gr.Error("This is done by the page itself.", title=MISTAKE, print_exception=False)
        if len(inputs) < needed or (public and len(inputs) > needed):
            what = f"/{block_fn.api_name} takes" if public else "This takes"
            raise gr.Error(
                f"{what} {needed} values, and {len(inputs)} were sent. See /gradio_api/info for what there is.",
                title=MISTAKE,
                print_exception=False,
            )
        if not all(map(is_plain, inputs)):
            raise gr.Error("A value is nested too deeply, or names a file.", title=MISTAKE, print_exception=False)


def _shown(document: Document | DocumentSummary) -> Reply:
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "published": document.published and document.published.isoformat(),
        "language": document.language,
        "tags": list(document.tags),
        "metadata": {name: value for name, value in document.metadata.items() if name != "path"},
    }


def _places(document: Document) -> list[Reply]:
    """Return the names of the parts of the text, in order."""
    return [{"start": one.start, "end": one.end, "label": one.label} for one in document.places]


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ParameterError(f"{name} is {_quoted(value)}, which is not text.", "Send a string.")
    return storable(value)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ParameterError(f"{name} is {_quoted(value)}.", "Send true or false.")
    return value


def _whole(name: str, value: Any, least: int, most: int | None) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least or (most is not None and value > most):
        upper = f" and at most {most}" if most is not None else ""
        raise ParameterError(f"{name} is {_quoted(value)}.", f"Send a whole number of at least {least}{upper}.")
    return value


def _mode(value: Any) -> Any:
    if value not in MODES:
        raise ParameterError(f"mode is {_quoted(value)}.", f"Send one of: {', '.join(MODES)}.")
    return value


def _filters(value: Any) -> Filters:
    """Raise `ParameterError` if one is unknown or of the wrong type."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ParameterError(f"filters is {_quoted(value)}.", f"Send an object with any of: {', '.join(FILTERS)}.")
    unknown = [name for name in value if name not in FILTERS]
    if unknown:
        raise ParameterError(f"There is no filter {_quoted(unknown[0])}.", f"Use any of: {', '.join(FILTERS)}.")
    read = {name: (_day if name in DAY_FILTERS else _text)(name, given) for name, given in value.items()}
    return cast(Filters, read)


def _day(name: str, value: Any) -> date:
    try:
        return date.fromisoformat(_text(name, value))
    except ValueError as error:
        raise ParameterError(
            f"{name} is {_quoted(value)}, which is not a date.", "Send a date as in 2022-01-31."
        ) from error


def _quoted(value: Any) -> str:
    """Return a short form of whatever was sent."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}…"
