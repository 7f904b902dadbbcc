"""An index of the bundled model: tokens are stored in the place of vectors, and searched by the vectors they make."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import qa
from qa.embedding import BundledEmbedder, Embedder, EmbedderSettings
from qa.errors import IndexMismatchError
from qa.index import examine, move, repair
from qa.passages import search_text
from qa.retrieval.snapshots import KEY_BITS, Snapshots
from qa.text import common_spelling

DOCUMENTS = [
    qa.Document("party", "Cả nước có hơn 5,2 triệu đảng viên.", "Đảng viên"),
    qa.Document("rain", "Mưa to kéo dài ở miền núi phía Bắc, nước sông dâng cao."),
    qa.Document("signs", "☃"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    index = qa.Index.create(tmp_path / "index")
    index.upsert(DOCUMENTS)
    return tmp_path / "index"


def stored(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        return [row[0] for row in connection.execute("SELECT vector FROM embedding ORDER BY key")]


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute(statement)


def texts() -> list[str]:
    return [common_spelling(search_text(one.title, one.text)) for one in DOCUMENTS]


def test_tokens_are_stored_and_scores_are_those_of_the_model(folder: Path) -> None:
    embedder = BundledEmbedder()
    assert stored(folder) == embedder.tokens(texts())
    assert sum(map(len, stored(folder))) < 100
    question = embedder.embed_queries(["mưa ở miền núi"])[0]
    with qa.Index.open(folder).reading() as snapshot:
        keys, scores = snapshot.dense_candidates(question, 3, None)
    assert keys.tolist()[0] == 2
    expected = embedder.embed_passages(texts()) @ question
    assert scores == pytest.approx(expected[keys - 1], abs=1e-3)  # they are searched in half precision


def test_passages_are_compared_closely_by_their_tokens(folder: Path) -> None:
    embedder = BundledEmbedder()
    signs, party = np.array([3, 1])
    with qa.Index.open(folder).reading() as snapshot:
        tokens = Snapshots({"": snapshot}).tokens(np.array([signs, party]))
        second = 1 << KEY_BITS
        of_two = Snapshots({"one": snapshot, "two": snapshot}).tokens(np.array([second | party, signs, party]))
    made = embedder.tokens(texts())
    assert tokens == [made[2], made[0]]
    assert of_two == [made[0], made[2], made[0]]
    np.testing.assert_array_equal(embedder.max_sim_of_tokens("đảng viên", made), embedder.max_sim("đảng viên", texts()))


def test_a_passage_without_tokens_is_compared_by_its_text(folder: Path) -> None:
    change(folder, "DELETE FROM embedding WHERE key = 1")
    with qa.Index.open(folder).reading() as snapshot:
        assert snapshot.tokens(np.array([1, 2])) is None
    hits = qa.Searcher.open(folder).search("đảng viên")
    assert [hit.passage.document_id for hit in hits] == ["party", "rain"]


def test_damaged_tokens_are_found_and_made_again(folder: Path) -> None:
    before = stored(folder)
    change(folder, "UPDATE embedding SET vector = x'ffff' WHERE key = 1")
    assert [one.items for one in examine(folder).problems] == [("party",)]
    change(folder, "UPDATE embedding SET vector = x'ff' WHERE key = 2")
    assert [one.kind for one in examine(folder).problems] == ["searches", "vectors", "passages"]
    assert repair(folder).is_healthy
    assert sorted(stored(folder)) == sorted(before)


def test_tokens_of_another_revision_are_not_read(folder: Path) -> None:
    change(folder, "UPDATE setting SET value = 'earlier' WHERE name = 'revision'")
    with pytest.raises(IndexMismatchError, match="earlier"), qa.Index.open(folder).reading():
        pass
    assert [one.kind for one in examine(folder).problems] == ["model"]


class Wrapped:
    """The bundled model in an object that has the members of an embedder alone."""

    def __init__(self) -> None:
        self._model: Embedder = BundledEmbedder()

    @property
    def settings(self) -> EmbedderSettings:
        return self._model.settings

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._model.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._model.embed_passages(texts)


def test_an_object_that_stands_for_the_model_stores_and_reads_the_same(folder: Path, tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "other", Wrapped())
    index.upsert(DOCUMENTS)
    assert stored(tmp_path / "other") == stored(folder)
    for one in ("index", "other"):
        hits = qa.Searcher(qa.Index.open(tmp_path / one, Wrapped())).search("mưa lớn", mode="dense")
        assert hits[0].passage.document_id == "rain"


def test_a_copy_has_the_same_tokens(folder: Path, tmp_path: Path) -> None:
    move(folder, tmp_path / "copy")
    assert stored(tmp_path / "copy") == stored(folder)
