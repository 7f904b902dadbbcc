"""A file, or a member of an archive, to what its document shows, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.documents.archives import Member, members
from qa.documents.composing import Composed, compose
from qa.documents.formats.choosing import read_content
from qa.documents.formats.protocol import UnreadableError

_ONLY_FURNITURE = "nothing left after page furniture was removed: save the article's own page"
TOO_HUNGRY = "reading it takes too much memory: split it into smaller files"
_FAILED = "its reader failed on it ({name}): open it in the program that wrote it and save it anew"


@dataclass(frozen=True)
class Outcome:
    """What became of a file, or of a member of an archive, which has a name: what its document shows, or why none."""

    member: str = ""
    composed: Composed | None = None
    reason: str = ""


def outcomes(path: Path, suffix: str) -> Iterator[Outcome]:
    """Of each member of an archive or a mailbox, or of the file itself."""
    return map(parse, members(path, suffix))


def parse(member: Member) -> Outcome:
    """Raises nothing, whatever the bytes are."""
    try:
        if member.reason:
            raise UnreadableError(member.reason)
        composed = compose(read_content(member.data, member.suffix))
        if not composed.text:
            raise UnreadableError(_ONLY_FURNITURE)
        return Outcome(member.name, composed)
    except UnreadableError as error:
        reason = str(error)
    except MemoryError:
        reason = TOO_HUNGRY
    except Exception as error:  # libraries fail on damaged files in ways that nobody foresees
        reason = _FAILED.format(name=type(error).__name__)
    return Outcome(member.name, reason=reason)
