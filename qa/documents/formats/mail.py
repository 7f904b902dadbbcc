"""Read e-mail (.eml), and list the files attached to it."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from qa.documents.formats.decoding import decode
from qa.documents.formats.markup import read_html
from qa.documents.formats.protocol import Content, UnreadableError

_EMPTY = "a message without text of its own: see what is attached to it"
_BROKEN = "a damaged message, or one of too many parts in one another: save its text and its attachments as files"
_MESSAGE = "application/x-message"
_PROSE = ("text/plain", "text/html", "text/markdown", "text/enriched")
_SUFFIXES = {
    **{_MESSAGE: ".eml", "application/pdf": ".pdf", "application/zip": ".zip", "application/rtf": ".rtf"},
    **{"text/csv": ".csv", "text/rtf": ".rtf", "text/html": ".html", "text/plain": ".txt"},
    **{"application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/epub+zip": ".epub"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
}
_MOST_FIELD = 4_000  # characters
_FULLER = 2  # times as many words as the plainer of two alternatives, which then only says to look at the other
_FAILURES = (LookupError, ValueError, TypeError, AttributeError, RecursionError, AssertionError)


class _Fields(EmailPolicy):
    """Reads the fields of a message once, as far as they are of a sane length, also where they are plain UTF-8.

    The parser takes a quarter of a second for 4,000 quotation marks, and four times as long for twice as many.
    """

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return the field decoded."""
        return _field(name, value)


@lru_cache(maxsize=256)
def _field(name: str, value: str) -> Any:
    text = decode(value.encode("utf-8", "surrogateescape")) or value
    return policy.default.header_fetch_parse(name, text[:_MOST_FIELD])


class _Part(EmailMessage):
    """A message or a part of one; a message attached to it stays in its bytes, as any other file does.

    The parser would descend into it, however deep, and lose its encoding.
    """

    def get_content_type(self) -> str:
        """Return the type as stated, but `_MESSAGE` for every message, and plain text for a report of delivery."""
        kind = super().get_content_type()
        if kind == "message/delivery-status":
            return "text/plain"
        return _MESSAGE if kind.startswith("message/") else kind


def read_mail(data: bytes) -> Content:
    """Return the text of a message, below who sent it to whom.

    Its subject is the title; attachments are not part of it.
    """
    try:
        message = _parsed(data)
        if not any(map(_is_text, message.walk())):
            raise UnreadableError(_EMPTY)
        heads = [
            f"{name}: {_shown(message, field)}" for name, field in (("Từ", "From"), ("Đến", "To")) if message[field]
        ]
        text = "\n".join([*heads, "", _text(message).strip()])
        return Content(text, _shown(message, "Subject"), _day(message))
    except _FAILURES as error:
        raise UnreadableError(_BROKEN) from error


def attachments(data: bytes) -> list[tuple[str, bytes]]:
    """Return the files attached to a message at any depth, each under a name of its own; a message is one, "1.eml".

    What both alternatives of a message have is returned once. Raises `UnreadableError` if the message is too damaged.
    """
    try:
        return list(_attachments(_parsed(data)))
    except _FAILURES as error:
        raise UnreadableError(_BROKEN) from error


def _parsed(data: bytes) -> EmailMessage:
    parser = BytesParser(policy=_Fields(message_factory=_Part))
    message = parser.parsebytes(data.removeprefix(BOM_UTF8).lstrip())
    assert isinstance(message, EmailMessage)
    return message


def _shown(message: EmailMessage, field: str) -> str:
    """Return a field decoded, or as it is if it is too long for that."""
    stored = next((value for name, value in message.raw_items() if name.lower() == field.lower()), "")
    return str(message[field] or "") if len(stored) < _MOST_FIELD else " ".join(str(stored).split())


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    found = dict.fromkeys((_file_name(part), _bytes(part)) for part in message.walk() if _is_file(part))
    names: set[str] = set()
    for number, (name, content) in enumerate(found, start=1):
        path = PurePosixPath(f"{number}{name}" if name in {"", *_SUFFIXES.values()} else name)
        named = f"{path.stem} ({number}){path.suffix}" if str(path) in names else str(path)
        names.add(named)
        yield named, content


def _is_file(part: EmailMessage) -> bool:
    return not (part.is_multipart() or _is_text(part))


def _is_text(part: EmailMessage) -> bool:
    """Return whether a part is shown as text of the message; one that should have parts, and has none, is."""
    kind = part.get_content_type()
    is_prose = kind in _PROSE or kind.startswith("multipart/")
    return is_prose and not (part.is_multipart() or part.get_filename() or part.is_attachment())


def _file_name(part: EmailMessage) -> str:
    """Return the last part of its name, with the suffix of its type if it has none."""
    name = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
    return name if PurePosixPath(name).suffix else name + _SUFFIXES.get(part.get_content_type(), "")


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage) -> str:
    """Return all texts that a part shows; of alternatives, the plainer."""
    if not part.is_multipart():
        return _own_text(part) if _is_text(part) else ""
    texts = [text for text in map(_text, part.iter_parts()) if text.strip()]  # type: ignore[arg-type]
    return _chosen(texts) if part.get_content_type() == "multipart/alternative" else "\n\n".join(texts)


def _chosen(texts: Sequence[str]) -> str:
    """Return the first of some alternatives, which is the plainest, unless another one has far more text."""
    fullest = max(texts, key=lambda text: len(text.split()), default="")
    first = next(iter(texts), "")
    return fullest if len(fullest.split()) > _FULLER * len(first.split()) else first


def _own_text(part: EmailMessage) -> str:
    """Decode by its charset or, if that is wrong, by whatever encoding makes text of it."""
    data = _bytes(part)
    try:
        text = data.decode(part.get_content_charset("utf-8"))
    except (LookupError, ValueError):
        text = decode(data) or data.decode("utf-8", "replace")
    if part.get_content_type() != "text/html":
        return text.replace("\r\n", "\n").strip()
    try:
        return read_html(text.encode()).text
    except UnreadableError:  # nothing but pictures
        return ""


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).date()
    except (TypeError, ValueError, IndexError):
        return None
