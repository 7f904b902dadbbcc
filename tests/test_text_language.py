"""Which language a question or a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Cả nước có bao nhiêu đảng viên?", "vi"),
        ("ca nuoc co bao nhieu dang vien", "vi"),
        ("Ai la bi thu tinh uy Ca Mau?", "vi"),
        ("ĐẢNG VIÊN", "vi"),
        ("can bo huu tri", "vi"),
        ("ai là ai", "vi"),
        ("GDP năm 2024 là bao nhiêu?", "vi"),
        ("Ai viết The Lord of the Rings vào những năm năm mươi của thế kỷ hai mươi?", "vi"),
        ("Đường của Đoković, Beşiktaş và Łódź ở những nước nào?", "vi"),
        ("How many party members are there?", "en"),
        ("Who is Nguyễn Phú Trọng?", "en"),
        ("Where is Ho Chi Minh City?", "en"),
        ("Tom can go to the park", "en"),
        ("Which king?", "en"),
        ("Quelle est la capitale de la France ?", "fr"),
        ("Wo liegt die Hauptstadt von Deutschland?", "de"),
        ("Câte județe are România în prezent după lege?", "ro"),
        ("Какая столица России?", "ru"),
        ("", None),
        ("?!", None),
        ("2024", None),
        ("12 345,6", None),
        ("GDP 2024", None),
        ("Samsung Galaxy", None),
    ],
)
def test_detect_language(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_a_vietnamese_name_does_not_make_a_long_english_text_vietnamese() -> None:
    assert detect_language("The chairman of the committee met Trần Văn Hưởng in the city. " * 50) == "en"


def test_a_verdict_does_not_change_when_asked_again() -> None:
    text = "Onde fica a capital do Brasil?"
    assert {detect_language(text) for _ in range(5)} == {"pt"}


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_never_raises(text: str) -> None:
    verdict = detect_language(text)
    assert verdict is None or 2 <= len(verdict) <= 5
