"""Serving safely: each thing that a stranger could do to the page, done over real HTTP."""

from __future__ import annotations

import base64
import http.client
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from readers import WaitingReader
from starlette.responses import PlainTextResponse
from toy import WordEmbedder

import qa
from qa.cli import main
from qa.page import Library, Settings, User, hash_password, hash_token, keep_user, serving
from qa.page.parts.library import BusyError, Turns
from qa.page.parts.received import MAX_BYTES, Received
from qa.page.parts.users import Users, UsersError
from qa.page.serving.connections import timed_protocol
from qa.page.serving.guards import MOST_AT_ONCE, Login

QUESTION = b'{"data": ["l\\u00faa", 5, "hybrid", null, false, null]}'
TOKEN = "token-of-a-program"
ROOT = Path(__file__).parent.parent

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> qa.Searcher:
    index = qa.Index.create(tmp_path_factory.mktemp("safety") / "fields", WordEmbedder())
    index.upsert([qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "báo/lúa")])
    return qa.Searcher(index)


@pytest.fixture(scope="module")
def library(searcher: qa.Searcher) -> Library:
    return Library({"fields": searcher})


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library, Settings(port=0)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def open_address(library: Library) -> Iterator[str]:
    """Of a page that is shown to the whole network, by a proxy too."""
    settings = Settings("0.0.0.0", 0, root_path="https://docs.example/qa", names=("office.lan",))
    with serving(library, settings) as (address, _):
        yield address


Answer = tuple[int, Mapping[str, str], bytes]


