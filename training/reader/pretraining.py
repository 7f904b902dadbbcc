"""What the reader learns from plain documents: questions with a gap over them, and hidden words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.pairs import read_records, read_rows
from training.reader import rows
from training.reader.base import MASK
from training.reader.examples import BEGIN, END, SPECIALS
from training.reader.names import names
from training.reader.rows import Row

BREAK = re.compile(r"(?<=[.!?;])\s+(?=[^a-z])|\n+")
UNITS = "triệu tỷ tỉ nghìn người năm tháng km m2 ha kg tấn đồng USD xã ngày giờ phút tuổi".replace(" ", "|")
NUMBER = re.compile(rf"\b(?:ngày\s+)?\d[\d.,/:]*(?:\s*%|\s+(?:{UNITS})\b(?:\s+(?:đồng|USD|người|\d+))?)?")
CLOSED = re.compile('[,.;:()"”“]')
ASKED = {
    "name": ("ai", "ở đâu", "tổ chức nào", "nơi nào", "cái gì", "người nào"),
    "number": ("bao nhiêu", "mấy", "khi nào", "năm nào", "ngày nào"),
    "words": ("gì", "như thế nào", "điều gì", "việc gì"),
}
"""What is asked for each kind of thing that a sentence may lack."""
SENTENCE, FEWEST = 21, 3
"""Characters of the shortest sentence and sentences of the shortest document."""
TRIED, CANDIDATES, ROWS = 8, 6, 3
"""Sentences of a document that are looked at, gaps that are tried in each, and rows of one document at most."""
GAP = range(2, 81)
"""Characters that a gap may have."""
PASSAGE = 1400
UNANSWERED, ELSEWHERE = 0.15, 0.15
"""How often a passage of the document lacks the answer, and how often a row of another document is added."""
MASKED, MARKED, LOWER, TITLED = 0.4, 0.7, 0.12, 0.4
"""How often `<mask>` fills the gap, other questions end in "?", are in small letters, and a passage has its title."""
KEPT = {"vietnews": (100, 39), "viwiki": (1, 1), "law": (2, 1)}
"""Of how many lines the first ones of each file are read; lines are counted from 1, so the last one comes first."""


class Document(NamedTuple):
    """A document's parts; an article of law and a page of the encyclopedia have no lead."""

    title: str
    lead: str
    body: str


def documents(data: Path) -> Iterator[Document]:
    """Yield the part of news, encyclopedia and law that is learned from."""
    for name, (lines, first) in KEPT.items():
        for number, record in enumerate(read_records(data / f"{name}.jsonl.xz"), start=1):
            if number % lines < first:
                body = " ".join(record["body"]) if "body" in record else record["text"]
                yield Document(record["title"], record.get("abstract", ""), body)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in BREAK.split(text) if len(sentence) >= SENTENCE]


class Gap(NamedTuple):
    """What a sentence will lack, and which kind of thing that is."""

    start: int
    end: int
    kind: str


def gaps(sentence: str, random: Random) -> list[Gap]:
    """Return names, numbers and up to four runs of words of a sentence, in any order."""
    found = [Gap(name.start, name.end, "name") for name in names(sentence)]
    found += [Gap(*number.span(), "number") for number in NUMBER.finditer(sentence)]
    words = [word.span() for word in re.finditer(r"\w+", sentence)]
    for _ in range(4 if len(words) > 5 else 0):
        number = random.randint(2, 5)
        first = random.randrange(max(1, len(words) - number))
        start, end = words[first][0], words[min(first + number, len(words)) - 1][1]
        if not CLOSED.search(sentence[start:end]):
            found.append(Gap(start, end, "words"))
    return random.sample(found, len(found))


def cloze_rows(kept: Sequence[Document], random: Random) -> Iterator[Row]:
    """Yield rows of documents in any order, without end."""
    while True:
        before = None
        for document in random.sample(kept, len(kept)):
            yield from cloze(document, before, random)
            before = document


