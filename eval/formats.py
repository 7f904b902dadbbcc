"""Reading BEIR folders, SQuAD-style JSON and TREC files into one QuestionSet.

Every malformed line is named with its file and number. It knows file formats, and nothing of systems or measures.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.kinds import kind_of
from eval.sets import Question, QuestionSet, matched_set


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number from 1, line without its end) for every line that is not blank."""
    number = 0
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        raise EmptySetError(str(path), error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise SetFormatError(path, number + 1, "is not UTF-8 text") from error


def json_lines(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object); `required` names the fields that must be there as strings."""
    for number, line in numbered_lines(path):
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise SetFormatError(path, number, f"is not JSON ({error.msg})") from error
        if not isinstance(record, dict):
            raise SetFormatError(path, number, "is not a JSON object")
        for name in required:
            if not isinstance(record.get(name), str):
                raise SetFormatError(path, number, f"has no text in {name!r}")
        yield number, record


def read_beir(folder: Path, split: str = "test") -> QuestionSet:
    """Read corpus.jsonl, queries.jsonl and qrels/<split>.tsv; the kind is the metadata's or by words."""
    documents: dict[str, qa.Document] = {}
    for number, record in json_lines(folder / "corpus.jsonl", ("_id", "text")):
        _refuse_repeat(folder / "corpus.jsonl", number, record["_id"], documents)
        title, text = (unicodedata.normalize("NFC", str(record.get(name) or "")) for name in ("title", "text"))
        documents[record["_id"]] = qa.Document(id=record["_id"], text=text, title=title)
    questions: dict[str, Question] = {}
    for number, record in json_lines(folder / "queries.jsonl", ("_id", "text")):
        _refuse_repeat(folder / "queries.jsonl", number, record["_id"], questions)
        kind = (record.get("metadata") or {}).get("kind") or kind_of(record["text"])
        questions[record["_id"]] = Question(record["_id"], record["text"], str(kind))
    qrels = _read_beir_qrels(folder / "qrels" / f"{split}.tsv")
    return matched_set(folder.name, list(documents.values()), list(questions.values()), qrels, documents)


def _refuse_repeat(path: Path, number: int, identity: str, seen: Mapping[str, object]) -> None:
    if identity in seen:
        raise SetFormatError(path, number, f"repeats the id {identity!r}")


def _read_beir_qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(path):
        fields = line.split("\t")
        if number == 1 and fields[-1] == "score":
            continue
        if len(fields) != 3:
            raise SetFormatError(path, number, f"has {len(fields)} fields between tabs, not 3")
        qrels.setdefault(fields[0], {})[fields[1]] = _whole(path, number, fields[2])
    return qrels


def _whole(path: Path, number: int, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise SetFormatError(path, number, f"has {text!r} where a whole number belongs") from error


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read TREC qrels: question id, an ignored field, document id, grade; between tabs an id may hold spaces."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(path):
        fields = [field.strip() for field in line.split("\t")] if line.count("\t") == 3 else line.split()
        if len(fields) != 4:
            raise SetFormatError(path, number, f"has {len(fields)} fields, not the 4 of TREC qrels")
        qrels.setdefault(fields[0], {})[fields[2]] = _whole(path, number, fields[3])
    return qrels


def read_queries(path: Path) -> list[Question]:
    """Read one question a line: id, tab, text."""
    questions: dict[str, Question] = {}
    for number, line in numbered_lines(path):
        identity, tab, text = line.partition("\t")
        if not tab or not text.strip():
            raise SetFormatError(path, number, "is not an id, a tab and a question")
        _refuse_repeat(path, number, identity, questions)
        questions[identity] = Question(identity, text.strip(), kind_of(text))
    return list(questions.values())


def read_trec(queries: Path, qrels: Path, documents: Sequence[qa.Document] | None) -> QuestionSet:
    """Join queries and qrels; without documents, as for imported runs alone, every judged id counts as known."""
    judged = read_qrels(qrels)
    known = {document.id for document in documents} if documents is not None else set().union(*judged.values())
    return matched_set(qrels.stem, documents or (), read_queries(queries), judged, known)


def read_squad(path: Path, questions_from: Path | None = None) -> QuestionSet:
    """Read SQuAD-style JSON in the protocol of XQuAD and MLQA retrieval.

    Documents are the distinct stripped contexts without a title; queries are the distinct questions, each with the
    paragraphs that it was written for. `questions_from`, another SQuAD file with the same question ids, replaces the
    questions' text: questions in one language over paragraphs in another.
    """
    other = {identity: text for _, identity, text in _squad_rows(questions_from)} if questions_from else None
    documents: dict[str, qa.Document] = {}
    questions: dict[str, Question] = {}
    qrels: dict[str, dict[str, int]] = {}
    for context, identity, text in _squad_rows(path):
        document = documents.setdefault(context, qa.Document(id=f"p{len(documents) + 1}", text=context))
        text = other.get(identity, "") if other is not None else text
        if text:
            question = questions.setdefault(text, Question(identity, text, kind_of(text)))
            qrels.setdefault(question.id, {})[document.id] = 1
    known = {document.id for document in documents.values()}
    return matched_set(path.stem, list(documents.values()), list(questions.values()), qrels, known)


class _Placed(dict[str, Any]):
    """A JSON object that knows how many objects of its file end before it."""

    ended_before = 0


def _squad_rows(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (context, question id, question), contexts stripped and NFC; impossible questions are passed over."""
    text = "\n".join(line for _, line in _every_line(path))
    serial = iter(range(len(text)))

    def place(pairs: list[tuple[str, Any]]) -> _Placed:
        placed = _Placed(pairs)
        placed.ended_before = next(serial)
        return placed

    try:
        root = json.loads(text, object_pairs_hook=place)
    except json.JSONDecodeError as error:
        raise SetFormatError(path, error.lineno, f"is not JSON ({error.msg})") from error
    reader = _SquadReader(path, text)
    for article in reader.objects(root, "data"):
        for paragraph in reader.objects(article, "paragraphs"):
            context = unicodedata.normalize("NFC", reader.string(paragraph, "context").strip())
            for asked in reader.objects(paragraph, "qas"):
                if not asked.get("is_impossible"):
                    yield context, reader.string(asked, "id"), reader.string(asked, "question").strip()


def _every_line(path: Path) -> Iterator[tuple[int, str]]:
    """Yield blank lines too, so that places in the joined text keep the file's line numbers."""
    expected = 1
    for number, line in numbered_lines(path):
        yield from ((blank, "") for blank in range(expected, number))
        yield number, line
        expected = number + 1


class _SquadReader:
    """Takes fields out of placed JSON objects; a field that is not there is an error with its line."""

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

    def _line(self, placed: Any) -> int:
        """The line on which an object ends: closing braces outside strings come in the order in which objects end."""
        ends = [m.start() for m in re.finditer(r'"(?:\\.|[^"\\])*"|\}', self._text) if m.group() == "}"]
        place = ends[placed.ended_before] if isinstance(placed, _Placed) else 0
        return self._text.count("\n", 0, place) + 1
