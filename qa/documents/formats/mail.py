"""E-mail (.eml) and rich text (.rtf): formats whose text stands in their bytes."""

from __future__ import annotations

from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from qa.documents.formats.markup import read_html
from qa.documents.formats.protocol import Content, UnreadableError

_EMPTY = "a message without text: save its attachments as files of their own"


def read_mail(data: bytes) -> Content:
    """The text of a message, below who sent it to whom; its subject is the title. Attachments are named, not read."""
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
    files = [name for part in message.iter_attachments() if (name := part.get_filename())]
    damage = f"attachments were not read ({', '.join(files)}): save them as files of their own" if files else ""
    text = "\n".join([*heads, "", text.replace("\r\n", "\n").strip()])
    return Content(text, str(message["Subject"] or ""), _day(message), damage=damage)


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date()
    except (TypeError, ValueError, IndexError):
        return None


def read_rtf(data: bytes) -> Content:
    """The text of a rich text file."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = str(rtf_to_text(data.decode("latin-1"), encoding="cp1258", errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, OverflowError, TypeError, RecursionError) as error:
        raise UnreadableError("a damaged RTF file: open it in Word or LibreOffice and save it anew") from error
    return Content(text)
