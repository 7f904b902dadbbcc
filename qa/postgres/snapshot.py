"""Search one generation of an index in PostgreSQL: candidates by pgvector, scores by our own weights.

Filters are conditions in SQL. While there are few passages, of all or of those that pass the filters, each is compared;
among many, HNSW finds candidates. All candidates are scored exactly, here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.index import Counted, Filters, WeightedTerm, idf
from qa.index.rows import Keys, to_keys
from qa.passages import Passage
from qa.postgres.bm25 import StoredCounts, exact_scores, sparse_text
from qa.postgres.rows import PASSAGE, Allowed, halfvec, to_passage
from qa.postgres.searches import EXACT_UP_TO, MOST_EFFORT, SEARCHES, Search, missing_searches
from qa.text import fold

if TYPE_CHECKING:
    import psycopg

Scores = NDArray[np.float32]

MORE = 20
"""Extra candidates, since pgvector's scores are not quite ours: one in five, and at least this many."""
TERMS_KEPT = 200_000


class Facts:
    """What is known about one generation: counts, languages, and the document frequencies of terms asked for so far."""

    def __init__(self, generation: int, counted: Counted, languages: Mapping[str, int], *, has_hnsw: bool) -> None:
        self.generation = generation
        self.counted = counted
        self.languages = languages
        self.has_hnsw = has_hnsw
        self.terms: dict[str, dict[tuple[bool, str], tuple[int, int]]] = {}
        """By bare form (without diacritics), each term that has it: (id, number of passages with it)."""

    @classmethod
    def read(cls, connection: psycopg.Connection, known: Facts | None) -> Facts:
        """Return the facts of the newest generation; the known ones, if they are of it."""
        row = connection.execute("SELECT generation, passages, written, folded FROM state").fetchone()
        assert row is not None
        if known is not None and known.generation == row[0]:
            return known
        languages = connection.execute(
            "SELECT language, count(*) FROM document WHERE language IS NOT NULL GROUP BY language"
        ).fetchall()
        has_hnsw = row[1] > EXACT_UP_TO and not missing_searches(connection)
        counted = Counted(row[1], {"written": row[2], "folded": row[3]})
        return cls(row[0], counted, dict(languages), has_hnsw=has_hnsw)


