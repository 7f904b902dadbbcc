"""One evaluation: systems over versions of a set, scored and compared.

It joins runs, measures and comparisons, and knows nothing of reports.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.compare import Comparison, Pair, compare
from eval.errors import EvaluationError
from eval.measures import Scores, mean, means_by_kind, score
from eval.runs import Ranks, Run, run_system
from eval.sets import QuestionSet
from eval.stress import AS_WRITTEN, version_of


@dataclass(frozen=True)
class Result:
    """One system over one version of the questions."""

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
        """The measure that comparisons, kinds and plots are about: the first."""
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
