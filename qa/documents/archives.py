"""Unpack nested files: archives (.zip), mailboxes (.mbox), and attachments of e-mail (.eml).

Each member is a file of its own. Nothing is written to disk.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import chain, islice, pairwise
from pathlib import Path, PurePosixPath
from typing import IO

from qa.documents.formats.choosing import OTHER_KIND, README, is_archive, is_hidden, is_mail, is_read, is_readme
from qa.documents.formats.decoding import HEAD, MAX_FILE_BYTES, MEBIBYTE, opened, read_whole
from qa.documents.formats.mail import attachments
from qa.documents.formats.protocol import DAMAGES, LOCKED, UnreadableError, unpacking
from qa.text import nfc

MAX_DEPTH = 3  # archives in one another
MAX_MEMBERS = 20_000  # of an archive and those in it together
MAX_UNPACKED = 1024 * MEBIBYTE  # of an archive and those in it together
MAX_RATIO = 200  # of unpacked to packed bytes; text hardly reaches 20
SMALL = 10 * MEBIBYTE  # bytes unpacked, which may be of any ratio

_LONGEST_LINE = MEBIBYTE
_FIRST_LINE = re.compile(rb"From (?:\S[^\n]*\d:\d\d|\S+@\S+[ \t]*\r?$|-|MAILER)", re.MULTILINE)
_FIELD = re.compile(rb"[!-9;-~]+:")
_FIRST_LINES = re.compile(rb"(?:" + _FIRST_LINE.pattern + rb")[^\n]*\n" + _FIELD.pattern, re.MULTILINE)
_QUOTED_FROM = re.compile(rb">+From ")
_OUTSIDE = re.compile(r"/|[A-Za-z]:|(?:.*/)?\.\.(?:/|$)")
_TOO_DEEP = f"within {MAX_DEPTH} other archives or messages: take it out of those, and give it by itself"
_TOO_MUCH = (
    f"more than {MAX_MEMBERS:,} files or {MAX_UNPACKED // MEBIBYTE:,} MB in one archive, the rest of which was not "
    "read: split it into smaller ones"
)
_NAMELESS = "(no name)"
_NOTHING = "empty (not one file in it): put files into it, or leave it out"
_LEADS_OUT = "its name leads out of the archive: pack it anew under another"
_LINK = "a link within an archive is not followed: pack the file it leads to"
_BOMB = f"packed more than {MAX_RATIO} times smaller than it is, as no document can be: unpack it and look into it"
_DAMAGED = "damaged in its archive: pack it anew"
_LONG_LETTER = f"a message of more than {MAX_FILE_BYTES // MEBIBYTE} MB: save its text and its attachments as files"
_SAYS_UTF8 = 0x800


@dataclass(frozen=True)
class Member:
    """A file within another, or one by itself, without a name: its bytes, or the reason why there are none."""

    name: str
    suffix: str
    data: bytes = b""
    reason: str = ""


class _TooMuchError(Exception):
    """One archive contains more than is read."""


def members(path: Path, suffix: str) -> Iterator[Member]:
    """Yield the members of an archive or a mailbox, nested ones included; any other file itself.

    A reason without a name is about the file itself, or the rest of it.
    """
    try:
        with opened(path) as (file, size):
            yield from _Unpacking().members_of(file, size, Member("", suffix))
    except UnreadableError as error:
        yield Member("", suffix, reason=str(error))
    except _TooMuchError:
        yield Member("", suffix, reason=_TOO_MUCH)


class _Unpacking:
    """One walk through a file, which counts what it has unpacked."""

    def __init__(self) -> None:
        self._members = 0
        self._bytes = 0

    def members_of(self, file: IO[bytes], size: int, named: Member, depth: int = 0) -> Iterator[Member]:
        """Raise `UnreadableError` if the file itself cannot be read."""
        if is_archive(file):
            if depth == MAX_DEPTH:
                raise UnreadableError(_TOO_DEEP)
            yield from self._zipped(file, named.name, depth)
            return
        is_mailbox = _is_mailbox(file, named.suffix)
        file.seek(0)
        if is_mailbox:
            yield from self._letters(file, named.name, depth)
            return
        whole = Member(named.name, named.suffix, read_whole(file, size))
        yield whole
        if is_mail(whole.data, whole.suffix):
            yield from self._attachments(whole, depth)

    def _zipped(self, file: IO[bytes], outer: str, depth: int) -> Iterator[Member]:
        with unpacking(file) as archive:
            entries = [one for one in archive.infolist() if not (_name(one).endswith("/") or _is_left_out(_name(one)))]
            if not entries:
                raise UnreadableError(_NOTHING)
            for entry in entries:
                self._count(1, 0)
                yield from self._entry(archive, entry, _named(outer, _name(entry)), depth)

    def _entry(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, named: Member, depth: int) -> Iterator[Member]:
        try:
            data = _unpacked(archive, entry)
            self._count(0, len(data))
            yield from self.members_of(BytesIO(data), len(data), named, depth + 1)
        except UnreadableError as error:
            yield Member(named.name, named.suffix, reason=str(error))

    def _attachments(self, letter: Member, depth: int) -> Iterator[Member]:
        try:
            attached = attachments(letter.data)
        except UnreadableError:  # which reading the message itself says
            return
        for name, data in attached:
            self._count(1, len(data))
            named = _named(letter.name, nfc(name))
            try:
                reason = _TOO_DEEP if depth == MAX_DEPTH else _reason_by_name(name)
                if reason:
                    raise UnreadableError(reason)
                yield from self.members_of(BytesIO(data), len(data), named, depth + 1)
            except UnreadableError as error:
                yield Member(named.name, named.suffix, reason=str(error))

    def _letters(self, file: IO[bytes], outer: str, depth: int) -> Iterator[Member]:
        for number, data in enumerate(_letters(file), start=1):
            self._count(1, len(data))
            named = _named(outer, f"{number}.eml")
            if len(data) > MAX_FILE_BYTES:
                yield Member(named.name, named.suffix, reason=_LONG_LETTER)
            else:
                yield from self.members_of(BytesIO(data), len(data), named, depth)

    def _count(self, members: int, size: int) -> None:
        self._members += members
        self._bytes += size
        if self._members > MAX_MEMBERS or self._bytes > MAX_UNPACKED:
            raise _TooMuchError


def _named(outer: str, own: str) -> Member:
    return Member("/".join(filter(None, (outer, own))), PurePosixPath(own).suffix.lower())


# ZIP


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the path of a member in its archive, which many programs write as UTF-8 without saying so."""
    name = entry.filename
    if not entry.flag_bits & _SAYS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return nfc(name.replace("\\", "/")) or _NAMELESS


