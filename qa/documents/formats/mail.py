"""E-mail (.eml) and rich text (.rtf): formats whose text stands in their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath

from qa.documents.formats.markup import read_html
from qa.documents.formats.protocol import Content, UnreadableError

_EMPTY = "a message without text of its own: see what is attached to it"


def read_mail(data: bytes) -> Content:
    """The text of a message, below who sent it to whom; its subject is the title, and attachments are none of it."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    body = message.get_body(preferencelist=("plain", "html"))
    if not isinstance(body, EmailMessage):
        raise UnreadableError(_EMPTY)
    try:
        text = str(body.get_content())
    except (LookupError, ValueError):
        text = (body.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
    if body.get_content_type() == "text/html":
        text = read_html(text.encode()).text
    heads = [f"{name}: {message[header]}" for name, header in (("Từ", "From"), ("Đến", "To")) if message[header]]
    text = "\n".join([*heads, "", text.replace("\r\n", "\n").strip()])
    return Content(text, str(message["Subject"] or ""), _day(message))


def attachments(data: bytes) -> list[tuple[str, bytes]]:
    """Return the files attached to a message, each with a name of its own; a forwarded message is one, "1.eml".

    None of a message that is too damaged for that.
    """
    try:
        return list(_attachments(BytesParser(policy=policy.default).parsebytes(data)))
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return []


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    names: set[str] = set()
    for number, part in enumerate(_attached(message), start=1):
        is_message = part.get_content_type() == "message/rfc822"
        name = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
        path = PurePosixPath(name or f"{number}{'.eml' if is_message else ''}")
        named = f"{path.stem} ({number}){path.suffix}" if str(path) in names else str(path)
        names.add(named)
        forwarded = next(iter(part.iter_parts()), None) if is_message else None
        content = forwarded.as_bytes() if forwarded else part.get_payload(decode=True)
        yield named, content if isinstance(content, bytes) else b""


def _attached(message: EmailMessage) -> Iterator[EmailMessage]:
    """Also of a message that is nothing but a file."""
    if message.is_multipart():
        yield from (part for part in message.iter_attachments() if isinstance(part, EmailMessage))
    elif message.get_content_disposition() == "attachment":
        yield message


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date()
    except (TypeError, ValueError, IndexError):
        return None


def read_rtf(data: bytes) -> Content:
    """Return the text of a rich text file."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = str(rtf_to_text(data.decode("latin-1"), encoding="cp1258", errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, OverflowError, TypeError, RecursionError) as error:
        raise UnreadableError("a damaged RTF file: open it in Word or LibreOffice and save it anew") from error
    return Content(text)
