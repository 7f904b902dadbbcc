"""The same three functions for language models: an MCP server beside the page. Needs the extra `mcp`."""

from __future__ import annotations

from importlib.metadata import version

from starlette.applications import Starlette

from qa import QAError
from qa.page.parts.library import Library
from qa.page.programs.api import NAMES, Endpoints, explaining

PATH = "/mcp"
INSTRUCTIONS = "Tra cứu kho tài liệu tiếng Việt. Khi dùng kết quả, hãy dẫn nguồn: tiêu đề, ngày, tệp."


class ToolsMissingError(QAError):
    """The package that speaks the protocol is not installed."""

    def __init__(self) -> None:
        super().__init__("The MCP server needs the package mcp.", "Install it: pip install 'mcp>=2,<3'")


def serve_tools(library: Library) -> Starlette:
    """Return the server with its tools at `PATH`, to be mounted with its lifespan; raises `ToolsMissingError`."""
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
    # Whom the page answers to is decided for all of it.
    anyone = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    return server.streamable_http_app(streamable_http_path=PATH, stateless_http=True, transport_security=anyone)
