"""Measure how long things take on this machine: cold and warm questions, indexing, files of every kind, a large corpus.

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
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np

import qa
from eval.corpus import read_articles
from eval.errors import SpeedError
from eval.files import PDF_PAGES, make_files
from eval.output import Table, counted, progress
from eval.systems import Bm25s, Mode

RUNS = 3
_PACKAGES = ("numpy", "onnxruntime", "faiss-cpu", "tantivy", "gradio")


class Time(NamedTuple):
    """Elapsed seconds, and processor seconds of this process and of those that it waited for."""

    clock: float
    worked: float


def machine() -> str:
    """Return processor, cores, load, and the versions of Python and of libraries, in one line."""
    found = f"{_processor()}, {os.cpu_count()} cores{_load()}, {platform.system()}, Python {platform.python_version()}"
    return ", ".join([found, *(f"{name} {version(name)}" for name in ("qa", *_PACKAGES))])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _load() -> str:
    return f" (load {os.getloadavg()[0]:.1f})" if hasattr(os, "getloadavg") else ""


def measure_speed(index: Path, sources: Sequence[Path], questions: Sequence[str]) -> Table:
    """Return the times of a cold question, of warm ones with and without reading, and of indexing the sources anew."""
    cold = [sys.executable, "-m", "qa", "ask", questions[0], "--index", str(index), "--json"]
    refuse_loading("torch", cold[3:])
    documents, passages = qa.Index.open(index).counts()
    searcher = qa.Searcher.open(index)
    rows = [
        _row("`qa ask` in a process of its own", [_repeated(partial(_run, cold), "a cold question")]),
        _row("hits of a question in an open searcher", _asked(searcher.evidence, questions, "hits")),
        _row("an answer in an open searcher", _asked(partial(qa.ask, searcher=searcher), questions, "answers")),
        _row("`qa index` of the sources into a new folder", [_repeated(partial(_index, sources), "indexing")]),
    ]
    title = f"{documents:,} documents, {passages:,} passages, {len(questions)} questions, medians of {RUNS} runs"
    return Table([title, "time", "processor time"], rows)


def _row(name: str, times: Sequence[Time]) -> list[str]:
    """Return the medians over questions."""
    return [name, *(_shown(statistics.median(found)) for found in zip(*times, strict=True))]


def _shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else milliseconds(seconds)


def refuse_loading(module: str, arguments: Sequence[str]) -> None:
    """Run a `qa` command in a process of its own; raises SpeedError when it failed or loaded the forbidden module."""
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


def timed(action: Callable[[], object]) -> Time:
    """Return the time that the action took."""
    start, worked = time.perf_counter(), _worked()
    action()
    return Time(time.perf_counter() - start, _worked() - worked)


def _worked() -> float:
    """Return processor seconds so far; those of this process are finer than the ticks that the system counts in."""
    return time.process_time() + sum(os.times()[2:4])


def _repeated(action: Callable[[], object], words: str) -> Time:
    """Return the medians of all runs; what is being timed is printed on stderr."""
    print(f"timing {words}", file=sys.stderr, flush=True)
    return _medians([timed(action) for _ in range(RUNS)])


def _medians(times: Sequence[Time]) -> Time:
    clocks, worked = zip(*times, strict=True)
    return Time(statistics.median(clocks), statistics.median(worked))


def _asked(ask: Callable[[str], object], questions: Sequence[str], words: str) -> list[Time]:
    """Return the medians of each question's runs, after a warm-up; what is being timed is printed on stderr."""
    print(f"timing {words} of {len(questions)} questions", file=sys.stderr, flush=True)
    ask(questions[0])
    rounds = [[timed(partial(ask, one)) for one in questions] for _ in progress(range(RUNS), words)]
    return [_medians(of_one) for of_one in zip(*rounds, strict=True)]


def _index(sources: Sequence[Path]) -> None:
    with tempfile.TemporaryDirectory(prefix="qa-speed-") as folder:
        _run([sys.executable, "-m", "qa", "index", *map(str, sources), "--into", str(Path(folder, "index"))])


def milliseconds(seconds: float) -> str:
    """Show seconds as milliseconds."""
    return f"{seconds * 1000:.1f} ms"


