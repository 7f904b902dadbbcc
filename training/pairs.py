"""Draw pairs of texts that belong together, by kind, from the training folder; knows the files, not the model."""

from __future__ import annotations

import json
import lzma
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Protocol

Pair = tuple[str, str]
CROSS_KINDS = ("translation", "passage_translation", "lexicon", "glossed")
# How often each kind of pair is drawn; chosen by hand. README.md says what else was tried.
QUESTION_REPEATS = 3
MADE_FROM_NEWS = 0.3
KEPT_SENTENCE = 0.1
GLOSSED_PARTS = {"title": 0.5, "wiki": 0.5, "made": 0.5}
PASSAGE_SYLLABLES = 120  # as in `qa.passages`
TITLE_SYLLABLES = 4  # a shorter title ("Hiệu lực thi hành") is shared by many texts
HELD_OUT_PART = 20  # one text in twenty; chosen by hand
UPPER = "".join(filter(str.isupper, map(chr, range(0x1F00))))
ASKED = (
    (re.compile(r"(?:\b(?:[Nn]gày|[Tt]háng|[Nn]ăm) \d[\d/-]*\b ?)+"), ("khi nào", "năm nào", "ngày nào")),
    (re.compile(r"(?<![\w/.,-])(?<!gày )(?<!háng )(?<!ăm )\d[\d.,]*\b(?!/)"), ("bao nhiêu", "mấy")),
    (re.compile(rf"(?<= )[{UPPER}]\w+(?: [{UPPER}]\w*)+"), ("ai", "gì", "đâu", "nào", "người nào", "nơi nào")),
)
SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


class Glossary(Protocol):
    """Translates Vietnamese text into English, word by word."""

    def english(self, text: str, random: Random) -> str:
        """Return the text, word by word."""
        ...


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a .jsonl.xz file, in file order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def read_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a .tsv.xz file, in file order."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield line.rstrip("\n").split("\t")


def is_held_out(key: str) -> bool:
    """Return whether a text is kept from training: one in `HELD_OUT_PART`, the same ones in every run."""
    return zlib.crc32(key.encode("utf-8")) % HELD_OUT_PART == 0


def passages(sentences: Iterable[str]) -> list[list[str]]:
    """Group sentences in order into passages of at most `PASSAGE_SYLLABLES`; a longer sentence stays whole."""
    groups: list[list[str]] = []
    room = 0
    for sentence in sentences:
        length = sentence.count(" ") + 1
        if length > room:
            groups.append([])
            room = PASSAGE_SYLLABLES
        groups[-1].append(sentence)
        room -= length
    return groups


def sentence_pairs(groups: Iterable[list[str]], random: Random) -> Iterator[Pair]:
    """Yield a sentence of each passage with the passage, from which it is removed nine times out of ten."""
    for passage in groups:
        if len(passage) > 1:
            chosen = random.randrange(len(passage))
            keep = random.random() < KEPT_SENTENCE
            yield passage[chosen], " ".join(s for place, s in enumerate(passage) if keep or place != chosen)


def made_question(sentence: str, random: Random) -> str | None:
    """Return a question made by rule: the words around a date, number or name, which becomes a question word."""
    for pattern, asked in random.sample(ASKED, len(ASKED)):
        if matches := list(pattern.finditer(sentence)):
            match = random.choice(matches)
            before = sentence[: match.start()].split()[-random.randint(3, 10) :]
            after = sentence[match.end() :].split()[: random.randint(3, 10)]
            return " ".join([*before, random.choice(asked), *after])
    return None


def made_question_pairs(groups: Iterable[list[str]], random: Random) -> Iterator[Pair]:
    """Yield a question made from one sentence of each passage, with the passage."""
    for passage in groups:
        if question := made_question(random.choice(passage), random):
            yield question, " ".join(passage)


def news_passages(data: Path) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Yield title, abstract and passages of each news article."""
    for record in read_records(data / "vietnews.jsonl.xz"):
        if groups := passages(record["body"]):
            yield record["title"], record["abstract"], groups


def law_passages(data: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield title and passages of each article of law that has a specific title."""
    for record in read_records(data / "law.jsonl.xz"):
        groups = passages(re.split(r"\n+", record["text"]))
        if groups and record["title"].count(" ") + 1 >= TITLE_SYLLABLES:
            yield record["title"], groups


