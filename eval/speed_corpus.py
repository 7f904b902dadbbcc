"""Time per question over a large news corpus, beside bm25s.

Each paragraph of an article is a document.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import qa
from eval.bm25 import Bm25s
from eval.corpus import read_articles
from eval.progress import counted, progress
from eval.searching import Mode
from eval.speed import RUNS, milliseconds, timed
from eval.tables import table

_WORDS = 4  # that a title has at least, to be a question
_QUESTIONS = 300
_HITS = 10
_MODES: tuple[Mode, ...] = ("lexical", "dense", "hybrid")


def read_corpus(path: Path, passages: int) -> tuple[list[qa.Document], list[str]]:
    """Return at most `passages` documents, a paragraph each, and titles of their articles as questions."""
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


def measure_corpus(path: Path, passages: int, work: Path) -> str:
    """Index the corpus under `work` and return a Markdown table of times per question."""
    documents, titles = read_corpus(path, passages)
    questions = titles[:: max(1, len(titles) // _QUESTIONS)][:_QUESTIONS]
    embedder = qa.load_embedder()
    name = f"speed-{path.name.partition('.')[0]}-{passages}-{embedder.settings.revision[:12]}"
    index = qa.Index.create(work / name, embedder)
    with counted(len(documents), f"index {len(documents):,} documents") as show:
        seconds = timed(lambda: index.upsert(documents, show))
    searcher = qa.Searcher(index)
    rows = [["indexing (0 work when it was indexed before)", f"{seconds:.1f} s", "-"]]
    for mode in _MODES:
        rows.append([mode, *_times(partial(searcher.search, k=_HITS, mode=mode), questions, mode)])
    baseline = Bm25s(documents)
    rows.append(["bm25s, all in memory", *_times(partial(baseline.search, k=_HITS), questions, "bm25s")])
    header = f"{len(questions)} titles over {index.counts()[1]:,} passages, {_HITS} hits"
    return table([header, "median", "95th percentile"], rows)


def _times(search: Callable[[str], object], questions: Sequence[str], words: str) -> list[str]:
    """Median and 95th percentile over questions of each question's median of all runs, after one round to warm up."""
    for question in questions:
        search(question)
    rounds = [[timed(partial(search, question)) for question in questions] for _ in progress(range(RUNS), words)]
    times = sorted(statistics.median(of_one) for of_one in zip(*rounds, strict=True))
    return [milliseconds(statistics.median(times)), milliseconds(times[int(0.95 * (len(times) - 1))])]
