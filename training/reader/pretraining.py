"""Pretrain on plain documents, with gaps in sentences as questions, and with hidden words."""

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
"""The question words for each kind of gap."""
SENTENCE, FEWEST = 21, 3
"""Fewest characters of a sentence, and fewest sentences of a document; chosen by hand, as are the numbers below."""
TRIED, CANDIDATES, ROWS = 8, 6, 3
"""Sentences tried in a document, gaps tried in each, and the most rows of one document."""
GAP = range(2, 81)
"""Characters that a gap may have."""
PASSAGE = 1400
UNANSWERED, ELSEWHERE = 0.15, 0.15
"""Shares of rows whose passage lacks the answer, and of those added from another document."""
MASKED, MARKED, LOWER, TITLED = 0.4, 0.7, 0.12, 0.4
"""How often `<mask>` fills the gap, others end in "?" or are in lower case, and a passage has its title."""
KEPT = {"vietnews": (100, 39), "viwiki": (1, 1), "law": (2, 1)}
"""One line in this many is read of each file; the last of them comes first, since lines count from 1."""


class Document(NamedTuple):
    """A document's parts; an article of law and a page of the encyclopedia have no lead."""

    title: str
    lead: str
    body: str


def documents(data: Path) -> Iterator[Document]:
    """Yield the documents of news, encyclopedia and law to pretrain on."""
    for name, (lines, first) in KEPT.items():
        for number, record in enumerate(read_records(data / f"{name}.jsonl.xz"), start=1):
            if number % lines < first:
                body = " ".join(record["body"]) if "body" in record else record["text"]
                yield Document(record["title"], record.get("abstract", ""), body)


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in BREAK.split(text) if len(sentence) >= SENTENCE]


class Gap(NamedTuple):
    """What to leave out of a sentence, and its kind."""

    start: int
    end: int
    kind: str


def gaps(sentence: str, random: Random) -> list[Gap]:
    """Return the names, numbers and up to four runs of words of a sentence, in random order."""
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
    """Yield rows from the documents in random order, endlessly."""
    while True:
        before = None
        for document in random.sample(kept, len(kept)):
            yield from cloze(document, before, random)
            before = document


def cloze(document: Document, other: Document | None, random: Random) -> Iterator[Row]:
    """Yield at most three questions from one document, each a sentence without something that another sentence has.

    Some are asked of sentences that lack it, and some of the beginning of another document; these have no answer.
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
    """Return a question made from a sentence with a gap, over other sentences of the body; None if no gap works."""
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
    """Return a sentence with its neighbours, as far as these may be used."""
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
    """Return where the passage has what is asked for.

    Of up to three places, it is the one with the most words of the question around it.
    """
    spans = [found.span() for found in pattern.finditer(passage)]
    words = set(question.lower().split())

    def shared(span: tuple[int, int]) -> int:
        return len(words & set(passage[max(0, span[0] - 120) : span[1] + 120].lower().split()))

    return max(spans, key=shared) if 1 <= len(spans) <= 3 else None


BLOCK = 256
"""Tokens of a block, including its first and last."""
HIDDEN = 0.2
"""Share of the words that are hidden."""
SHOWN_MASKED, EXCHANGED = 0.85, 0.93
"""Cumulative shares of the hidden pieces that `<mask>` and another piece replace; the rest stay as they are."""
PAIRED, ENGLISH = 0.12, 0.3
"""Cumulative shares of the texts that are sentence pairs and English passages; the rest are documents."""


class Blocks(NamedTuple):
    """Token ids (blocks, `BLOCK`) with some replaced, the positions of these, and the original ids there."""

    ids: torch.Tensor
    places: torch.Tensor
    wanted: torch.Tensor


@dataclass(frozen=True)
class Texts:
    """The texts that blocks are cut from."""

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
    """Return the documents, the English passages of labelled rows, and the sentence pairs of a folder."""
    labelled = rows.read(data / rows.FILE)
    english = dict.fromkeys(row.context for row in labelled if all(text.isascii() for text in row[:3]))
    pairs = [(row[1], row[2]) for row in read_rows(data / "parallel_en_vi.tsv.xz") if len(row) > 2]
    return Texts(list(documents(data)), list(english), pairs)


def blocks(texts: Texts, tokenizer: Tokenizer, tokens: int, random: Random) -> Iterator[Blocks]:
    """Yield batches of blocks with words hidden, each batch of about `tokens` tokens, endlessly."""
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
    """Yield blocks of the texts' tokens, cut one after the other."""
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
    """Return the blocks with whole words hidden, by the last piece, the mask; `begins` marks where words begin."""
    words, mask = begins[ids].cumsum(axis=1), len(begins) - 1
    chosen = chance.random((len(ids), words.max() + 1)) < HIDDEN
    picked = np.take_along_axis(chosen, words, axis=1) & (ids >= SPECIALS)
    drawn = chance.random(ids.shape)
    shown = np.where(picked & (drawn < SHOWN_MASKED), mask, ids)
    exchanged = picked & (drawn >= SHOWN_MASKED) & (drawn < EXCHANGED)
    shown[exchanged] = chance.integers(SPECIALS, mask, exchanged.sum())
    return Blocks(*map(torch.from_numpy, (shown, np.flatnonzero(picked), ids[picked])))
