"""Define the rows that the reader is trained on: a question, a passage, and where the passage answers."""

from __future__ import annotations

import json
import lzma
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from qa.text.sentences import sentences

FILE = "reader_rows.jsonl.xz"
HELD_OUT_PART = 10
"""One passage in this many is held out; chosen by hand."""
WINDOW = 800
"""How many characters of a passage are kept around its answer; chosen by hand."""
FORM_LABELS = ("Thời hạn nộp hồ sơ", "Ngày vào Đảng", "Đơn vị công tác", "Trình độ chuyên môn", "Ngày có hiệu lực")
VIETNAMESE = re.compile("[ăâđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
ASIAN = "\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
"""Thai, Japanese, Chinese and Korean letters, as ranges of a character class."""
LETTERS = re.compile(f"[{ASIAN}]")
OTHER_SCRIPT = re.compile(f"[{ASIAN}\u0600-\u06ff\u0400-\u04ff]")
TURKISH = re.compile("[ışğç]")
ENGLISH = re.compile(r"\b(?:the|of|what|who|when|where|which|how|did|was|is)\b", re.IGNORECASE)


class Row(NamedTuple):
    """A question over a passage; offsets count characters of the context, -1 if it does not answer.

    `relevant` is 1 or 0, or -1 if it is not taught; `taught` is 0 if the span is not taught.
    """

    question: str
    title: str
    context: str
    start: int
    end: int
    relevant: int
    taught: int

    @property
    def answered(self) -> bool:
        """Whether the passage has the answer's span."""
        return self.start >= 0

    @property
    def answer(self) -> str:
        """The answer's text, empty if the passage does not answer."""
        return self.context[self.start : self.end] if self.answered else ""


Group = list[Row]
"""Rows that are trained on together, such as a question beside a changed one."""


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of an `.xz` file with one JSON list per line."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield Row(*json.loads(line))


def write_parts(parts: Mapping[str, Iterable[Group]], path: Path) -> None:
    """Write the groups of each part, each line a JSON list of the part's name and the group's rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for part, groups in parts.items():
            file.writelines(json.dumps([part, group], ensure_ascii=False) + "\n" for group in groups)


def read_parts(path: Path) -> dict[str, list[Group]]:
    """Return the groups of each part of a file of `write_parts`."""
    parts: dict[str, list[Group]] = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for line in file:
            part, group = json.loads(line)
            parts[part].append([Row(*row) for row in group])
    return dict(parts)


def is_held_out(context: str) -> bool:
    """Return whether a passage is kept for measuring: one in `HELD_OUT_PART`, the same ones in every run."""
    return zlib.crc32(context.encode("utf-8")) % HELD_OUT_PART == 0


def kind_of(row: Row) -> str:
    """Return the kind of a labelled row, by the scripts of its passage and the language of its question."""
    if LETTERS.search(row.context):
        return "other"
    if is_vietnamese(row.context):
        return "across" if is_english(row.question) else "vietnamese"
    return "latin"


def key(question: str) -> str:
    """Return a question in lower case without its question mark, so that repeats are equal."""
    return " ".join(question.lower().replace("?", " ").split())


def is_vietnamese(text: str) -> bool:
    """Return whether a text has letters of Vietnamese alone, and none of another script."""
    return bool(VIETNAMESE.search(text)) and not OTHER_SCRIPT.search(text) and not TURKISH.search(text.lower())


def is_english(text: str) -> bool:
    """Return whether a text has plain letters and at least one common English word."""
    return text.isascii() and bool(ENGLISH.search(text))


def is_prose(context: str) -> bool:
    """Return whether a passage is written text rather than one of the made-up forms and tables among the rows."""
    digits = sum(character.isdigit() for character in context)
    return len(context) > 120 and digits < 0.06 * len(context) and sum(label in context for label in FORM_LABELS) < 2


def window(row: Row, characters: int = WINDOW, random: Random | None = None) -> Row:
    """Return a row with whole sentences around its answer, of about `characters` characters.

    With `random` the answer may be anywhere within them, otherwise near their beginning or end.
    """
    if len(row.context) <= characters:
        return row
    spans = sentences(row.context)
    first = next((n for n, span in enumerate(spans) if span[1] > row.start), 0)
    last = next((n for n, span in enumerate(spans) if span[1] >= row.end), len(spans) - 1)
    while last - first + 1 < len(spans):
        wider = [(first - 1, last)] * (first > 0) + [(first, last + 1)] * (last + 1 < len(spans))
        fits = [(a, b) for a, b in wider if spans[b][1] - spans[a][0] <= characters]
        if not fits:
            break
        first, last = random.choice(fits) if random else fits[-(row.start % 2)]
    begin, end = min(spans[first][0], row.start), max(spans[last][1], row.end)
    return row._replace(context=row.context[begin:end], start=row.start - begin, end=row.end - begin)


def measured(rows: Iterable[Row], number: int, random: Random) -> list[Row]:
    """Return a sample of at most `number` answered and as many unanswered Vietnamese questions, each once."""
    kept: dict[tuple[str, str], Row] = {}
    for row in rows:
        vietnamese = is_vietnamese(row.question) and is_vietnamese(row.context) and not ENGLISH.search(row.question)
        if vietnamese and row.taught and is_prose(row.context):
            kept.setdefault((key(row.question), row.context), row._replace(title=""))
    parts = [[row for row in kept.values() if row.answered == answered] for answered in (True, False)]
    return [row for part in parts for row in random.sample(part, min(number, len(part)))]


def squad(examples: Iterable[Row]) -> dict[str, object]:
    """Return rows as a SQuAD 2.0 file: rows without an answer are `is_impossible`."""
    paragraphs: dict[str, list[dict[str, object]]] = {}
    for number, row in enumerate(examples):
        answers = [{"text": row.answer, "answer_start": row.start}] if row.answered else []
        question = {
            "id": f"{number:05d}",
            "question": row.question,
            "answers": answers,
            "is_impossible": not row.answered,
        }
        paragraphs.setdefault(row.context, []).append(question)
    listed = [{"context": context, "qas": questions} for context, questions in paragraphs.items()]
    return {"version": "v2.0", "data": [{"title": "", "paragraphs": listed}]}
