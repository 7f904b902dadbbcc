"""How answers to the questions over the seeds hold up while the corpus around the seeds grows.

It knows judged replies, and nothing of where the rest of the corpus comes from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.seeds import JudgedReply, SeedQuestion
from eval.tables import table


@dataclass(frozen=True)
class SizeResult:
    """The judged replies, by question id, over the seeds among so many passages of a corpus."""

    name: str
    passages: int
    replies: Mapping[str, JudgedReply]


def sizes_table(questions: Sequence[SeedQuestion], results: Sequence[SizeResult]) -> str:
    """Return one row a corpus: how many questions with an answer got which reply, and how many others were declined."""
    totals = Counter(question.topic for question in questions)
    header = [
        f"{totals['']} questions with an answer, {totals['near_miss']} near misses, {totals['unrelated']} unrelated",
        *("passages", "right sentence", "exact span", "wrong sentence", "lost"),
        *("near misses declined", "unrelated declined"),
    ]
    return table(header, [[one.name, f"{one.passages:,}", *_row(questions, one.replies)] for one in results])


def _row(questions: Sequence[SeedQuestion], replies: Mapping[str, JudgedReply]) -> list[str]:
    found = Counter((question.topic, replies[question.id].outcome) for question in questions)
    exact = sum(replies[question.id].exact for question in questions)
    numbers = [found["", "right"], exact, found["", "wrong"], found["", "declined"]]
    return [str(number) for number in (*numbers, found["near_miss", "declined"], found["unrelated", "declined"])]


def unrelated_table(questions: Sequence[SeedQuestion], results: Sequence[SizeResult]) -> str:
    """Return every reply to an unrelated question, for a person to see whether the larger corpus does answer it."""
    rows = [
        [
            f"{one.name}, {one.passages:,} passages",
            question.question,
            f"{reply.confidence:.3f}",
            reply.text,
            reply.sentence or "",
        ]
        for one in results
        for question in questions
        if question.topic == "unrelated" and (reply := one.replies[question.id]).text is not None
    ]
    return table(["replies to unrelated questions", "question", "confidence", "reply", "sentence"], rows)
