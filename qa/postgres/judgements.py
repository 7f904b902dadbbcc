"""Keep judgements of hits in two tables of the index's schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from qa.judgements import JudgedQuestion, Judgement, Judgements
from qa.postgres.database import Database
from qa.text import canonical

if TYPE_CHECKING:
    import psycopg

_VOTES = """SELECT j.key, q.text, j.document, j.passage, j.relevant, j.judged
            FROM judgement j JOIN question q ON q.key = j.question"""
_GRADES = """SELECT question, document, max(relevant) FROM (
        SELECT question, document, (sum(relevant::int) * 2 > count(*))::int AS relevant FROM judgement
        GROUP BY question, document, passage
    ) AS passages GROUP BY question, document ORDER BY question, document COLLATE "C" """


class DatabaseJudgements(Judgements):
    """The judgements of one index in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __len__(self) -> int:
        """Return how many votes there are."""
        return int(self._rows("SELECT count(*) FROM judgement")[0][0])

    @property
    def location(self) -> str:
        """The database's address."""
        return str(self._database.address)

    def remove(self, judgement_id: int) -> bool:
        """Take a vote back; return False if it was taken back before."""
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM judgement WHERE key = %s", (judgement_id,)).rowcount > 0

    def questions(self, *, offset: int = 0, limit: int = 20) -> tuple[list[JudgedQuestion], int]:
        """Return the judged questions from `offset` on, newest first, and how many there are in all."""
        query = """SELECT q.key, q.text, sum(j.relevant::int), sum(1 - j.relevant::int) FROM judgement j
                   JOIN question q ON q.key = j.question GROUP BY q.key ORDER BY q.key DESC LIMIT %s OFFSET %s"""
        total = self._rows("SELECT count(DISTINCT question) FROM judgement")[0][0]
        return [JudgedQuestion(*row) for row in self._rows(query, (limit, offset))], total

    def of_question(self, question_id: int, *, limit: int = 50) -> list[Judgement]:
        """Return the latest votes for a question, newest first."""
        rows = self._rows(f"{_VOTES} WHERE q.key = %s ORDER BY j.key DESC LIMIT %s", (question_id, limit))
        return [_to_judgement(row) for row in rows]

    def votes(self) -> list[Judgement]:
        """Return every vote, oldest first."""
        return [_to_judgement(row) for row in self._rows(f"{_VOTES} ORDER BY j.key")]

    def keep(self, votes: Iterable[Judgement]) -> list[Judgement]:
        """Store votes, with the time of each, all of them or none; return them with their new ids."""
        with self._database.writing() as connection:
            return [_keep(connection, one) for one in votes]

    def grades(self) -> list[tuple[int, str, int]]:
        """Return (question, document, grade) of all that was judged, in order."""
        return self._rows(_GRADES)

    def texts(self) -> dict[int, str]:
        """Return the text of each question, by its id."""
        return dict(self._rows("SELECT key, text FROM question"))

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self._database.reading() as connection:
            return connection.execute(query.encode(), values).fetchall()


def _keep(connection: psycopg.Connection, vote: Judgement) -> Judgement:
    """Return the vote as stored."""
    form = canonical(vote.question)
    insert = """INSERT INTO question (form, text) VALUES (%s, %s)
                ON CONFLICT (form) DO UPDATE SET text = question.text RETURNING key, text"""
    known = connection.execute("SELECT key, text FROM question WHERE form = %s", (form,)).fetchone()
    known = known or connection.execute(insert, (form, " ".join(vote.question.split()))).fetchone()
    assert known is not None
    insert = "INSERT INTO judgement (question, document, passage, relevant, judged) VALUES (%s, %s, %s, %s, %s)"
    values = (known[0], vote.document_id, vote.passage, vote.relevant, vote.judged)
    added = connection.execute(f"{insert} RETURNING key".encode(), values).fetchone()
    assert added is not None
    return replace(vote, id=added[0], question=known[1])


def _to_judgement(row: tuple[int, str, str, str, bool, datetime]) -> Judgement:
    key, question, document_id, passage, relevant, judged = row
    return Judgement(key, question, document_id, passage, relevant, judged.astimezone(UTC))
