"""Kills a process that writes to an index, again and again, and looks what is left: `make crash`.

After each SIGKILL, at a random moment of adding, changing, deleting, repairing or packing, every document that was
acknowledged must be there once, what was cut short wholly or not at all, every digest must fit, searches must equal
those of a fresh build, and the pack that was last written must be whole. Each step runs in a process that is split off
from this one, which only loads the libraries.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import faiss  # noqa: F401  # loaded once for all the processes
import tantivy  # noqa: F401
from toy import WordEmbedder

import qa
from qa.index import examine, pack, repair, unpack

DOCUMENTS, PASSAGES = 40, 4
MOST_STEPS = 6
STEP_SECONDS = 0.3
QUERIES = ("mưa cá", "nắng lúa thứ 7", "đảng viên")
CLOSE = 5e-5  # of a score, since Tantivy adds up in single precision
WORDS = ("mưa", "nắng", "lúa", "cá", "đảng viên", "miền núi", "thứ 7", "con sông", "tốt tươi", "được mùa")

Held = dict[str, str]


class Step(NamedTuple):
    """What a writer does: documents that it puts in, ids that it takes out, or searches that it loses and repairs.

    Or it damages a vector and has it mended, or packs the index.
    """

    put: Held = {}  # noqa: RUF012 - never changed
    delete: Sequence[str] = ()
    lose: Sequence[str] = ()
    mends: bool = False
    packs: bool = False

    def after(self, held: Held) -> Held:
        return {name: one for name, one in {**held, **self.put}.items() if name not in self.delete}

    def run(self, folder: Path) -> None:
        index = qa.Index.open(folder, WordEmbedder())
        if self.put:
            index.upsert([qa.Document(*one, language="vi") for one in self.put.items()])
        if self.delete:
            index.delete(self.delete)
        for name in self.lose:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if self.mends:
            with closing(sqlite3.connect(folder / "corpus.db")) as connection, connection:
                connection.execute("UPDATE embedding SET vector = zeroblob(length(vector)) WHERE key % 50 = 0")
            assert repair(folder, WordEmbedder()).is_healthy
        if self.packs:
            pack(folder, folder.with_name("pack"))
        qa.Searcher(index).search(QUERIES[0])


def text(chance: random.Random) -> str:
    lines = (" ".join(chance.choices(WORDS, k=chance.randint(45, 60))) for _ in range(PASSAGES))
    return "\n".join(f"{line.capitalize()}." for line in lines)


def plan(held: Held, chance: random.Random) -> list[Step]:
    steps = []
    for _ in range(100):
        kind = chance.choices(("put", "delete", "lose", "mend", "pack"), (5, 3, 1, 1, 1))[0]
        names = {f"d{chance.randrange(DOCUMENTS + 5):03}" for _ in range(chance.randint(1, 4))}
        step = Step(mends=kind == "mend", packs=kind == "pack")
        if kind == "put":
            step = Step({name: text(chance) for name in sorted(names)})
        if kind == "delete":
            step = Step(delete=chance.sample(sorted(held), min(len(names), len(held))))
        if kind == "lose":
            step = Step(lose=chance.sample(["lexical", "dense.faiss", "lexical/qa.json"], 1))
        held = step.after(held)
        steps.append(step)
    return steps


def split_off(work: Callable[[int], None]) -> tuple[int, int]:
    """(process, what it writes), of a process that does the work and ends."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    status = 1
    try:
        work(writing)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def write(folder: Path, steps: list[Step], writing: int) -> None:
    for step in steps:
        step.run(folder)
        os.write(writing, b".")  # acknowledged


def check(folder: Path, acknowledged: Held, last: Step, writing: int) -> None:
    """Writes 1 where the last step, which was cut short, is there, else 0; raises where anything is wrong."""
    cut_short = last.after(acknowledged)
    if last.mends:
        repair(folder, WordEmbedder())
    if (kept := folder.with_name("pack")).exists():
        unpack(kept, folder.with_name("unpacked"))
        assert repair(folder.with_name("unpacked"), WordEmbedder()).is_healthy, "the pack is damaged"
    searcher = qa.Searcher(qa.Index.open(folder, WordEmbedder()), without=["grouping"])
    ids = [document.id for document in searcher.index.documents()]
    assert ids == sorted(set(ids)), "a document is there twice"
    held = {document.id: document.text for document in searcher.index.documents()}
    assert held in (acknowledged, cut_short), "the documents are neither those before nor those after the last step"
    found = search(searcher)  # repairs
    problems = examine(folder, WordEmbedder()).problems
    assert not problems, problems
    fresh = qa.Index.create(folder.with_name("fresh"), WordEmbedder())
    fresh.upsert([qa.Document(*one, language="vi") for one in held.items()])
    expected = search(qa.Searcher(fresh, without=["grouping"]))
    for mine, other in zip(found, expected, strict=True):
        assert mine.keys() == other.keys(), "searches find other passages than a fresh build"
        assert all(abs(score - other[name]) <= CLOSE * abs(other[name]) for name, score in mine.items()), "other scores"
    os.write(writing, b"1" if held == cut_short else b"0")


def search(searcher: qa.Searcher) -> list[dict[str, float]]:
    rows: list[dict[str, float]] = []
    for query in QUERIES:
        for mode in ("lexical", "dense"):
            hits = searcher.search(query, k=1000, mode=mode)
            rows.append({hit.passage.id: hit.score for hit in hits})
    return rows


def kill_once(folder: Path, held: Held, chance: random.Random) -> tuple[Held, int]:
    """(what is held after a kill, how many steps were acknowledged before it)."""
    steps = plan(held, chance)
    writer, acknowledging = split_off(lambda writing: write(folder, steps, writing))
    done = chance.randrange(MOST_STEPS)
    for _ in range(done):
        assert os.read(acknowledging, 1), "the writer failed"
    time.sleep(chance.uniform(0, STEP_SECONDS))
    os.kill(writer, signal.SIGKILL)
    assert os.WIFSIGNALED(os.waitpid(writer, 0)[1]), "the writer failed"
    done += len(os.read(acknowledging, 100))
    os.close(acknowledging)
    for step in steps[:done]:
        held = step.after(held)
    last = steps[done] if done < len(steps) else Step()
    for name in ("fresh", "unpacked"):
        shutil.rmtree(folder.with_name(name), ignore_errors=True)
    checker, reports = split_off(lambda writing: check(folder, held, last, writing))
    verdict = os.read(reports, 1)
    os.close(reports)
    assert os.waitpid(checker, 0)[1] == 0, "see the trace above"
    return (last.after(held) if verdict == b"1" else held), done


def main() -> None:
    """Ends with status 1 at the first kill that lost something, and leaves the folder for a look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    place = Path(tempfile.mkdtemp(prefix="qa-crash-"))
    held = {f"d{number:03}": text(chance) for number in range(DOCUMENTS)}
    first = Step(held)
    builder, _ = split_off(lambda _: (qa.Index.create(place / "index", WordEmbedder()), first.run(place / "index"))[1])
    assert os.waitpid(builder, 0)[1] == 0
    acknowledged = 0
    for number in range(given.kills):
        try:
            held, done = kill_once(place / "index", held, chance)
        except AssertionError as error:
            sys.exit(f"After kill {number + 1} (seed {given.seed}): {error}. The index is in {place}.")
        acknowledged += done
    shutil.rmtree(place)
    print(f"{given.kills} kills amid {acknowledged} changes; nothing lost, and searches equal those of a fresh build.")


if __name__ == "__main__":
    main()
