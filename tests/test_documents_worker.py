"""The second process: it reads what the first would, and a reader that crashes or hangs costs one file."""

import gc
import os
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SEEDS

from qa.documents import read_documents
from qa.documents.composing import Outcome, outcomes
from qa.documents.formats.protocol import UnreadableError
from qa.documents.worker import MAX_YOUNG, Worker

TEXT = "Sáng 5/3, tỉnh họp bàn việc chống hạn.\n\nHuyện đào ao.\n"
SLOW = "<table>" + "<tr><td>Xã</td><td>96</td></tr>" * 200_000  # takes more than two seconds to read


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(seconds=2)
    yield worker
    worker.close()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "a.html").write_text(f"<html><body><p>{TEXT}</p></body></html>", encoding="utf-8")
    (tmp_path / "b.html").write_text(SLOW, encoding="utf-8")
    (tmp_path / "c.csv").write_text("Xã,Hộ\nAn Bình,96\n", encoding="utf-8")
    return [tmp_path / name for name in ("a.html", "b.html", "c.csv")]


def asked(worker: Worker, paths: list[Path]) -> list[list[Outcome]]:
    for path in paths:
        worker.ask(path, path.suffix)
    return [list(worker.outcomes()) for _ in paths]


def test_it_reads_what_the_first_process_reads(tmp_path: Path) -> None:
    paths = [path for path in sorted(SEEDS.iterdir()) if path.suffix == ".txt"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for path in paths:
            archive.write(path, path.name)
    worker = Worker()
    found = asked(worker, [*paths, tmp_path / "a.zip"])
    assert found == [list(outcomes(path, path.suffix)) for path in [*paths, tmp_path / "a.zip"]]
    assert [len(one) for one in found] == [1] * 5 + [5]
    assert worker.is_idle()
    worker.close()


def test_a_reader_that_takes_too_long_costs_its_file(worker: Worker, files: list[Path]) -> None:
    [[first], [slow], [last]] = asked(worker, files)
    assert first.composed is not None
    assert slow == Outcome(reason="reading it takes more than 2 s: split it into smaller files")
    assert last.composed is not None


def test_a_reader_that_takes_too_long_costs_one_member_of_an_archive(worker: Worker, files: list[Path]) -> None:
    path = files[0].parent / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    [found] = asked(worker, [path])
    assert [(one.member, bool(one.composed)) for one in found] == [("a.html", True), ("b.html", False), ("c.csv", True)]
    assert found[1].reason.startswith("reading it takes more than 2 s")


def test_a_crash_costs_the_file_that_is_being_read(files: list[Path]) -> None:
    worker = Worker()
    for path in files[1:]:
        worker.ask(path, path.suffix)
    time.sleep(0.3)
    assert worker.process_id is not None
    os.kill(worker.process_id, signal.SIGSEGV)
    [crashed], [last] = list(worker.outcomes()), list(worker.outcomes())
    worker.close()
    assert crashed.reason.startswith("its reader crashed (signal 11): open it in the program that wrote it")
    assert last.composed is not None


def test_a_worker_that_ended_while_nobody_asked_is_not_lent_again(files: list[Path]) -> None:
    assert len(list(read_documents(files[0]))) == 1
    from qa.documents import worker

    [idle] = worker._idle
    ended = idle.process_id
    assert ended is not None
    os.kill(ended, signal.SIGKILL)
    while idle.is_idle():
        time.sleep(0.01)
    assert len(list(read_documents(files[2]))) == 1
    assert [one.process_id for one in worker._idle] != [ended]


def test_what_is_left_unread_holds_nobody_up(files: list[Path]) -> None:
    reading = iter(read_documents([files[2], files[1], files[0]]))
    assert next(reading).id.endswith("/c.csv")
    started = time.monotonic()
    reading.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 1
    assert len(list(read_documents(files[0]))) == 1


def test_a_file_that_fills_the_memory_costs_itself(files: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "d.html"
    path.write_bytes(b"<p>" * 3_000_000)
    worker = Worker(memory=150 * 1024 * 1024)
    [[hungry], [last]] = asked(worker, [path, files[2]])
    worker.close()
    assert hungry.composed is None
    assert last.composed is not None


def test_a_function_is_called_there_and_may_crash(worker: Worker, files: list[Path]) -> None:
    assert worker.call(os.getpid) == worker.process_id != os.getpid()
    for crash in (os.abort, sleep_long):
        with pytest.raises(UnreadableError, match=r"crashed|takes more than 2 s"):
            worker.call(crash)
        assert worker.call(max, 2, 3) == 3
    assert len(asked(worker, files[:1])[0]) == 1
    with pytest.raises(UnreadableError, match="locked"):
        worker.call(refuse)


def sleep_long() -> None:
    time.sleep(20)


def refuse() -> None:
    raise UnreadableError("locked with a password")


def test_it_seldom_looks_for_circles_of_objects_which_a_table_of_millions_has_none_of(worker: Worker) -> None:
    assert worker.call(gc.get_threshold)[0] == MAX_YOUNG
