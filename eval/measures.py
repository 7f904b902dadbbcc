"""Scoring a run with ir_measures, under the names of the field: nDCG@10, RR@10, R@20, Success@5.

It knows runs and judgements, and nothing of who made them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.errors import CutShortError, EmptySetError
from eval.runs import Run
from eval.sets import Qrels

MEASURES = ("nDCG@10", "RR@10", "R@1", "R@5", "R@10", "R@20", "R@100", "Success@5")

Scores = Mapping[str, Mapping[str, float]]


def score(run: Run, qrels: Qrels, measures: Sequence[str] = MEASURES) -> Scores:
    """Return for each measure the score of each judged question; a question without hits scores zero.

    Raises EmptySetError without judgements, CutShortError when a judged question was not asked in the run.
    """
    import ir_measures

    if not qrels:
        raise EmptySetError(run.name, "there is no judgement")
    lacking = sum(question_id not in run.rankings for question_id in qrels)
    if lacking:
        raise CutShortError(run.name, lacking, len(qrels))
    scored = {
        question_id: {document_id: 1 / rank for rank, document_id in enumerate(run.rankings[question_id], start=1)}
        for question_id in qrels
    }
    parsed = [ir_measures.parse_measure(name) for name in measures]
    scores = {name: dict.fromkeys(qrels, 0.0) for name in measures}
    judged = {question_id: dict(grades) for question_id, grades in qrels.items()}
    for value in ir_measures.iter_calc(parsed, judged, scored):
        scores[str(value.measure)][value.query_id] = float(value.value)
    return scores


def mean(scores: Mapping[str, float]) -> float:
    """Return the mean over all judged questions."""
    return sum(scores.values()) / len(scores)


def means_by_kind(scores: Mapping[str, float], kinds: Mapping[str, str]) -> dict[str, tuple[int, float]]:
    """Return (number of questions, mean) by kind of question, the largest kind first."""
    groups: dict[str, dict[str, float]] = {}
    for question_id, value in scores.items():
        groups.setdefault(kinds[question_id], {})[question_id] = value
    largest_first = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return {kind: (len(group), mean(group)) for kind, group in largest_first}
