"""How fast files of every kind are indexed, one of every five a PDF of ten pages, and how much memory that takes."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from eval.errors import SpeedError
from eval.made_files import KINDS, PDF_PAGES, TABLES, FileMaker
from eval.progress import progress
from eval.tables import table

_MEBIBYTE = 1024 * 1024
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class _Run:
    """One indexing: seconds, and the most memory that its processes held together, in bytes."""

    seconds: float
    memory: int


def measure_files(sources: Sequence[Path], count: int, runs: int) -> str:
    """Return a Markdown table of what indexing `count` files takes, made up from the sentences of the sources."""
    with tempfile.TemporaryDirectory(prefix="qa-files-") as folder:
        files = Path(folder, "files")
        size = make_files(files, sources, count)
        found = [_index(files, Path(folder, "index")) for _ in progress(range(runs), f"indexing {count:,} files")]
    seconds = statistics.median(run.seconds for run in found)
    rows = [
        ["seconds", f"{seconds:.1f}"],
        ["files a second", f"{count / seconds:.1f}"],
        ["most memory, all processes together", f"{statistics.median(run.memory for run in found) / _MEBIBYTE:.0f} MB"],
    ]
    pages = f"{count // 5} PDF of {PDF_PAGES} pages"
    return table([f"medians of {runs} runs: {count:,} files, {pages}, {size / _MEBIBYTE:.1f} MB", ""], rows)


def make_files(folder: Path, sources: Sequence[Path], count: int) -> int:
    """Make the files, every fifth a PDF and the others of each kind in turn; return how many bytes they have."""
    maker = FileMaker(sources)
    folder.mkdir()
    others = cycle([*KINDS, *TABLES])
    kinds = (kind for four in iter(lambda: [*islice(others, 4)], []) for kind in [".pdf", *four])
    for number, kind in enumerate(progress([*islice(kinds, count)], f"making {count:,} files")):
        (folder / f"{number:05}{kind}").write_bytes(maker.make(kind))
    return sum(path.stat().st_size for path in folder.iterdir())


def _index(files: Path, index: Path) -> _Run:
    command = [sys.executable, "-m", "qa", "index", str(files), "--into", str(index)]
    start, memory = time.perf_counter(), 0
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)
        while process.poll() is None:
            memory = max(memory, _memory(process.pid))
            time.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - start
        told.seek(0)
        if process.returncode:
            raise SpeedError(" ".join(command), told.read().decode("utf-8", "replace"))
    shutil.rmtree(index)
    return _Run(seconds, memory)


def _memory(process: int) -> int:
    """Bytes that a process and those it started hold; 0 where the system does not tell."""
    try:
        held = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return held + sum(_memory(int(child)) for child in children)
