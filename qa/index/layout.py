"""Read and write `dense.faiss`, which says how an index's vectors are searched. Derived from `corpus.db`.

The file has the keys of the passages and, if they are many, their codes and the levels that the codes stand for. A
trailer records the generation's mark, and checksums. The vectors themselves are in `corpus.db` alone.
"""

from __future__ import annotations

import os
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.index.files import write_beside
from qa.index.rows import Keys

DENSE_NAME = "dense.faiss"
HEADER = struct.Struct("<QQQQQQd")
"""The numbers of passages, bytes of codes for each, vector numbers with levels and bytes of a step between keys, then
`learnt_from`, `looked_at` and `recall`."""
LEVELS = 4
"""How many values a code of two bits can stand for."""
TRAILER = struct.Struct("<8s16sII")
MAGIC = b"qa-dens7"


class Layout(NamedTuple):
    """The contents of the file: the passages' keys in ascending order, and a row of codes for each.

    `levels` are the values that the codes of each number of a vector stand for, shape (numbers, 4), learnt from
    `learnt_from` passages; they are empty if every vector is compared. To find k passages, the `looked_at` times k with
    the nearest codes are compared exactly; `recall` is the share of the nearest passages that this finds.
    """

    mark: str
    keys: Keys
    codes: NDArray[np.uint8]
    levels: NDArray[np.float32]
    learnt_from: int = 0
    looked_at: int = 1
    recall: float = 1.0


def write_layout(folder: Path, layout: Layout) -> None:
    """Write a new file for `take_place` to put in place of the current one."""
    steps = np.diff(layout.keys, prepend=0)  # most are 1, and take a byte instead of eight
    steps = steps.astype(np.min_scalar_type(steps.max(initial=0)))
    shapes = (*layout.codes.shape, len(layout.levels), steps.itemsize)
    header = HEADER.pack(*shapes, layout.learnt_from, layout.looked_at, layout.recall)
    content = b"".join([header, layout.levels.tobytes(), steps.tobytes(), layout.codes.tobytes()])
    write_beside(folder / DENSE_NAME, content + _trailer(layout.mark, zlib.crc32(content)))


def read_layout(folder: Path) -> Layout | None:
    """Read the file; None if it is missing or damaged, since it can be made again."""
    content = b""
    with suppress(FileNotFoundError, IsADirectoryError):  # a writer may remove it at any time
        content = (folder / DENSE_NAME).read_bytes()
    mark, checksum = _read_trailer(content[-TRAILER.size :])
    body = memoryview(content)[: -TRAILER.size]
    return _of_body(mark, body) if mark is not None and zlib.crc32(body) == checksum else None


def _of_body(mark: str, body: memoryview) -> Layout:
    passages, size, numbers, step, *learnt = HEADER.unpack_from(body)
    steps_at = HEADER.size + 4 * LEVELS * numbers
    codes_at = steps_at + step * passages
    levels = np.frombuffer(body[HEADER.size : steps_at], dtype=np.float32).reshape(numbers, LEVELS)
    keys = np.cumsum(np.frombuffer(body[steps_at:codes_at], dtype=f"u{step}"), dtype=np.int64)
    codes = np.frombuffer(body[codes_at:], dtype=np.uint8).reshape(passages, size)
    return Layout(mark, keys, codes, levels, *learnt)


def dense_mark(folder: Path) -> str | None:
    """Return the mark of the file's generation, read from its trailer alone; None if it is missing or damaged."""
    with suppress(FileNotFoundError, IsADirectoryError), (folder / DENSE_NAME).open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TRAILER.size))
        return _read_trailer(file.read(TRAILER.size))[0]
    return None


def _trailer(mark: str, checksum: int) -> bytes:
    known = TRAILER.pack(MAGIC, mark.encode(), checksum, 0)[:-4]
    return known + struct.pack("<I", zlib.crc32(known))


def _read_trailer(content: bytes) -> tuple[str | None, int]:
    """Return the mark, and the checksum of what precedes the trailer; no mark if the trailer is damaged."""
    if len(content) < TRAILER.size:
        return None, 0
    magic, mark, checksum, own = TRAILER.unpack(content)
    return (mark.decode(), checksum) if magic == MAGIC and zlib.crc32(content[:-4]) == own else (None, 0)
