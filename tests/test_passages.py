"""Passages: spans that give the text back, nothing lost, nothing too long, headings with what they head."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.documents import Document, read_documents
from qa.passages import JOINED_SYLLABLES, PASSAGE_CHARACTERS, PASSAGE_SYLLABLES, Passage, split
from qa.text import syllables

SEEDS = Path(__file__).parent.parent / "seeds"


def sentence(length: int, word: str = "ao") -> str:
    return " ".join(["Huyện", *[word] * (length - 1)]) + "."


def texts(text: str) -> list[str]:
    return [passage.text for passage in split(Document("d", text))]


def sizes(text: str) -> list[int]:
    return [len(syllables(passage)) for passage in texts(text)]


def check(document: Document) -> None:
    end = 0
    for ordinal, passage in enumerate(split(document), start=1):
        assert (passage.ordinal, passage.id) == (ordinal, f"{document.id}#{ordinal}")
        assert document.text[passage.start : passage.end] == passage.text == passage.text.strip() != ""
        assert not document.text[end : passage.start].strip()
        assert len(syllables(passage.text)) <= PASSAGE_SYLLABLES
        assert len(passage.text) <= PASSAGE_CHARACTERS
        end = passage.end
    assert not document.text[end:].strip()


def test_a_passage_carries_what_is_cited() -> None:
    document = Document("d", " Một hai.\n", "Tiêu đề", "báo/d", date(2022, 1, 13))
    assert split(document) == [
        Passage("d#1", "d", 1, "Một hai.", 1, 9, "Tiêu đề", "báo/d", date(2022, 1, 13)),
    ]


def test_no_text_no_passages() -> None:
    assert texts("") == texts(" \n\u00a0\n") == []


def test_a_paragraph_is_a_passage() -> None:
    assert texts(f"{sentence(50)}\n\n{sentence(60)}\n{sentence(120)}") == [sentence(50), sentence(60), sentence(120)]


def test_short_paragraphs_join_what_follows() -> None:
    assert texts(f"Đề mục\n\n{sentence(50)}\n\nẢnh: An\n{sentence(60)}") == [
        f"Đề mục\n\n{sentence(50)}",
        f"Ảnh: An\n{sentence(60)}",
    ]


def test_a_list_is_joined_until_it_is_long_enough() -> None:
    assert sizes("\n".join(["Nguyễn Văn An"] * 50)) == [42, 42, 66]


def test_a_short_end_joins_what_is_before() -> None:
    assert texts(f"{sentence(50)}\n\n{sentence(60)}\n\nTuấn Anh") == [sentence(50), f"{sentence(60)}\n\nTuấn Anh"]
    assert texts(f"{sentence(119)}\n\nTuấn Anh") == [sentence(119), "Tuấn Anh"]


def test_a_long_paragraph_is_cut_evenly_between_sentences() -> None:
    assert sizes(" ".join([sentence(30)] * 6)) == [90, 90]
    assert sizes(" ".join([sentence(25)] * 10)) == [75, 100, 75]


def test_a_heading_over_a_long_paragraph_goes_with_its_first_sentences() -> None:
    assert texts(f"Đề mục\n{sentence(60)} {sentence(59)}") == [f"Đề mục\n{sentence(60)}", sentence(59)]
    one, two = "một " * 59 + "một;", "hai " * 58 + "hai."
    assert texts(f"Đề mục\n{one} {two}") == [f"Đề mục\n{one}", two]


def test_a_long_sentence_is_cut_at_enumerations_and_semicolons_then_at_commas() -> None:
    parts = ["(1) " + "ao " * 69 + "ao;", "(2) " + "hồ " * 69 + "hồ;", "(3) " + "sông " * 69 + "sông."]
    assert texts(" ".join(parts)) == parts
    parts = ["ao " * 69 + "ao,", "hồ " * 69 + "hồ,", "5,2 " * 69 + "sông."]
    assert texts(" ".join(parts)) == parts


def test_a_sentence_without_punctuation_is_cut_between_syllables() -> None:
    for text in ("ao " * 2000, "-".join(["ao"] * 2000)):
        assert sum(sizes(text)) == 2000
        assert set(sizes(text)) == {110, 120}


def test_a_word_without_end_is_cut_between_characters() -> None:
    assert [len(text) for text in texts("x" * 4000)] == [1500, 1500, 1000]


@pytest.mark.parametrize("count", [1, 7, 300])
def test_blank_space_of_any_size(count: int) -> None:
    gap = "\n" * count
    assert texts(f"{sentence(50)}{gap}{sentence(50)}") == [sentence(50), sentence(50)]


def test_the_seeds() -> None:
    counts, short = {}, []
    for document in read_documents([SEEDS]):
        check(document)
        passages = split(document)
        counts[document.id[6:9]] = len(passages)
        short += [passage.text for passage in passages if len(syllables(passage.text)) < JOINED_SYLLABLES]
    # A sentence, and a caption with a clause: what comes after each of them is too long to join.
    assert [text.split(",")[0] for text in short] == ["Tại Hội nghị", "Toàn cảnh Hội nghị.\n\nĐảng ủy đã chủ động"]
    assert counts == {"000": 15, "001": 24, "002": 34, "003": 10, "004": 10}


ugly = st.lists(
    st.one_of(
        st.sampled_from(
            ["\n", " ", ". ", ", ", "; ", "(1) ", "- ", "\u00a0", "\r", "\f", "\u2028", "...", "“", "”", "_"]
        ),
        st.sampled_from(
            ["ao", "Hồ", "5.248.607", "TP.", "H.Hào", "ก", "ำ", "的", "e\u0302\u0301", "\u0301", "\u200b", "İ"]
        ),
        st.integers(min_value=1, max_value=150).map(lambda count: "ao " * count),
        st.integers(min_value=1, max_value=1600).map(lambda count: "的" * count),
        st.integers(min_value=100, max_value=200).map(lambda count: "k\u0301" * count),
        st.integers(min_value=20, max_value=60).map(lambda count: "5.a,b_c-" * count),
        st.text(),
    ),
    max_size=12,
)


@given(ugly)
def test_spans_give_the_text_back_and_nothing_is_lost_or_too_long(pieces: list[str]) -> None:
    document = Document("d", "".join(pieces))
    check(document)
    assert split(document) == split(document)
