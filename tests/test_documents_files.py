"""Files and folders: what becomes a document, under which name, and why the rest is skipped."""

import copy
import os
import pickle
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents import MAX_FILE_BYTES, SUFFIXES, Document, Skipped, read_documents
from qa.errors import NoTextError, PathNotFoundError

TEXT = "Sáng 5/3, tỉnh họp bàn việc chống hạn.\n\nHuyện đào ao.\n"
SAVE = "open it in an editor and save it as UTF-8"


def read(*paths: Path) -> tuple[list[Document], list[Skipped]]:
    reading = read_documents(paths)
    return list(reading), reading.skipped


def reason_against(path: Path) -> str:
    documents, skipped = read(path)
    assert documents == []
    assert [one.path for one in skipped] == [str(path)]
    return skipped[0].reason


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "Hồ sơ"
    (folder / "2022").mkdir(parents=True)
    (folder / "b.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.md").write_text("# Tiêu đề\n\nMột.", encoding="utf-8")
    (folder / "2022" / "c.TXT").write_text("Hai.", encoding="utf-8")
    return folder


def test_a_folder_is_read_below_itself_in_order(folder: Path) -> None:
    reading = read_documents([folder])
    assert [document.id for document in reading] == ["Hồ sơ/2022/c.TXT", "Hồ sơ/a.md", "Hồ sơ/b.txt"]
    assert [document.source for document in reading] == ["Hồ sơ/2022/c.TXT", "Hồ sơ/a.md", "Hồ sơ/b.txt"]
    assert [document.metadata["path"] for document in reading] == [
        str(folder.resolve() / name) for name in ("2022/c.TXT", "a.md", "b.txt")
    ]
    assert reading.folders == (folder.resolve(),)
    assert reading.skipped == []


def test_a_file_by_itself_is_named_by_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = read_documents([folder / "2022" / ".." / "b.txt"])
    assert [(document.id, document.text) for document in reading] == [("Hồ sơ/b.txt", TEXT.rstrip())]
    assert reading.folders == ()
    monkeypatch.chdir(folder)
    assert [document.id for document in read_documents(["b.txt"])] == ["Hồ sơ/b.txt"]
    assert [document.id for document in read_documents(".")] == ["Hồ sơ/2022/c.TXT", "Hồ sơ/a.md", "Hồ sơ/b.txt"]


def test_each_iteration_reads_anew(folder: Path) -> None:
    reading = read_documents([folder])
    assert len(list(reading)) == 3
    (folder / "b.txt").unlink()
    (folder / "d.txt").write_bytes(b"")
    assert [document.id for document in reading] == ["Hồ sơ/2022/c.TXT", "Hồ sơ/a.md"]
    assert [Path(skipped.path).name for skipped in reading.skipped] == ["d.txt"]


