"""Deciding beside a small oracle: which span, how sure, what stands beside it; and the numbers that it goes by."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.errors import ModelUnusableError
from qa.reading.candidates import FEATURES, Candidate
from qa.reading.deciding import (
    CHANCE_FEATURES,
    FITTED_FILE,
    NEUTRAL,
    Fitted,
    chance,
    chance_features,
    decide,
    fitted_for,
    span_score,
    weighted,
)
from qa.reading.question import Question
from qa.reading.target import Kind, Target


def question(kind: Kind = "number", *, across: bool = False) -> Question:
    return Question("Cả nước có bao nhiêu đảng viên?", Target(kind, 11, 20), {}, (), across, has_new_marks=False)


def candidate(span: str, document: str = "a", published: date | None = None, **given: float) -> Candidate:
    """A span in its sentence; the margin is the reader's, in log-odds, and every other feature 0 unless given."""
    sentence = f"Cả nước có {span} đảng viên."
    passage = qa.Passage(f"{document}#1", document, 1, sentence, 0, len(sentence), "", document, published)
    margin = given.pop("margin", 5.0)
    features = tuple({"margin": margin / 10, **given}.get(name, 0.0) for name in FEATURES)
    start = sentence.index(span)
    return Candidate(qa.Hit(passage, 1.0, 1), start, start + len(span), (0, len(sentence)), margin, features)


FITTED = Fitted(
    span={"margin": 2.0, "fits": 0.5, "names_missing": -1.0},
    chance={"intercept": -1.0, "margin": 4.0, "lead": 0.5},
    chance_across={"intercept": -2.0, "relevance": 3.0},
    threshold=0.5,
    is_fitted=True,
)
DAYS = (date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1))


@given(st.lists(st.tuples(st.sampled_from(FEATURES), st.floats(-9, 9), st.floats(-9, 9)), unique_by=lambda one: one[0]))
def test_a_weighted_sum(rows: list[tuple[str, float, float]]) -> None:
    names = [name for name, *_ in rows]
    weights, values = (np.array([row[n] for row in rows]) for n in (1, 2))
    given = dict(zip(names, weights, strict=True))
    assert weighted(given, names, values.tolist()) == pytest.approx(float(weights @ values), abs=1e-9)
    assert weighted({}, names, values.tolist()) == 0.0


WEIGHTS = st.dictionaries(st.sampled_from(CHANCE_FEATURES), st.floats(-3, 3))


@given(
    st.lists(st.lists(st.floats(-3, 3), min_size=len(FEATURES), max_size=len(FEATURES)), min_size=1, max_size=5),
    *[WEIGHTS] * 2,
)
def test_the_span_and_its_chance_beside_an_oracle(
    rows: list[list[float]], span: dict[str, float], answers: dict[str, float]
) -> None:
    fitted = replace(FITTED, span=span, chance=answers)
    found = [replace(candidate(f"{n}1", f"d{n}"), features=tuple(row)) for n, row in enumerate(rows, start=1)]
    scores = np.array(rows) @ [span.get(name, 0.0) for name in FEATURES]
    assert [span_score(one, fitted) for one in found] == pytest.approx(scores.tolist(), abs=1e-9)
    ranked = sorted(found, key=lambda one: -span_score(one, fitted))
    order = np.argsort(-np.array([span_score(one, fitted) for one in found]), kind="stable")
    best = found[order[0]]
    lead = min(scores[order[0]] - (scores[order[1]] if len(found) > 1 else -math.inf), 3.0)
    features = chance_features(ranked, fitted)
    assert features == pytest.approx((1.0, *best.features, lead), abs=1e-9)
    odds = float(np.dot(features, [answers.get(name, 0.0) for name in CHANCE_FEATURES]))
    expected = 1 / (1 + math.exp(-odds))
    assert chance(question(), ranked, fitted) == pytest.approx(expected)
    decision = decide(question("other"), found, replace(fitted, threshold=0.6))
    assert decision.chance == pytest.approx(expected)
    assert (decision.answer == best) == (decision.chance >= 0.6)


def test_the_lead_is_over_another_answer_not_over_the_same_one_again() -> None:
    best = candidate("5.248.607 đảng viên", margin=9.0)
    overlapping = replace(best, start=best.start + 2, features=candidate("1", margin=8.0).features)
    other_spelling = candidate("5,248,607", "b", margin=7.0)
    another = candidate("5.100.000", "c", margin=4.0)
    assert chance_features([best, overlapping, other_spelling, another], FITTED)[-1] == pytest.approx(1.0)
    assert chance_features([best, overlapping, other_spelling], FITTED)[-1] == 3.0


def test_another_language_has_its_own_chance() -> None:
    found = [candidate("1", margin=5.0, relevance=1.0)]
    assert decide(question(), found, FITTED).chance == pytest.approx(1 / (1 + math.exp(-(-1 + 2 + 1.5))))
    assert decide(question(across=True), found, FITTED).chance == pytest.approx(1 / (1 + math.exp(-1.0)))


