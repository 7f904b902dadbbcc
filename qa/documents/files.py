"""Turn files and folders into documents: walk, name, and report what was skipped. Does not know passages."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.documents.composing import Composed, Outcome, outcomes
from qa.documents.document import Document, Skipped
from qa.documents.formats.choosing import OTHER_KIND, PLAIN, README, is_hidden, is_plain, is_read, is_readme
from qa.documents.formats.decoding import HEAD, opened, system_reason
from qa.documents.formats.protocol import UnreadableError
from qa.documents.worker import Worker, lent_worker
from qa.errors import NoTextError, PathNotFoundError
from qa.text import nfc

SMALL_TEXT = 64 * 1024  # bytes; no text of so few is worth a second process
FILES_AHEAD = 8  # asked of the second process before the first of them is taken; their paths fit into a pipe
TEXTS_AHEAD = 64  # small texts, which wait their turn between them

_ODD_NAME = "its name is not valid UTF-8: rename it"
_SEEN = "given already under another name: nothing to do"


@dataclass(frozen=True)
class _Asked:
    """A file that is being read; its outcomes are available once taken."""

    candidate: Candidate
    path: Path
    outcomes: Iterator[Outcome]

    @property
    def shown(self) -> str:
        return shown(self.candidate.path)


class Reading:
    """The documents of some files and folders, read one by one while iterating; each iteration reads anew.

    `skipped` holds what the latest iteration has skipped so far, `folders` the given folders with links resolved. With
    `only`, just these files are read. Iterating raises `NoTextError` before the first document if a folder has no
    readable kind of file, and after the last file if nothing could be read.
    """

    def __init__(self, paths: Iterable[str | Path], only: Collection[Path] | None = None) -> None:
        # Names come from the path as given, so links in it are kept; ".." and "." are not names.
        self._paths = tuple(Path(os.path.abspath(path)) for path in paths)  # noqa: PTH100
        for path in self._paths:
            if not os.path.lexists(path):
                raise PathNotFoundError(path)
        self.folders = tuple(path.resolve() for path in self._paths if path.is_dir())
        self.only = only
        self.skipped: list[Skipped] = []
        self._progress: Callable[[int], None] = lambda _: None

    def reporting_to(self, progress: Callable[[int], None]) -> Reading:
        """Return the same reading, calling `progress` with the number of files done."""
        self._progress = progress
        return self

    def __len__(self) -> int:
        """Return how many files an iteration looks at, skipped ones included."""
        return sum(len(candidates(path)) for path in self._paths)

    def __iter__(self) -> Iterator[Document]:
        self.skipped = skipped = []
        found = [one for path in self._paths for one in candidates(path) if self.only is None or one.path in self.only]
        names = _Names()
        with lent_worker() as worker:
            for done, asked in enumerate(_ahead(_asked(found, worker), worker), start=1):
                for outcome in asked.outcomes:
                    taken = names.take(asked, outcome)
                    if isinstance(taken, Skipped):
                        skipped.append(taken)
                    else:
                        yield taken
                self._progress(done)
        if not names and self.folders and self.only is None:
            raise NoTextError(self.folders[0], len(skipped), _name_and_reason(skipped[-1]))


def read_documents(paths: str | Path | Iterable[str | Path], only: Collection[Path] | None = None) -> Reading:
    """Return the documents of files and of folders of them, with boilerplate removed and damage mended.

    Of a folder, the files of the kinds in `SUFFIXES` are read. A file below a given folder has the id and source
    "<folder>/ <path below it>", a file given by itself "<its folder>/<its name>", and a member of an archive or a
    mailbox that of the archive, a slash and its path in there. `metadata["path"]` tells where the file is,
    `metadata["member"]` which member of it this was. `only` names the files to read of all these, by their absolute
    paths, links in them kept. Raises `PathNotFoundError` at once.
    """
    return Reading([paths] if isinstance(paths, (str, Path)) else paths, only)


def shown(path: str | Path) -> str:
    """Return a path that is safe to print: bytes that are not text, and terminal controls, as codes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _name_and_reason(skipped: Skipped) -> str:
    return f"{Path(skipped.path).name}: {skipped.reason}"


# Reading ahead


def _asked(found: Iterable[Candidate], worker: Worker) -> Iterator[_Asked]:
    """Yield each file as requested: all but small texts from the worker."""
    paths: set[Path] = set()
    for candidate in found:
        path = resolved(candidate.path)
        if _is_odd(candidate.path):
            yield _Asked(Candidate(candidate.path, ""), path, iter([Outcome(reason=candidate.reason or _ODD_NAME)]))
        elif candidate.reason:
            yield _Asked(candidate, path, iter([Outcome(reason=candidate.reason)]))
        elif path in paths:
            yield _Asked(candidate, path, iter([Outcome()]))
        else:
            paths.add(path)
            yield _Asked(candidate, path, _outcomes(path, candidate.path.suffix.lower(), worker))


def _outcomes(path: Path, suffix: str, worker: Worker) -> Iterator[Outcome]:
    if _is_small_text(path, suffix):
        return outcomes(path, suffix)
    worker.ask(path, suffix)
    return worker.outcomes()


