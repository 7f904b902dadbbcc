"""Systems to measure: bm25s, or a search mode with a model, perhaps with a reranker, perhaps without some rules.

It knows how to get an index, and nothing of measures.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
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
    """A search mode, an embedding model, rules that are left off, and a reranker; or bm25s, which has none of these."""

    mode: Mode | Literal["bm25s"]
    model: str = BUNDLED
    without: tuple[str, ...] = ()
    reranker: str | None = None

    @property
    def name(self) -> str:
        """The system as `parse_system` reads it."""
        rules = "".join(f"~{rule}" for rule in self.without)
        reranker = f"+{self.reranker}" if self.reranker else ""
        return f"{self.mode}{rules}{reranker}" + (f":{self.model}" if self.model != BUNDLED else "")


MODES = tuple(System(mode) for mode in ("lexical", "dense", "hybrid"))
BM25S = System(BASELINE)
_SYNTAX = "MODE[~RULE...][+RERANKER][:MODEL]"
_PARTS = re.compile(r"(?P<mode>[^~+:]*)(?P<rules>(?:~[^~+:]*)*)(?:\+(?P<reranker>[^:]+))?(?::(?P<model>.+))?")


def parse_system(text: str) -> System:
    """Read bm25s or MODE[~RULE...][+RERANKER][:MODEL], for example hybrid~restoring or dense:org/model."""
    found = _PARTS.fullmatch(text)
    if text == BASELINE:
        return BM25S
    if not found or found["mode"] not in get_args(Mode):
        raise EvaluationError(
            f"{text!r} is not a system.", f"Say bm25s or {_SYNTAX}; MODE: {', '.join(get_args(Mode))}."
        )
    named = found["rules"].split("~")[1:]
    unknown = [rule for rule in named if rule not in qa.RULES]
    if unknown:
        raise EvaluationError(f"There is no rule {unknown[0]!r} in {text!r}.", f"Name one of: {', '.join(qa.RULES)}.")
    without = tuple(rule for rule in qa.RULES if rule in named)
    return System(cast(Mode, found["mode"]), found["model"] or BUNDLED, without, found["reranker"])


def corpus_digest(documents: Sequence[qa.Document]) -> str:
    """Return a digest of ids, titles and texts, in any order."""
    rows = sorted(f"{document.id}\0{document.title}\0{document.text}" for document in documents)
    return hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest()


def open_index(name: str, documents: Sequence[qa.Document], model: str, work: Path) -> qa.Index:
    """Index the documents under `work`; an index of the same documents with the same model is used again."""
    embedder = qa.load_embedder(model)
    corpus = f"{_plain(name)}-{corpus_digest(documents)[:12]}"
    index = qa.Index.create(work / corpus / _plain(f"{model}-{embedder.settings.revision[:12]}"), embedder)
    with counted(len(documents), f"index {name}") as show:
        index.upsert(documents, show)
    return index


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)


def systems_over_set(systems: Sequence[System], asked: QuestionSet, work: Path) -> list[tuple[str, Ranks]]:
    """Open each system, by its name, over the set's documents, with an index for each model below `work`."""
    if systems and not asked.documents:
        raise EvaluationError(f"{asked.name} has no documents to search.", "Give an index of them: --index DIR")
    models = {system.model: None for system in systems if system.mode != BASELINE}
    indexes = {model: open_index(asked.name, asked.documents, model, work) for model in models}
    return _opened(systems, asked, asked.documents, indexes)


def systems_over_index(systems: Sequence[System], asked: QuestionSet, index: qa.Index) -> list[tuple[str, Ranks]]:
    """Open each system, by its name, over an index that is there already and has its own model."""
    if any(system.model != BUNDLED for system in systems):
        raise EvaluationError("An index has its own model.", "Leave :MODEL out of --system, or leave --index out.")
    documents = index.documents() if BM25S in systems else ()
    return _opened(systems, asked, documents, {BUNDLED: index})


def _opened(
    systems: Sequence[System],
    asked: QuestionSet,
    documents: Sequence[qa.Document],
    indexes: Mapping[str, qa.Index],
) -> list[tuple[str, Ranks]]:
    rerankers = {name: qa.load_reranker(name) for name in {system.reranker: None for system in systems} if name}
    opened: list[tuple[str, Ranks]] = []
    for system in systems:
        if system.mode == BASELINE:
            opened.append((system.name, _baseline(asked, documents)))
        else:
            without = [rule for rule in qa.RULES if rule in system.without]
            reranker = rerankers.get(system.reranker or "")
            searcher = qa.Searcher(indexes[system.model], reranker=reranker, without=without)
            opened.append((system.name, PassageSearch(searcher, system.mode, asked.identify)))
    return opened


def _baseline(asked: QuestionSet, documents: Sequence[qa.Document]) -> Bm25s:
    if not asked.judges_documents:
        raise EvaluationError(
            f"bm25s ranks whole documents, and {asked.name} judges passages.", "Leave out --system bm25s."
        )
    return Bm25s(documents)
