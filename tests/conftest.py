"""Fixtures: a toy embedder, documents that a person can keep in mind, and an index of them."""

from __future__ import annotations

import signal
from datetime import date
from pathlib import Path

import pytest
from databases import address, administrator, server  # noqa: F401  # fixtures
from hypothesis import settings
from toy import WordEmbedder

import qa

# The same examples in every run: what was green stays so. `pytest --hypothesis-profile=default` looks for new ones.
# No deadline, since a busy machine is not a fault of the code.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

# A shell has its commands in the background ignore Ctrl+C, and so would the processes that tests start and stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def documents() -> list[qa.Document]:
    return [
        qa.Document("rain", "Mưa to ở miền núi.", "Thời tiết", "paper/rain", date(2022, 1, 13), "vi"),
        qa.Document("rice", "Lúa tốt vì có mưa.", "Đồng ruộng", "paper/rice", date(2023, 4, 4), "vi"),
        qa.Document("fish", "Cá sống ở sông.", "", "paper/fish", None, "vi"),
    ]


@pytest.fixture
def index(tmp_path: Path, embedder: WordEmbedder, documents: list[qa.Document]) -> qa.Index:
    index = qa.Index.create(tmp_path / "index", embedder)
    index.upsert(documents)
    return index


@pytest.fixture
def searcher(index: qa.Index) -> qa.Searcher:
    return qa.Searcher(index)
