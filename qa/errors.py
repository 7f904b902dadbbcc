"""Every way `qa` can fail, in one tree.

Each error says what happened and the next step to take, and carries its facts as fields. Knows nothing of the rest.

    QAError
    ├── ReadError                 what was given cannot be read
    │   ├── PathNotFoundError
    │   └── NoTextError
    ├── ModelError                a model is not available
    │   ├── ModelNotFoundError
    │   ├── ModelUnusableError
    │   └── PackageMissingError
    ├── IndexFolderError          an index folder cannot be used
    │   ├── IndexNotFoundError
    │   ├── NotAnIndexError
    │   ├── IndexDamagedError
    │   ├── IndexUnusableError
    │   ├── IndexReplacedError
    │   ├── IndexMismatchError
    │   ├── IndexOutdatedError
    │   ├── IndexExistsError
    │   ├── IndexBusyError
    │   ├── JudgementsDamagedError
    │   └── DatabaseError
    ├── PackError                 a packed index is incomplete, or cannot be written
    ├── NoJudgementsError         judgements are exported before there are any
    ├── DocumentNotFoundError     the index does not hold a document
    ├── TagError                  a tag cannot be taken from a document
    ├── CitationError             there is nothing to cite, or a text is not a citation
    ├── WriterError               a language model did not write an answer
    └── QuestionError             a question or a filter cannot be searched for
"""

from __future__ import annotations

from pathlib import Path


class QAError(Exception):
    """The root: `str(error)` is one line that says what happened and what to do next."""

    def __init__(self, happened: str, next_step: str) -> None:
        super().__init__(" ".join(f"{happened} {next_step}".splitlines()))
        self.happened = happened
        self.next_step = next_step


INSTALL_AGAIN = "Install qa again; searching works without the reader."
"""The next step if files of the package itself are damaged."""


def first_line(error: BaseException) -> str:
    """Return the first line of a library's error without its full stop, to quote it in an error of ours."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


class ReadError(QAError):
    """What was given cannot be read."""


class PathNotFoundError(ReadError):
    """A file or folder that does not exist."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(f"There is no file or folder at {path}.", "Check the path; nothing was changed.")
        self.path = Path(path)


class NoTextError(ReadError):
    """A folder in which nothing can be read as text."""

    def __init__(self, path: str | Path, looked_at: int = 0, example: str = "") -> None:
        found = f"{looked_at} other files" if looked_at else "no files"
        found += f", such as {example}" if example else ""
        next_step = "Put text, PDF, Word, Excel or HTML files in it; what is indexed already is kept."
        super().__init__(f"The folder {path} holds no text that can be read ({found}).", next_step)
        self.path = Path(path)


class ModelError(QAError):
    """A model, for embedding or for reading, is not available."""


class ModelNotFoundError(ModelError):
    """A model that is neither a folder nor on this disk, and cannot be downloaded."""

    def __init__(self, name: str, reason: str) -> None:
        step = "Give a folder that holds it, connect once without --offline, or leave that option out: "
        happened = f"The model {name!r} is not on this disk and was not downloaded ({reason})."
        super().__init__(happened, f"{step}only the bundled model is needed.")
        self.name = name


class ModelUnusableError(ModelError):
    """Files that exist, but are not a model of the kind that was asked for."""

    def __init__(self, name: str, reason: str, next_step: str = "") -> None:
        step = "Give another model of that kind, or leave that option out: only the bundled model is needed."
        super().__init__(f"The model {name!r} cannot be used ({reason}).", next_step or step)
        self.name = name


class PackageMissingError(ModelError):
    """A package that runs a model is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"The package {package!r} is not installed.", f"Install it: pip install {package}")
        self.package = package


class IndexFolderError(QAError):
    """An index cannot be used; `path` is its folder, or the address of a database."""

    def __init__(self, path: str | Path, happened: str, next_step: str) -> None:
        super().__init__(happened, next_step)
        self.path = path


class IndexNotFoundError(IndexFolderError):
    """A folder that does not exist, or is empty."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(path, f"There is no index at {path}.", f"Build one: qa index PATH... --into {path}")


class NotAnIndexError(IndexFolderError):
    """A folder that holds something else."""

    def __init__(self, path: str | Path, reason: str) -> None:
        next_step = "Choose another folder; nothing in this one was changed."
        super().__init__(path, f"{path} is not a qa index ({reason}).", next_step)


class IndexDamagedError(IndexFolderError):
    """The truth of an index, its corpus.db, cannot be read, or is not the one that its searches were built from."""

    def __init__(self, path: str | Path, reason: str, next_step: str = "") -> None:
        step = "Restore corpus.db from a copy, or move the folder away and index the documents again."
        super().__init__(path, f"The index at {path} is damaged: {reason}.", next_step or step)


