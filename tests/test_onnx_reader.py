"""The bundled reader: what it reads in windows, among others and at once, and what is reported when it cannot read."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import SEEDS
from readers import damaged_installation

import qa
from qa.errors import ModelUnusableError
from qa.passages import split
from qa.reading import Reading
from qa.reading.readers import MODEL_FILE, MODEL_FOLDER, OVERLAP, TOKENIZER_FILE, OnnxReader

QUESTION = "Cả nước có bao nhiêu đảng viên?"
ANSWER = "Cả nước có 5.248.607 đảng viên."
FILLER = "Hội nghị bàn về công tác tổ chức xây dựng Đảng. "
# One Cast, Unsqueeze and Expand: a model of the same inputs that tells two numbers of each token.
TWO_LABELS = base64.b85decode(
    "2nagK0SX@q32AO{b#z~8WOEV$V<H4YVRLjU2?_#qZx{if0RjpY3ISsZ0%3R(0d*n?Rc>=}b!BCGWeO4s0d)!jb7&F)Zz2XocyM8EWD)^qDhmh!"
    "5C=K|0zv{|cq$DD0}ux~0|5a7LIQJWS{(`rX>M?JbYE#?a}p2=4hRPl3JL=f0b&XR5&?8tA_@*+baZ8IbZKvHUu|J?YZ4F&4hRPl3JL=f0b&XR"
    "5&?8#843Y!5)=v&2mulf3Ih@WVhRHi0dxui2m(R`3IGrh"
)


@pytest.fixture(scope="session")
def reader() -> qa.Reader:
    reader = qa.load_reader()
    assert isinstance(reader, OnnxReader)
    assert qa.load_reader() is reader
    return reader


def passage(text: str, title: str = "") -> qa.Passage:
    return qa.Passage("a#1", "a", 1, text, 0, len(text), title, "a", None)


def same(one: Reading, other: Reading) -> bool:
    pairs = zip(one.windows, other.windows, strict=True)
    parts = ((getattr(a, name), getattr(b, name)) for a, b in pairs for name in ("offsets", "starts", "ends"))
    return one.relevance == other.relevance and all(np.array_equal(*part) for part in parts)


UGLY = [
    "Cả nước có 5.248.607\u00a0đảng viên.\n\n\t– Hết –",
    "Ca\u0309 nu\u031bo\u031b\u0301c co\u0301 5.248.607 đa\u0309ng viên",
    "😀👩‍👩‍👧 5.248.607 đảng viên \u200b中国 “Đảng”…",
    "x" * 300,
]


@pytest.mark.parametrize("text", UGLY)
def test_tokens_and_spans_stand_in_the_text(reader: qa.Reader, text: str) -> None:
    for title in ("", "Đảng viên trong cả nước"):
        (reading,) = reader.read(QUESTION, [passage(text, title)])
        offsets = np.concatenate([window.offsets for window in reading.windows])
        assert (np.diff(offsets[:, 0]) >= 0).all()
        assert (offsets >= 0).all()
        assert (offsets <= len(text)).all()
        covered = {place for start, end in offsets.tolist() for place in range(start, end)}
        assert {place for place, one in enumerate(text) if one.isalnum()} <= covered
        for span in reading.best(3):
            assert text[span.start : span.end].strip()
            assert reading.margin(span.start, span.end) == pytest.approx(span.margin)


def test_it_answers_and_tells_where_nothing_does(reader: qa.Reader) -> None:
    found, silent = reader.read(QUESTION, [passage(f"{FILLER}{ANSWER}"), passage("Cá sống ở sông. Lúa tốt vì có mưa.")])
    best = found.best(1)[0]
    assert "5.248.607" in f"{FILLER}{ANSWER}"[best.start : best.end]
    assert best.margin > 0 > silent.best(1)[0].margin
    assert found.relevance is not None
    assert silent.relevance is not None
    assert found.relevance > 0 > silent.relevance


def test_a_passage_is_read_alike_alone_and_in_any_company(reader: qa.Reader) -> None:
    passages = [one for document in qa.read_documents([SEEDS]) for one in split(document)][::20]
    together = reader.read(QUESTION, passages)
    turned = reader.read(QUESTION, passages[::-1])[::-1]
    alone = [reader.read(QUESTION, [one])[0] for one in passages]
    assert all(map(same, together, turned))
    assert all(map(same, together, alone))
    assert reader.read(QUESTION, []) == []


def test_nothing_to_read_has_no_span(reader: qa.Reader) -> None:
    for reading in reader.read(QUESTION, [passage(""), passage(" \n ")]):
        assert reading.best(3) == []


def test_a_long_passage_answers_at_its_end_and_where_two_windows_meet(reader: qa.Reader) -> None:
    text = FILLER * 40 + ANSWER
    (reading,) = reader.read(QUESTION, [passage(text)])
    assert "5.248.607" in text[reading.best(1)[0].start : reading.best(1)[0].end]
    first, second = (window.offsets for window in reading.windows[:2])
    shared = [place for place in first.tolist() if place in second.tolist()]
    assert len(shared) == OVERLAP
    for start, _ in (shared[0], shared[OVERLAP // 2], shared[-1]):
        met = f"{text[:start]} {ANSWER} {FILLER * 20}"
        (reading,) = reader.read(QUESTION, [passage(met)])
        assert "5.248.607" in met[reading.best(1)[0].start : reading.best(1)[0].end]


def test_a_question_of_any_length_leaves_room_to_read(reader: qa.Reader) -> None:
    (reading,) = reader.read("đảng viên " * 500, [passage(ANSWER, "Đảng viên " * 500)])
    assert reading.windows[-1].offsets[-1, 1] == len(ANSWER)


def test_several_people_read_at_once(reader: qa.Reader) -> None:
    asked = [("Ai đến thăm bà con?", f"{FILLER}Đồng chí Lữ Văn Hùng đến thăm bà con."), (QUESTION, ANSWER)] * 6
    alone = [reader.read(question, [passage(text)])[0] for question, text in asked]
    with ThreadPoolExecutor(4) as people:
        read = list(people.map(lambda one: reader.read(one[0], [passage(one[1])])[0], asked))
    assert all(map(same, read, alone))


def test_memory_is_bounded_whatever_is_read() -> None:
    """By windows: five times as long a passage, or many, take next to no more."""
    code = (
        "import resource, qa\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "def passage(text): return qa.Passage('a', 'a', 1, text, 0, len(text), '', 'a', None)\n"
        "reader = qa.load_reader()\n"
        f"reader.read({QUESTION!r}, [passage({FILLER!r} * 40)])\n"
        "before = peak()\n"
        f"long, *short = reader.read({QUESTION!r}, [passage({FILLER!r} * 200), *[passage({ANSWER!r})] * 40])\n"
        "assert len(long.best(3)) == 3 and len(short) == 40\n"
        "print(peak() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 100, "MiB"


# Files that are no reader


def model_folder(folder: Path, files: dict[str, bytes | None]) -> Path:
    """The bundled reader's files, some of them with other bytes, or left out (None)."""
    folder.mkdir(parents=True)
    for name in (MODEL_FILE, TOKENIZER_FILE):
        content = files.get(name, b"")
        if name not in files:
            (folder / name).symlink_to(MODEL_FOLDER / name)
        elif content is not None:
            (folder / name).write_bytes(content)
    return folder


