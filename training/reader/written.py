"""Read the questions that were written for the reader, over passages of the data folder and over made-up papers.

Each passage has questions that it answers (`v`; in other words, `p`; in English, `e`) and near misses that it does not
(`n` and `m`, of papers also `x`). A passage is in one split: "train", "dev" to choose by, or "test", which nothing is
chosen by.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from training.reader.rows import Group, Row

FILE = Path(__file__).parent / "written.jsonl"
Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

Record = Mapping[str, Any]
"""A passage: its `text`, or the `file`, the `line` (from 0) and the characters where it is; and what was `asked`."""


def read(data: Path, split: Split, path: Path = FILE) -> list[Group]:
    """Return the questions of a split, those of a passage together, in the order of the file."""
    with path.open(encoding="utf-8") as lines:
        records = [record for line in lines if (record := json.loads(line))["split"] == split]
    articles = _articles(data / "train", records)
    return [_group(record, articles) for record in records]


def _group(record: Record, articles: Mapping[tuple[str, int], str]) -> Group:
    own: str | None = record.get("text")
    text = own or articles[record["file"], record["line"]][record["start"] : record["end"]]
    return [
        Row(question, record["title"], text, start, end, relevant=int(start >= 0), taught=1)
        for _, question, start, end in record["asked"]
    ]


def _articles(folder: Path, records: Iterable[Record]) -> dict[tuple[str, int], str]:
    """Return the texts of the articles that records are from, by file and line."""
    wanted = {(record["file"], record["line"]) for record in records if "file" in record}
    files = sorted({name for name, _ in wanted})
    return {(name, number): text for name in files for number, text in _texts(folder, name) if (name, number) in wanted}


def _texts(folder: Path, name: str) -> Iterator[tuple[int, str]]:
    with lzma.open(folder / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            article = json.loads(line)
            yield number, " ".join(article["body"]) if "body" in article else article["text"]