def _is_small_text(path: Path, suffix: str) -> bool:
    """Return whether a file is small text, or cannot be opened, which needs no second process to report."""
    try:
        with opened(path) as (file, size):
            return suffix in PLAIN and size <= SMALL_TEXT and is_plain(file.read(HEAD), suffix)
    except UnreadableError:
        return True


def _ahead(asked: Iterable[_Asked], worker: Worker) -> Iterator[_Asked]:
    """Yield the same, each once a few more have been requested."""
    waiting: deque[_Asked] = deque()
    for one in asked:
        waiting.append(one)
        while len(waiting) > TEXTS_AHEAD or worker.asked > FILES_AHEAD:
            yield waiting.popleft()
    yield from waiting


def _is_odd(path: Path) -> bool:
    return os.fsencode(path).decode("utf-8", "replace") != str(path)


# Naming


class _Names:
    """Which files were read and which ids are taken, in one iteration."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._read: dict[Path, str] = {}  # the id of the first document of each file
        self._refused: dict[Path, str] = {}

    def __bool__(self) -> bool:
        return bool(self._ids)

    def take(self, asked: _Asked, outcome: Outcome) -> Document | Skipped:
        """Return the document of an outcome, or the reason why there is none."""
        member = f"/{outcome.member}" if outcome.member else ""
        document_id = asked.candidate.id + member
        where = asked.shown + shown(member)
        if outcome.reason:
            self._refused.setdefault(asked.path, outcome.reason)
            return Skipped(where, outcome.reason, document_id)
        if outcome.composed is None:
            return Skipped(where, self._reason_against_repeating(asked.path))
        if document_id in self._ids:
            return Skipped(where, f"another file has the id {document_id!r}: rename the file or its folder")
        self._ids.add(document_id)
        self._read.setdefault(asked.path, document_id)
        return _document(document_id, asked.path, outcome.member, outcome.composed)

    def _reason_against_repeating(self, path: Path) -> str:
        first = self._read.get(path)
        return f"read already as {first!r}: nothing to do" if first else self._refused.get(path, _SEEN)


def _document(document_id: str, path: Path, member: str, composed: Composed) -> Document:
    place = {"path": str(path), **({"member": member} if member else {})}
    return Document(
        document_id,
        composed.text,
        composed.title,
        document_id,
        composed.published,
        composed.language,
        {**place, **composed.metadata},
        composed.places,
    )


# Walking


_FOLDER_LINK = "a link to a folder is not followed: give that folder itself"
_OF_SAVED_PAGE = "belongs to the saved page beside its folder: nothing to do"
_LEAVES = "a link that leaves the folder is not followed: give the file it leads to"


@dataclass(frozen=True)
class Candidate:
    """A file, the id that its document may have, and why to skip it, if that is known without opening it."""

    path: Path
    id: str
    reason: str = ""


def candidates(given: Path) -> list[Candidate]:
    """Return a file itself, or every file below a folder with its relative path; hidden ones are left out.

    Raises `NoTextError` if a folder has no readable kind of file.
    """
    if not given.is_dir():
        reason = "" if is_read(given.name) else OTHER_KIND
        return [Candidate(given, _name(Path(given.parent.name, given.name)), reason)]
    found = sorted(_walk(given), key=lambda candidate: candidate.path.relative_to(given).as_posix())
    if not any(is_read(candidate.path.name) for candidate in found):
        raise NoTextError(given, len(found))
    return found


def resolved(path: Path) -> Path:
    """Return a path with links followed; unlike `Path.resolve`, it leaves a loop of links to who opens it."""
    return Path(os.path.realpath(path))


def _walk(folder: Path) -> Iterator[Candidate]:
    """Yield every file below a folder except hidden ones, and the folders that are not entered."""
    unreadable: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not is_hidden(name)]
        for name in folders:
            if os.path.islink(os.path.join(place, name)):  # noqa: PTH114, PTH118 - Path raises where a way is too long
                yield Candidate(Path(place, name), "", _FOLDER_LINK)
        for name in files:
            if not is_hidden(name):
                path = Path(place, name)
                yield Candidate(path, _name(folder.name / path.relative_to(folder)), _reason(path, folder))
    for error in unreadable:
        yield Candidate(Path(error.filename), "", system_reason(error))


def _reason(path: Path, folder: Path) -> str:
    """Return why a file below a folder is skipped unopened; empty if it is not."""
    if not is_read(path.name):
        return OTHER_KIND
    if is_readme(path.name):
        return README
    if _is_of_saved_page(path):
        return _OF_SAVED_PAGE
    leaves = os.path.islink(path) and not resolved(path).is_relative_to(resolved(folder))  # noqa: PTH114
    return _LEAVES if leaves else ""


def _is_of_saved_page(path: Path) -> bool:
    """Return whether a page is a frame of another, in the folder "a_files" that browsers save beside "a.html"."""
    if path.suffix.lower() not in {".html", ".htm"} or not path.parent.name.endswith("_files"):
        return False
    page = path.parent.with_name(path.parent.name.removesuffix("_files"))
    return any(os.path.lexists(f"{page}{suffix}") for suffix in (".html", ".htm"))


def _name(path: Path) -> str:
    return nfc(path.as_posix())