_WORDS = 4  # the fewest words of a title that is asked
_QUESTIONS = 300
_HITS = 10
_MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")


def read_corpus(path: Path, passages: int) -> tuple[list[qa.Document], list[str]]:
    """Return at most `passages` documents of one paragraph each, and titles of their articles as questions."""
    documents: list[qa.Document] = []
    titles: list[str] = []
    for article in read_articles(path):
        titles.append(article.title)
        documents += [
            qa.Document(id=f"{i}", text=text) for i, text in enumerate(article.paragraphs, len(documents) + 1)
        ]
        if len(documents) >= passages:
            break
    return documents[:passages], [title for title in titles if len(title.split()) >= _WORDS]


def measure_corpus(path: Path, passages: int, work: Path) -> Table:
    """Index the corpus below `work` and return a table of times per question."""
    documents, titles = read_corpus(path, passages)
    questions = titles[:: max(1, len(titles) // _QUESTIONS)][:_QUESTIONS]
    embedder = qa.load_embedder()
    name = f"speed-{path.name.partition('.')[0]}-{passages}-{embedder.settings.revision[:12]}"
    index = qa.Index.create(work / name, embedder)
    with counted(len(documents), f"index {len(documents):,} documents") as show:
        seconds = timed(lambda: index.upsert(documents, show)).clock
    searcher = qa.Searcher(index)
    rows = [["indexing (0 work when it was indexed before)", f"{seconds:.1f} s", "-"]]
    for mode in _MODES:
        rows.append([mode, *_percentiles(partial(searcher.search, k=_HITS, mode=mode), questions, mode)])
    baseline = Bm25s(documents)
    rows.append(["bm25s, all in memory", *_percentiles(partial(baseline.search, k=_HITS), questions, "bm25s")])
    header = f"{len(questions)} titles over {index.counts()[1]:,} passages, {_HITS} hits"
    return Table([header, "median", "95th percentile"], rows)


def _percentiles(search: Callable[[str], object], questions: Sequence[str], words: str) -> list[str]:
    """Return the median and the 95th percentile over the questions' medians."""
    clocks = [one.clock for one in _asked(search, questions, words)]
    return [milliseconds(float(one)) for one in np.quantile(clocks, (0.5, 0.95), method="inverted_cdf")]


_MEBIBYTE = 1024 * 1024
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class _Indexing:
    """One indexing: seconds, those of a processor, and the most memory that its processes held together, in bytes."""

    seconds: float
    worked: float
    memory: int


def measure_files(sources: Sequence[Path], count: int, runs: int) -> Table:
    """Return the time and memory that indexing takes for `count` files made from the sentences of the sources."""
    with tempfile.TemporaryDirectory(prefix="qa-files-") as folder:
        files = Path(folder, "files")
        size = make_files(files, sources, count)
        found = [_index_files(files, Path(folder, "index")) for _ in progress(range(runs), f"indexing {count:,} files")]
    seconds = statistics.median(run.seconds for run in found)
    rows = [
        ["seconds", f"{seconds:.1f}"],
        ["seconds of a processor", f"{statistics.median(run.worked for run in found):.1f}"],
        ["files a second", f"{count / seconds:.1f}"],
        ["most memory, all processes together", f"{statistics.median(run.memory for run in found) / _MEBIBYTE:.0f} MB"],
    ]
    pages = f"{count // 5} PDF of {PDF_PAGES} pages"
    return Table([f"medians of {runs} runs: {count:,} files, {pages}, {size / _MEBIBYTE:.1f} MB", ""], rows)


def _index_files(files: Path, index: Path) -> _Indexing:
    command = [sys.executable, "-m", "qa", "index", str(files), "--into", str(index)]
    start, worked, memory = time.perf_counter(), sum(os.times()[2:4]), 0
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        while process.poll() is None:
            memory = max(memory, _memory(process.pid))
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - start
        output.seek(0)
        if process.returncode:
            raise SpeedError(" ".join(command), output.read().decode("utf-8", "replace"))
    shutil.rmtree(index)
    return _Indexing(seconds, sum(os.times()[2:4]) - worked, memory)


def _memory(process: int) -> int:
    """Return bytes that a process and those it started hold; 0 where the system does not tell."""
    try:
        held = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return held + sum(_memory(int(child)) for child in children)
