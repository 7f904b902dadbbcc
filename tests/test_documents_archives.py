"""Archives and mailboxes: each member is a document of its own, and nothing leads out, or grows without bound."""

import io
import mailbox
import stat
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from qa.documents import Document, Skipped, read_documents
from qa.documents.archives import MAX_DEPTH, MAX_MEMBERS, members

TEXT = "Sáng 5/3, tỉnh họp bàn việc chống hạn.\n\nHuyện đào ao.\n"
OTHER = "Chiều 6/3, huyện tổng kết việc nạo vét kênh mương."


def packed(members: dict[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", how) as writer:
        for name, content in members.items():
            writer.writestr(name, content)
    return data.getvalue()


def read(path: Path) -> tuple[list[Document], list[tuple[str, str]]]:
    """The documents of a path, and what was skipped: its way below the path, and the first words of the reason."""
    reading = read_documents(path)
    documents = list(reading)
    return documents, [(one.path.removeprefix(f"{path}"), one.reason.split(":")[0]) for one in reading.skipped]


@pytest.fixture
def archive(tmp_path: Path) -> Callable[..., Path]:
    def write(members: dict[str, bytes | str], name: str = "kho.zip") -> Path:
        path = tmp_path / "Hồ sơ" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packed(members))
        return path

    return write


def test_a_member_without_a_name_costs_itself(archive: Callable[..., Path]) -> None:
    path = archive({"a.txt": TEXT, "b.txt": OTHER})
    path.write_bytes(path.read_bytes().replace(b"b.txt", b"\0.txt"))  # a name ends where a zero is
    documents, skipped = read(path)
    assert [document.text for document in documents] == [TEXT.strip()]
    assert [where for where, _ in skipped] == ["/(no name)"]


def test_each_member_is_a_document_that_names_archive_and_member(archive: Callable[..., Path]) -> None:
    path = archive({"a.txt": TEXT, "Năm 2022/b.md": f"# Tổng kết\n\n{OTHER}", "c.csv": "Xã,Hộ\nAn Bình,96\n"})
    documents, skipped = read(path)
    assert [document.id for document in documents] == [
        "Hồ sơ/kho.zip/a.txt",
        "Hồ sơ/kho.zip/Năm 2022/b.md",
        "Hồ sơ/kho.zip/c.csv",
    ]
    assert [document.source for document in documents] == [document.id for document in documents]
    assert [document.metadata["path"] for document in documents] == [str(path.resolve())] * 3
    assert [document.metadata["member"] for document in documents] == ["a.txt", "Năm 2022/b.md", "c.csv"]
    assert (documents[1].title, documents[0].text) == ("Tổng kết", TEXT.strip())
    assert documents[2].place(documents[2].text.index("An Bình")) == "dòng 2"
    assert skipped == []


def test_a_member_is_read_as_the_same_file_is(archive: Callable[..., Path]) -> None:
    path = archive({"a.txt": TEXT})
    (path.parent / "a.txt").write_text(TEXT, encoding="utf-8")
    [alone], [member] = list(read_documents(path.parent / "a.txt")), list(read_documents(path))
    shown = [(one.text, one.title, one.published, one.language, one.places) for one in (alone, member)]
    assert shown[0] == shown[1]


def test_an_archive_in_an_archive(archive: Callable[..., Path]) -> None:
    data = packed({"trong.txt": TEXT})
    for depth in range(MAX_DEPTH):
        data = packed({f"{depth}.zip": data, f"{depth}.txt": OTHER})
    path = archive({"ngoài.zip": data})
    documents, skipped = read(path)
    assert [document.metadata["member"] for document in documents] == ["ngoài.zip/2.zip/1.txt", "ngoài.zip/2.txt"]
    assert skipped == [("/ngoài.zip/2.zip/1.zip", "within 3 other archives or messages")]


@pytest.mark.parametrize(
    "name", ["../a.txt", "b/../../a.txt", "/etc/a.txt", "C:/a.txt", "..\\a.txt", "\\\\host\\a.txt"]
)
def test_no_name_leads_out_of_an_archive(archive: Callable[..., Path], name: str) -> None:
    documents, skipped = read(archive({name: TEXT, "tốt.txt": OTHER}))
    assert [document.id for document in documents] == ["Hồ sơ/kho.zip/tốt.txt"]
    assert [reason for _, reason in skipped] == ["its name leads out of the archive"]


def test_names_from_other_systems(archive: Callable[..., Path], tmp_path: Path) -> None:
    data = bytearray(packed({"Điều ước.txt": TEXT, "thư\\mục\\b.txt": OTHER}))
    for flags in (entry for entry in range(len(data) - 4) if bytes(data[entry : entry + 4]) in (b"PK\1\2", b"PK\3\4")):
        data[flags + (9 if data[flags + 2] == 1 else 7)] &= 0xF7  # does not say that its names are UTF-8
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "kho.zip").write_bytes(data)
    documents, _ = read(tmp_path / "x" / "kho.zip")
    assert [document.id for document in documents] == ["x/kho.zip/Điều ước.txt", "x/kho.zip/thư/mục/b.txt"]


