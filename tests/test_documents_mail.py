"""Mail as programs write it: whatever is in it is read, or reported with a reason."""

from __future__ import annotations

import base64
import mailbox
import random
import time
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import TypeVar

import pytest

from qa.documents import read_documents

PLAIN = "Kính gửi các đồng chí, cuộc họp chi bộ bắt đầu lúc tám giờ sáng thứ Năm."
AFTER = "Sau khi họp, văn phòng gửi biên bản cho từng tổ trong ngày."
MINUTES = "Biên bản họp chi bộ tháng Năm: mười hai đảng viên có mặt, ba đồng chí vắng có lý do."
Headed = TypeVar("Headed", bound=Message)
RICH = f"<html><body><p>{PLAIN}</p></body></html>"


def read(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Texts and reasons by the way of a member below the file, that of the file itself under ""."""
    reading = read_documents(path)
    texts = {document.metadata.get("member", ""): document.text for document in reading}
    return texts, {one.path.removeprefix(f"{path}").lstrip("/"): one.reason for one in reading.skipped}


def headed(message: Headed, subject: str = "Lịch họp") -> Headed:
    message["From"], message["To"], message["Subject"] = "an@example.vn", "binh@example.vn", subject
    return message


def multipart(kind: str, *parts: MIMEText | MIMEMultipart | MIMEMessage) -> MIMEMultipart:
    whole = MIMEMultipart(kind)
    for part in parts:
        whole.attach(part)
    return whole


def named(text: str, name: str, disposition: str = "inline") -> MIMEText:
    part = MIMEText(text, "plain", "utf-8")
    part.add_header("Content-Disposition", disposition, filename=name)
    return part


def saved(folder: Path, message: Message, name: str = "a.eml") -> Path:
    path = folder / name
    path.write_bytes(headed(message).as_bytes())
    return path


def test_as_apple_mail_nests_them(tmp_path: Path) -> None:
    mixed = multipart(
        "mixed", MIMEText(RICH, "html", "utf-8"), named(MINUTES, "biên bản.txt"), MIMEText(f"<p>{AFTER}</p>", "html")
    )
    texts, reasons = read(saved(tmp_path, multipart("alternative", MIMEText(PLAIN, "plain", "utf-8"), mixed)))
    assert texts == {"": f"Từ: an@example.vn\nĐến: binh@example.vn\n\n{PLAIN}", "biên bản.txt": MINUTES}
    assert reasons == {}


def test_text_before_and_behind_what_is_attached(tmp_path: Path) -> None:
    parts = (MIMEText(PLAIN, "plain", "utf-8"), named(MINUTES, "b.txt"), MIMEText(AFTER, "plain", "utf-8"))
    texts, reasons = read(saved(tmp_path, multipart("mixed", *parts)))
    assert (texts[""].split("\n\n")[1:], texts["b.txt"], reasons) == ([PLAIN, AFTER], MINUTES, {})


def test_related_within_alternatives(tmp_path: Path) -> None:
    related = multipart("related", MIMEText(RICH, "html", "utf-8"), named(MINUTES, "b.txt"), named("x", "ảnh.png"))
    whole = multipart("mixed", multipart("alternative", MIMEText(PLAIN, "plain", "utf-8"), related))
    texts, reasons = read(saved(tmp_path, whole))
    assert texts[""].endswith(PLAIN)
    assert texts["b.txt"] == MINUTES
    assert [(name, reason.split(" (")[0]) for name, reason in reasons.items()] == [
        ("ảnh.png", "not a kind of file that is read")
    ]


def test_what_both_alternatives_have_is_read_once(tmp_path: Path) -> None:
    both = (
        multipart("mixed", MIMEText(text, kind, "utf-8"), named(MINUTES, "b.txt"))
        for kind, text in (("plain", PLAIN), ("html", RICH))
    )
    texts, _ = read(saved(tmp_path, multipart("alternative", *both)))
    assert [*texts] == ["", "b.txt"]


def test_an_alternative_that_only_points_to_the_other(tmp_path: Path) -> None:
    pointing = MIMEText("Xem bản HTML.", "plain", "utf-8")
    texts, _ = read(saved(tmp_path, multipart("alternative", pointing, MIMEText(RICH, "html", "utf-8"))))
    assert texts[""].endswith(PLAIN)


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "base64"])
def test_a_forwarded_message_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    inner = multipart("mixed", MIMEText(PLAIN, "plain", "utf-8"), named(MINUTES, "b.txt", "attachment"))
    data = headed(inner, "Chuyển tiếp").as_bytes()
    body = base64.encodebytes(data) if encoding == "base64" else data
    fields = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    head = b'From: an@example.vn\nSubject: a\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
    (tmp_path / "a.eml").write_bytes(head + b"--b\n\nXem.\n--b\n" + fields + body + b"\n--b--\n")
    texts, reasons = read(tmp_path / "a.eml")
    assert [*texts] == ["", "1.eml", "1.eml/b.txt"]
    assert texts["1.eml"].endswith(PLAIN)
    assert reasons == {}


def forwarded(depth: int) -> bytes:
    """A message within so many others."""
    data = headed(MIMEText(PLAIN, "plain", "utf-8")).as_bytes()
    for _ in range(depth):
        data = b"From: an@example.vn\nSubject: a\nContent-Type: message/rfc822\n\n" + data
    return data


@pytest.mark.parametrize("depth", [4, 300, 3_000])
def test_messages_in_one_another_are_reported_from_some_depth_on(tmp_path: Path, depth: int) -> None:
    (tmp_path / "a.eml").write_bytes(forwarded(depth))
    texts, reasons = read(tmp_path / "a.eml")
    assert texts == {}
    assert reasons["1.eml/1.eml/1.eml/1.eml"].startswith("within 3 other archives or messages: ")


def test_parts_in_one_another_are_read_or_reported(tmp_path: Path) -> None:
    for depth in (20, 2_000):
        fields, ends = b"", b""
        for number in range(depth):
            fields += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
            ends = b"\n--b%d--\n" % number + ends
        whole = b"From: an@example.vn\nSubject: a\n" + fields + b"\n" + PLAIN.encode() + ends
        (tmp_path / f"{depth}.eml").write_bytes(whole)
    texts, reasons = read(tmp_path / "20.eml")
    assert (texts[""].endswith(PLAIN), reasons) == (True, {})
    texts, reasons = read(tmp_path / "2000.eml")
    assert (texts, reasons[""].split(",")[0]) == ({}, "a damaged message")


def test_what_has_no_name_is_read_by_its_type(tmp_path: Path) -> None:
    message = headed(EmailMessage())
    message.set_content(PLAIN)
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Báo cáo")
    message.add_attachment(b"\0", maintype="application", subtype="x-unknown")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    texts, reasons = read(tmp_path / "a.eml")
    assert [*texts] == ["", "1.csv"]
    assert [(name, reason.split(" (")[0]) for name, reason in reasons.items()] == [
        ("Báo cáo.pdf", "a damaged or truncated PDF: open it in a viewer and print it to a new PDF"),
        ("3", "not a kind of file that is read"),
    ]


@pytest.mark.parametrize("charset", ["us-ascii", "x-unknown", "utf-16"])
def test_a_charset_that_is_wrong_loses_no_letter(tmp_path: Path, charset: str) -> None:
    head = f"From: an@example.vn\nSubject: a\nContent-Type: text/plain; charset={charset}\n\n"
    (tmp_path / "a.eml").write_bytes(head.encode() + PLAIN.encode())
    texts, _ = read(tmp_path / "a.eml")
    assert texts[""].endswith(PLAIN)


@pytest.mark.parametrize(
    "first", ["", "From an@example.vn Tue May 14 08:12 2024\n", "\ufeff", "ARC-Seal: i=1;\n a=rsa\n"]
)
def test_a_message_is_known_whatever_field_comes_first(tmp_path: Path, first: str) -> None:
    whole = multipart("mixed", MIMEText(PLAIN, "plain", "utf-8"), named(MINUTES, "b.txt"))
    (tmp_path / "a.eml").write_bytes(first.encode() + headed(whole).as_bytes())
    texts, _ = read(tmp_path / "a.eml")
    assert [*texts] == ["", "b.txt"]


def test_fields_in_plain_utf8_and_of_absurd_length(tmp_path: Path) -> None:
    many = ", ".join(f"Người nhận {number} <{number}@example.vn>" for number in range(300))
    marks = '"' * 100_000
    head = f"From: Nguyễn Văn An <an@example.vn>\nTo: {many}\nSubject: Lịch họp\nX-Quoted: {marks}\n"
    data = f"{head}Content-Type: text/plain; charset=utf-8; other={marks}\n\n{PLAIN}"
    (tmp_path / "a.eml").write_text(data, encoding="utf-8")
    start = time.process_time()
    [document] = read_documents(tmp_path / "a.eml")
    assert document.title == "Lịch họp"
    assert document.text.startswith("Từ: Nguyễn Văn An <an@example.vn>\n")
    assert "299@example.vn" in document.text
    assert document.text.endswith(PLAIN)
    assert time.process_time() - start < 5


def test_text_with_a_colon_in_it_is_no_message(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text("Note: a\nFrom: b\nvà còn nữa.\n", encoding="utf-8")
    texts, _ = read(tmp_path / "a.eml")
    assert texts[""].startswith("Note: a")


@pytest.mark.parametrize(
    "sender",
    [
        *(
            "an@example.vn Tue May 14 08:12 2024",
            "an@example.vn Tue May 14 08:12:00 2024",
            "- Tue May 14 08:12:00 2024",
        ),
        *("1799@xxx Tue May 14 08:12:00 +0000 2024", "an@example.vn", "MAILER-DAEMON"),
    ],
)
def test_letters_of_a_mailbox_whatever_parts_them(tmp_path: Path, sender: str) -> None:
    letters = [headed(multipart("mixed", MIMEText(PLAIN), named(MINUTES, "b.txt"))).as_string() for _ in range(2)]
    (tmp_path / "a.mbox").write_text("".join(f"From {sender}\n{one}\n\n" for one in letters), encoding="utf-8")
    texts, reasons = read(tmp_path / "a.mbox")
    assert [*texts] == ["1.eml", "1.eml/b.txt", "2.eml", "2.eml/b.txt"]
    assert reasons == {}


def test_a_line_of_text_that_begins_as_a_letter_does(tmp_path: Path) -> None:
    line = "From 08:30 to 10:30 the hall is closed."
    text = f"{PLAIN}\n\n{line}\nSee you.\n"
    body = MIMEText(text, "plain", "utf-8")
    body.replace_header("Content-Transfer-Encoding", "8bit")
    body.set_payload(text.encode().decode("ascii", "surrogateescape"))
    letter = headed(multipart("mixed", body, named(MINUTES, "b.txt")))
    whole = b"From an@example.vn Tue May 14 08:12:00 2024\n" + letter.as_bytes()
    (tmp_path / "a.mbox").write_bytes(whole)
    assert b"\n" + line.encode() in whole
    texts, _ = read(tmp_path / "a.mbox")
    assert [*texts] == ["1.eml", "1.eml/b.txt"]
    assert line in texts["1.eml"]


def test_a_mailbox_of_one_message_without_its_first_line(tmp_path: Path) -> None:
    path = saved(tmp_path, multipart("mixed", MIMEText(PLAIN), named(MINUTES, "b.txt")), "a.mbox")
    assert [*read(path)[0]] == ["", "b.txt"]


KINDS = ("mixed", "alternative", "related", "signed", "report", "digest")


def test_whatever_the_nesting_every_text_and_file_comes_through(tmp_path: Path) -> None:
    chance = random.Random(1)
    for number in range(40):
        texts, files = iter(range(100)), iter(range(100))

        def tree(depth: int) -> MIMEText | MIMEMultipart | MIMEMessage:
            if depth == 0 or chance.random() < 0.3:
                if chance.random() < 0.5:
                    return named(f"{MINUTES} Tệp {next(files)}.", f"{chance.random()}.txt")  # noqa: B023
                return MIMEText(f"{PLAIN} Đoạn {next(texts)}.", "plain", "utf-8")  # noqa: B023
            kind = chance.choice(KINDS[:1] + KINDS[2:5])
            return multipart(kind, *(tree(depth - 1) for _ in range(chance.randint(1, 3))))

        path = saved(tmp_path, multipart("mixed", tree(3)), f"{number}.eml")
        found, _ = read(path)
        whole = " ".join(found.values())
        assert [one for one in range(next(texts)) if f"Đoạn {one}." not in whole] == []
        assert sum(MINUTES in text for text in found.values()) == next(files)


def test_a_mailbox_is_a_mailbox_of_the_library(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a.mbox")
    for number in range(3):
        box.add(
            headed(multipart("mixed", MIMEText(f"{PLAIN}\n\nFrom {number}:00 on.\nNote: x"), named(MINUTES, "b.txt")))
        )
    box.close()
    assert len(read(tmp_path / "a.mbox")[0]) == 6
