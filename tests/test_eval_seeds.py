"""The questions over the seeds: every quote stands in its file, and right is judged by where quotes stand."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest

import qa
from eval.errors import EmptySetError, SetFormatError
from eval.seeds import QUOTED, JudgedReply, Quote, SeedJudge, SeedQuestion, measure_seeds, read_seed_questions, seed_set
from eval.spans import Outcome
from qa.answer import Finding

ROOT = Path(__file__).parent.parent
QUESTIONS = read_seed_questions(ROOT / "eval" / "seeds.jsonl")
QUOTES = [(question.id, quote) for question in QUESTIONS for quote in question.quotes]


@pytest.mark.parametrize(("question_id", "quote"), QUOTES)
def test_every_quote_stands_in_its_file_and_holds_its_answer(question_id: str, quote: Quote) -> None:
    text = (ROOT / quote.source).read_text(encoding="utf-8")
    assert quote.sentence in unicodedata.normalize("NFC", text)
    assert quote.answer in quote.sentence
    assert quote.answer == quote.answer.strip() != ""


def test_the_kinds_are_as_many_as_promised() -> None:
    kinds = Counter(question.kind for question in QUESTIONS)
    assert kinds == {"plain": 46, "paraphrase": 20, "no_diacritics": 12, "english": 12, "unanswerable": 40}
    assert Counter(q.topic for q in QUESTIONS if not q.quotes) == {"near_miss": 20, "unrelated": 20}
    assert "Cả nước có bao nhiêu đảng viên?" in [question.question for question in QUESTIONS]
    assert len({question.question for question in QUESTIONS}) == 130


def test_the_split_follows_from_the_id_and_halves_every_kind() -> None:
    for question in QUESTIONS:
        assert question.split == ("dev" if int(question.id.rpartition("-")[2]) % 2 else "test")
    halves = Counter((question.group, question.split) for question in QUESTIONS)
    assert all(halves[group, "dev"] == halves[group, "test"] for group, _ in halves)


def test_questions_without_diacritics_have_none() -> None:
    plain = [q.question for q in QUESTIONS if q.kind in ("no_diacritics", "english")]
    assert all(text.isascii() for text in plain)


def test_every_quote_reaches_the_reader() -> None:
    documents = list(qa.read_documents([ROOT / "seeds"]))
    assert SeedJudge([question for question in QUESTIONS if question.quotes], documents).unplaced() == []


DOCUMENT = qa.Document("seeds/a.txt", "Mưa to. Lúa tốt nhờ mưa.\n\nCá sống ở sông.")
ASKED = SeedQuestion("q", "?", "plain", "dev", (Quote("seeds/a.txt", "Lúa tốt nhờ mưa.", "mưa"),), "")


def hit(text: str, start: int, document_id: str = "seeds/a.txt") -> qa.Hit:
    passage = qa.Passage(f"{document_id}#{start}", document_id, 1, text, start, start + len(text), "", "", None)
    return qa.Hit(passage, 1.0, 1)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (hit("Mưa to. Lúa tốt nhờ mưa.", 0), QUOTED),
        (hit("nhờ mưa.", 16), QUOTED),
        (hit("Lúa tốt", 8), "seeds/a.txt#8"),  # overlaps, but without the answer
        (hit("Cá sống ở sông.", 26), "seeds/a.txt#26"),
        (hit("Lúa tốt nhờ mưa.", 8, "seeds/b.txt"), "seeds/b.txt#8"),  # the same words in another document
    ],
)
def test_a_passage_is_right_when_it_overlaps_the_quote_and_holds_the_answer(found: qa.Hit, expected: str) -> None:
    assert DOCUMENT.text[8:24] == "Lúa tốt nhờ mưa."
    assert SeedJudge([ASKED], [DOCUMENT]).identify("q", found) == expected


def answered(start: int, end: int, document_id: str = "seeds/a.txt") -> qa.Answer:
    text = DOCUMENT.text[start:end]
    return qa.Answer("?", Finding(text, start, end, hit(text, start, document_id), text), 0.9, ())


def judged(text: str, outcome: Outcome, *, exact: bool = False, contained: bool = False) -> JudgedReply:
    return JudgedReply(text, text, outcome, "answer", 0.9, exact=exact, contained=contained)


def test_a_reply_is_right_wrong_or_declined_and_has_the_span_or_not() -> None:
    judge = SeedJudge([ASKED], [DOCUMENT])
    assert judge.judge(ASKED, answered(8, 24)) == judged("Lúa tốt nhờ mưa.", "right", contained=True)
    assert judge.judge(ASKED, answered(20, 24)) == judged("mưa.", "right", exact=True, contained=True)  # a mark is none
    assert judge.judge(ASKED, answered(12, 15)) == judged("tốt", "right")
    assert judge.judge(ASKED, answered(0, 7)) == judged("Mưa to.", "wrong", contained=True)
    assert judge.judge(ASKED, answered(20, 24, "seeds/b.txt")).outcome == "wrong"
    declined = qa.Answer("?", None, 0.1, (), related=True)
    expected = JudgedReply(None, None, "declined", "related", 0.1, exact=False, contained=False)
    assert judge.judge(ASKED, declined) == expected


def test_a_quote_that_the_index_lacks_is_reported_and_scores_zero(searcher: qa.Searcher) -> None:
    here = SeedQuestion("here", "?", "plain", "dev", (Quote("rain", "Mưa to ở miền núi.", "miền núi"),), "")
    asked = seed_set([ASKED, here], searcher.index.documents())
    assert asked.notes == ("1 questions have no quote in the indexed documents and score zero: q.",)
    with pytest.raises(EmptySetError, match="no quoted sentence stands in the indexed documents"):
        seed_set([ASKED], searcher.index.documents())


def test_the_tables_count_what_was_measured(searcher: qa.Searcher) -> None:
    here = (Quote("rain", "Mưa to ở miền núi.", "miền núi"),)
    questions = [
        SeedQuestion("plain-01", "Mưa to ở đâu?", "plain", "dev", here, ""),
        SeedQuestion("plain-02", "Cá nào?", "plain", "test", here, ""),
        SeedQuestion("unanswerable-01", "Bóng đá?", "unanswerable", "dev", (), "unrelated"),
        SeedQuestion("unanswerable-02", "Phở bò?", "unanswerable", "test", (), "unrelated"),
    ]
    result = measure_seeds(questions, searcher)
    shown = "\n".join(map(str, result.parts()))
    assert "| lexical, dev | 1 | 1.000 | 1.000 | 1.000 |" in shown
    assert "| lexical, test | 1 | 0.000 | 0.000 | 0.000 |" in shown
    assert result.figures()["lexical Success@1"] == 0.5
    assert result.figures()["unanswerable (unrelated), declined"] == 1.0
    assert "| unanswerable: unrelated, test | 1 | 0 | 0 | 0 | 1 | 0 |" in shown
    assert "| answerable, right sentence first | 0.500 |" in shown


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "x", "question": "?", "kind": "odd", "split": "dev"}', "unknown kind"),
        ('{"id": "x", "question": "?", "kind": "plain", "split": "dev"}', "contradicts"),
        ('{"id": "x", "question": "?", "kind": "plain", "split": "dev", "answerable": true}', "lacks a part"),
    ],
)
def test_a_malformed_question_names_its_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "questions.jsonl"
    good = '{"id": "a", "question": "?", "kind": "unanswerable", "split": "dev", "answerable": false}'
    path.write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(SetFormatError, match=f"line 2: .*{reason}"):
        read_seed_questions(path)


def test_a_file_without_questions_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(EmptySetError):
        read_seed_questions(tmp_path / "none.jsonl")
