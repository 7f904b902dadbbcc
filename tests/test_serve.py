"""Serving: the command as a process, who and what may pass, and that nothing leaves the machine."""

from __future__ import annotations

import asyncio
import base64
import http.client
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
import pytest
from chromium import CHROMIUM, QUIET
from gradio_client import Client
from playwright.sync_api import expect, sync_playwright
from readers import damaged_installation
from starlette.routing import Mount
from toy import WordEmbedder

import qa
from qa.embedding.bundled import BUNDLED_FOLDER
from qa.page import Library, Settings, User, hash_password, keep_user, serving
from qa.page.build import build_page
from qa.page.parts.words import ADDRESSES
from qa.page.serving.server import IDLE_SECONDS, make_app

ROOT = Path(__file__).parent.parent
NAME, PASSWORD = "an", "mật khẩu:1"
LOGIN = f"{NAME}:{PASSWORD}"
KNOWN = {"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()}
JSON = {"Content-Type": "application/json"}

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]
bundled = pytest.mark.skipif(not BUNDLED_FOLDER.exists(), reason="the bundled model has not been trained here")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    index = qa.Index.create(tmp_path_factory.mktemp("serve") / "fields", WordEmbedder())
    index.upsert([qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "báo/lúa")])
    return Library({"fields": qa.Searcher(index)})


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library, Settings(port=0)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("users") / "users"
    keep_user(file, User(NAME, "administer", hash_password(PASSWORD)), NAME)
    return file


