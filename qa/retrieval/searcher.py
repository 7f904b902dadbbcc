"""The handle on one index for asking: `Searcher` finds passages and ranks them as `Hits`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from qa.embedding import Embedder, Reranker
from qa.errors import QuestionError
from qa.index import Filters, Index, Snapshot
from qa.retrieval.evidence import Evidence, gather
from qa.retrieval.hits import Hits
from qa.retrieval.query import RULES, Query, Rule, restore, to_query
from qa.retrieval.ranking import MODES, Mode, Ranking
from qa.text import canonical, fold, syllables


class Wanted(NamedTuple):
    """What is asked of a search beside the query."""

    k: int
    mode: Mode
    filters: Filters | None
    literal: bool


class Searcher:
    """Answers queries from one index; safe to share between threads.

    A `reranker` orders the best passages anew. `without` names rules that are left off, to measure what they are worth.
    """

    def __init__(self, index: Index, *, reranker: Reranker | None = None, without: Collection[Rule] = ()) -> None:
        unknown = sorted(set(without) - set(RULES))
        if unknown:
            raise QuestionError(f"There is no rule {unknown[0]!r}.", f"Use one of: {', '.join(RULES)}.")
        self.index = index
        self._reranker = reranker
        self._without = frozenset(without)

    @classmethod
    def open(
        cls,
        path: str | Path,
        embedder: Embedder | None = None,
        *,
        offline: bool = False,
        reranker: Reranker | None = None,
    ) -> Searcher:
        """Open the index with the embedder that it was built with; raises what `Index.open` raises."""
        return cls(Index.open(path, embedder, offline=offline), reranker=reranker)

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None, literal: bool = False
    ) -> Hits:
        """Return the best k passages, best first; raises `QuestionError` for a query that cannot be searched for.

        Diacritics that were not typed are put back first, unless `literal`; `Hits.restored` is what was searched for.
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
        """Return the hits of each query, in their order, all from one generation of the index."""
        if mode not in MODES:
            raise QuestionError(f"There is no mode {mode!r}.", f"Use one of: {', '.join(MODES)}.")
        self.index.asked(queries)
        with self.index.reading() as snapshot:
            return self._ranked(snapshot, queries, Wanted(k, mode, filters, literal))

    def evidence(
        self, question: str, *, k: int = 10, filters: Filters | None = None, literal: bool = False
    ) -> Evidence:
        """Return the best k passages with all that answering needs to know, from one generation and one embedding.

        Raises what `search` raises.
        """
        question = question.encode("utf-8", "replace").decode()  # a terminal may hand over bytes that are no text
        self.index.asked([question])
        with self.index.reading() as snapshot:
            hits = self._ranked(snapshot, [question], Wanted(k, "hybrid", filters, literal))[0]
            return gather(snapshot, question, hits, "{model}@{revision}".format_map(self.index.settings))

    def matches(self, query: str, text: str) -> list[tuple[int, int]]:
        """Spans of the words in `text` that the query also has, in order; diacritics count if the query has any."""
        form = fold if canonical(query) == fold(query) else canonical
        asked = {form(word.form) for word in syllables(query)}
        return [(word.start, word.end) for word in syllables(text) if form(word.form) in asked]

    def _ranked(self, snapshot: Snapshot, queries: Sequence[str], wanted: Wanted) -> list[Hits]:
        if wanted.k < 1:
            raise QuestionError(f"{wanted.k} hits were asked for.", "Ask for at least 1.")
        ready = [self._query(query, snapshot, literal=wanted.literal) for query in queries]
        ranking = Ranking(snapshot, self.index, self._reranker, wanted.mode, self._without)
        return ranking.hits(ready, wanted.k, snapshot.allowed(wanted.filters))

    def _query(self, question: str, snapshot: Snapshot, *, literal: bool) -> Query:
        as_typed: frozenset[Rule] = frozenset(["restoring"] if literal else [])
        return to_query(question, partial(restore, snapshot), self._without | as_typed)
