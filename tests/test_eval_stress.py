"""Versions of questions, exactly."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.sets import Question, QuestionSet
from eval.stress import (
    VERSIONS,
    changed,
    decomposed,
    full_width_digits,
    half_the_diacritics,
    lower_case,
    one_typo,
    other_tone_placement,
    other_vowel,
    telling_versions,
    version_of,
    without_diacritics,
)

WORDS = st.text(alphabet="aàáảãạăâđeêioòóôơuưyỳỷquhthngHOÀ ,?", max_size=40).map(
    lambda t: unicodedata.normalize("NFC", t)
)


def test_without_diacritics() -> None:
    assert without_diacritics("Cả nước có bao nhiêu Đảng viên ở đâu?") == "Ca nuoc co bao nhieu Dang vien o dau?"


def test_half_the_diacritics_keeps_or_drops_whole_syllables_and_is_the_same_every_time() -> None:
    text = "Cả nước có bao nhiêu Đảng viên ở đâu?"
    written, bare = (re.findall(r"\w+", one) for one in (text, without_diacritics(text)))
    found = {half_the_diacritics(Question(str(i), text, "k")) for i in range(20)}
    assert len(found) > 10
    for version in found:
        assert all(
            word in pair for word, pair in zip(version[:-1].split(), zip(written, bare, strict=True), strict=True)
        )
    question = Question("q1", unicodedata.normalize("NFD", text), "k")
    assert half_the_diacritics(question) == half_the_diacritics(question)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("kỹ sư, Kĩ thuật", "kĩ sư, Kỹ thuật"),
        ("lý do quý, quí LÝ", "lí do quí, quý LÍ"),
        ("công ty hy sinh ở Mỹ", "công ti hi sinh ở Mĩ"),
        ("bác sĩ, tỷ lệ", "bác sỹ, tỉ lệ"),
        ("khi đi thì ghi, tìm, yêu, kiến, thúy, quỳnh", "khi đi thì ghi, tìm, yêu, kiến, thúy, quỳnh"),
        ("18-NQ/TW", "18-NQ/TW"),
    ],
)
def test_other_vowel(text: str, other: str) -> None:
    assert other_vowel(text) == other


@given(WORDS)
def test_the_other_vowel_twice_gives_the_text_back(text: str) -> None:
    assert other_vowel(other_vowel(text)) == text


def test_full_width_digits() -> None:
    assert full_width_digits("Năm 2019?") == "Năm ２０１９?"
    assert unicodedata.normalize("NFKC", full_width_digits("0123456789")) == "0123456789"


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
        half_the_diacritics(asked.questions[0]),
        "Ho\u0300a",
        "Hoà",
        "Hòa",
        "Hòa",
        "hòa",
        one_typo(asked.questions[0]),
    ]
    assert version_of(asked, "lower case").qrels == asked.qrels
    assert version_of(asked, "lower case").questions[0].id == "q"


def test_a_version_that_changes_no_question_tells_nothing() -> None:
    asked = QuestionSet("set", (), (Question("1", "năm 2019", "k"), Question("2", "lý do", "k")), {})
    assert [changed(asked, name) for name in ("as written", "full-width digits", "i/y spelling", "lower case")] == [
        0,
        1,
        1,
        0,
    ]
    versions = telling_versions(asked)
    assert versions[0] == "as written"
    assert "full-width digits" in versions
    assert not {"lower case", "other tone placement"} & set(versions)
