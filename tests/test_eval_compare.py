"""The randomisation test beside an exact count of all sign patterns, and Holm's method by hand."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import EmptySetError
from eval.evaluation import Pair, compare, holm, randomisation_test


def exact(differences: list[float]) -> float:
    """Count every pattern of signs."""
    observed = abs(sum(differences))
    patterns = itertools.product((1, -1), repeat=len(differences))
    sums = [abs(sum(s * d for s, d in zip(signs, differences, strict=True))) for signs in patterns]
    return sum(value >= observed - 1e-9 for value in sums) / len(sums)


@pytest.mark.parametrize(
    "differences",
    [[1.0] * 6, [1.0, -1.0, 0.5], [0.3, 0.2, 0.9, -0.1, 0.4, 0.6, 0.7, 0.2], [0.0, 0.0, 1.0], [0.1] * 10],
)
def test_p_is_near_the_exact_one(differences: list[float]) -> None:
    assert randomisation_test(differences) == pytest.approx(exact(differences))


def test_p_of_many_differences_is_drawn_near_the_exact_one() -> None:
    differences = [0.5, -0.25, 1.0, 0.125, -0.5, 0.75, 0.25, -1.0] * 2
    assert len(differences) > math.log2(20_000)
    assert randomisation_test(differences) == pytest.approx(exact(differences), abs=0.012)


def test_no_difference_at_all_is_never_established() -> None:
    assert randomisation_test([0.0] * 50) == 1.0


def test_a_clear_difference_has_the_least_p() -> None:
    assert randomisation_test([0.5] * 100) == pytest.approx(2 / 20_001)


def test_a_comparison_without_questions_is_an_error() -> None:
    with pytest.raises(EmptySetError):
        randomisation_test([])


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
@settings(max_examples=20)
def test_p_is_a_probability_and_blind_to_which_system_comes_first(differences: list[float]) -> None:
    p = randomisation_test(differences)
    assert 0 < p <= 1
    assert p == randomisation_test([-d for d in differences])


def test_holm_by_hand() -> None:
    # Sorted: .01 * 4, .02 * 3, .03 * 2 (held at .06), .5 * 1.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx([0.06, 0.04, 0.5, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_words_say_whether_a_difference_is_established() -> None:
    ids = [str(i) for i in range(40)]
    good, bad, same = (dict.fromkeys(ids, value) for value in (1.0, 0.25, 0.25))
    same = {**same, "0": 0.5}
    clear, unclear = compare(
        [Pair("as written", "bad", "good", bad, good), Pair("as written", "same", "bad", same, bad)]
    )
    assert (clear.wins, clear.losses, clear.ties, clear.difference) == (0, 40, 0, -0.75)
    assert clear.words("RR@10") == (
        "good is better than bad: 0.7500 RR@10 over 40 questions (p = 0.0002). This is established."
    )
    assert (unclear.wins, unclear.ties) == (1, 39)
    assert unclear.words("RR@10").startswith("No difference between same and bad is established")
    assert not unclear.established
