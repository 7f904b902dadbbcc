"""Where Vietnamese has two spellings, there is one to search by, and the text stays otherwise as it was written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import canonical, common_spelling, one_spelling


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kĩ thuật, LÍ DO", "Kỹ thuật, LÝ DO"),
        ("bác sỹ Mỳ Qui", "bác sĩ Mì Quy"),
        ("Hoà bình, uỷ ban", "Hòa bình, ủy ban"),
        ("ti vi, công ty, chi tiết, khi", "ti vi, công ty, chi tiết, khi"),
        ("５.２４８ ＡＢ", "5.248 AB"),
        ("Ðảng", "Đảng"),
        ("", ""),
    ],
)
def test_common_spelling(text: str, expected: str) -> None:
    assert common_spelling(text) == expected
    assert common_spelling(unicodedata.normalize("NFD", text)) == expected


@given(st.text(alphabet="kKhHlLqQuUmsStTiIyYíÍýÝỉỷàoa .,\u0301\n", max_size=40))
def test_it_is_idempotent_and_keeps_everything_but_spelling(text: str) -> None:
    spelled = common_spelling(text)
    assert common_spelling(spelled) == spelled
    assert canonical(spelled) == one_spelling(canonical(text))


@given(st.text(max_size=40))
def test_no_text_is_too_strange(text: str) -> None:
    assert one_spelling(one_spelling(canonical(text))) == one_spelling(canonical(text))
    assert common_spelling(common_spelling(text)) == common_spelling(text)