def test_below_the_threshold_it_declines_and_says_how_sure_it_was() -> None:
    found = [candidate("1", margin=5.0)]
    sure = decide(question(), found, FITTED).chance
    assert decide(question(), found, replace(FITTED, threshold=sure)).answer == found[0]
    assert decide(question(), found, replace(FITTED, threshold=math.nextafter(sure, 1))) == qa.reading.Decision(
        None, sure
    )
    assert decide(question(), [], FITTED) == qa.reading.Decision(None, 0.0)


def test_a_span_of_too_low_a_margin_is_no_answer() -> None:
    supported = candidate("1", margin=-20.5, relevance=90.0)
    assert decide(question(across=True), [supported], FITTED).answer == supported
    assert decide(question(across=True), [supported], replace(FITTED, least_margin=-20.5)).answer == supported
    least = replace(FITTED, least_margin=-20.0)
    assert decide(question(across=True), [supported], least) == qa.reading.Decision(None, 0.0)


@pytest.mark.parametrize(
    ("kind", "margin", "expected"),
    [("number", -15.0, True), ("number", -15.1, False), ("clock", -15.1, True), ("clock", -20.1, False)],
)
def test_numbers_and_days_need_more_than_others(kind: Kind, margin: float, expected: bool) -> None:  # noqa: FBT001
    fitted = replace(FITTED, least_margin=-20.0, least_margin_of_values=-15.0, threshold=1e-6)
    assert (decide(question(kind), [candidate("1", margin=margin)], fitted).answer is not None) is expected


def test_odds_of_any_size_and_none() -> None:
    for margin, expected in ((1e6, 1.0), (-1e6, 0.0)):
        assert decide(question(), [candidate("1", margin=margin)], FITTED).chance == expected
    unknown = decide(question(), [candidate("1", margin=math.nan)], FITTED)
    assert unknown.answer is None
    assert math.isnan(unknown.chance)


def test_a_neutral_reader_is_taken_at_its_word() -> None:
    assert NEUTRAL.is_fitted is False
    decision = decide(question(), [candidate("1", margin=2.0), candidate("2", "b", margin=-1.0)], NEUTRAL)
    assert decision.answer is not None
    assert decision.answer.text == "1"
    assert decision.chance == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert decide(question(), [candidate("1", margin=-0.1)], NEUTRAL).answer is None


# Side by side


def answers(*found: Candidate, kind: Kind = "number") -> list[str]:
    decision = decide(question(kind), found, FITTED)
    assert decision.answer is not None
    return [one.text for one in (decision.answer, *decision.others)]


def test_other_figures_stand_beside_the_newest() -> None:
    found = [
        candidate("5.100.000", "a", DAYS[1], margin=9.0),
        candidate("5.300.000", "b", DAYS[3], margin=8.0),
        candidate("5.000.000", "c", DAYS[0], margin=8.5),
    ]
    assert answers(*found) == ["5.300.000", "5.100.000", "5.000.000"]
    assert answers(*found, kind="other") == ["5.100.000"]


def test_of_each_document_one_and_each_answer_once() -> None:
    found = [
        candidate("5.100.000", "a", DAYS[1], margin=9.0),
        candidate("5.200.000", "a", DAYS[1], margin=8.9),
        candidate("5,100,000", "b", DAYS[0], margin=8.8),
        candidate("5.000.000", "c", DAYS[2], margin=8.7),
        candidate("5 triệu", "d", DAYS[3], margin=8.6),
    ]
    assert answers(*found) == ["5 triệu", "5.100.000"]
    assert answers(*found[:3]) == ["5.100.000"]


@pytest.mark.parametrize(
    "other",
    [
        {"margin": 5.3},  # read as much less sure
        {"in_sentence": 0.8},  # of another sentence
        {"fits": 0.0},
        {"names_missing": 0.5},
        {"values_missing": 0.5},
    ],
)
def test_what_speaks_less_of_the_question_is_no_other_answer(other: dict[str, float]) -> None:
    alike = {"margin": 9.0, "in_sentence": 0.9, "fits": 1.0}
    best = candidate("5.100.000", "a", DAYS[1], **alike)
    assert answers(best, candidate("5.300.000", "b", DAYS[3], **alike)) == ["5.300.000", "5.100.000"]
    assert answers(best, candidate("5.300.000", "b", DAYS[3], **{**alike, **other})) == ["5.100.000"]


def test_documents_without_a_date_are_reported_last() -> None:
    dated, undated = candidate("5.100.000", "a", DAYS[1], margin=9.0), candidate("5.300.000", "b", margin=8.0)
    assert answers(dated, undated) == ["5.100.000", "5.300.000"]
    assert answers(replace(undated, features=dated.features), dated) == ["5.100.000", "5.300.000"]


