"""Questions with the place of their answers, and the passages to find them in, for fitting `qa.answer`.

Knows the files of the data folder and of `eval/`; knows nothing of weights.
"""

from __future__ import annotations

import itertools
import json
import lzma
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qa
from training.pairs import is_held_out, read_records

LAW_ARTICLES = 300
SEEDS = Path(__file__).parent.parent / "seeds"
SEED_QUESTIONS = Path(__file__).parent.parent / "eval" / "seeds.jsonl"
# Of questions that are only there to fit spans, which need no search.
SPAN_QUESTIONS = 1500

Place = tuple[str, int, int]


@dataclass(frozen=True)
class Asked:
    """A question; `spans` are the places of its answer, `sentences` those of sentences that say so, none if none.

    `relevant` are documents that hold the answer, where its place is not known.
    """

    question: str
    group: str
    spans: tuple[Place, ...] = ()
    sentences: tuple[Place, ...] = ()
    relevant: frozenset[str] = frozenset()
    split: str = "dev"


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
            )
            asked.append(Asked(question["question"], group, spans, spans))
    return documents, asked


def held_out_pairs(data: Path) -> tuple[list[qa.Document], list[Asked]]:
    """Questions that the bundled model was not trained on, among their own passages and those of other questions."""
    records = [record for record in read_records(data / "train" / "qa_pairs.jsonl.xz") if record["src"] in _SHORT]
    held_out = [record for record in records if is_held_out(record["query"])]
    ids: dict[str, str] = {}
    for record in [*held_out, *records[::12]]:
        ids.setdefault(record["passage"].strip(), str(len(ids)))
    documents = {one: qa.Document(one, text, language="vi") for text, one in ids.items()}
    by_question = defaultdict(list)
    for record in held_out:
        by_question[record["query"]].append(record)
    asked = [_asked(query, found, ids, documents) for query, found in by_question.items()]
    return list(documents.values()), asked


_SHORT = ("zalo2019", "mailong25", "nanibot_reg", "nanibot_wiki", "alqac2022", "alqac2023", "alqac2023b")


def _asked(query: str, records: list[dict[str, Any]], ids: dict[str, str], documents: dict[str, qa.Document]) -> Asked:
    relevant = [(ids[one["passage"].strip()], one["answer"]) for one in records if one["label"]]
    spans = tuple(
        (document, start, start + len(answer))
        for document, answer in relevant
        for start in occurrences(documents[document].text, answer)
    )
    return Asked(query, "held-out", spans, spans, frozenset(document for document, _ in relevant))


def span_records(data: Path) -> Iterator[tuple[str, str, str]]:
    """Question, passage and answer of questions that the bundled model may know: only spans are fitted on them."""
    records = read_records(data / "train" / "qa_pairs.jsonl.xz")
    answered = [one for one in records if one["label"] and one["answer"] and not is_held_out(one["query"])]
    step = max(1, len(answered) // SPAN_QUESTIONS)
    for one in answered[::step]:
        yield one["query"], one["passage"].strip(), one["answer"]


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
        asked.append(Asked(one["question"], group, tuple(spans), tuple(sentences), split=one["split"]))
    return documents, asked


def occurrences(text: str, part: str) -> Iterator[int]:
    """Where a part stands in a text."""
    start = text.find(part) if part else -1
    while start >= 0:
        yield start
        start = text.find(part, start + 1)