def test_text_is_as_written_but_for_line_ends_and_form(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", "Đảng\r\n\r\n  hoà\u00a0 \rhòa").encode())
    assert [document.text for document in read_documents([path])] == ["Đảng\n\n  hoà\u00a0 \nhòa"]


@pytest.mark.parametrize(
    "name", [unicodedata.normalize("NFD", "Điều ước.txt"), "hai\ndòng.txt", "\"nháy' #%.txt", " .txt"]
)
def test_odd_file_names(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    documents, skipped = read(tmp_path)
    assert [document.id for document in documents] == [f"{tmp_path.name}/{unicodedata.normalize('NFC', name)}"]
    assert Path(documents[0].metadata["path"]).read_text("utf-8") == TEXT
    assert skipped == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe1.txt")).write_text(TEXT, encoding="utf-8")
    documents, skipped = read(tmp_path)
    assert len(documents) == 1
    assert skipped == [Skipped(f"{tmp_path}/\\xe1.txt", "its name is not valid UTF-8: rename it")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty (not one letter or digit): put text into it, or leave it out"),
        (b" \r\n\t\xc2\xa0", "empty (not one letter or digit): put text into it, or leave it out"),
        (b"\xef\xbb\xbf---", "empty (not one letter or digit): put text into it, or leave it out"),
        (b"ao h\x00 n", "binary data, not text: export its text to a UTF-8 .txt file"),
        (b"a\x01\x02\x03", "binary data, not text: export its text to a UTF-8 .txt file"),
        (bytes(range(1, 256)), "binary data, not text: export its text to a UTF-8 .txt file"),
        (
            "À Paris,\nl'été".encode("latin-1"),
            f"not UTF-8 (line 1), nor any Vietnamese encoding that is known: {SAVE}",
        ),
        (
            "Phản hồi\n\nCác tin khác\n\nXem nhiều nhất\n".encode(),
            "nothing left after boilerplate was removed: save the article's own page",
        ),
    ],
)
def test_bytes_that_are_no_text_are_skipped_with_the_next_step(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    assert reason_against(path) == reason


def test_a_stray_control_character_does_not_make_a_text_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Trang một.\fTrang hai.\x1a" + TEXT * 3, encoding="utf-8")
    assert len(read(path)[0]) == 1


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    assert reason_against(path) == "too large (50.0 MB; at most 20 MB are read): split it into smaller files"
    assert MAX_FILE_BYTES == 20 * 1024 * 1024


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    assert reason_against(path) == "not a regular file: copy its text into a .txt file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)
    expected = "cannot be opened (Permission denied): check that it is still there and that you may read it"
    assert reason_against(path) == expected


def test_a_link_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to(tmp_path / "b.txt")
    documents, skipped = read(path)
    expected = "cannot be opened (No such file or directory): check that it is still there and that you may read it"
    assert (documents, skipped) == ([], [Skipped(str(path), expected)])


def test_other_kinds_hidden_files_and_links_in_a_folder(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(TEXT, encoding="utf-8")
    (folder / "leaves.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "stays.txt").symlink_to(folder / "b.txt")
    (folder / "paper.png").write_bytes(b"\x89PNG")
    (folder / "README.md").write_text("Về thư mục này", encoding="utf-8")
    (folder / ".hidden.txt").write_text(TEXT, encoding="utf-8")
    (folder / "~$b.docx").write_bytes(b"\x06Lan Anh" + bytes(155))  # what Word keeps while b.docx is open
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text(TEXT, encoding="utf-8")
    documents, skipped = read(folder)
    assert [document.id for document in documents] == ["Hồ sơ/2022/c.TXT", "Hồ sơ/a.md", "Hồ sơ/b.txt"]
    assert [(Path(one.path).name, one.reason.split(":")[0]) for one in skipped] == [
        ("README.md", "describes its folder"),
        ("folder", "a link to a folder is not followed"),
        ("leaves.txt", "a link that leaves the folder is not followed"),
        ("paper.png", f"not a kind of file that is read ({', '.join(SUFFIXES)})"),
        ("stays.txt", "read already as 'Hồ sơ/b.txt'"),
    ]


def test_the_readme_of_a_folder_is_read_when_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(TEXT, encoding="utf-8")
    assert len(read(path)[0]) == 1
    with pytest.raises(NoTextError):
        read(tmp_path)


def test_a_file_of_another_kind_given_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG")
    assert reason_against(path).startswith("not a kind of file that is read (.txt, .md, .pdf, ")


def test_two_files_of_one_name_and_one_file_given_twice(tmp_path: Path) -> None:
    for place in ("một", "hai"):
        (tmp_path / place / "x").mkdir(parents=True)
        (tmp_path / place / "x" / "a.txt").write_text(place, encoding="utf-8")
    one, two = tmp_path / "một" / "x", tmp_path / "hai" / "x"
    documents, skipped = read(one / "a.txt", two / "a.txt", one / ".." / "x" / "a.txt")
    assert [(document.id, document.text) for document in documents] == [("x/a.txt", "một")]
    assert skipped == [
        Skipped(str(two / "a.txt"), "another file has the id 'x/a.txt': rename the file or its folder"),
        Skipped(str(one / "a.txt"), "read already as 'x/a.txt': nothing to do"),
    ]


def test_a_path_that_is_not_there_is_an_error_at_once(folder: Path) -> None:
    with pytest.raises(PathNotFoundError) as caught:
        read_documents([folder, folder / "none.txt"])
    assert caught.value.path == folder / "none.txt"


def test_a_folder_without_text_is_an_error_before_anything_is_read(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(NoTextError, match=r"\(1 other files\)"):
        next(iter(read_documents([folder, empty])))


def test_a_folder_whose_files_are_all_skipped_is_an_error_that_keeps_the_reasons(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    reading = read_documents([tmp_path])
    with pytest.raises(NoTextError):
        list(reading)
    assert [Path(skipped.path).name for skipped in reading.skipped] == ["a.txt"]


def test_a_document_is_nfc_read_only_and_can_be_copied() -> None:
    metadata = {"path": "/a"}
    document = Document("a", "e\u0302\u0301", "u\u031b", metadata=metadata)
    metadata["path"] = "/b"
    assert (document.text, document.title, document.metadata["path"]) == ("ế", "ư", "/a")
    with pytest.raises(TypeError):
        document.metadata["path"] = "/c"  # type: ignore[index]
    assert pickle.loads(pickle.dumps(document)) == copy.deepcopy(document) == document
    assert len({document, copy.copy(document)}) == 1
    with pytest.raises(ValueError, match="id"):
        Document("", "text")


def test_the_digest_is_of_what_is_shown() -> None:
    document = Document("a", "text", "title", "source", date(2022, 1, 13), "vi", {"path": "/a", "author": "An"})
    same = Document("b", "text", "title", "source", date(2022, 1, 13), "vi", {"author": "An", "path": "/b"})
    assert document.digest == same.digest
    assert len(document.digest) == 64
    others = [
        Document("a", "text.", "title", "source", date(2022, 1, 13), "vi", {"author": "An"}),
        Document("a", "text", "title.", "source", date(2022, 1, 13), "vi", {"author": "An"}),
        Document("a", "text", "title", "source.", date(2022, 1, 13), "vi", {"author": "An"}),
        Document("a", "text", "title", "source", None, "vi", {"author": "An"}),
        Document("a", "text", "title", "source", date(2022, 1, 13), None, {"author": "An"}),
        Document("a", "text", "title", "source", date(2022, 1, 13), "vi", {"author": "Bình"}),
    ]
    assert len({document.digest, *(other.digest for other in others)}) == 7


# Without signs that stand in text of a wrong encoding, such as "á»‡", which is put right.
SIGNS = "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xC0))


@given(st.lists(st.text(st.characters(exclude_characters="\r\n" + SIGNS, exclude_categories=["Cc", "Cs"]), min_size=1)))
def test_no_word_of_a_plain_text_is_lost(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.mktemp("plain") / "a.txt"
    path.write_text("\n".join(["Đầu.", *lines, "Cuối."]), encoding="utf-8")
    [document] = read_documents([path])
    written = " ".join(unicodedata.normalize("NFC", line) for line in ["Đầu.", *lines, "Cuối."])
    assert document.text.split() == written.split()
