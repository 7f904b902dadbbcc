"""Faults that indexes of this kind have: each a way in which a document could be lost or wrongly cited."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from qa.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexReplacedError,
    IndexUnusableError,
    QAError,
    QuestionError,
)
from qa.index import examine


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    return folder


def held(index: qa.Index) -> list[str]:
    return [document.id for document in index.documents()]


@pytest.fixture
def empty(tmp_path: Path, embedder: WordEmbedder) -> qa.Index:
    return qa.Index.create(tmp_path / "index", embedder)


def test_a_bad_folder_does_not_lose_the_documents_of_a_good_one(tmp_path: Path, empty: qa.Index) -> None:
    good, bad = write(tmp_path / "good", a="Mưa to ở miền núi."), write(tmp_path / "bad", b="")
    report = empty.sync(qa.read_documents([good, bad]))
    assert (report.added, [Path(one.path).name for one in report.skipped]) == (["good/a.txt"], ["b.txt"])
    assert held(empty) == ["good/a.txt"]


def test_folders_that_overlap_are_read_once(tmp_path: Path, empty: qa.Index) -> None:
    inner = write(tmp_path / "outer" / "inner", a="Mưa to ở miền núi.")
    report = empty.sync(qa.read_documents([tmp_path / "outer", inner]))
    assert report.added == held(empty) == ["outer/inner/a.txt"]


def test_what_came_before_a_failure_is_kept(empty: qa.Index) -> None:
    def documents() -> Iterator[qa.Document]:
        yield qa.Document("a", "Mưa.")
        yield qa.Document("b", "Nắng.")
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        empty.upsert(documents())
    assert held(empty) == ["a", "b"]
    assert len(qa.Searcher(empty).search("mưa", mode="lexical")) == 1


def test_documents_of_one_file_are_all_kept(empty: qa.Index) -> None:
    both = [qa.Document(f"a#{n}", f"Bài {n} về mưa.", metadata={"path": "/news/all.json"}) for n in (1, 2)]
    assert empty.upsert(both).added == held(empty) == ["a#1", "a#2"]
    assert empty.upsert(both).unchanged == ["a#1", "a#2"]


def test_a_file_indexed_from_another_folder_is_moved_and_reported(tmp_path: Path, empty: qa.Index) -> None:
    inner = write(tmp_path / "outer" / "inner", a="Mưa to ở miền núi.")
    empty.sync(qa.read_documents([inner]))
    report = empty.sync(qa.read_documents([tmp_path / "outer"]))
    assert (report.added, report.removed) == (["outer/inner/a.txt"], ["inner/a.txt"])
    assert held(empty) == ["outer/inner/a.txt"]


def test_a_restored_truth_does_not_take_over_newer_vectors(tmp_path: Path, empty: qa.Index) -> None:
    """Keys and generations repeat themselves after the restore; the marks of the generations do not."""
    empty.upsert([qa.Document("fish", "Cá sống ở sông.")])
    kept = tmp_path / "corpus.db"
    shutil.copy(empty.folder / "corpus.db", kept)
    empty.upsert([qa.Document("sun", "Nắng đẹp.")])
    for name in ("corpus.db", "corpus.db-wal", "corpus.db-shm", "dense.faiss"):
        (empty.folder / name).unlink(missing_ok=True)
    shutil.rmtree(empty.folder / "lexical")
    shutil.copy(kept, empty.folder / "corpus.db")
    restored = qa.Index.open(empty.folder, WordEmbedder())
    restored.upsert([qa.Document("rain", "Mưa to.")])
    searcher = qa.Searcher(restored)
    assert [hit.passage.document_id for hit in searcher.search("mưa", mode="lexical")] == ["rain"]
    assert searcher.search("mưa", mode="dense")[0].passage.document_id == "rain"
    assert searcher.search("nắng", mode="lexical") == []


@pytest.mark.parametrize("part", ["lexical", "dense.faiss"])
def test_a_part_of_another_index_is_not_taken_for_ours(tmp_path: Path, empty: qa.Index, part: str) -> None:
    other = qa.Index.create(tmp_path / "other", WordEmbedder())
    empty.upsert([qa.Document("fish", "Cá sống ở sông.")])
    other.upsert([qa.Document("sun", "Nắng đẹp.")])
    if part == "lexical":
        shutil.rmtree(empty.folder / part)
        shutil.copytree(other.folder / part, empty.folder / part)
    else:
        shutil.copy(other.folder / part, empty.folder / part)
    searcher = qa.Searcher.open(empty.folder, WordEmbedder())
    assert [hit.passage.document_id for hit in searcher.search("cá", mode="lexical")] == ["fish"]
    assert searcher.search("cá", mode="dense")[0].score == pytest.approx(1)


def test_an_index_put_in_anothers_place_is_searched(index: qa.Index, searcher: qa.Searcher) -> None:
    assert searcher.search("mưa")
    shutil.rmtree(index.folder)
    with pytest.raises(IndexReplacedError):
        searcher.search("mưa")
    with pytest.raises(IndexReplacedError):
        index.find_documents()
    assert not index.folder.exists()
    qa.Index.create(index.folder, WordEmbedder()).upsert([qa.Document("new", "Mưa mới.")])
    assert [hit.passage.document_id for hit in searcher.search("mưa", mode="lexical")] == ["new"]
    assert [one.id for one in index.find_documents()[0]] == held(index) == ["new"]
    index.upsert([qa.Document("newer", "Mưa mới hơn.")])
    assert held(qa.Index.open(index.folder)) == ["new", "newer"]


@pytest.mark.parametrize(
    "writing",
    [
        lambda index: index.upsert([qa.Document("new", "Mưa mới.")]),
        lambda index: index.delete(["rain"]),
        lambda index: index.tag(["rain"], add=["laws"]),
        lambda index: index.rebuild(),
    ],
)
def test_nobody_writes_an_index_that_was_removed_so_that_it_can_come_back(
    index: qa.Index, writing: Callable[[qa.Index], None]
) -> None:
    before, away = held(index), index.folder.with_name("away")
    index.folder.rename(away)
    with pytest.raises(IndexReplacedError):
        writing(index)
    assert not index.folder.exists()
    away.rename(index.folder)
    assert held(index) == before


def test_an_index_of_another_model_put_in_anothers_place_is_written_with_its_own(index: qa.Index) -> None:
    shutil.rmtree(index.folder)
    qa.Index.create(index.folder)
    index.upsert([qa.Document("new", "Mưa mới.")])
    assert examine(index.folder).problems == []
    assert [hit.passage.document_id for hit in qa.Searcher.open(index.folder).search("mưa")] == ["new"]


@pytest.mark.parametrize(("rules", "expected"), [("0", ["new"]), ("99", IndexMismatchError)])
def test_an_index_of_other_rules_put_in_anothers_place_is_brought_up_or_refused(
    index: qa.Index, searcher: qa.Searcher, rules: str, expected: list[str] | type[Exception]
) -> None:
    shutil.rmtree(index.folder)
    other = qa.Index.create(index.folder, WordEmbedder())
    other.upsert([qa.Document("new", "Mưa mới.")])
    connection = sqlite3.connect(index.folder / "corpus.db")
    connection.execute("UPDATE setting SET value = ? WHERE name = 'text_rules'", [rules])
    connection.commit()
    connection.close()
    for _ in range(2):
        if isinstance(expected, list):
            assert [hit.passage.document_id for hit in searcher.search("mưa")] == expected
        else:
            with pytest.raises(expected):
                searcher.search("mưa")


def test_a_file_that_became_a_folder_leaves_the_index(tmp_path: Path, empty: qa.Index) -> None:
    folder = write(tmp_path / "news", a="Mưa to.", b="Nắng đẹp.")
    empty.sync(qa.read_documents([folder]))
    (folder / "a.txt").unlink()
    write(folder / "a.txt", inner="Lúa chín.")
    assert empty.sync(qa.read_documents([folder])).removed == ["news/a.txt"]
    assert held(empty) == ["news/a.txt/inner.txt", "news/b.txt"]


def test_a_file_that_was_deleted_while_its_folder_moved_leaves_the_index(tmp_path: Path, empty: qa.Index) -> None:
    write(tmp_path / "old" / "news", a="Mưa to.", b="Nắng đẹp.")
    empty.sync(qa.read_documents([tmp_path / "old" / "news"]))
    shutil.move(tmp_path / "old", tmp_path / "new")
    (tmp_path / "new" / "news" / "b.txt").unlink()
    assert empty.sync(qa.read_documents([tmp_path / "new" / "news"])).removed == ["news/b.txt"]


def test_a_skipped_file_tells_that_its_earlier_text_stays(tmp_path: Path, empty: qa.Index) -> None:
    folder = write(tmp_path / "news", a="Mưa to.", b="Nắng đẹp.")
    empty.sync(qa.read_documents([folder]))
    (folder / "a.txt").write_text("", encoding="utf-8")
    (skipped,) = empty.sync(qa.read_documents([folder])).skipped
    assert skipped.reason.endswith("; its earlier text stays in the index")
    assert held(empty) == ["news/a.txt", "news/b.txt"]


def test_another_name_of_a_file_is_reported_as_such_and_no_earlier_text(tmp_path: Path, empty: qa.Index) -> None:
    news = write(tmp_path / "news", rain="Mưa to ở miền núi.")
    (news / "again.txt").symlink_to("rain.txt")
    for _ in range(2):
        [skipped] = empty.sync(qa.read_documents(news)).skipped
        assert (Path(skipped.path).name, skipped.reason) == (
            "rain.txt",
            "read already as 'news/again.txt': nothing to do",
        )
    assert held(empty) == ["news/again.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("name", [b"\xe1.txt", b"\xe1.png", b"\xe1/a.txt"])
def test_a_name_that_is_no_text_keeps_no_other_file_out(tmp_path: Path, empty: qa.Index, name: bytes) -> None:
    news = write(tmp_path / "news", rain="Mưa to ở miền núi.")
    odd = Path(os.fsdecode(os.fsencode(news) + b"/" + name))
    odd.parent.mkdir(exist_ok=True)
    odd.write_text("Cá sống ở sông.", encoding="utf-8")
    [skipped] = empty.sync(qa.read_documents(news)).skipped
    assert skipped.path == f"{news}/{name.decode(errors='backslashreplace')}"
    assert held(empty) == ["news/rain.txt"]


def test_a_moment_of_publication_is_its_day(empty: qa.Index) -> None:
    empty.upsert([qa.Document("a", "Mưa.", published=datetime(2020, 1, 2, 8, 30))])
    assert empty.document("a").published == date(2020, 1, 2)
    searcher = qa.Searcher(empty)
    assert len(searcher.search("mưa", filters={"published_from": datetime(2020, 1, 2, 9)})) == 1


def test_its_own_documents_are_unchanged(index: qa.Index) -> None:
    assert len(index.upsert(index.documents()).unchanged) == 3


@pytest.mark.parametrize("files", [["corpus.db"], ["corpus.db", "corpus.db-journal"], ["writer.lock"], []])
def test_a_creation_that_was_cut_short_is_begun_again(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).touch()
    index = qa.Index.create(tmp_path, WordEmbedder())
    assert index.upsert([qa.Document("a", "Mưa.")]).added == ["a"]


def test_a_creation_that_was_cut_short_before_its_tables_is_begun_again(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    index = qa.Index.create(tmp_path, WordEmbedder())
    assert index.upsert([qa.Document("a", "Mưa.")]).added == ["a"]
    with closing(sqlite3.connect(tmp_path / "corpus.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_derived_indexes_without_the_truth_are_damage(index: qa.Index) -> None:
    for path in index.folder.glob("corpus.db*"):
        path.unlink()
    for opening in (qa.Index.open, qa.Index.create):
        with pytest.raises(IndexDamagedError):
            opening(index.folder, WordEmbedder())


def test_a_lexical_index_that_is_a_file_is_made_again(index: qa.Index) -> None:
    shutil.rmtree(index.folder / "lexical")
    (index.folder / "lexical").write_text("", encoding="utf-8")
    assert len(qa.Searcher.open(index.folder, WordEmbedder()).search("mưa", mode="lexical")) == 2


def test_a_place_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path, embedder: WordEmbedder) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexUnusableError):
        qa.Index.create(tmp_path / "file" / "index", embedder)
    with pytest.raises(IndexUnusableError):
        qa.Index.create(tmp_path / ("n" * 300), embedder)


def test_a_loop_of_links_is_skipped(tmp_path: Path, empty: qa.Index) -> None:
    folder = write(tmp_path / "news", a="Mưa to.")
    (folder / "loop.txt").symlink_to("loop.txt")
    report = empty.sync(qa.read_documents([folder]))
    assert (report.added, [Path(one.path).name for one in report.skipped]) == (["news/a.txt"], ["loop.txt"])


def test_any_number_of_hits_may_be_asked_for(searcher: qa.Searcher) -> None:
    assert len(searcher.search("mưa", k=10**15)) == 3


def test_a_path_longer_than_the_system_takes_is_skipped(
    tmp_path: Path, empty: qa.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "news", a="Mưa to.")
    monkeypatch.chdir(folder)
    for _ in range(25):  # a step at a time, since the way from the root would be refused
        Path("n" * 200).mkdir()
        os.chdir("n" * 200)
    Path("b.txt").write_text("Nắng đẹp.\n", encoding="utf-8")
    os.chdir(folder)
    report = empty.sync(qa.read_documents([folder]))
    assert (report.added, len(report.skipped)) == (["news/a.txt"], 1)
    assert report.skipped[0].reason.startswith("cannot be opened (File name too long)")
    assert empty.sync(qa.read_documents([folder])).unchanged == ["news/a.txt"]


def test_more_words_than_any_name_has_are_refused(index: qa.Index) -> None:
    with pytest.raises(QuestionError, match="at most 1,000"):
        index.find_documents("mưa " * 300)


def test_embeddings_of_no_passage_are_removed_once_they_are_the_larger_part(index: qa.Index) -> None:
    def embeddings() -> int:
        with closing(sqlite3.connect(index.folder / "corpus.db")) as connection:
            return int(connection.execute("SELECT count(*) FROM embedding").fetchone()[0])

    before = index.size()
    for number in range(20):
        index.upsert([qa.Document("fish", f"Cá sống ở sông số {number}.")])
        assert embeddings() <= 2 * 3 + 1
    assert examine(index.folder, WordEmbedder()).is_healthy
    assert index.size() < 2 * before


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def exchange(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [spoil, cut, exchange, Path.unlink])
def test_damage_to_any_file_is_mended_or_reported(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Searches are rebuilt; damage to the truth is reported by the error or by `examine`, and never read as right."""
    documents = [qa.Document(f"d{number}", f"Mưa {number} và cá. " * 20) for number in range(60)]
    built = qa.Index.create(tmp_path / "whole", WordEmbedder())
    built.upsert(documents)
    built.delete(["d1"])
    expected = [(hit.passage.id, hit.score) for hit in qa.Searcher(built).search("mưa cá")]
    del built
    gc.collect()
    for number, whole in enumerate(sorted(path for path in (tmp_path / "whole").rglob("*") if path.is_file())):
        folder = tmp_path / f"{number}"
        shutil.copytree(tmp_path / "whole", folder)
        path = folder / whole.relative_to(tmp_path / "whole")
        if path.stat().st_size or damage in (exchange, Path.unlink):
            damage(path)
        try:
            searcher = qa.Searcher.open(folder, WordEmbedder())
            found = [(hit.passage.id, hit.score) for hit in searcher.search("mưa cá")]
            assert found == expected or examine(folder, WordEmbedder()).problems
        except QAError:
            assert path.name == "corpus.db"
