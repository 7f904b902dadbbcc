"""Judgements of hits, in two tables of the index's schema."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qa.errors import NoJudgementsError
from qa.index import JudgedQuestion, Judgement, JudgementExport
from qa.index.judgements import require_words, to_export
from qa.passages import Passage
from qa.postgres.database import Database
from qa.text import canonical

if TYPE_CHECKING:
    import psycopg

_VOTES = """SELECT j.key, q.text, j.document, j.passage, j.relevant, j.judged
            FROM judgement j JOIN question q ON q.key = j.question"""
# A passage is relevant when more of its votes say so than not; a document when one of its passages is.
_GRADES = """SELECT question, document, max(relevant) FROM (
        SELECT question, document, (sum(relevant::int) * 2 > count(*))::int AS relevant FROM judgement
        GROUP BY question, document, passage
    ) AS passages GROUP BY question, document ORDER BY question, document COLLATE "C" """


class Judgements:
    """The judgements of one index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __len__(self) -> int:
        """Return how many votes there are."""
        return int(self._rows("SELECT count(*) FROM judgement")[0][0])

    def add(self, question: str, passage: Passage, *, relevant: bool) -> Judgement:
        """Keep a vote; each counts, also where they contradict each other."""
        require_words(question)
        judged = datetime.now(UTC).replace(microsecond=0)
        with self._database.writing() as connection:
            key, text = _keep(connection, question, (passage.document_id, passage.text, relevant, judged))
        return Judgement(key, text, passage.document_id, passage.text, relevant, judged)

    def remove(self, judgement_id: int) -> bool:
        """Take a vote back; False when it was taken back before."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM judgement WHERE key = %s", (judgement_id,)).rowcount > 0

    def questions(self, *, offset: int = 0, limit: int = 20) -> tuple[list[JudgedQuestion], int]:
        """Return the judged questions from `offset` on, the last asked first, and how many there are in all."""
        query = """SELECT q.key, q.text, sum(j.relevant::int), sum(1 - j.relevant::int) FROM judgement j
                   JOIN question q ON q.key = j.question GROUP BY q.key ORDER BY q.key DESC LIMIT %s OFFSET %s"""
        total = self._rows("SELECT count(DISTINCT question) FROM judgement")[0][0]
        return [JudgedQuestion(*row) for row in self._rows(query, (limit, offset))], total

    def of_question(self, question_id: int, *, limit: int = 50) -> list[Judgement]:
        """Return the newest votes for a question, newest first."""
        rows = self._rows(f"{_VOTES} WHERE q.key = %s ORDER BY j.key DESC LIMIT %s", (question_id, limit))
        return [_to_judgement(row) for row in rows]

    def votes(self) -> list[Judgement]:
        """Return every vote, in the order in which they came."""
        return [_to_judgement(row) for row in self._rows(f"{_VOTES} ORDER BY j.key")]

    def keep(self, votes: Iterable[Judgement]) -> None:
        """Keep votes of another index, with the time of each; all of them, or none."""
        with self._database.writing() as connection:
            for one in votes:
                _keep(connection, one.question, (one.document_id, one.passage, one.relevant, one.judged))

    def export(self) -> JudgementExport:
        """Return all judgements for `qa eval measure`; raises `NoJudgementsError` when there are none."""
        grades = self._rows(_GRADES)
        if not grades:
            raise NoJudgementsError(str(self._database.address))
        return to_export(grades, dict(self._rows("SELECT key, text FROM question")))

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self._database.reading() as connection:
            return connection.execute(query.encode(), values).fetchall()


def _keep(connection: psycopg.Connection, question: str, vote: tuple[object, ...]) -> tuple[int, str]:
    """Return (the vote's key, the question as it was first spelled)."""
    form = canonical(question)
    insert = """INSERT INTO question (form, text) VALUES (%s, %s)
                ON CONFLICT (form) DO UPDATE SET text = question.text RETURNING key, text"""
    known = connection.execute("SELECT key, text FROM question WHERE form = %s", (form,)).fetchone()
    known = known or connection.execute(insert, (form, " ".join(question.split()))).fetchone()
    assert known is not None
    insert = "INSERT INTO judgement (question, document, passage, relevant, judged) VALUES (%s, %s, %s, %s, %s)"
    added = connection.execute(f"{insert} RETURNING key".encode(), (known[0], *vote)).fetchone()
    assert added is not None
    return added[0], known[1]


def _to_judgement(row: tuple[int, str, str, str, bool, datetime]) -> Judgement:
    key, question, document_id, passage, relevant, judged = row
    return Judgement(key, question, document_id, passage, relevant, judged.astimezone(UTC))
