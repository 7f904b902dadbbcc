"""Telex and VNI keys that were left in a question."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.retrieval.query import without_keys
from qa.text import canonical, fold, syllable_table
from qa.text.restoration import decode

QUESTIONS = [
    json.loads(line)["question"]
    for line in (Path(__file__).parent.parent / "eval" / "seeds.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("phuwowngf", "phường"),
        ("phuowngf", "phường"),
        ("sasch", "sách"),
        ("tijch", "tịch"),
        ("ddatj", "đạt"),
        ("datdj", "đạt"),
        ("nguowif", "người"),
        ("hoawcj", "hoặc"),
        ("quawng", "quăng"),
        ("muaw", "mưa"),
        ("quys", "quý"),
        ("gias", "giá"),
        ("truwowngf", "trường"),
        ("chuyeenr", "chuyển"),
        ("nw", "nư"),
        ("d9a5t", "đạt"),
        ("phu7o7ng2", "phường"),
        ("nguo7i2", "người"),
        ("nhie6u", "nhiêu"),
        ("tie6n2", "tiền"),
        ("lass", None),
        ("bao", None),
    ],
)
def test_the_syllable_that_keys_type(typed: str, read: str | None) -> None:
    assert decode(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("thu ngaan sasch phuwowngf Hoaf Lacj ddatj bao nhieeu?", "thu ngân sách phường Hòa Lạc đạt bao nhiêu?"),
        ("ai laf chur tijch phuwowngf Hoaf Lacj", "ai là chủ tịch phường Hòa Lạc"),
        ("thu nga6n sa1ch phu7o7ng2 d9a5t bao nhie6u", "thu ngân sách phường đạt bao nhiêu"),
        ("COVID-19 owr Ddoongf Nai nawm 2021", "COVID-19 ở Đồng Nai năm 2021"),
        ("dduwowcj", "được"),
    ],
)
def test_a_question_typed_in_keys(typed: str, read: str) -> None:
    assert without_keys(typed) == read


@pytest.mark.parametrize(
    "question",
    [
        *QUESTIONS,
        "Who was the first person in space?",
        "Max Bar taxi o dau",
        "Facebook Google Windows Zoom",
        "mang 5G va may bay B52 la gi",
        "Covid-19, H5N1, F16, A1, 27/2023/QD-UBND",
        "lop a1 va lop a2 o tang may",
        "xe bus so 12 chay tu may gio",
        "phòng box và taxi ở đâu",
        "moon book food school",
    ],
)
def test_other_questions_stay_as_they_are(question: str) -> None:
    assert without_keys(question) == question


def telex(syllable: str) -> str:

    keys = {"\u0302": "", "\u0306": "w", "\u031b": "w", "\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x"}
    written, tone = "", ""
    for letter in unicodedata.normalize("NFD", syllable.replace("đ", "dd")):
        if letter == "\u0302":
            written += written[-1]
        elif letter in {"\u0301", "\u0300", "\u0309", "\u0303", "\u0323"}:
            tone = keys.get(letter, "j")
        else:
            written += keys.get(letter, letter)
    return written + tone


@given(st.sampled_from([form for form in syllable_table().forms[:3000] if form != fold(form)]))
def test_every_syllable_is_read_from_its_keys(syllable: str) -> None:
    assert canonical(decode(telex(syllable)) or "") == syllable


@given(st.text(max_size=40))
def test_only_what_is_read_changes(text: str) -> None:
    assert without_keys(without_keys(text)) == without_keys(text)
