"""Large corpora of articles, and indexes of the seeds among them that are kept and used again.

A corpus is JSON lines, plain or .xz: `title` with `body`, a list of sentences, or with `text`. It knows articles and
indexes, and nothing of questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.formats import json_lines
from eval.gate import data_digest
from eval.progress import counted
from eval.systems import BUNDLED, open_index

_SENTENCES = 4


class Article(NamedTuple):
    """A title and paragraphs: four sentences each where the corpus has sentences, else the text as it is."""

    title: str
    paragraphs: tuple[str, ...]


def read_articles(path: Path) -> Iterator[Article]:
    """Yield every article; raises SetFormatError naming a malformed line, EmptySetError where there is none."""
    record = None
    for number, record in json_lines(path, ("title",)):
        body, text = record.get("body"), record.get("text")
        if isinstance(body, list):
            starts = range(0, len(body), _SENTENCES)
            yield Article(record["title"], tuple(" ".join(map(str, body[i : i + _SENTENCES])) for i in starts))
        elif isinstance(text, str):
            yield Article(record["title"], (text,))
        else:
            raise SetFormatError(path, number, "has neither a list of sentences in 'body' nor text in 'text'")
    if record is None:
        raise EmptySetError(str(path), "it has no articles")


def index_among(seeds: Sequence[qa.Document], path: Path, passages: int, work: Path) -> qa.Index:
    """Index the seeds, and whole articles from the start of a corpus until these have as many passages, or all.

    An index below `work` of the same seeds, corpus and size with the same model is used again.
    """
    wanted = open_index("seeds", seeds, BUNDLED, work).counts()[1] + passages
    index = open_index(f"{path.name.partition('.')[0]}-{passages}-{_digest(path)}", seeds, BUNDLED, work)
    documents = (
        qa.Document(id=f"{path.name}/{number}", text="\n\n".join(article.paragraphs), title=article.title)
        for number, article in enumerate(read_articles(path), start=1)
    )
    with counted(wanted, f"index {passages:,} passages") as show:
        while (missing := wanted - index.counts()[1]) > 0:
            # Articles have ten passages at most but for a few, so that this comes near from below.
            batch = list(islice(documents, max(1, missing // 10)))
            if not batch:
                break
            index.upsert(batch)
            show(index.counts()[1])
    return index


def _digest(path: Path) -> str:
    try:
        return data_digest([path])[:12]
    except OSError as error:
        raise EmptySetError(str(path), error.strerror or "it cannot be read") from error
