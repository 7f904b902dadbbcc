"""Following a folder: with a real process and real files, each change comes in once, whole, and in a line."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

import pytest

import qa
from qa.cli.watching import Watched
from qa.index.files import writer_lock

MOST_SECONDS = 120


class Watcher:
    """`qa index --watch` as a process; its lines as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        for stream in (process.stdout, process.stderr):
            assert stream
            Thread(target=self._take, args=[stream], daemon=True).start()

    def _take(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line.rstrip("\n"))

    def says(self, count: int = 1) -> list[str]:
        """The next lines, in alphabetical order."""
        try:
            return sorted(self._lines.get(timeout=MOST_SECONDS) for _ in range(count))
        except Empty as error:
            raise AssertionError(f"nothing came, exit code {self.process.poll()}") from error

    def is_silent(self, seconds: float) -> bool:
        time.sleep(seconds)
        return self._lines.empty()


@contextmanager
def watching(*paths: Path, into: Path) -> Iterator[Watcher]:
    command = [sys.executable, "-m", "qa", "index", *map(str, paths), "--into", str(into), "--watch"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
    try:
        yield Watcher(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            assert stream
            stream.close()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    write(tmp_path / "news" / "rain.txt", "Mưa to ở miền núi.")
    write(tmp_path / "news" / "fish.txt", "Cá sống ở sông.")
    return tmp_path / "news"


def begun(watcher: Watcher) -> None:
    assert "Watching for changes (Ctrl+C stops it)." in watcher.says(2)


def held(into: Path) -> dict[str, str]:
    return {one.id: one.text.strip() for one in qa.Index.open(into).documents()}


def test_each_change_of_a_folder_comes_in(tmp_path: Path, news: Path) -> None:
    into = tmp_path / "index"
    with watching(news, into=into) as watcher:
        begun(watcher)
        write(news / "sub" / "sun.txt", "Nắng đẹp ở biển.")
        assert watcher.says() == ["added news/sub/sun.txt"]
        write(news / "rain.txt", "Mưa nhỏ ở miền núi.")
        assert watcher.says() == ["updated news/rain.txt"]
        (news / "fish.txt").rename(news / "cá.txt")
        assert watcher.says(2) == ["added news/cá.txt", "removed news/fish.txt"]
        (news / "sub").rename(news / "below")
        assert watcher.says(2) == ["added news/below/sun.txt", "removed news/sub/sun.txt"]
        (news / "cá.txt").unlink()
        assert watcher.says() == ["removed news/cá.txt"]
        (news / "scan.pdf").write_bytes(b"%PDF-1.4\n")
        assert watcher.says()[0].startswith(f"skipped {news / 'scan.pdf'}: a damaged or truncated PDF")
        assert held(into) == {"news/rain.txt": "Mưa nhỏ ở miền núi.", "news/below/sun.txt": "Nắng đẹp ở biển."}
        watcher.process.send_signal(signal.SIGINT)
        assert watcher.process.wait(MOST_SECONDS) == 0
        assert watcher.is_silent(0)
    assert qa.Searcher.open(into).search("nắng đẹp", k=1)[0].passage.document_id == "news/below/sun.txt"


def test_a_file_that_is_being_written_is_not_read_half(tmp_path: Path, news: Path) -> None:
    into = tmp_path / "index"
    with watching(news, into=into) as watcher:
        begun(watcher)
        with (news / "long.txt").open("w", encoding="utf-8") as file:
            for number in range(12):
                file.write(f"Đoạn thứ {number}.\n")
                file.flush()
                time.sleep(0.2)
            assert "news/long.txt" not in held(into)
        assert watcher.says() == ["added news/long.txt"]
        assert held(into)["news/long.txt"].count("Đoạn thứ") == 12


def test_a_deleted_folder_is_waited_for_and_nothing_is_lost(tmp_path: Path, news: Path) -> None:
    into, away = tmp_path / "index", tmp_path / "away"
    write(tmp_path / "law" / "one.txt", "Điều lệ Đảng.")
    with watching(news, tmp_path / "law", into=into) as watcher:
        begun(watcher)
        shutil.move(news, away)
        assert watcher.says() == [
            f"{news} is gone or empty; what is indexed from it is kept. Waiting for it to come back."
        ]
        write(tmp_path / "law" / "two.txt", "Luật đất đai.")
        assert watcher.says() == ["added law/two.txt"]
        assert len(held(into)) == 4
        write(away / "rain.txt", "Mưa nhỏ ở miền núi.")
        shutil.move(away, news)
        assert watcher.says() == ["updated news/rain.txt"]
        write(news / "sun.txt", "Nắng đẹp ở biển.")
        assert watcher.says() == ["added news/sun.txt"]
        assert sorted(held(into)) == ["law/one.txt", "law/two.txt", "news/fish.txt", "news/rain.txt", "news/sun.txt"]
        watcher.process.terminate()
        assert watcher.process.wait(MOST_SECONDS) == 0


def test_it_waits_for_the_first_file_and_for_another_writer(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    into = tmp_path / "inbox" / "index"  # within the folder, so that what it writes itself must not wake it
    with watching(tmp_path / "inbox", into=into) as watcher:
        assert [line.split(" (")[0] for line in watcher.says(3)] == [
            f"{tmp_path / 'inbox'} is gone or empty; what is indexed from it is kept. Waiting for it to come back.",
            "Watching for changes",
            f"qa: The folder {tmp_path / 'inbox'} holds no text that can be read",
        ]
        with writer_lock(into):
            write(tmp_path / "inbox" / "rain.txt", "Mưa to ở miền núi.")
            assert watcher.says()[0].startswith("qa: Another process is writing to the index at ")
        assert watcher.says() == ["added inbox/rain.txt"]
        assert watcher.is_silent(2)


def test_an_index_that_is_gone_for_a_while_gets_what_changed_meanwhile(tmp_path: Path, news: Path) -> None:
    into, away = tmp_path / "index", tmp_path / "away"
    with watching(news, into=into) as watcher:
        begun(watcher)
        into.rename(away)
        write(news / "sun.txt", "Nắng đẹp ở biển.")
        assert watcher.says()[0].startswith(f"qa: The index at {into} was removed since it was opened. ")
        assert not into.exists()
        away.rename(into)
        assert watcher.says() == ["added news/sun.txt"]
        assert sorted(held(into)) == ["news/fish.txt", "news/rain.txt", "news/sun.txt"]


def test_a_file_that_was_given_by_itself(tmp_path: Path, news: Path) -> None:
    into = tmp_path / "index"
    with watching(news / "rain.txt", into=into) as watcher:
        begun(watcher)
        write(news / "beside.txt", "Không ai hỏi.")
        write(tmp_path / "new", "Mưa nhỏ ở miền núi.")
        (tmp_path / "new").replace(news / "rain.txt")  # as editors save
        assert watcher.says() == ["updated news/rain.txt"]
        assert list(held(into)) == ["news/rain.txt"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with watching(tmp_path / "nowhere", into=tmp_path / "index") as watcher:
        assert watcher.says()[0].startswith("qa: There is no file or folder at ")
        assert watcher.process.wait(MOST_SECONDS) == 1


# Without a process


def settled(watched: Watched) -> list[str]:
    return sorted(path.name for path in watched.settled())


@pytest.fixture
def watched(news: Path, tmp_path: Path) -> Watched:
    return Watched([news], outside=tmp_path / "index", settle=0.2)


def test_nothing_is_reported_before_it_has_settled(news: Path, watched: Watched) -> None:
    assert settled(watched) == []
    write(news / "sun.txt", "Nắng.")
    assert settled(watched) == []
    assert watched.is_moving()
    time.sleep(0.25)
    write(news / "sun.txt", "Nắng đẹp.")
    assert settled(watched) == []
    time.sleep(0.25)
    assert settled(watched) == settled(watched) == ["sun.txt"]
    watched.keep(watched.settled())
    assert settled(watched) == []
    assert not watched.is_moving()


def test_a_file_that_changes_while_it_is_read_is_reported_again(news: Path, watched: Watched) -> None:
    write(news / "sun.txt", "Nắng.")
    watched.settled()
    time.sleep(0.25)
    changes = watched.settled()
    write(news / "sun.txt", "Nắng đẹp.")
    watched.keep(changes)
    watched.settled()
    time.sleep(0.25)
    assert settled(watched) == ["sun.txt"]


@pytest.mark.parametrize(
    "passing",
    [
        lambda news: write(news / ".hidden.txt", "Ẩn."),
        lambda news: write(news / ".git" / "a.txt", "Ẩn."),
        lambda news: write(news / "~$rain.docx", "Đang mở."),
        lambda news: write(news.parent / "index" / "a.txt", "Của chỉ mục."),
        lambda news: (news / "loop.txt").symlink_to("loop.txt"),
        lambda news: os.utime(news),
    ],
)
def test_what_is_not_looked_at(news: Path, watched: Watched, passing: Callable[[Path], None]) -> None:
    passing(news)
    watched.settled()
    time.sleep(0.25)
    assert settled(watched) == []


def test_the_index_is_not_followed_by_whatever_way_its_folder_is_named(news: Path) -> None:
    (news.parent / "link").symlink_to(news, target_is_directory=True)
    watched = Watched([news.parent / "link"], outside=news / "index", settle=0)
    write(news / "index" / "corpus.db", "Của chỉ mục.")
    assert settled(watched) == []


def test_an_emptied_folder_is_out_of_reach_and_not_deleted(news: Path, watched: Watched) -> None:
    for path in news.iterdir():
        path.unlink()
    watched.settled()
    time.sleep(0.25)
    assert (settled(watched), watched.in_reach(), watched.out_of_reach()) == ([], [], [news])
    write(news / "rain.txt", "Mưa.")
    watched.settled()
    time.sleep(0.25)
    assert settled(watched) == ["fish.txt", "rain.txt"]
