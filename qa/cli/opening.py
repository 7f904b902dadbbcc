"""Opening an index for a command; a person is told of what may take a while, as when it is of an earlier version."""

from __future__ import annotations

import sys

from qa.cli.output import progress
from qa.embedding import Embedder
from qa.errors import IndexNotFoundError
from qa.index import Health, Index, repair

UPGRADING = "qa: {} was made by an earlier version of qa; bringing it up to this one. Stopping loses nothing."


def open_index(folder: str, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
    """The opened index, brought up to this version; raises what `Index.open` raises."""
    if not _is_outdated(folder):
        return Index.open(folder, embedder, offline=offline)
    print(UPGRADING.format(folder), file=sys.stderr)
    with progress("Bringing it up", None):
        return Index.open(folder, embedder, offline=offline)


def create_index(folder: str, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
    """Like `open_index`, but makes an index where there is none."""
    if _is_outdated(folder):
        return open_index(folder, embedder, offline=offline)
    return Index.create(folder, embedder, offline=offline)


def repair_index(folder: str) -> Health:
    """The health of an index after mending what can be mended."""
    with progress("Mending", None):
        return repair(folder)


def _is_outdated(folder: str) -> bool:
    try:
        return Index.as_found(folder).is_outdated
    except IndexNotFoundError:  # told, or made, by whoever opens it
        return False
