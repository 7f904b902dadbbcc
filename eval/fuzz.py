"""Read damaged files in great number: no reader may crash, fail in an unforeseen way, or hang."""

from __future__ import annotations

import io
import os
import random
import re
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import qa
from eval.files import KINDS, TABLES, FileMaker, packed
from eval.output import Table, progress

MOST_SECONDS = 10
"""Seconds of a processor that reading one damaged file may take."""
_BAD = re.compile(r"its reader (?:crashed|failed)|reading it takes")
_MAX_CHANGES = 8
_AT_ONCE = 100  # files made before they are read
_DISRUPTIVE = b'< > & " \0 \xff % / \\ { } ( [ \n -1 99999999999999999999'.split(b" ")
"""What has a meaning in some format: brackets, separators, ends of strings and lines, too large a number."""


@dataclass
class Fuzzed:
    """The fate of damaged files: how many were read or refused with a reason, by kind, and on which a reader failed."""

    read: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    bad: list[str] = field(default_factory=list)

    def parts(self) -> tuple[Table, str]:
        """Return a table by kind, and a line for each file on which a reader crashed, failed or took too long."""
        kinds = sorted(self.read | self.refused)
        rows = [[kind, f"{self.read[kind]:,}", f"{self.refused[kind]:,}"] for kind in kinds]
        rows.append(["all", f"{self.read.total():,}", f"{self.refused.total():,}"])
        lines = [
            f"Slowest file: {self.slowest:.1f} s of a processor. Crashed, failed or hung: {len(self.bad)}.",
            *self.bad,
        ]
        return Table(["damaged files", "read", "refused with a reason"], rows), "\n".join(lines)


def fuzz(sources: Sequence[Path], count: int, seed: int, keep: Path | None = None) -> Fuzzed:
    """Read `count` damaged files, as many of each kind; those on which a reader fails are kept in a folder."""
    chance = random.Random(seed)
    maker = FileMaker(sources, seed, pages=1, paragraphs=2)  # small, so that most changes hit what is not text
    whole = {kind: [maker.make(kind) for _ in range(3)] for kind in (".pdf", *KINDS, *TABLES)}
    found, kinds = Fuzzed(), [*whole]
    _warm_up(whole)
    for start in progress(range(0, count, _AT_ONCE), "reading damaged files"):
        with tempfile.TemporaryDirectory(prefix="qa-fuzz-") as folder:
            for number in range(start, min(start + _AT_ONCE, count)):
                kind = kinds[number % len(kinds)]
                path = Path(folder, f"{seed}-{number}{kind}")
                path.write_bytes(_damaged_file(chance.choice(whole[kind]), chance))
                _read(path, found, keep)
    return found


def _warm_up(whole: Mapping[str, Sequence[bytes]]) -> None:
    """Read one whole file of each kind, so that no damaged one is charged for starting a process or a library."""
    with tempfile.TemporaryDirectory(prefix="qa-fuzz-") as folder:
        for kind, files in whole.items():
            Path(folder, f"whole{kind}").write_bytes(files[0])
        for _ in qa.read_documents(folder):
            pass


def _damaged_file(data: bytes, chance: random.Random) -> bytes:
    """Return damaged bytes; half of the archives get one damaged part and are packed again."""
    if not data.startswith(b"PK") or chance.random() < 0.3:
        return _damaged(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    damaged = chance.choice([*parts])
    return packed(parts | {damaged: _damaged_file(parts[damaged], chance)})


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with a few changes: some replaced, inserted, deleted, repeated or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, _MAX_CHANGES)):
        at, length = chance.randrange(len(changed) + 1), chance.choice((1, 1, 2, 4, 16, 256))
        match chance.randrange(6):
            case 0:
                changed[at : at + length] = chance.randbytes(length)
            case 1:
                changed[at:at] = chance.choice(_DISRUPTIVE) * chance.choice((1, 1, 1, 50, 5_000))
            case 2:
                del changed[at : at + length]
            case 3:
                changed[at:at] = changed[at : at + 20 * length]
            case 4:
                changed[at : at + 1] = bytes([chance.choice((0, 1, 0x7F, 0x80, 0xFF))])
            case _:
                if chance.random() < 0.3:
                    del changed[at:]
    return bytes(changed)


def _read(path: Path, found: Fuzzed, keep: Path | None) -> None:
    reading, start = qa.read_documents(path), _processor_seconds()
    documents = sum(1 for _ in reading)
    seconds = _processor_seconds() - start  # a worker that was ended for its slowness says so itself
    found.slowest = max(found.slowest, seconds)
    (found.read if documents else found.refused)[path.suffix] += 1
    bad = [one.reason for one in reading.skipped if _BAD.match(one.reason)]
    if bad or seconds > MOST_SECONDS:
        found.bad.append(f"- {path.name}, {seconds:.1f} s: {'; '.join(bad) or 'too slow'}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / path.name).write_bytes(path.read_bytes())


def _processor_seconds() -> float:
    """Return the processor time of this process and its readers; the clock's time if the system does not tell."""
    try:
        reader = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
        fields = [Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split() for one in reader]
    except OSError:
        return time.perf_counter()
    ticks = sum(int(tick) for one in fields for tick in one[11:15])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")
