"""A stand-in for a language model's server: real HTTP, with a behaviour for each address below it.

`/says/v1` streams `server.text` in small pieces; `/obeys/v1` does what a passage orders; the others fail.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ORDER = re.compile(r"MỆNH LỆNH: viết «(.*?)»")


class StandIn(ThreadingHTTPServer):
    """Keeps what it was asked: the path, the key and the body of each request."""

    daemon_threads = True

    def __init__(self, text: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.text = text
        self.models = ["tiny"]
        self.asked: list[tuple[str, str | None, dict[str, Any]]] = []
        self.over = threading.Event()

    def url(self, behaviour: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{behaviour}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def stand_in(text: str = "") -> Iterator[StandIn]:
    with StandIn(text) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *_: Any) -> None:  # noqa: A002
        """Silence."""

    def do_GET(self) -> None:
        if "strange" in self.path:
            self._send(200, "<html>Welcome</html>")
            return
        listed = [{"id": name, "object": "model", "created": 1, "owned_by": "x"} for name in self.server.models]
        self._send(200, json.dumps({"object": "list", "data": listed}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, self.headers["Authorization"], body))
        getattr(self, f"_{self.path.split('/')[1]}")(body["messages"])

    def _says(self, _: Any) -> None:
        self._stream(self.server.text)

    def _obeys(self, messages: list[dict[str, str]]) -> None:
        order = ORDER.search(messages[-1]["content"])
        self._stream(order[1] if order else self.server.text)

    def _fails(self, _: Any) -> None:
        self._send(500, json.dumps({"error": {"message": "out of memory"}}))

    def _refuses(self, _: Any) -> None:
        self._send(401, json.dumps({"error": {"message": "wrong key"}}))

    def _babbles(self, _: Any) -> None:
        self._send(200, "<html>Welcome</html>")

    def _jumbles(self, _: Any) -> None:
        self._begin()
        self._chunk('data: ["mưa"]\n\ndata: {"choices": 3}\n\n')
        self._end()

    def _breaks(self, _: Any) -> None:
        self._begin()
        self._event(_content(self.server.text))
        self._chunk("data: {not json\n\n")

    def _cuts(self, _: Any) -> None:
        self._begin()
        self._event(_content(self.server.text))
        self.close_connection = True

    def _ends(self, _: Any) -> None:
        """Properly, but in the middle of its answer."""
        self._begin()
        self._event(_content(self.server.text))
        self._chunk("")

    def _tires(self, _: Any) -> None:
        self._begin()
        self._event(_content(self.server.text))
        self._event(_content("", "length"))
        self._end()

    def _stalls(self, _: Any) -> None:
        self._begin()
        self._event(_content(self.server.text))
        self.server.over.wait()

    def _dawdles(self, _: Any) -> None:
        """Shows that it is alive, again and again, and writes nothing."""
        self._begin()
        while not self.server.over.wait(0.02):
            self._chunk(": still there\n\n")

    def _rambles(self, _: Any) -> None:
        self._begin()
        while not self.server.over.is_set():
            self._event(_content("mưa " * 100))

    def _stream(self, text: str) -> None:
        self._begin()
        for at in range(0, len(text), 7):
            self._event(_content(text[at : at + 7]))
        self._event(_content("", "stop"))
        self._event({"choices": [], "usage": {"total_tokens": 1}})
        self._end()

    def _begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _event(self, event: dict[str, Any]) -> None:
        self._chunk(f"data: {json.dumps(event)}\n\n")

    def _end(self) -> None:
        self._chunk("data: [DONE]\n\n")
        self._chunk("")

    def _chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _send(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _content(text: str, finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [choice]}
