"""Reading BEIR folders and TREC files into one QuestionSet.

Every malformed line is named with its file and number. It knows file formats, and nothing of systems or measures.
"""

from __future__ import annotations

import json
import lzma
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.sets import Question, QuestionSet, kind_of, matched_set

_GREATEST_GRADE = 1_000  # above any scale of judgements; far greater grades overflow in the measures


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) for every line that is not blank; `.xz` files are unpacked."""
    number = 0
    try:
        with (
            lzma.open(path, "rt", encoding="utf-8-sig")
            if path.suffix == ".xz"
            else path.open(encoding="utf-8-sig") as lines
        ):
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except OSError as error:
        raise EmptySetError(str(path), error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise SetFormatError(path, number + 1, "is not UTF-8 text") from error
    except (EOFError, lzma.LZMAError) as error:
        raise SetFormatError(path, number + 1, "is not whole xz data") from error


def split_fields(line: str, count: int) -> list[str]:
    """Return the fields of a TREC line: separated by tabs where that gives `count` of them, else by white space."""
    fields = line.split("\t")
    return fields if len(fields) == count else line.split()


def json_lines(path: Path, required: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object); `required` names the fields that must be there as strings."""
    for number, line in numbered_lines(path):
        record = _parsed(path, number, line)
        if not isinstance(record, dict):
            raise SetFormatError(path, number, "is not a JSON object")
        for name in required:
            if not isinstance(record.get(name), str):
                raise SetFormatError(path, number, f"has no text in {name!r}")
        yield number, record


def _parsed(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise SetFormatError(path, number, f"is not JSON ({error.msg})") from error
    except RecursionError as error:
        raise SetFormatError(path, number, "is nested too deep") from error


def read_beir(folder: Path, split: str = "test") -> QuestionSet:
    """Read corpus.jsonl, queries.jsonl and qrels/<split>.tsv.

    A question's kind is in its metadata, or else follows from its words.
    """
    documents: dict[str, qa.Document] = {}
    for number, record in json_lines(folder / "corpus.jsonl", ("_id", "text")):
        _check_id(folder / "corpus.jsonl", number, record["_id"], documents)
        title, text = (unicodedata.normalize("NFC", str(record.get(name) or "")) for name in ("title", "text"))
        documents[record["_id"]] = qa.Document(id=record["_id"], text=text, title=title)
    questions: dict[str, Question] = {}
    for number, record in json_lines(folder / "queries.jsonl", ("_id", "text")):
        _check_id(folder / "queries.jsonl", number, record["_id"], questions)
        metadata = record.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise SetFormatError(folder / "queries.jsonl", number, "has no object in 'metadata'")
        kind = metadata.get("kind") or kind_of(record["text"])
        questions[record["_id"]] = Question(record["_id"], record["text"], str(kind))
    qrels = _read_beir_qrels(folder / "qrels" / f"{split}.tsv")
    return matched_set(folder.name, list(documents.values()), list(questions.values()), qrels, documents)


def _check_id(path: Path, number: int, identity: str, seen: Mapping[str, object]) -> None:
    if not identity.strip():
        raise SetFormatError(path, number, "has an empty id")
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
        _judge(qrels, path, number, fields)
    return qrels


def _judge(qrels: dict[str, dict[str, int]], path: Path, number: int, fields: Sequence[str]) -> None:
    """Add a judgement: question id, document id, grade; repeating one is harmless, another grade is an error."""
    question_id, document_id, grade = fields[0], fields[1], _whole(path, number, fields[2])
    if qrels.setdefault(question_id, {}).setdefault(document_id, grade) != grade:
        raise SetFormatError(path, number, f"judges {document_id!r} for {question_id!r} once more, with another grade")


def _whole(path: Path, number: int, text: str) -> int:
    try:
        value = int(text)
    except ValueError as error:
        raise SetFormatError(path, number, f"has {text!r} where a whole number belongs") from error
    if abs(value) > _GREATEST_GRADE:
        raise SetFormatError(path, number, f"has {text}, which is no grade")
    return value


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read TREC qrels: question id, an ignored field, document id, grade."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in numbered_lines(path):
        fields = split_fields(line, 4)
        if len(fields) != 4:
            raise SetFormatError(path, number, f"has {len(fields)} fields, not the 4 of TREC qrels")
        _judge(qrels, path, number, [fields[0], *fields[2:]])
    return qrels


def read_queries(path: Path) -> list[Question]:
    """Read one question a line: id, tab, text."""
    questions: dict[str, Question] = {}
    for number, line in numbered_lines(path):
        identity, tab, text = line.partition("\t")
        if not tab or not text.strip():
            raise SetFormatError(path, number, "is not an id, a tab and a question")
        _check_id(path, number, identity, questions)
        questions[identity] = Question(identity, text.strip(), kind_of(text))
    return list(questions.values())


def read_trec(queries: Path, qrels: Path, documents: Sequence[qa.Document] | None) -> QuestionSet:
    """Join queries and qrels; without documents, as for imported runs, every judged id counts as known."""
    judged = read_qrels(qrels)
    known = {document.id for document in documents} if documents is not None else set().union(*judged.values())
    return matched_set(qrels.stem, documents or (), read_queries(queries), judged, known)
