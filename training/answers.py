"""Fits the weights of `qa.answer` on MLQA dev; prints them, writes nothing.

    python -m training.answers --data FOLDER

Each question is asked three times: of all paragraphs of MLQA dev (there is an answer), of all but those of its own
document (a near miss), and of articles of law (unrelated). Knows nothing of how the bundled model was trained.
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

import qa
from qa.answer.asking import READ
from qa.answer.weighing import WeighedHits, weigh

LAW_ARTICLES = 300
LOST = 0.05
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """A question of MLQA dev, its document and the span of its answer."""

    question: str
    document_id: str
    start: int
    end: int


def main() -> None:
    """Prints weights for questions in the documents' language and across languages."""
    parser = argparse.ArgumentParser(description="Fit the weights of qa.answer on MLQA dev.")
    parser.add_argument("--data", type=Path, required=True, help="the data folder")
    data = parser.parse_args().data
    with tempfile.TemporaryDirectory() as work:
        law = _searcher(Path(work) / "law", list(_law(data)))
        for language in ("vi", "en"):
            documents, asked = _mlqa(data / "eval" / f"dev-context-vi-question-{language}.json")
            mlqa = _searcher(Path(work) / language, documents)
            answered, near, unrelated = _weigh_all(asked, mlqa, law, language)
            print(f"questions in {language}: {len(asked)}")
            _report_sentences(asked, answered)
            _report_confidence(answered, near, unrelated)


def _searcher(folder: Path, documents: Sequence[qa.Document]) -> qa.Searcher:
    index = qa.Index.create(folder)
    index.upsert(documents)
    return qa.Searcher(index)


def _law(data: Path) -> Iterator[qa.Document]:
    with lzma.open(data / "train" / "law.jsonl.xz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(itertools.islice(lines, 0, LAW_ARTICLES * 50, 50)):
            article = json.loads(line)
            yield qa.Document(f"law/{number}", article["text"], article["title"], language="vi")


def _mlqa(path: Path) -> tuple[list[qa.Document], list[Asked]]:
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    contexts = {paragraph["context"]: "" for article in articles for paragraph in article["paragraphs"]}
    documents = [qa.Document(f"mlqa/{n}", context, language="vi") for n, context in enumerate(contexts)]
    ids = dict(zip(contexts, (document.id for document in documents), strict=True))
    asked = []
    for paragraph in itertools.chain.from_iterable(article["paragraphs"] for article in articles):
        for question in paragraph["qas"]:
            answer = question["answers"][0]
            start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
            asked.append(Asked(question["question"], ids[paragraph["context"]], start, end))
    return documents, asked


def _weigh_all(
    asked: Sequence[Asked], mlqa: qa.Searcher, law: qa.Searcher, language: str
) -> tuple[list[WeighedHits], list[WeighedHits], list[WeighedHits]]:
    answered, near, unrelated = [], [], []
    for one in track(asked, f"weighing {language}", disable=not sys.stderr.isatty()):
        hits = mlqa.search(one.question, k=50)
        others = [hit for hit in hits if hit.passage.document_id != one.document_id]
        answered.append(weigh(one.question, hits[:READ], mlqa))
        near.append(weigh(one.question, others[:READ], mlqa))
        unrelated.append(weigh(one.question, law.search(one.question, k=READ), law))
    return answered, near, unrelated


def _report_sentences(asked: Sequence[Asked], answered: Sequence[WeighedHits]) -> None:
    """Fits sentence weights by logistic regression on differences between right and wrong sentences."""
    differences = []
    for one, weighed in zip(asked, answered, strict=True):
        right = np.array([_is_right(one, weighed, n) for n in range(len(weighed.candidates))])
        features = np.array(weighed.features)
        differences += [good - bad for good in features[right] for bad in features[~right]]
    rows = np.array(differences)
    weights = logistic(np.vstack([rows, -rows]), np.repeat([1.0, 0.0], len(rows)))
    found = np.mean(
        [
            _is_right(one, weighed, int(np.argmax(np.array(weighed.features) @ weights)))
            for one, weighed in zip(asked, answered, strict=True)
        ]
    )
    print(f"  sentence weights {np.round(weights / weights[0], 2).tolist()}: right sentence first for {found:.3f}")


def _is_right(one: Asked, weighed: WeighedHits, number: int) -> bool:
    candidate = weighed.candidates[number]
    same = candidate.hit.passage.document_id == one.document_id
    return same and candidate.start < one.end and one.start < candidate.end


def _report_confidence(
    answered: Sequence[WeighedHits], near: Sequence[WeighedHits], unrelated: Sequence[WeighedHits]
) -> None:
    groups = [
        np.array([(1.0, *weighed.confidence_features()) for weighed in group]) for group in (answered, near, unrelated)
    ]
    truth = np.repeat([1.0, 0.0], [len(groups[0]), len(groups[1]) + len(groups[2])])
    weights = logistic(np.vstack(groups), truth)
    answered_chance, near_chance, unrelated_chance = (1 / (1 + np.exp(-group @ weights)) for group in groups)
    threshold = float(np.quantile(answered_chance, LOST))
    print(
        f"  confidence weights {np.round(weights, 2).tolist()}; threshold {threshold:.3f} loses {LOST:.0%} of the"
        f" answered and declines {np.mean(near_chance < threshold):.0%} of the near misses,"
        f" {np.mean(unrelated_chance < threshold):.0%} of the unrelated"
    )


def logistic(features: Matrix, truth: Matrix, ridge: float = 1.0, steps: int = 30) -> Matrix:
    """Weights of a ridge logistic regression without intercept, by Newton's method; one row of features a case."""
    weights = np.zeros(features.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (truth - chance) - ridge * weights
        curvature = (features * (chance * (1 - chance))[:, None]).T @ features + ridge * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, gradient)
    return weights


if __name__ == "__main__":
    main()
