"""The format of a set of questions, and the options that go with it.

It knows the options of the command line, and nothing of systems or measures.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import qa
from eval import formats
from eval.errors import EvaluationError
from eval.seeds import read_seed_questions, seed_set
from eval.sets import QuestionSet
from eval.squad import read_squad

BEIR, SQUAD, SEEDS, TREC = "a BEIR folder", "a SQuAD-style .json", "a seeds .jsonl", "TREC qrels"
_OPTIONS = {"split": BEIR, "questions_from": SQUAD, "queries": TREC}


def format_of(path: Path) -> str:
    """Return the format of a set, by its name."""
    if path.is_dir():
        return BEIR
    return {".json": SQUAD, ".jsonl": SEEDS}.get(path.suffix, TREC)


def read_set(given: argparse.Namespace) -> QuestionSet:
    """Read the set that the arguments name; raises EvaluationError for options that do not go with it."""
    path: Path = given.set
    if not path.exists():
        raise EvaluationError(f"There is no set at {path}.", "Check the path.")
    kind = format_of(path)
    for option, owner in _OPTIONS.items():
        if getattr(given, option) and owner != kind:
            flag = "--" + option.replace("_", "-")
            raise EvaluationError(f"{flag} goes with {owner}, and {path} is read as {kind}.", f"Leave out {flag}.")
    documents = qa.Index.open(given.index).documents() if given.index else None
    if kind in (SEEDS, TREC):
        return _without_documents(given, kind, documents)
    asked = formats.read_beir(path, given.split or "test") if kind == BEIR else read_squad(path, given.questions_from)
    return asked if documents is None else asked.over_index(documents)


def _without_documents(given: argparse.Namespace, kind: str, documents: list[qa.Document] | None) -> QuestionSet:
    if kind == SEEDS:
        if documents is None:
            raise EvaluationError("The seeds questions need an index.", "Give one: --index indexes/seeds")
        return seed_set(read_seed_questions(given.set), documents)
    if given.queries is None:
        raise EvaluationError(f"The qrels {given.set} come without questions.", "Give them: --queries FILE.tsv")
    return formats.read_trec(given.queries, given.set, documents)
