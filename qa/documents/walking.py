"""The files below some paths, in order, each with the id that its document will have. Opens none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.documents.decoding import system_reason
from qa.documents.formats.choosing import OTHER_KIND, README, is_read, is_readme
from qa.errors import NoTextError
from qa.text import nfc

_FOLDER_LINK = "a link to a folder is not followed: give that folder itself"
_LEAVES = "a link that leaves the folder is not followed: give the file it leads to"


@dataclass(frozen=True)
class Candidate:
    """A file, the id its document will have, and why it is skipped when that is known unopened."""

    path: Path
    id: str
    reason: str = ""


def candidates(given: Path) -> list[Candidate]:
    """A file itself, or every file below a folder by its way below it; hidden ones left out.

    Raises `NoTextError` where a folder holds no file of a kind that is read.
    """
    if not given.is_dir():
        reason = "" if is_read(given.name) else OTHER_KIND
        return [Candidate(given, _name(Path(given.parent.name, given.name)), reason)]
    found = sorted(_walk(given), key=lambda candidate: candidate.path.relative_to(given).as_posix())
    if not any(is_read(candidate.path.name) for candidate in found):
        raise NoTextError(given, len(found))
    return found


def resolved(path: Path) -> Path:
    """Links followed; unlike `Path.resolve` it leaves a loop of links to be told by whoever opens it."""
    return Path(os.path.realpath(path))


def _walk(folder: Path) -> Iterator[Candidate]:
    """Every file below a folder but hidden ones, and the folders that are not entered."""
    unreadable: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if os.path.islink(os.path.join(place, name)):  # noqa: PTH114, PTH118 - Path raises where a way is too long
                yield Candidate(Path(place, name), "", _FOLDER_LINK)
        for name in files:
            if not name.startswith("."):
                path = Path(place, name)
                yield Candidate(path, _name(folder.name / path.relative_to(folder)), _reason(path, folder))
    for error in unreadable:
        yield Candidate(Path(error.filename), "", system_reason(error))


def _reason(path: Path, folder: Path) -> str:
    """Why a file below a folder is skipped unopened; empty when it is not."""
    if not is_read(path.name):
        return OTHER_KIND
    if is_readme(path.name):
        return README
    leaves = os.path.islink(path) and not resolved(path).is_relative_to(resolved(folder))  # noqa: PTH114
    return _LEAVES if leaves else ""


def _name(path: Path) -> str:
    return nfc(path.as_posix())
