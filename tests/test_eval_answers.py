"""Exact match and F1 by hand, and answers of a real index beside the oracles."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from eval.__main__ import main
from eval.answers import ASKED, GIVEN, ORACLE, measure_answers
from eval.errors import EmptySetError
from eval.sets import GoldAnswer, Question, QuestionSet, UnanswerableQuestion
from eval.spans import contained, exact_match, f1, normalised, sentence_around
from qa.index import Filters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ông  Nguyễn Văn A.", "ông nguyễn văn a"),
        ("“5.248.607” đảng viên;", "5248607 đảng viên"),
        (unicodedata.normalize("NFD", "HÀ NỘI"), "hà nội"),
        ("18-NQ/TW", "18nqtw"),
        ("của là những", "của là những"),  # no word is an article that goes
        ("$5 + 3…", "5 3"),
        ("?!", ""),
    ],
)
def test_normalised(text: str, expected: str) -> None:
    assert normalised(text) == expected


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


def test_exact_match_and_f1_by_hand() -> None:
    assert exact_match("Hà Nội.", ["TP.HCM", "hà nội"]) == 1.0
    assert exact_match("ở Hà Nội", ["Hà Nội"]) == 0.0
    assert exact_match(None, ["Hà Nội"]) == 0.0
    # "mưa to ở núi" has 4 words, "mưa ở miền núi" 4, and 3 are in both: P = R = 3/4.
    assert f1("mưa to ở núi", ["mưa ở miền núi"]) == 0.75
    # 1 of 4 words of the reply, the only word of the answer: 2 * 1/4 * 1 / (1/4 + 1) = 0.4.
    assert f1("mưa to ở núi", ["sông", "núi"]) == 0.4
    # A word counts as often as it is in both: P = 1/3, R = 1.
    assert f1("mưa mưa mưa", ["mưa"]) == 0.5
    assert f1(None, ["mưa"]) == f1("?", ["mưa"]) == f1("nắng", ["mưa"]) == 0.0


WORDS = st.lists(st.sampled_from(["mưa", "núi", "sông", "ở"]), min_size=1, max_size=6)


@given(reply=WORDS, gold=WORDS)
def test_f1_is_the_harmonic_mean_of_precision_and_recall(reply: list[str], gold: list[str]) -> None:
    shared = sum(min(reply.count(word), gold.count(word)) for word in set(reply))
    precision, recall = shared / len(reply), shared / len(gold)
    expected = 2 * precision * recall / (precision + recall) if shared else 0.0
    assert f1(" ".join(reply), [" ".join(gold)]) == pytest.approx(expected)


def test_contained_goes_by_whole_words() -> None:
    assert contained("Hà Nội", ["ở Hà Nội."])
    assert contained("ở Hà Nội, năm 2020", ["HÀ NỘI"])
    assert not contained("à Nội", ["Hà Nội"])
    assert not contained("Hà Nam", ["Hà Nội"])
    assert not contained(None, ["Hà Nội"])
    assert not contained("?", ["Hà Nội"])


TEXT = "Mưa to. Cá sống ở sông Hồng! Ông A. nói: “Lúa tốt.” Năm 2020 có 1.5 tấn.\nHết"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("Mưa", "Mưa to."),
        ("Hồng", "Cá sống ở sông Hồng!"),
        ("Ông", "Ông A. nói: “Lúa tốt.”"),
        ("tốt", "Ông A. nói: “Lúa tốt.”"),
        ("1.5", "Năm 2020 có 1.5 tấn."),
        ("Hết", "Hết"),
    ],
)
def test_the_sentence_around_a_place(word: str, sentence: str) -> None:
    start, end = sentence_around(TEXT, TEXT.index(word))
    assert TEXT[start:end].rstrip("”") == sentence.rstrip("”")


@given(st.text(alphabet="aA1. \n”“?", min_size=1, max_size=30), st.data())
def test_a_place_is_in_its_sentence_or_in_the_gap_before_the_next(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    first, end = sentence_around(text, start)
    assert 0 <= first <= start
    assert start < end or not text[end : start + 1].strip(' \n")]”’')


@pytest.fixture
def asked(documents: list[qa.Document]) -> QuestionSet:
    questions = (
        Question("q1", "Mưa to ở miền nào của nước ta?", "place"),
        Question("q2", "Lúa tốt vì có gì?", "thing"),
        Question("q3", "Cá sống ở đâu?", "place"),
    )
    answers = {
        "q1": [GoldAnswer("rain", 9, "miền núi")],
        "q2": [GoldAnswer("rice", 14, "mưa")],
        "q3": [GoldAnswer("fish", 0, "Tôm")],  # does not stand there
    }
    qrels = {"q1": {"rain": 1}, "q2": {"rice": 1}, "q3": {"fish": 1}}
    return QuestionSet("weather", tuple(documents), questions, qrels, answers=answers)


def test_answers_are_scored_beside_oracles(asked: QuestionSet, searcher: qa.Searcher) -> None:
    result = measure_answers(asked, searcher)
    assert result.notes == ("1 questions have no answer that stands in its document and are left out.",)
    assert list(result.scores[ASKED]["F1"]) == ["q1", "q2"]
    # "Mưa to ở miền núi." holds 2 words of the answer in 5; "Lúa tốt vì có mưa." 1 in 5.
    assert result.scores[ORACLE]["F1"] == pytest.approx({"q1": 4 / 7, "q2": 2 / 6})
    assert result.scores[ORACLE]["exact match"] == {"q1": 0.0, "q2": 0.0}
    assert result.scores[ORACLE]["right sentence"] == {"q1": 1.0, "q2": 1.0}
    for name in (ASKED, GIVEN):
        for question, gold in zip(asked.questions[:2], ("miền núi", "mưa"), strict=True):
            filters: Filters = {} if name == ASKED else {"document": asked.answers[question.id][0].document_id}
            reply = qa.ask(question.text, searcher, filters=filters)
            assert result.scores[name]["F1"][question.id] == f1(reply.text, [gold])
            assert result.scores[name]["declined"][question.id] == float(reply.text is None)
    assert "| place | 1 |" in "\n".join(map(str, result.parts()))


def test_unanswerable_questions_are_scored_as_squad_2_does(asked: QuestionSet, searcher: qa.Searcher) -> None:
    unanswerable = [
        UnanswerableQuestion(Question("u1", "Bóng đá ở đâu?", "place"), "fish"),
        UnanswerableQuestion(Question("u2", "Cá sống ở đâu?", "place"), "rice"),
        UnanswerableQuestion(Question("u3", "Phở bò?", "other"), "snow"),  # is not in the index
    ]
    result = measure_answers(asked.answered(asked.answers, unanswerable), searcher)
    assert result.notes[1:] == ("1 questions without an answer have no document here and are left out.",)
    assert [question.id for question in result.unanswerable] == ["u1", "u2"]
    replies = [qa.ask(one.question.text, searcher) for one in unanswerable[:2]]
    declined = [float(reply.text is None) for reply in replies]
    assert declined == [1.0, 0.0]
    for measure in ("exact match", "F1", "declined"):
        assert [result.scores[ASKED][measure][question_id] for question_id in ("u1", "u2")] == declined
    assert [(one.answerable, one.outcome) for one in result.replies[ASKED][2:]] == [
        (False, "declined"),
        (False, "wrong"),
    ]
    # The whole right sentences have F1 4/7 and 2/6, and it is right to say nothing twice.
    assert result.figures(ORACLE) == {
        "exact match": 0.5,
        "F1": pytest.approx((4 / 7 + 2 / 6 + 2) / 4),
        "NoAns accuracy": 1.0,
        "HasAns exact match": 0.0,
        "HasAns F1": pytest.approx((4 / 7 + 2 / 6) / 2),
        "HasAns right sentence": 1.0,
        "HasAns declined": 0.0,
    }
    assert [result.figures(name)["NoAns accuracy"] for name in (ASKED, GIVEN)] == [0.5, 1.0]
    shown = "\n".join(map(str, result.parts()))
    assert "| 2 questions with an answer, 2 without | exact match | F1 | NoAns accuracy | HasAns exact match |" in shown
    assert "| unanswerable declined | at 5% of the answerable lost |" in shown


def test_a_set_without_answers_is_an_error(asked: QuestionSet, searcher: qa.Searcher) -> None:
    with pytest.raises(EmptySetError, match="no question has an answer that stands in its document"):
        measure_answers(asked.answered({}), searcher)


def test_the_command_prints_and_stores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    context = "Cả nước có 5.248.607 đảng viên."
    answer = {"text": "5.248.607", "answer_start": 11}
    asked = {"id": "1", "question": "Cả nước có bao nhiêu đảng viên?", "answers": [answer]}
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": [asked]}]}]}), encoding="utf-8")
    assert main(["answers", str(path), "--work", str(tmp_path), "--json", str(tmp_path / "out.json")]) == 0
    # The whole sentence has 6 words, the answer 1: 2 * 1 / (6 + 1).
    assert f"| {ORACLE} | 0.000 | 0.286 | 1.000 | 0.000 |" in capsys.readouterr().out
    stored = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert stored["means"][ASKED]["right sentence"] == 1.0
    assert stored["scores"][ORACLE]["F1"] == {"1": pytest.approx(2 / 7)}
