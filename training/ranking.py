"""What the weights of `qa.retrieval.ranking` are worth, on MLQA dev and on questions kept from training.

    python -m training.ranking --data FOLDER

Prints nDCG@10 for each share of the dense score, weight of late interaction, and depth; writes nothing.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

import qa
from qa.embedding import LateInteraction
from qa.index import Snapshot
from qa.passages import search_text
from qa.retrieval.query import restore, to_query
from qa.retrieval.ranking import CLOSE_DEPTH, DEPTH, fitted_for, fuse, standard_scores
from qa.text import common_spelling
from training.evaluate import mlqa_development
from training.pairs import Pair, question_pairs, read_records

FITTED = fitted_for(qa.load_embedder().settings)

Scores = NDArray[np.float32]
FIRST = 10


@dataclass(frozen=True)
class Candidates:
    """The candidates of a question with both searches' scores, their closeness, and what is relevant."""

    lexical: Scores
    dense: Scores
    close: Scores
    documents: Sequence[str]
    relevant: frozenset[str]

    def gain(self, share: float, weight: float, looked_at: int) -> float:
        """nDCG@10 of the documents, ranked by their best passage."""
        scores = fuse(self.lexical, self.dense, share)
        first = np.argsort(-scores, kind="stable")[:looked_at]
        close = standard_scores(self.close[first])
        scores = scores + weight * close.min()
        scores[first] += weight * (close - close.min())
        ranked = dict.fromkeys(self.documents[place] for place in np.argsort(-scores, kind="stable"))
        gains = [1 / np.log2(rank + 2) for rank, one in enumerate(list(ranked)[:FIRST]) if one in self.relevant]
        ideal = [1 / np.log2(rank + 2) for rank in range(min(FIRST, len(self.relevant)))]
        return float(sum(gains) / sum(ideal))


def main() -> None:
    """Prints one table a set of questions."""
    parser = argparse.ArgumentParser(prog="python -m training.ranking", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds train/ and eval/")
    data = parser.parse_args().data
    held_out = question_pairs(data / "train", held_out=True)
    distractors = [record["passage"] for record in read_records(data / "train" / "qa_pairs.jsonl.xz")]
    for name, pairs in mlqa_development(data / "eval").items():
        _report(name, pairs, [], FITTED.dense_share_across if "en" in name else FITTED.dense_share)
    _report("questions kept from training", held_out, distractors, FITTED.dense_share)


def _report(name: str, pairs: Sequence[Pair], distractors: Iterable[str], share: float) -> None:
    texts = dict.fromkeys([*(passage.strip() for _, passage in pairs), *map(str.strip, distractors)])
    ids = {text: f"{number}" for number, text in enumerate(filter(None, texts))}
    with tempfile.TemporaryDirectory() as work:
        index = qa.Index.create(Path(work) / "index")
        index.upsert(qa.Document(one, text, language="vi") for text, one in ids.items())
        found = list(track(_candidates(index, pairs, ids), name, total=len({question for question, _ in pairs})))
    print(f"{name}, {len(found)} questions; share of dense, weight of late interaction, depth: nDCG@10")
    for setting in _settings(share):
        print(f"  {setting}: {np.mean([one.gain(*setting) for one in found]):.4f}", flush=True)


def _settings(share: float) -> Iterator[tuple[float, float, int]]:
    """Around what is used, one value changed at a time."""
    yield from ((one, FITTED.close_weight, CLOSE_DEPTH) for one in (0.3, 0.4, 0.5, 0.6, 0.7, 0.85, 0.95))
    yield from ((share, one, CLOSE_DEPTH) for one in (0.0, 0.3, 0.5, 0.8, 1.2, 1.6))
    yield from ((share, FITTED.close_weight, one) for one in (5, 10, 20, 40))


def _candidates(index: qa.Index, pairs: Sequence[Pair], ids: dict[str, str]) -> Iterator[Candidates]:
    relevant: dict[str, set[str]] = {}
    for question, passage in pairs:
        relevant.setdefault(question, set()).add(ids[passage.strip()])
    with index.reading() as snapshot:
        for question, wanted in relevant.items():
            yield _candidates_of(question, index, snapshot, frozenset(wanted))


def _candidates_of(question: str, index: qa.Index, snapshot: Snapshot, relevant: frozenset[str]) -> Candidates:
    query = to_query(question, partial(restore, snapshot))
    vector = index.embedder.embed_queries([query.text])[0]
    lexical, _ = snapshot.lexical_candidates(query.terms, DEPTH, None)
    dense, _ = snapshot.dense_candidates(vector, DEPTH, None)
    keys = np.union1d(lexical, dense)
    scores = snapshot.lexical_scores(query.terms, keys), snapshot.dense_scores(vector, keys)
    passages = snapshot.passages(keys)
    texts = [common_spelling(search_text(one.title, one.text)) for one in passages]
    assert isinstance(index.embedder, LateInteraction)
    close = index.embedder.max_sim(query.text, texts)
    return Candidates(*scores, close, [one.document_id for one in passages], relevant)


if __name__ == "__main__":
    main()