def news_pairs(data: Path, random: Random) -> dict[str, list[Pair]]:
    """Return pairs of news: title and abstract with a passage, a sentence with its passage, and a made-up question."""
    kinds: dict[str, list[Pair]] = {"title": [], "abstract": [], "sentence": [], "made": []}
    for title, abstract, groups in news_passages(data):
        if is_held_out(title):
            continue
        kinds["title"].append((title, " ".join(random.choice(groups[:4]))))
        kinds["abstract"].append((abstract, " ".join(random.choice(groups[:4]))))
        passage = random.choice(groups)
        kinds["sentence"].extend(sentence_pairs([passage], random))
        if random.random() < MADE_FROM_NEWS:
            kinds["made"].extend(made_question_pairs([passage], random))
    return kinds


def law_pairs(data: Path, random: Random) -> list[Pair]:
    """Return title with a passage of its article."""
    return [
        (title, " ".join(random.choice(groups[:3]))) for title, groups in law_passages(data) if not is_held_out(title)
    ]


def wiki_passages(data: Path) -> Iterator[list[str]]:
    """Yield passages of each page of the encyclopedia; lines too short to be a sentence are left out."""
    for record in read_records(data / "viwiki.jsonl.xz"):
        lines = (line for line in record["text"].split("\n") if line.count(" ") > 4)
        yield from passages(sentence for line in lines for sentence in SENTENCE_END.split(line))


def question_pairs(data: Path, *, held_out: bool = False) -> list[Pair]:
    """Return real questions with the passages marked relevant."""
    records = read_records(data / "qa_pairs.jsonl.xz")
    return [
        (record["query"], record["passage"])
        for record in records
        if record["label"] == 1 and is_held_out(record["query"]) == held_out
    ]


def translations(data: Path, *, held_out: bool = False) -> list[tuple[str, str, str]]:
    """Return source, English sentence and Vietnamese sentence, in file order."""
    rows = read_rows(data / "parallel_en_vi.tsv.xz")
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3 and is_held_out(row[1]) == held_out]


def passage_translations(data: Path, random: Random) -> list[Pair]:
    """Return English sentences with the Vietnamese passage around their translation, if they are in text order."""
    pairs = []
    for source, rows in groupby(translations(data), key=lambda row: row[0]):
        if source not in ("alt_wiki", "d2l_vn", "mly_vn"):
            continue
        kept = list(rows)
        for place, (_, english, _) in enumerate(kept):
            start = max(0, place - random.randrange(4))
            pairs.append((english, " ".join(vietnamese for _, _, vietnamese in kept[start : start + 4])))
    return pairs


def lexicon_pairs(data: Path) -> list[Pair]:
    """Return dictionary entries and phrases as (English, Vietnamese)."""
    return [(row[1], row[2]) for row in read_rows(data / "lexicon_en_vi.tsv.xz") if len(row) == 3]


def glossed_pairs(kinds: dict[str, list[Pair]], glossary: Glossary, random: Random) -> list[Pair]:
    """Return Vietnamese texts in word-by-word English, each with its passage."""
    chosen = kinds["question"] + [
        pair for kind, part in GLOSSED_PARTS.items() for pair in kinds[kind] if random.random() < part
    ]
    return [(glossary.english(text, random), passage) for text, passage in chosen]


def draw_pairs(data: Path, glossary: Glossary, random: Random) -> dict[str, list[Pair]]:
    """Return one round of every kind of pair; passages and sentences are drawn at random."""
    kinds = news_pairs(data, random)
    encyclopedia = list(wiki_passages(data))
    kinds["made"] += made_question_pairs(encyclopedia, random)
    kinds |= {
        "law": law_pairs(data, random),
        "wiki": list(sentence_pairs(encyclopedia, random)),
        "question": question_pairs(data) * QUESTION_REPEATS,
        "translation": [(english, vietnamese) for _, english, vietnamese in translations(data)] * 2,
        "passage_translation": passage_translations(data, random),
        "lexicon": lexicon_pairs(data) * 2,
    }
    return kinds | {"glossed": glossed_pairs(kinds, glossary, random)}


def all_pairs(data: Path, glossary: Glossary, random: Random, rounds: int) -> dict[str, list[Pair]]:
    """Return every kind of pair, drawn again in each of `rounds`."""
    kinds: dict[str, list[Pair]] = {}
    for _ in range(rounds):
        for kind, pairs in draw_pairs(data, glossary, random).items():
            kinds.setdefault(kind, []).extend(pairs)
    return kinds
