"""One evaluation: systems over versions of a set, scored by ir_measures and compared.

Measures have the names of the field: nDCG@10, RR@10, R@20, Success@5. Whether a difference between two systems is
established is decided by a paired randomisation test, corrected by Holm's method. It knows nothing of reports.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from eval.errors import CutShortError, EmptySetError, EvaluationError
from eval.output import progress
from eval.runs import Ranks, Run, run_system
from eval.sets import Qrels, QuestionSet
from eval.stress import AS_WRITTEN, version_of

LEVEL = 0.05
"""The usual level of significance."""
_ROUNDS = 20_000
_SEED = 20_231
_AT_ONCE = 8_000_000  # random signs in memory at a time


class Pair(NamedTuple):
    """Two systems to compare in one version of the questions: scores by question id, the same ids in both."""

    version: str
    first: str
    second: str
    first_scores: Mapping[str, float]
    second_scores: Mapping[str, float]


@dataclass(frozen=True)
class Comparison:
    """The result for one pair; `p` is before and `adjusted` after Holm's correction."""

    version: str
    first: str
    second: str
    difference: float
    wins: int
    losses: int
    ties: int
    p: float
    adjusted: float

    @property
    def established(self) -> bool:
        """Whether chance is unlikely to explain it, over the whole family of comparisons."""
        return self.adjusted < LEVEL

    @property
    def verdict(self) -> str:
        """Whether the difference is "established" or "not established"."""
        return "established" if self.established else "not established"

    @property
    def shown_p(self) -> str:
        """The p after Holm's correction, to four places."""
        return f"{self.adjusted:.4f}" if self.adjusted >= 0.0001 else "0.0001 or less"

    def words(self, measure: str) -> str:
        """Return the result in one sentence."""
        questions = f"{self.wins + self.losses + self.ties:,} questions"
        if not self.established:
            return (
                f"No difference between {self.first} and {self.second} is established: the {questions} leave "
                f"{self.difference:+.4f} {measure} within chance (p = {self.shown_p})."
            )
        better, worse = (self.first, self.second) if self.difference > 0 else (self.second, self.first)
        return (
            f"{better} is better than {worse}: {abs(self.difference):.4f} {measure} over {questions} "
            f"(p = {self.shown_p}). This is established."
        )


def randomisation_test(differences: Sequence[float]) -> float:
    """Return the two-sided p of a paired randomisation test: how often random signs give a mean as far from zero.

    Exact where there are few enough patterns of signs, else from 20,000 of them drawn with a fixed seed, so that the
    same differences give the same p. Source: Smucker, Allan and Carterette, CIKM 2007; computed by scipy.
    """
    from scipy.stats import permutation_test

    if not differences:
        raise EmptySetError("a comparison", "it has no questions")
    if len(differences) == 1:  # with either sign the mean is as far from zero
        return 1.0
    tested = permutation_test(
        (np.array(differences),),
        np.mean,
        permutation_type="samples",
        n_resamples=_ROUNDS,
        batch=max(1, _AT_ONCE // len(differences)),
        rng=np.random.default_rng(_SEED),
    )
    return float(tested.pvalue)


def holm(ps: Sequence[float]) -> list[float]:
    """Return p values adjusted for their number by Holm's step-down method, in the order given."""
    adjusted = [0.0] * len(ps)
    highest = 0.0
    for place, i in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[i]))
        adjusted[i] = highest
    return adjusted


def compare(pairs: Sequence[Pair]) -> list[Comparison]:
    """Test every pair; all of them are one family for Holm's correction."""
    differences = [[pair.first_scores[q] - pair.second_scores[q] for q in pair.first_scores] for pair in pairs]
    ps = [randomisation_test(values) for values in progress(differences, "comparisons")]
    return [
        Comparison(
            *pair[:3],
            difference=sum(values) / len(values),
            wins=sum(value > 0 for value in values),
            losses=sum(value < 0 for value in values),
            ties=sum(value == 0 for value in values),
            p=p,
            adjusted=adjusted,
        )
        for pair, values, p, adjusted in zip(pairs, differences, ps, holm(ps), strict=True)
    ]


MEASURES = ("nDCG@10", "RR@10", "R@1", "R@5", "R@10", "R@20", "R@100", "Success@5", "Judged@10")

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
        if run.rankings[question_id]  # Judged@k divides by the length of a ranking
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


@dataclass(frozen=True)
class Result:
    """The scores of one system for one version of the questions."""

    version: str
    run: Run
    scores: Scores


@dataclass(frozen=True)
class Evaluation:
    """All results of one set, in the order in which systems and versions were given."""

    questions: QuestionSet
    measures: tuple[str, ...]
    results: tuple[Result, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def primary(self) -> str:
        """The first measure, which comparisons, kinds and plots use."""
        return self.measures[0]

    def versions(self) -> list[str]:
        """Return the versions of the questions that were asked."""
        return list(dict.fromkeys(result.version for result in self.results))

    def of(self, version: str) -> list[Result]:
        """Return the results of one version."""
        return [result for result in self.results if result.version == version]

    def kinds(self, result: Result) -> dict[str, tuple[int, float]]:
        """Return (questions, mean of the primary measure) by kind of question."""
        kinds = {question.id: question.kind for question in self.questions.questions}
        return means_by_kind(result.scores[self.primary], kinds)

    def as_json(self) -> dict[str, object]:
        """Return everything but rankings and texts as plain values."""
        return {
            "set": self.questions.name,
            "questions": len(self.questions.questions),
            "documents": len(self.questions.documents),
            "notes": list(self.questions.notes),
            "results": [
                {
                    "system": result.run.name,
                    "version": result.version,
                    "means": {name: mean(values) for name, values in result.scores.items()},
                    "kinds": self.kinds(result),
                    "scores": result.scores,
                }
                for result in self.results
            ],
            "comparisons": [vars(one) | {"established": one.established} for one in self.comparisons],
        }


def evaluate(
    questions: QuestionSet,
    systems: Sequence[tuple[str, Ranks]],
    imported: Sequence[Run],
    versions: Sequence[str],
    measures: Sequence[str],
    *,
    against: str | None = None,
) -> Evaluation:
    """Run every named system on every version and compare pairs within each; imported runs count as written.

    All pairs are compared, or only those with the system called `against`.
    """
    _refuse_unclear_names([*(name for name, _ in systems), *(run.name for run in imported)])
    results = [
        Result(version, run, score(run, questions.qrels, measures))
        for version in versions
        for run in _runs(version_of(questions, version), version, systems, imported)
    ]
    return Evaluation(questions, tuple(measures), tuple(results), tuple(compare(_pairs(results, measures[0], against))))


def _refuse_unclear_names(names: Sequence[str]) -> None:
    if not names:
        raise EvaluationError("There is no system to measure.", "Name one with --system, or import a --run.")
    if len(set(names)) < len(names):
        raise EvaluationError(
            f"Two systems have one name: {', '.join(names)}.", "Rename a run file, or name each once."
        )


def _runs(asked: QuestionSet, version: str, systems: Sequence[tuple[str, Ranks]], imported: Sequence[Run]) -> list[Run]:
    own = [run_system(name, system, asked) for name, system in systems]
    return own + (list(imported) if version == AS_WRITTEN else [])


def _pairs(results: Sequence[Result], measure: str, against: str | None) -> list[Pair]:
    def scores(result: Result) -> Mapping[str, float]:
        return result.scores[measure]

    return [
        Pair(a.version, a.run.name, b.run.name, scores(a), scores(b))
        for a, b in itertools.combinations(results, 2)
        if a.version == b.version and against in (None, a.run.name, b.run.name)
    ]
