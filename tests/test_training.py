"""The recipe on a few texts that the test writes: pairs, tokenizer, glossary, measure, training, export."""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np
import pytest
from model2vec import StaticModel
from numpy.typing import NDArray
from tokenizers import Tokenizer

import qa
from qa.reading.candidates import FEATURES, Candidate
from qa.reading.readers import RuleReader
from qa.retrieval.ranking import fitted_for
from training.deciding import Case, cases, fit
from training.deciding_data import LabelledQuestion, searcher, seeds, with_answers
from training.evaluate import distinct, ndcg, squad_pairs
from training.fitting import Choices, least_value, logistic
from training.glossary import Glossary, learn_glossary
from training.pairs import Pair, made_question, passages, read_records, read_rows, sentence_pairs
from training.ranking import WeighedSearch, measured, paired_set, settings
from training.tokenizer import add_compounds, learn_syllables, text_rules
from training.train import Recipe, export, quantise, revision, train

ANIMALS = [("mèo", "cat"), ("chó", "dog"), ("gà", "hen"), ("cá", "fish")]
VERBS = [("ăn", "eats"), ("ngủ", "sleeps"), ("chạy", "runs"), ("uống", "drinks")]
PLACES = [("thành phố", "city"), ("làng quê", "village"), ("bờ biển", "beach")]
SENTENCES = [
    (f"the {animal} {verb} in the {place}", f"con {con} {làm} ở {nơi}")
    for con, animal in ANIMALS
    for làm, verb in VERBS
    for nơi, place in PLACES
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = [text for pair in SENTENCES for text in pair] * 5
    return add_compounds(learn_syllables(texts, 300), ["thành phố", "làng quê", "bờ biển xanh", "bờ biển"], 400)


def test_compounds_are_merged_after_their_syllables(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("Con mèo ở THÀNH PHỐ, bờ biển.").tokens == [
        "▁con", "▁mèo", "▁ở", "▁thành▁phố", "▁bờ▁biển",
    ]  # fmt: skip
    assert tokenizer.encode("thành, phố").tokens == ["▁thành", "▁phố"]
    assert tokenizer.encode("Ж").tokens == ["▁"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Hoà, khoẻ và UỶ", "hòa, khỏe và ủy"),
        ("hoàn toàn quý quỳ", "hoàn toàn quý quỳ"),
        (" Ho\u0061\u0300\u200b \n\t b ", "hòa b"),
        ("20%", "20 %"),
    ],
)
def test_text_rules_give_one_form(typed: str, stored: str) -> None:
    assert text_rules().normalize_str(typed) == stored


def test_passages_hold_at_most_120_syllables_in_order() -> None:
    short, long = " ".join(["a"] * 50), " ".join(["b"] * 130)
    assert passages([short, short, short, long, short]) == [[short, short], [short], [long], [short]]
    assert passages([]) == []


def test_a_sentence_mostly_leaves_its_passage() -> None:
    random = Random(1)
    pairs = list(sentence_pairs([["một", "hai", "ba"]] * 1000 + [["một"]], random))
    assert len(pairs) == 1000
    assert 60 < sum(sentence in rest.split() for sentence, rest in pairs) < 140


def test_a_made_question_asks_for_what_it_left_out() -> None:
    random = Random(1)
    made = {made_question("Đội có 45.000 người xem.", random) for _ in range(50)}
    assert made == {"Đội có bao nhiêu người xem.", "Đội có mấy người xem."}
    assert made_question("không có gì để hỏi", random) is None


def test_glossary_finds_the_word_that_goes_with_each_token(tokenizer: Tokenizer) -> None:
    glossary = learn_glossary(tokenizer, SENTENCES)
    vocabulary = tokenizer.get_vocab()
    likeliest = {form: glossary.words[vocabulary[form]][0][0] for form in ("▁mèo", "▁ngủ", "▁thành▁phố")}
    assert likeliest == {"▁mèo": "cat", "▁ngủ": "sleeps", "▁thành▁phố": "city"}


def test_a_token_without_english_words_stays(tokenizer: Tokenizer) -> None:
    glossary = Glossary(tokenizer, {tokenizer.get_vocab()["▁mèo"]: (["cat"], [1.0])})
    assert glossary.english("Con mèo ở thành phố", Random(1)) == "con cat ở thành phố"


def test_records_and_rows_are_read_back(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "a.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"title": "Hoà"}) + "\n")
    with lzma.open(tmp_path / "b.tsv.xz", "wt", encoding="utf-8") as file:
        file.write("basic\tcat\tmèo\n")
    assert list(read_records(tmp_path / "a.jsonl.xz")) == [{"title": "Hoà"}]
    assert list(read_rows(tmp_path / "b.tsv.xz")) == [["basic", "cat", "mèo"]]


def test_ndcg_by_hand() -> None:
    vectors = {"q": [1, 0], "r": [0, 1], "near": [1, 0], "far": [0, 1], "mid": [0.6, 0.8]}

    def encode(texts: object) -> NDArray[np.float32]:
        return np.array([vectors[text] for text in texts], dtype=np.float32)  # type: ignore[attr-defined]

    pairs: list[Pair] = [("q", "near"), ("r", "mid"), ("q", "far")]
    assert ndcg(encode, pairs) == pytest.approx((1 + 1 / math.log2(3) + 1 / math.log2(4)) / 3)
    assert distinct(pairs) == [("q", "near"), ("r", "mid")]


def test_squad_contexts_are_stripped(tmp_path: Path) -> None:
    paragraph = {"context": " Hà Nội. ", "qas": [{"id": "1", "question": "Đâu?"}]}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    assert squad_pairs(path) == [("Đâu?", "Hà Nội.")]


def test_ranking_is_measured_on_the_search_that_serves(tmp_path: Path) -> None:
    asked = paired_set("weather", [("Mưa ở đâu?", "Mưa to ở núi."), ("Cá ở đâu?", "Cá sống ở sông.")], ["Lúa tốt."])
    assert [document.text for document in asked.documents] == ["Mưa to ở núi.", "Cá sống ở sông.", "Lúa tốt."]
    index = qa.Index.create(tmp_path / "index")
    index.upsert(asked.documents)
    fitted = fitted_for(index.embedder.settings)
    found = WeighedSearch(index, fitted).search_many(["Cá ở đâu?"], k=3, mode="hybrid")
    assert found == qa.Searcher(index).search_many(["Cá ở đâu?"], k=3)
    assert measured(index, asked, fitted.dense_share, fitted.close_weight) == 1.0
    assert (fitted.dense_share, fitted.close_weight) in list(settings(fitted))


def test_the_least_value_from_which_on_enough_is_true() -> None:
    values = np.array([-30.0, -20.5, -15.0, -10.2, -5.0, 0.0])
    truth = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    assert least_value(values, truth, 0.5) == -11.0
    assert least_value(values[::-1], truth[::-1], 0.5) == -11.0
    assert least_value(values, np.zeros(6), 0.5) == 0.0
    assert least_value(values, np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0]), 0.5) == -21.0  # a half of two in a row
    assert least_value(values[:0], truth[:0], 0.5) == 0.0


