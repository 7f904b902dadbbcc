"""The handle on one index for asking: `Searcher` finds passages and ranks them as `Hits`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from qa.embedding import Embedder, LateInteraction, Reranker
from qa.errors import QuestionError
from qa.index import Filters, Index, Snapshot
from qa.retrieval.absent import absent_words, index_term
from qa.retrieval.hits import Hits
from qa.retrieval.query import Query, to_query
from qa.retrieval.ranking import MODES, Mode, Ranking
from qa.retrieval.restoring import restore
from qa.retrieval.rules import RULES, Rule
from qa.text import canonical, common_spelling, fold, syllables


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
        """Opens the index with the embedder that it was built with; raises what `Index.open` raises."""
        return cls(Index.open(path, embedder, offline=offline), reranker=reranker)

    def search(
        self, query: str, *, k: int = 10, mode: Mode = "hybrid", filters: Filters | None = None, literal: bool = False
    ) -> Hits:
        """The best k passages, best first; raises `QuestionError` for a query that cannot be searched for.

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
        """The hits of each query, in their order, all from one generation of the index."""
        if mode not in MODES:
            raise QuestionError(f"There is no mode {mode!r}.", f"Use one of: {', '.join(MODES)}.")
        if k < 1:
            raise QuestionError(f"{k} hits were asked for.", "Ask for at least 1.")
        with self.index.reading() as snapshot:
            ready = [self._query(query, snapshot, literal=literal) for query in queries]
            ranking = Ranking(snapshot, self.index, self._reranker, mode, self._without)
            return ranking.hits(ready, k, snapshot.allowed(filters))

    def restored(self, query: str) -> str | None:
        """The query with diacritics put back, None where it is searched for as it was typed."""
        with self.index.reading() as snapshot:
            return self._query(query, snapshot, literal=False).restored

    def cosines(self, query: str, texts: Sequence[str]) -> list[float]:
        """How near the meaning of each text is to that of the query, which is taken as it is typed."""
        embedder = self.index.embedder
        spelled = [common_spelling(text) for text in texts]
        found: list[float] = (
            embedder.embed_passages(spelled) @ embedder.embed_queries([common_spelling(query)])[0]
        ).tolist()
        return found

    def closeness(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each word of the query is met in each text, by late interaction; cosines without that."""
        embedder = self.index.embedder
        if not isinstance(embedder, LateInteraction):
            return self.cosines(query, texts)
        spelled = [common_spelling(text) for text in texts]
        found: list[float] = embedder.late_interaction(common_spelling(query), spelled).tolist()
        return found

    def rarities(self, terms: Sequence[str]) -> dict[str, float]:
        """How rare each folded term is among all passages; no lower than that of a term that none has."""
        with self.index.reading() as snapshot:
            return dict(zip(terms, snapshot.rarities("folded", [index_term(term) for term in terms]), strict=True))

    def absent(self, text: str) -> list[str]:
        """The words of a text that no passage has in any diacritics."""
        with self.index.reading() as snapshot:
            return absent_words(snapshot, text)

    def is_across_languages(self, query: str) -> bool:
        """Whether the query's language, where it is known, is not that of most documents."""
        with self.index.reading() as snapshot:
            return self._query(query, snapshot, literal=True).is_across(snapshot.languages)

    def matches(self, query: str, text: str) -> list[tuple[int, int]]:
        """Spans of the words in `text` that the query also has, in order; diacritics count if the query has any."""
        form = fold if canonical(query) == fold(query) else canonical
        asked = {form(word.form) for word in syllables(query)}
        return [(word.start, word.end) for word in syllables(text) if form(word.form) in asked]

    def _query(self, question: str, snapshot: Snapshot, *, literal: bool) -> Query:
        as_typed: frozenset[Rule] = frozenset(["restoring"] if literal else [])
        return to_query(question, partial(restore, snapshot), self._without | as_typed)
