"""The truth, `corpus.db`: alone it holds all when nobody writes, and an older or another one is never taken for it."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from qa.errors import IndexDamagedError

RAIN, RICE, FISH = (
    qa.Document("rain", "Mưa to ở miền núi."),
    qa.Document("rice", "Lúa tốt vì có mưa."),
    qa.Document("fish", "Cá sống ở sông."),
)


def held(index: qa.Index) -> list[str]:
    return [document.id for document in index.documents()]


def snapshot(folder: Path) -> dict[str, bytes]:
    """The bytes of all files but SQLite's own and the lock."""
    kept = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in {".lock", ".db-shm", ".db-wal"})
    return {str(path.relative_to(folder)): path.read_bytes() for path in kept}


def test_the_truth_stands_in_its_own_file_after_each_change(index: qa.Index, tmp_path: Path) -> None:
    """Also while the index is open: nothing is in the log that a copy of the file would lack."""
    for change in (lambda: index.upsert([RAIN, qa.Document("sun", "Nắng.")]), lambda: index.delete(["fish"])):
        change()
        copied = tmp_path / f"copy {index.generation}"
        copied.mkdir()
        shutil.copy(index.folder / "corpus.db", copied)
        assert held(qa.Index.open(copied, WordEmbedder())) == held(index)
        assert (index.folder / "corpus.db-wal").stat().st_size == 0


@pytest.mark.parametrize("log", ["missing", "damaged"])
def test_a_truth_whose_newest_part_was_in_a_lost_log_is_refused(index: qa.Index, tmp_path: Path, log: str) -> None:
    """A reader of the older generation keeps the newer one out of the file; once it is done, that is made up for."""
    other = qa.Index.open(index.folder, WordEmbedder())
    copied, later = tmp_path / "copy", tmp_path / "later"
    with index.reading():
        other.upsert([qa.Document("sun", "Nắng.")])
        shutil.copytree(index.folder, copied, ignore=shutil.ignore_patterns("*-shm", "writer.lock"))
    other.delete(["sun"])
    later.mkdir()
    shutil.copy(index.folder / "corpus.db", later)
    assert held(qa.Index.open(later, WordEmbedder())) == ["fish", "rain", "rice"]
    content = bytearray((copied / "corpus.db-wal").read_bytes())
    content[len(content) // 3] ^= 1
    (copied / "corpus.db-wal").write_bytes(content if log == "damaged" else b"")
    with pytest.raises(IndexDamagedError, match="without its corpus"):
        qa.Index.open(copied, WordEmbedder())


def an_empty_one(folder: Path, older: Path) -> None:
    for path in folder.glob("corpus.db*"):
        path.unlink()
    shutil.copy(older.parent / "empty" / "corpus.db", folder)


def an_older_one(folder: Path, older: Path) -> None:
    for path in folder.glob("corpus.db*"):
        path.unlink()
    shutil.copy(older / "corpus.db", folder)


def anothers(folder: Path, older: Path) -> None:
    for path in folder.glob("corpus.db*"):
        path.unlink()
    shutil.copy(older.parent / "other" / "corpus.db", folder)


def anothers_and_one_part_missing(folder: Path, older: Path) -> None:
    anothers(folder, older)
    shutil.rmtree(folder / "lexical")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of three documents that nobody has open; beside it an empty and an older state of it, and another."""
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    shutil.copytree(index.folder, tmp_path / "empty")
    index.upsert([RAIN])
    shutil.copytree(index.folder, tmp_path / "older")
    index.upsert([RICE, FISH])
    other = qa.Index.create(tmp_path / "other", WordEmbedder())
    other.upsert([RAIN])
    other.upsert([RICE])
    other.upsert([FISH])
    del index, other
    gc.collect()
    return tmp_path / "index"


@pytest.mark.parametrize("replace", [an_empty_one, an_older_one, anothers, anothers_and_one_part_missing])
@pytest.mark.parametrize("opening", [qa.Index.open, qa.Index.create, qa.Searcher.open])
def test_a_truth_that_the_searches_were_not_made_from_is_refused(
    folder: Path, replace: Callable[[Path, Path], None], opening: Callable[[Path, WordEmbedder], object]
) -> None:
    replace(folder, folder.parent / "older")
    before = snapshot(folder)
    with pytest.raises(
        IndexDamagedError, match=r"corpus\.db is older than lexical and dense\.faiss, or not the one"
    ) as raised:
        opening(folder, WordEmbedder())
    assert "delete lexical and dense.faiss" in raised.value.next_step
    assert snapshot(folder) == before


def test_a_truth_that_grows_older_under_an_open_index_is_refused(folder: Path) -> None:
    searcher = qa.Searcher.open(folder, WordEmbedder())
    searcher.search("mưa")
    older = (folder.parent / "older" / "corpus.db").read_bytes()
    (folder / "corpus.db.copy").write_bytes(older)
    (folder / "corpus.db.copy").replace(folder / "corpus.db")
    for path in folder.glob("corpus.db-*"):
        path.unlink()
    for _ in range(2):
        with pytest.raises(IndexDamagedError):
            searcher.search("mưa")
    with pytest.raises(IndexDamagedError):
        searcher.index.upsert([qa.Document("sun", "Nắng.")])


def test_going_on_with_an_older_truth_is_one_step_of_the_users(folder: Path) -> None:
    an_older_one(folder, folder.parent / "older")
    shutil.rmtree(folder / "lexical")
    (folder / "dense.faiss").unlink()
    searcher = qa.Searcher.open(folder, WordEmbedder())
    assert held(searcher.index) == ["rain"]
    assert [hit.passage.document_id for hit in searcher.search("mưa cá", mode="lexical")] == ["rain"]


def test_searches_that_are_older_than_the_truth_are_brought_up(folder: Path) -> None:
    shutil.rmtree(folder / "lexical")
    shutil.copytree(folder.parent / "older" / "lexical", folder / "lexical")
    shutil.copy(folder.parent / "older" / "dense.faiss", folder)
    searcher = qa.Searcher.open(folder, WordEmbedder())
    assert [hit.passage.document_id for hit in searcher.search("cá", mode="lexical")] == ["fish"]


@pytest.mark.parametrize("at", ["mark", "trailer"])
def test_a_damaged_mark_is_no_mark_of_another_truth(folder: Path, at: str) -> None:
    """A flipped bit in what tells the generation is damage to a search, which is made again."""
    if at == "mark":
        manifest = folder / "lexical" / "qa.json"
        content = manifest.read_text(encoding="utf-8")
        mark = content.index('"mark": "') + len('"mark": "')
        manifest.write_text(content[:mark] + ("1" if content[mark] == "0" else "0") + content[mark + 1 :])
        (folder / "dense.faiss").unlink()
    else:
        dense = bytearray((folder / "dense.faiss").read_bytes())
        dense[-20] ^= 1
        (folder / "dense.faiss").write_bytes(dense)
        shutil.rmtree(folder / "lexical")
    searcher = qa.Searcher.open(folder, WordEmbedder())
    assert [hit.passage.document_id for hit in searcher.search("cá", mode="lexical")] == ["fish"]
