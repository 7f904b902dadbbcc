"""Restoring diacritics: a table that a person can count, and an oracle that tries every row."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import Restorer, SyllableTable, canonical, fold, syllable_table
from qa.text.restoration import OWN_WEIGHT, UNSEEN

FORMS = ["đảng", "đang", "viên", "vien", "mưa", "mua", "cả", "ca", "nước"]
COUNTS = [50, 100, 60, 1, 20, 30, 40, 10, 70]
PAIRS = {("đảng", "viên"): 40, ("đang", "mưa"): 9, ("cả", "nước"): 30, ("mua", "cả"): 2}


@pytest.fixture
def table() -> SyllableTable:
    keys = sorted((FORMS.index(a) * len(FORMS) + FORMS.index(b), times) for (a, b), times in PAIRS.items())
    pairs, times = (np.array(column, dtype=np.uint32) for column in zip(*keys, strict=True))
    return SyllableTable(FORMS, np.array(COUNTS, dtype=np.uint32), pairs, times)


def nothing(term: str) -> int:
    return 0


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("dang vien", "đảng viên"),
        ("dang mua", "đang mưa"),
        ("Ca nuoc co 5.248.607 DANG VIEN?", "Cả nước co 5.248.607 ĐẢNG VIÊN?"),
        ("đang vien", "đảng viên"),
        ("ca5 5ca CA-5 ca", "ca5 5ca CA-5 cả"),
        ("xyz, 12", "xyz, 12"),
        ("", ""),
        ("?!", "?!"),
    ],
)
def test_the_likeliest_row_wins(table: SyllableTable, typed: str, restored: str) -> None:
    assert Restorer(table, nothing).restore(typed) == restored


def test_marks_that_were_typed_stay(table: SyllableTable) -> None:
    assert Restorer(table, nothing).restore("dảng vien") == "đảng viên"
    assert Restorer(table, nothing).restore("ca\u0309 nuoc") == "cả nước"


def test_a_word_with_its_tone_gets_no_other_marks(table: SyllableTable) -> None:
    assert Restorer(syllable_table(), nothing).restore("Doanh thu đạt") == "Doanh thu đạt"
    assert Restorer(table, lambda term: term == "dảng").restore("dảng vien") == "dảng viên"


def test_the_searched_texts_outweigh_the_general_table(table: SyllableTable) -> None:
    own = {"đang_viên": 3, "đang": 3, "viên": 3}
    assert Restorer(table, lambda term: own.get(term, 0)).restore("dang vien") == "đang viên"


@given(st.lists(st.sampled_from([fold(form) for form in FORMS] + ["xyz"]), max_size=4))
def test_viterbi_finds_what_trying_every_row_finds(words: list[str]) -> None:
    keys = sorted((FORMS.index(a) * len(FORMS) + FORMS.index(b), times) for (a, b), times in PAIRS.items())
    pairs, times = (np.array(column, dtype=np.uint32) for column in zip(*keys, strict=True))
    table = SyllableTable(FORMS, np.array(COUNTS, dtype=np.uint32), pairs, times)
    own = {"mưa": 1, "cả_nước": 2}
    counts = {form: count + OWN_WEIGHT * own.get(form, 0) for form, count in zip(FORMS, COUNTS, strict=True)}

    def chance(form: str) -> float:
        return (counts.get(form, 0) + 1e-9) / sum(COUNTS)

    def step(first: str, second: str) -> float:
        together = PAIRS.get((first, second), 0) + OWN_WEIGHT * own.get(f"{first}_{second}", 0)
        return (1 - UNSEEN) * together / max(counts.get(first, 0), together, 1) + UNSEEN * chance(second)

    def likelihood(row: tuple[str, ...]) -> float:
        return math.log(chance(row[0])) + math.fsum(math.log(step(a, b)) for a, b in itertools.pairwise(row))

    choices = [[form for form in FORMS if fold(form) == word] or [word] for word in words]
    restored = tuple(Restorer(table, lambda term: own.get(term, 0)).restore(" ".join(words)).split())
    if words:
        assert likelihood(restored) == pytest.approx(max(map(likelihood, itertools.product(*choices))))


@given(st.text(max_size=40))
def test_only_diacritics_change(text: str) -> None:
    table = SyllableTable(FORMS, np.array(COUNTS, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint32))
    restored = Restorer(table, nothing).restore(text)
    assert fold(restored) == fold(text)
    assert Restorer(table, nothing).restore(canonical(restored)) == canonical(restored)
