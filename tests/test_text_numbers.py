"""Numbers and dates have one term in whatever spelling they come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import canonical, fold
from qa.text.values.terms import value_terms
from qa.text.values.value import plain_number, roman_number


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("5.248.607", "5248607"),
        ("5,248,607", "5248607"),
        ("5248607", "5248607"),
        ("1.234,5", "1234,5"),
        ("5,2", "5,2"),
        ("5.2", "5,2"),
        ("007", "007"),
        ("0.125", "0,125"),
        ("1.2.3", "1.2.3"),
        ("tw", "tw"),
    ],
)
def test_a_number_without_its_grouping(form: str, expected: str) -> None:
    assert plain_number(form) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5,2 triệu đảng viên", ["5200000", "~5200000"]),
        ("5.248.607 đảng viên", ["~5200000"]),
        ("hơn 120 nghìn người", ["120000", "~120000"]),
        ("119.800 người", ["~110000", "~120000"]),
        ("1.5 billion", ["1500000000", "~1500000000"]),
        ("0,5 triệu", ["500000", "~500000"]),
        ("9.999 người", []),
        ("điện thoại 0912.345.678.9", []),
        ("13/1/2022", ["2022-01-13"]),
        ("ngày 13 tháng 1 năm 2022", ["2022-01-13"]),
        ("ngày 13 thang 1, 2022", ["2022-01-13"]),
        ("13-01-2022 và 1.2.2023", ["2022-01-13", "2023-02-01"]),
        ("january 13, 2022", ["2022-01-13"]),
        ("13 january 2022", ["2022-01-13"]),
        ("05.06.2021", ["2021-06-05"]),
        ("35.5 tỷ", ["35500000000", "~35000000000", "~36000000000"]),
        ("35,5 tỷ", ["35500000000", "~35000000000", "~36000000000"]),
        ("2,345 tỷ", ["2345000000", "~2300000000"]),
        ("1,5 nghìn tỷ", ["1500000000000", "~1500000000000"]),
        ("31/2/2022", []),
        ("2.345 million", ["2345000", "~2300000"]),
        ("32/1/2022", []),
        ("13/1-2022", []),
    ],
)
def test_values(text: str, expected: list[str]) -> None:
    assert sorted(value_terms(canonical(text))) == expected
    assert sorted(value_terms(fold(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kết luận số 21-KL/TW ngày 25-10-2021", ["2021-10-25", "21-kl-tw"]),
        ("21/KL-TW, 21-KL/TW", ["21-kl-tw", "21-kl-tw"]),
        ("Luật 45/2019/QH14; Nghị định 01/2021/NĐ-CP.", ["45-2019-qh14", "01-2021-nđ-cp"]),
        ("COVID-19, 5-10 người, 3/4 số dân, 24/7", []),
        ("18-NQ/TW/x", []),
    ],
)
def test_the_number_of_a_document_is_one_term(text: str, expected: list[str]) -> None:
    assert value_terms(canonical(text)) == expected
    assert value_terms(fold(text)) == [fold(term) for term in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lần thứ XXI", ["thứ-21"]),
        ("lần thứ 21", ["thứ-21"]),
        ("Đại hội XIII", ["thứ-13"]),
        ("khóa VIII, khóa 9", ["khóa-8", "khóa-9"]),
        ("thế kỷ XXI", ["kỷ-21"]),
        ("quý 3/2021", []),
        ("lần thứ IIX", []),
    ],
)
def test_an_ordinal_is_one_term_in_digits_and_in_roman(text: str, expected: list[str]) -> None:
    assert value_terms(canonical(text)) == expected
    assert value_terms(fold(text)) == [fold(term) for term in expected]


@pytest.mark.parametrize(
    ("form", "value"),
    [("i", 1), ("iv", 4), ("ix", 9), ("xxi", 21), ("xl", 40), ("mcmxc", 1990), ("iix", None), ("", None)],
)
def test_a_roman_number(form: str, value: int | None) -> None:
    assert roman_number(form) == value


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_is_one_term_in_every_spelling(day: date) -> None:
    spellings = (f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-{day.year}", f"{day.day} tháng {day.month} năm {day.year}")
    assert {tuple(value_terms(spelling)) for spelling in spellings} == {(day.isoformat(),)}


@given(st.integers(10_000, 10**12))
def test_a_large_number_is_about_what_it_is_rounded_to(number: int) -> None:
    grouped = f"{number:,}".replace(",", ".")
    assert value_terms(grouped) == value_terms(str(number))
    for term in value_terms(grouped):
        assert abs(int(term[1:]) - number) < number / 10


@given(st.text(alphabet="0123456789.,/- triệunghìtỷthángăm", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert all(" " not in term and "_" not in term for term in value_terms(text))


def test_days_of_a_year_have_terms_of_their_own() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
    assert len({value_terms(f"{day:%d.%m.%Y}")[0] for day in days}) == 366