def test_what_is_no_document_in_an_archive_is_reported(archive: Callable[..., Path]) -> None:
    link = zipfile.ZipInfo("liên kết.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive(
        {"ảnh.png": b"\x89PNG", "README.txt": TEXT, ".ẩn.txt": TEXT, "__MACOSX/._a.txt": TEXT, "a.txt": TEXT}
    )
    with zipfile.ZipFile(path, "a") as writer:
        writer.writestr(link, "/etc/passwd")
        writer.mkdir("thư mục")
    documents, skipped = read(path)
    assert [document.id for document in documents] == ["Hồ sơ/kho.zip/a.txt"]
    assert [(name, reason.split("(")[0]) for name, reason in skipped] == [
        ("/ảnh.png", "not a kind of file that is read "),
        ("/README.txt", "describes its folder"),
        ("/liên kết.txt", "a link within an archive is not followed"),
    ]


def test_a_broken_member_costs_itself_alone(archive: Callable[..., Path]) -> None:
    path = archive(
        {"a.txt": TEXT, "b.txt": TEXT * 40, "c.pdf": b"%PDF-1.7 cut", "d.docx": b"PK\x03\x04", "e.txt": OTHER}
    )
    data = bytearray(path.read_bytes())
    data[data.index(b"b.txt") + 20] ^= 0xFF
    path.write_bytes(data)
    documents, skipped = read(path)
    assert [document.metadata["member"] for document in documents] == ["a.txt", "e.txt"]
    assert skipped == [
        ("/b.txt", "damaged in its archive"),
        ("/c.pdf", "a damaged or truncated PDF"),
        ("/d.docx", "a damaged or truncated file"),
    ]


def test_an_encrypted_member_is_reported(archive: Callable[..., Path]) -> None:
    path = archive({"a.txt": TEXT, "b.txt": OTHER})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    documents, skipped = read(path)
    assert [document.metadata["member"] for document in documents] == ["a.txt"]
    assert skipped == [("/b.txt", "locked with a password")]


def test_a_bomb_is_not_unpacked(archive: Callable[..., Path]) -> None:
    path = archive({"bom.txt": b"0" * 15_000_000, "lồng.zip": packed({"bom.csv": b"0" * 15_000_000}), "a.txt": TEXT})
    documents, skipped = read(path)
    assert [document.metadata["member"] for document in documents] == ["a.txt"]
    assert skipped == [
        ("/bom.txt", "packed more than 200 times smaller than it is, as no document can be"),
        ("/lồng.zip/bom.csv", "packed more than 200 times smaller than it is, as no document can be"),
    ]


def test_members_beyond_the_bound_are_reported_once(archive: Callable[..., Path]) -> None:
    path = archive({f"{number}.png": b"" for number in range(MAX_MEMBERS + 1)} | {"a.txt": TEXT})
    *within, rest = members(path, ".zip")
    assert len(within) == MAX_MEMBERS == 20_000
    assert rest.name == ""
    assert rest.reason.startswith("more than 20,000 files or 1,024 MB in one archive, the rest of which was not read")


def test_an_empty_and_a_truncated_archive(archive: Callable[..., Path]) -> None:
    path = archive({})
    (path.parent / "b.zip").write_bytes(packed({"a.txt": TEXT * 99})[:-30])
    (path.parent / "c.txt").write_text(TEXT, encoding="utf-8")
    reading = read_documents(path.parent)
    assert [document.id for document in reading] == ["Hồ sơ/c.txt"]
    assert [(Path(one.path).name, one.reason.split(":")[0]) for one in reading.skipped] == [
        ("b.zip", "a damaged or truncated file"),
        ("kho.zip", "empty (not one file in it)"),
    ]