@pytest.fixture(scope="module")
def guarded(library: Library, users: Path) -> Iterator[str]:
    with serving(library, Settings(port=0, users=users, mcp=True)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder that any process can open."""
    folder = tmp_path_factory.mktemp("bundled") / "fields"
    qa.Index.create(folder).upsert([qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "báo/lúa")])
    return folder


def asked(
    address: str, path: str = "", method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] = {}
) -> tuple[int, bytes]:
    """Status and body of one request, whatever they are; the path goes as it stands."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
    try:
        connection.request(method, f"/{path}", body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


# The command.


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "qa", "serve", *arguments]


@contextmanager
def running(
    arguments: list[str], folder: Path = ROOT, **environment: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of `qa serve`, once it has printed its address."""
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        printed = re.fullmatch(r"The page is at (\S+) \(Ctrl\+C stops it\)\.\n", process.stdout.readline())
        assert printed, process.communicate()[1]
        yield process, printed[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def printed(*commands: list[str], missing: str = "") -> list[str]:
    """What a process says in which these commands, one after the other, cannot serve."""
    code = f"""
import json, sys
sys.modules.update(dict.fromkeys({missing.split()!r}))
from qa.cli import main
for arguments in json.loads(sys.argv[1]):
    assert main(["serve", *arguments]) == 1
"""
    listed = [sys.executable, "-c", code, json.dumps(commands)]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return done.stderr.splitlines()


@bundled
def test_the_command_serves_several_indexes_until_it_is_stopped(fields: Path, tmp_path: Path) -> None:
    other = tmp_path / "fields"
    qa.Index.create(other).upsert([qa.Document("fish", "Cá sống ở sông.")])
    with running(command("--index", str(fields), "--index", str(other), "--port", "0")) as (process, address):
        client = Client(address, verbose=False)
        assert client.predict(api_name="/documents")["documents"][0]["id"] == "rice"
        assert client.predict(index="fields-2", api_name="/documents")["documents"][0]["id"] == "fish"
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", "")
    assert process.returncode == 0


@bundled
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a word to it")
def test_a_server_that_is_stopped_while_its_reader_loads_ends_in_order(fields: Path) -> None:
    with running(command("--index", str(fields), "--port", "0")) as (process, address):
        assert asked(address)[0] == 200
        process.send_signal(signal.SIGTERM)
        assert process.communicate() == ("", "")
    assert process.returncode == 0


@bundled
def test_a_damaged_reader_is_reported_at_once_and_costs_answers_only(fields: Path, tmp_path: Path) -> None:
    cut = damaged_installation(tmp_path)
    arguments = command("--index", str(fields), "--port", "0")
    with running(arguments, tmp_path, PYTHONPATH=str(tmp_path)) as (process, address):
        assert process.stderr
        printed = process.stderr.readline()
        assert printed.startswith(f"qa: The model '{cut}' cannot be used (")
        reply = Client(address, verbose=False).predict("Lúa tốt vì sao?", api_name="/ask")
    assert printed == f"qa: {reply['error']}\n"
    assert [hit["passage"]["document_id"] for hit in reply["hits"]] == ["rice"]


@bundled
def test_app_py_is_the_same_command(fields: Path) -> None:
    with running([sys.executable, "app.py", "--index", str(fields), "--port", "0"]) as (_, address):
        assert asked(address)[0] == 200


@bundled
def test_the_demonstration_serves_the_pages_that_come_along(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "qa", "demo", "--port", "0"]
    with running(arguments, tmp_path, PYTHONPATH=str(ROOT)) as (process, address):
        reply = Client(address, verbose=False).predict("Cả nước có bao nhiêu đảng viên?", api_name="/ask")
        assert reply["answer"]["text"] == "5.248.607 đảng viên"
        assert reply["hits"][0]["passage"]["document_id"] == "seeds/004_2077101216c8cc9d.txt"
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", "")


def test_a_folder_is_offered_once_under_its_name(tmp_path: Path) -> None:
    for name in ("a/kho", "b/kho", "c/kho", "kho-2"):
        qa.Index.create(tmp_path / name, WordEmbedder())
    folders = [tmp_path / name for name in ("a/kho", "b/kho", "a/../a/kho", "kho-2", "c/kho")]
    assert Library.open(folders).names == ("kho", "kho-2", "kho-2-2", "kho-3")


@bundled
def test_what_cannot_be_served_is_reported_in_one_line(fields: Path, tmp_path: Path) -> None:
    missing, where = tmp_path / "nothing", ["--index", str(fields), "--port"]
    (tmp_path / "users").write_text("an\n", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        lines = printed(
            ["--index", str(missing)],
            [*where, port],
            [*where, "70000"],
            [*where, "0", "--users", str(tmp_path / "users")],
            [*where, "0", "--mcp"],
            missing="mcp",
        )
    assert lines == [
        f"qa: There is no index at {missing}. Build one: qa index PATH... --into {missing}",
        f"qa: Cannot listen on 127.0.0.1:{port}. Choose another port with --port.",
        "qa: Cannot listen on 127.0.0.1:70000. Choose another port with --port.",
        f"qa: Line 1 of {tmp_path / 'users'} is not a name, a role (read, add, administer) and a hash. "
        "Write it with qa user.",
        "qa: The MCP server needs the package mcp. Install it: pip install 'mcp>=2,<3'",
    ]


# Who may pass.


def every_route(routes: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of all that an app answers to, with something put for each of a path's parameters."""
    for route in routes:
        if isinstance(route, Mount):
            yield from every_route(route.routes, before + route.path)
        elif hasattr(route, "original_router"):
            yield from every_route(route.original_router.routes, before)
        else:
            for method in route.methods or ("GET", "POST", "DELETE"):
                yield method, before + re.sub(r"\{[^}]*\}", "x", route.path)


def test_a_page_that_nobody_visits_rests(library: Library) -> None:
    built: list[tuple[gr.Blocks, float]] = []

    def build(library: Library) -> gr.Blocks:
        page = build_page(library)
        built.append((page, page._queue.sleep_when_free))
        return page

    with serving(library, Settings(port=0), build):
        ((page, own),) = built
        assert 0 < own < page._queue.sleep_when_free == IDLE_SECONDS


def test_every_endpoint_wants_the_login(library: Library, users: Path, guarded: str) -> None:
    app = asyncio.run(make_app(library, Settings(users=users, mcp=True)))
    found = [one for one in every_route(app.routes) if one[1] != "/healthz"]
    assert {path for _, path in found} >= {
        "/",
        "/mcp",
        "/config",
        "/static/x",
        "/assets/x",
        "/gradio_api/info",
        "/gradio_api/upload",
        "/gradio_api/file=x",
        "/gradio_api/call/v2/x",
        "/gradio_api/run/x",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/heartbeat/x",
    }
    assert {path for _, path in found} >= {"/upload", "/metrics", "/page-image"}
    wrong = {"Authorization": "Bearer " + PASSWORD.encode().hex()}
    for method, path in [*found, ("GET", "/nowhere"), ("OPTIONS", "/gradio_api/upload")]:
        for headers in ({}, wrong, {"Authorization": "Basic"}, {"Authorization": KNOWN["Authorization"][6:]}):
            assert asked(guarded, path[1:], method, headers=headers)[0] == 401, (method, path, headers)


def test_a_browser_is_made_to_ask_for_the_login(guarded: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(guarded)
    with refused.value as answer:
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="qa", charset="UTF-8"'
        assert answer.read().decode() == "Cần tên và mật khẩu. / A user name and a password are needed.\n"


def test_with_the_login_everything_works(guarded: str) -> None:
    assert asked(guarded, headers=KNOWN)[0] == 200
    assert (
        asked(guarded, "config", headers={"Authorization": KNOWN["Authorization"].replace("Basic", "basic")})[0] == 200
    )
    client = Client(guarded, verbose=False, headers=KNOWN)
    assert client.predict("lúa", api_name="/search")["hits"][0]["passage"]["document_id"] == "rice"


def test_another_site_may_neither_read_nor_ask(address: str) -> None:
    origin = {"Origin": "http://evil.example"}
    with urllib.request.urlopen(urllib.request.Request(f"{address}gradio_api/info", headers=origin)) as answer:
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    wish = {**origin, "Access-Control-Request-Method": "POST"}
    assert asked(address, "gradio_api/queue/join", "OPTIONS", headers=wish)[0] == 400
    question = b'{"data": ["l\\u00faa", 5, null, false, null]}'
    assert asked(address, "gradio_api/run/ask", "POST", question, {**origin, "Content-Type": "text/plain"})[0] == 403
    # What a page may send elsewhere without asking first is not read as JSON.
    assert asked(address, "gradio_api/run/ask", "POST", question, {"Content-Type": "text/plain"})[0] == 400
    assert asked(address, "gradio_api/run/ask", "POST", question, JSON)[0] == 200


# Files.


def test_nothing_of_this_disk_is_served(library: Library, address: str) -> None:
    index = library.searcher().index.folder
    assert (index / "corpus.db").exists()
    wanted = [ROOT / "app.py", ROOT / "README.md", index / "corpus.db", index, "/etc/passwd", "app.py", "./app.py", "~"]
    for path in [
        *map(str, wanted),
        f"{index}/../{index.name}/corpus.db",
        "..%2F..%2Fetc%2Fpasswd",
        "file:///etc/passwd",
    ]:
        for form in (f"gradio_api/file={path}", f"gradio_api/file/{path}", f"static/{path}", f"assets/{path}"):
            status, body = asked(address, form)
            assert status in (403, 404), form
            assert b"root:" not in body


# Behind a proxy.


class Proxy(http.server.BaseHTTPRequestHandler):
    """Shows another server under /qa, as a web server does that stands before several."""

    behind = ""
    passes_host = True

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self, body: bytes | None) -> None:
        if not self.path.startswith("/qa/"):
            self.send_error(404)
            return
        where = urlsplit(self.behind)
        connection = http.client.HTTPConnection(where.hostname or "", where.port)
        dropped = {"accept-encoding", *(() if self.passes_host else ("host",))}
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        connection.request(self.command, self.path.removeprefix("/qa"), body, headers)
        answer = connection.getresponse()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.end_headers()
        while data := answer.read1():
            self.wfile.write(data)
            self.wfile.flush()
        connection.close()


@contextmanager
def proxied(*, passes_host: bool) -> Iterator[tuple[str, type[Proxy]]]:
    """The address under which a proxy shows the server that is set as `behind`."""
    handler = type("Handler", (Proxy,), {"passes_host": passes_host})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_port}/qa/", handler
        finally:
            proxy.shutdown()
            thread.join()


@pytest.mark.parametrize("given", ["the path", "the whole address"])
def test_a_proxy_may_show_the_page_under_a_path(library: Library, given: str) -> None:
    with proxied(passes_host=given == "the path") as (shown, proxy):
        settings = Settings(port=0, root_path="/qa" if given == "the path" else shown.rstrip("/"))
        with serving(library, settings) as (proxy.behind, _):
            client = Client(shown, verbose=False)
            assert client.predict("lúa", api_name="/search")["hits"][0]["passage"]["document_id"] == "rice"
            for view in ("qa/", "qa/en"):
                status, page = asked(shown, view)
                assert (status, f'"root":"{shown[:-1]}"'.encode() in page) == (200, True)
            for one in re.findall(rb'(?:src|href)="\./(assets/[^"]+)"', asked(shown, "qa/")[1]):
                assert asked(shown, f"qa/{one.decode()}")[0] == 200


# Nothing leaves.

FAR = "93.184.216.34"
# Python runs this file in any process that finds it; what the guard would refuse is written down before.
WATCH = """
import os, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "localhost", "::1", None):
            with open(os.environ["WATCHED"], "a", encoding="utf-8") as file:
                print(event, address, file=file)
sys.addaudithook(watch)
"""


@bundled
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_no_view_sends_anything_to_another_machine(fields: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    watched = tmp_path / "watched"
    watched.touch()
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    arguments = command("--index", str(fields), "--port", "0", "--mcp")
    with running(arguments, PYTHONPATH=path, WATCHED=str(watched)) as (_, address):
        hosts = look_at_every_view(address)
        assert Client(address, verbose=False).predict("lúa", api_name="/ask")["hits"]
        assert watched.read_text(encoding="utf-8") == ""
        for far in (f"http://{FAR}/", "https://example.com/"):
            assert asked(address, f"gradio_api/file={far}")[0] == 404
    reach = "import socket\ntry: socket.getaddrinfo('example.com', 80)\nexcept OSError: pass"
    environment = {**os.environ, "PYTHONPATH": path, "WATCHED": str(watched)}
    subprocess.run([sys.executable, "-c", reach], env=environment, check=True)
    assert watched.read_text(encoding="utf-8").count("example.com") == 1  # the watch does not sleep
    assert hosts == {"127.0.0.1"}


def look_at_every_view(address: str) -> set[str]:
    """The hosts that a browser asks for while it opens each tab in each language, and asks a question."""
    hosts = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or ""))
        for view in ADDRESSES.values():
            page.goto(f"{address}{view}")
            page.locator("#ask textarea").fill("Lúa tốt vì sao?")
            page.keyboard.press("Enter")
            expect(page.locator(".card").first).to_be_visible()
            for tab in page.get_by_role("tab").all():
                tab.click()
                expect(tab).to_have_attribute("aria-selected", "true")
        browser.close()
    return hosts - {""}  # what the page holds itself, data: and blob:


def test_the_process_cannot_reach_another_machine() -> None:
    code = f"""
import socket
from qa.page.parts.library import stay_on_this_machine
with socket.create_server(("127.0.0.1", 0)) as here:
    stay_on_this_machine()
    for name in ("127.0.0.1", "localhost"):
        socket.create_connection((name, here.getsockname()[1])).close()
for reach in (
    lambda: socket.create_connection(("{FAR}", 80), timeout=5),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("{FAR}", 53)),
    lambda: socket.getaddrinfo("example.com", 80),
    lambda: socket.gethostbyname("example.com"),
    lambda: socket.socket(socket.AF_INET6).connect(("2606:4700::1111", 80)),
):
    try:
        reach()
        print("reached")
    except PermissionError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"Nothing is sent from this machine, so not to {host!r} either."
        for host in (FAR, FAR, "example.com", "example.com", "2606:4700::1111")
    ]
