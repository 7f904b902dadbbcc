"""What is made of a reader's numbers: spans beside a brute-force oracle, margins, relevance."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.reading import Reading, Window
from qa.reading.protocol import SPAN_TOKENS


def window(scores: list[tuple[float, float]], offsets: list[tuple[int, int]], relevance: float | None = None) -> Window:
    starts, ends = (np.array([one[n] for one in scores], dtype=np.float32) for n in range(2))
    return Window(np.array(offsets, dtype=np.int64).reshape(-1, 2), starts, ends, relevance)


def oracle(reading: Reading, most: int) -> list[tuple[int, int, float]]:
    """Every span of every window, best first, unless it overlaps one that was taken."""
    spans = [
        (int(one.offsets[first, 0]), int(one.offsets[last, 1]), float(one.starts[first] + one.ends[last]))
        for one in reading.windows
        for first in range(len(one.starts))
        for last in range(first, min(first + SPAN_TOKENS, len(one.starts)))
    ]
    taken: list[tuple[int, int, float]] = []
    for span in sorted(spans, key=lambda one: -one[2]):
        if all(span[1] <= other[0] or other[1] <= span[0] for other in taken):
            taken.append(span)
    return taken[:most]


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Tokens of one to three characters, some with a space before them, read in windows that overlap."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    tokens = draw(st.integers(0, 3 * SPAN_TOKENS))
    ends = np.cumsum(random.integers(1, 5, tokens))
    starts = ends - np.minimum(random.integers(1, 4, tokens), np.diff(ends, prepend=0))
    offsets = np.stack([starts, ends], axis=1)
    size, step = draw(st.integers(1, 2 * SPAN_TOKENS)), draw(st.integers(1, SPAN_TOKENS))
    # Neighbours score alike, as a model's do: many spans of a window overlap its best one.
    smooth = np.ones(draw(st.integers(1, 5)))
    windows = []
    for at in range(0, tokens, step):
        scores = [np.convolve(random.normal(size=len(offsets[at : at + size])), smooth, "same") for _ in range(2)]
        first, last = (one[: len(offsets[at : at + size])].astype(np.float32) for one in scores)
        windows.append(Window(offsets[at : at + size], first, last))
    return Reading(tuple(windows))


@given(readings(), st.integers(1, 5))
def test_the_best_spans_are_those_of_all_pairs(reading: Reading, most: int) -> None:
    found = [(one.start, one.end, one.margin) for one in reading.best(most)]
    assert found == oracle(reading, most)
    assert [margin for *_, margin in found] == sorted((margin for *_, margin in found), reverse=True)
    for start, end, margin in found:
        assert reading.margin(start, end) >= margin


def test_a_second_answer_is_found_beside_a_broad_first_one() -> None:
    """More spans than are wanted overlap the best one and are ahead of the second answer."""
    scores = [(0.0, 0.0)] * 200
    scores[20:23], scores[25:28] = [(9.0, 0.0)] * 3, [(0.0, 9.0)] * 3
    scores[150] = (1.0, 1.0)
    found = Reading((window(scores, [(n, n + 1) for n in range(200)]),)).best(4)
    assert found[0].margin == 18.0
    assert (150, 151, 2.0) in [(one.start, one.end, one.margin) for one in found]


def test_no_span_is_longer_than_the_limit() -> None:
    for length in (SPAN_TOKENS, SPAN_TOKENS + 1):
        scores = [(-9.0, -9.0)] * length
        scores[0], scores[-1] = (5.0, -9.0), (-9.0, 5.0)
        best = Reading((window(scores, [(n, n + 1) for n in range(length)]),)).best(1)[0]
        assert (best.margin == 10.0) == (length == SPAN_TOKENS)


def test_a_span_has_letters_and_a_number() -> None:
    scores = [(math.nan, 1.0), (3.0, 3.0), (2.0, math.nan), (1.0, 1.0)]
    found = Reading((window(scores, [(0, 1), (1, 1), (1, 2), (2, 3)]),)).best(4)
    assert [(one.start, one.end, one.margin) for one in found] == [(1, 3, 4.0)]


TWO = Reading(
    (
        window([(1.0, 2.0), (4.0, 8.0), (16.0, 32.0)], [(0, 2), (3, 5), (5, 9)], -1.0),
        window([(0.5, 0.25), (64.0, 0.5)], [(5, 9), (10, 12)], 3.0),
    )
)


@pytest.mark.parametrize(
    ("start", "end", "margin"),
    [
        (0, 2, 3.0),
        (0, 5, 9.0),
        (1, 4, 9.0),  # cut tokens count whole
        (5, 9, 48.0),  # the better of two windows
        (5, 12, 1.0),
        (0, 12, -math.inf),  # no window has both ends
        (2, 3, -math.inf),  # between tokens
        (2, 5, -math.inf),
        (12, 14, -math.inf),
        (10, 13, -math.inf),
    ],
)
def test_the_margin_of_a_given_span(start: int, end: int, margin: float) -> None:
    assert TWO.margin(start, end) == margin


def test_relevance_is_that_of_the_likeliest_window() -> None:
    assert TWO.relevance == 3.0
    assert Reading((*TWO.windows, window([], []))).relevance == 3.0
    assert Reading((window([], []),)).relevance is None


def test_no_span_starts_or_ends_in_a_place_that_is_left_out() -> None:
    read = Reading((window([(1.0, 1.0), (9.0, 9.0), (3.0, 3.0)], [(0, 2), (3, 5), (6, 8)]),))
    spans = read.outside([(2, 5)]).best(3)
    assert [(one.start, one.end, one.margin) for one in spans] == [(6, 8, 6.0), (0, 2, 2.0)]
    assert read.outside([]) is read


def test_what_was_not_read_has_no_span() -> None:
    for nothing in (Reading(()), Reading((window([], []),))):
        assert (nothing.best(3), nothing.margin(0, 1), nothing.relevance) == ([], -math.inf, None)
