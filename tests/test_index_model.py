"""An index beside a plain dictionary: any order of changes, by two handles, with damage between, holds the same."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from toy import WORDS, WordEmbedder

import qa
from qa.index import examine

NAMES = st.sampled_from(["a", "b", "c", "d/e", "đ"])
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(lambda words: " ".join(words).capitalize() + ".")
FILES = ("lexical", "dense.faiss", "lexical/qa.json", "lexical/deleted.json", "lexical/meta.json")


class IndexMachine(RuleBasedStateMachine):
    """What an index must do, whoever writes to it and whatever became of its searches."""

    @initialize()
    def create(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "index"
        self.indexes = [qa.Index.create(self.folder, WordEmbedder()), qa.Index.open(self.folder, WordEmbedder())]
        self.model: dict[str, str] = {}

    @rule(new=st.dictionaries(NAMES, TEXTS, min_size=1), by=st.integers(0, 1))
    def upsert(self, new: dict[str, str], by: int) -> None:
        report = self.indexes[by].upsert([qa.Document(*one) for one in new.items()])
        same = {name for name, text in new.items() if self.model.get(name) == text}
        assert set(report.added) == set(new) - set(self.model)
        assert (set(report.unchanged), set(report.updated)) == (same, set(new) & set(self.model) - same)
        self.model |= new

    @rule(names=st.sets(NAMES, min_size=1), by=st.integers(0, 1))
    def delete(self, names: set[str], by: int) -> None:
        try:
            self.indexes[by].delete(sorted(names))
            assert names <= set(self.model)
        except qa.QAError:
            assert not names <= set(self.model)
            return
        self.model = {name: text for name, text in self.model.items() if name not in names}

    @rule(by=st.integers(0, 1))
    def open_again(self, by: int) -> None:
        self.indexes[by] = qa.Index.open(self.folder, WordEmbedder())

    @rule(name=st.sampled_from(FILES), how=st.sampled_from(["remove", "spoil", "empty"]))
    def damage_a_search(self, name: str, how: str) -> None:
        path = self.folder / name
        if not path.exists():
            return
        if how == "remove" or path.is_dir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        else:
            content = bytearray(path.read_bytes()) if how == "spoil" else bytearray()
            if content:
                content[len(content) // 2] ^= 1
            path.write_bytes(content)
        self.indexes = [qa.Index.open(self.folder, WordEmbedder()) for _ in self.indexes]

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        for index in self.indexes:
            assert {one.id: one.text for one in index.documents()} == self.model
            assert index.counts()[0] == len(self.model)
            assert [one.id for one in index.find_documents(limit=9)[0]] == sorted(self.model)
            for word in ("mưa", "cá"):
                hits = qa.Searcher(index, without=["grouping"]).search(word, k=9, mode="lexical", literal=True)
                having = {name for name, text in self.model.items() if word in text.lower().rstrip(".").split()}
                assert {hit.passage.document_id for hit in hits} == having

    def teardown(self) -> None:
        if hasattr(self, "indexes"):
            assert examine(self.indexes[0].folder, WordEmbedder()).is_healthy
            shutil.rmtree(self.place)


TestIndexBesideADictionary = IndexMachine.TestCase
TestIndexBesideADictionary.settings = settings(max_examples=8, stateful_step_count=12)