def truncated(name: str) -> bytes:
    content = (MODEL_FOLDER / name).read_bytes()
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    "files",
    [
        {MODEL_FILE: truncated(MODEL_FILE)},
        {MODEL_FILE: b""},
        {MODEL_FILE: TWO_LABELS},
        {MODEL_FILE: None},
        {TOKENIZER_FILE: truncated(TOKENIZER_FILE)},
        {TOKENIZER_FILE: b"{}"},
        {TOKENIZER_FILE: None},
    ],
    ids=["truncated model", "empty model", "two labels", "no model", "truncated tokenizer", "{}", "no tokenizer"],
)
def test_files_that_are_no_reader(tmp_path: Path, files: dict[str, bytes | None]) -> None:
    with pytest.raises(ModelUnusableError, match="cannot be used") as caught:
        OnnxReader(model_folder(tmp_path / "reader", files))
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith("Install qa again; searching works without the reader.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    index = qa.Index.create(tmp_path / "index")
    index.upsert([qa.Document("count", f"{FILLER}{ANSWER}"), qa.Document("fish", "Cá sống ở sông.")])
    return index.folder


def test_searching_works_beside_a_damaged_reader(tmp_path: Path, folder: Path) -> None:
    damaged = damaged_installation(tmp_path / "damaged")
    code = (
        "import qa\n"
        f"searcher = qa.Searcher.open({str(folder)!r})\n"
        f"print(searcher.search({QUESTION!r})[0].passage.document_id)\n"
        f"try: qa.ask({QUESTION!r}, searcher)\n"
        "except qa.QAError as error: print(type(error).__name__, error.name)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "damaged")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )
    assert done.stdout.splitlines() == ["count", f"ModelUnusableError {damaged}"], done.stderr


def test_onnxruntime_reports_nothing_and_keeps_no_number_for_the_machine(folder: Path, tmp_path: Path) -> None:
    code = f"import qa\nprint(qa.ask({QUESTION!r}, qa.Searcher.open({str(folder)!r})).text)\n"
    home = tmp_path / "home"
    home.mkdir()
    silent = {"CI", "XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY"}  # it is quiet in the first and last
    environment = {name: value for name, value in os.environ.items() if name not in silent} | {"HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout == "5.248.607 đảng viên\n", done.stderr
    assert list(home.iterdir()) == []


def test_without_onnxruntime_rules_answer_and_say_so(folder: Path) -> None:
    code = (
        "import sys\n"
        "sys.modules['onnxruntime'] = None\n"
        "import qa\n"
        f"reply = qa.ask({QUESTION!r}, qa.Searcher.open({str(folder)!r}))\n"
        "print(reply.text, 'rules_only' in reply.notes)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "5.248.607 đảng viên True\n", done.stderr
