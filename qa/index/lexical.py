"""Search an index's passages by BM25 in `lexical/`, a Tantivy index derived from `corpus.db`.

The terms are ours: Tantivy gets them separated by spaces, and only counts them. Beside Tantivy's files are `qa.json`,
with the mark of their generation and the checksum of each, and `deleted.json`. A folder is never changed once written:
the next generation is prepared beside it, with links to the files that stay the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.index.bm25 import Counted, Deleted, WeightedTerm, idf
from qa.index.files import Manifest, checksums, link_files, read_manifest
from qa.index.lexical_draft import DELETED_NAME, LEXICAL_NAME, open_lexical, padded
from qa.index.rows import Keys

if TYPE_CHECKING:
    import tantivy


TERMS_KEPT = 100_000
"""How many document frequencies are cached: a question asks for each several times, and the next may ask again."""
FEW_KEYS = 400
"""Up to this many passages are looked up one by one; a set query visits all keys of the index, which takes longer."""

Scores = NDArray[np.float32]


class LexicalIndex:
    """One generation of the lexical index; later commits do not show in it."""

    def __init__(self, index: tantivy.Index, manifest: Manifest, deleted: Deleted) -> None:
        self._searcher = index.searcher()
        self._schema = index.schema
        self._deleted = deleted
        self._passages = self._searcher.num_docs - manifest.padding
        self._counted = self._searcher.num_docs + len(deleted)
        self._having: dict[tuple[str, str], int] = {}
        self._latest: tuple[tuple[WeightedTerm, ...], tantivy.Query] | None = None
        self.counted = Counted(self._passages, manifest.terms)
        self.mark = manifest.mark

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex | None:
        """Open it; None if it is missing, damaged or being replaced, since it can be made or read again."""
        lexical = folder / LEXICAL_NAME
        try:
            manifest = read_manifest(lexical)
            if manifest.files != checksums(lexical):
                return None
            opened = _opened(lexical, manifest)
            return opened if read_manifest(lexical) == manifest else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def __len__(self) -> int:
        """Return how many passages there are."""
        return self._passages

    def candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """Return the k allowed passages (None: all) of the highest BM25, best first, ties by key."""
        import tantivy

        if not query:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        any_term = self._any_term(query)
        if allowed is not None:
            inside = tantivy.Query.const_score_query(self._one_of(allowed), 0.0)
            any_term = tantivy.Query.boolean_query([(tantivy.Occur.Must, inside), (tantivy.Occur.Must, any_term)])
        hits = self._searcher.search(any_term, k, count=False).hits
        found = self._searcher.fast_field_values("key", [address for _, address in hits])
        keys = np.array(found, dtype=np.int64)
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        order = np.lexsort((keys, -scores))
        return keys[order], scores[order]

    def scores(self, query: Sequence[WeightedTerm], keys: Keys) -> Scores:
        """Return the BM25 of these passages, in their order; 0 for any without a term of the query."""
        found, scores = self.candidates(query, len(keys), keys) if len(keys) else (keys, np.zeros(0))
        by_key = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_key.get(key, 0.0) for key in keys.tolist()], dtype=np.float32)

    def passages_with(self, form: str, term: str) -> int:
        """Return how many passages have the term."""
        having = self._having.get((form, term))
        if having is None:
            if len(self._having) >= TERMS_KEPT:
                self._having.clear()
            having = self._searcher.doc_freq(form, term) - self._deleted.passages_with(form, term)
            self._having[form, term] = having
        return having

    def idf(self, form: str, term: str) -> float:
        """Return BM25's inverse document frequency of the term."""
        return idf(self._passages, self.passages_with(form, term))

    def _correction(self, form: str, term: str) -> float:
        """Return the factor that corrects a term's score for the deleted passages and padding that Tantivy counts."""
        if self._counted == self._passages:
            return 1.0
        having = self.passages_with(form, term)
        if not having:
            return 1.0
        return idf(self._passages, having) / idf(self._counted, having + self._deleted.passages_with(form, term))

    def _any_term(self, query: Sequence[WeightedTerm]) -> tantivy.Query:
        """Return the query in Tantivy's form.

        The latest is kept, since both candidates and scores are asked for with it.
        """
        latest, asked = self._latest, tuple(query)
        if latest is None or latest[0] != asked:
            latest = self._latest = (asked, self._made(asked))
        return latest[1]

    def _made(self, query: Sequence[WeightedTerm]) -> tantivy.Query:
        import tantivy

        clauses = []
        for form, term, weight in query:
            one = tantivy.Query.term_query(self._schema, form, term, index_option="freq")
            right = weight * self._correction(form, term)
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(one, right)))
        return tantivy.Query.boolean_query(clauses)

    def _one_of(self, keys: Keys) -> tantivy.Query:
        import tantivy

        if len(keys) > FEW_KEYS:
            return tantivy.Query.term_set_query(self._schema, "key", keys.tolist())
        each = (tantivy.Query.term_query(self._schema, "key", key, index_option="basic") for key in keys.tolist())
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each])


def load_among(folder: Path, mark: str, of_all: Counted) -> LexicalIndex | None:
    """Open the generation with this mark so that it scores its passages as if they were among `of_all`.

    Returns None if it is being replaced, or if padding cannot be added beside links to its files.
    """
    lexical = folder / LEXICAL_NAME
    try:
        manifest, deleted = read_manifest(lexical), Deleted.load(lexical / DELETED_NAME)
        with tempfile.TemporaryDirectory() as elsewhere:
            link_files(lexical, Path(elsewhere))
            made = padded(Path(elsewhere), manifest, deleted, of_all)
            opened = LexicalIndex(open_lexical(Path(elsewhere)), *made)
        return opened if manifest.mark == mark and read_manifest(lexical) == manifest else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _opened(lexical: Path, manifest: Manifest) -> LexicalIndex:
    """Open the folder, or links to it elsewhere if it is read-only: Tantivy creates a lock file even to read."""
    deleted = Deleted.load(lexical / DELETED_NAME)
    if os.access(lexical, os.W_OK):
        return LexicalIndex(open_lexical(lexical), manifest, deleted)
    with tempfile.TemporaryDirectory() as elsewhere:
        link_files(lexical, Path(elsewhere))
        return LexicalIndex(open_lexical(Path(elsewhere)), manifest, deleted)
