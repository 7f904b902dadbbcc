"""Readers for tests: one points at a phrase, one waits, one reads nothing twice, one has a model file cut short."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import qa
from qa.reading import Reading, Window
from qa.reading.readers import MODEL_FILE, MODEL_FOLDER, TOKENIZER_FILE, OnnxReader
from qa.text import syllables


class PointingReader:
    """Sure that a phrase answers, wherever it stands, and that nothing else does."""

    folder = None

    def __init__(self, phrase: str) -> None:
        self._phrase = phrase

    def read(self, _question: str, passages: Sequence[qa.Passage]) -> list[Reading]:
        return [Reading((self._window(passage.text),)) for passage in passages]

    def _window(self, text: str) -> Window:
        words = syllables(text)
        start = text.find(self._phrase)
        end = start + len(self._phrase)
        starts = np.array([5 if word.start == start else -5 for word in words], dtype=np.float32)
        ends = np.array([5 if start >= 0 and word.end == end else -5 for word in words], dtype=np.float32)
        offsets = np.array([(word.start, word.end) for word in words], dtype=np.int64).reshape(-1, 2)
        return Window(offsets, starts, ends)


class WaitingReader:
    """Reads as another one does, once it may."""

    def __init__(self, reader: qa.Reader) -> None:
        self._reader = reader
        self.may = threading.Event()

    @property
    def folder(self) -> Path | None:
        return self._reader.folder

    def read(self, question: str, passages: Sequence[qa.Passage]) -> list[Reading]:
        assert self.may.wait(60)
        return self._reader.read(question, passages)


class RememberingReader:
    """Reads as another one does, no passage twice for the same question."""

    def __init__(self, reader: qa.Reader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, qa.Passage], Reading] = {}

    @property
    def folder(self) -> Path | None:
        return self._reader.folder

    def read(self, question: str, passages: Sequence[qa.Passage]) -> list[Reading]:
        new = [one for one in dict.fromkeys(passages) if (question, one) not in self._known]
        for passage, reading in zip(new, self._reader.read(question, new), strict=True):
            self._known[question, passage] = reading
        return [self._known[question, passage] for passage in passages]


def cut_short(folder: Path) -> Path:
    """The bundled model's files, the model one the half of it."""
    folder.mkdir(parents=True)
    shutil.copy(MODEL_FOLDER / TOKENIZER_FILE, folder)
    whole = (MODEL_FOLDER / MODEL_FILE).read_bytes()
    (folder / MODEL_FILE).write_bytes(whole[: len(whole) // 2])
    return folder


def damaged_installation(folder: Path) -> Path:
    """Makes a folder to run `python -m qa` in, whole but for the reader's model, whose folder it returns."""
    package = MODEL_FOLDER.parent.parent
    for one in package.iterdir():
        if one.name not in ("models", "__pycache__"):
            (folder / "qa").mkdir(parents=True, exist_ok=True)
            (folder / "qa" / one.name).symlink_to(one)
    cut = cut_short(folder / "qa" / "models" / MODEL_FOLDER.name)
    for one in MODEL_FOLDER.parent.iterdir():
        if one.name != MODEL_FOLDER.name:
            (cut.parent / one.name).symlink_to(one)
    return cut


class DamagedReader:
    """Opens its folder when it is first asked, as the bundled reader does."""

    folder = None

    def __init__(self, folder: Path) -> None:
        self._folder = cut_short(folder)

    def read(self, question: str, passages: Sequence[qa.Passage]) -> list[Reading]:
        return OnnxReader(self._folder).read(question, passages)
