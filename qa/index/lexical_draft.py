"""Prepare the next generation of `lexical/` beside the current one, from passages as they come.

A folder is never changed once written: the draft beside it has links to the files that stay the same. Knows how Tantivy
writes and counts; does not know how anything is searched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.index.bm25 import FORMS, Counted, Deleted, Terms, count_terms, explained, with_terms
from qa.index.files import Manifest, copy_files, empty_beside, read_manifest, write_manifest
from qa.index.rows import StoredPassage

if TYPE_CHECKING:
    import tantivy

LEXICAL_NAME = "lexical"
DELETED_NAME = "deleted.json"
ANALYZER = "given_terms"
BUILD_BYTES, CHANGE_BYTES = 256_000_000, 32_000_000
PADDING = "\0"  # no text has such a term

REBUILD_UP_TO = 200
"""An index of fewer passages is rebuilt rather than changed, which takes no longer."""
DELETED_UP_TO = 2_000
"""With more deleted passages than this, or than a quarter of the living ones, an index is rebuilt."""


class LexicalDraft:
    """A draft that starts empty or from the current generation; passages are added, then it is finished.

    Passages that do not fit in memory become a segment of their own.
    """

    def __init__(self, folder: Path, *, empty: bool) -> None:
        self.keys: list[int] = []
        self._draft = empty_beside(folder / LEXICAL_NAME)
        self._before = Manifest("", {}, dict.fromkeys(FORMS, 0), 0)
        self._deleted = Deleted()
        if empty:
            _create(self._draft)
        else:
            self._before = read_manifest(folder / LEXICAL_NAME)
            self._deleted = Deleted.load(folder / LEXICAL_NAME / DELETED_NAME)
            copy_files(folder / LEXICAL_NAME, self._draft)
        self._index = open_lexical(self._draft)
        self._writer = self._index.writer(BUILD_BYTES if empty else CHANGE_BYTES, 1)
        self._terms = dict(self._before.terms)

    def add(self, passages: Iterable[tuple[int, Terms]]) -> None:
        """Add passages, by key, with their terms."""
        import tantivy

        for key, terms in passages:
            document = tantivy.Document()
            document.add_unsigned("key", key)
            for form, of_form in terms.items():
                document.add_text(form, of_form)
                self._terms[form] += count_terms(of_form)
            self._writer.add_document(document)
            self.keys.append(key)

    def may_lose(self, removed: int) -> bool:
        """Return whether this many passages may be removed; if not, a rebuild is better."""
        before = self._index.searcher().num_docs - self._before.padding
        living = before - removed
        many = len(self._deleted) + removed > min(living // 4, DELETED_UP_TO)
        return not removed or not (living < REBUILD_UP_TO or many or self._before.padding > living // 4)

    def finish(self, removed: Sequence[StoredPassage], mark: str) -> None:
        """Remove passages of the previous generation, and record the mark of the new one."""
        import tantivy

        gone = dict(map(with_terms, removed))
        if gone:
            of_these = tantivy.Query.term_set_query(self._index.schema, "key", list(gone))
            self._writer.delete_documents_by_query(of_these)
        self._writer.commit()
        self._writer.wait_merging_threads()
        for form in FORMS:
            self._terms[form] -= sum(count_terms(terms[form]) for terms in gone.values())
        manifest = self._before._replace(mark=mark, terms=self._terms)
        manifest, deleted = padded(self._draft, manifest, Deleted({**self._deleted.passages, **gone}))
        deleted.save(self._draft / DELETED_NAME)
        write_manifest(self._draft, manifest)


def build_lexical(folder: Path, passages: Iterable[tuple[int, Terms]], mark: str) -> None:
    """Prepare a new index of all passages, by key with their terms, for the generation with this mark."""
    draft = LexicalDraft(folder, empty=True)
    draft.add(passages)
    draft.finish([], mark)


def change_lexical(
    folder: Path, added: Iterable[tuple[int, Terms]], removed: Sequence[StoredPassage], mark: str
) -> bool:
    """Prepare a changed copy of the current index; return False if a rebuild is better."""
    draft = LexicalDraft(folder, empty=False)
    if not draft.may_lose(len(removed)):
        return False
    draft.add(added)
    draft.finish(removed, mark)
    return True


def padded(
    draft: Path, manifest: Manifest, deleted: Deleted, of_all: Counted | None = None
) -> tuple[Manifest, Deleted]:
    """Add padding until the average lengths are those of the living passages, or those `of_all` of several indexes.

    Each commit may merge segments, after which Tantivy no longer counts their deleted passages.
    """
    if of_all is None and not deleted.passages and not manifest.padding:
        return manifest, deleted
    while True:
        searcher = open_lexical(draft).searcher()
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
    """Return what Tantivy counts, with deleted passages and padding, from its explanation of a padding's score."""
    import tantivy

    index = open_lexical(draft)
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

    writer = open_lexical(draft).writer(CHANGE_BYTES, 1)
    full, empty = tantivy.Document(), tantivy.Document()
    for form in FORMS:
        full.add_text(form, " ".join([PADDING] * int(added.terms[form])))
        empty.add_text(form, "")
    writer.add_document(full)
    for _ in range(added.passages - 1):
        writer.add_document(empty)
    writer.commit()
    writer.wait_merging_threads()


def _create(draft: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for form in FORMS:
        builder.add_text_field(form, tokenizer_name=ANALYZER, index_option="freq")
    tantivy.Index(builder.build(), path=str(draft))


def open_lexical(lexical: Path) -> tantivy.Index:
    """Open a Tantivy index, which does not follow later commits."""
    import tantivy

    index = tantivy.Index.open(str(lexical))
    index.config_reader("manual")
    index.register_tokenizer(ANALYZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index
