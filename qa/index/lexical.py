"""`lexical/`: a Tantivy index of an index's passages, searched by BM25. Derived from `corpus.db`.

The terms are ours: Tantivy is handed them ready, separated by spaces, and only counts them. Beside Tantivy's files
stand `qa.json`, with the mark of the generation that they reflect and the checksum of each, and `deleted.json`. A
folder once written is never changed: the next generation is made ready beside it, of links to the files that stay.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.index.bm25 import FORMS, Counted, Deleted, Terms, WeightedTerm, count_terms, explained, idf, with_terms
from qa.index.files import Manifest, checksums, copy_files, empty_beside, link_files, read_manifest, write_manifest
from qa.index.rows import Keys, StoredPassage

if TYPE_CHECKING:
    import tantivy

LEXICAL_NAME = "lexical"
DELETED_NAME = "deleted.json"
ANALYZER = "given_terms"
BUILD_BYTES, CHANGE_BYTES = 256_000_000, 32_000_000
PADDING = "\0"  # no text has such a term

REBUILD_UP_TO = 200
"""An index of fewer passages is built anew rather than changed, which takes no longer."""
DELETED_UP_TO = 2_000
"""With more deleted passages, or with a quarter of the living ones, it is built anew."""
TERMS_KEPT = 100_000
"""How many passages have a term is asked for several times by each question, and again by the next."""
FEW_KEYS = 400
"""So many passages are looked up one by one; a set goes over all keys of the index, which takes longer."""

Scores = NDArray[np.float32]


class LexicalIndex:
    """One generation of the lexical index, pinned: later commits do not show in it."""

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
        """Open it; None when it is missing, damaged, or being replaced, since it can be made or read again."""
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
        """Return the k passages of the highest BM25 among the allowed (None: all), best first, then by key."""
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
        """Return the BM25 of these passages, in their order; 0 for one that shares no term with the query."""
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

    def _counted_right(self, form: str, term: str) -> float:
        """Return what the score of the term must be multiplied by since Tantivy counts deleted passages and padding."""
        if self._counted == self._passages:
            return 1.0
        having = self.passages_with(form, term)
        if not having:
            return 1.0
        return idf(self._passages, having) / idf(self._counted, having + self._deleted.passages_with(form, term))

    def _any_term(self, query: Sequence[WeightedTerm]) -> tantivy.Query:
        """Return the query as Tantivy has it.

        The latest is kept, since candidates and then scores are asked for with it.
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
            right = weight * self._counted_right(form, term)
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(one, right)))
        return tantivy.Query.boolean_query(clauses)

    def _one_of(self, keys: Keys) -> tantivy.Query:
        import tantivy

        if len(keys) > FEW_KEYS:
            return tantivy.Query.term_set_query(self._schema, "key", keys.tolist())
        each = (tantivy.Query.term_query(self._schema, "key", key, index_option="basic") for key in keys.tolist())
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each])


def load_among(folder: Path, mark: str, of_all: Counted) -> LexicalIndex | None:
    """Open the generation of this mark so that it scores its passages as they are scored among `of_all`.

    None where it is being replaced, or padding cannot be put beside links to its files.
    """
    lexical = folder / LEXICAL_NAME
    try:
        manifest, deleted = read_manifest(lexical), Deleted.load(lexical / DELETED_NAME)
        with tempfile.TemporaryDirectory() as elsewhere:
            link_files(lexical, Path(elsewhere))
            made = _padded(Path(elsewhere), manifest, deleted, of_all)
            opened = LexicalIndex(_open(Path(elsewhere)), *made)
        return opened if manifest.mark == mark and read_manifest(lexical) == manifest else None
    except (OSError, ValueError, LookupError, TypeError):
        return None


def build_lexical(folder: Path, passages: Iterable[tuple[int, Terms]], mark: str) -> None:
    """Make a new one ready beside, of all passages by key with their terms, as of the generation of this mark."""
    import tantivy

    draft = empty_beside(folder / LEXICAL_NAME)
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for form in FORMS:
        builder.add_text_field(form, tokenizer_name=ANALYZER, index_option="freq")
    tantivy.Index(builder.build(), path=str(draft))
    terms = _commit(draft, passages, [], BUILD_BYTES)
    Deleted().save(draft / DELETED_NAME)
    write_manifest(draft, Manifest(mark, {}, terms, 0))


