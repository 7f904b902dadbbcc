"""Each rule of hybrid search beside all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.evaluation import Evaluation, evaluate
from eval.report import rules_table
from eval.sets import Question, QuestionSet, Ranking
from eval.stress import AS_WRITTEN
from qa.retrieval import RULES


class Fixed:
    """Finds the same ids for every question."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids

    def rank(self, questions: Sequence[Question], depth: int) -> list[Ranking]:
        return [Ranking(self.ids[:depth]) for _ in questions]


def evaluated(**systems: Fixed) -> Evaluation:
    questions = tuple(Question(str(i), "?", "k") for i in range(30))
    asked = QuestionSet("set", (), questions, {question.id: {"a": 1} for question in questions})
    named = [(name.replace("_", "~"), system) for name, system in systems.items()]
    return evaluate(asked, named, [], [AS_WRITTEN], ["RR@10"], against="hybrid")


def test_a_rule_helps_harms_or_leaves_things_as_they_are() -> None:
    whole = evaluated(
        hybrid=Fixed("b", "a"), hybrid_good=Fixed("b"), hybrid_bad=Fixed("a"), hybrid_none=Fixed("b", "a")
    )
    assert str(rules_table(whole)).splitlines()[2:] == [
        "| as written: good | 0.5000 | 0.0000 | +0.5000 | 0.0003 | helps: established |",
        "| as written: bad | 0.5000 | 1.0000 | -0.5000 | 0.0003 | harms: established |",
        "| as written: none | 0.5000 | 0.5000 | +0.0000 | 1.0000 | not established |",
    ]


def test_the_command_measures_every_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paragraph = {"context": "Mưa to ở miền núi.", "qas": [{"id": "q1", "question": "Mưa to ở đâu?"}]}
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    assert main(["rules", str(path), "--work", str(tmp_path / "work")]) == 0
    shown = capsys.readouterr().out
    assert "| as written: restoring | 1.0000 | 1.0000 | +0.0000 | 1.0000 | not established |" in shown
    assert len(shown.splitlines()) == 2 + len(RULES)