class Snapshot:
    """Candidates, scores and texts within one transaction."""

    def __init__(self, connection: psycopg.Connection, facts: Facts) -> None:
        self._connection = connection
        self._facts = facts
        self._vectors: dict[int, NDArray[np.float16]] = {}
        self._counts: dict[int, StoredCounts] = {}
        self._passages: dict[int, Passage] = {}
        self._effort = 0

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self._facts.generation

    @property
    def counted(self) -> Counted:
        """The number of passages, and of their terms by form, whoever may see them."""
        return self._facts.counted

    @property
    def scored_among(self) -> Counted:
        """The counts whose average lengths BM25 uses: its own."""
        return self._facts.counted

    @property
    def languages(self) -> Mapping[str, int]:
        """The number of documents in each language; those of unknown language are left out."""
        return self._facts.languages

    @property
    def dense_recall(self) -> float:
        """The share of the nearest passages that HNSW found when it was made; 1 if all are compared."""
        if not self._facts.has_hnsw:
            return 1.0
        row = self._connection.execute("SELECT value FROM setting WHERE name = 'dense_recall'").fetchone()
        return float(row[0]) if row else 0.0

    def __len__(self) -> int:
        """Return how many passages there are, whoever may see them."""
        return self._facts.counted.passages

    def among(self, of_all: Counted) -> Snapshot:  # noqa: ARG002  # as the protocol has it
        """Return the snapshot unchanged: what it stores depends on its own average lengths."""
        return self

    def allowed(self, filters: Filters | None) -> Allowed | None:
        """Return the passages that pass the filters, None when there are no filters."""
        return Allowed(self._connection, filters) if filters else None

    def lexical_candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Any) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest BM25, best first, with their scores."""
        weights = self._weights(query)
        if not weights:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        order = "l.sparse <#> %(query)s::sparsevec"
        columns = "l.key, l.terms, l.written, l.folded"
        rows = self._nearest(SEARCHES["lexical_sparse"], columns, order, {"query": sparse_text(weights)}, k, allowed)
        self._counts |= {row[0]: (bytes(row[1]), row[2], row[3]) for row in rows}
        return _best(to_keys(rows), self.lexical_scores(query, to_keys(rows)), k, least=0.0)

    def dense_candidates(self, vector: Scores, k: int, allowed: Any) -> tuple[Keys, Scores]:
        """Return the k allowed passages of the highest cosine, best first, with their scores."""
        text = json.dumps(vector.astype(float).tolist())
        order = "l.dense <#> %(query)s::halfvec"
        columns, search = "l.key, halfvec_send(l.dense)", SEARCHES["passage_dense"]
        rows = self._nearest(search, columns, order, {"query": text}, k, allowed)
        self._vectors |= {row[0]: halfvec(row[1]) for row in rows}
        return _best(to_keys(rows), self.dense_scores(vector, to_keys(rows)), k, least=-np.inf)

    def _nearest(
        self, search: Search, columns: str, order: str, values: dict[str, Any], k: int, allowed: Allowed | None
    ) -> list[Any]:
        """Return the likeliest rows of a search's table `l`, unordered and a few more than k."""
        table, values = f"{search.table} l", {**values, "k": k + k // 5 + MORE}
        if allowed is not None:
            values |= allowed.values
        if allowed is None:
            best = f"SELECT l.key FROM {table} ORDER BY {order} LIMIT %(k)s"
        elif not self._facts.has_hnsw or allowed.are_few:
            some = f"SELECT l.key, {order} AS distance FROM {table} WHERE l.key IN (SELECT p.key {allowed.passages})"
            best = (
                f"SELECT key FROM (WITH c AS MATERIALIZED ({some}) SELECT * FROM c ORDER BY distance LIMIT %(k)s) AS b"
            )
        else:
            joined = f"{table} JOIN passage p ON p.key = l.key JOIN document d ON d.key = p.document_key"
            best = f"SELECT l.key FROM {joined} WHERE {allowed.condition} ORDER BY {order} LIMIT %(k)s"
        # The columns are read for the best only, not for all that are compared.
        query = f"SELECT {columns} FROM {table} WHERE l.key IN ({best})"
        self._set_effort(min(max(search.effort, values["k"]), MOST_EFFORT))
        return self._connection.execute(query.encode(), values, binary=True).fetchall()

    def _set_effort(self, effort: int) -> None:
        if self._facts.has_hnsw and effort != self._effort:
            self._effort = effort
            self._connection.execute(
                f"""SET LOCAL hnsw.ef_search = {effort}; SET LOCAL hnsw.iterative_scan = relaxed_order;
                SET LOCAL enable_seqscan = off""".encode()
            )

    def lexical_scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """Return the BM25 of these passages, in their order."""
        return exact_scores(self._counts_of(keys), self._weights(query), self.counted.lengths)

    def lexical_scores_among(self, query: Sequence[WeightedTerm], keys: Keys, lengths: Mapping[str, float]) -> Scores:
        """Return the BM25 of these passages among more passages, with rarity given by the weights."""
        return exact_scores(self._counts_of(keys), self._weights(query, rare=True), lengths)

    def _counts_of(self, keys: Keys) -> list[StoredCounts]:
        missing = [key for key in keys.tolist() if key not in self._counts]
        if missing:
            some = "SELECT key, terms, written, folded FROM lexical WHERE key = ANY (%s)"
            rows = self._connection.execute(some, (missing,), binary=True).fetchall()
            self._counts |= {row[0]: (bytes(row[1]), row[2], row[3]) for row in rows}
        return [self._counts[key] for key in keys.tolist()]

    def dense_scores(self, vector: Scores, keys: Keys) -> Scores:
        """Return the cosines of these passages, in their order."""
        missing = [key for key in keys.tolist() if key not in self._vectors]
        if missing:
            some = "SELECT key, halfvec_send(dense) FROM passage WHERE key = ANY (%s)"
            rows = self._connection.execute(some, (missing,), binary=True).fetchall()
            self._vectors |= {row[0]: halfvec(row[1]) for row in rows}
        if not len(keys):
            return np.zeros(0, dtype=np.float32)
        found: Scores = np.stack([self._vectors[key] for key in keys.tolist()]).astype(np.float32) @ vector
        return found

    def tokens(self, keys: Keys) -> None:
        """Return None: only vectors are stored."""

    def _weights(self, query: Sequence[WeightedTerm], *, rare: bool = False) -> dict[int, float]:
        """Return the weight of each of a query's terms by term id, idf included; terms in no passage are left out.

        Weights of `rare` terms already include it.
        """
        self._look_up({fold(one.term) for one in query})
        weights: dict[int, float] = {}
        for form, term, weight in query:
            key, having = self._term(form, term)
            if having:
                weights[key] = weights.get(key, 0.0) + weight * (1.0 if rare else idf(len(self), having))
        return weights

    def passages_with(self, form: str, term: str) -> int:
        """Return how many passages have a term in this form, `written` or `folded`."""
        self._look_up({fold(term)})
        return self._term(form, term)[1]

    def idf(self, form: str, terms: Sequence[str]) -> list[float]:
        """Return each term's rarity among the passages: BM25's inverse document frequency."""
        self._look_up({fold(term) for term in terms})
        return [idf(len(self), self._term(form, term)[1]) for term in terms]

    def _term(self, form: str, term: str) -> tuple[int, int]:
        return self._facts.terms.get(fold(term), {}).get((form == "folded", term), (0, 0))

    def _look_up(self, bare: set[str]) -> None:
        """Look up all terms with these bare forms: whoever asks for one of them soon asks for the others."""
        known = self._facts.terms
        missing = bare - known.keys()
        if not missing:
            return
        if len(known) > TERMS_KEPT:
            known = self._facts.terms = {one: known[one] for one in bare if one in known}
        found: dict[str, dict[tuple[bool, str], tuple[int, int]]] = {one: {} for one in missing}
        query = "SELECT bare, is_folded, term, id, passages FROM term WHERE bare = ANY (%s)"
        for form, is_folded, term, key, passages in self._connection.execute(query, (list(missing),)).fetchall():
            found[form][is_folded, term] = (key, passages)
        known |= found

    def passages(self, keys: Keys) -> list[Passage]:
        """Return the passages in the order of their keys."""
        wanted = keys.tolist()
        missing = [key for key in wanted if key not in self._passages]
        if missing:
            rows = self._connection.execute(f"{PASSAGE} WHERE p.key = ANY (%s)".encode(), (missing,)).fetchall()
            self._passages |= {row[0]: to_passage(row[1:]) for row in rows}
        return [self._passages[key] for key in wanted]

    def metadata(self, document_ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
        """Return the details of documents, by id; unknown ids are left out."""
        query = "SELECT id, metadata FROM document WHERE id = ANY (%s)"
        return dict(self._connection.execute(query, (list(document_ids),)).fetchall())

    def neighbours(self, passages: Sequence[Passage]) -> dict[str, list[Passage]]:
        """Return the passages before and after each in its document, by its id."""
        wanted = {(one.document_id, at) for one in passages for at in (one.ordinal - 1, one.ordinal + 1)}
        asked = ([name for name, _ in wanted], [at for _, at in wanted])
        query = f"{PASSAGE} JOIN unnest(%s::text[], %s::int[]) AS w (id, at) ON w.id = d.id AND w.at = p.ordinal"
        rows = self._connection.execute(query.encode(), asked).fetchall()
        found = {(one.document_id, one.ordinal): one for one in (to_passage(row[1:]) for row in rows)}
        return {
            one.id: [found[at] for step in (-1, 1) if (at := (one.document_id, one.ordinal + step)) in found]
            for one in passages
        }


def _best(keys: Keys, scores: Scores, k: int, *, least: float) -> tuple[Keys, Scores]:
    """Sort by descending score, then by key; drop scores not above the least."""
    order = np.lexsort((keys, -scores))
    order = order[scores[order] > least][:k]
    return keys[order], scores[order]