def asked(address: str, path: str = "", method: str = "GET", body: Any = None, **headers: str) -> Answer:
    """Status, headers and body of the reply; an underscore in a header's name stands for a hyphen."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", where.port, timeout=30)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/{path}", body, sent)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def status(*call: Any, **headers: str) -> int:
    return asked(*call, **headers)[0]


def send(address: str, content: bytes, **headers: str) -> Answer:
    return asked(address, "upload", "POST", content, **{"Content_Type": "application/octet-stream", **headers})


# From other sites.


def test_a_name_that_is_not_the_pages_is_refused(address: str, open_address: str) -> None:
    for served in (address, open_address):
        for host in ("evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil.example", "", "["):
            assert status(served, Host=host) == 400, (served, host)
        for host in ("localhost", "127.0.0.1:1", "[::1]:7860", "192.168.1.20:7860", socket.gethostname().upper()):
            assert status(served, Host=host) == 200, (served, host)
    assert status(open_address, Host="docs.example") == status(open_address, Host="office.lan:7860") == 200
    assert status(address, Host="docs.example") == 400
    assert b"--allow-host" in asked(address, Host="docs.example")[2]


@pytest.mark.parametrize("path", ["", "en", "config", "gradio_api/info", "nowhere", "healthz"])
def test_no_site_shows_the_page_in_a_frame(address: str, path: str) -> None:
    _, headers, _ = asked(address, path)
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert (headers["x-frame-options"], headers["x-content-type-options"]) == ("DENY", "nosniff")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Sec_Fetch_Site": "cross-site", "Origin": "http://evil.example"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:7860", "Host": "127.0.0.1:7860"}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Origin": "https://anything.example"}, 200),  # as a proxy may show it
        ({"Sec_Fetch_Site": "none"}, 200),
        ({}, 200),
    ],
)
def test_nothing_is_taken_from_another_site(
    address: str, library: Library, headers: dict[str, str], expected: int
) -> None:
    before = library.received.size
    assert asked(address, "gradio_api/run/search", "POST", QUESTION, Content_Type="application/json", **headers)[0] == (
        expected
    )
    assert send(address, b"Lua", **headers)[0] == expected
    assert library.received.size - before == (3 if expected == 200 else 0)


def test_a_proxys_own_address_is_the_same_site(open_address: str) -> None:
    assert send(open_address, b"Lua", Origin="https://docs.example")[0] == 200
    assert send(open_address, b"Lua", Origin="https://other.example")[0] == 403


def test_what_the_page_does_not_need_is_not_there(address: str) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\na\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    assert status(address, "gradio_api/upload", "POST", form, Content_Type=kind) == 404
    assert status(address, "gradio_api/component_server", "POST", b"{}", Content_Type="application/json") == 404
    assert status(address, "gradio_api/deep_link?session_hash=x") == 404
    assert status(address, "docs") == status(address, "openapi.json") == 404


# Files.


@pytest.fixture
def small(searcher: qa.Searcher) -> Iterator[tuple[str, Library]]:
    """A page that keeps 1,000 bytes of each visitor, 1,500 of all, and of what nobody adds for half a second."""
    library = Library({"fields": searcher})
    library.received = Received(each=1_000, everyone=1_500, unused=0.5)
    with serving(library, Settings(port=0)) as (address, _):
        yield address, library


def from_(visitor: str) -> dict[str, str]:
    """What the proxy on this machine says of where a request comes from."""
    return {"X_Forwarded_For": visitor}


def test_files_that_nobody_adds_do_not_fill_the_disk(small: tuple[str, Library]) -> None:
    address, library = small
    message = [send(address, b"a" * 400, **from_("10.0.0.1"))[0] for _ in range(3)]
    assert message == [200, 200, 507]
    assert [send(address, b"a" * 400, **from_("10.0.0.2"))[0] for _ in range(2)] == [200, 507]
    folder = library.received.folder
    assert folder
    assert sorted(file.stat().st_size for file in folder.iterdir()) == [400, 400, 400]
    time.sleep(0.6)
    assert send(address, b"b" * 1_000, **from_("10.0.0.1"))[0] == 200
    assert [file.stat().st_size for file in folder.iterdir()] == [1_000]


def test_nothing_is_kept_once_the_page_has_stopped(searcher: qa.Searcher) -> None:
    library = Library({"fields": searcher})
    with serving(library, Settings(port=0)) as (address, _):
        assert send(address, b"Lua")[0] == 200
        folder = library.received.folder
        assert folder
        assert folder.exists()
    assert not folder.exists()


def test_a_file_that_breaks_off_is_not_kept(small: tuple[str, Library]) -> None:
    address, library = small
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)) as connection:
            connection.sendall(head("POST", "/upload", "Content-Type: application/octet-stream", "Content-Length: 900"))
            connection.sendall(b"a" * 500)
    for _ in range(100):
        if not library.received.size:
            break
        time.sleep(0.05)
    assert library.received.size == 0
    assert library.received.folder is None or list(library.received.folder.iterdir()) == []


def test_a_file_may_be_so_large_and_no_larger(address: str, library: Library) -> None:
    assert send(address, b"a" * MAX_BYTES)[0] == 200
    port = urlsplit(address).port or 0
    kind = "Content-Type: application/octet-stream"
    for sent in (
        head("POST", "/upload", kind, f"Content-Length: {MAX_BYTES + 1}"),
        head("POST", "/upload", kind, "Transfer-Encoding: chunked") + b"1400001\r\n" + b"a" * (MAX_BYTES + 1) + b"\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(sent)
            assert connection.recv(12) == b"HTTP/1.1 413"
    assert asked(address, "upload", "POST", b"a", Content_Type="text/plain")[0] == 415


# Connections.


def head(method: str, path: str, *lines: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def is_closed(connection: socket.socket, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


SLOW = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: loc",
    "half a body": head("POST", "/", "Content-Length: 10") + b"a",
    "a body that nobody reads": head("POST", "/unread", "Content-Length: 1000000") + b"a",
}


@contextmanager
def listening(protocol: type[Any]) -> Iterator[int]:
    """The port of a server that says "whole" to each request, once its body is read."""

    async def whole(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] != "/unread":
            while (await receive()).get("more_body"):
                pass
        await PlainTextResponse("whole")(scope, receive, send)

    config = uvicorn.Config(whole, http=protocol, log_level="error", lifespan="off", backlog=16)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as thread:
        ended = thread.submit(server.run, [listener])
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            ended.result()


@contextmanager
def connected(port: int, *sent: bytes) -> Iterator[list[socket.socket]]:
    """Connections over which this was sent, one for each."""
    with ExitStack() as stack:
        opened = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)) for _ in sent]
        for connection, content in zip(opened, sent, strict=True):
            connection.sendall(content)
        yield opened


def test_a_request_that_does_not_come_is_given_up() -> None:
    with listening(timed_protocol(100, 0.5, 0.8)) as port, connected(port, *SLOW.values()) as opened:
        began = time.monotonic()
        for connection in opened:
            while not is_closed(connection, 5):  # a reply to what nobody reads may come before
                pass
        assert 0.4 < time.monotonic() - began < 4


def test_a_head_that_comes_bit_by_bit_has_no_more_time() -> None:
    with listening(timed_protocol(100, 0.5, 0.8)) as port, connected(port, b"GET / HTTP/1.1\r\n") as (trickling,):
        trickled = 0
        with suppress(ConnectionError):
            while trickled < 100:
                trickling.sendall(b"X: y\r\n")
                trickled += 1
                time.sleep(0.05)
        assert 2 < trickled < 80


def test_a_body_has_the_time_that_it_needs_and_a_connection_serves_again() -> None:
    """Of two requests on one connection, each longer in coming than a head or the beginning of a body may be."""
    size = 40_000  # four more seconds
    with listening(timed_protocol(100, 0.5, 0.5)) as port, connected(port, b"") as (connection,):
        for _ in range(2):
            connection.sendall(head("POST", "/", f"Content-Length: {size}"))
            for _ in range(10):
                connection.sendall(b"a" * (size // 10))
                time.sleep(0.1)
            assert connection.recv(1_000).startswith(b"HTTP/1.1 200 OK")


def test_where_there_are_too_many_connections_the_one_that_waits_longest_goes() -> None:
    half = b"GET / HTTP/1.1\r\nHost: loc"
    with (
        listening(timed_protocol(10)) as port,
        connected(port, *[half] * 10) as first,
        connected(port, half) as (last,),
    ):
        assert is_closed(first[0], 5)
        assert not is_closed(first[1], 0.2)
        last.sendall(b"alhost\r\n\r\n")
        assert last.recv(1_000).startswith(b"HTTP/1.1 200 OK")


def test_half_requests_keep_nobody_out() -> None:
    """1,100 of them, where 1,024 files may be open at a time."""
    code = """
