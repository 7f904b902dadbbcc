"""Building, size on disk and time per question as a corpus grows, beside other libraries over the same passages.

Articles are indexed without their titles, which are the questions: each title should find its own article. Each system
runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import qa
from eval.corpus import read_articles
from eval.errors import EvaluationError
from eval.evaluation import mean, score
from eval.output import Table, progress
from eval.peers import PEERS
from eval.runs import Run
from eval.speed import timed
from eval.systems import Mode

_MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")
_QUESTIONS = 200
_WORDS = 4  # the fewest words of a title that is asked
_HITS = 10
_DEEP = 50  # passages searched for the ten best articles
_CHANGES = 5
_COPY = "zyxwv{}"
_NEW = "Cây cầu treo zyxwv{} bắc qua suối được khánh thành hôm qua."


class Corpus(NamedTuple):
    """Passages of articles, each with the number of its article, and the titles to ask, by that number.

    The first `originals` articles are of a file; those that follow are copies of them, in the same order.
    """

    passages: Sequence[str]
    articles: Sequence[int]
    titles: dict[int, str]
    originals: int

    def documents(self) -> Iterator[qa.Document]:
        """Yield the articles as documents without titles, one passage per paragraph."""
        for article, passages in groupby(zip(self.articles, self.passages, strict=True), key=itemgetter(0)):
            yield qa.Document(str(article), "\n".join(passage for _, passage in passages))

    @property
    def size(self) -> int:
        """Bytes of text."""
        return sum(len(passage.encode()) for passage in self.passages)


@dataclass(frozen=True)
class Timings:
    """Elapsed seconds of each question, in growing order; processor seconds on average, nDCG@10 of title -> article."""

    name: str
    seconds: Sequence[float]
    processor: float
    ndcg: float

    def percentile(self, share: float) -> float:
        """Return the time that this share of the questions did not exceed."""
        return self.seconds[math.ceil(share * len(self.seconds)) - 1]


@dataclass(frozen=True)
class Built:
    """Elapsed and processor seconds of building, bytes in memory and on disk, and the times of asking and changing."""

    name: str
    passages: int
    seconds: float
    processor: float
    asked: Sequence[Timings] = ()
    memory: int = 0
    text: int = 0
    folder: int = 0
    opened: float | None = None
    added: float | None = None
    deleted: float | None = None


def measure_scale(path: Path, sizes: Sequence[int]) -> list[Built]:
    """Build and ask each system over each number of passages."""
    missing = {name: module for name, (module, _) in PEERS.items() if find_spec(module) is None}
    for name, module in missing.items():
        print(f"{name} is left out, since {module} is not installed (pip install {module}).", file=sys.stderr)
    systems: list[str] = ["qa", *(name for name in PEERS if name not in missing)]
    built = []
    for size in sizes:
        for name in progress(systems, f"{size:,} passages"):
            # One process per system, so that no memory of another one is counted.
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                built.append(pool.submit(measure, name, path, size).result())
    return built


def scale_tables(built: Sequence[Built]) -> list[Table]:
    """Return a table of building and one of asking."""
    return [_building(built), _asking(built)]


def read_scale_corpus(path: Path, passages: int) -> Corpus:
    """Read whole articles until they have that many paragraphs; some of their titles become questions.

    A file that has fewer is repeated, and each paragraph of a copy gets a word more.
    """
    texts: list[str] = []
    articles: list[int] = []
    titles: dict[int, str] = {}
    for number, article in enumerate(read_articles(path)):
        if len(texts) >= passages:
            break
        texts += article.paragraphs
        articles += [number] * len(article.paragraphs)
        if len(article.title.split()) >= _WORDS:
            titles[number] = article.title
    read, originals = len(texts), articles[-1] + 1
    for place in range(passages - read):
        copy = 1 + place // read
        texts.append(f"{texts[place % read]} {_COPY.format(copy)}")
        articles.append(articles[place % read] + copy * originals)
    step = max(1, len(titles) // _QUESTIONS)
    return Corpus(texts, articles, dict(list(titles.items())[::step][:_QUESTIONS]), originals)


def measure(name: str, path: Path, size: int) -> Built:
    """Build and ask one system, "qa" or one of `PEERS`, over the first passages of a corpus.

    Its memory is what it needs beyond the texts, which are read first and stay in memory.
    """
    corpus = read_scale_corpus(path, size)
    held = _peak_memory()
    with tempfile.TemporaryDirectory(prefix="qa-scale-", ignore_cleanup_errors=True) as folder:
        measured = _measure_qa(corpus, Path(folder)) if name == "qa" else _measure_peer(name, corpus, Path(folder))
    return replace(measured, memory=_peak_memory() - held, text=corpus.size)


def _peak_memory() -> int:
    """Return the peak memory in bytes of this process and of its largest child, as if both had theirs at once.

    It is 0 on Windows, for which Python's library has no such figure.
    """
    if sys.platform == "win32":
        return 0
    import resource

    # Linux counts in KiB, macOS in bytes.
    peaks = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(peaks) * (1 if sys.platform == "darwin" else 1024)


def _processor_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    return sum(os.times()[:4])


def _measure_qa(corpus: Corpus, folder: Path) -> Built:
    embedder = qa.load_embedder()
    started, processor = time.perf_counter(), _processor_seconds()
    index = qa.Index.create(folder / "index", embedder)
    index.upsert(corpus.documents())
    built = Built("qa", index.counts()[1], time.perf_counter() - started, _processor_seconds() - processor)
    size = index.size()
    first = corpus.passages[0][:50]
    opened = timed(lambda: qa.Searcher.open(folder / "index", embedder).search(first, mode="dense")).clock
    searcher = qa.Searcher(index)
    asked = [_asked(f"qa {mode}", partial(_documents, searcher, mode), corpus) for mode in _MODES]
    added, deleted = _changes(searcher)
    return replace(built, asked=asked, folder=size, opened=opened, added=added, deleted=deleted)


def _documents(searcher: qa.Searcher, mode: Mode, question: str, k: int) -> list[int]:
    return [int(hit.passage.document_id) for hit in searcher.search(question, k=k, mode=mode)]


def _changes(searcher: qa.Searcher) -> tuple[float, float]:
    """Seconds until an added article is found, and until a deleted one is no longer found; medians."""
    added, deleted = [], []
    for number in range(_CHANGES):
        text = "\n".join(_NEW.format(f"{number}{line}") for line in range(10))
        new = qa.Document(f"new {number}", text)
        added.append(timed(partial(searcher.index.upsert, [new])).clock + _until(searcher, new, is_there=True))
        deleted.append(timed(partial(searcher.index.delete, [new.id])).clock + _until(searcher, new, is_there=False))
    return sorted(added)[_CHANGES // 2], sorted(deleted)[_CHANGES // 2]


def _until(searcher: qa.Searcher, new: qa.Document, *, is_there: bool) -> float:
    """Return the seconds of the first search after a change, which must already show it."""
    started = time.perf_counter()
    hits = searcher.search(new.text.split(".")[0], k=1, mode="lexical")
    if [hit.passage.document_id == new.id for hit in hits] != [is_there]:
        raise EvaluationError(f"{new.id} is {'not ' * is_there}found after a change.", "This is a defect of qa.")
    return time.perf_counter() - started


def _measure_peer(name: str, corpus: Corpus, folder: Path) -> Built:
    _, build = PEERS[name]
    qa.load_embedder()  # loading code for the first time is not part of building
    started, processor = time.perf_counter(), _processor_seconds()
    peer = build(corpus.passages, folder)
    built = Built(name, len(corpus.passages), time.perf_counter() - started, _processor_seconds() - processor)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def articles(question: str, k: int) -> list[int]:
        return [corpus.articles[place] for place in peer.search(question, k) if place >= 0]

    return replace(built, asked=[_asked(name, articles, corpus)], folder=size)


def _asked(name: str, articles: Callable[[str, int], list[int]], corpus: Corpus) -> Timings:
    """Ask every title twice: first for the ranking, which also warms up, then for the time.

    A copy counts as the article itself.
    """
    deep = {
        number: [article % corpus.originals for article in articles(title, _DEEP)]
        for number, title in corpus.titles.items()
    }
    processor = time.process_time()
    seconds = [timed(partial(articles, title, _HITS)).clock for title in corpus.titles.values()]
    used = (time.process_time() - processor) / len(seconds)
    return Timings(name, sorted(seconds), used, _ndcg(name, deep))


def _ndcg(name: str, found: dict[int, list[int]]) -> float:
    ranked = {str(number): tuple(dict.fromkeys(map(str, articles))) for number, articles in found.items()}
    qrels = {number: {number: 1} for number in ranked}
    return mean(score(Run(name, ranked), qrels, ["nDCG@10"])["nDCG@10"])


def curves(built: Iterable[Built]) -> dict[str, list[tuple[int, float]]]:
    """Return, for each way of asking, the median milliseconds of a question at each number of passages."""
    found: dict[str, list[tuple[int, float]]] = {}
    for one in built:
        for asked in one.asked:
            found.setdefault(asked.name, []).append((one.passages, 1000 * asked.percentile(0.5)))
    return found


def _building(built: Iterable[Built]) -> Table:
    header = ["building", "passages", "passages/s", "per CPU second", "peak memory", "folder / text"]
    return Table([*header, "open", "one article in", "out"], [_building_row(one) for one in built])


def _building_row(one: Built) -> list[str]:
    rates = [f"{one.passages / one.seconds:,.0f}", f"{one.passages / one.processor:,.0f}"]
    size = f"{one.folder / one.text:.1f}" if one.folder else "-"
    return [
        *(one.name, f"{one.passages:,}", *rates, f"{one.memory / 1e6:,.0f} MB", size),
        *("-" if seconds is None else f"{seconds:.2f} s" for seconds in (one.opened, one.added, one.deleted)),
    ]


def _asking(built: Iterable[Built]) -> Table:
    header = [f"asking, {_HITS} hits", "passages", "p50", "p95", "p99", "CPU, mean", "nDCG@10 title -> article"]
    return Table(header, [row for one in built for row in _asking_rows(one)])


def _asking_rows(one: Built) -> Iterator[list[str]]:
    for asked in one.asked:
        times = [asked.percentile(share) for share in (0.5, 0.95, 0.99)]
        shown = [f"{seconds * 1000:.1f} ms" for seconds in (*times, asked.processor)]
        yield [asked.name, f"{one.passages:,}", *shown, f"{asked.ndcg:.3f}"]
