"""One index folder, and several who want it: other processes, other threads, other users, a disk that is full."""

from __future__ import annotations

import gc
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from toy import WordEmbedder

import qa
from qa.database import Database
from qa.errors import IndexUnusableError
from qa.retrieval import MODES

TESTS = Path(__file__).parent
NOBODY = 65534


def build(folder: Path, documents: list[qa.Document]) -> Path:
    """An index that nobody has open."""
    qa.Index.create(folder, WordEmbedder()).upsert(documents)
    gc.collect()
    return folder


def found(searcher: qa.Searcher) -> dict[str, list[tuple[str, float]]]:
    return {mode: [(hit.passage.id, hit.score) for hit in searcher.search("mưa cá", mode=mode)] for mode in MODES}


@contextmanager
def full_disk(left: int = 0) -> Iterator[None]:
    """No file can grow beyond some bytes, as where no more space is left."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def reading_only(folder: Path) -> Iterator[None]:
    """Everything in the folder belongs to somebody else, who lets others read it."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() == 0:
        os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        if os.getresuid()[2] == 0:
            os.setresuid(0, 0, 0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that any user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_folder_that_nobody_may_write_is_searched(place: Path, documents: list[qa.Document]) -> None:
    folder = build(place / "index", documents)
    before = found(qa.Searcher.open(folder, WordEmbedder()))
    gc.collect()
    with reading_only(folder):
        index = qa.Index.open(folder, WordEmbedder())
        assert found(qa.Searcher(index)) == before
        assert [one.id for one in index.find_documents()[0]] == ["fish", "rain", "rice"]
        assert (index.counts(), len(index.judgements)) == ((3, 3), 0)
        for change in (lambda: index.upsert(documents), lambda: index.delete(["rain"])):
            with pytest.raises(IndexUnusableError, match="Permission denied"):
                change()
    assert sorted(path.name for path in folder.iterdir()) == ["corpus.db", "dense.faiss", "lexical", "writer.lock"]


def test_a_reader_who_may_not_write_follows_somebody_elses_changes(place: Path, documents: list[qa.Document]) -> None:
    folder = build(place / "index", documents)
    with reading_only(folder):
        searcher = qa.Searcher.open(folder, WordEmbedder())
        assert len(searcher.search("mưa", mode="lexical")) == 2
    qa.Index.open(folder, WordEmbedder()).delete(["rain"])
    gc.collect()
    with reading_only(folder):
        assert [hit.passage.document_id for hit in searcher.search("mưa", mode="lexical")] == ["rice"]


def test_a_reader_who_may_not_write_reads_beside_somebody_who_does(place: Path, documents: list[qa.Document]) -> None:
    writer = qa.Index.create(place / "index", WordEmbedder())
    writer.upsert(documents)
    with reading_only(writer.folder):
        searcher = qa.Searcher.open(writer.folder, WordEmbedder())
        assert len(searcher.search("mưa", mode="lexical")) == 2
    writer.delete(["rain"])
    with reading_only(writer.folder):
        assert len(searcher.search("mưa", mode="lexical")) == 1


def test_a_log_that_nobody_may_bring_in_is_reported(place: Path, documents: list[qa.Document]) -> None:
    index = qa.Index.create(place / "index", WordEmbedder())
    index.upsert(documents)
    with index.reading():  # keeps what is written meanwhile in the log
        qa.Index.open(index.folder, WordEmbedder()).delete(["rain"])
        shutil.copytree(index.folder, place / "copy", ignore=shutil.ignore_patterns("*-shm"))
    with reading_only(place / "copy"), pytest.raises(IndexUnusableError, match=r"corpus\.db-wal holds a part of it"):
        qa.Index.open(place / "copy", WordEmbedder())
    assert qa.Index.open(place / "copy", WordEmbedder()).counts() == (2, 2)


def test_searches_that_nobody_may_bring_up_are_an_error_of_ours(place: Path, documents: list[qa.Document]) -> None:
    folder = build(place / "index", documents)
    (folder / "dense.faiss").unlink()
    with reading_only(folder), pytest.raises(IndexUnusableError, match="Permission denied"):
        qa.Searcher.open(folder, WordEmbedder()).search("mưa")


@pytest.mark.parametrize("left", [0, 3, 4_096, 20_000])
def test_a_full_disk_is_searched(tmp_path: Path, documents: list[qa.Document], left: int) -> None:
    folder = build(tmp_path / "index", documents)
    before = found(qa.Searcher.open(folder, WordEmbedder()))
    gc.collect()
    with full_disk(left):
        index = qa.Index.open(folder, WordEmbedder())
        assert found(qa.Searcher(index)) == before
        with pytest.raises(IndexUnusableError):
            index.upsert([qa.Document("sun", "Nắng.")])
    assert index.upsert([qa.Document("sun", "Nắng.")]).added == ["sun"]
    assert len(qa.Searcher(index).search("nắng", mode="lexical")) == 1


def test_an_open_index_is_whole_after_the_disk_was_full(index: qa.Index, searcher: qa.Searcher) -> None:
    before = found(searcher)
    with full_disk():
        for change in (lambda: index.upsert([qa.Document("sun", "Nắng.")]), lambda: index.delete(["rain"])):
            with pytest.raises(IndexUnusableError):
                change()
            assert found(searcher) == before
    index.upsert([qa.Document("sun", "Nắng.")])
    assert index.counts()[0] == 4


@pytest.mark.parametrize("kind", ["folder", "link", "link to a file"])
def test_something_else_in_the_place_of_the_lock(index: qa.Index, searcher: qa.Searcher, kind: str) -> None:
    before = found(searcher)
    lock = index.folder / "writer.lock"
    lock.unlink()
    if kind == "folder":
        lock.mkdir()
    else:
        lock.symlink_to(index.folder / ("dense.faiss" if kind == "link to a file" else "nowhere"))
    for change in (lambda: index.upsert([qa.Document("sun", "Nắng.")]), lambda: index.delete(["rain"])):
        with pytest.raises(IndexUnusableError) as error:
            change()
        assert error.value.next_step == "Delete writer.lock from the folder; a new one is made."
    assert found(qa.Searcher.open(index.folder, WordEmbedder())) == before


def test_many_may_create_one_index_at_once(tmp_path: Path) -> None:
    start = Barrier(10)

    def create(folder: Path) -> dict[str, str]:
        start.wait()
        return qa.Index.create(folder, WordEmbedder()).settings

    with ThreadPoolExecutor(10) as threads:
        for number in range(8):
            made = list(threads.map(create, [tmp_path / f"index {number}"] * 10))
            assert made == [qa.Index.open(tmp_path / f"index {number}").settings] * 10


CREATOR = """
    import sys
    sys.path.insert(0, {tests!r})
    from toy import WordEmbedder
    import qa
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        qa.Index.create({folder!r} + str(number), WordEmbedder()).counts()
"""


def test_several_processes_may_create_one_index_at_once(tmp_path: Path) -> None:
    code = textwrap.dedent(CREATOR.format(tests=str(TESTS), folder=str(tmp_path / "index")))
    command = [sys.executable, "-c", code]
    creators = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for creator in creators:
        assert creator.stdout
        assert creator.stdout.readline() == "ready\n"
    for creator in creators:
        assert creator.stdin
        creator.stdin.write("\n")
        creator.stdin.flush()
    for creator in creators:
        creator.communicate(timeout=60)
    assert [creator.returncode for creator in creators] == [0, 0, 0]


def test_reading_within_reading_sees_the_same(index: qa.Index, searcher: qa.Searcher) -> None:
    other = qa.Index.open(index.folder, WordEmbedder())
    with index.reading():
        other.delete(["rain"])
        assert index.document("rain").text == "Mưa to ở miền núi."
        assert len(searcher.search("mưa", mode="lexical")) == 2
    assert len(searcher.search("mưa", mode="lexical")) == 1


def test_a_commit_that_fails_leaves_nothing_open(tmp_path: Path) -> None:
    """Half-open, the connection would fail each later use with "cannot start a transaction within a transaction"."""
    (tmp_path / "any.db").touch()
    database = Database(tmp_path / "any.db")
    database.run("CREATE TABLE parent (key INTEGER PRIMARY KEY)")
    database.run("CREATE TABLE child (key INTEGER REFERENCES parent (key) DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(qa.QAError), database.writing():
        database.run("INSERT INTO child VALUES (1)")  # found out only when it is committed
    with database.writing():
        database.run("INSERT INTO parent VALUES (1)")
    with database.reading():
        assert database.rows("SELECT * FROM child") == []
        assert database.rows("SELECT * FROM parent") == [(1,)]
