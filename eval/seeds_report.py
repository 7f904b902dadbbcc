"""The seeds questions measured over an index and shown as Markdown: retrieval, then answers and declining.

It joins the questions with measures; it knows nothing of formats or of other sets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import qa
from eval.evaluation import Evaluation, evaluate
from eval.measures import mean
from eval.seeds import SEEDS_MEASURES, JudgedReply, SeedQuestion, ask_all, seed_set
from eval.stress import AS_WRITTEN
from eval.systems import MODES, systems_over_index
from eval.tables import table

SPLITS = ("dev", "test")


@dataclass(frozen=True)
class SeedsResult:
    """What was measured: retrieval of every mode, and the judged reply of `qa.ask` by question id."""

    questions: Sequence[SeedQuestion]
    evaluation: Evaluation
    replies: Mapping[str, JudgedReply]

    def retrieval(self, measure: str, questions: Iterable[SeedQuestion]) -> list[float]:
        """Return the mean of a measure over the answerable ones of these questions, for each mode."""
        ids = [question.id for question in questions if question.quotes]
        scores = [result.scores[measure] for result in self.evaluation.of(AS_WRITTEN)]
        return [mean({i: found[i] for i in ids}) for found in scores]

    def share(self, questions: Sequence[SeedQuestion], test: Callable[[JudgedReply], bool]) -> float:
        """Return the share of these questions whose reply passes the test."""
        return sum(test(self.replies[question.id]) for question in questions) / len(questions)

    def figures(self) -> dict[str, float]:
        """Return the figures that have floors, over all questions of both splits."""
        found = {
            f"{system.name} {measure}": value
            for measure in SEEDS_MEASURES
            for system, value in zip(MODES, self.retrieval(measure, self.questions), strict=True)
        }
        return found | self.answer_figures()

    def answer_figures(self) -> dict[str, float]:
        """Return the shares of right answers and of declined questions; in all of them more is better."""
        answerable = [question for question in self.questions if question.quotes]
        found = {
            "answerable, right sentence first": self.share(answerable, lambda reply: reply.outcome == "right"),
            "answerable, exact span": self.share(answerable, lambda reply: reply.exact),
            "answerable, span within the answer or around it": self.share(answerable, lambda reply: reply.contained),
            "answerable, not lost": self.share(answerable, lambda reply: reply.outcome != "declined"),
        }
        unanswerable: dict[str, list[SeedQuestion]] = {}
        for question in self.questions:
            if not question.quotes:
                for group in ("unanswerable", f"unanswerable ({question.topic})"):
                    unanswerable.setdefault(group, []).append(question)
        for group, asked in sorted(unanswerable.items()):
            found[f"{group}, declined"] = self.share(asked, lambda reply: reply.outcome == "declined")
        return found

    def markdown(self) -> str:
        """Return four tables: retrieval by split, retrieval by kind, answers by kind, and the answers' figures."""
        notes = [f"- {note}\n" for note in self.evaluation.questions.notes]
        figures = table(["answers, both splits", "share"], [[k, f"{v:.3f}"] for k, v in self.answer_figures().items()])
        return "\n".join([*notes, self._by_mode(), self._by_kind(), self._answers(), figures])

    def as_json(self) -> dict[str, object]:
        """Return the figures, the replies and the evaluation as plain values."""
        replies = {question_id: vars(reply) for question_id, reply in self.replies.items()}
        return {"figures": self.figures(), "replies": replies, "retrieval": self.evaluation.as_json()}

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
            groups = dict.fromkeys(question.group for question in self._of_split(split))
            rows += [[f"{group}, {split}", *map(str, self._counts(split, group))] for group in groups]
        header = ["questions", "right sentence", "wrong sentence", "related", "not found", "exact span"]
        return table(["answers", *header], rows)

    def _counts(self, split: str, group: str) -> list[int]:
        replies = [self.replies[question.id] for question in self._of_split(split) if question.group == group]
        outcomes = Counter(reply.outcome for reply in replies)
        verdicts = Counter(reply.verdict for reply in replies)
        declined = verdicts["related"], verdicts["not_found"]
        exact = sum(reply.exact for reply in replies)
        return [len(replies), outcomes["right"], outcomes["wrong"], *declined, exact]


def measure_seeds(questions: Sequence[SeedQuestion], searcher: qa.Searcher) -> SeedsResult:
    """Search and ask every question in an index of the seeds."""
    asked = seed_set(questions, searcher.index.documents())
    evaluation = evaluate(asked, systems_over_index(MODES, asked, searcher.index), [], [AS_WRITTEN], SEEDS_MEASURES)
    return SeedsResult(questions, evaluation, ask_all(questions, searcher))
