"""Files that are meant to do harm, or to be no files at all: each is skipped with a reason, and the rest is read."""

import io
import os
import socket
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from qa.documents import read_documents
from qa.documents.composing import outcomes
from qa.documents.formats.markup import parse_page
from qa.documents.mending.lines import mend_lines

TEXT = "Sáng 5/3, tỉnh họp bàn việc chống hạn.\n\nHuyện đào ao.\n"
SECRET = "mật khẩu của máy này"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def skipped(folder: Path) -> dict[str, str]:
    """The reasons against all but the one good file of a folder, by name."""
    reading = read_documents(folder)
    assert [document.id for document in reading] == [f"{folder.name}/tốt.txt"]
    return {Path(one.path).name: one.reason.split(":")[0] for one in reading.skipped}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "tốt.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
@pytest.mark.parametrize("suffix", [".txt", ".pdf", ".zip"])
def test_pipes_sockets_devices_and_links_to_them(folder: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # a socket's name is short
    os.mkfifo(f"ống{suffix}")
    Path(f"liên kết{suffix}").symlink_to(f"ống{suffix}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"ổ{suffix}")
        found = skipped(folder)
    assert found == {
        f"ống{suffix}": "not a regular file",
        f"liên kết{suffix}": "not a regular file",
        f"ổ{suffix}": "not a regular file",
    }
    reading = read_documents([Path("/dev/zero"), folder / "tốt.txt"])
    assert len(list(reading)) == 1


def test_a_way_that_is_too_long_stops_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for _ in range(25):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    Path("thư mục").mkdir()
    Path("liên kết").symlink_to("thư mục")
    assert set(skipped(folder).values()) == {"cannot be opened (File name too long)"}


def test_a_line_of_a_gigabyte(folder: Path) -> None:
    for name in ("a.txt", "b.csv", "c.html", "d.mbox", "e.eml"):
        with (folder / name).open("wb") as file:
            file.write(b"From an@example.vn Tue May 14 08:12:00 2024\nX: a\n\n" if name == "d.mbox" else b"a")
            file.truncate(64 * 1024**2 if name == "d.mbox" else 1024**3)
    found = skipped(folder)
    assert {name: reason.split(" (")[0] for name, reason in found.items()} == {
        "a.txt": "too large",
        "b.csv": "too large",
        "c.html": "too large",
        "1.eml": "a message of more than 20 MB",
        "e.eml": "too large",
    }


def office(write: Callable[[io.BytesIO], None], part: str, root: str) -> bytes:
    """An Office file one of whose parts names a file of this machine, and an entity that grows without end."""
    data = io.BytesIO()
    write(data)
    entities = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    changed = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode("utf-8", "surrogateescape")
            if name == part:
                at = content.index(f"<{root}")
                content = content[:at] + entities + content[at:].replace(SECRET, f"{SECRET} &l9; &f;")
            new.writestr(name, content.encode("utf-8", "surrogateescape"))
    return changed.getvalue()


def word(data: io.BytesIO) -> None:
    writer = docx.Document()
    writer.add_paragraph(SECRET)
    writer.save(data)


def workbook(data: io.BytesIO) -> None:
    writer = openpyxl.Workbook()
    writer.worksheets[0].append([SECRET])
    writer.save(data)


def test_entities_of_xml_are_not_followed(folder: Path) -> None:
    (folder / "a.docx").write_bytes(office(word, "word/document.xml", "w:document"))
    (folder / "b.xlsx").write_bytes(office(workbook, "xl/sharedStrings.xml", "sst"))
    (folder / "c.html").write_text(f"<!DOCTYPE html [{LAUGHS}]><p>{TEXT} &l9;</p>", encoding="utf-8")
    started = time.monotonic()
    documents = list(read_documents(folder))
    assert time.monotonic() - started < 10
    host = Path("/etc/hostname").read_text(encoding="utf-8").strip()
    assert documents
    assert all(len(document.text) < 500 and host not in document.text for document in documents)


def test_deep_nesting_breaks_nothing(folder: Path) -> None:
    deep = 20_000
    (folder / "a.html").write_text(f"{'<div>' * deep}{TEXT}", encoding="utf-8")
    (folder / "b.rtf").write_text("{\\rtf1 " + "{\\b " * deep + "a" + "}" * deep + "}", encoding="ascii")
    (folder / "c.md").write_text("> " * deep + "[" * deep, encoding="utf-8")
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2_000))
    (folder / "d.eml").write_text(f"From: an@example.vn\nTo: binh@example.vn\n{parts}\n{TEXT}", encoding="utf-8")
    reading = read_documents(folder)
    names = {document.id.rpartition("/")[2] for document in reading}
    assert "tốt.txt" in names
    assert len(names) + len(reading.skipped) == 5


