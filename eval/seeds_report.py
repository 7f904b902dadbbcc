"""The seeds questions measured over an index and shown as Markdown: retrieval, then answers and declining.

It joins the questions with measures; it knows nothing of formats or of other sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import qa
from eval.evaluation import Evaluation, evaluate
from eval.measures import mean
from eval.report import table
from eval.seeds import SEEDS_MEASURES, Outcome, SeedQuestion, ask_all, seed_set
from eval.stress import AS_WRITTEN
from eval.systems import MODES, systems_over_index

SPLITS = ("dev", "test")


@dataclass(frozen=True)
class SeedsResult:
    """What was measured: retrieval of every mode, and the outcome of `qa.ask` by question id."""

    questions: Sequence[SeedQuestion]
    evaluation: Evaluation
    outcomes: Mapping[str, Outcome]

    def retrieval(self, measure: str, questions: Iterable[SeedQuestion]) -> list[float]:
        """Return the mean of a measure over the answerable ones of these questions, for each mode."""
        ids = [question.id for question in questions if question.quotes]
        scores = [result.scores[measure] for result in self.evaluation.of(AS_WRITTEN)]
        return [mean({i: found[i] for i in ids}) for found in scores]

    def counts(self, questions: Iterable[SeedQuestion]) -> list[int]:
        """Return how many of these questions were answered right, answered wrong, and declined."""
        found = Counter(self.outcomes[question.id] for question in questions)
        return [found["right"], found["wrong"], found["declined"]]

    def figures(self) -> dict[str, float]:
        """Return the figures that have floors, over all questions of both splits."""
        found = {
            f"{system.name} {measure}": value
            for measure in SEEDS_MEASURES
            for system, value in zip(MODES, self.retrieval(measure, self.questions), strict=True)
        }
        answerable = [q for q in self.questions if q.quotes]
        found["answerable, right sentence first"] = self.counts(answerable)[0] / len(answerable)
        for topic in sorted({q.topic for q in self.questions if q.topic}):
            about = [q for q in self.questions if q.topic == topic]
            found[f"unanswerable ({topic}), declined"] = self.counts(about)[2] / len(about)
        return found

    def markdown(self) -> str:
        """Return three tables: retrieval by split, retrieval by kind, answers by kind."""
        notes = [f"- {note}\n" for note in self.evaluation.questions.notes]
        return "\n".join([*notes, self._by_mode(), self._by_kind(), self._answers()])

    def as_json(self) -> dict[str, object]:
        """Return the figures, the outcomes and the evaluation as plain values."""
        return {"figures": self.figures(), "outcomes": dict(self.outcomes), "retrieval": self.evaluation.as_json()}

    def _of_split(self, split: str) -> list[SeedQuestion]:
        return [question for question in self.questions if question.split == split]

    def _by_mode(self) -> str:
        rows = []
        for split in SPLITS:
            asked = [question for question in self._of_split(split) if question.quotes]
            columns = [self.retrieval(measure, asked) for measure in SEEDS_MEASURES]
            for i, system in enumerate(MODES):
                rows.append([f"{system.name}, {split}", str(len(asked)), *(f"{column[i]:.3f}" for column in columns)])
        return table(["retrieval", "questions", *SEEDS_MEASURES], rows)

    def _by_kind(self) -> str:
        rows = []
        for kind in dict.fromkeys(question.kind for question in self.questions if question.quotes):
            asked = [question for question in self.questions if question.kind == kind]
            rows.append([kind, str(len(asked)), *(f"{value:.3f}" for value in self.retrieval("Success@1", asked))])
        return table(["Success@1 by kind, both splits", "questions", *(s.name for s in MODES)], rows)

    def _answers(self) -> str:
        rows = []
        for split in SPLITS:
            for group in dict.fromkeys(question.group for question in self._of_split(split)):
                asked = [question for question in self._of_split(split) if question.group == group]
                rows.append([f"{group}, {split}", str(len(asked)), *map(str, self.counts(asked))])
        return table(["answers", "questions", "right sentence", "wrong sentence", "declined"], rows)


def measure_seeds(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> SeedsResult:
    """Search and ask every question in an index of the seeds."""
    asked = seed_set(questions, searcher.index.documents())
    evaluation = evaluate(asked, systems_over_index(MODES, asked, searcher), [], [AS_WRITTEN], SEEDS_MEASURES)
    return SeedsResult(questions, evaluation, ask_all(questions, searcher))
