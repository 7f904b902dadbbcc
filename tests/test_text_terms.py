"""Syllables with their places, and the terms that indexes are made of."""

from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import Syllable, canonical, count_syllables, fold, folded_terms, one_spelling, syllables, term_forms, terms
from qa.text.values.terms import value_terms
from qa.text.values.value import plain_number

ugly_text = st.one_of(
    st.text(alphabet="aăâđeêioôơuưyhtnáàảãạộủoàuý ĐQA\u0301\u0323\u200b\u00a0\n1250.,-/_“()–", max_size=60),
    st.text(max_size=60),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("...", []),
        ("Đảng viên", ["đảng", "viên", "đảng_viên"]),
        ("Uỷ ban, Toà án", ["ủy", "ban", "tòa", "án", "ủy_ban", "tòa_án"]),
        ("5.248.607 người", ["5248607", "người", "5248607_người", "~5200000"]),
        ("5,2%", ["5,2"]),
        ("13/1/2022", ["13", "1", "2022", "13_1", "1_2022", "2022-01-13"]),
        ("18-NQ/TW", ["18", "nq", "tw", "18_nq", "nq_tw", "18-nq-tw"]),
        ("kinh tế - xã hội", ["kinh", "tế", "xã", "hội", "kinh_tế", "tế_xã", "xã_hội"]),
        ("tâm.Trọng", ["tâm", "trọng"]),
        ("kĩ sư, bác sỹ", ["kỹ", "sư", "bác", "sĩ", "kỹ_sư", "bác_sĩ"]),
        ("１２ tỉ đồng", ["12", "tỷ", "đồng", "12_tỷ", "tỷ_đồng", "12000000000", "~12000000000"]),
        ("năm 2022.", ["năm", "2022", "năm_2022"]),
        ("a_b", ["a", "b"]),
        ("đi đi đi", ["đi", "đi", "đi", "đi_đi", "đi_đi"]),
        ("nhà\n\nnước", ["nhà", "nước", "nhà_nước"]),
        ("“Hoà” (Bình)", ["hòa", "bình"]),
        ("COVID-19", ["covid", "19", "covid_19"]),
        ("1.a 2,b", ["1", "a", "2", "b", "a_2"]),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
    assert terms(unicodedata.normalize("NFD", text)) == expected


def test_folded_terms() -> None:
    assert folded_terms("Đảng uỷ 5.248") == ["dang", "uy", "5248", "dang_uy", "uy_5248"]
    assert folded_terms("kĩ sỹ") == folded_terms("kỹ sĩ") == folded_terms("ky si") == ["ky", "sy", "ky_sy"]


def test_syllables_have_their_place_in_the_text_as_written() -> None:
    text = unicodedata.normalize("NFD", "  Đảng  uỷ: ") + "5.248.607\u200b ng\u00adười"
    found = syllables(text)
    assert [syllable.form for syllable in found] == ["đảng", "ủy", "5.248.607", "người"]
    assert [text[syllable.start : syllable.end] for syllable in found] == [
        unicodedata.normalize("NFD", "Đảng"),
        unicodedata.normalize("NFD", "uỷ"),
        "5.248.607",
        "ng\u00adười",
    ]
    assert syllables("Toà án") == [Syllable("tòa", 0, 3), Syllable("án", 4, 6)]


@given(ugly_text)
def test_syllables_are_the_single_terms_and_produce_their_forms(text: str) -> None:
    found = syllables(text)
    assert [plain_number(one_spelling(syllable.form)) for syllable in found] == terms(text)[: len(found)]
    assert all("_" in term or term in value_terms(canonical(text)) for term in terms(text)[len(found) :])
    assert all(one.end <= two.start for one, two in pairwise(found))


NUMBERS = ["5", "12", "13", "1", "2022", "3,2", "1.234.567", "13/1/2022", "18-NQ/TW", "xiii", "i", "5,", "(12"]
AROUND = ["triệu", "tỷ", "tỷ.", "nghìn", "lần", "thứ", "khóa", "quý", "ngày", "tháng", "năm", "january", "người", "~"]
VALUE_WORDS = [*NUMBERS, *AROUND, "\u200b"]


@given(st.lists(st.sampled_from(VALUE_WORDS), max_size=16))
def test_values_are_those_of_the_whole_text(words: list[str]) -> None:
    """Though most words are looked at one by one: none is missed that goes over several, and none is there twice."""
    for made, form in ((terms, canonical), (folded_terms, fold)):
        values = [term for term in made(" ".join(words))[len(syllables(" ".join(words))) :] if "_" not in term]
        assert Counter(values) == Counter(value_terms(form(" ".join(words))))


@given(st.text(alphabet="aăđêơưáảộủoàuỷnhtĐQ\u0301\u0323\u200b \n15.,-", max_size=60))
def test_a_syllable_is_the_canonical_form_of_its_span(text: str) -> None:
    assert all(canonical(text[one.start : one.end]) == one.form for one in syllables(text))


@given(ugly_text)
def test_terms_hold_no_white_space_and_come_from_the_canonical_form(text: str) -> None:
    assert not any(character.isspace() for term in terms(text) for character in term)
    assert terms(text) == terms(canonical(text))
    assert folded_terms(text) == folded_terms(canonical(text)) == folded_terms(fold(text))


@given(st.lists(st.sampled_from(["Đảng", "uỷ", "viên", "nước", "5.248", "tế"]), max_size=12))
def test_folded_terms_are_the_folds_of_terms(words: list[str]) -> None:
    text = " ".join(words)
    assert folded_terms(text) == [fold(term) for term in terms(text)]
    assert len(terms(text)) == max(0, 2 * len(words) - 1)


@given(ugly_text)
def test_both_forms_made_together_are_those_made_one_by_one(text: str) -> None:
    assert term_forms(text) == (" ".join(terms(text)), " ".join(folded_terms(text)))


@given(ugly_text)
def test_syllables_are_counted_as_they_are_found(text: str) -> None:
    assert count_syllables(text) == len(syllables(text))


@given(ugly_text)
def test_forms_are_made_of_each_word_by_itself(text: str) -> None:
    words = text.split()
    assert canonical(text) == " ".join(filter(None, map(canonical, words)))
    assert fold(text) == " ".join(filter(None, map(fold, words)))
    assert count_syllables(text) == sum(map(count_syllables, words))


@given(ugly_text)
def test_neighbours_are_pairs_where_only_links_part_them(text: str) -> None:
    form = one_spelling(canonical(text))
    found = syllables(form)
    between = [form[one.end : two.start] for one, two in pairwise(found)]
    linked = [bool(link) and set(link) <= set(" -\u2010\u2011/") for link in between]
    named = [f"{plain_number(one.form)}_{plain_number(two.form)}" for one, two in pairwise(found)]
    expected = [pair for pair, link in zip(named, linked, strict=True) if link]
    assert [term for term in terms(text)[len(found) :] if "_" in term] == expected
