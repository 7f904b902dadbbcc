"""Keep judgements of hits, votes on passages for a question, in a file of their own, and export them as qrels.

Knows questions and the passages judged for them; knows neither who judged nor how anything is searched. It is an SQLite
file, so that several processes may judge at once and a kill loses no confirmed judgement.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.database import Database
from qa.errors import IndexDamagedError, JudgementsDamagedError, NoJudgementsError, QuestionError
from qa.passages import Passage
from qa.text import canonical

JUDGEMENTS_NAME = "judgements.db"

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS question (
        key INTEGER PRIMARY KEY AUTOINCREMENT, form TEXT NOT NULL UNIQUE, text TEXT NOT NULL
    )""",
    """CREATE TABLE IF NOT EXISTS judgement (
        key INTEGER PRIMARY KEY AUTOINCREMENT, question INTEGER NOT NULL REFERENCES question (key),
        document TEXT NOT NULL, passage TEXT NOT NULL, relevant INTEGER NOT NULL, judged TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS judgement_question ON judgement (question)",
)
_COLUMNS = "j.key, q.text, j.document, j.passage, j.relevant, j.judged"
_GRADES = """SELECT question, document, max(relevant) FROM (
        SELECT question, document, sum(relevant) * 2 > count(*) AS relevant FROM judgement
        GROUP BY question, document, passage
    ) GROUP BY question, document ORDER BY question, document"""
_BREAKS_A_LINE = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


@dataclass(frozen=True)
class Judgement:
    """One vote on one passage for one question; `judged` is in UTC."""

    id: int
    question: str
    document_id: str
    passage: str
    relevant: bool
    judged: datetime


@dataclass(frozen=True)
class JudgedQuestion:
    """A question with the number of votes on its passages; spellings of the same words are one question."""

    id: int
    text: str
    relevant: int
    not_relevant: int


@dataclass(frozen=True)
class JudgementExport:
    """TREC qrels of document ids, fields between tabs, and the questions, one a line: id, tab, text.

    `left_out` names documents whose ids do not fit into such a line: with a tab, a line break, or white space at an
    end.
    """

    qrels: str
    questions: str
    left_out: tuple[str, ...] = ()


class Judgements(ABC):
    """The judgements of hits of one index, wherever its store keeps them."""

    @abstractmethod
    def __len__(self) -> int:
        """Return how many votes there are."""

    @abstractmethod
    def remove(self, judgement_id: int) -> bool:
        """Take a vote back; return False if it was taken back before."""

    @abstractmethod
    def questions(self, *, offset: int = 0, limit: int = 20) -> tuple[list[JudgedQuestion], int]:
        """Return the judged questions from `offset` on, newest first, and how many there are in all."""

    @abstractmethod
    def of_question(self, question_id: int, *, limit: int = 50) -> list[Judgement]:
        """Return the newest votes for a question, newest first."""

    @abstractmethod
    def votes(self) -> list[Judgement]:
        """Return every vote, oldest first."""

    @abstractmethod
    def keep(self, votes: Iterable[Judgement]) -> list[Judgement]:
        """Store votes, with the time of each, all of them or none; return them with their new ids.

        Each has the spelling in which its question was first judged.
        """

    @abstractmethod
    def grades(self) -> list[tuple[int, str, int]]:
        """Return (question, document, grade) of all that was judged, in order: grade 1 for a relevant document, else 0.

        A passage is relevant if the majority of its votes says so (a tie is not), and a document if one of its passages
        is. Documents deleted since then stay judged.
        """

    @abstractmethod
    def texts(self) -> dict[int, str]:
        """Return the text of each question, by its id."""

    def add(self, question: str, passage: Passage, *, relevant: bool) -> Judgement:
        """Store a vote; every vote counts, even if they contradict each other.

        Raises `QuestionError` for a question without words.
        """
        if not any(map(str.isalnum, canonical(question))):
            raise QuestionError("The question has no words to judge for.", "Ask in words first.")
        judged = datetime.now(UTC).replace(microsecond=0)
        return self.keep([Judgement(0, question, passage.document_id, passage.text, relevant, judged)])[0]

    def export(self) -> JudgementExport:
        """Return all judgements for `qa eval measure`; raises `NoJudgementsError` when there are none."""
        grades = self.grades()
        if not grades:
            raise NoJudgementsError(self.location)
        texts = self.texts()
        fit = [row for row in grades if _fits_a_line(row[1])]
        left_out = sorted({row[1] for row in grades} - {row[1] for row in fit})
        qrels = "".join(f"q{question}\t0\t{document}\t{grade}\n" for question, document, grade in fit)
        questions = "".join(f"q{key}\t{texts[key]}\n" for key in dict.fromkeys(row[0] for row in fit))
        return JudgementExport(qrels, questions, tuple(left_out))

    @property
    @abstractmethod
    def location(self) -> str:
        """Where they are stored, as named in error messages."""


class FolderJudgements(Judgements):
    """The judgements of one index folder; nothing is written there before the first one."""

    def __init__(self, folder: Path) -> None:
        self._database = Database(folder / JUDGEMENTS_NAME)

    def __len__(self) -> int:
        """Return how many votes there are."""
        return self._count("*")

    @property
    def location(self) -> str:
        """The folder."""
        return str(self._database.path.parent)

    def remove(self, judgement_id: int) -> bool:
        """Take a vote back; return False if it was taken back before."""
        if not self._rows("SELECT 1 FROM judgement WHERE key = ?", (judgement_id,)):
            return False
        with self._own_words(), self._database.writing():
            return self._database.run("DELETE FROM judgement WHERE key = ?", (judgement_id,)).rowcount > 0

    def questions(self, *, offset: int = 0, limit: int = 20) -> tuple[list[JudgedQuestion], int]:
        """Return the judged questions from `offset` on, newest first, and how many there are in all."""
        query = """SELECT q.key, q.text, sum(j.relevant), sum(1 - j.relevant) FROM judgement j
                   JOIN question q ON q.key = j.question GROUP BY q.key ORDER BY q.key DESC LIMIT ? OFFSET ?"""
        return [JudgedQuestion(*row) for row in self._rows(query, (limit, offset))], self._count("DISTINCT question")

    def of_question(self, question_id: int, *, limit: int = 50) -> list[Judgement]:
        """Return the newest votes for a question, newest first."""
        query = f"""SELECT {_COLUMNS} FROM judgement j JOIN question q ON q.key = j.question
                    WHERE q.key = ? ORDER BY j.key DESC LIMIT ?"""
        return [_to_judgement(row) for row in self._rows(query, (question_id, limit))]

    def votes(self) -> list[Judgement]:
        """Return every vote, oldest first."""
        query = f"SELECT {_COLUMNS} FROM judgement j JOIN question q ON q.key = j.question ORDER BY j.key"
        return [_to_judgement(row) for row in self._rows(query)]

    def keep(self, votes: Iterable[Judgement]) -> list[Judgement]:
        """Store votes, with the time of each, all of them or none; return them with their new ids."""
        self._database.create()
        with self._own_words(), self._database.writing():
            for statement in SCHEMA:
                self._database.run(statement)
            return [self._keep(one) for one in votes]

    def _keep(self, vote: Judgement) -> Judgement:
        """Return the vote as stored; called inside `writing`."""
        form, known = canonical(vote.question), "SELECT key, text FROM question WHERE form = ?"
        if not self._database.one(known, (form,)):
            self._database.run("INSERT INTO question VALUES (NULL, ?, ?)", (form, " ".join(vote.question.split())))
        question, text = self._database.one(known, (form,))
        values = (question, vote.document_id, vote.passage, int(vote.relevant), vote.judged.isoformat())
        added = self._database.run("INSERT INTO judgement VALUES (NULL, ?, ?, ?, ?, ?)", values).lastrowid
        return replace(vote, id=int(added or 0), question=str(text))

    def grades(self) -> list[tuple[int, str, int]]:
        """Return (question, document, grade) of all that was judged, in order."""
        return self._rows(_GRADES)

    def texts(self) -> dict[int, str]:
        """Return the text of each question, by its id."""
        return dict(self._rows("SELECT key, text FROM question"))

    def _count(self, what: str) -> int:
        rows = self._rows(f"SELECT count({what}) FROM judgement")
        return int(rows[0][0]) if rows else 0

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        if not self._database.path.is_file():
            return []
        with self._own_words(), self._database.reading():
            if not self._database.one("SELECT count(*) FROM sqlite_master")[0]:
                return []  # another process is about to make the tables, or was stopped before it did
            return self._database.rows(query, values)

    @contextmanager
    def _own_words(self) -> Iterator[None]:
        try:
            yield
        except IndexDamagedError as error:
            raise JudgementsDamagedError(self._database.path, str(error.__cause__)) from error


def _fits_a_line(document_id: str) -> bool:
    return document_id == document_id.strip() and not _BREAKS_A_LINE & set(document_id)


def _to_judgement(row: tuple[int, str, str, str, int, str]) -> Judgement:
    key, question, document_id, passage, relevant, judged = row
    return Judgement(key, question, document_id, passage, bool(relevant), datetime.fromisoformat(judged))
