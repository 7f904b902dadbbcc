"""Systems to measure: a search mode over an index of the set's documents, with the bundled or any other model.

It knows how to get an index, and nothing of questions or measures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import qa
from eval.errors import EvaluationError
from eval.progress import counted
from eval.runs import Mode, Searches

BUNDLED = "bundled"


@dataclass(frozen=True)
class System:
    """A search mode and the name of an embedding model."""

    mode: Mode
    model: str = BUNDLED

    @property
    def name(self) -> str:
        """The mode, with the model where it is not the bundled one."""
        return self.mode if self.model == BUNDLED else f"{self.mode}:{self.model}"


ALL_MODES = tuple(System(mode) for mode in ("lexical", "dense", "hybrid"))


def parse_system(text: str) -> System:
    """Read MODE or MODE:MODEL, for example hybrid or dense:intfloat/multilingual-e5-small."""
    mode, _, model = text.partition(":")
    if mode not in get_args(Mode):
        raise EvaluationError(f"{mode!r} is not a search mode.", "Say lexical, dense or hybrid, then perhaps :MODEL.")
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


def searchers(
    systems: Sequence[System], name: str, documents: Sequence[qa.Document], work: Path
) -> list[tuple[System, Searches]]:
    """Open one searcher for each model and pair it with the systems that use it."""
    by_model = {model: open_searcher(name, documents, model, work) for model in {s.model: None for s in systems}}
    return [(system, by_model[system.model]) for system in systems]
