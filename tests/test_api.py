"""The page's public API: its three endpoints over real HTTP, and every value that a program may send."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from readers import DamagedReader
from toy import WordEmbedder

import qa
from qa.index import FILTERS
from qa.page import Library, Settings, serving
from qa.page.api import MODES, MOST, Endpoints, ParameterError

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]

RICE = qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "báo/lúa", date(2023, 4, 4), "vi")
RAIN = qa.Document("rain", "Mưa to ở miền núi.", "Thời tiết", "báo/mưa", date(2022, 1, 13), "vi")
FISH = qa.Document("fish", "Cá sống ở sông.", "Thuỷ sản", "báo/cá", None, "vi")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("api")
    fields, water = (qa.Index.create(folder / name, WordEmbedder()) for name in ("fields", "water"))
    fields.upsert([RICE, RAIN])
    water.upsert([FISH])
    return Library({"fields": qa.Searcher(fields), "water": qa.Searcher(water)})


@pytest.fixture(scope="module")
def endpoints(library: Library) -> Endpoints:
    return Endpoints(library)


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library, Settings(port=0)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False)


def found(reply: dict[str, Any]) -> list[str]:
    return [hit["passage"]["document_id"] for hit in reply["hits"]]


def post(address: str, path: str, body: Any) -> Any:
    request = urllib.request.Request(
        f"{address}gradio_api/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answered:
        return json.load(answered)


def test_these_endpoints_are_public_and_no_others(client: Client) -> None:
    message = client.view_api(return_format="dict", print_info=False)
    assert list(message["named_endpoints"]) == ["/search", "/ask", "/documents"]
    assert message["unnamed_endpoints"] == {}
    taken = {
        name: [one["parameter_name"] for one in endpoint["parameters"]]
        for name, endpoint in message["named_endpoints"].items()
    }
    assert taken == {
        "/search": ["question", "k", "mode", "filters", "literal", "index"],
        "/ask": ["question", "k", "filters", "literal", "index"],
        "/documents": ["document", "contains", "k", "start", "index"],
    }


def test_what_goes_in_and_out_has_its_type(client: Client) -> None:
    message = client.view_api(return_format="dict", print_info=False)["named_endpoints"]["/search"]
    kinds = [one["type"].get("oneOf") or one["type"].get("anyOf") or [one["type"]] for one in message["parameters"]]
    types = [sorted(kind["type"] for kind in each) for each in kinds]
    one_or_many = ["array", "null", "string"]
    assert types == [["string"], ["integer"], ["string"], ["null", "object"], ["boolean"], one_or_many]
    assert [one["type"]["type"] for one in message["returns"]] == ["object"]


def test_a_search_is_what_the_library_finds(client: Client, library: Library) -> None:
    hits = library.searcher().search("lúa mưa", k=2, mode="lexical")
    reply = client.predict("lúa mưa", k=2, mode="lexical", api_name="/search")
    assert reply == {
        "question": "lúa mưa",
        "searched": None,
        "indexes": ["fields"],
        "mode": "lexical",
        "hits": [hit.to_json() for hit in hits],
    }
    assert found(reply) == ["rice", "rain"]


def test_an_answer_is_what_the_library_answers(client: Client, library: Library) -> None:
    expected = qa.ask("Lúa tốt vì sao?", library.searcher()).to_json()
    assert client.predict("Lúa tốt vì sao?", api_name="/ask") == {**expected, "indexes": ["fields"]}


def test_a_question_is_asked_of_the_index_that_is_named(client: Client) -> None:
    assert found(client.predict("cá mưa", index="water", api_name="/search")) == ["fish"]
    assert client.predict("cá sống ở đâu", index="water", api_name="/ask")["hits"][0]["passage"]["id"].startswith(
        "fish"
    )
    assert client.predict(index="water", api_name="/documents")["total"] == 1


def test_a_question_is_asked_of_documents_that_pass_the_filters(endpoints: Endpoints) -> None:
    assert found(endpoints.search("mưa", filters={"published_from": "2023-01-01"})) == ["rice"]
    assert found(endpoints.search("mưa", filters={"published_to": "2022-12-31"})) == ["rain"]
    assert found(endpoints.ask("mưa lúa núi", filters={"source": "báo/lúa"})) == ["rice"]
    assert found(endpoints.search("mưa", filters={"document": "rain", "language": "vi"})) == ["rain"]


def test_a_literal_question_is_searched_for_as_typed(tmp_path: Any) -> None:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.upsert([qa.Document(str(n), "Cả nước có nhiều đảng viên mới.") for n in range(3)])
    endpoints = Endpoints(Library({"one": qa.Searcher(index)}))
    assert endpoints.search("ca nuoc co nhieu dang vien")["searched"] == "cả nước có nhiều đảng viên"
    assert endpoints.search("ca nuoc co nhieu dang vien", literal=True)["searched"] is None


def test_what_is_found_is_reported_where_it_cannot_be_read(library: Library, tmp_path: Path) -> None:
    damaged = Endpoints(Library({"fields": library.searcher()}, DamagedReader(tmp_path / "cut")))
    reply = damaged.ask("lua tot vi sao", k=1)
    assert list(reply) == ["question", "searched", "indexes", "answer", "error", "hits"]
    assert (reply["question"], reply["searched"], reply["answer"]) == ("lua tot vi sao", "lúa tốt vì sao", None)
    assert reply["error"].startswith(f"The model '{tmp_path / 'cut'}' cannot be used (")
    assert found(reply) == ["rice"]
    with pytest.raises(qa.QAError, match="The question has no words"):
        damaged.ask("?")


def test_documents_are_listed_by_id_and_in_parts(endpoints: Endpoints) -> None:
    rain, rice = (
        {
            **{"id": "rain", "title": "Thời tiết", "source": "báo/mưa", "published": "2022-01-13", "language": "vi"},
            **{"tags": [], "metadata": {}},
        },
        {
            **{"id": "rice", "title": "Đồng ruộng", "source": "báo/lúa", "published": "2023-04-04", "language": "vi"},
            **{"tags": [], "metadata": {}},
        },
    )
    assert endpoints.documents() == {"index": "fields", "total": 2, "documents": [rain, rice]}
    assert endpoints.documents(k=1, start=1) == {"index": "fields", "total": 2, "documents": [rice]}
    assert endpoints.documents(start=9)["documents"] == []
    assert endpoints.documents(start=10**30) == {"index": "fields", "total": 2, "documents": []}
    assert endpoints.documents(contains="ruộng")["documents"] == [rice]


def test_a_document_is_given_with_its_text(endpoints: Endpoints) -> None:
    reply = endpoints.documents(document="fish", index="water")
    assert reply["documents"] == [
        {
            "id": "fish",
            "title": "Thuỷ sản",
            "source": "báo/cá",
            "published": None,
            "language": "vi",
            "tags": [],
            "metadata": {},
            "text": "Cá sống ở sông.",
            "places": [],
        }
    ]
    with pytest.raises(qa.QAError, match="The index holds no document 'cow'"):
        endpoints.documents(document="cow")


NO_TEXTS: tuple[Any, ...] = (None, 5, 1.5, True, [], ["lúa"], {}, {"lúa": 1})


@pytest.mark.parametrize("value", NO_TEXTS, ids=repr)
@pytest.mark.parametrize("name", ["search", "ask"])
def test_a_question_that_is_no_text_is_reported(endpoints: Endpoints, name: str, value: Any) -> None:
    with pytest.raises(ParameterError) as message:
        getattr(endpoints, name)(value)
    assert str(message.value) == f"question is {value!r}, which is not text. Send a string."


@pytest.mark.parametrize("value", [0, -1, MOST + 1, 10**30, 2.0, "5", None, True, [5], float("nan")], ids=repr)
def test_a_number_of_results_that_is_none_is_reported(endpoints: Endpoints, value: Any) -> None:
    for ask in (endpoints.search, endpoints.ask):
        with pytest.raises(ParameterError) as message:
            ask("lúa", k=value)
        assert str(message.value) == f"k is {value!r}. Send a whole number of at least 1 and at most 100."


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("mode", "fuzzy", f"mode is 'fuzzy'. Send one of: {', '.join(MODES)}."),
        ("mode", ["dense"], f"mode is ['dense']. Send one of: {', '.join(MODES)}."),
        ("literal", "yes", "literal is 'yes'. Send true or false."),
        ("literal", 1, "literal is 1. Send true or false."),
        ("index", "nowhere", "No index 'nowhere' is offered. Choose one of: fields, water."),
        ("index", 3, "index is 3, which is not text. Send a string."),
        ("filters", "2022", f"filters is '2022'. Send an object with any of: {', '.join(FILTERS)}."),
        ("filters", {"colour": "red"}, f"There is no filter 'colour'. Use any of: {', '.join(FILTERS)}."),
        ("filters", {"source": 5}, "source is 5, which is not text. Send a string."),
        (
            "filters",
            {"published_from": "13/1/2022"},
            "published_from is '13/1/2022', which is not a date. Send a date as in 2022-01-31.",
        ),
        ("filters", {"published_to": None}, "published_to is None, which is not text. Send a string."),
    ],
)
def test_a_value_that_a_parameter_does_not_take_is_reported(
    endpoints: Endpoints, name: str, value: Any, message: str
) -> None:
    with pytest.raises(qa.QAError) as error:
        endpoints.search("lúa", **{name: value})
    assert str(error.value) == message


@pytest.mark.parametrize("value", [-1, "0", None, 1.0, False], ids=repr)
def test_a_start_that_is_none_is_reported(endpoints: Endpoints, value: Any) -> None:
    with pytest.raises(ParameterError) as message:
        endpoints.documents(start=value)
    assert str(message.value) == f"start is {value!r}. Send a whole number of at least 0."


def test_a_long_value_is_reported_in_short(endpoints: Endpoints) -> None:
    with pytest.raises(ParameterError) as message:
        endpoints.search("lúa", mode="x" * 10_000)
    assert len(str(message.value)) < 150


def test_errors_reach_who_asked(client: Client, address: str) -> None:
    for values, message in (({"question": "?"}, "The question has no words"), ({"question": None}, "question is None")):
        with pytest.raises(AppError, match=message):
            client.predict(**values, api_name="/ask")
    event = post(address, "call/v2/search", {"question": "lúa", "k": "nhiều"})["event_id"]
    with urllib.request.urlopen(f"{address}gradio_api/call/search/{event}") as answered:
        kind, data, *_ = answered.read().decode().splitlines()
    assert kind == "event: error"
    assert json.loads(data.removeprefix("data: "))["error"] == (
        "k is 'nhiều'. Send a whole number of at least 1 and at most 100."
    )


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("call/v2/ask", {}, "No value provided for required argument: question."),
        ("call/v2/ask", {"question": "lúa", "colour": 1}, "Parameter `colour` is not a valid key-word argument."),
        ("call/v2/delete", {"question": "lúa"}, "There is no endpoint '/delete'."),
    ],
)
def test_a_call_that_fits_no_endpoint_is_reported(address: str, path: str, body: Any, message: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        post(address, path, body)
    with error.value as answered:
        assert answered.code == 400
        assert json.load(answered) == {"error": f"{message} See /gradio_api/info for what there is."}


API = "gradio_api/"
WAYS = ("run/search", "api/ask", "call/documents", "call/v2/search", "queue/join", "cancel", "reset")


def sent(address: str, path: str, body: bytes | None) -> tuple[int, str]:
    """The status and the text of the reply to whatever a program sends; without a body it asks for something."""
    request = urllib.request.Request(f"{address}{path}", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answered:
            return answered.status, answered.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"5",
        b"NaN",
        b'"\\ud800"',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"data": [1e999]',
        b'{"data": 5}',
    ],
    ids=repr,
)
@pytest.mark.parametrize("path", WAYS)
def test_a_body_that_cannot_be_read_is_the_senders_mistake(address: str, path: str, body: bytes) -> None:
    assert sent(address, API + path, body)[0] == 400


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("run/search", "", "The body: Field required."),
        ("run/search", "{", "The body: JSON decode error."),
        ("run/search", '{"data": 5}', "data: Input should be a valid list."),
        ("call/search", '{"data": [NaN], "session_hash": 5}', "session_hash: Input should be a valid string."),
        ("run/cow", '{"data": []}', "There is no such endpoint."),
        ("run/search", '{"data": ["lúa"], "fn_index": 9999}', "There is no such endpoint."),
        ("api/search", f'{{"data": [], "fn_index": -{"9" * 30}}}', "There is no such endpoint."),
    ],
)
def test_what_is_wrong_with_a_body_is_explained(address: str, path: str, body: str, message: str) -> None:
    status, reply = sent(address, API + path, body.encode())
    assert (status, json.loads(reply)) == (400, {"error": f"{message} See /gradio_api/info for what there is."})


@pytest.mark.parametrize("count", [0, 1, 5, 7, 100])
def test_a_wrong_number_of_values_is_reported(address: str, count: int) -> None:
    status, reply = sent(address, API + "run/search", json.dumps({"data": ["lúa"] * count}).encode())
    message = f"/search takes 6 values, and {count} were sent. See /gradio_api/info for what there is."
    assert (status, json.loads(reply)["error"]) == (400, message)


@pytest.mark.parametrize("levels", [1, 30, 500, 900])
def test_a_value_names_no_file_of_this_machine(address: str, tmp_path: Path, levels: int) -> None:
    (tmp_path / "secret.txt").write_text("lúa", encoding="utf-8")
    value: Any = {"path": str(tmp_path / "secret.txt"), "meta": {"_type": "gradio.FileData"}}
    for _ in range(levels):
        value = [value]
    body = {"data": ["lúa", 1, "hybrid", {"source": value}, False, None]}
    status, reply = sent(address, API + "run/search", json.dumps(body).encode())
    assert (status, json.loads(reply)["error"]) == (400, "A value is nested too deeply, or names a file.")


def test_the_pages_own_events_take_anything(address: str) -> None:
    with urllib.request.urlopen(f"{address}config") as answered:
        events = [(one["id"], len(one["inputs"])) for one in json.load(answered)["dependencies"]]
    data: tuple[Any, ...] = (None, 5, [], {}, {"id": "\ud800", "page": 10**30, "rank": [], "q": {}, "files": 5})
    assert len(events) > 20
    for number, count in events:
        for given in data:
            body = {"data": [given] * count, "fn_index": number, "session_hash": "a", "event_data": given}
            status, reply = sent(address, API + "run/x", json.dumps(body).encode())
            assert status in (200, 400, 404), (number, given, reply)


def test_nothing_is_awaited_where_nothing_was_called(address: str) -> None:
    for path in ("call/search/cow", "call/v2/ask/cow"):
        assert sent(address, API + path, None) == (404, '{"error":"There is no such call."}')


@pytest.mark.parametrize("path", ["assets/" + "a" * 5000, "static/" + "%C3%A1" * 200, "gradio_api/run/%00"])
def test_an_address_that_no_file_can_have_is_not_found(address: str, path: str) -> None:
    for body in (None, b'{"data": [], "fn_index": 0}'):
        assert sent(address, path, body)[0] == 404


def test_a_character_cut_in_half_does_not_break_the_reply(address: str) -> None:
    reply = post(address, "run/search", {"data": ["lúa \ud800", 1, "hybrid", None, False, None]})["data"][0]
    assert (reply["question"], found(reply)) == ("lúa ?", ["rice"])
