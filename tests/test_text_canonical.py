"""The canonical form, the folded form, and the way back to the text as written."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text import WordCache, canonical, canonical_with_offsets, fold

TONES = {
    "oa": ("òa óa ỏa õa ọa", "oà oá oả oã oạ"),
    "oe": ("òe óe ỏe õe ọe", "oè oé oẻ oẽ oẹ"),
    "uy": ("ùy úy ủy ũy ụy", "uỳ uý uỷ uỹ uỵ"),
}
PLACEMENTS = [
    (new, old) for olds, news in TONES.values() for old, new in zip(olds.split(" "), news.split(" "), strict=True)
]
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệốộơờớụủỹỵoàoáuýuỷAĂÂĐEÊHKQTƯÒÁ"
UGLY = "𝗮𝟯Ⅷ㎡m²\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b \u00a0\t\n\u200b\u00ad\ufeff\u200dİßẞςΣKÅ1.,-/_“”"
vietnamese_text = st.text(alphabet=VIETNAMESE + UGLY, max_size=60)
any_text = st.one_of(vietnamese_text, st.text(max_size=60))


@pytest.mark.parametrize(("new", "old"), PLACEMENTS)
@pytest.mark.parametrize("initial", ["", "h", "th", "ngh", "kh", "đ"])
def test_open_syllables_have_one_tone_placement(initial: str, new: str, old: str) -> None:
    expected = initial + old
    for written in (initial + new, initial + old, (initial + new).upper(), (initial + new).title()):
        assert canonical(written) == expected
        assert canonical(unicodedata.normalize("NFD", written)) == expected


@pytest.mark.parametrize(
    "syllable",
    ["quý", "quỷ", "hoàn", "hoàng", "thuyền", "thuyết", "khuỷu", "ngoéo", "huỳnh", "hòa", "ủy", "canoé", "già"],
)
def test_other_syllables_stay(syllable: str) -> None:
    assert canonical(syllable) == syllable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \t\n\u00a0\u3000", ""),
        ("  Đảng\u00a0\u00a0viên\r\n\tmới  ", "đảng viên mới"),
        ("ĐẢNG UỶ", "đảng ủy"),
        ("thuỷ, khoẻ; HOÀ.", "thủy, khỏe; hòa."),
        ("tr\u00adường\u200b \ufeffđại\u200d học", "trường đại học"),
        ("a\u200b\u0301", "á"),
        ("\u202bngày\u202c", "ngày"),
        ("nước\ufe0f", "nước"),
        ("Ðảng", "đảng"),
        ("İstanbul", "i̇stanbul"),
        ("ΟΔΟΣ ΟΔΟΣ", "οδοσ οδοσ"),
        ("tiê\u0301ng Viê\u0323t", "tiếng việt"),
        ("ư\u0301ng thu\u031b\u0301", "ứng thứ"),
        ("𝟯𝟱𝟬 𝗹𝗶𝗲̂̀𝘂", "350 liều"),
        ("li\u0065\u0300\u0302u bá\u0302t a\u0309\u0306", "liều bất ẳ"),
        ("Ⅷ ﬁnal ㎡ № Ⓐ ℃", "viii final m2 no a °c"),
        ("5 m², 3 km³, 10², ½ ™", "5 m2, 3 km3, 10², ½ ™"),
    ],
)
def test_canonical(text: str, expected: str) -> None:
    assert canonical(text) == expected
    assert canonical_with_offsets(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đảng viên", "dang vien"),
        ("Uỷ ban khoẻ mạnh", "uy ban khoe manh"),
        ("ĂÂÊÔƠƯ ữỗẫ", "aaeoou uoa"),
        ("a \u0301 b", "a b"),
        ("한국", "한국"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert fold(unicodedata.normalize("NFD", text)) == expected


@pytest.mark.parametrize(
    ("text", "part", "original"),
    [
        ("Toà  nhà", "tòa", "Toà"),
        ("Toà \n nhà", " ", " \n "),
        (unicodedata.normalize("NFD", "Đảng uỷ viên"), "ủy", unicodedata.normalize("NFD", "uỷ")),
        (unicodedata.normalize("NFD", "tiếng Việt"), "ệ", "e\u0323\u0302"),
        ("tr\u00adường", "trường", "tr\u00adường"),
        ("\u200bngày\u200b mai", "ngày", "ngày"),
        ("xİy", "i̇", "İ"),
    ],
)
def test_original_span(text: str, part: str, original: str) -> None:
    form = canonical_with_offsets(text)
    at = form.text.index(part)
    start, end = form.original_span(at, at + len(part))
    assert text[start:end] == original


def test_an_empty_span_stays_empty_and_one_outside_is_refused() -> None:
    form = canonical_with_offsets("  Toà án ")
    assert form.text == "tòa án"
    assert form.original_span(0, 0) == (2, 2)
    assert form.original_span(6, 6) == (9, 9)
    for start, end in ((-1, 2), (3, 2), (0, 7)):
        with pytest.raises(IndexError):
            form.original_span(start, end)


def test_a_very_long_run_of_marks_is_cut_and_does_not_take_for_ever() -> None:
    text = "a" + "\u0301\u0323" * 200_000
    assert len(canonical(text)) < 40
    assert canonical(canonical(text)) == canonical(text)


@given(any_text)
def test_canonical_and_fold_are_idempotent(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert fold(fold(text)) == fold(text) == canonical(fold(text)) == fold(canonical(text))


@given(any_text)
def test_normalisation_forms_are_one(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert canonical(decomposed) == canonical(composed) == canonical(text)


@given(any_text)
def test_offsets_belong_to_the_same_canonical_text_and_move_forward(text: str) -> None:
    form = canonical_with_offsets(text)
    assert form.text == canonical(text)
    spans = [form.original_span(i, i + 1) for i in range(len(form.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one == two or one[1] <= two[0] for one, two in pairwise(spans))


@given(vietnamese_text)
def test_every_stretch_between_spaces_maps_back_to_what_produced_it(text: str) -> None:
    form = canonical_with_offsets(text)
    at = 0
    for word in form.text.split(" "):
        start, end = form.original_span(at, at + len(word))
        assert canonical(text[start:end]) == word
        at += len(word) + 1


def test_few_words_are_kept() -> None:
    made: list[str] = []

    def shout(word: str) -> str:
        made.append(word)
        return word.upper()

    words, long = WordCache(shout), "dài" * 20
    assert [words[word] for word in ("mưa", "mưa", long, long)] == ["MƯA", "MƯA", long.upper(), long.upper()]
    assert made == ["mưa", long, long]
    for number in range(100_000):
        words[str(number)]
    assert len(words) < 10
    assert words["mưa"] == "MƯA"