def cloze(document: Document, other: Document | None, random: Random) -> Iterator[Row]:
    """Yield at most three questions of one document, each a sentence without something that another sentence has.

    Some are asked of sentences without it, and some of the beginning of another document, so have no answer.
    """
    body = _sentences(document.body)
    if len(body) < FEWEST:
        return
    above = [document.title] * bool(document.title) + _sentences(document.lead)
    sources: list[tuple[int, str]] = [(-1, text) for text in above] * 2 + list(enumerate(body))
    found = (_row(document, body, *source, random) for source in random.sample(sources, min(TRIED, len(sources))))
    made = list(islice((row for row in found if row is not None), ROWS))
    yield from made
    if made and other is not None and random.random() < ELSEWHERE:
        passage = " ".join(BREAK.split(other.body))[: random.randint(200, 900)]
        yield Row(made[-1].question, "", passage, -1, -1, 0, 1)


def _row(document: Document, body: list[str], place: int, sentence: str, random: Random) -> Row | None:
    """Return a question with a gap in a sentence over others of the body; None if none of the tried gaps will do."""
    for gap in gaps(sentence, random)[:CANDIDATES]:
        text = sentence[gap.start : gap.end].strip()
        pattern = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)")
        having = [other for other, one in enumerate(body) if other != place and pattern.search(one)]
        question = _question(sentence, gap, random)
        if len(text) not in GAP or not having or question is None or pattern.search(question):
            continue
        answered = random.random() >= UNANSWERED
        without = [other for other in range(len(body)) if other != place and other not in having]
        if not answered and not without:
            return None
        usable = set(without) if not answered else set(range(len(body))) - {place}
        passage = _passage(body, random.choice(having if answered else without), usable, random)
        title = document.title if text not in document.title and random.random() < TITLED else ""
        if not answered:
            return Row(question, title, passage, -1, -1, 0, 1)
        if span := _answer(pattern, question, passage):
            return Row(question, title, passage, *span, 1, 1)
    return None


def _passage(body: Sequence[str], place: int, usable: set[int], random: Random) -> str:
    """Return a sentence with those that stand around it, as long as these may be used."""
    first = last = place
    wanted = random.randint(200, 1000)
    while sum(map(len, body[first : last + 1])) < wanted:
        beside = [other for other in (first - 1, last + 1) if other in usable]
        if not beside:
            break
        other = random.choice(beside)
        first, last = min(first, other), max(last, other)
    return " ".join(body[first : last + 1])[:PASSAGE]


def _question(sentence: str, gap: Gap, random: Random) -> str | None:
    """Return the words around a gap with `<mask>` or a question word in it; None if these are fewer than four."""
    before = sentence[: gap.start].split()[-random.randint(4, 18) :]
    after = sentence[gap.end :].split()[: random.randint(4, 18)]
    if len(before) + len(after) < 4:
        return None
    if random.random() < MASKED:
        return " ".join([*before, MASK, *after]).strip(" .")
    asked = " ".join([*before, random.choice(ASKED[gap.kind]), *after]).strip(" .")
    asked += "?" if random.random() < MARKED else ""
    return asked.lower() if random.random() < LOWER else asked


def _answer(pattern: re.Pattern[str], question: str, passage: str) -> tuple[int, int] | None:
    """Return where the passage has what is asked, of up to three places the one with most words of the question."""
    spans = [found.span() for found in pattern.finditer(passage)]
    words = set(question.lower().split())

    def shared(span: tuple[int, int]) -> int:
        return len(words & set(passage[max(0, span[0] - 120) : span[1] + 120].lower().split()))

    return max(spans, key=shared) if 1 <= len(spans) <= 3 else None


