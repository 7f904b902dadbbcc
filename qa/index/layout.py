"""`dense.faiss`: how the vectors of an index's passages are searched by cosine. Derived from `corpus.db`.

The file has the passages and, of many, their codes with what is needed to read these; behind them stands a trailer that
records the generation's mark and checksums. The vectors themselves stand in `corpus.db` alone.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.files import write_beside
from qa.index.rows import Keys

DENSE_NAME = "dense.faiss"
TRAILER = struct.Struct("<8s16sII")
MAGIC = b"qa-dens6"


class Layout(NamedTuple):
    """The contents of the file: the passages' keys, in growing order, and a row of codes for each.

    `levels` are the values that the codes of each number of a vector stand for, shape (numbers, 4); empty where every
    vector is compared. They were learnt from `learnt_from` passages. Of those nearest by codes, `looked_at` times as
    many as are wanted are compared exactly; `recall` is the share of the nearest of all that this finds.
    """

    mark: str
    keys: Keys
    codes: NDArray[np.uint8]
    levels: NDArray[np.float32]
    learnt_from: int = 0
    looked_at: int = 1
    recall: float = 1.0


def write_layout(folder: Path, layout: Layout) -> None:
    """Write the file anew, to take the place of the one that is there."""
    body = io.BytesIO()
    parts = {name: np.asarray(part) for name, part in layout._asdict().items() if name not in {"mark", "keys"}}
    steps = np.diff(layout.keys, prepend=0)  # most are 1, and take a byte instead of eight
    parts["steps"] = steps.astype(np.min_scalar_type(steps.max(initial=0)))
    np.savez(body, allow_pickle=False, **parts)
    content = body.getvalue()
    write_beside(folder / DENSE_NAME, content + _trailer(layout.mark, zlib.crc32(content)))


def read_layout(folder: Path) -> Layout | None:
    """Read the file; None when it is missing or damaged, since it can be made again."""
    content = b""
    with suppress(FileNotFoundError, IsADirectoryError):  # which a writer may take away at any time
        content = (folder / DENSE_NAME).read_bytes()
    mark, checksum = _read_trailer(content[-TRAILER.size :])
    body = memoryview(content)[: -TRAILER.size]
    if mark is None or zlib.crc32(body) != checksum:
        return None
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as parts:
            numbers = int(parts["learnt_from"]), int(parts["looked_at"]), float(parts["recall"])
            keys = np.cumsum(parts["steps"], dtype=np.int64)
            return Layout(mark, keys, parts["codes"], parts["levels"], *numbers)
    except (ValueError, LookupError, zipfile.BadZipFile):
        return None


def dense_mark(folder: Path) -> str | None:
    """Return the mark of the generation that the file is of, without reading the file.

    It is None when the file is missing or damaged.
    """
    with suppress(FileNotFoundError, IsADirectoryError), (folder / DENSE_NAME).open("rb") as file:
        file.seek(max(0, file.seek(0, io.SEEK_END) - TRAILER.size))
        return _read_trailer(file.read(TRAILER.size))[0]
    return None


def _trailer(mark: str, checksum: int) -> bytes:
    known = TRAILER.pack(MAGIC, mark.encode(), checksum, 0)[:-4]
    return known + struct.pack("<I", zlib.crc32(known))


def _read_trailer(content: bytes) -> tuple[str | None, int]:
    """Return the mark and the checksum of what stands before it; no mark where it is damaged."""
    if len(content) < TRAILER.size:
        return None, 0
    magic, mark, checksum, own = TRAILER.unpack(content)
    return (mark.decode(), checksum) if magic == MAGIC and zlib.crc32(content[:-4]) == own else (None, 0)
