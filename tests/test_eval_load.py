"""Load: visitors really ask over HTTP, what fails is counted, and nothing else is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from toy import WordEmbedder

import qa
from eval.errors import SpeedError
from eval.load import AGAIN_SECONDS, ask_once, percentile, serving, visit
from qa.page import Library, Settings
from qa.page import serving as serving_page
from qa.page.parts.library import Turns

# Pandas says this to Gradio, which counts its events with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The copy keyword:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    index = qa.Index.create(tmp_path_factory.mktemp("load") / "index", WordEmbedder())
    index.upsert([qa.Document("rice", "Lúa tốt vì có mưa.")])
    return Library({"fields": qa.Searcher(index)})


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving_page(library, Settings(port=0)) as (address, _):
        yield address


def test_a_visitor_gets_what_the_library_answers(address: str, library: Library) -> None:
    expected = qa.ask("Lúa tốt vì sao?", library.searcher()).to_json()
    assert ask_once(address, "Lúa tốt vì sao?") == {**expected, "indexes": list(library.names[:1])}


def test_a_question_that_is_not_answered_is_an_error(address: str) -> None:
    with pytest.raises(SpeedError, match="The question has no words"):
        ask_once(address, "?")


def test_every_visitor_asks_until_the_time_is_over(address: str) -> None:
    visits = visit(address, ["Lúa tốt vì sao?", "Mưa ở đâu thế?"], visitors=3, seconds=1)
    assert len(visits.seconds) >= 3
    assert visits.errors == []
    assert min(visits.seconds) > 0


def test_a_visitor_whom_the_page_is_too_busy_for_comes_back_later(library: Library) -> None:
    busy = Library({"fields": library.searcher()})
    busy.turns = Turns(at_once=1, waiting=0)
    with serving_page(busy, Settings(port=0)) as (address, _), busy.turns.turn():
        visits = visit(address, ["Lúa tốt vì sao?"], visitors=2, seconds=0.2)
    assert (visits.seconds, visits.busy, visits.errors) == ([], 2, [])
    assert AGAIN_SECONDS > 0.2


def test_what_fails_is_counted(address: str) -> None:
    visits = visit(address, ["?"], visitors=2, seconds=0.5)
    assert visits.seconds == []
    assert len(visits.errors) >= 2
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        assert (
            visit(nobody, ["Lúa tốt vì sao?"], visitors=1, seconds=0.1).errors[0].startswith("ConnectionRefusedError")
        )


def test_a_server_that_does_not_start_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SpeedError, match="There is no index"), serving(tmp_path / "nothing"):
        pass


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([1.0], 0.95, 1.0), ([3.0, 1.0, 2.0, 4.0], 0.5, 2.0), (list(map(float, range(1, 101))), 0.95, 95.0)],
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, found: float) -> None:
    assert percentile(values, share) == found
