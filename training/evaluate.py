"""Exact-cosine nDCG@10 of a model; `python -m training.evaluate --data FOLDER --model FOLDER`.

Each question has one relevant passage. MLQA dev and the held-out pairs are for choosing settings; XQuAD is for the
report alone, so it is measured only when asked for.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from training.pairs import (
    Pair,
    is_held_out,
    law_passages,
    news_passages,
    question_pairs,
    translations,
)

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
DEPTH = 10


def ndcg(encode: Encode, pairs: Sequence[Pair]) -> float:
    """Mean nDCG@10 of (question, relevant passage) pairs over the distinct passages; vectors must be of unit length.

    With one relevant passage at rank r the measure is 1 / log2(1 + r), and 0 beyond rank 10. A passage with the
    same score as the relevant one counts as ranked before it.
    """
    corpus = list(dict.fromkeys(passage for _, passage in pairs))
    place = {passage: number for number, passage in enumerate(corpus)}
    scores = encode([question for question, _ in pairs]) @ encode(corpus).T
    relevant = scores[np.arange(len(pairs)), [place[passage] for _, passage in pairs]]
    ranks = (scores >= relevant[:, None]).sum(axis=1)
    return float(np.where(ranks <= DEPTH, 1 / np.log2(1 + ranks), 0.0).mean())


def squad_questions(path: Path) -> list[tuple[str, str, str]]:
    """Id, question and stripped context of every question of a SQuAD file."""
    with path.open(encoding="utf-8") as file:
        articles: list[dict[str, Any]] = json.load(file)["data"]
    return [
        (question["id"], question["question"], paragraph["context"].strip())
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


def distinct(pairs: Sequence[Pair]) -> list[Pair]:
    """The first pair of each question."""
    first: dict[str, str] = {}
    for question, passage in pairs:
        first.setdefault(question, passage)
    return list(first.items())


def mlqa_development(folder: Path) -> dict[str, list[Pair]]:
    """The questions for choosing settings: MLQA dev, Vietnamese contexts, questions in both languages."""
    return {
        f"MLQA dev {language} -> vi": distinct(
            [(question, context) for _, question, context in squad_questions(folder / name)]
        )
        for language, name in (
            ("vi", "dev-context-vi-question-vi.json"),
            ("en", "dev-context-vi-question-en.json"),
        )
    }


def xquad(folder: Path) -> dict[str, list[Pair]]:
    """The questions for the report only: XQuAD in Vietnamese, and its English questions joined by id."""
    vietnamese = squad_questions(folder / "xquad.vi.json")
    context = {name: passage for name, _, passage in vietnamese}
    english = [(question, context[name]) for name, question, _ in squad_questions(folder / "xquad.en.json")]
    return {
        "XQuAD vi -> vi": distinct([(question, passage) for _, question, passage in vietnamese]),
        "XQuAD en -> vi": distinct(english),
    }


def held_out(train: Path) -> dict[str, list[Pair]]:
    """Pairs of the training folder that no model is trained on."""
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
    model = SentenceTransformer(str(chosen.model), device="cpu")
    sets = mlqa_development(chosen.data / "eval") | held_out(chosen.data / "train")
    if chosen.report:
        sets = xquad(chosen.data / "eval") | sets
    for name, pairs in sets.items():
        measured = ndcg(lambda texts: model.encode(list(texts), batch_size=512), pairs)
        print(f"{name:42} {len(pairs):6} questions  nDCG@10 {measured:.4f}", flush=True)


if __name__ == "__main__":
    main()
