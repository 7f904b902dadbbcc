"""How long things take on this machine: a cold question, a warm one, and indexing.

Every figure is a median of several runs. It knows commands and clocks, and nothing of whether answers are right.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import qa
from eval.errors import SpeedError
from eval.progress import progress
from eval.tables import table

RUNS = 5
_QUESTIONS = 50
_PACKAGES = ("numpy", "faiss-cpu", "tantivy", "onnxruntime", "gradio")


def machine() -> str:
    """Return processor, cores, Python and library versions in one line."""
    found = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return ", ".join([found, *(f"{name} {version(name)}" for name in _PACKAGES)])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def measure_speed(index: Path, sources: Sequence[Path], questions: Sequence[str]) -> str:
    """Return a Markdown table of a cold question, a warm one, and indexing the sources afresh."""
    question = questions[0]
    cold = [sys.executable, "-m", "qa", "ask", question, "--index", str(index), "--json"]
    refuse_loading("torch", cold[3:])
    documents, passages = qa.Index.open(index).counts()
    corpus = f"{documents} documents, {passages} passages"
    rows = [
        [f"`qa ask` from a cold process, {corpus}", _seconds(_repeat(partial(_run, cold), "cold question"))],
        [f"a question in an open searcher, {corpus}", milliseconds(_warm(index, questions[:_QUESTIONS]))],
        [f"`qa index` of the same files into a new folder ({len(sources)} given)", _seconds(_indexing(sources))],
    ]
    return table([f"medians of {RUNS} runs", "time"], rows)


def refuse_loading(module: str, arguments: Sequence[str]) -> None:
    """Run a `qa` command in a process of its own; raises SpeedError when it loaded the module, or failed."""
    code = f"""
import sys, qa.cli
done = qa.cli.main(sys.argv[1:])
sys.exit(done or ("it loaded {module}" if "{module}" in sys.modules else 0))
"""
    _run([sys.executable, "-c", code, *arguments])


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SpeedError(" ".join(command), done.stderr)


def timed(action: Callable[[], object]) -> float:
    """Return how many seconds the action took."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _repeat(action: Callable[[], object], words: str) -> float:
    return statistics.median(timed(action) for _ in progress(range(RUNS), words))


def _warm(index: Path, questions: Sequence[str]) -> float:
    """The median over questions, of the median of each question's runs, after one round that warms up."""
    searcher = qa.Searcher.open(index)
    for question in questions:
        qa.ask(question, searcher)
    rounds = [
        [timed(partial(qa.ask, question, searcher)) for question in questions]
        for _ in progress(range(RUNS), "warm questions")
    ]
    return float(statistics.median(statistics.median(times) for times in zip(*rounds, strict=True)))


def _indexing(sources: Sequence[Path]) -> float:
    times = []
    for _ in progress(range(RUNS), "indexing"):
        folder = Path(tempfile.mkdtemp(prefix="qa-speed-"))
        command = [sys.executable, "-m", "qa", "index", *map(str, sources), "--into", str(folder / "index")]
        try:
            times.append(timed(partial(_run, command)))
        finally:
            shutil.rmtree(folder)
    return statistics.median(times)


def _seconds(time_taken: float) -> str:
    return f"{time_taken:.2f} s"


def milliseconds(time_taken: float) -> str:
    """Show seconds as milliseconds."""
    return f"{time_taken * 1000:.1f} ms"
