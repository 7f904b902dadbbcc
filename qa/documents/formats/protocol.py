"""What each reader of a format gives, and how it says that it cannot. Knows no format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from qa.documents.places import Place


class UnreadableError(Exception):
    """A file that cannot be read: `str(error)` says why, and the next step after a colon."""


@dataclass(frozen=True)
class Content:
    """The text of a file as it stands there, before anything is mended or taken off.

    `is_prose` is False where lines are cells or rows, which are never joined or taken off.
    """

    text: str
    title: str = ""
    published: date | None = None
    places: tuple[Place, ...] = ()
    is_prose: bool = True
    damage: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class FormatReader(Protocol):
    """Reads one format."""

    def __call__(self, data: bytes) -> Content:
        """The content of a file; raises `UnreadableError`."""
        ...


@dataclass
class Written:
    """Text that grows by parts, each of which may be a place."""

    parts: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, label: str = "") -> None:
        """Adds a part as it is; with a label it is a place."""
        if label and text.strip():
            self.places.append(Place(self.length, self.length + len(text), label))
        self.parts.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        """All parts, one behind the other."""
        return "".join(self.parts)


def row(cells: Iterable[str]) -> str:
    """A row of a table as Markdown writes it, on one line; empty when all its cells are."""
    plain = [" ".join(cell.replace("|", "/").split()) for cell in cells]
    return f"| {' | '.join(plain)} |" if any(plain) else ""
