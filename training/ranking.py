"""Measure the weights of `qa.retrieval.ranking` on MLQA dev and on questions kept from training.

    python -m training.ranking --data FOLDER

Prints nDCG@10 of the search that `qa` serves with, as `qa eval measure` does, for each share of the dense score and
each weight of late interaction; writes nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import qa
from eval.evaluation import mean, score
from eval.runs import run_system
from eval.sets import Question, QuestionSet, by_document
from eval.systems import Mode, PassageSearch
from qa.retrieval import Hits
from qa.retrieval.query import restore, to_query
from qa.retrieval.ranking import Fitted, Ranking, fitted_for
from qa.retrieval.snapshots import Snapshots
from training.evaluate import MEASURE, mlqa_development
from training.pairs import Pair, question_pairs, read_records

DEPTH = 10


@dataclass(frozen=True)
class WeighedSearch:
    """The search of an index with other weights than those fitted for its embedder."""

    index: qa.Index
    fitted: Fitted

    def search_many(self, queries: Sequence[str], *, k: int, mode: Mode) -> list[Hits]:
        """Return the best k hits of each query."""
        with self.index.reading() as snapshot:
            snapshots = Snapshots({"": snapshot})
            ranking = Ranking(snapshots, self.index.embedder, None, mode, ())
            ranking.fitted = self.fitted
            return ranking.hits([to_query(one, partial(restore, snapshots)) for one in queries], k, None)


def main() -> None:
    """Print one table per set of questions."""
    parser = argparse.ArgumentParser(prog="python -m training.ranking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds train/ and eval/")
    data = parser.parse_args().data
    for name, pairs in mlqa_development(data / "eval").items():
        report(paired_set(name, pairs))
    distractors = (record["passage"] for record in read_records(data / "train" / "qa_pairs.jsonl.xz"))
    report(paired_set("questions kept from training", question_pairs(data / "train", held_out=True), distractors))


def paired_set(name: str, pairs: Sequence[Pair], distractors: Iterable[str] = ()) -> QuestionSet:
    """Return the questions as a set: each should find the passages that it is paired with, among all passages."""
    texts = dict.fromkeys([*(passage.strip() for _, passage in pairs), *map(str.strip, distractors)])
    ids = {text: f"p{number}" for number, text in enumerate(filter(None, texts))}
    asked = {question: f"q{number}" for number, question in enumerate(dict.fromkeys(one for one, _ in pairs))}
    qrels: dict[str, dict[str, int]] = {}
    for question, passage in pairs:
        qrels.setdefault(asked[question], {})[ids[passage.strip()]] = 1
    documents = tuple(qa.Document(one, text, language="vi") for text, one in ids.items())
    return QuestionSet(name, documents, tuple(Question(one, text, "") for text, one in asked.items()), qrels)


def report(asked: QuestionSet) -> None:
    """Print the measure for each setting."""
    print(f"{asked.name}, {len(asked.questions)} questions; share of dense, weight of late interaction: {MEASURE}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        index = qa.Index.create(Path(work) / "index")
        index.upsert(asked.documents)
        for share, weight in settings(fitted_for(index.embedder.settings)):
            print(f"  {share}, {weight}: {measured(index, asked, share, weight):.4f}", flush=True)


def settings(fitted: Fitted) -> Iterator[tuple[float, float]]:
    """Yield shares and weights around those in use, changing one value at a time."""
    yield from ((share, fitted.close_weight) for share in (0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 0.95))
    yield from ((fitted.dense_share, weight) for weight in (0.0, 0.3, 0.5, 0.8, 1.2, 1.6))
    yield from ((fitted.dense_share_across, weight) for weight in (0.0, 0.3, 0.5, 0.8, 1.2, 1.6))


def measured(index: qa.Index, asked: QuestionSet, share: float, weight: float) -> float:
    """Return the mean nDCG@10 with one share and weight, within a language and between two."""
    search = WeighedSearch(index, Fitted(share, share, weight, weight))
    run = run_system(asked.name, PassageSearch(search, "hybrid", by_document), asked, depth=DEPTH)
    return mean(score(run, asked.qrels, [MEASURE])[MEASURE])


if __name__ == "__main__":
    main()