def test_what_is_nested_in_a_page_is_read_or_reported(folder: Path) -> None:
    (folder / "tốt.txt").unlink()
    page = "<p>Huyện có ao.</p>{}<p>Xã có hồ.</p>{}<p>Thôn có giếng.</p>"
    for name, deep in (("a.html", 2_000), ("b.html", 3_000)):  # tags that nobody closes
        (folder / name).write_text(page.format("<font>" * deep, "<b>" * 20), encoding="utf-8")
    (folder / "c.html").write_text(f"{'<div>' * 3_000}{TEXT}", encoding="utf-8")
    reading = read_documents(folder)
    texts = {document.id: (document.text, document.metadata.get("damage")) for document in reading}
    reason = "parts in more than 2,048 others, and what follows them, were not read: save the page again as text"
    assert texts == {
        "x/a.html": ("Huyện có ao.\n\nXã có hồ.\n\nThôn có giếng.", None),
        "x/b.html": ("Huyện có ao.", reason),
    }
    assert [one.reason for one in reading.skipped] == [reason]


@pytest.mark.parametrize(
    ("part", "is_kept"), [("<article>", True), ("<div class=menu><article>", True), ("<div class=menu>", False)]
)
def test_articles_and_boilerplate_may_be_nested_deeply(folder: Path, part: str, is_kept: bool) -> None:  # noqa: FBT001
    first, last = "Huyện có ao, xã có hồ, thôn có giếng, bản có suối.", "Xóm có bể, có bến, có bãi, có đình."
    nested = part * (2_000 // part.count("<"))
    (folder / "a.html").write_text(f"<h2>Ao</h2><p>{first}</p>{nested}<p>{last}</p>", encoding="utf-8")
    [outcome] = outcomes(folder / "a.html", ".html")
    assert outcome.composed is not None
    assert outcome.composed.text.split("\n\n") == ["Ao", first, last][: 3 if is_kept else 2]


@pytest.mark.parametrize(
    ("run", "kept"), [("\n" * 1_000_000, "\n\n"), ("\n" + " \n" * 500_000, "\n\n"), ("\n" * 50, "\n" * 50)]
)
def test_a_million_line_ends_take_no_time(folder: Path, run: str, kept: str) -> None:
    (folder / "a.txt").write_text(f"{TEXT.strip()}{run}Hết.\n", encoding="utf-8")
    start = time.process_time()
    [outcome] = outcomes(folder / "a.txt", ".txt")
    assert time.process_time() - start < 3
    assert outcome.composed is not None
    assert outcome.composed.text == f"{TEXT.strip()}{kept}Hết."


def test_half_a_million_marks_end(folder: Path) -> None:
    (folder / "a.txt").write_text(TEXT + "e" + "\u0301\u0323" * 250_000, encoding="utf-8")
    start = time.process_time()
    [outcome] = outcomes(folder / "a.txt", ".txt")
    assert outcome.composed is not None
    assert time.process_time() - start < 10


@pytest.mark.parametrize("run", ["9", "a", "9.", "A", "-1"])
def test_a_word_of_a_hundred_thousand_characters_breaks_no_line(folder: Path, run: str) -> None:
    """A reader that takes a minute for a file is ended, and the file skipped."""
    word = run * (100_000 // len(run))
    text = f"Các xã ký bản giao ước số {word} năm nay,\nđể chống hạn. Hết\nCòn dòng thứ ba.\n"
    (folder / "dài.txt").write_text(text, encoding="utf-8")
    reading = read_documents(folder)
    assert [document.id for document in reading] == [f"{folder.name}/{name}.txt" for name in ("dài", "tốt")]
    assert reading.skipped == []


def seconds(call: Callable[[], object]) -> float:
    """The least processor time of three calls, as other work on the machine lengthens some."""
    times = []
    for _ in range(3):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def test_a_sentence_that_never_ends_is_read_in_time_that_grows_with_its_length() -> None:
    """A text four times as long takes four times as long, and not 16 times, so that a large one is not skipped."""
    line = "một hai ba bốn năm sáu bảy"
    short, long = ("\n\n".join(["Đầu", *[line] * count]) for count in (10_000, 40_000))
    assert mend_lines(short) == f"Đầu\n\n{' '.join([line] * 10_000)}"
    assert seconds(lambda: mend_lines(long)) < 8 * seconds(lambda: mend_lines(short))


def test_the_parts_of_a_deep_page_are_let_go_of_at_once() -> None:
    flat, deep = (f"{'<div>' * depth}{'<p>Ao</p>' * 40_000}{'</div>' * depth}" for depth in (1, 2_000))
    assert seconds(lambda: parse_page(deep)) < 3 * seconds(lambda: parse_page(flat))
