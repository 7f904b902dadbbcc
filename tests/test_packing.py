"""A pack holds the whole truth as of one moment; what is not exactly what was packed never becomes an index."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SEEDS
from test_index_upgrade import TESTS, earlier, set_setting
from toy import WordEmbedder

import qa
from eval.files import FileMaker
from qa.cli import main
from qa.errors import IndexDamagedError, IndexExistsError, IndexMismatchError, NotAnIndexError, PackError
from qa.index import examine, pack, unpack
from qa.retrieval import MODES


@pytest.fixture
def packed(index: qa.Index, tmp_path: Path) -> Path:
    pack(index.folder, tmp_path / "index.pack")
    return tmp_path / "index.pack"


def found(folder: Path) -> dict[str, list[tuple[str, float]]]:
    searcher = qa.Searcher.open(folder, WordEmbedder())
    return {mode: [(hit.passage.id, hit.score) for hit in searcher.search("mưa cá", mode=mode)] for mode in MODES}


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def written_anew(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_what_is_unpacked_is_searched_like_what_was_packed(index: qa.Index, tmp_path: Path, packed: Path) -> None:
    embedder = WordEmbedder()
    assert unpack(packed, tmp_path / "there").documents == 3
    there = qa.Index.open(tmp_path / "there", embedder)
    assert found(there.folder) == found(index.folder)
    assert there.documents() == index.documents()
    assert embedder.embedded == []
    assert left_behind(tmp_path) == []


def test_a_pack_tells_what_it_holds(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["manifest.json", "manifest.sha256", "corpus.db"]
        manifest = archive.read("manifest.json")
        report = json.loads(manifest)
        assert archive.read("manifest.sha256").split()[0].decode() == hashlib.sha256(manifest).hexdigest()
        content = archive.read("corpus.db")
    digest = hashlib.sha256(content).hexdigest()
    assert report["members"] == {"corpus.db": {"size": len(content), "sha256": digest}}
    assert (report["pack"], report["documents"], report["settings"]["model"]) == (1, 3, "words")


def test_judgements_travel_along(index: qa.Index, tmp_path: Path) -> None:
    passage = qa.Searcher(index).search("mưa")[0].passage
    index.judgements.add("Ở đâu có mưa?", passage, relevant=True)
    pack(index.folder, tmp_path / "index.pack")
    unpack(tmp_path / "index.pack", tmp_path / "there")
    assert len(qa.Index.open(tmp_path / "there", WordEmbedder()).judgements) == 1


WRITER = """
    import sys
    sys.path.insert(0, {tests!r})
    from toy import WordEmbedder
    import qa

    index = qa.Index.open({folder!r}, WordEmbedder())
    for n in range(100_000):
        index.upsert([qa.Document(f"pair {{n}} {{m}}", f"Mưa và cá lần {{n}}.") for m in "ab"])
        print(n, flush=True)