def letter(subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "an@example.vn", "binh@example.vn", subject
    message["Date"] = "Tue, 14 May 2024 08:12:00 +0700"
    message.set_content(text, cte="8bit")
    return message


def test_each_letter_of_a_mailbox_is_a_document(tmp_path: Path) -> None:
    path = tmp_path / "hộp thư.mbox"
    box = mailbox.mbox(path)
    box.add(letter("Lịch họp", f"{TEXT}\nFrom nay trở đi họp lúc 8:00.\n"))
    box.add(letter("Tổng kết", OTHER))
    box.close()
    documents, skipped = read(path)
    assert [document.id.rpartition("/")[2] for document in documents] == ["1.eml", "2.eml"]
    assert [document.title for document in documents] == ["Lịch họp", "Tổng kết"]
    assert documents[0].text.endswith("From nay trở đi họp lúc 8:00.")
    assert OTHER in documents[1].text
    assert documents[1].id == f"{tmp_path.name}/hộp thư.mbox/2.eml"
    assert skipped == []


def test_a_mailbox_saved_as_a_message_is_one_if_it_has_a_second_message(tmp_path: Path) -> None:
    path = tmp_path / "thư.eml"
    box = mailbox.mbox(path)
    for count, expected in enumerate((["Lịch họp"], ["Lịch họp", "Tổng kết"]), start=1):
        box.add(letter(expected[-1], TEXT if count == 1 else OTHER))
        box.flush()
        documents, skipped = read(path)
        assert [document.title for document in documents] == expected
        assert [document.metadata.get("member") for document in documents] == [[None], ["1.eml", "2.eml"]][count - 1]
        assert skipped == []
    box.close()


def test_a_mailbox_is_known_by_its_content_and_in_an_archive(archive: Callable[..., Path], tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a")
    box.add(letter("Lịch họp", TEXT))
    box.close()
    documents, _ = read(archive({"thư.txt": (tmp_path / "a").read_bytes()}))
    assert [(document.metadata["member"], document.title) for document in documents] == [("thư.txt/1.eml", "Lịch họp")]


def attach(message: EmailMessage, name: str, data: bytes) -> EmailMessage:
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def test_what_is_attached_to_a_message_is_read_as_files_of_their_own(
    archive: Callable[..., Path], tmp_path: Path
) -> None:
    message = attach(letter("Lịch họp", "Xem tệp kèm theo."), "lịch.txt", TEXT.encode())
    for name, data in (
        ("lịch.txt", OTHER.encode()),
        ("../../lương.txt", b"Ba tri\xc3\xaau."),
        ("kho.zip", archive({"b.txt": OTHER}).read_bytes()),
        ("ảnh.png", b"\x89PNG"),
        ("hỏng.pdf", b"%PDF-1.7"),
    ):
        attach(message, name, data)
    message.add_attachment(attach(letter("Chuyển tiếp", TEXT), "c.txt", OTHER.encode()))
    (tmp_path / "thư.eml").write_bytes(message.as_bytes())
    documents, skipped = read(tmp_path / "thư.eml")
    own = f"{tmp_path.name}/thư.eml"
    assert [document.id.removeprefix(own) for document in documents] == [
        *("", "/lịch.txt", "/lịch (2).txt", "/lương.txt", "/kho.zip/b.txt", "/7.eml", "/7.eml/c.txt"),
    ]
    assert [document.text for document in documents[1:3]] == [TEXT.strip(), OTHER.strip()]
    assert documents[-2].title == "Chuyển tiếp"
    assert [(name, reason.split(" (")[0]) for name, reason in skipped] == [
        ("/ảnh.png", "not a kind of file that is read"),
        ("/hỏng.pdf", "a damaged or truncated PDF"),
    ]


def test_a_message_that_is_nothing_but_files(tmp_path: Path) -> None:
    message = letter("Gửi tệp", "")
    message.clear_content()
    attach(message, "a.txt", TEXT.encode())
    (tmp_path / "b.eml").write_bytes(message.as_bytes())
    documents, skipped = read(tmp_path / "b.eml")
    assert [document.id for document in documents] == [f"{tmp_path.name}/b.eml/a.txt"]
    assert skipped == [("", "a message without text of its own")]


def test_messages_in_one_another_end(tmp_path: Path) -> None:
    message = letter("0", TEXT)
    for number in range(1, 9):
        outer = letter(str(number), TEXT)
        outer.add_attachment(message)
        message = outer
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    documents, skipped = read(tmp_path / "a.eml")
    assert [document.title for document in documents] == ["8", "7", "6", "5"]
    assert len(skipped) == 1


def test_skipped_members_carry_the_id_that_they_would_have_had(archive: Callable[..., Path]) -> None:
    path = archive({"a.txt": TEXT, "b.pdf": b"%PDF-1.7"})
    reading = read_documents(path)
    list(reading)
    [skipped] = reading.skipped
    assert skipped == Skipped(f"{path}/b.pdf", skipped.reason)
    assert skipped.id == "Hồ sơ/kho.zip/b.pdf"
