"""Systems to measure: bm25s, or a search mode over an index of the documents, with the bundled or any other model.

It knows how to get an index, and nothing of measures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

import qa
from eval.bm25 import Bm25s
from eval.errors import EvaluationError
from eval.progress import counted
from eval.runs import Ranks
from eval.searching import Mode, PassageSearch
from eval.sets import QuestionSet

BUNDLED = "bundled"
BASELINE: Literal["bm25s"] = "bm25s"


@dataclass(frozen=True)
class System:
    """A search mode and the name of an embedding model; or bm25s, which has neither."""

    mode: Mode | Literal["bm25s"]
    model: str = BUNDLED

    @property
    def name(self) -> str:
        """The mode, with the model where it is not the bundled one."""
        return self.mode if self.model == BUNDLED else f"{self.mode}:{self.model}"


MODES = tuple(System(mode) for mode in ("lexical", "dense", "hybrid"))
BM25S = System(BASELINE)


def parse_system(text: str) -> System:
    """Read bm25s, MODE or MODE:MODEL, for example hybrid or dense:intfloat/multilingual-e5-small."""
    mode, _, model = text.partition(":")
    if mode == BASELINE and not model:
        return BM25S
    if mode not in get_args(Mode):
        raise EvaluationError(f"{text!r} is not a system.", "Say bm25s, lexical, dense, hybrid, or MODE:MODEL.")
    return System(cast(Mode, mode), model or BUNDLED)


def corpus_digest(documents: Sequence[qa.Document]) -> str:
    """Return a digest of ids, titles and texts, in any order."""
    rows = sorted(f"{document.id}\0{document.title}\0{document.text}" for document in documents)
    return hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest()


def open_searcher(name: str, documents: Sequence[qa.Document], model: str, work: Path) -> qa.Searcher:
    """Index the documents under `work` and open a searcher; an index of the same documents is used again."""
    embedder = qa.load_embedder(model)
    corpus = f"{_plain(name)}-{corpus_digest(documents)[:12]}"
    index = qa.Index.create(work / corpus / _plain(f"{model}-{embedder.settings.revision[:12]}"), embedder)
    with counted(len(documents), f"index {name}") as show:
        index.upsert(documents, show)
    return qa.Searcher(index)


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


def systems_over_set(systems: Sequence[System], asked: QuestionSet, work: Path) -> list[tuple[str, Ranks]]:
    """Open each system, by its name, over the set's documents, with an index for each model below `work`."""
    if systems and not asked.documents:
        raise EvaluationError(f"{asked.name} has no documents to search.", "Give an index of them: --index DIR")
    models = {system.model: None for system in systems if system.mode != BASELINE}
    searchers = {model: open_searcher(asked.name, asked.documents, model, work) for model in models}
    return [_opened(system, searchers.get(system.model), asked.documents, asked) for system in systems]


def systems_over_index(systems: Sequence[System], asked: QuestionSet, searcher: qa.Searcher) -> list[tuple[str, Ranks]]:
    """Open each system, by its name, over an index that is there already and has its own model."""
    if any(system.model != BUNDLED for system in systems):
        raise EvaluationError("An index has its own model.", "Leave :MODEL out of --system, or leave --index out.")
    documents = searcher.index.documents() if BM25S in systems else ()
    return [_opened(system, searcher, documents, asked) for system in systems]


def _opened(
    system: System, searcher: qa.Searcher | None, documents: Sequence[qa.Document], asked: QuestionSet
) -> tuple[str, Ranks]:
    if system.mode != BASELINE and searcher:
        return system.name, PassageSearch(searcher, system.mode, asked.identify)
    if not asked.judges_documents:
        raise EvaluationError(
            f"bm25s ranks whole documents, and {asked.name} judges passages.", "Leave out --system bm25s."
        )
    return system.name, Bm25s(documents)