@pytest.mark.parametrize("today", ["Từ 1/3/2024 đến nay", "Hiện giá"])
@pytest.mark.parametrize("asked_now", ["Giá hiện nay là bao nhiêu?", "Hiện có giá bao nhiêu?", "Giá mới nhất?"])
def test_of_what_one_document_says_of_several_times_today_is_the_latest(today: str, asked_now: str) -> None:
    text = f"Năm 2021 là 9 đồng. Năm 2022 là 10 đồng. {today} là 8 đồng. Mai là 7 đồng."
    passage = qa.Passage("a#1", "a", 1, text, 0, len(text), "", "a", None)

    def stated(span: str, margin: float) -> Candidate:
        start = text.index(span)
        sentence = next(one for one in qa.text.sentences(text) if one[0] <= start < one[1])
        return replace(candidate(span[:1], margin=margin), hit=qa.Hit(passage, 1.0, 1), start=start, sentence=sentence)

    found = [stated("9 đồng", 9.0), stated("8 đồng", 5.0), stated("10 đồng", 4.0), stated("7 đồng", 3.0)]
    now = replace(question(), text=asked_now)
    assert [decide(asked, found, FITTED).answer for asked in (question(), now)] == found[:2]
    rejected = [found[0], stated("8 đồng", -5.0), *found[2:]]
    assert decide(now, rejected, FITTED).answer == found[2]
    assert decide(now, [replace(found[3], features=found[0].features), *found[1:3]], FITTED).answer != found[1]


def test_a_span_of_another_kind_stands_for_its_whole_sentence() -> None:
    assert decide(question(), [candidate("đông", margin=9.0, fits=-1.0)], FITTED).whole_sentence
    assert not decide(question(), [candidate("12", margin=9.0, fits=1.0)], FITTED).whole_sentence
    assert not decide(question(), [candidate("đông", margin=9.0, fits=0.0)], FITTED).whole_sentence


def test_whether_something_is_so_is_answered_by_a_whole_sentence() -> None:
    asked = replace(question("other"), text="Có được cho thuê lại không?")
    assert decide(asked, [candidate("không", margin=9.0)], FITTED).whole_sentence


# Fitted numbers


def numbers(**other: Any) -> dict[str, Any]:
    named = {"span": {"margin": 2}, "chance": {"intercept": -1, "lead": 1}, "chance_across": {"margin": 1}}
    return {**named, "threshold": 0.4, "least_margin": -20, "least_margin_of_values": -15, **other}


def stored(folder: Path, content: object) -> Path:
    (folder / FITTED_FILE).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_numbers_are_those_of_the_reader_and_the_embedder(tmp_path: Path) -> None:
    file = {"embedder": "words@1", "fitted": numbers(), "without_scores": numbers(threshold=0.6)}
    folder = stored(tmp_path, file)
    same, other = fitted_for(folder, "words@1"), fitted_for(folder, "words@2")
    assert same == Fitted(
        {"margin": 2.0},
        {"intercept": -1.0, "lead": 1.0},
        {"margin": 1.0},
        0.4,
        is_fitted=True,
        least_margin=-20.0,
        least_margin_of_values=-15.0,
    )
    assert other == replace(same, threshold=0.6, is_fitted=False)


def test_a_reader_without_numbers_is_taken_at_its_word(tmp_path: Path) -> None:
    assert fitted_for(None, "words@1") == fitted_for(tmp_path, "words@1") == NEUTRAL


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"embedder": "words@1", "fitted": numbers()},
        {"fitted": numbers(), "without_scores": numbers()},
        {"embedder": "words@1", "fitted": numbers(span={"size": 1}), "without_scores": numbers()},
        {"embedder": "words@1", "fitted": numbers(), "without_scores": numbers(chance={"margin": "much"})},
        {"embedder": "words@1", "fitted": numbers(threshold=None), "without_scores": numbers()},
        {"embedder": "words@1", "fitted": numbers(span=[1]), "without_scores": numbers()},
    ],
)
def test_a_damaged_file_is_reported(tmp_path: Path, content: object) -> None:
    with pytest.raises(ModelUnusableError, match=r"numbers cannot be read \(.*Install qa again") as caught:
        fitted_for(stored(tmp_path, content), "words@1")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / FITTED_FILE).write_bytes(b"\xff{")
    with pytest.raises(ModelUnusableError, match="numbers cannot be read"):
        fitted_for(tmp_path, "words@1")


def test_unknown_features_are_named(tmp_path: Path) -> None:
    file = {"embedder": "words@1", "fitted": numbers(chance={"size": 1}), "without_scores": numbers()}
    with pytest.raises(ModelUnusableError, match="size is no feature"):
        fitted_for(stored(tmp_path, file), "words@1")
