"""The MCP server, as a client of the protocol sees it over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent
from toy import WordEmbedder

import qa
from qa.page import Library, Settings, User, hash_token, keep_user, serving
from qa.text import detect_language

TOKEN = {"Authorization": "Bearer token-of-a-program"}

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    index = qa.Index.create(tmp_path_factory.mktemp("mcp") / "index", WordEmbedder())
    index.upsert([qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "báo/lúa", date(2023, 4, 4), "vi")])
    return Library({"fields": qa.Searcher(index)})


@pytest.fixture(scope="module")
def address(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    users = tmp_path_factory.mktemp("users") / "users"
    keep_user(users, User("robot", "read", hash_token(TOKEN["Authorization"].removeprefix("Bearer "))), "robot")
    with serving(library, Settings(port=0, users=users, mcp=True)) as (address, _):
        yield f"{address}mcp"


async def listed(address: str) -> dict[str, Any]:
    async with (
        httpx2.AsyncClient(headers=TOKEN) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        return {tool.name: tool for tool in (await client.list_tools()).tools}


async def called(address: str, tool: str, **values: Any) -> tuple[bool, str]:
    """Whether a tool failed, and its text."""
    async with (
        httpx2.AsyncClient(headers=TOKEN) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        result = await client.call_tool(tool, values)
        (content,) = result.content
        assert isinstance(content, TextContent)
        return bool(result.is_error), content.text


def test_the_endpoints_are_the_tools_and_nothing_else_is(address: str) -> None:
    tools = asyncio.run(listed(address))
    assert sorted(tools) == ["ask", "documents", "search"]
    assert sorted(tools["search"].input_schema["properties"]) == [
        "filters",
        "index",
        "k",
        "literal",
        "mode",
        "question",
    ]
    assert tools["search"].input_schema["required"] == ["question"]


def test_tools_and_what_they_take_are_described_in_vietnamese(address: str) -> None:
    for tool in asyncio.run(listed(address)).values():
        described = [one["description"] for one in tool.input_schema["properties"].values()]
        assert {detect_language(text) for text in [tool.description, *described]} == {"vi"}


def test_a_tool_answers_as_the_library_does(address: str, library: Library) -> None:
    failed, text = asyncio.run(called(address, "ask", question="Lúa tốt vì sao?", k=1))
    expected = qa.ask("Lúa tốt vì sao?", library.searcher(), k=1).to_json()
    assert (failed, json.loads(text)) == (False, {**expected, "indexes": ["fields"]})
    failed, text = asyncio.run(called(address, "documents", document="rice"))
    assert (failed, json.loads(text)["documents"][0]["text"]) == (False, "Lúa tốt vì có mưa.")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"question": "?"}, "Error executing tool search: The question has no words. Ask in words"),
        ({"question": "lúa", "k": 0}, "Error executing tool search: k is 0. Send a whole number"),
        ({"question": "lúa", "k": "nhiều"}, "Error executing tool search: 1 validation error"),
        ({"question": "lúa", "filters": {"colour": "red"}}, "Error executing tool search: There is no filter 'colour'"),
    ],
)
def test_what_a_tool_cannot_do_is_reported(address: str, values: dict[str, Any], message: str) -> None:
    failed, text = asyncio.run(called(address, "search", **values))
    assert failed
    assert text.startswith(message)


async def status(address: str) -> int:
    async with httpx2.AsyncClient() as http:
        return (await http.post(address, json={})).status_code


def test_without_the_login_there_are_no_tools(address: str) -> None:
    assert asyncio.run(status(address)) == 401


def test_there_is_no_mcp_server_unless_it_is_asked_for(library: Library) -> None:
    with serving(library, Settings(port=0)) as (address, _):
        assert asyncio.run(status(f"{address}mcp")) in (404, 405)
