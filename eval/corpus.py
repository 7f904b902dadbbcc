"""Large corpora of articles, and how answers over the seeds hold up while the corpus around the seeds grows.

A corpus is JSON lines, plain or .xz: `title` with `body`, a list of sentences, or with `text`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.formats import json_lines
from eval.gate import data_digest
from eval.output import Table, counted
from eval.seeds import JudgedReply, SeedQuestion
from eval.systems import BUNDLED, open_index

_SENTENCES = 4


class Article(NamedTuple):
    """A title and paragraphs: four sentences each where the corpus has sentences, else the text as it is."""

    title: str
    paragraphs: tuple[str, ...]


def read_articles(path: Path) -> Iterator[Article]:
    """Yield every article; raises SetFormatError naming a malformed line, EmptySetError if there is none."""
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
    """Index the seeds, and articles from the start of a corpus until these have as many passages, or all are in.

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
            # Nearly all articles have at most ten passages, so this approaches the number from below.
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


@dataclass(frozen=True)
class SizeResult:
    """Judged replies by question id, over the seeds among a number of passages of a corpus."""

    name: str
    passages: int
    replies: Mapping[str, JudgedReply]


def sizes_table(questions: Sequence[SeedQuestion], results: Sequence[SizeResult]) -> Table:
    """Return one row per corpus: the replies to questions with an answer, and how many others were declined."""
    totals = Counter(question.topic for question in questions)
    header = [
        f"{totals['']} questions with an answer, {totals['near_miss']} near misses, {totals['unrelated']} unrelated",
        *("passages", "right sentence", "exact span", "wrong sentence", "lost"),
        *("near misses declined", "unrelated declined"),
    ]
    return Table(header, [[one.name, f"{one.passages:,}", *_row(questions, one.replies)] for one in results])


def _row(questions: Sequence[SeedQuestion], replies: Mapping[str, JudgedReply]) -> list[str]:
    found = Counter((question.topic, replies[question.id].outcome) for question in questions)
    exact = sum(replies[question.id].exact for question in questions)
    numbers = [found["", "right"], exact, found["", "wrong"], found["", "declined"]]
    return [str(number) for number in (*numbers, found["near_miss", "declined"], found["unrelated", "declined"])]


def unrelated_table(questions: Sequence[SeedQuestion], results: Sequence[SizeResult]) -> Table:
    """Return every reply to an unrelated question, for a person to check whether the larger corpus answers it."""
    rows = [
        [
            f"{one.name}, {one.passages:,} passages",
            question.question,
            f"{reply.confidence:.3f}",
            reply.text,
            reply.sentence or "",
        ]
        for one in results
        for question in questions
        if question.topic == "unrelated" and (reply := one.replies[question.id]).text is not None
    ]
    return Table(["replies to unrelated questions", "question", "confidence", "reply", "sentence"], rows)
