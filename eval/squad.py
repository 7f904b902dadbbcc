"""Reading SQuAD-style JSON (SQuAD 1.1 and 2.0, XQuAD, MLQA) into a QuestionSet, with the answers that it gives.

A malformed object is named with its file and line. It knows the format, and nothing of systems or measures.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import qa
from eval.errors import SetFormatError
from eval.formats import numbered_lines
from eval.sets import GoldAnswer, Question, QuestionSet, UnanswerableQuestion, kind_of, matched_set


def read_squad(path: Path, questions_from: Path | None = None) -> QuestionSet:
    """Read SQuAD-style JSON in the protocol of XQuAD and MLQA retrieval.

    Documents are the distinct stripped contexts without a title; queries are the distinct questions, each with the
    paragraphs that it was written for. Questions that SQuAD 2.0 marks impossible are kept apart as unanswerable, each
    with its first paragraph; one that some other paragraph answers is not among them. `questions_from`, another SQuAD
    file with the same question ids, replaces the questions' text: questions in one language over paragraphs in another.
    """
    other = {row.id: row.question for row in _rows(questions_from)} if questions_from else None
    documents: dict[str, qa.Document] = {}
    questions: dict[str, Question] = {}
    qrels: dict[str, dict[str, int]] = {}
    answers: dict[str, list[GoldAnswer]] = {}
    impossible: dict[str, UnanswerableQuestion] = {}
    for row in _rows(path):
        document = documents.setdefault(row.text, qa.Document(id=f"p{len(documents) + 1}", text=row.text))
        text = other.get(row.id, "") if other is not None else row.question
        if text and row.impossible:
            question = Question(row.id, text, kind_of(text))
            impossible.setdefault(text, UnanswerableQuestion(question, document.id))
        elif text:
            question = questions.setdefault(text, Question(row.id, text, kind_of(text)))
            qrels.setdefault(question.id, {})[document.id] = 1
            answers.setdefault(question.id, []).extend(GoldAnswer(document.id, *answer) for answer in row.answers)
    found = matched_set(path.stem, list(documents.values()), list(questions.values()), qrels, _ids(documents))
    return found.answered(answers, [one for text, one in impossible.items() if text not in questions])


def _ids(documents: dict[str, qa.Document]) -> list[str]:
    return [document.id for document in documents.values()]


class _Row(NamedTuple):
    """A question with its stripped NFC context; an answer is its start in the context, and its text."""

    text: str
    id: str
    question: str
    answers: tuple[tuple[int, str], ...]
    impossible: bool


class _Placed(dict[str, Any]):
    """A JSON object that knows how many objects of its file end before it."""

    ended_before = 0


def _rows(path: Path) -> Iterator[_Row]:
    """Yield every question."""
    text = "\n".join(_every_line(path))
    serial = iter(range(len(text)))

    def place(pairs: list[tuple[str, Any]]) -> _Placed:
        placed = _Placed(pairs)
        placed.ended_before = next(serial)
        return placed

    try:
        root = json.loads(text, object_pairs_hook=place)
    except json.JSONDecodeError as error:
        raise SetFormatError(path, error.lineno, f"is not JSON ({error.msg})") from error
    except RecursionError as error:
        raise SetFormatError(path, 1, "is nested too deep") from error
    seen: dict[str, str] = {}
    reader = _Reader(path, text)
    for article in reader.objects(root, "data"):
        for paragraph in reader.objects(article, "paragraphs"):
            context = reader.string(paragraph, "context")
            for asked in reader.objects(paragraph, "qas"):
                row = _row(reader, context, asked)
                reader.refuse(
                    asked,
                    "repeats the id of another question",
                    when=row.question != seen.setdefault(row.id, row.question),
                )
                yield row


def _row(reader: _Reader, context: str, asked: _Placed) -> _Row:
    """Return the answers; those that are not where the file says are left out, since retrieval needs none of them."""
    identity, question = (reader.string(asked, name).strip() for name in ("id", "question"))
    text = _normal(context.strip())
    answers = []
    for answer in reader.objects(asked, "answers") if "answers" in asked else []:
        given, start = _normal(reader.string(answer, "text")), reader.whole(answer, "answer_start")
        place = len(_normal(context[:start].lstrip()))
        if start >= 0 and text.startswith(given, place):
            answers.append((place, given))
    return _Row(text, identity, question, tuple(answers), impossible=bool(asked.get("is_impossible")))


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _every_line(path: Path) -> Iterator[str]:
    """Yield every line, blank ones too, so that the joined text keeps the file's line numbers."""
    expected = 1
    for number, line in numbered_lines(path):
        yield from ("" for _ in range(expected, number))
        yield line
        expected = number + 1


class _Reader:
    """Takes fields out of placed JSON objects; a missing field is an error with its line."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def objects(self, parent: Any, name: str) -> list[_Placed]:
        found = parent.get(name) if isinstance(parent, _Placed) else None
        if not isinstance(found, list) or not all(isinstance(item, _Placed) for item in found):
            raise SetFormatError(self._path, self._line(parent), f"has no list of objects in {name!r}")
        return found

    def string(self, parent: _Placed, name: str) -> str:
        found = parent.get(name)
        if not isinstance(found, str) or not found.strip():
            raise SetFormatError(self._path, self._line(parent), f"has no text in {name!r}")
        return found

    def whole(self, parent: _Placed, name: str) -> int:
        found = parent.get(name)
        if not isinstance(found, int):
            raise SetFormatError(self._path, self._line(parent), f"has no whole number in {name!r}")
        return found

    def refuse(self, placed: _Placed, reason: str, *, when: bool) -> None:
        if when:
            raise SetFormatError(self._path, self._line(placed), reason)

    def _line(self, placed: Any) -> int:
        """Return the line on which an object ends.

        Closing braces outside strings come in the order in which objects end.
        """
        ends = [m.start() for m in re.finditer(r'"(?:\\.|[^"\\])*"|\}', self._text) if m.group() == "}"]
        place = ends[placed.ended_before] if isinstance(placed, _Placed) else 0
        return self._text.count("\n", 0, place) + 1
