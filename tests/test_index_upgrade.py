"""An index of an earlier version is brought up in place: nothing lost, nothing embedded twice, kills survived."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from qa.cli import main
from qa.errors import IndexDamagedError, IndexMismatchError, IndexOutdatedError
from qa.index.bm25 import WeightedTerm
from qa.retrieval import MODES

TESTS = Path(__file__).parent
IDS = ["tin/bang.txt", "tin/luat.txt", "tin/mua.txt", "uploads/note.txt"]
QUESTIONS = ("mức hỗ trợ lúa lai", "diện tích huyện số 7", "mưa kéo dài mấy ngày", "fish in the river")


def earlier(name: str, into: Path) -> Path:
    with tarfile.open(TESTS / "earlier" / f"{name}.tar.gz") as archive:
        # Python before 3.11.4 has no filters.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(into)
    return into / "index"


def set_setting(folder: Path, name: str, value: str) -> None:
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute("UPDATE setting SET value = ? WHERE name = ?", (value, name))


def found(index: qa.Index) -> list[list[tuple[float, str, str]]]:
    """The hits of each question in each mode; those of one score by id, whatever came first into the index."""
    searcher = qa.Searcher(index)
    hits = [searcher.search(question, k=20, mode=mode) for question in QUESTIONS for mode in MODES]
    return [sorted((-round(hit.score, 4), hit.passage.id, hit.passage.context) for hit in one) for one in hits]


def assert_as_built_anew(index: qa.Index, beside: Path) -> None:
    fresh = qa.Index.create(beside, index.embedder)
    fresh.upsert(index.documents())
    assert index.counts() == fresh.counts()
    assert [document.id for document in index.documents()] == IDS
    assert found(index) == found(fresh)
    assert index.settings == fresh.settings


@pytest.mark.parametrize("name", ["format-1-without-marks", "format-1", "format-2", "format-4", "format-5", "format-6"])
def test_an_earlier_index_is_brought_up_and_searched_like_a_new_one(name: str, tmp_path: Path) -> None:
    embedder = WordEmbedder() if name == "format-1-without-marks" else None
    index = qa.Index.open(earlier(name, tmp_path), embedder)
    assert not qa.Index.as_found(index.folder).is_outdated
    assert_as_built_anew(index, tmp_path / "fresh")
    assert index.upsert(index.documents()).unchanged == IDS


def test_rows_of_tables_get_their_headers_and_laws_their_articles(tmp_path: Path) -> None:
    index = qa.Index.open(earlier("format-1", tmp_path))
    with index.reading() as snapshot:
        passages = snapshot.passages(snapshot.lexical_candidates([WeightedTerm("written", "huyện", 1.0)], 30, None)[0])
    rows = [one for one in passages if one.document_id == "tin/bang.txt" and one.ordinal > 1]
    assert {one.context for one in rows} == {"Diện tích lúa theo huyện | Huyện | Diện tích (ha) | Năng suất (tạ/ha)"}
    law = index.document("tin/luat.txt")
    assert law.place(law.text.index("15.000.000")).startswith("Điều 1, Khoản 2")
    assert index.document("uploads/note.txt").places == ()


def test_only_texts_that_the_model_has_not_embedded_are_embedded(tmp_path: Path) -> None:
    folder, embedder = earlier("format-1-without-marks", tmp_path), WordEmbedder()
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        before = {row[0] for row in connection.execute("SELECT text_digest FROM passage")}
    index = qa.Index.open(folder, embedder)
    with closing(sqlite3.connect(folder / "corpus.db")) as connection:
        after = {row[0] for row in connection.execute("SELECT text_digest FROM embedding")}
    before = {digest[:16] for digest in before}
    assert len(embedder.embedded) == len(after - before)
    assert 0 < len(after - before) < len(after)
    set_setting(folder, "text_rules", "2")
    again = WordEmbedder()
    assert found(qa.Index.open(folder, again)) == found(index)
    assert again.embedded == []


@pytest.mark.parametrize(("setting", "value"), [("text_rules", "0"), ("format", "0"), ("passage_syllables", "90")])
def test_every_setting_of_another_version_is_brought_up(index: qa.Index, setting: str, value: str) -> None:
    before = found(index)
    set_setting(index.folder, setting, value)
    assert qa.Index.as_found(index.folder).is_outdated
    opened = qa.Index.create(index.folder, WordEmbedder())
    assert opened.settings == index.settings
    assert (found(opened), opened.counts()) == (before, (3, 3))


@pytest.mark.parametrize("setting", ["text_rules", "format"])
@pytest.mark.parametrize("value", ["99", "new"])
def test_an_index_of_a_newer_version_is_refused_and_left_alone(index: qa.Index, setting: str, value: str) -> None:
    set_setting(index.folder, setting, value)
    with pytest.raises(IndexMismatchError, match="A newer version of qa made it: install that version") as caught:
        qa.Index.open(index.folder, WordEmbedder())
    assert (caught.value.setting, caught.value.index_has) == (setting.replace("_", " "), value)
    with closing(sqlite3.connect(index.folder / "corpus.db")) as connection:
        stored = connection.execute("SELECT value FROM setting WHERE name = ?", (setting,)).fetchone()
    assert stored == (value,)


def test_another_model_is_refused_before_anything_is_changed(tmp_path: Path) -> None:
    folder = earlier("format-1-without-marks", tmp_path)
    with pytest.raises(IndexMismatchError) as caught:
        qa.Index.open(folder, WordEmbedder(revision="2"))
    assert caught.value.setting == "model"
    assert qa.Index.as_found(folder).is_outdated


def test_a_document_that_cannot_be_read_is_reported_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = earlier("format-1-without-marks", tmp_path)
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute("UPDATE document SET published = '2023-06-0x' WHERE id = 'tin/luat.txt'")
    with pytest.raises(IndexDamagedError, match=r"document 'tin/luat\.txt'"):
        qa.Index.open(folder, WordEmbedder())
    assert qa.Index.as_found(folder).is_outdated
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute("UPDATE document SET published = '2023-06-05' WHERE id = 'tin/luat.txt'")
    assert_as_built_anew(qa.Index.open(folder, WordEmbedder()), tmp_path / "fresh")


UPGRADE = """
    import sys, time
    sys.path.insert(0, {tests!r})
    from toy import WordEmbedder
    import qa

    print("begun", flush=True)
    qa.Index.open({folder!r}, WordEmbedder())
    print("done", flush=True)
