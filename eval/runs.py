"""Runs: what a system returned for each question of a set, and TREC run files.

A run is a ranking of ids; scores of different systems cannot be compared, so a written run carries 1 / rank. It knows
systems only by one method, and nothing of measures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import quote

from eval.errors import CutShortError, SetFormatError
from eval.formats import numbered_lines, split_fields
from eval.output import progress
from eval.sets import Question, QuestionSet, Ranking

DEPTH = 100
"""Ids ranked for each question: as many as R@100 needs."""
_BATCH = 32


class Ranks(Protocol):
    """A system as a run sees it."""

    def rank(self, questions: Sequence[Question], depth: int) -> list[Ranking]:
        """Return for each question at most `depth` different ids, best first."""
        ...


@dataclass(frozen=True)
class Run:
    """Ranked ids for each question that was asked, best first; a question without hits has an empty ranking.

    `first` is the text of the best passage by question id, where it is known.
    """

    name: str
    rankings: Mapping[str, tuple[str, ...]]
    first: Mapping[str, str] = field(default_factory=dict)


def run_system(name: str, system: Ranks, questions: QuestionSet, *, depth: int = DEPTH) -> Run:
    """Ask every question; at most `depth` ids are ranked for each.

    Shows a progress bar on a terminal. Interrupted or failing, it returns nothing.
    """
    found: dict[str, Ranking] = {}
    for batch in progress(_batches(questions.questions), name):
        rankings = system.rank(batch, depth)
        found |= {question.id: ranking for question, ranking in zip(batch, rankings, strict=True)}
    first = {question_id: one.first for question_id, one in found.items() if one.first is not None}
    return Run(name, {question_id: one.ids for question_id, one in found.items()}, first)


def _batches(questions: Sequence[Question]) -> list[Sequence[Question]]:
    return [questions[start : start + _BATCH] for start in range(0, len(questions), _BATCH)]


def write_run(path: Path, run: Run) -> None:
    """Write a TREC run file, whole or not at all; the score is 1 / rank, so every tool keeps the order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    tag = "-".join(run.name.split())
    with part.open("w", encoding="utf-8", newline="\n") as lines:
        for question_id, ranking in run.rankings.items():
            for rank, document_id in enumerate(ranking, start=1):
                lines.write(f"{_field(question_id)} Q0 {_field(document_id)} {rank} {1 / rank:.9f} {tag}\n")
    part.replace(path)


def read_run(path: Path, questions: QuestionSet, missing: Literal["refuse", "zero"] = "refuse") -> Run:
    """Read a TREC run file over a set: the order is by score, equal scores by id downwards, as in trec_eval.

    Raises SetFormatError for a malformed or cut last line, CutShortError when questions of the set are not in it,
    unless `missing` says that they found nothing. Questions that the set does not have are passed over.
    """
    scores: dict[str, dict[str, float]] = {}
    names = _names(questions)
    for number, line in numbered_lines(path):
        fields = split_fields(line, 6)
        if len(fields) != 6:
            raise SetFormatError(path, number, f"has {len(fields)} fields, not the 6 of a TREC run")
        found = scores.setdefault(names.get(fields[0], fields[0]), {})
        if names.get(fields[2], fields[2]) in found:
            raise SetFormatError(path, number, f"ranks {fields[2]!r} for {fields[0]!r} once more")
        found[names.get(fields[2], fields[2])] = _score(path, number, fields[4])
    _refuse_cut_line(path)
    asked = [question.id for question in questions.questions]
    lacking = sum(question_id not in scores for question_id in asked)
    if lacking and (missing == "refuse" or lacking == len(asked)):
        raise CutShortError(path.name, lacking, len(asked))
    texts = questions.texts()
    rankings = {question_id: _by_score(scores.get(question_id, {})) for question_id in asked}
    first = {q: texts[ranking[0]] for q, ranking in rankings.items() if ranking and ranking[0] in texts}
    return Run(path.stem, rankings, first)


def _field(identity: str) -> str:
    """Return an id as one field of a run: white space in it is written as in an address, " " as %20."""
    return re.sub(r"\s", lambda space: quote(space[0]), identity)


def _names(questions: QuestionSet) -> dict[str, str]:
    """Return the ids of a set by how they stand in a run, where that is not the id itself."""
    ids = [one for question_id, judged in questions.qrels.items() for one in (question_id, *judged)]
    return {_field(one): one for one in ids if _field(one) != one}


def _score(path: Path, number: int, text: str) -> float:
    try:
        score = float(text)
    except ValueError as error:
        raise SetFormatError(path, number, f"has {text!r} where a score belongs") from error
    if not math.isfinite(score):
        raise SetFormatError(path, number, f"has {text!r} where a score belongs")
    return score


def _by_score(scores: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(sorted(scores, reverse=True), key=lambda document_id: -scores[document_id]))


def _refuse_cut_line(path: Path) -> None:
    text = path.read_bytes()
    if text and not text.endswith(b"\n"):
        raise SetFormatError(path, text.count(b"\n") + 1, "has no line end, so the file may have been cut short")
