"""What must not lose a document: kills, damage, foreign folders, second writers, other models."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray
from toy import WordEmbedder

import qa
from qa.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    NotAnIndexError,
    QuestionError,
)
from qa.index.files import writer_lock
from qa.retrieval import MODES

TESTS = Path(__file__).parent


def found(index: qa.Index) -> dict[str, list[tuple[str, float]]]:
    searcher = qa.Searcher(index)
    return {mode: [(hit.passage.id, hit.score) for hit in searcher.search("mưa cá", mode=mode)] for mode in MODES}


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def remove_lexical(folder: Path) -> None:
    shutil.rmtree(folder / "lexical")


def spoil_lexical(folder: Path) -> None:
    for path in (folder / "lexical").iterdir():
        if path.suffix in {".idx", ".term"}:
            spoil(path)


def empty_lexical_manifest(folder: Path) -> None:
    (folder / "lexical" / "qa.json").write_text("", encoding="utf-8")


def remove_dense(folder: Path) -> None:
    (folder / "dense.faiss").unlink()


def spoil_dense(folder: Path) -> None:
    spoil(folder / "dense.faiss")


def cut_dense(folder: Path) -> None:
    path = folder / "dense.faiss"
    path.write_bytes(path.read_bytes()[:10])


@pytest.mark.parametrize(
    "damage", [remove_lexical, spoil_lexical, empty_lexical_manifest, remove_dense, spoil_dense, cut_dense]
)
def test_derived_indexes_are_made_again_without_embedding(index: qa.Index, damage: Callable[[Path], None]) -> None:
    before = found(index)
    damage(index.folder)
    embedder = WordEmbedder()
    assert found(qa.Index.open(index.folder, embedder)) == before
    assert embedder.embedded == []


def test_an_older_derived_index_is_brought_up(index: qa.Index, tmp_path: Path) -> None:
    shutil.copytree(index.folder / "lexical", tmp_path / "older")
    shutil.copy(index.folder / "dense.faiss", tmp_path / "older.faiss")
    index.upsert([qa.Document("flood", "Mưa làm cá chết.")])
    index.delete(["rain"])
    before = found(index)
    shutil.rmtree(index.folder / "lexical")
    shutil.copytree(tmp_path / "older", index.folder / "lexical")
    shutil.copy(tmp_path / "older.faiss", index.folder / "dense.faiss")
    assert found(qa.Index.open(index.folder, WordEmbedder())) == before


WRITER = """
    import sys, time
    sys.path.insert(0, {tests!r})
    from toy import WordEmbedder
    import qa

    class SlowEmbedder(WordEmbedder):
        def embed_passages(self, texts):
            print("embedding", flush=True)
            time.sleep(0.2)
            return super().embed_passages(texts)

    text = "\\n\\n".join(f"Mưa và cá lần {{i}}. " * 20 for i in range(64))
    long = [qa.Document(f"d{{n:04}}", f"Bản tin {{n}}.\\n{{text}}".replace("lần", f"lần {{n}}")) for n in range(400)]
    qa.Index.create({folder!r}, SlowEmbedder()).upsert(long)
"""


def test_a_kill_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    batches = 2
    folder = tmp_path / "index"
    code = textwrap.dedent(WRITER.format(tests=str(TESTS), folder=str(folder)))
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    for _ in range(batches + 1):
        assert writer.stdout.readline() == "embedding\n"
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    embedder = WordEmbedder()
    index = qa.Index.open(folder, embedder)
    documents, passages = index.counts()
    assert documents >= batches
    assert [document.id for document in index.documents()] == [f"d{n:04}" for n in range(documents)]
    assert len(qa.Searcher(index, without=["grouping"]).search("mưa", k=passages + 1, mode="lexical")) == passages
    assert len(qa.Searcher(index, without=["grouping"]).search("mưa", k=passages + 1, mode="dense")) == passages
    assert embedder.embedded == []


def test_the_second_writer_is_reported_at_once(index: qa.Index, documents: list[qa.Document]) -> None:
    with writer_lock(index.folder):
        with pytest.raises(IndexBusyError, match="Another process is writing"):
            index.upsert(documents)
        with pytest.raises(IndexBusyError):
            index.delete(["rain"])
        assert found(qa.Index.open(index.folder, WordEmbedder())) == found(index)


def test_a_failing_embedder_loses_nothing(index: qa.Index) -> None:
    class Failing(WordEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise RuntimeError(f"no memory for {len(texts)} texts")

    before = found(index)
    with pytest.raises(RuntimeError, match="no memory"):
        qa.Index.open(index.folder, Failing()).upsert([qa.Document("new", "Mưa mới.")])
    assert found(index) == before
    assert index.counts() == (3, 3)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="There is no index at"):
        qa.Index.open(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(IndexNotFoundError):
        qa.Index.open(tmp_path / "empty")


def test_a_foreign_folder_is_left_alone(tmp_path: Path, embedder: WordEmbedder) -> None:
    (tmp_path / "letters").mkdir()
    letter = tmp_path / "letters" / "letter.txt"
    letter.write_text("Thư.", encoding="utf-8")
    for opening in (qa.Index.open, qa.Index.create):
        with pytest.raises(NotAnIndexError):
            opening(tmp_path / "letters", embedder)
        with pytest.raises(NotAnIndexError):
            opening(letter, embedder)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["letter.txt"]


def test_another_programs_database(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "corpus.db")
    connection.execute("CREATE TABLE letter (text)")
    connection.close()
    with pytest.raises(NotAnIndexError, match="another program"):
        qa.Index.open(tmp_path)


def test_a_damaged_truth_is_named_and_not_touched(index: qa.Index) -> None:
    for suffix in ("-wal", "-shm"):
        (index.folder / f"corpus.db{suffix}").unlink(missing_ok=True)
    path = index.folder / "corpus.db"
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexDamagedError, match="Restore"):
        qa.Index.open(index.folder, WordEmbedder())
    assert path.read_bytes() == b"garbage" * 1000


def test_another_model_is_refused_with_both_names(index: qa.Index) -> None:
    with pytest.raises(IndexMismatchError) as caught:
        qa.Index.open(index.folder, WordEmbedder(revision="2"))
    assert (caught.value.setting, caught.value.index_has, caught.value.asked) == ("model", "words@1", "words@2")
    assert "qa index PATH... --into NEW_FOLDER" in str(caught.value)


def test_the_manifest_names_the_mark_of_the_generation(index: qa.Index) -> None:
    manifest = json.loads((index.folder / "lexical" / "qa.json").read_text(encoding="utf-8"))
    assert len(manifest["mark"]) == 16


def test_readers_in_many_threads_see_whole_generations(index: qa.Index) -> None:
    searcher = qa.Searcher(index)
    twins = [qa.Document(f"twin {n}", "Nắng vàng.") for n in range(5)]
    writer = qa.Index.open(index.folder, WordEmbedder())
    written = Event()

    def counts() -> set[int]:
        seen: set[int] = set()
        while not written.is_set():
            seen.add(sum(1 + len(hit.similar) for hit in searcher.search("nắng", mode="lexical")))
        return seen

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(counts) for _ in range(4)]
        for _ in range(5):
            writer.upsert(twins)
            writer.delete([twin.id for twin in twins])
        written.set()
        assert set().union(*(reader.result() for reader in readers)) == {0, 5}


@pytest.mark.parametrize("question", ["", "   ", "?!…", "—", "\u200b", "a" * 1001, "mưa " * 2500])
def test_questions_that_cannot_be_searched_for(searcher: qa.Searcher, question: str) -> None:
    with pytest.raises(QuestionError):
        searcher.search(question)
