"""Search one index or several: `Searcher` finds passages and ranks them as `Hits`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from qa.documents import Document
from qa.embedding import Embedder, Reranker
from qa.errors import IndexFolderError, QuestionError
from qa.index import Filters, Index, scheme_of
from qa.passages import Passage
from qa.retrieval.evidence import Evidence, Hits, gather
from qa.retrieval.query import RULES, Query, Rule, restore, to_query
from qa.retrieval.ranking import MODES, Mode, Ranking
from qa.retrieval.snapshots import Snapshots
from qa.text import canonical, fold, storable, syllables

_SIGNED = re.compile(
    r"\b(?:ai|người|nguoi)\b.*(?<!đăng )(?<!thư )(?<!nhật )(?<!chữ )\bký\b(?! (?:túc|ức))|\bký\b.*\bai\b"
    r"|\b(?:ai|nguoi) (?:da )?ky\b"
)
RERANKED = "a reranker"
"""What scored the hits, instead of the name of an embedder."""
HITS_TO_THE_FOOT = 40
"""How many hits to read for the signer: the foot of a document shares no words with the question, and ranks last."""


class IndexesDifferError(IndexFolderError):
    """Indexes of different models, whose passages cannot be ranked in one list."""

    def __init__(self, path: str | Path, model: str, other: str | Path, other_model: str) -> None:
        super().__init__(
            path,
            f"The indexes at {path} and {other} cannot be asked together: "
            f"one was built with the model {model}, the other with {other_model}.",
            f"Ask them one at a time, or rebuild the other one: "
            f"qa index PATH... --into NEW_FOLDER --model {model.split('@')[0]}",
        )
        self.other = other
        self.model, self.other_model = model, other_model


class Wanted(NamedTuple):
    """The parameters of a search besides the query."""

    k: int
    mode: Mode
    filters: Filters | None
    literal: bool


class Searcher:
    """Searches one index, or several by name as if they were one; safe to share between threads.

    `indexes` are by name; a single one given without a name has an empty one. Each passage found has its index's name.
    Raises `IndexesDifferError` unless all were built with the same model. A `reranker` reorders the best passages.
    `without` names rules to switch off, to measure what they are worth.
    """

    def __init__(
        self,
        index: Index | Mapping[str, Index],
        *,
        reranker: Reranker | None = None,
        without: Collection[Rule] = (),
    ) -> None:
        unknown = sorted(set(without) - set(RULES))
        if unknown:
            raise QuestionError(f"There is no rule {unknown[0]!r}.", f"Use one of: {', '.join(RULES)}.")
        self.indexes: Mapping[str, Index] = dict(index) if isinstance(index, Mapping) else {"": index}
        if not self.indexes:
            raise QuestionError("No index was given.", "Give at least one to search in.")
        refuse_different(list(self.indexes.values()))
        self._reranker = reranker
        self._without = frozenset(without)

    @classmethod
    def open(
        cls,
        path: str | Path | Sequence[str | Path],
        embedder: Embedder | None = None,
        *,
        offline: bool = False,
        reranker: Reranker | None = None,
    ) -> Searcher:
        """Open the index with the embedder that it was built with; raises what `Index.open` raises.

        Several paths are searched as one, each under the name of its folder.
        """
        paths = [path] if isinstance(path, str | Path) else path
        opened = together(Index.open(one, embedder, offline=offline) for one in paths)
        return cls(opened, reranker=reranker)

    @property
    def index(self) -> Index:
        """The index that is searched, the first of several."""
        return next(iter(self.indexes.values()))

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None, literal: bool = False
    ) -> Hits:
        """Return the best k passages, best first; raises `QuestionError` for a query that cannot be searched for.

        Missing diacritics are restored first, unless `literal`; `Hits.restored` is what was searched for.
        """
        return self.search_many([query], k=k, mode=mode, filters=filters, literal=literal)[0]

    def search_many(
        self,
        queries: Sequence[str],
        *,
        k: int = 10,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        literal: bool = False,
    ) -> list[Hits]:
        """Return the hits of each query, in their order, all from one generation of each index."""
        if mode not in MODES:
            raise QuestionError(f"There is no mode {mode!r}.", f"Use one of: {', '.join(MODES)}.")
        self._note(queries)
        with self._reading() as snapshots:
            return self._ranked(snapshots, queries, Wanted(k, mode, filters, literal))

    def evidence(
        self, question: str, *, k: int = 10, filters: Filters | None = None, literal: bool = False
    ) -> Evidence:
        """Return the best k passages with everything needed to answer, from one generation and one embedding.

        Raises what `search` raises.
        """
        question = storable(question)
        self._note([question])
        with self._reading() as snapshots:
            deep = max(k, HITS_TO_THE_FOOT) if k > 0 and _SIGNED.search(canonical(question)) else k
            hits = self._ranked(snapshots, [question], Wanted(deep, "hybrid", filters, literal))[0]
            scored_by = RERANKED if self._reranker else model_name(self.index)
            return gather(snapshots, question, hits, k, scored_by)

    def document(self, passage: Passage) -> Document:
        """Return the document of a passage that was found; raises `DocumentNotFoundError` if it is gone."""
        return self.indexes[passage.index].document(passage.document_id)

    def matches(self, query: str, text: str) -> list[tuple[int, int]]:
        """Return the spans of the words in `text` that occur in the query, in order.

        Diacritics count if the query has any.
        """
        form = fold if canonical(query) == fold(query) else canonical
        asked = {form(word.form) for word in syllables(query)}
        return [(word.start, word.end) for word in syllables(text) if form(word.form) in asked]

    def _note(self, questions: Sequence[str]) -> None:
        for one in self.indexes.values():
            one.asked(questions)

    @contextmanager
    def _reading(self) -> Iterator[Snapshots]:
        """Yield the newest generation of each index for the duration of the block."""
        with ExitStack() as stack:
            snapshots = {name: stack.enter_context(one.reading()) for name, one in self.indexes.items()}
            refuse_different(list(self.indexes.values()))  # the folder may have been replaced
            yield Snapshots(snapshots)

    def _ranked(self, snapshots: Snapshots, queries: Sequence[str], wanted: Wanted) -> list[Hits]:
        if wanted.k < 1:
            raise QuestionError(f"{wanted.k} hits were asked for.", "Ask for at least 1.")
        ready = [self._query(query, snapshots, literal=wanted.literal) for query in queries]
        ranking = Ranking(snapshots, self.index.embedder, self._reranker, wanted.mode, self._without)
        return ranking.hits(ready, wanted.k, snapshots.allowed(wanted.filters))

    def _query(self, question: str, snapshots: Snapshots, *, literal: bool) -> Query:
        as_typed: frozenset[Rule] = frozenset(["restoring"] if literal else [])
        return to_query(question, partial(restore, snapshots), self._without | as_typed)


def by_name(indexes: Iterable[Index]) -> dict[str, Index]:
    """Return each index once, by its name, with a number appended if that is taken."""
    found: dict[str, Index] = {}
    for one in {_place(one): one for one in indexes}.values():
        name, number = one.name, 1
        while name in found:
            number += 1
            name = f"{one.name}-{number}"
        found[name] = one
    return found


def _place(index: Index) -> str | Path:
    """Return the folder or address that tells an index from others."""
    return index.location if scheme_of(index.location) else Path(index.location).resolve()


def together(indexes: Iterable[Index]) -> Index | dict[str, Index]:
    """Return a single index as it is, or several by name."""
    found = by_name(indexes)
    return found if len(found) != 1 else next(iter(found.values()))


def model_name(index: Index) -> str:
    """Return the name and revision of the model that an index was built with."""
    return "{model}@{revision}".format_map(index.settings)


_OF_THE_MODEL = ("revision", "dimension", "query_prompt", "passage_prompt")


def refuse_different(indexes: Sequence[Index]) -> None:
    """Raise `IndexesDifferError` unless all indexes were built with the same model."""
    first, *others = indexes
    for one in others:
        if any(one.settings[name] != first.settings[name] for name in _OF_THE_MODEL):
            raise IndexesDifferError(first.location, model_name(first), one.location, model_name(one))
