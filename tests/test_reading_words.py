"""Words of a question and of a passage: what is denied, which clause, how a value is spelled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.reading import Reading, Window
from qa.reading.reading import readings_of
from qa.reading.words import clause_of, denied, is_within, months_of, spelled_as_in, values_of
from qa.retrieval import Evidence, Hits


@pytest.mark.parametrize(
    ("other", "question", "expected"),
    [
        ("Khóa IX có 19 đại biểu.", "Khóa 9 có bao nhiêu đại biểu?", "Khóa IX có bao nhiêu đại biểu?"),
        ("Mở ngày 2 tháng 9 năm 2015.", "Cầu nào mở ngày 02/09/2015?", "Cầu nào mở ngày 2 tháng 9 năm 2015?"),
        ("Xe 29B-123.45, máy 0987 654 321.", "29B-12345 và 0987654321?", "29B-123.45 và 0987 654 321?"),
        ("Mỏ có 1,2 triệu tấn.", "Mỏ nào có 1.200.000 tấn?", "Mỏ nào có 1,2 triệu tấn?"),
        ("Nghị quyết 07/NQ-HĐND.", "Nghị quyết 7/NQ-HĐND?", "Nghị quyết 07/NQ-HĐND?"),
        ("Khóa IX, khóa 9.", "Khóa 9?", "Khóa 9?"),
        ("Khóa X.", "Khóa 9?", "Khóa 9?"),
    ],
)
def test_a_question_has_its_values_as_a_text_spells_them(other: str, question: str, expected: str) -> None:
    assert spelled_as_in(other, question) == expected


@given(st.lists(st.sampled_from(["khóa 9", "khóa IX", "02/09/2015", "2/9/2015", "1,2 triệu", "1.200.000", "mưa"])))
def test_values_stay_the_same_in_any_spelling(parts: list[str]) -> None:
    text = ", ".join(parts)
    written = spelled_as_in("Khóa IX, ngày 2 tháng 9 năm 2015: 1.200.000 đồng.", text)
    assert [one.key for one in values_of(written)] == [one.key for one in values_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Khách không được mang gà.", {"mang"}),
        ("Trẻ em không phải mua vé, người lớn phải mua vé.", {"mua"}),
        ("Hãng hàng không mở đường bay, không quân tập.", set()),
        ("Em không biết nộp ở đâu, chưa nộp.", {"nộp"}),
        ("Cấm hút thuốc.", {"hút"}),
    ],
)
def test_what_a_text_denies(text: str, expected: set[str]) -> None:
    found, others = denied(text)
    assert found == expected
    assert ("phải" in others) == ("người lớn phải" in text)


def test_the_clause_of_a_place() -> None:
    text = "Tuy chưa thấy xương, nhưng gặp rìu đá ở đó; người mất."
    at = text.index("rìu đá")
    assert clause_of(text, (at, at + 6), (0, len(text))) == " gặp rìu đá ở đó"
    assert clause_of(text, (0, at), (0, len(text))) == "Tuy chưa thấy xương, nhưng gặp rìu đá ở đó"


class Echo:
    """A reader that keeps what it is given, and scores nothing."""

    folder: Path | None = None

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def read(self, question: str, passages: Sequence[qa.Passage]) -> list[Reading]:
        self.asked.append((question, [one.text for one in passages]))
        scores = np.zeros(1, dtype=np.float32)
        return [
            Reading((Window(np.array([(0, len(one.text))], dtype=np.int64), scores, scores, float(n)),))
            for n, one in enumerate(passages, start=10 * len(self.asked))
        ]


def test_each_passage_is_asked_in_its_own_spelling_and_readings_keep_their_order() -> None:
    texts = ["Khóa IX đến.", "Mưa to.", "Khóa 9 họp.", "Khóa IX đi."]
    hits = [
        qa.Hit(qa.Passage(f"a#{n}", "a", n, text, 0, len(text), "", "a", None), 1.0, n)
        for n, text in enumerate(texts, start=1)
    ]
    reader = Echo()
    evidence = Evidence("Khóa 9 làm gì?", Hits(hits, None, across_languages=False), "words@1", (), {}, {})
    found = readings_of(reader, evidence, hits)
    assert reader.asked == [("Khóa IX làm gì?", [texts[0], texts[3]]), ("Khóa 9 làm gì?", [texts[1], texts[2]])]
    assert [one.relevance for one in found] == [10.0, 20.0, 21.0, 11.0]


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        ("ngày 16 tháng 5 năm 2023", "tháng 5", True),
        ("ngày 16 tháng 5 năm 2023", "tháng 5 năm 2023", True),
        ("16/5/2023", "năm 2023", True),
        ("16/5/2023", "ngày 16/5", True),
        ("16/5/2023", "ngày 16", True),
        ("16/5/2023", "tháng 6", False),
        ("16/5/2023", "tháng 5 năm 2022", False),
        ("16/5/2023", "ngày 17", False),
        ("tháng 5", "16/5/2023", False),
        ("16/5/2023", "quý II năm 2023", False),
        ("khóa 5", "tháng 5", False),
    ],
)
def test_a_date_lies_within_a_less_exact_one(narrow: str, wide: str, expected: bool) -> None:  # noqa: FBT001
    (inner,), (outer,) = values_of(narrow), values_of(wide)
    assert is_within(inner, outer) is expected


def test_the_months_of_dates() -> None:
    assert months_of(["Ngày 16/5/2023 và tháng 7", "tháng chạp", "quý III năm 2023, ngày 16, năm 2021"]) == {5, 7, 12}
