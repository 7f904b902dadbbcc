"""Questions with the place of their answers, and the passages to find them in, for fitting how `qa.reading` decides.

Knows the files of the data folder and of `eval/`; knows nothing of weights.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import qa

LAW_ARTICLES = 300
SEEDS = Path(__file__).parent.parent / "seeds"
SEED_QUESTIONS = Path(__file__).parent.parent / "eval" / "seeds.jsonl"

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Asked:
    """A question; `spans` are the places of its answer, `sentences` those of sentences that say so, none if none.

    `split` is "dev" for questions to fit on; `document_set` names the documents that are asked.
    """

    question: str
    group: str
    spans: tuple[Place, ...] = ()
    sentences: tuple[Place, ...] = ()
    split: str = "dev"
    document_set: str = ""


def searcher(folder: Path, documents: list[qa.Document]) -> qa.Searcher:
    """A searcher over a new index of these documents."""
    index = qa.Index.create(folder)
    index.upsert(documents)
    return qa.Searcher(index)


def law(data: Path) -> list[qa.Document]:
    """Articles of law, about which no question here asks."""
    with lzma.open(data / "train" / "law.jsonl.xz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in itertools.islice(lines, 0, LAW_ARTICLES * 50, 50)]
    return [qa.Document(f"law/{n}", one["text"], one["title"], language="vi") for n, one in enumerate(articles)]


def squad(path: Path, group: str) -> tuple[list[qa.Document], list[Asked]]:
    """The paragraphs and questions of a SQuAD file."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    ids = {text: f"{n}" for n, text in enumerate(dict.fromkeys(one["context"] for one in paragraphs))}
    documents = [qa.Document(one, text, language="vi") for text, one in ids.items()]
    asked = []
    for paragraph in paragraphs:
        for question in paragraph["qas"]:
            spans = tuple(
                (ids[paragraph["context"]], answer["answer_start"], answer["answer_start"] + len(answer["text"]))
                for answer in question["answers"]
                if not question.get("is_impossible")
            )
            nature = group if spans else f"{group}, unanswerable"
            asked.append(Asked(question["question"], nature, spans, spans, split_of(paragraph["context"]), group))
    return documents, asked


def split_of(text: str) -> str:
    """Half of all texts are for fitting, by their digest, so that no document's questions are in both halves."""
    return "dev" if hashlib.sha256(text.encode()).digest()[0] < 128 else "test"


def seeds() -> tuple[list[qa.Document], list[Asked]]:
    """The project's own documents and questions."""
    documents = list(qa.read_documents([SEEDS]))
    texts = {document.id: document.text for document in documents}
    asked = []
    for line in SEED_QUESTIONS.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        quotes = [one, *one.get("alternatives", [])] if one["answerable"] else []
        sentences, spans = [], []
        for quote in quotes:
            for start in occurrences(texts[quote["source"]], quote["sentence"]):
                sentences.append((quote["source"], start, start + len(quote["sentence"])))
                for at in occurrences(quote["sentence"], quote["answer"]):
                    spans.append((quote["source"], start + at, start + at + len(quote["answer"])))
        group = one.get("topic") or one["kind"]
        asked.append(Asked(one["question"], group, tuple(spans), tuple(sentences), one["split"], "seeds"))
    return documents, asked


def occurrences(text: str, part: str) -> Iterator[int]:
    """Where a part stands in a text."""
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)
