"""The model in `qa/models/vi-en-static`: both readers give one vector, whatever way a text is typed."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model2vec import StaticModel
from sentence_transformers import SentenceTransformer
from threadpoolctl import threadpool_info, threadpool_limits
from tokenizers import Tokenizer

import qa
from qa.embedding import BundledEmbedder, LateInteraction
from qa.embedding.bundled import WordTokens

FOLDER = Path(__file__).parent.parent / "qa" / "models" / "vi-en-static"
SIZE_LIMIT = 35_000_000
CHARACTERS = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("oàuỷýq %\u0300\u200b\n-"))
SENTENCE = "Ủy ban nhân dân thành phố Hòa Bình thúy thỏa khỏe, quý 3 năm 2024 tăng 5,2%."
TEXTS = [
    SENTENCE,
    "Cả nước có bao nhiêu đảng viên?",
    "How many party members are there in the whole country?",
    "5.248.607",
    "中文 한국어 😀",
    "?!…",
    "   ",
    "",
    "a\u200bb\ufeff\tc\u00a0d\r\n",
    " ".join(["Quốc hội thông qua nghị quyết về phát triển kinh tế - xã hội."] * 300),
]


@pytest.fixture(scope="module")
def numpy_reader() -> StaticModel:
    return StaticModel.from_pretrained(str(FOLDER))


@pytest.fixture(scope="module")
def torch_reader() -> SentenceTransformer:
    return SentenceTransformer(str(FOLDER), device="cpu")


def test_both_readers_give_the_same_unit_vectors(numpy_reader: StaticModel, torch_reader: SentenceTransformer) -> None:
    by_numpy = numpy_reader.encode(TEXTS)
    by_torch = torch_reader.encode(TEXTS)
    np.testing.assert_allclose(by_numpy, by_torch, atol=1e-6)
    lengths = np.linalg.norm(by_numpy, axis=1)
    wordless = [TEXTS.index(text) for text in ("?!…", "   ", "")]
    np.testing.assert_allclose(np.delete(lengths, wordless), 1, atol=1e-6)
    assert lengths[wordless].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "same",
    [
        unicodedata.normalize("NFD", SENTENCE),
        SENTENCE.upper(),
        SENTENCE.replace("Ủy", "Uỷ").replace("Hòa", "Hoà").replace("thúy", "thuý"),
        SENTENCE.replace("thỏa", "thoả").replace("khỏe", "khoẻ"),
        SENTENCE.replace(" ", " \u200b\n "),
        SENTENCE.replace("5,2%.", "5.2 %"),
    ],
    ids=["NFD", "capitals", "old tones", "more old tones", "spaces", "decimal point"],
)
def test_one_vector_however_a_text_is_typed(
    same: str, numpy_reader: StaticModel, torch_reader: SentenceTransformer
) -> None:
    assert same != SENTENCE
    for reader in (numpy_reader, torch_reader):
        given, typed = reader.encode([SENTENCE, same])
        np.testing.assert_array_equal(given, typed)


def test_marks_that_tell_words_apart_count(numpy_reader: StaticModel) -> None:
    quy, quy_high, toan, toan_high = numpy_reader.encode(["quy", "quý", "toàn", "toán"])
    assert quy @ quy_high < 0.9
    assert toan @ toan_high < 0.9


@settings(max_examples=200)
@given(text=st.text(alphabet=CHARACTERS))
def test_any_text_gives_the_same_vector_in_every_unicode_form(numpy_reader: StaticModel, text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    composed, decomposed = numpy_reader.encode(forms)
    np.testing.assert_array_equal(composed, decomposed)


def test_the_folder_is_small_and_its_revision_names_its_bytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) <= SIZE_LIMIT
    bytes_named = b"".join((FOLDER / name).read_bytes() for name in ("model.safetensors", "tokenizer.json"))
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    assert config["revision"] == hashlib.sha256(bytes_named).hexdigest()[:12]


def test_every_file_named_in_the_card_exists() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w./-]+\.(?:json|safetensors|md|py))`", card)
    root = FOLDER.parent.parent.parent
    assert named
    assert [name for name in named if not (FOLDER / name).exists() and not (root / name).exists()] == []


def test_late_interaction_is_the_nearest_token_for_each_of_the_query() -> None:
    embedder = qa.load_embedder()
    assert isinstance(embedder, LateInteraction)
    query, passages = "đảng viên cả nước", ["Toàn quốc có 5 triệu đảng viên.", "Mưa to.", "", "☃"]
    model = StaticModel.from_pretrained(FOLDER)
    asked, *read = (rows.astype(np.float64) for rows in model.encode_as_sequence([query, *passages]))
    expected = [
        sum(
            one @ one * max((one @ other / np.sqrt(one @ one * (other @ other)) for other in rows), default=0.0)
            for one in asked
        )
        / sum(one @ one for one in asked)
        for rows in read
    ]
    assert embedder.max_sim(query, passages) == pytest.approx(expected, abs=1e-5)
    assert embedder.max_sim("☃", passages).tolist() == [0, 0, 0, 0]
    assert embedder.max_sim(query, []).shape == (0,)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(FOLDER / "tokenizer.json"))


@pytest.fixture(scope="module")
def word_tokens(tokenizer: Tokenizer) -> WordTokens:
    return WordTokens(tokenizer, FOLDER / "tokenizer.json")


WORDS = st.sampled_from(sorted({word for text in TEXTS for word in text.split()}))


@settings(max_examples=300)
@given(text=st.one_of(st.text(alphabet=CHARACTERS), st.lists(WORDS).map(" ".join)))
def test_tokens_made_word_by_word_are_those_of_the_tokenizer(
    tokenizer: Tokenizer, word_tokens: WordTokens, text: str
) -> None:
    assert word_tokens.ids(text) == tokenizer.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize("text", TEXTS)
def test_every_token_is_made_word_by_word(tokenizer: Tokenizer, word_tokens: WordTokens, text: str) -> None:
    assert word_tokens.ids(text) == tokenizer.encode(text, add_special_tokens=False).ids


def test_of_many_texts_each_has_the_vector_that_it_has_alone() -> None:
    many, alone = qa.load_embedder(), qa.load_embedder()
    texts = [f"{text} {number}" for number in range(30) for text in TEXTS]
    expected = alone.embed_passages(texts[:50])  # few texts, which the tokenizer itself encodes
    np.testing.assert_array_equal(many.embed_passages(texts)[:50], expected)


@pytest.fixture(scope="module")
def bundled() -> BundledEmbedder:
    return BundledEmbedder()


@given(texts=st.lists(st.one_of(st.sampled_from(TEXTS), st.text(alphabet=CHARACTERS), st.lists(WORDS).map(" ".join))))
def test_tokens_have_the_very_vectors_of_their_texts(bundled: BundledEmbedder, texts: list[str]) -> None:
    tokens = bundled.tokens(texts)
    assert [len(one) % 2 for one in tokens] == [0] * len(texts)
    np.testing.assert_array_equal(bundled.embed_tokens(tokens), bundled.embed_passages(texts))


def test_bytes_that_are_no_tokens_have_some_vector(bundled: BundledEmbedder) -> None:
    assert np.linalg.norm(bundled.embed_tokens([b"\xff\xff", b""]), axis=1).tolist() == pytest.approx([1, 0])


def test_the_model_uses_one_thread_of_numpy() -> None:
    with threadpool_limits(2, user_api="blas"):
        qa.load_embedder()
        assert [pool["num_threads"] for pool in threadpool_info() if "numpy" in pool["filepath"]] == [1]
