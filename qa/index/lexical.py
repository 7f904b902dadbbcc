"""`lexical/`: a Tantivy index of an index's passages, searched by BM25. Derived from `corpus.db`.

The terms are ours: Tantivy is handed them ready, separated by spaces, and only counts them. Beside Tantivy's files
stands `qa.json` with the mark of the generation that they reflect and the checksum of each.
"""

from __future__ import annotations

import json
import math
import shutil
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.files import replace_file
from qa.index.rows import Keys, StoredPassage
from qa.text import folded_terms, terms

if TYPE_CHECKING:
    import tantivy

LEXICAL_NAME = "lexical"
MANIFEST_NAME = "qa.json"
ANALYZER = "given_terms"
WRITER_BYTES = 64_000_000


Scores = NDArray[np.float32]


class WeightedTerm(NamedTuple):
    """A term of a query: in which form it is looked up (`written` or `folded`) and how much it counts."""

    form: str
    term: str
    weight: float


class LexicalIndex:
    """One generation of the lexical index, pinned: later commits do not show in it."""

    def __init__(self, index: tantivy.Index, mark: str) -> None:
        self._searcher = index.searcher()
        self._schema = index.schema
        self.mark = mark

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex | None:
        """Opens it; None when it is missing, damaged, or being replaced, since it can be made or read again."""
        lexical = folder / LEXICAL_NAME
        try:
            manifest = _read_manifest(lexical)
            if manifest["files"] != _checksums(lexical):
                return None
            opened = cls(_open(lexical), manifest["mark"])
            return opened if _read_manifest(lexical) == manifest else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def __len__(self) -> int:
        """How many passages there are."""
        return self._searcher.num_docs

    def candidates(self, query: Sequence[WeightedTerm], k: int, allowed: Keys | None) -> tuple[Keys, Scores]:
        """The k passages of the highest BM25 among the allowed (None: all), best first, then by key."""
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
        """The BM25 of these passages, in their order; 0 for one that shares no term with the query."""
        found, scores = self.candidates(query, len(keys), keys) if len(keys) else (keys, np.zeros(0))
        by_key = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_key.get(key, 0.0) for key in keys.tolist()], dtype=np.float32)

    def passages_with(self, form: str, term: str) -> int:
        """How many passages have the term."""
        return self._searcher.doc_freq(form, term)

    def rarity(self, form: str, term: str) -> float:
        """BM25's inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5))."""
        passages, having = len(self), self.passages_with(form, term)
        return math.log(1 + (passages - having + 0.5) / (having + 0.5))

    def _any_term(self, query: Sequence[WeightedTerm]) -> tantivy.Query:
        import tantivy

        clauses = []
        for form, term, weight in query:
            one = tantivy.Query.term_query(self._schema, form, term, index_option="freq")
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(one, weight)))
        return tantivy.Query.boolean_query(clauses)

    def _one_of(self, keys: Keys) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_set_query(self._schema, "key", keys.tolist())


def write_lexical(folder: Path, passages: Iterable[StoredPassage], removed: Keys, mark: str) -> None:
    """Adds and removes passages in one commit, as of the generation of this mark."""
    import tantivy

    lexical = folder / LEXICAL_NAME
    index = _open(lexical)
    writer = index.writer(WRITER_BYTES, 1)
    if len(removed):
        writer.delete_documents_by_query(tantivy.Query.term_set_query(index.schema, "key", removed.tolist()))
    for key, text in passages:
        document = tantivy.Document()
        document.add_unsigned("key", key)
        document.add_text("written", " ".join(terms(text)))
        document.add_text("folded", " ".join(folded_terms(text)))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    manifest = {"mark": mark, "files": _checksums(lexical)}
    replace_file(lexical / MANIFEST_NAME, json.dumps(manifest).encode())


def clear_lexical(folder: Path) -> None:
    """Starts again from an empty lexical index, of no generation until it is written."""
    import tantivy

    lexical = folder / LEXICAL_NAME
    if lexical.is_file() or lexical.is_symlink():
        lexical.unlink()
    shutil.rmtree(lexical, ignore_errors=True)
    lexical.mkdir()
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for form in ("written", "folded"):
        builder.add_text_field(form, tokenizer_name=ANALYZER, index_option="freq")
    tantivy.Index(builder.build(), path=str(lexical))


def _open(lexical: Path) -> tantivy.Index:
    import tantivy

    index = tantivy.Index.open(str(lexical))
    index.config_reader("manual")
    index.register_tokenizer(ANALYZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def _read_manifest(lexical: Path) -> Mapping[str, Any]:
    manifest: Mapping[str, Any] = json.loads((lexical / MANIFEST_NAME).read_bytes())
    return manifest


def _checksums(lexical: Path) -> dict[str, int]:
    """Of each file that Tantivy reads; a reader that opened a damaged one would panic rather than fail."""
    named = [path for path in lexical.iterdir() if not path.name.startswith(".") and path.name != MANIFEST_NAME]
    return {path.name: zlib.crc32(path.read_bytes()) for path in sorted(named) if path.is_file()}