"""


def test_a_pack_is_of_one_moment_while_others_write(index: qa.Index, tmp_path: Path) -> None:
    code = textwrap.dedent(WRITER.format(tests=str(TESTS), folder=str(index.folder)))
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout
        for number in range(3):
            assert writer.stdout.readline() == f"{number}\n"
            pack(index.folder, tmp_path / "index.pack")
            unpack(tmp_path / "index.pack", tmp_path / f"there {number}")
            documents = len(qa.Index.open(tmp_path / f"there {number}", WordEmbedder()).documents())
            assert documents % 2 == 1
            assert documents >= 3 + 2 * (number + 1)
            assert examine(tmp_path / f"there {number}", WordEmbedder()).problems[1:] == []
    finally:
        writer.kill()
        writer.communicate()


def test_an_index_is_replaced_only_when_asked(index: qa.Index, tmp_path: Path, packed: Path) -> None:
    index.upsert([qa.Document("later", "Nắng đẹp.")])
    with pytest.raises(IndexExistsError, match="--replace"):
        unpack(packed, index.folder)
    assert index.counts() == (4, 4)
    unpack(packed, index.folder, replacing=True)
    assert qa.Index.open(index.folder, WordEmbedder()).counts() == (3, 3)
    assert left_behind(tmp_path) == []


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path, packed: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("Thư.", encoding="utf-8")
    for replacing in (False, True):
        with pytest.raises(NotAnIndexError):
            unpack(packed, tmp_path / "letters", replacing=replacing)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["letter.txt"]
    (tmp_path / "empty").mkdir()
    assert unpack(packed, tmp_path / "empty").documents == 3


def test_no_flipped_byte_and_no_cut_becomes_an_index(tmp_path: Path, packed: Path) -> None:
    """A flipped byte may do nothing where ZIP keeps dates and the like; then all is as it was packed."""
    whole, pick = packed.read_bytes(), random.Random(7)
    unpack(packed, tmp_path / "whole")
    wanted = (tmp_path / "whole" / "corpus.db").read_bytes()
    changed = []
    for offset in [*range(0, 200), *range(len(whole) - 400, len(whole)), *pick.sample(range(len(whole)), 100)]:
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << pick.randrange(8)
        changed.append(bytes(flipped))
    changed += [whole[:length] for length in (0, 1, 100, len(whole) // 2, len(whole) - 1)]
    for number, content in enumerate(changed):
        packed.write_bytes(content)
        target = tmp_path / f"there {number}"
        try:
            unpack(packed, target)
        except PackError:
            assert not target.exists()
        else:
            assert (target / "corpus.db").read_bytes() == wanted
            assert [path.name for path in target.iterdir()] == ["corpus.db"]
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/tmp/evil.txt", "a/corpus.db", "..\\evil.txt", "writer.lock", "C:evil"]
)
def test_nothing_gets_out_of_the_archive(tmp_path: Path, packed: Path, name: str) -> None:
    written_anew(packed, lambda members: members.update({name: b"evil"}))
    with pytest.raises(PackError, match="which no pack does"):
        unpack(packed, tmp_path / "in" / "there")
    assert not (tmp_path / "in" / "there").exists()
    assert not any("evil" in path.name for path in tmp_path.rglob("*"))


def change_a_byte(members: dict[str, bytes]) -> None:
    content = bytearray(members["corpus.db"])
    content[len(content) // 2] ^= 1
    members["corpus.db"] = bytes(content)


def lengthen(members: dict[str, bytes]) -> None:
    members["corpus.db"] += b"\0" * 4096


def forge_manifest(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"documents": 3', b'"documents": 4')


def lose_the_truth(members: dict[str, bytes]) -> None:
    del members["corpus.db"]


def lose_the_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def add_judgements(members: dict[str, bytes]) -> None:
    members["judgements.db"] = b"all of them relevant"


def write_another_manifest(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b'{"pack": 1, "members": []}'
    members["manifest.sha256"] = hashlib.sha256(members["manifest.json"]).hexdigest().encode()


@pytest.mark.parametrize(
    "change",
    [
        *(change_a_byte, lengthen, forge_manifest, lose_the_truth, lose_the_manifest, add_judgements),
        write_another_manifest,
    ],
)
def test_what_was_changed_is_refused(tmp_path: Path, packed: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    written_anew(packed, change)
    with pytest.raises(PackError):
        unpack(packed, tmp_path / "there")
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("content", [b"", b"Not a pack.", b"PK\x03\x04 almost"])
def test_other_files_are_no_packs(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "letter").write_bytes(content)
    for file in (tmp_path / "letter", tmp_path / "none", tmp_path):
        with pytest.raises(PackError):
            unpack(file, tmp_path / "there")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("letter.txt", "Thư.")
    with pytest.raises(PackError, match=r"'letter\.txt', which no pack does"):
        unpack(tmp_path / "other.zip", tmp_path / "there")


def test_a_damaged_truth_is_not_packed_over_a_whole_one(index: qa.Index, packed: Path) -> None:
    before = packed.read_bytes()
    qa.Index.open(index.folder, WordEmbedder())
    path = index.folder / "corpus.db"
    unpack(packed, index.folder.parent / "copy")
    damaged = index.folder.parent / "copy" / "corpus.db"
    content = bytearray(damaged.read_bytes())
    content[3 * 4096 : 4 * 4096] = b"\xff" * 4096
    damaged.write_bytes(content)
    with pytest.raises(IndexDamagedError):
        pack(damaged.parent, packed)
    assert packed.read_bytes() == before
    assert path.exists()


def test_a_place_that_cannot_be_written_is_reported(index: qa.Index, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(PackError, match="Choose another file"):
        pack(index.folder, tmp_path / "folder")
    with pytest.raises(PackError, match="Choose another file"):
        pack(index.folder, index.folder / "corpus.db" / "x.pack")
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("name", ["index/corpus.db", "index/dense.faiss", "letter.docx"])
def test_no_other_file_is_replaced_by_a_pack(index: qa.Index, tmp_path: Path, name: str) -> None:
    (tmp_path / "letter.docx").write_bytes(FileMaker([SEEDS]).make(".docx"))
    before = (tmp_path / name).read_bytes()
    with pytest.raises(PackError, match="there is another file of that name"):
        pack(index.folder, tmp_path / name)
    assert (tmp_path / name).read_bytes() == before
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("size", [0, 43, 200])
def test_what_is_left_of_a_pack_is_replaced(index: qa.Index, packed: Path, size: int) -> None:
    os.truncate(packed, size)
    assert pack(index.folder, packed).documents == 3
    assert unpack(packed, index.folder, replacing=True).documents == 3


def test_where_a_link_leads_to_is_replaced(index: qa.Index, tmp_path: Path, packed: Path) -> None:
    index.delete([index.documents()[0].id])
    (tmp_path / "link").symlink_to("index", target_is_directory=True)
    unpack(packed, tmp_path / "link", replacing=True)
    assert (tmp_path / "link").is_symlink()
    assert qa.Index.open(index.folder, WordEmbedder()).counts() == (3, 3)
    assert left_behind(tmp_path) == []


def test_packs_of_other_versions(tmp_path: Path) -> None:
    folder = earlier("format-1-without-marks", tmp_path)
    pack(folder, tmp_path / "earlier.pack")
    unpack(tmp_path / "earlier.pack", tmp_path / "there")
    assert qa.Index.open(tmp_path / "there", WordEmbedder()).counts()[0] == 4
    set_setting(folder, "format", "99")
    pack(folder, tmp_path / "newer.pack")
    with pytest.raises(IndexMismatchError, match="install that version"):
        unpack(tmp_path / "newer.pack", tmp_path / "then")
    assert not (tmp_path / "then").exists()


@pytest.mark.parametrize("verb", ["pack", "unpack"])
def test_a_kill_leaves_what_was_there(index: qa.Index, tmp_path: Path, packed: Path, verb: str) -> None:
    before, hits = packed.read_bytes(), found(index.folder)
    call = {"pack": f"pack({str(index.folder)!r}, {str(packed)!r})"}
    call["unpack"] = f"unpack({str(packed)!r}, {str(index.folder)!r}, replacing=True)"
    code = f"from qa.index import pack, unpack\nprint('begun', flush=True)\nwhile True: {call[verb]}"
    pick = random.Random(3)
    for number in range(5):
        working = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert working.stdout
        assert working.stdout.readline()
        time.sleep(pick.uniform(0, 0.1))
        os.kill(working.pid, signal.SIGKILL)
        working.communicate()
        if verb == "pack":
            unpack(packed, tmp_path / f"there {number}")
            assert found(tmp_path / f"there {number}") == hits
        elif not index.folder.exists():  # between two renames: both are beside it, whole
            kept = [path for path in tmp_path.iterdir() if ".earlier-" in path.name]
            kept[0].rename(index.folder)
        assert found(index.folder) == hits
    assert verb == "pack" or packed.read_bytes() == before


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "rain.txt").write_text("Mưa to ở miền núi.\n", encoding="utf-8")
    folder, file, there = (str(tmp_path / name) for name in ("index", "index.pack", "there"))
    assert main(["index", str(tmp_path / "news"), "--into", folder]) == 0
    capsys.readouterr()
    assert main(["pack", folder, "-o", file]) == 0
    assert capsys.readouterr().out.startswith(f"{folder}: 1 documents packed into {file} (")
    assert main(["unpack", file, there]) == 0
    assert re.fullmatch(rf"{there}: 1 documents unpacked from {file} \(\d+ kB\)\.\n", capsys.readouterr().out)
    assert (Path(there) / "dense.faiss").is_file()
    assert main(["unpack", file, there]) == 1
    assert capsys.readouterr().err.startswith(f"qa: There is already an index at {there}.")
    assert main(["unpack", file, there, "--replace", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["index", "file", "bytes", "documents", "members"]
    assert (report["index"], report["documents"], list(report["members"])) == (there, 1, ["corpus.db"])
