"""The formats of the field become one value, and a malformed line is named."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from eval.errors import EmptySetError, SetFormatError
from eval.formats import read_beir, read_qrels, read_queries, read_trec
from eval.sets import GoldAnswer, Question, kind_of
from eval.squad import read_squad

CORPUS = ['{"_id": "d1", "title": "T", "text": "Mưa"}', '{"_id": "d2", "text": "Nắng"}']
QUERIES = [
    '{"_id": "q1", "text": "Ai?"}',
    '{"_id": "q2", "text": "Gì?", "metadata": {"kind": "mine"}}',
    '{"_id": "q3", "text": "Đâu?"}',
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\td1\t1", "q2\td9\t2", "q8\td1\t1"]


def write(path: Path, lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def beir(folder: Path, corpus: list[str], queries: list[str], qrels: list[str]) -> Path:
    write(folder / "corpus.jsonl", corpus)
    write(folder / "queries.jsonl", queries)
    write(folder / "qrels" / "test.tsv", qrels)
    return folder


def test_a_beir_folder_is_read_and_what_does_not_fit_is_counted(tmp_path: Path) -> None:
    found = read_beir(beir(tmp_path / "set", CORPUS, QUERIES, QRELS))
    assert [(d.id, d.title, d.text) for d in found.documents] == [("d1", "T", "Mưa"), ("d2", "", "Nắng")]
    assert [(q.id, q.text, q.kind) for q in found.questions] == [("q1", "Ai?", "person"), ("q2", "Gì?", "mine")]
    assert found.qrels == {"q1": {"d1": 1}, "q2": {"d9": 2}}
    assert found.notes == (
        "1 questions have no judgement and are left out.",
        "1 questions are judged but have no text and are left out.",
        "1 of 2 judged ids are not in the corpus and count as not found.",
    )


@pytest.mark.parametrize(
    ("part", "lines", "file", "line"),
    [
        (0, [CORPUS[0], "{"], "corpus.jsonl", 2),
        (0, [CORPUS[0], "", '["d2"]'], "corpus.jsonl", 3),
        (0, ['{"_id": "d1"}'], "corpus.jsonl", 1),
        (0, [CORPUS[0], CORPUS[0]], "corpus.jsonl", 2),
        (1, [QUERIES[0], '{"_id": 7, "text": "?"}'], "queries.jsonl", 2),
        (0, ['{"_id": " ", "text": "x"}'], "corpus.jsonl", 1),
        (0, [CORPUS[0], "[" * 100_000], "corpus.jsonl", 2),
        (1, ['{"_id": "q1", "text": "?", "metadata": "kind"}'], "queries.jsonl", 1),
        (2, [QRELS[0], "q1 d1 1"], "test.tsv", 2),
        (2, [QRELS[0], "q1\td1\t1", "q1\td1\t1", "q1\td1\t0"], "test.tsv", 4),
        (2, ["q1\td1\t99999999999999999999"], "test.tsv", 1),
        (2, [QRELS[0], QRELS[1], "q1\td2\tyes"], "test.tsv", 3),
    ],
)
def test_a_malformed_beir_line_is_named(tmp_path: Path, part: int, lines: list[str], file: str, line: int) -> None:
    parts = [CORPUS, QUERIES, QRELS]
    parts[part] = lines
    with pytest.raises(SetFormatError) as caught:
        read_beir(beir(tmp_path, *parts))
    assert (caught.value.path.name, caught.value.line) == (file, line)
    assert f"{file}, line {line}:" in str(caught.value)


def test_a_mark_of_byte_order_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", CORPUS, QUERIES, QRELS)
    for path in (folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / "test.tsv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_beir(folder).qrels == {"q1": {"d1": 1}, "q2": {"d9": 2}}


@pytest.mark.parametrize(
    ("corpus", "queries", "qrels", "reason"),
    [
        ([], QUERIES, QRELS, "no documents"),
        (CORPUS, [], QRELS, "no questions"),
        (CORPUS, QUERIES, QRELS[:1], "none of its questions has a judgement"),
        (CORPUS, QUERIES, ["q1\td8\t1", "q2\td9\t1"], "none of its judged ids is in the corpus"),
    ],
)
def test_an_empty_set_is_an_error(
    tmp_path: Path, corpus: list[str], queries: list[str], qrels: list[str], reason: str
) -> None:
    with pytest.raises(EmptySetError, match=reason):
        read_beir(beir(tmp_path, corpus, queries, qrels))


def test_a_file_that_is_not_there_or_is_not_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EmptySetError, match=r"corpus\.jsonl"):
        read_beir(tmp_path)
    (tmp_path / "bad.txt").write_bytes(b"q1 0 d1 1\n\xff\xfe\n")
    with pytest.raises(SetFormatError, match=r"bad\.txt, line \d+: is not UTF-8"):
        read_qrels(tmp_path / "bad.txt")


def squad(path: Path, paragraphs: list[dict[str, object]]) -> Path:
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}, indent=1), encoding="utf-8")
    return path


def asked(identity: str, question: str) -> dict[str, object]:
    return {"id": identity, "question": question, "answers": [{"text": "x", "answer_start": 0}]}


def test_squad_gives_distinct_stripped_paragraphs_and_distinct_questions(tmp_path: Path) -> None:
    path = squad(
        tmp_path / "set.json",
        [
            {"context": " Mưa. ", "qas": [asked("1", "Ai?"), asked("2", "Gì?")]},
            {"context": "Mưa.", "qas": [asked("3", "Ai?")]},
            {"context": "Nắng.", "qas": [asked("4", "Gì?")]},
        ],
    )
    found = read_squad(path)
    assert [(d.id, d.text, d.title) for d in found.documents] == [("p1", "Mưa.", ""), ("p2", "Nắng.", "")]
    assert [(q.id, q.text) for q in found.questions] == [("1", "Ai?"), ("2", "Gì?")]
    assert found.qrels == {"1": {"p1": 1}, "2": {"p1": 1, "p2": 1}}
    assert found.unanswerable == ()


def impossible(identity: str, question: str) -> dict[str, object]:
    plausible = [{"text": "x", "answer_start": 0}]
    return {"id": identity, "question": question, "is_impossible": True, "answers": [], "plausible_answers": plausible}


def test_impossible_questions_stand_apart_each_with_its_first_paragraph(tmp_path: Path) -> None:
    path = squad(
        tmp_path / "set.json",
        [
            {"context": "Mưa.", "qas": [impossible("1", "Ai?"), impossible("2", "Hả?")]},
            {"context": "Nắng.", "qas": [asked("3", "Ai?"), impossible("4", "Hả?"), impossible("5", "Ở đâu?")]},
        ],
    )
    found = read_squad(path)
    assert [d.text for d in found.documents] == ["Mưa.", "Nắng."]
    assert found.qrels == {"3": {"p2": 1}}
    assert [(one.question, one.document_id) for one in found.unanswerable] == [
        (Question("2", "Hả?", "other"), "p1"),
        (Question("5", "Ở đâu?", "place"), "p2"),
    ]


def test_another_file_can_word_the_questions(tmp_path: Path) -> None:
    vietnamese = squad(tmp_path / "vi.json", [{"context": "Mưa.", "qas": [asked("1", "Ai?"), asked("2", "Gì?")]}])
    english = squad(tmp_path / "en.json", [{"context": "Rain.", "qas": [asked("1", "Who?"), asked("2", "What?")]}])
    found = read_squad(vietnamese, english)
    assert [(q.text, q.kind) for q in found.questions] == [("Who?", "person"), ("What?", "thing")]
    assert [d.text for d in found.documents] == ["Mưa."]


def test_answers_are_placed_in_the_stripped_document(tmp_path: Path) -> None:
    context = unicodedata.normalize("NFD", "  Hội nghị ở Hà Nội.")
    answers = [
        {"text": unicodedata.normalize("NFD", "Hà Nội"), "answer_start": context.index("Ha")},
        {"text": "Huế", "answer_start": 2},
        {"text": "Hội", "answer_start": -20},
    ]
    path = squad(tmp_path / "set.json", [{"context": context, "qas": [{**asked("1", "Ở đâu?"), "answers": answers}]}])
    found = read_squad(path)
    assert found.documents[0].text == "Hội nghị ở Hà Nội."
    assert found.answers == {"1": [GoldAnswer("p1", 11, "Hà Nội")]}


def test_a_question_may_come_without_answers(tmp_path: Path) -> None:
    path = squad(tmp_path / "set.json", [{"context": "Mưa.", "qas": [{"id": "1", "question": "Gì?"}]}])
    assert read_squad(path).answers == {"1": []}


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ("x", "has no list of objects in 'answers'"),
        ([{"answer_start": 0}], "has no text in 'text'"),
        ([{"text": "x", "answer_start": "0"}], "has no whole number in 'answer_start'"),
    ],
)
def test_a_malformed_answer_is_named(tmp_path: Path, answers: object, reason: str) -> None:
    with pytest.raises(SetFormatError, match=rf"set\.json, line \d+: {reason}"):
        read_squad(squad(tmp_path / "set.json", [{"context": "x", "qas": [{**asked("1", "?"), "answers": answers}]}]))


def test_two_questions_of_one_id_are_named(tmp_path: Path) -> None:
    paragraphs: list[dict[str, object]] = [
        {"context": "Mưa.", "qas": [asked("1", "Ai?"), asked("1", "Ai?")]},
        {"context": "Nắng.", "qas": [asked("1", "Gì?")]},
    ]
    assert len(read_squad(squad(tmp_path / "set.json", paragraphs[:1])).questions) == 1
    with pytest.raises(SetFormatError, match=r"set\.json, line 42: repeats the id of another question"):
        read_squad(squad(tmp_path / "set.json", paragraphs))


def test_malformed_squad_names_the_line_where_the_wrong_object_ends(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(
        '{"data": [\n {"paragraphs": [\n  {"context": "} {", "qas": [\n   {"id": "1", "question": "Ai?"},\n'
        '   {"id": "2"\n   }\n  ]}\n ]}\n]}\n',
        encoding="utf-8",
    )
    with pytest.raises(SetFormatError, match=r"line 6: has no text in 'question'"):
        read_squad(path)
    path.write_text('{"data": [\n {"paragraphs": [\n  {"context": "x", "qas": 5}\n ]}\n]}', encoding="utf-8")
    with pytest.raises(SetFormatError, match=r"line 3: has no list of objects in 'qas'"):
        read_squad(path)
    path.write_text('{"data": [\n]\n', encoding="utf-8")
    with pytest.raises(SetFormatError, match=r"set\.json, line [23]: is not JSON"):
        read_squad(path)
    path.write_text('{"data": ' + "[" * 100_000, encoding="utf-8")
    with pytest.raises(SetFormatError, match=r"line 1: is nested too deep"):
        read_squad(path)
    path.write_text('{"data": []}', encoding="utf-8")
    with pytest.raises(EmptySetError):
        read_squad(path)


def test_trec_files_are_read(tmp_path: Path) -> None:
    qrels = write(tmp_path / "q.qrels", ["q1 0 d1 2", "q1 0 d2 0"])
    queries = write(tmp_path / "q.tsv", ["q1\tỞ đâu?", "q2\tAi?"])
    found = read_trec(queries, qrels, None)
    assert found.qrels == {"q1": {"d1": 2, "d2": 0}}
    assert [(q.text, q.kind) for q in found.questions] == [("Ở đâu?", "place")]
    assert found.notes == ("1 questions have no judgement and are left out.",)


def test_ids_between_tabs_may_have_spaces(tmp_path: Path) -> None:
    qrels = write(tmp_path / "q.qrels", ["q1\t0\ttin tức/bài 1.txt\t1", "q1 0 d2 0", "q1\t0\td3  1"])
    assert read_qrels(qrels) == {"q1": {"tin tức/bài 1.txt": 1, "d2": 0, "d3": 1}}


@pytest.mark.parametrize(("lines", "line"), [(["q1 0 d1 1", "q1 d1 1"], 2), (["q1 0 d1 x"], 1)])
def test_malformed_qrels_are_named(tmp_path: Path, lines: list[str], line: int) -> None:
    with pytest.raises(SetFormatError, match=rf"bad\.qrels, line {line}:"):
        read_qrels(write(tmp_path / "bad.qrels", lines))


@pytest.mark.parametrize(("lines", "line"), [(["q1\tAi?", "q2 Ai?"], 2), (["q1\tAi?", "q1\tGì?"], 2), (["q1\t "], 1)])
def test_malformed_queries_are_named(tmp_path: Path, lines: list[str], line: int) -> None:
    with pytest.raises(SetFormatError, match=rf"bad\.tsv, line {line}:"):
        read_queries(write(tmp_path / "bad.tsv", lines))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Cả nước có bao nhiêu đảng viên?", "number"),
        ("Hội nghị diễn ra ngày nào?", "date"),
        ("Ai chủ trì?", "person"),
        ("Hai người sống ở đâu?", "place"),
        ("Tại sao trời mưa?", "reason"),
        ("Làm sao để bơi?", "manner"),
        ("Đó là gì?", "thing"),
        ("Kể tên.", "other"),
        ("How many people?", "number"),
        ("When was it?", "date"),
        ("Whose is it?", "person"),
    ],
)
def test_kinds_by_question_words(question: str, kind: str) -> None:
    assert kind_of(question) == kind