import resource, sys, tempfile
resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
sys.path.insert(0, "tests")
from starlette.responses import PlainTextResponse
from toy import WordEmbedder
import qa
from qa.page import Library, Settings, serving
index = qa.Index.create(tempfile.mkdtemp(), WordEmbedder())
with serving(Library({"fields": qa.Searcher(index)}), Settings(port=0)) as (address, _):
    print(address, flush=True)
    sys.stdin.read()
"""
    arguments = [sys.executable, "-W", "ignore", "-c", code]
    opened = []
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = urlsplit(process.stdout.readline().strip()).port or 0
        try:
            for _ in range(1_100):
                connection = socket.create_connection(("127.0.0.1", port), timeout=10)
                connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
                opened.append(connection)
            assert [status(f"http://127.0.0.1:{port}/") for _ in range(5)] == [200] * 5
        finally:
            for connection in opened:
                connection.close()
            process.communicate("")


def test_a_visitor_has_so_many_requests_at_a_time_and_others_have_theirs(address: str) -> None:
    port = urlsplit(address).port or 0
    streams = [head("GET", f"/gradio_api/heartbeat/{n}", "X-Forwarded-For: 10.9.9.9") for n in range(MOST_AT_ONCE)]
    with connected(port, *streams) as opened:
        assert {connection.recv(12) for connection in opened} == {b"HTTP/1.1 200"}
        assert status(address, **from_("10.9.9.9")) == 429
        assert status(address, **from_("10.9.9.8")) == 200
    assert until(lambda: status(address, **from_("10.9.9.9")) == 200)


# Calls of programs.


@pytest.mark.parametrize(
    ("values", "expected", "message"),
    [
        (["lúa"], 400, "/search takes 6 values, and 1 were sent. See /gradio_api/info for what there is."),
        ([], 400, "/search takes 6 values, and 0 were sent. See /gradio_api/info for what there is."),
        (["lúa", 5, "hybrid", None, False, None, 7], 400, "/search takes 6 values, and 7 were sent. See"),
        (["?", 5, "hybrid", None, False, None], 400, "The question has no words."),
        (["lúa", 0, "hybrid", None, False, None], 400, "k is 0."),
        (["lúa", 5, "hybrid", None, False, "other"], 400, "No index 'other' is offered."),
    ],
)
def test_a_mistake_is_reported_with_its_status(
    address: str, capfd: pytest.CaptureFixture[str], values: list[Any], expected: int, message: str
) -> None:
    body = json.dumps({"data": values})
    answered, _, content = asked(address, "gradio_api/run/search", "POST", body, Content_Type="application/json")
    assert answered == expected
    assert json.loads(content)["error"].startswith(message)
    assert "Traceback" not in capfd.readouterr().err


def test_what_is_not_there_is_reported_with_its_status(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    body = json.dumps({"data": ["cow", "", 5, 0, None]})
    assert asked(address, "gradio_api/run/documents", "POST", body, Content_Type="application/json")[0] == 404
    answered, _, content = asked(address, "gradio_api/run/nothing", "POST", body, Content_Type="application/json")
    assert answered == 400
    assert json.loads(content)["error"] == "There is no such endpoint. See /gradio_api/info for what there is."
    body = json.dumps({"data": ["l"], "fn_index": 0, "session_hash": "a"})
    assert asked(address, "gradio_api/queue/join", "POST", body, Content_Type="application/json")[0] == 200
    time.sleep(0.5)
    assert "Traceback" not in capfd.readouterr().err


# Logins.


@pytest.fixture(scope="module")
def logins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("logins") / "users"
    for name, role in (("lan", "read"), ("minh", "add"), ("hà", "administer")):
        keep_user(file, User(name, role, hash_password(f"mật khẩu của {name}")), name)  # type: ignore[arg-type]
    keep_user(file, User("robot", "read", hash_token(TOKEN)), "robot")
    return file


@pytest.fixture
def users(logins: Path, tmp_path: Path) -> Path:
    """What a test may change."""
    return Path(shutil.copy(logins, tmp_path))


@pytest.fixture(scope="module")
def guarded(searcher: qa.Searcher, logins: Path) -> Iterator[str]:
    with serving(Library({"fields": searcher}), Settings(port=0, users=logins)) as (address, _):
        yield address


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def of(name: str) -> dict[str, str]:
    return basic(name, f"mật khẩu của {name}")


def test_a_user_is_known_by_a_password_and_a_program_by_a_token(guarded: str) -> None:
    for known in (of("lan"), of("hà"), basic("hà", "mật khẩu của hà"), {"Authorization": f"Bearer {TOKEN}"}):
        assert status(guarded, **known) == 200
    for unknown in (
        {},
        basic("lan", ""),
        basic("lan", "mật khẩu của minh"),
        basic("nobody", "mật khẩu của lan"),
        basic("robot", TOKEN),
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {hash_token(TOKEN)}"},
        {"Authorization": "Basic %%%"},
    ):
        assert status(guarded, **unknown) == 401


def test_after_some_wrong_passwords_no_more_are_tried(guarded: str) -> None:
    stranger = from_("10.0.0.5")
    with ThreadPoolExecutor(8) as at_once:  # tries at the same time are counted as well
        message = list(at_once.map(lambda n: status(guarded, **stranger, **basic("lan", str(n))), range(30)))
    assert sorted(message) == [401] * Login.TRIES + [429] * (30 - Login.TRIES)
    answered, headers, _ = asked(guarded, **stranger, **of("lan"))
    assert answered == 429
    assert 0 < int(headers["retry-after"]) <= Login.SECONDS
    assert status(guarded, **from_("10.0.0.6"), **of("lan")) == 200
    assert status(guarded, **stranger, **of("minh")) == 200
    assert status(guarded, **stranger, Authorization=f"Bearer {TOKEN}") == 200


def test_a_login_that_is_taken_away_is_gone_at_once(searcher: qa.Searcher, users: Path) -> None:
    with serving(Library({"fields": searcher}), Settings(port=0, users=users)) as (address, _):
        assert status(address, **of("lan")) == 200
        assert keep_user(users, None, "lan")
        assert status(address, **of("lan")) == 401
        users.unlink()
        assert status(address, **of("hà")) == 503


def test_a_role_allows_what_it_says(guarded: str) -> None:
    for name, expected in (("lan", 403), ("minh", 200), ("hà", 200)):
        assert send(guarded, b"Lua", **of(name))[0] == expected
    assert status(guarded, "metrics", **of("lan")) == 200
    assert status(guarded, "metrics") == 401


def test_the_file_of_users_holds_no_password_and_is_for_its_owner(users: Path) -> None:
    text = users.read_text(encoding="utf-8")
    assert "mật khẩu" not in text
    assert TOKEN not in text
    assert [line.split()[:2] for line in text.splitlines()] == [
        *(["lan", "read"], ["minh", "add"], ["hà", "administer"], ["robot", "read"])
    ]
    assert len({line.split()[2] for line in text.splitlines()}) == 4
    if sys.platform != "win32":
        assert users.stat().st_mode & 0o777 == 0o600
    for wrong in ("an\n", "an read plain\n", "an king sha256:00\n"):
        users.write_text(wrong, encoding="utf-8")
        with pytest.raises(UsersError, match="Line 1 of "):
            Users(users)


def test_the_command_keeps_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "users")
    monkeypatch.setattr(sys, "stdin", io.StringIO("mật khẩu dài\nngắn\n"))
    assert main(["user", "lan", "--users", file, "--role", "add"]) == 0
    assert main(["user", "minh", "--users", file]) == 1
    assert main(["user", "robot", "--users", file, "--token"]) == 0
    out, err = capsys.readouterr()
    token = out.splitlines()[-1]
    assert out == f"lan may add.\nrobot may read. The token, which is not shown again:\n{token}\n"
    assert err == "qa: The password is too short. Choose one of at least 8 characters.\n"
    kept = Users(file)
    lan, robot = kept.with_password("lan", "mật khẩu dài"), kept.with_token(token)
    assert lan
    assert robot
    assert ((lan.name, lan.role), (robot.name, robot.role)) == (("lan", "add"), ("robot", "read"))
    assert main(["user", "lan", "--users", file, "--remove"]) == 0
    assert capsys.readouterr().out == "lan no longer has a login.\n"
    assert main(["user", "lan", "--users", file, "--remove"]) == 1
    assert capsys.readouterr().err == f"qa: There is no user lan in {file}. Check the name; nothing was changed.\n"
    assert list(Users(file).all()) == ["robot"]


# What can be watched.


def test_whether_the_page_is_well_is_reported_without_a_login(guarded: str, tmp_path: Path) -> None:
    answered, _, content = asked(guarded, "healthz")
    assert (answered, json.loads(content)) == (200, {"status": "ok"})
    index = qa.Index.create(tmp_path / "gone", WordEmbedder())
    index.upsert([qa.Document("rice", "Lúa tốt.")])
    library = Library({"gone": qa.Searcher(index)})
    with serving(library, Settings(port=0)) as (address, _):
        (index.folder / "corpus.db").write_bytes(b"no database" * 1_000)
        assert status(address, "healthz") == 503


def test_what_is_counted_and_logged_holds_no_question(searcher: qa.Searcher, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(Library({"fields": searcher}), Settings(port=0, log=True)) as (address, _):
        capfd.readouterr()
        body = json.dumps({"data": ["bí mật lúa", 5, "hybrid", None, False, None]})
        assert asked(address, "gradio_api/run/search", "POST", body, Content_Type="application/json")[0] == 200
        assert status(address, "?q=bi-mat") == 200
        assert status(address, "bi-mat") == 404
        counted = asked(address, "metrics")[2].decode()
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [(one["method"], one["route"], one["status"]) for one in lines] == [
        *(("POST", "/gradio_api/run/search", 200), ("GET", "/", 200), ("GET", "refused", 404)),
        ("GET", "/metrics", 200),
    ]
    assert lines[0]["visitor"] == "127.0.0.1"
    assert [one["role"] for one in lines] == ["administer", "administer", None, "administer"]
    assert re.search(r'qa_http_requests_total\{method="POST",route="/gradio_api/run/search",status="200"\} \d', counted)
    assert "qa_question_seconds_count" in counted
    for message in (counted, str(lines)):
        assert "mật" not in message
        assert "bi-mat" not in message


# Too many questions.


def test_beyond_those_that_may_wait_a_question_is_reported_that_others_are_asked(searcher: qa.Searcher) -> None:
    reader = WaitingReader(qa.load_reader())
    library = Library({"fields": searcher}, reader)
    library.turns = Turns(at_once=1, waiting=2)
    with serving(library, Settings(port=0)) as (address, _), ThreadPoolExecutor(3) as asking:
        body = json.dumps({"data": ["Lúa tốt vì sao?", 5, None, False, None]})

        def ask() -> Answer:
            return asked(address, "gradio_api/run/ask", "POST", body, Content_Type="application/json")

        waiting = [asking.submit(ask) for _ in range(3)]
        assert until(lambda: library.turns.taken == 3)
        answered, _, content = ask()
        assert answered == 503
        assert json.loads(content)["error"] == (
            "Too many questions are being asked at the moment. Ask again in a few seconds."
        )
        answered, headers, content = asked(
            address, "gradio_api/call/ask", "POST", body, Content_Type="application/json"
        )
        assert (answered, headers["retry-after"], json.loads(content)["title"]) == (503, "3", "Busy")
        assert status(address) == 200
        reader.may.set()
        assert [one.result()[0] for one in waiting] == [200] * 3
        assert library.turns.taken == 0


def until(true: Any) -> bool:
    """Whether it becomes true within some seconds."""
    for _ in range(200):
        if true():
            return True
        time.sleep(0.05)
    return False


def test_a_visitor_who_leaves_gives_the_turn_back() -> None:
    turns = Turns(at_once=1, waiting=0)

    def asking() -> Generator[str]:
        with turns.turn() as working:
            with working:
                yield "cards"
            with working:
                yield "answer"

    left = asking()
    assert next(left) == "cards"
    with pytest.raises(BusyError):
        next(asking())
    left.close()
    assert turns.taken == 0
    assert list(asking()) == ["cards", "answer"]


def test_the_longer_questions_take_the_fewer_may_wait() -> None:
    turns = Turns(at_once=1, waiting=10)
    with ExitStack() as stack:
        for _ in range(11):
            stack.enter_context(turns.turn())
        with pytest.raises(BusyError):
            stack.enter_context(turns.turn())
    with turns.turn() as working, working:
        time.sleep(1.0)
    with ExitStack() as stack:
        for _ in range(2):  # one is worked on, the next waits for a second
            stack.enter_context(turns.turn())
        with pytest.raises(BusyError):
            stack.enter_context(turns.turn())
    assert turns.taken == 0


def test_a_visitor_who_closes_the_page_gives_the_turn_back(searcher: qa.Searcher) -> None:
    reader = WaitingReader(qa.load_reader())
    library = Library({"fields": searcher}, reader)
    library.turns = Turns(at_once=1, waiting=0)
    with serving(library, Settings(port=0)) as (address, _):
        wired = next(
            one
            for one in json.loads(asked(address, "config")[2])["dependencies"]
            if any(kind == "ask" for _, kind in one["targets"])
        )
        event = {"data": [], "event_data": {"q": "Lúa tốt vì sao?"}, "fn_index": wired["id"], "session_hash": "left"}
        assert asked(address, "gradio_api/queue/join", "POST", json.dumps(event), Content_Type="application/json")[
            0
        ] == (200)
        stream = head("GET", "/gradio_api/queue/data?session_hash=left")
        with connected(urlsplit(address).port or 0, stream) as (visitor,):
            assert visitor.recv(12) == b"HTTP/1.1 200"
            assert until(lambda: library.turns.taken == 1)
        reader.may.set()
        assert until(lambda: library.turns.taken == 0)
