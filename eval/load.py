"""The page under load: many visitors ask at once through its API, and a browser shows how soon page and answer appear.

The server runs in a process of its own, as `qa serve` starts it. It knows HTTP, a browser and clocks, and nothing of
whether answers are right.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from eval.errors import PageBusyError, SpeedError
from eval.output import Table, progress
from eval.speed import milliseconds

TIMEOUT_SECONDS = 60.0
AGAIN_SECONDS = 3.0
"""How long a visitor waits when the page says to come back "in a few seconds"."""
LOOKS = 10
"""Pages opened in a browser, each to ask one question, after a warm-up."""

# When the key was pressed and when the first card was shown, by the browser's own clock.
_WATCH = """() => {
  addEventListener("keydown", () => { window.askedAt = performance.now(); }, {capture: true, once: true});
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".card")) return;
    observer.disconnect();
    requestAnimationFrame(() => { window.shownAt = performance.now(); });
  }).observe(document.body, {childList: true, subtree: true});
}"""


@dataclass
class Visits:
    """Seconds of each answered question, the number that the page was too busy for, and the errors of the others."""

    seconds: list[float] = field(default_factory=list)
    busy: int = 0
    errors: list[str] = field(default_factory=list)


def measure_load(index: Path, questions: Sequence[str], visitors: int, seconds: float) -> Table:
    """Return a table of the waiting times of visitors and of a browser."""
    with serving(index) as address:
        ask_once(address, questions[0])
        visits = visit(address, questions, visitors, seconds)
        looks = _look(address, questions)
    answered = len(visits.seconds)
    rows = [
        ["questions answered", f"{answered:,}"],
        ["errors", f"{len(visits.errors):,}{': ' if visits.errors else ''}{'; '.join(sorted(set(visits.errors))[:3])}"],
        ["asked to come back, since too many others waited", f"{visits.busy:,}"],
        ["questions a second", f"{answered / seconds:.1f}"],
        ["a question, median", milliseconds(statistics.median(visits.seconds)) if answered else "-"],
        ["a question, 95th percentile", milliseconds(percentile(visits.seconds, 0.95)) if answered else "-"],
    ]
    return Table([f"{visitors} visitors, each asking again at once, for {seconds:g} s", "measured"], [*rows, *looks])


@contextmanager
def serving(index: Path) -> Iterator[str]:
    """Run `qa serve` on a free port for the duration of the block; raises SpeedError when it does not start."""
    command = [sys.executable, "-m", "qa", "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+", process.stdout.readline())
            if not found:
                raise SpeedError(" ".join(command), process.communicate()[1])
            yield found[0]
        finally:
            process.terminate()


def visit(address: str, questions: Sequence[str], visitors: int, seconds: float) -> Visits:
    """Let all visitors ask at the same time, each one question after another, until the time is over."""
    deadline = time.monotonic() + seconds
    visits, lock = Visits(), threading.Lock()

    def one(number: int) -> None:
        for question in islice(cycle(questions), number, None):
            if time.monotonic() > deadline:
                return
            start = time.perf_counter()
            try:
                ask_once(address, question)
            except PageBusyError:
                with lock:
                    visits.busy += 1
                time.sleep(min(AGAIN_SECONDS, max(0.0, deadline - time.monotonic())))
            except (OSError, http.client.HTTPException, ValueError, SpeedError) as error:
                visits.errors.append(f"{type(error).__name__}: {error}")
            else:
                visits.seconds.append(time.perf_counter() - start)

    with ThreadPoolExecutor(visitors) as threads:
        list(threads.map(one, range(visitors)))
    return visits


def ask_once(address: str, question: str) -> dict[str, Any]:
    """Ask through the API and return its reply; raises SpeedError for anything but a complete answer.

    This is a PageBusyError when too many others are asking.
    """
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=TIMEOUT_SECONDS)
    try:
        asked = json.dumps({"question": question})
        connection.request("POST", "/gradio_api/call/v2/ask", asked, {"Content-Type": "application/json"})
        taken = connection.getresponse()
        if taken.status == HTTPStatus.SERVICE_UNAVAILABLE:
            raise PageBusyError
        event = json.loads(taken.read())["event_id"]
        connection.request("GET", f"/gradio_api/call/ask/{event}")
        event = connection.getresponse().read().decode().strip().rpartition("event: ")[2]
    except KeyError as error:
        raise SpeedError("ask", "the question was not taken") from error
    finally:
        connection.close()
    kind, _, data = event.partition("\ndata: ")
    if kind != "complete":
        raise PageBusyError if '"title": "Busy"' in data or '"title":"Busy"' in data else SpeedError("ask", event)
    reply: dict[str, Any] = json.loads(data)[0]
    return reply


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    return float(np.quantile(values, share, method="inverted_cdf"))


def _look(address: str, questions: Sequence[str]) -> list[list[str]]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None or not find_spec("playwright"):
        return [["in a browser", "not measured: it needs Chromium and playwright"]]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        asked = list(islice(cycle(questions), LOOKS + 1))
        times = [look_once(browser, address, question) for question in progress(asked, "a browser asks")][1:]
        browser.close()
    usable, shown = zip(*times, strict=True)
    return [
        [f"in a browser, the page usable, median of {LOOKS}", milliseconds(statistics.median(usable))],
        [f"in a browser, a question shown, median of {LOOKS}", milliseconds(statistics.median(shown))],
    ]


def look_once(browser: Any, address: str, question: str) -> tuple[float, float]:
    """Open the page anew and ask; return the seconds until it could be used and until the first passage was shown."""
    page = browser.new_context().new_page()
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(".counts").wait_for()
    usable = time.perf_counter() - start
    page.locator("#ask textarea").fill(question)
    page.evaluate(_WATCH)
    page.keyboard.press("Enter")
    page.wait_for_function("window.shownAt")
    shown: float = page.evaluate("window.shownAt - window.askedAt")
    page.context.close()
    return usable, shown / 1000