def test_a_logistic_regression_finds_the_log_odds() -> None:
    truth = np.array([1.0] * 30 + [0.0] * 10)
    weights = logistic(np.ones((40, 1)), truth, np.ones(40), ridge=1e-6)
    assert weights == pytest.approx([math.log(3)], abs=1e-4)
    doubled = logistic(np.ones((40, 1)), truth, 1 + 2 * (1 - truth), ridge=1e-6)
    assert doubled == pytest.approx([0], abs=1e-4)


def test_choices_find_the_odds_between_candidates() -> None:
    choices = Choices()
    choices.add([[1.0], [1.0]], [0.0, 0.0], 1.0)
    assert not choices.rows
    for right in [[1.0, 0.0]] * 3 + [[0.0, 1.0]]:
        choices.add([[1.0], [0.0]], right, 1.0)
    # Of two candidates that differ by 1 the first is right three times in four.
    assert choices.fit(ridge=1e-6) == pytest.approx([math.log(3)], abs=1e-4)


def test_the_seeds_answers_stand_in_their_sentences() -> None:
    documents, asked = seeds()
    texts = {document.id: document.text for document in documents}
    assert len(asked) == 130
    for one in asked:
        for document, start, end in one.spans:
            assert texts[document][start:end].strip()
            assert any(place == document and first <= start < end <= last for place, first, last in one.sentences)


def test_int8_rows_are_within_half_a_step() -> None:
    rows = np.random.default_rng(3).normal(size=(20, 8)).astype(np.float32)
    rows[4] = 0
    vectors, scales = quantise(rows)
    assert vectors.dtype == np.int8
    assert np.abs(vectors * scales[:, None] - rows).max() <= scales.max() / 2 + 1e-6
    assert not vectors[4].any()


