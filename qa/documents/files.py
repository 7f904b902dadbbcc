"""Files and folders to documents: walking, naming, and telling what was skipped. Does not know passages."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.documents.composing import compose
from qa.documents.decoding import read_bytes, system_reason
from qa.documents.document import Document, Skipped
from qa.documents.formats.choosing import SUFFIXES, read_content
from qa.documents.formats.protocol import UnreadableError
from qa.errors import NoTextError, PathNotFoundError
from qa.text import detect_language, nfc

_OTHER_KIND = f"not a kind of file that is read ({', '.join(SUFFIXES)}): save it as one of these"
_ONLY_FURNITURE = "nothing left after page furniture was removed: save the article's own page"
_README = "describes its folder: give the file itself to have it read"
_ODD_NAME = "its name is not valid UTF-8: rename it"
_FOLDER_LINK = "a link to a folder is not followed: give that folder itself"
_LEAVES = "a link that leaves the folder is not followed: give the file it leads to"


@dataclass(frozen=True)
class _Candidate:
    """A file, the id its document will have, and why it is skipped when that is known unopened."""

    path: Path
    id: str
    reason: str = ""


class Reading:
    """The documents of some files and folders, read one by one while iterating; each iteration reads anew.

    `skipped` holds what the latest iteration has skipped so far, `folders` the given folders with links
    resolved. Iterating raises `NoTextError` before the first document where a folder holds no file of a kind that
    is read, and after the last file where nothing given could be read.
    """

    def __init__(self, paths: Iterable[str | Path]) -> None:
        # Names come from the path as given, so links in it are kept; ".." and "." are not names.
        self._paths = tuple(Path(os.path.abspath(path)) for path in paths)  # noqa: PTH100
        for path in self._paths:
            if not os.path.lexists(path):
                raise PathNotFoundError(path)
        self.folders = tuple(path.resolve() for path in self._paths if path.is_dir())
        self.skipped: list[Skipped] = []

    def __len__(self) -> int:
        """How many files an iteration looks at, skipped ones included."""
        return sum(len(_look(path)) for path in self._paths)

    def __iter__(self) -> Iterator[Document]:
        self.skipped = skipped = []
        looked_at = [(path, _look(path)) for path in self._paths]
        taken: dict[Path | str, str] = {}
        for candidate in (candidate for _, candidates in looked_at for candidate in candidates):
            outcome = _read(candidate, taken)
            if isinstance(outcome, Skipped):
                skipped.append(outcome)
            else:
                yield outcome
        if not taken and self.folders:
            raise NoTextError(self.folders[0], len(skipped), _told(skipped[-1]))


def read_documents(paths: str | Path | Iterable[str | Path]) -> Reading:
    """The documents of files of the kinds in `SUFFIXES` and of folders of them, furniture off and damage mended.

    A file below a given folder has the id and source "<folder>/<path below it>", a file given by itself
    "<its folder>/<its name>"; `metadata["path"]` tells where it is. Raises `PathNotFoundError` at once.
    """
    return Reading([paths] if isinstance(paths, (str, Path)) else paths)


def _look(given: Path) -> list[_Candidate]:
    if not given.is_dir():
        reason = "" if _is_read(given) else _OTHER_KIND
        return [_Candidate(given, _name(Path(given.parent.name, given.name)), reason)]
    candidates = sorted(_walk(given), key=lambda candidate: candidate.path.relative_to(given).as_posix())
    if not any(_is_read(candidate.path) for candidate in candidates):
        raise NoTextError(given, len(candidates))
    return candidates


def _walk(folder: Path) -> Iterator[_Candidate]:
    """Every file below a folder but hidden ones, and the folders that are not entered."""
    unreadable: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in folders:
            if _is_link(Path(place, name)):
                yield _Candidate(Path(place, name), "", _FOLDER_LINK)
        for name in files:
            if not name.startswith("."):
                path = Path(place, name)
                yield _Candidate(path, _name(folder.name / path.relative_to(folder)), _reason(path, folder))
    for error in unreadable:
        yield _Candidate(Path(error.filename), "", system_reason(error))


def _resolved(path: Path) -> Path:
    """Links followed; unlike `Path.resolve` it leaves a loop of links to be told by whoever opens it."""
    return Path(os.path.realpath(path))


def _is_link(path: Path) -> bool:
    """Unlike `Path.is_symlink` it leaves a path that is too long for the system to be told by whoever opens it."""
    return os.path.islink(path)  # noqa: PTH114


def _told(skipped: Skipped) -> str:
    return f"{Path(skipped.path).name}: {skipped.reason}"


def _is_read(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _reason(path: Path, folder: Path) -> str:
    """Why a file below a folder is skipped unopened; empty when it is not."""
    if not _is_read(path):
        return _OTHER_KIND
    if path.stem.lower() == "readme":
        return _README
    leaves = _is_link(path) and not _resolved(path).is_relative_to(_resolved(folder))
    return _LEAVES if leaves else ""


def _name(path: Path) -> str:
    return nfc(path.as_posix())


def _read(candidate: _Candidate, taken: dict[Path | str, str]) -> Document | Skipped:
    """The document of a file; `taken` knows the paths and ids that were read, and is added to."""
    path = _resolved(candidate.path)
    shown = os.fsencode(candidate.path).decode("utf-8", "backslashreplace")
    if candidate.reason:
        return Skipped(shown, candidate.reason)
    if shown != str(candidate.path):
        return Skipped(shown, _ODD_NAME)
    if path in taken:
        return Skipped(shown, f"read already as {taken[path]!r}: nothing to do")
    if candidate.id in taken:
        return Skipped(shown, f"another file has the id {candidate.id!r}: rename the file or its folder")
    data = read_bytes(path)
    if isinstance(data, Skipped):
        return Skipped(shown, data.reason)
    try:
        composed = compose(read_content(data, path.suffix.lower()))
    except UnreadableError as error:
        return Skipped(shown, str(error))
    if not composed.text:
        return Skipped(shown, _ONLY_FURNITURE)
    taken[path] = taken[candidate.id] = candidate.id
    language = detect_language(composed.text)
    metadata = {"path": str(path), **composed.metadata}
    return Document(
        candidate.id,
        composed.text,
        composed.title,
        candidate.id,
        composed.published,
        language,
        metadata,
        composed.places,
    )