def change_lexical(
    folder: Path, added: Iterable[tuple[int, Terms]], removed: Sequence[StoredPassage], mark: str
) -> bool:
    """Make one ready beside that differs from the one that is there; False where it is better built anew."""
    lexical = folder / LEXICAL_NAME
    before, deleted = read_manifest(lexical), Deleted.load(lexical / DELETED_NAME)
    living = _open(lexical).searcher().num_docs - before.padding - len(removed)
    many = len(deleted) + len(removed) > min(living // 4, DELETED_UP_TO)
    if removed and (living < REBUILD_UP_TO or many or before.padding > living // 4):
        return False
    draft = empty_beside(folder / LEXICAL_NAME)
    copy_files(lexical, draft)
    gone = dict(map(with_terms, removed))
    new = _commit(draft, added, list(gone), CHANGE_BYTES)
    old = {form: sum(count_terms(terms[form]) for terms in gone.values()) for form in FORMS}
    terms = {form: before.terms[form] + new[form] - old[form] for form in FORMS}
    manifest = Manifest(mark, before.files, terms, before.padding)
    manifest, deleted = _padded(draft, manifest, Deleted({**deleted.passages, **gone}))
    deleted.save(draft / DELETED_NAME)
    write_manifest(draft, manifest)
    return True


def _commit(draft: Path, added: Iterable[tuple[int, Terms]], removed: Sequence[int], memory: int) -> dict[str, int]:
    """Add and remove passages in one commit; return how many terms were added of each form.

    What does not fit in the memory, in bytes, becomes a segment of its own.
    """
    import tantivy

    index = _open(draft)
    writer = index.writer(memory, 1)
    if removed:
        writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "key", removed))
    lengths = dict.fromkeys(FORMS, 0)
    for key, terms in added:
        document = tantivy.Document()
        document.add_unsigned("key", key)
        for form, of_form in terms.items():
            document.add_text(form, of_form)
            lengths[form] += count_terms(of_form)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return lengths


def _padded(
    draft: Path, manifest: Manifest, deleted: Deleted, of_all: Counted | None = None
) -> tuple[Manifest, Deleted]:
    """Add padding until the average lengths are those of the living, or `of_all` passages of several indexes.

    Each commit may merge segments, and so take deleted passages out of what is counted.
    """
    if of_all is None and not deleted.passages and not manifest.padding:
        return manifest, deleted
    while True:
        searcher = _open(draft).searcher()
        deleted = deleted.still(key for key in deleted.passages if searcher.doc_freq("key", key))
        living = Counted(searcher.num_docs - manifest.padding, manifest.terms)
        counted = living if not deleted.passages else None
        if manifest.padding:
            counted = _counted(draft, searcher.num_docs + len(deleted))
        more = living.missing_padding(counted, of_all)
        if more is None:
            return manifest, deleted
        _pad(draft, more)
        manifest = manifest._replace(padding=manifest.padding + more.passages)


def _counted(draft: Path, passages: int) -> Counted:
    """Return what Tantivy counts, deleted passages and padding included, as it explains the score of some padding."""
    import tantivy

    index = _open(draft)
    searcher = index.searcher()
    terms: dict[str, float] = {}
    for form in FORMS:
        query = tantivy.Query.term_query(index.schema, form, PADDING, index_option="freq")
        address = searcher.search(query, 1, count=False).hits[0][1]
        average = explained(json.loads(query.explain(searcher, address).to_json()), "avgdl")
        terms[form] = average * passages
    return Counted(passages, terms)


def _pad(draft: Path, added: Counted) -> None:
    import tantivy

    writer = _open(draft).writer(CHANGE_BYTES, 1)
    full, empty = tantivy.Document(), tantivy.Document()
    for form in FORMS:
        full.add_text(form, " ".join([PADDING] * int(added.terms[form])))
        empty.add_text(form, "")
    writer.add_document(full)
    for _ in range(added.passages - 1):
        writer.add_document(empty)
    writer.commit()
    writer.wait_merging_threads()


def _open(lexical: Path) -> tantivy.Index:
    import tantivy

    index = tantivy.Index.open(str(lexical))
    index.config_reader("manual")
    index.register_tokenizer(ANALYZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def _opened(lexical: Path, manifest: Manifest) -> LexicalIndex:
    """Tantivy makes a file for its lock even to read; where it may not, it is shown links to the files elsewhere."""
    deleted = Deleted.load(lexical / DELETED_NAME)
    if os.access(lexical, os.W_OK):
        return LexicalIndex(_open(lexical), manifest, deleted)
    with tempfile.TemporaryDirectory() as elsewhere:
        link_files(lexical, Path(elsewhere))
        return LexicalIndex(_open(Path(elsewhere)), manifest, deleted)
