"""Runs: what a system returned for each question of a set, and TREC run files.

A run is a ranking of ids; scores of different systems cannot be compared, so a written run carries 1 / rank. It knows
searchers only by one method, and nothing of measures.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import qa
from eval.errors import CutShortError, SetFormatError
from eval.formats import numbered_lines
from eval.progress import progress
from eval.sets import Question, QuestionSet

Mode = Literal["hybrid", "dense", "lexical"]
DEPTH = 100
_BATCH = 32


class Searches(Protocol):
    """The one method of `qa.Searcher` that a run needs."""

    def search_many(self, queries: Sequence[str], *, k: int, mode: Mode) -> list[list[qa.Hit]]:
        """Return the best k hits of each query, best first."""
        ...


@dataclass(frozen=True)
class Run:
    """Ranked ids for each question that was asked, best first; a question without hits has an empty ranking.

    `first` is the text of the best passage by question id, where it is known.
    """

    name: str
    rankings: Mapping[str, tuple[str, ...]]
    first: Mapping[str, str] = field(default_factory=dict)


def run_system(name: str, searcher: Searches, mode: Mode, questions: QuestionSet, *, depth: int = DEPTH) -> Run:
    """Ask every question and rank ids by their best passage, at most `depth` of them.

    Shows a progress bar on a terminal. Interrupted or failing, it returns nothing.
    """
    rankings: dict[str, tuple[str, ...]] = {}
    first: dict[str, str] = {}
    for batch in progress(_batches(questions.questions), name):
        found = _search(searcher, [question.text for question in batch], mode, depth)
        for question, hits in zip(batch, found, strict=True):
            rankings[question.id] = _distinct((questions.identify(question.id, hit) for hit in hits), depth)
            if hits:
                first[question.id] = hits[0].passage.text
    return Run(name, rankings, first)


def _batches(questions: Sequence[Question]) -> list[Sequence[Question]]:
    return [questions[start : start + _BATCH] for start in range(0, len(questions), _BATCH)]


def _search(searcher: Searches, queries: Sequence[str], mode: Mode, depth: int) -> list[list[qa.Hit]]:
    """Ask for `depth` passages, and deeper where they are of too few documents; what a deeper search adds comes last.

    The head of a ranking is thus what a person sees, whatever a search makes of a greater k.
    """
    found = searcher.search_many(queries, k=depth, mode=mode)
    for k, deeper in itertools.pairwise((depth, 3 * depth, 10 * depth)):
        short = [i for i, hits in enumerate(found) if len(hits) >= k and _documents(hits) < depth]
        again = searcher.search_many([queries[i] for i in short], k=deeper, mode=mode) if short else []
        for i, hits in zip(short, again, strict=True):
            seen = {hit.passage.id for hit in found[i]}
            found[i] = found[i] + [hit for hit in hits if hit.passage.id not in seen]
    return found


def _documents(hits: Sequence[qa.Hit]) -> int:
    return len({hit.passage.document_id for hit in hits})


def _distinct(ids: Iterable[str], depth: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))[:depth]


def write_run(path: Path, run: Run) -> None:
    """Write a TREC run file, whole or not at all; the score is 1 / rank, so every tool keeps the order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    tag = "-".join(run.name.split())
    with part.open("w", encoding="utf-8", newline="\n") as lines:
        for question_id, ranking in run.rankings.items():
            for rank, document_id in enumerate(ranking, start=1):
                lines.write(f"{question_id} Q0 {document_id} {rank} {1 / rank:.9f} {tag}\n")
    part.replace(path)


def read_run(path: Path, questions: QuestionSet, missing: Literal["refuse", "zero"] = "refuse") -> Run:
    """Read a TREC run file over a set: the order is by score, equal scores by id downwards, as in trec_eval.

    Raises SetFormatError for a malformed or cut last line, CutShortError when questions of the set are not in it,
    unless `missing` says that they found nothing. Questions that the set does not have are passed over.
    """
    scores: dict[str, dict[str, float]] = {}
    for number, line in numbered_lines(path):
        fields = line.split()
        if len(fields) != 6:
            raise SetFormatError(path, number, f"has {len(fields)} fields, not the 6 of a TREC run")
        scores.setdefault(fields[0], {})[fields[2]] = _score(path, number, fields[4])
    _refuse_cut_line(path)
    asked = [question.id for question in questions.questions]
    lacking = sum(question_id not in scores for question_id in asked)
    if lacking and (missing == "refuse" or lacking == len(asked)):
        raise CutShortError(path.name, lacking, len(asked))
    texts = questions.texts()
    rankings = {question_id: _by_score(scores.get(question_id, {})) for question_id in asked}
    first = {q: texts[ranking[0]] for q, ranking in rankings.items() if ranking and ranking[0] in texts}
    return Run(path.stem, rankings, first)


def _score(path: Path, number: int, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise SetFormatError(path, number, f"has {text!r} where a score belongs") from error


def _by_score(scores: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(sorted(scores, reverse=True), key=lambda document_id: -scores[document_id]))


def _refuse_cut_line(path: Path) -> None:
    text = path.read_bytes()
    if text and not text.endswith(b"\n"):
        raise SetFormatError(path, text.count(b"\n") + 1, "has no line end, so the file may have been cut short")
