"""Versions of questions, exactly."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.sets import Question, QuestionSet
from eval.stress import (
    VERSIONS,
    decomposed,
    lower_case,
    one_typo,
    other_tone_placement,
    version_of,
    without_diacritics,
)

WORDS = st.text(alphabet="aàáảãạăâđeêioòóôơuưyỳỷquhthngHOÀ ,?", max_size=40).map(
    lambda t: unicodedata.normalize("NFC", t)
)


def test_without_diacritics() -> None:
    assert without_diacritics("Cả nước có bao nhiêu Đảng viên ở đâu?") == "Ca nuoc co bao nhieu Dang vien o dau?"


def test_decomposed_and_lower_case() -> None:
    assert decomposed("Cả") == "Ca\u0309"
    assert lower_case("ĐẢNG Viên") == "đảng viên"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("hòa bình", "hoà bình"),
        ("hoà bình", "hòa bình"),
        ("Tỉnh ủy, thúy và Huỷ", "Tỉnh uỷ, thuý và Hủy"),
        ("khỏe, loè", "khoẻ, lòe"),
        ("quý, quỳ, quả", "quý, quỳ, quả"),  # after q the vowel is y alone
        ("toán, hoàn, thuyền, ngoài", "toán, hoàn, thuyền, ngoài"),  # a letter follows: one placement only
        ("hòa-thuý", "hoà-thúy"),
        ("hoa", "hoa"),
    ],
)
def test_other_tone_placement(text: str, other: str) -> None:
    assert other_tone_placement(text) == other


@given(WORDS)
def test_moving_the_tone_twice_gives_the_text_back_and_never_changes_the_letters(text: str) -> None:
    assert other_tone_placement(other_tone_placement(text)) == text
    assert without_diacritics(other_tone_placement(text)) == without_diacritics(text)


def test_a_typo_swaps_two_neighbouring_letters_and_is_the_same_every_time() -> None:
    question = Question("q1", "Cả nước có bao nhiêu đảng viên?", "number")
    typed = one_typo(question)
    changed = [i for i, (a, b) in enumerate(zip(question.text, typed, strict=True)) if a != b]
    assert len(changed) == 2
    assert changed[1] == changed[0] + 1
    assert Counter(typed) == Counter(question.text)
    assert typed == one_typo(question)
    assert len({one_typo(Question(str(i), question.text, "number")) for i in range(20)}) > 5


def test_a_question_without_two_letters_side_by_side_stays() -> None:
    assert one_typo(Question("q", "à 1 ?", "number")) == "à 1 ?"


def test_a_version_changes_words_only() -> None:
    asked = QuestionSet("set", (), (Question("q", "Hòa", "k"),), {"q": {"d": 1}})
    assert [version_of(asked, name).questions[0].text for name in VERSIONS] == [
        "Hòa",
        "Hoa",
        "Ho\u0300a",
        "Hoà",
        "hòa",
        one_typo(asked.questions[0]),
    ]
    assert version_of(asked, "lower case").qrels == asked.qrels
    assert version_of(asked, "lower case").questions[0].id == "q"