def _is_left_out(name: str) -> bool:
    """Return whether a member is hidden, or what macOS packs beside each file."""
    parts = PurePosixPath(name).parts
    return parts[:1] == ("__MACOSX",) or any(is_hidden(part) and part != ".." for part in parts)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    reason = _reason(entry, _name(entry))
    if reason:
        raise UnreadableError(reason)
    try:
        with archive.open(entry) as packed:
            return read_whole(packed, entry.file_size)
    except DAMAGES as error:
        raise UnreadableError(_DAMAGED) from error


def _reason(entry: zipfile.ZipInfo, name: str) -> str:
    """Return why a member is skipped unopened; empty when it is not."""
    if _OUTSIDE.match(name):
        return _LEADS_OUT
    if stat.S_ISLNK(entry.external_attr >> 16):
        return _LINK
    if reason := _reason_by_name(name):
        return reason
    if entry.flag_bits & 1:
        return LOCKED
    is_bomb = entry.file_size > max(SMALL, MAX_RATIO * entry.compress_size)
    return _BOMB if is_bomb else ""


def _reason_by_name(name: str) -> str:
    if not is_read(name):
        return OTHER_KIND
    return README if is_readme(name) else ""


# Mailboxes


def _is_mailbox(file: IO[bytes], suffix: str) -> bool:
    """Return whether this is a mailbox; a message alone, saved as .eml, may begin like one."""
    file.seek(0)
    if not _FIRST_LINES.match(file.read(HEAD)):
        return False
    file.seek(0)
    return suffix != ".eml" or next(islice(_letters(file), 1, None), None) is not None


def _letters(file: IO[bytes]) -> Iterator[bytes]:
    """Yield each message of a mailbox without its separator; of one that is too long, the beginning.

    A line of text may look like such a separator, but no header field follows it.
    """
    lines: list[bytes] = []
    size, is_blank, is_new = 0, True, True
    for line, next_line in pairwise(chain(iter(partial(file.readline, _LONGEST_LINE), b""), [b""])):
        if is_blank and _FIRST_LINE.match(line) and _FIELD.match(next_line):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        elif size <= MAX_FILE_BYTES:
            lines.append(line[1:] if is_new and _QUOTED_FROM.match(line) else line)
            size += len(line)
        is_blank, is_new = is_new and not line.strip(), line.endswith(b"\n")
    if lines:
        yield b"".join(lines)