def test_a_tiny_model_learns_to_translate_and_is_read_back(tokenizer: Tokenizer, tmp_path: Path) -> None:
    kinds = {"translation": SENTENCES * 40}
    recipe = Recipe(dimension=16, batch=48)
    rows = train(tokenizer, kinds, recipe, tmp_path / "work")
    export(tokenizer, rows, tmp_path / "model")
    reader = StaticModel.from_pretrained(str(tmp_path / "model"))
    assert ndcg(reader.encode, SENTENCES) > 0.9
    config = json.loads((tmp_path / "model" / "config.json").read_text(encoding="utf-8"))
    assert config["revision"] == revision(tmp_path / "model")
    again = train(tokenizer, kinds, recipe, tmp_path / "again")
    np.testing.assert_array_equal(rows, again)


def test_a_question_is_asked_again_without_the_documents_that_answer(tmp_path: Path) -> None:
    text, others = "Tỉnh có 12 huyện miền núi.", ["Tỉnh có 34 huyện.", "Năm nay tỉnh có 9 huyện."]
    asked = LabelledQuestion("Tỉnh có bao nhiêu huyện miền núi?", "huyện", (("own", 8, 16),), (("own", 0, 26),))
    documents = [qa.Document(f"d{n}", other) for n, other in enumerate(others)]
    own = searcher(tmp_path / "index", [qa.Document("own", text), *documents])
    with_answer, near_miss = cases([asked], own, RuleReader())
    assert [one.asked.group for one in (with_answer, near_miss)] == ["huyện", "huyện, near miss"]
    assert {one.hit.passage.document_id for one in near_miss.found} == {"d0", "d1"}
    assert set(near_miss.right) == {0.0}
    spans = [(one.hit.passage.document_id, one.text) for one in with_answer.found]
    right = dict(zip(spans, with_answer.right, strict=True))
    assert right["own", "12 huyện miền núi"] == (2 * 8 / (8 + 17)) ** 3
    assert {value for place, value in right.items() if place[0] != "own"} == {0.0}
    assert {one.value("absent") for one in with_answer.found} == {0.0}
    assert {one.value("absent") for one in near_miss.found} == {1 / 3}  # "miền núi"


def test_a_document_that_says_the_same_answers_too_and_is_no_near_miss(tmp_path: Path) -> None:
    texts = {
        "own": "Hôm qua, tỉnh công bố có 12 huyện miền núi.",
        "copy": "Theo báo, tỉnh công bố có 12 huyện miền núi.",
        "same words": "Cả nước có 12 huyện như vậy.",
        "other": "Tỉnh có 34 huyện.",
        "another": "Năm nay tỉnh có 9 huyện.",
    }
    asked = LabelledQuestion(
        "Tỉnh có bao nhiêu huyện miền núi?", "huyện", (("own", 25, 33),), (("own", 0, 43),), document_set="own"
    )
    own = searcher(tmp_path / "index", [qa.Document(name, text) for name, text in texts.items()])
    with_answer, near_miss = cases([with_answers(asked, texts)], own, RuleReader())
    found = zip(with_answer.found, with_answer.right, strict=True)
    right = {one.hit.passage.document_id: value for one, value in found if one.text == "12 huyện miền núi"}
    assert right == dict.fromkeys(("own", "copy"), (2 * 8 / (8 + 17)) ** 3)
    assert {one.hit.passage.document_id for one in near_miss.found} == {"other", "another"}


def test_an_answer_in_a_larger_corpus_is_no_surer() -> None:
    hit = qa.Hit(qa.Passage("a#1", "a", 1, "12 xã", 0, 5, "", "a", None), 1.0, 1)

    def candidate(margin: float, passages: float) -> Candidate:
        features = tuple({"margin": margin, "corpus": passages}.get(name, 0.0) for name in FEATURES)
        return Candidate(hit, 0, 2, (0, 5), margin, features)

    def corpus_weight(needed: Callable[[float], float]) -> float:
        """What the corpus weighs where a margin is right from the needed one on."""
        found = [
            Case(
                LabelledQuestion("Có bao nhiêu xã?", "xã"),
                across,
                (candidate(margin, size), candidate(-5, size)),
                (float(margin >= needed(size)), 0.0),
                "number",
            )
            for across in (False, True)
            for margin in range(8)
            for size in range(1, 6)
        ]
        fitted = fit(found)["chance"]
        assert isinstance(fitted, dict)
        return float(fitted["corpus"])

    assert corpus_weight(lambda size: size) < 0
    assert corpus_weight(lambda size: 6 - size) == 0
