"""The health of an index: damage of every part is reported, and repaired where the truth allows it."""

from __future__ import annotations

import gc
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from qa import index
from qa.cli import main
from qa.documents import Place
from qa.errors import IndexDamagedError, QAError
from qa.index import Finding, FolderIndex, Health
from qa.index.duplicates import NearDuplicates
from qa.index.files import writer_lock
from qa.index.rows import to_stored_text
from qa.index.store import PAGE_BYTES

NEWS = "Mưa to kéo dài ba ngày ở miền núi phía Bắc, nước sông dâng cao làm ngập nhiều ruộng lúa chưa kịp gặt."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    news = tmp_path / "news"
    news.mkdir()
    (news / "rain.txt").write_text(NEWS + "\n", encoding="utf-8")
    (news / "fish.txt").write_text("Cá nuôi lồng trên sông được chuyển về nơi nước lặng.\n", encoding="utf-8")
    (news / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    index.sync(qa.read_documents(news))
    return index.folder


def examine(folder: Path) -> Health:
    return index.examine(folder, WordEmbedder())


def repair(folder: Path) -> Health:
    return index.repair(folder, WordEmbedder())


def opened(folder: Path) -> qa.Index:
    return qa.Index.open(folder, WordEmbedder())


def kinds(health: Health) -> list[tuple[str, bool]]:
    return [(one.kind, one.is_problem) for one in health.findings]


def change(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        connection.execute(statement, values)


def found(folder: Path) -> list[str]:
    return [hit.passage.id for hit in qa.Searcher.open(folder, WordEmbedder()).search("mưa to miền núi")]


def finding(health: Health, kind: str) -> Finding:
    return next(one for one in health.findings if one.kind == kind)


def test_a_healthy_index_and_what_was_skipped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(folder)
    assert main(["index", str(folder.parent / "news"), "--into", str(folder)]) == 0
    capsys.readouterr()
    assert main(["doctor", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [f"{folder}: healthy.", "2 documents (vi 2), 2 passages."]
    assert lines[2].startswith("note     1 file skipped when last indexed: not a kind of file that is read (")
    assert "".join(line.strip() for line in lines[-3:]).endswith("photo.jpg")
    (folder / "dense.faiss").unlink()
    assert main(["doctor", str(folder), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["index", "healthy", "documents", "passages", "languages", "findings"]
    assert (report["healthy"], report["documents"], report["languages"]) == (False, 2, {"vi": 2})
    assert [(one["kind"], one["problem"]) for one in report["findings"]] == [("searches", True), ("skipped", False)]
    assert main(["doctor", str(folder), "--repair"]) == 0


def test_what_was_skipped_is_forgotten_once_it_is_settled(folder: Path) -> None:
    news = folder.parent / "news"
    (news / "photo.jpg").unlink()
    (news / "scan.pdf").write_bytes(b"%PDF-1.4\ntruncated")
    index = opened(folder)
    index.sync(qa.read_documents(news))
    assert [Path(path).name for path in finding(examine(folder), "skipped").items] == ["scan.pdf"]
    (news / "scan.pdf").write_text("Nay là văn bản.\n", encoding="utf-8")
    index.sync(qa.read_documents(news / "scan.pdf"))
    assert examine(folder).findings == []


def test_there_is_no_health_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", str(tmp_path / "none")]) == 1
    assert capsys.readouterr().err.startswith("qa: There is no index at ")


@pytest.mark.parametrize("part", ["lexical", "dense.faiss"])
def test_a_missing_search_is_reported_and_made_again(folder: Path, part: str) -> None:
    before = found(folder)
    path = folder / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert kinds(examine(folder)) == [("searches", True), ("skipped", False)]
    assert not path.exists()
    assert repair(folder).is_healthy
    assert found(folder) == before


def test_searches_of_other_passages_are_reported_and_made_again(folder: Path) -> None:
    change(folder, "UPDATE passage SET key = 70 WHERE key = 1")
    assert kinds(examine(folder))[0] == ("searches", True)
    assert repair(folder).is_healthy


def test_an_older_truth_is_reported_and_not_repaired(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    older = (folder / "corpus.db").read_bytes()
    opened(folder).delete(["news/rain.txt"])
    gc.collect()
    (folder / "corpus.db").write_bytes(older)
    change(folder, "DELETE FROM embedding WHERE key = 1")
    searches = (folder / "dense.faiss").read_bytes()
    assert kinds(examine(folder))[:2] == [("truth", True), ("vectors", True)]
    assert main(["doctor", str(folder), "--repair"]) == 1
    report = " ".join(capsys.readouterr().out.split())
    assert "corpus.db is older than lexical and dense.faiss" in report
    assert "to go on with what corpus.db holds now, delete lexical and dense.faiss from the folder." in report
    assert (folder / "dense.faiss").read_bytes() == searches


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passage SET start = start + 1",
        "UPDATE passage SET context = 'khác'",
        "DELETE FROM passage WHERE ordinal = 1",
    ],
)
def test_changed_passages_are_reported_and_cut_again(folder: Path, statement: str) -> None:
    before = found(folder)
    change(folder, statement)
    health = examine(folder)
    assert "news/rain.txt" in finding(health, "passages").items
    assert not health.is_healthy
    assert repair(folder).is_healthy
    assert found(folder) == before


def test_a_changed_document_is_reported_and_never_taken_for_right(folder: Path) -> None:
    text = to_stored_text(NEWS.replace("ba ngày", "5 ngày") + "\n")
    change(folder, "UPDATE document SET text = ? WHERE id = 'news/rain.txt'", text)
    health = repair(folder)
    assert finding(health, "damage").items == ("news/rain.txt",)
    assert not health.is_healthy
    index = opened(folder)
    index.delete(["news/rain.txt"])
    index.sync(qa.read_documents(folder.parent / "news"))
    assert examine(folder).is_healthy
    assert index.document("news/rain.txt").text.strip() == NEWS


def test_a_text_that_cannot_be_read_is_reported(folder: Path) -> None:
    change(folder, "UPDATE document SET text = x'789c00' WHERE id = 'news/rain.txt'")
    assert finding(examine(folder), "damage").items == ("news/rain.txt",)
    with pytest.raises(IndexDamagedError, match="cannot be inflated"):
        opened(folder).document("news/rain.txt")


def test_missing_and_cut_vectors_are_embedded_again(folder: Path) -> None:
    before = found(folder)
    change(folder, "UPDATE embedding SET vector = x'00'")
    assert finding(examine(folder), "vectors").message == "2 passages without a vector."
    assert repair(folder).is_healthy
    assert found(folder) == before


def test_vectors_without_use_are_dropped_when_asked(folder: Path) -> None:
    opened(folder).delete(["news/fish.txt"])
    health = examine(folder)
    assert (health.is_healthy, finding(health, "unused").message[:8]) == (True, "1 vector")
    assert [one.kind for one in repair(folder).findings] == ["skipped"]


def test_a_damaged_file_is_reported_and_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened(folder)
    path = folder / "corpus.db"
    change(folder, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[PAGE_BYTES * 2 : PAGE_BYTES * 3] = b"\xff" * PAGE_BYTES
    path.write_bytes(content)
    capsys.readouterr()
    assert main(["doctor", str(folder), "--repair"]) == 1
    assert "damaged" in "".join(capsys.readouterr())
    assert [one.kind for one in examine(folder).problems] == ["file"]
    assert path.read_bytes() == content


def test_a_writer_that_was_cut_short_is_reported_but_not_one_at_work(folder: Path) -> None:
    change(folder, "UPDATE state SET generation = generation + 1, mark = '0123456789abcdef'")
    with writer_lock(folder):
        assert kinds(examine(folder))[0] == ("writing", False)
        assert examine(folder).is_healthy
    assert kinds(examine(folder))[0] == ("searches", True)
    assert repair(folder).is_healthy


def test_an_earlier_version_is_reported_and_brought_up(folder: Path) -> None:
    change(folder, "UPDATE setting SET value = '1' WHERE name = 'text_rules'")
    assert kinds(examine(folder)) == [("version", True)]
    assert qa.Index.as_found(folder).is_outdated
    assert repair(folder).is_healthy


def test_a_model_that_is_not_there_is_reported(tmp_path: Path) -> None:
    qa.Index.create(tmp_path / "index", WordEmbedder()).upsert([qa.Document("a", NEWS)])
    health = index.examine(tmp_path / "index")
    assert kinds(health) == [("model", True)]
    assert "'words' is not on this disk" in health.findings[0].message


def test_unreadable_parts_and_documents_of_nearly_the_same_text(folder: Path) -> None:
    index = opened(folder)
    long = " ".join(f"Bản tin số {n} về mưa lũ." for n in range(40))
    twins = [qa.Document("a", long), qa.Document("b", long.replace("số 7 ", "số bảy ")), qa.Document("c", NEWS)]
    index.upsert([*twins, qa.Document("scan", "Trang một.", metadata={"damage": "page 2 is without text: scan it"})])
    health = examine(folder)
    assert finding(health, "unreadable").items == ("scan: page 2 is without text: scan it",)
    assert finding(health, "duplicates").items == ("a, b", "c, news/rain.txt")
    assert health.is_healthy


def test_near_duplicates_are_found_by_way_of_others_and_many_equal_ones_at_once() -> None:
    words = [f"từ{n}" for n in range(300)]
    alike = NearDuplicates()
    for number in range(3):
        alike.add(f"changed {number}", " ".join(["khác"] * 5 * number + words[5 * number :]))
    for number in range(500):
        alike.add(f"form {number:03}", "Đơn xin nghỉ phép")
    alike.add("alone", " ".join(reversed(words)))
    assert alike.groups() == [
        ("changed 0", "changed 1", "changed 2"),
        tuple(f"form {number:03}" for number in range(500)),
    ]


def flipped(value: object, chance: random.Random) -> object:
    """A value with one of its bits the other way round, of the same type where it still is one."""
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(16))
    stored = bytearray(value if isinstance(value, bytes) else str(value).encode())
    stored[chance.randrange(len(stored))] ^= 1 << chance.randrange(8)
    return bytes(stored)


def damage_row(folder: Path, table: str, chance: random.Random) -> str:
    """Flip one bit somewhere in a row of a table; return where, and what there was."""
    with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        names = [
            one for one in columns if one not in {"key", "removed"} and (table, one) != ("checksum", "document_key")
        ]
        name = chance.choice(names)
        key = "name" if table == "setting" else "rowid"
        rows = connection.execute(f"SELECT {key}, {name} FROM {table} WHERE length({name}) > 0").fetchall()
        rows = [one for one in rows if (name, one[0]) != ("value", "model")]  # examined with a model that is given
        if not rows:
            return damage_row(folder, table, chance)
        row, value = chance.choice(rows)
        shape = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
        connection.execute(
            f"UPDATE OR REPLACE {table} SET {name} = {shape} WHERE {key} = ?", (flipped(value, chance), row)
        )
        return f"{table}.{name} of {row}: {value!r}"


@pytest.mark.parametrize("table", ["document", "passage", "embedding", "checksum", "setting", "state"])
def test_a_bit_that_is_flipped_anywhere_in_the_truth_is_found(folder: Path, table: str) -> None:
    index = FolderIndex.open(folder, WordEmbedder())
    law = qa.Document("law", f"Điều 1. {NEWS}", metadata={"path": "/x", "legislationIdentifier": "12/2021/QĐ-UBND"})
    index.upsert([replace(law, places=(Place(0, 20, "Điều 1"),))])
    index._store.close()
    missed = []
    for number in range(60):
        copy = Path(shutil.copytree(folder, folder.with_name(f"copy-{number}")))
        what = damage_row(copy, table, random.Random(number))
        try:
            if examine(copy).is_healthy:
                missed.append(what)
        except QAError:
            pass
        shutil.rmtree(copy, ignore_errors=True)  # a search may still be closing its files
    assert missed == []


def test_changed_tags_are_no_damage_and_hide_none(folder: Path) -> None:
    opened(folder).tag(["news/rain.txt"], add=["mật"])
    assert examine(folder).is_healthy
    change(folder, "UPDATE document SET title = 'Nắng' WHERE id = 'news/fish.txt'")
    opened(folder).tag(["news/fish.txt"], add=["mật"])
    assert finding(examine(folder), "damage").items == ("news/fish.txt",)


TEN = """
import os, sys, time, traceback
import faiss, tantivy
from toy import WordEmbedder
import qa, qa.errors

def split_off(work):
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)

def asks(times):
    for _ in range(times):
        hits = qa.Searcher(qa.Index.open(sys.argv[1], WordEmbedder())).search("mưa to miền núi")
        assert [hit.passage.document_id for hit in hits][0] == "news/rain.txt"

def rebuilds():
    left = 3
    while left:
        try:
            qa.Index.open(sys.argv[1], WordEmbedder()).rebuild()
            left -= 1
        except qa.errors.IndexBusyError:  # one of those who ask repairs it
            time.sleep(0.05)

works = [lambda: asks(int(sys.argv[2])) for _ in range(10)] + [rebuilds] * int(sys.argv[3])
processes = [split_off(work) for work in works]
sys.exit(any(os.waitpid(process, 0)[1] for process in processes))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not split off there")
@pytest.mark.parametrize(("times", "rebuilding"), [(1, 0), (5, 1)])
def test_ten_processes_open_a_damaged_index_and_read_over_a_rebuild(folder: Path, times: int, rebuilding: int) -> None:
    (folder / "dense.faiss").write_bytes(b"damaged")
    shutil.rmtree(folder / "lexical")
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    command = [sys.executable, "-c", TEN, str(folder), str(times), str(rebuilding)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert examine(folder).is_healthy
