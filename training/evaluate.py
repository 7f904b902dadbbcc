"""Measure a model's nDCG@10 by exact cosine; `python -m training.evaluate --data FOLDER --model FOLDER`.

Each question has one relevant passage. MLQA dev and the held-out pairs are for choosing settings; XQuAD is for the
report alone, so it is measured only when asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.evaluation import mean, score
from eval.runs import Run
from eval.squad import read_squad
from training.pairs import (
    Pair,
    is_held_out,
    law_passages,
    news_passages,
    question_pairs,
    translations,
)

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
MEASURE, DEPTH = "nDCG@10", 10


def ndcg(encode: Encode, pairs: Sequence[Pair]) -> float:
    """Return the mean nDCG@10 of (question, relevant passage) pairs over the distinct passages.

    Vectors must be of unit length.
    """
    corpus = list(dict.fromkeys(passage for _, passage in pairs))
    place = {passage: f"{number}" for number, passage in enumerate(corpus)}
    scores = encode([question for question, _ in pairs]) @ encode(corpus).T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    rankings = {f"{number}": tuple(map(str, row)) for number, row in enumerate(best.tolist())}
    qrels = {f"{number}": {place[passage]: 1} for number, (_, passage) in enumerate(pairs)}
    return mean(score(Run("exact cosine", rankings), qrels, [MEASURE])[MEASURE])


def squad_pairs(path: Path, questions_from: Path | None = None) -> list[Pair]:
    """Return each distinct question of a SQuAD file with the first paragraph that it was written for."""
    asked = read_squad(path, questions_from)
    texts = asked.texts()
    return [(question.text, texts[next(iter(asked.qrels[question.id]))]) for question in asked.questions]


def distinct(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the first pair of each question."""
    first: dict[str, str] = {}
    for question, passage in pairs:
        first.setdefault(question, passage)
    return list(first.items())


def mlqa_development(folder: Path) -> dict[str, list[Pair]]:
    """Return the questions for choosing settings: MLQA dev, Vietnamese contexts, questions in both languages."""
    return {
        f"MLQA dev {language} -> vi": squad_pairs(folder / f"dev-context-vi-question-{language}.json")
        for language in ("vi", "en")
    }


def xquad(folder: Path) -> dict[str, list[Pair]]:
    """Return the questions for the report only: XQuAD in Vietnamese, and its English questions joined by id."""
    vietnamese = folder / "xquad.vi.json"
    return {
        "XQuAD vi -> vi": squad_pairs(vietnamese),
        "XQuAD en -> vi": squad_pairs(vietnamese, folder / "xquad.en.json"),
    }


def held_out(train: Path) -> dict[str, list[Pair]]:
    """Return the pairs of the training folder that are kept from training."""
    news = [(title, " ".join(groups[0])) for title, _, groups in news_passages(train) if is_held_out(title)]
    law = [(title, " ".join(groups[0])) for title, groups in law_passages(train) if is_held_out(title)]
    sentences = [(english, vietnamese) for _, english, vietnamese in translations(train, held_out=True)]
    return {
        "held out: question -> passage": distinct(question_pairs(train, held_out=True)),
        "held out: news title -> passage": distinct(news),
        "held out: law title -> passage": distinct(law),
        "held out: English -> Vietnamese sentence": distinct(sentences),
    }


def main() -> None:
    """Print one measure per line."""
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds train/ and eval/")
    parser.add_argument("--model", type=Path, required=True, help="a model folder")
    parser.add_argument("--report", action="store_true", help="measure XQuAD too (never to choose a setting)")
    chosen = parser.parse_args()
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(chosen.model), device="cpu")
    sets = mlqa_development(chosen.data / "eval") | held_out(chosen.data / "train")
    if chosen.report:
        sets = xquad(chosen.data / "eval") | sets
    for name, pairs in sets.items():
        measured = ndcg(lambda texts: model.encode(list(texts), batch_size=512), pairs)
        print(f"{name:42} {len(pairs):6} questions  {MEASURE} {measured:.4f}", flush=True)


if __name__ == "__main__":
    main()
