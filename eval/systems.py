"""Systems to measure: bm25s, or a search mode with a model, perhaps with a reranker, perhaps without some rules.

bm25s is the baseline of the field, used as in published figures: its default tokenizer, over whole documents. It shares
neither terms nor passages with `qa`, and is imported here only.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast, get_args

import qa
from eval.errors import EvaluationError
from eval.output import counted
from eval.runs import Ranks
from eval.sets import Identify, Question, QuestionSet, Ranking
from qa.retrieval import RULES

BUNDLED = "bundled"
BASELINE: Literal["bm25s"] = "bm25s"


@dataclass(frozen=True)
class System:
    """A search mode, an embedding model, rules to leave out and a reranker; or bm25s, which has none of these."""

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
    unknown = [rule for rule in named if rule not in RULES]
    if unknown:
        raise EvaluationError(f"There is no rule {unknown[0]!r} in {text!r}.", f"Name one of: {', '.join(RULES)}.")
    without = tuple(rule for rule in RULES if rule in named)
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
    """Open each system, by its name, over an existing index with its own model."""
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
            without = [rule for rule in RULES if rule in system.without]
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


Mode = Literal["hybrid", "dense", "lexical"]


class Searches(Protocol):
    """What a run needs of `qa.Searcher`."""

    def search_many(self, queries: Sequence[str], *, k: int, mode: Mode) -> Sequence[Sequence[qa.Hit]]:
        """Return the best k hits of each query, best first."""
        ...


@dataclass(frozen=True)
class PassageSearch:
    """A searcher in one mode, as a system: `identify` turns a hit into the id that the judgements use."""

    searcher: Searches
    mode: Mode
    identify: Identify

    def rank(self, questions: Sequence[Question], depth: int) -> list[Ranking]:
        """Rank ids by their best passage."""
        found = self._search(questions, depth)
        return [self._ranking(question, hits, depth) for question, hits in zip(questions, found, strict=True)]

    def _ranking(self, question: Question, hits: Sequence[qa.Hit], depth: int) -> Ranking:
        return Ranking(self._ids(question, hits)[:depth], hits[0].passage.text if hits else None)

    def _ids(self, question: Question, hits: Sequence[qa.Hit]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.identify(question.id, hit) for hit in hits))

    def _search(self, questions: Sequence[Question], depth: int) -> list[list[qa.Hit]]:
        """Ask for `depth` passages, and for more where these have too few different ids; the additional ones come last.

        The head of a ranking is thus what a person sees, even if a search ranks differently with a greater k.
        """
        hits = self._searched(questions, depth)
        found, counts = [_one_by_one(one) for one in hits], [len(one) for one in hits]
        for k, deeper in itertools.pairwise((depth, 3 * depth, 10 * depth)):
            short = [i for i, n in enumerate(counts) if n >= k and len(self._ids(questions[i], found[i])) < depth]
            again = self._searched([questions[i] for i in short], deeper) if short else []
            for i, more in zip(short, again, strict=True):
                seen = {hit.passage.id for hit in found[i]}
                found[i] += [hit for hit in _one_by_one(more) if hit.passage.id not in seen]
                counts[i] = len(more)
        return found

    def _searched(self, questions: Sequence[Question], k: int) -> Sequence[Sequence[qa.Hit]]:
        try:
            return self.searcher.search_many([question.text for question in questions], k=k, mode=self.mode)
        except qa.QAError as error:
            if len(questions) == 1:
                raise EvaluationError(
                    f"Question {questions[0].id}: {error}", "Nothing was scored; leave it out of the set to go on."
                ) from error
        return [self._searched([question], k)[0] for question in questions]


def _one_by_one(hits: Sequence[qa.Hit]) -> list[qa.Hit]:
    """Return the hits with similar ones right after the hit under which a person sees them."""
    return [one for hit in hits for one in (hit, *hit.similar)]


class Bm25s:
    """bm25s over titles and texts, in memory."""

    def __init__(self, documents: Sequence[qa.Document]) -> None:
        import bm25s

        texts = [f"{document.title} {document.text}" for document in documents]
        shown = sys.stderr.isatty()
        words = bm25s.tokenize(texts, show_progress=shown)
        self._documents = documents if words.vocab else ()  # bm25s cannot index texts that have no words at all
        self._retriever = bm25s.BM25()
        if self._documents:
            self._retriever.index(words, show_progress=shown)

    def rank(self, questions: Sequence[Question], depth: int) -> list[Ranking]:
        """Rank the documents that share a word with each question."""
        found = (self.search(question.text, depth) for question in questions)
        return [Ranking(tuple(one.id for one in best), best[0].text if best else None) for best in found]

    def search(self, question: str, k: int) -> list[qa.Document]:
        """Return the best k documents, best first; fewer where fewer share a word with the question."""
        import bm25s

        words = bm25s.tokenize(question, return_ids=False, show_progress=False)
        if not words[0] or not self._documents:
            return []
        best, scores = self._retriever.retrieve(words, k=min(k, len(self._documents)), show_progress=False)
        return [self._documents[place] for place, score in zip(best[0], scores[0], strict=True) if score > 0]