"""


def run_upgrade(folder: Path) -> subprocess.Popen[str]:
    code = textwrap.dedent(UPGRADE.format(tests=str(TESTS), folder=str(folder)))
    started = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert started.stdout
    assert started.stdout.readline() == "begun\n"
    return started


def test_a_kill_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    """The upgrade takes about .2 s here; what killing left is opened by the next one, which is killed as well."""
    pick = random.Random(9)
    folder = earlier("format-1-without-marks", tmp_path)
    for _ in range(4):
        writer = run_upgrade(folder)
        time.sleep(pick.uniform(0, 0.25))
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        shutil.copytree(folder, tmp_path / "left", dirs_exist_ok=True)
        index = qa.Index.open(tmp_path / "left", WordEmbedder())
        assert_as_built_anew(index, tmp_path / f"fresh{writer.pid}")
        shutil.rmtree(tmp_path / "left")
    assert_as_built_anew(qa.Index.open(folder, WordEmbedder()), tmp_path / "fresh")


def test_processes_that_open_it_at_once_bring_it_up_once(tmp_path: Path) -> None:
    folder = earlier("format-1-without-marks", tmp_path)
    openers = [run_upgrade(folder) for _ in range(4)]
    assert [(opener.communicate()[0], opener.returncode) for opener in openers] == [("done\n", 0)] * 4
    index = qa.Index.open(folder, WordEmbedder())
    assert index.generation == 3  # indexed, one deleted, brought up
    assert_as_built_anew(index, tmp_path / "fresh")


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    folder = earlier("format-1-without-marks", tmp_path)
    (folder / "writer.lock").unlink()
    (folder / "writer.lock").mkdir()  # what even the system's administrator cannot lock
    with pytest.raises(IndexOutdatedError, match="earlier version of qa, and cannot be upgraded"):
        qa.Index.open(folder, WordEmbedder())
    (folder / "writer.lock").rmdir()
    assert_as_built_anew(qa.Index.open(folder, WordEmbedder()), tmp_path / "fresh")


def test_the_terminal_tells_that_it_is_brought_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(earlier("format-1", tmp_path))
    notice = f"qa: {folder} was made by an earlier version of qa; upgrading it. Stopping loses nothing.\n"
    assert main(["search", "mức hỗ trợ lúa lai", "--index", folder, "-k", "1"]) == 0
    printed = capsys.readouterr()
    assert (printed.out.splitlines()[0].split("  (")[0], printed.err) == (
        "1. Quyết định hỗ trợ · 2023-06-05 · tin/luat.txt · Điều 1",
        notice,
    )
    assert main(["info", "--index", folder]) == 0
    assert capsys.readouterr().err == ""