BLOCK = 256
"""Tokens of a block, its first and last included."""
HIDDEN = 0.2
"""Share of the words that are to be found."""
SHOWN_MASKED, EXCHANGED = 0.85, 0.93
"""Up to which share of their pieces `<mask>`, and from there on another piece, stands instead."""
PAIRED, ENGLISH = 0.12, 0.3
"""Up to which share of the texts are sentence pairs, and from there on English passages; the rest are documents."""


class Blocks(NamedTuple):
    """Token ids (blocks, `BLOCK`) with some exchanged, the places of these in them all, and what stood there."""

    ids: torch.Tensor
    places: torch.Tensor
    wanted: torch.Tensor


@dataclass(frozen=True)
class Texts:
    """What blocks are cut from."""

    documents: Sequence[Document]
    english: Sequence[str]
    pairs: Sequence[tuple[str, str]]

    def draw(self, random: Random) -> str:
        """Return a document, an English passage, or six pairs of sentences in either order."""
        drawn = random.random()
        if drawn < PAIRED:
            pairs = random.sample(self.pairs, min(6, len(self.pairs)))
            return " </s> ".join(text for pair in pairs for text in random.sample(pair, 2))
        if drawn < ENGLISH:
            return random.choice(self.english)
        return " </s> ".join(part for part in random.choice(self.documents) if part)


def read_texts(data: Path) -> Texts:
    """Return the documents, the passages of labelled rows in plain letters, and the sentence pairs of a folder."""
    labelled = rows.read(data / rows.FILE)
    english = dict.fromkeys(row.context for row in labelled if all(text.isascii() for text in row[:3]))
    pairs = [(row[1], row[2]) for row in read_rows(data / "parallel_en_vi.tsv.xz") if len(row) > 2]
    return Texts(list(documents(data)), list(english), pairs)


def blocks(texts: Texts, tokenizer: Tokenizer, tokens: int, random: Random) -> Iterator[Blocks]:
    """Yield blocks of texts with words hidden, so many that they make about `tokens`, without end."""
    number = max(1, tokens // BLOCK)
    pieces = sorted(tokenizer.get_vocab().items(), key=lambda piece: piece[1])
    begins = np.array([piece.startswith("▁") or place < SPECIALS for piece, place in pieces])
    chance = np.random.default_rng(random.getrandbits(32))
    cut = _cut(texts, tokenizer, random)
    while some := list(islice(cut, 4 * number)):
        random.shuffle(some)
        for first in range(0, len(some), number):
            yield hidden(np.array(some[first : first + number]), begins, chance)


def _cut(texts: Texts, tokenizer: Tokenizer, random: Random) -> Iterator[list[int]]:
    """Yield blocks of the tokens of texts, one after the other."""
    waiting: list[int] = []
    inside = BLOCK - 2
    while True:
        drawn = [texts.draw(random)[:6000] for _ in range(64)]
        for encoding in tokenizer.encode_batch(drawn, add_special_tokens=False):
            waiting += [*encoding.ids, END]
        whole = len(waiting) // inside * inside
        yield from ([BEGIN, *waiting[at : at + inside], END] for at in range(0, whole, inside))
        waiting = waiting[whole:]


def hidden(ids: NDArray[np.int64], begins: NDArray[np.bool_], chance: np.random.Generator) -> Blocks:
    """Hide whole words of token ids; `begins` says which pieces begin a word, and the last piece is the mask."""
    words, mask = begins[ids].cumsum(axis=1), len(begins) - 1
    chosen = chance.random((len(ids), words.max() + 1)) < HIDDEN
    picked = np.take_along_axis(chosen, words, axis=1) & (ids >= SPECIALS)
    drawn = chance.random(ids.shape)
    shown = np.where(picked & (drawn < SHOWN_MASKED), mask, ids)
    exchanged = picked & (drawn >= SHOWN_MASKED) & (drawn < EXCHANGED)
    shown[exchanged] = chance.integers(SPECIALS, mask, exchanged.sum())
    return Blocks(*map(torch.from_numpy, (shown, np.flatnonzero(picked), ids[picked])))