class IndexUnusableError(IndexFolderError):
    """The index may be whole, but the system does not let it be used: disk full, no permission, locked."""

    def __init__(self, path: str | Path, reason: str, next_step: str = "") -> None:
        next_step = next_step or "Check the disk space and the permissions, then try again; what was committed is kept."
        super().__init__(path, f"The index at {path} cannot be used right now ({reason}).", next_step)


class IndexReplacedError(IndexFolderError):
    """The index was removed while it was open, and no other one has taken its place yet."""

    def __init__(self, path: str | Path) -> None:
        next_step = "Put it back or build it again; searching then goes on with what is there."
        super().__init__(path, f"The index at {path} was removed since it was opened.", next_step)


class IndexMismatchError(IndexFolderError):
    """An index that was built with another model, or by a newer version: other text rules or another format."""

    def __init__(self, path: str | Path, setting: str, index_has: str, asked: str) -> None:
        remedy = "A newer version of qa made it: install that version, or"
        if setting == "model":
            remedy = f"Leave --model out, or use --model {index_has.split('@')[0]}; or"
        happened = f"The index at {path} was built with {setting} {index_has}, but {asked} was asked for."
        super().__init__(path, happened, f"{remedy} build another index: qa index PATH... --into NEW_FOLDER")
        self.setting, self.index_has, self.asked = setting, index_has, asked


class IndexOutdatedError(IndexFolderError):
    """An index of an earlier version that cannot be upgraded where it is."""

    def __init__(self, path: str | Path, reason: str, next_step: str = "") -> None:
        step = "Make its folder writable and make sure that the disk has room, or copy it elsewhere; nothing is lost."
        happened = f"The index at {path} was made by an earlier version of qa, and cannot be upgraded ({reason})."
        super().__init__(path, happened, next_step or step)


class IndexExistsError(IndexFolderError):
    """A folder that already holds an index where another one is to be written."""

    def __init__(self, path: str | Path) -> None:
        next_step = "Give another folder, or --replace to replace it."
        super().__init__(path, f"There is already an index at {path}.", next_step)


class IndexBusyError(IndexFolderError):
    """Another process is writing to the index."""

    def __init__(self, path: str | Path) -> None:
        happened = f"Another process is writing to the index at {path}."
        super().__init__(path, happened, "Wait until it has finished, then try again.")


class JudgementsDamagedError(IndexFolderError):
    """The file that keeps an index's judgements cannot be read; its documents are not affected."""

    def __init__(self, path: str | Path, reason: str) -> None:
        next_step = "Restore that file from a copy, or move it away to start again; the documents are intact."
        super().__init__(path, f"The judgements in {path} cannot be read ({reason}).", next_step)


class DatabaseError(IndexFolderError):
    """A database that cannot be used now: its server is down, too old, full, or without pgvector."""

    def __init__(self, address: str, reason: str, next_step: str) -> None:
        super().__init__(address, f"The database {address} cannot be used ({reason}).", next_step)
        self.address = address


class PackError(QAError):
    """A packed index that is incomplete, or cannot be written."""

    def __init__(self, path: str | Path, reason: str, next_step: str = "") -> None:
        step = "Take another copy of it, or pack the index again; nothing was written."
        super().__init__(f"The pack {path} cannot be used ({reason}).", next_step or step)
        self.path = Path(path)


class NoJudgementsError(QAError):
    """Judgements were exported before there were any."""

    def __init__(self, path: str | Path) -> None:
        next_step = "Judge passages on the page first; nothing was written."
        super().__init__(f"The index at {path} holds no judgements.", next_step)
        self.path = Path(path)


class DocumentNotFoundError(QAError):
    """A document id that is not in the index."""

    def __init__(self, ids: list[str]) -> None:
        next_step = "List the documents with: qa info --documents; nothing was changed."
        super().__init__(f"The index holds no document {', '.join(map(repr, ids))}.", next_step)
        self.ids = ids


class TagError(QAError):
    """A tag that cannot be removed, since it is written in the document itself."""

    def __init__(self, document_id: str, tag: str) -> None:
        next_step = "Take it out of the file and index it again; nothing was changed."
        super().__init__(f"The tag {tag!r} of {document_id!r} is written in the document itself.", next_step)
        self.document_id, self.tag = document_id, tag


class CitationError(QAError):
    """Nothing to cite, or a text that cannot be read as a citation."""


class WriterError(QAError):
    """A language model that cannot be reached, or did not write an answer to its end."""

    def __init__(self, url: str, reason: str, next_step: str = "") -> None:
        step = "The extracted answer does not need it. Check that it is running, and try again."
        super().__init__(f"The language model at {url} gave no complete answer ({reason}).", next_step or step)
        self.url, self.reason = url, reason


class QuestionError(QAError):
    """A question or a filter that cannot be searched for."""
