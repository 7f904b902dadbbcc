"""What `Index.check` and `verify` tell of an index that is not as it was written."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from qa.errors import IndexDamagedError, QAError


def sql(index: qa.Index, statement: str, *values: object) -> None:
    connection = sqlite3.connect(index.folder / "corpus.db")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def told(index: qa.Index) -> list[tuple[str | None, str]]:
    return [(problem.document_id, problem.happened) for problem in index.check()]


def test_a_whole_index_has_no_problem(index: qa.Index) -> None:
    assert index.check() == []
    index.upsert([qa.Document("sun", "Nắng đẹp.", metadata={"a": "b"})])
    index.delete(["rain"])
    assert index.check() == []


TEXT = "Its text, or what is told of it, is not what was indexed."
PASSAGE = "One of its passages is not what was indexed."
VECTOR = "One of its passages has no embedding, or a damaged one."


@pytest.mark.parametrize(
    ("statement", "happened"),
    [
        ("UPDATE document SET text = replace(text, 'Lúa', 'Lừa') WHERE id = 'rice'", TEXT),
        ("UPDATE document SET title = 'Đồng ruộngs' WHERE id = 'rice'", TEXT),
        ("UPDATE document SET published = '2023-04-05' WHERE id = 'rice'", TEXT),
        ("UPDATE document SET digest = 'x' || digest WHERE id = 'rice'", TEXT),
        ("UPDATE document SET published = '2023-04-0x' WHERE id = 'rice'", "It cannot be read."),
        ("UPDATE document SET metadata = '{' WHERE id = 'rice'", "It cannot be read."),
        ("UPDATE document SET text = CAST(x'ff41' AS TEXT) WHERE id = 'rice'", "It cannot be read."),
        ("UPDATE passage SET text = 'Lừa tốt vì có mưa.' WHERE text LIKE 'Lúa%'", PASSAGE),
        ("UPDATE passage SET start = 1 WHERE text LIKE 'Lúa%'", PASSAGE),
        ("UPDATE passage SET context = 'x' WHERE text LIKE 'Lúa%'", PASSAGE),
    ],
)
def test_a_changed_row_is_told_by_its_document(index: qa.Index, statement: str, happened: str) -> None:
    sql(index, statement)
    assert told(index) == [("rice", happened)]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM embedding WHERE",
        "UPDATE embedding SET vector = substr(vector, 1, 4) WHERE",
        "UPDATE embedding SET vector = x'ffffffffffffffffffffffff' WHERE",
    ],
)
def test_a_damaged_embedding_is_told_by_its_document(index: qa.Index, change: str) -> None:
    sql(index, f"{change} text_digest = (SELECT text_digest FROM passage WHERE text LIKE 'Lúa%')")
    assert told(index) == [("rice", VECTOR)]


def test_a_vector_of_the_wrong_size_is_damage_when_the_searches_are_made(index: qa.Index) -> None:
    first = "text_digest = (SELECT min(text_digest) FROM embedding)"
    sql(index, f"UPDATE embedding SET vector = substr(vector, 1, 4) WHERE {first}")
    (index.folder / "dense.faiss").unlink()
    with pytest.raises(IndexDamagedError, match="wrong size"):
        qa.Searcher.open(index.folder, WordEmbedder()).search("mưa")


def test_missing_searches_are_told_and_come_back(index: qa.Index) -> None:
    shutil.rmtree(index.folder / "lexical")
    assert told(index) == [(None, "The searches are missing, damaged, or of another state than corpus.db.")]
    assert len(qa.Searcher.open(index.folder, WordEmbedder()).search("mưa")) == 3
    assert index.check() == []


def test_searches_of_other_passages_are_told(index: qa.Index) -> None:
    sql(index, "DELETE FROM passage WHERE text LIKE 'Lúa%'")
    assert told(index) == [(None, "The searches do not hold the passages of corpus.db.")]


def test_a_damaged_document_is_whole_after_the_next_step(index: qa.Index, documents: list[qa.Document]) -> None:
    sql(index, "UPDATE document SET text = replace(text, 'Lúa', 'Lừa') WHERE id = 'rice'")
    index.delete(["rice"])
    index.upsert(documents)
    assert index.check() == []


def test_verify_tells_that_the_text_is_damaged(index: qa.Index) -> None:
    passage = qa.Searcher(index).search("lúa", mode="lexical")[0].passage
    citation = qa.Citation.of(passage)
    assert qa.verify(citation, index).stands
    sql(index, "UPDATE document SET text = text || ' Thêm.' WHERE id = 'rice'")
    found = qa.verify(citation, index)
    assert (found.standing, found.damaged, found.stands) == ("stands", True, False)
    assert found.to_json()["damaged"] is True


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_bit_anywhere_in_the_truth_is_told_or_changes_nothing(
    tmp_path: Path, documents: list[qa.Document], seed: int
) -> None:
    original = qa.Index.create(tmp_path / "index", WordEmbedder())
    original.upsert(documents)
    shown = original.documents()
    content = (original.folder / "corpus.db").read_bytes()
    chance = random.Random(seed)
    for number in range(25):
        flipped = bytearray(content)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        copied = tmp_path / f"{number}"
        shutil.copytree(original.folder, copied, ignore=shutil.ignore_patterns("corpus.db-*", "writer.lock"))
        (copied / "corpus.db").write_bytes(flipped)
        try:
            index = qa.Index.open(copied, WordEmbedder())
            assert index.check() or index.documents() == shown
        except QAError:
            continue
