"""Opening an index for a command: a person is told when it is of an earlier version, since that may take a while."""

from __future__ import annotations

import sys

from qa.cli.output import progress
from qa.embedding import Embedder
from qa.index import Index

UPGRADING = "qa: {} was made by an earlier version of qa; bringing it up to this one. Stopping loses nothing."


def open_index(folder: str, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
    """The opened index, brought up to this version; raises what `Index.open` raises."""
    if not Index.is_outdated(folder):
        return Index.open(folder, embedder, offline=offline)
    print(UPGRADING.format(folder), file=sys.stderr)
    with progress("Bringing it up", None):
        return Index.open(folder, embedder, offline=offline)


def create_index(folder: str, embedder: Embedder | None = None, *, offline: bool = False) -> Index:
    """Like `open_index`, but makes an index where there is none."""
    if Index.is_outdated(folder):
        return open_index(folder, embedder, offline=offline)
    return Index.create(folder, embedder, offline=offline)
