"""The reader's recipe on a few rows that the test writes: tokens, changed questions, training, export, measures."""

from __future__ import annotations

import csv
import json
import lzma
from pathlib import Path
from random import Random

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import qa
from eval.squad import read_squad
from training.reader import evaluate, mining, mixture, network, rows, swaps, train
from training.reader.__main__ import parser
from training.reader.names import ROLES, names, pool_of
from training.reader.network import export
from training.reader.office import KINDS, made
from training.reader.office.scene import rows as scene_rows
from training.reader.rows import Row
from training.reader.train import BEGIN, END, encoded

TOWNS = ("Cổ Mơ", "Đa Lĩnh", "Yên Trạch", "Liên Châu", "Thượng Khê")
HEADS = ("Kiều Bá Nghĩa", "Lục Thị Sinh", "Vi Đăng Khoa", "Tạ Hữu Đạt", "Ứng Kim Thái")


def answered(question: str, context: str, answer: str) -> Row:
    start = context.index(answer)
    return Row(question, "", context, start, start + len(answer), 1, 1)


ROWS = [
    answered(f"Ai là trưởng ga {town}?", f"Ga {town} mở năm {1950 + n}. Trưởng ga là ông {head}, người làng.", head)
    for n, (town, head) in enumerate(zip(TOWNS, HEADS, strict=True))
]
ROWS += [
    answered(f"Ga {town} mở năm nào?", row.context, str(1950 + n))
    for n, (town, row) in enumerate(zip(TOWNS, ROWS, strict=True))
]
ROWS += [row._replace(question=row.question.replace("Ga", "Bến"), start=-1, end=-1, relevant=0) for row in ROWS[5:]] + [
    row._replace(question="Ai là phó ga?", start=-1, end=-1, relevant=0) for row in ROWS[:5]
]
OTHER = "Hàng đi chợ về mỗi sáng, khách đi tàu chiều, thuyền neo ở bến sông cũ."
GROUPS = [list(pair) for pair in zip(ROWS[:10], ROWS[10:], strict=True)]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=200, special_tokens=specials, unk_token="<unk>", show_progress=False)
    made.train_from_iterator([text for row in ROWS for text in (row.question, row.context)], trainer)
    return made


@pytest.fixture(scope="module")
def state(tokenizer: Tokenizer) -> network.State:
    torch.manual_seed(1)
    return network.to_state(network.Reader(network.config(tokenizer.get_vocab_size(), layers=4, hidden=64)))


def test_a_row_is_question_then_title_and_passage_with_the_answers_tokens_marked(tokenizer: Tokenizer) -> None:
    row = ROWS[0]._replace(title="Nhà ga")
    example = encoded(tokenizer, [row])[0]
    assert example is not None
    question = tokenizer.encode(row.question, add_special_tokens=False).ids
    passage = tokenizer.encode(f"Nhà ga — {row.context}", add_special_tokens=False)
    assert example.ids == [BEGIN, *question, END, END, *passage.ids, END]
    begin = example.offsets[example.start - example.passage][0]
    stop = example.offsets[example.end - example.passage][1]
    assert example.text[begin:stop].strip() == "Kiều Bá Nghĩa"


@given(before=st.integers(0, 400), after=st.integers(0, 400), seed=st.integers())
def test_a_long_passage_is_cut_around_its_answer(tokenizer: Tokenizer, before: int, after: int, seed: int) -> None:
    context = "ga mở " * before + "Kiều Bá Nghĩa" + " ông người" * after
    row = answered("Ai là trưởng ga?", context, "Kiều Bá Nghĩa")
    example = encoded(tokenizer, [row], Random(seed))[0]
    assert example is not None
    assert len(example.ids) <= 288
    begin = example.offsets[example.start - example.passage][0]
    stop = example.offsets[example.end - example.passage][1]
    assert example.text[begin:stop].strip() == "Kiều Bá Nghĩa"


def test_names_are_runs_of_capitals_but_not_what_begins_a_sentence() -> None:
    found = names("Khi nào Trạm bơm Cổ Mơ được giao cho ông Kiều Bá Nghĩa?")
    assert [(name.text, name.noun) for name in found] == [("Trạm", "nào"), ("Cổ Mơ", "bơm"), ("Kiều Bá Nghĩa", "ông")]
    assert names("Hợp tác xã có ba tổ") == []


CONTEXT = (
    "Năm 1956, ga Cổ Mơ mở cửa và ông Kiều Bá Nghĩa làm chủ tịch. "
    "Năm 1971, ga Đa Lĩnh thay thế nó. Ông Kiều Bá Nghĩa đã đánh bại ông Vi Đăng Khoa."
)


@pytest.mark.parametrize(
    ("kind", "question", "changed"),
    [
        ("name", "Ai làm chủ tịch khi ga Cổ Mơ mở cửa?", {"Ai làm chủ tịch khi ga Đa Lĩnh mở cửa?"}),
        ("opposite", "Ga nào mở cửa năm 1956?", {"Ga nào đóng cửa năm 1956?"}),
        ("figure", "Ga nào mở cửa năm 1956?", {f"Ga nào mở cửa năm {year}?" for year in (1971, *range(1936, 1977))}),
        ("exchange", "Ở ga nào Kiều Bá Nghĩa thắng Vi Đăng Khoa?", {"Ở ga nào Vi Đăng Khoa thắng Kiều Bá Nghĩa?"}),
        ("patient", "Ai đã đánh bại Vi Đăng Khoa?", {"Vi Đăng Khoa đã đánh bại ai?"}),
        (
            "negation",
            "Ai đã đánh bại Vi Đăng Khoa?",
            {"Ai đã không đánh bại Vi Đăng Khoa?", "Ai đã không hề đánh bại Vi Đăng Khoa?"},
        ),
        (
            "role",
            "Ai là chủ tịch của ga Cổ Mơ?",
            {f"Ai là {role} của ga Cổ Mơ?" for role in ROLES[0] if role != "chủ tịch"},
        ),
    ],
)
def test_each_kind_of_change_makes_the_other_question(kind: str, question: str, changed: set[str]) -> None:
    start = CONTEXT.index("Kiều")
    asked = swaps.Answered(question, CONTEXT, start, start + len("Kiều Bá Nghĩa"))
    pool = pool_of([CONTEXT])
    for seed in range(8):
        found = dict(swaps.changed(asked, pool, Random(seed)))
        assert kind in found
        assert found[kind] in changed


def test_part_of_a_name_and_conditions_name_what_the_passage_lacks() -> None:
    asked = swaps.Answered("Ai làm chủ tịch khi ga Cổ Mơ mở cửa?", CONTEXT, 40, 53)
    for seed in range(8):
        found = dict(swaps.changed(asked, {}, Random(seed)))
        other = found["part of a name"].removeprefix("Ai làm chủ tịch khi ga ").removesuffix(" mở cửa?")
        assert len(set(other.split()) & {"Cổ", "Mơ"}) == 1
        assert other not in CONTEXT
        year = found["condition"].removesuffix("?").split()[-1]
        assert len(year) == 4
        assert year not in CONTEXT


def test_a_question_whose_opposite_the_passage_answers_is_left_alone() -> None:
    context = "Chợ Cổ Mơ mở cửa lúc rạng đông và đóng cửa lúc trưa."
    asked = swaps.Answered("Chợ mở cửa khi nào?", context, 23, 32)
    assert "opposite" not in dict(swaps.changed(asked, {}, Random(1)))


def test_looks_answered_questions_stand_beside_their_answered_ones() -> None:
    context = CONTEXT + " Người làng kể lại chuyện ấy trong sách in ở tỉnh, và nhiều người còn nhớ đến nay."
    row = answered("Ai đã đánh bại Vi Đăng Khoa?", context, "Kiều Bá Nghĩa")
    measured = mixture.measured(mixture.askable([row, row], "vi"), 5)
    assert measured[0] == row
    assert len(measured) == 2
    assert not measured[1].answered
    assert measured[1].question != row.question
    assert measured == mixture.measured(mixture.askable([row, row], "vi"), 5)


def test_passages_that_are_found_without_the_answer_stand_beside_the_question(tmp_path: Path) -> None:
    row = answered("Ai là trưởng ga Cổ Mơ?", f"{ROWS[0].context} {OTHER}", HEADS[0])
    index = qa.Index.create(tmp_path / "index")
    texts = {
        "own": row.context,
        "same answer": f"Ông {HEADS[0]} làm trưởng ga Cổ Mơ từ lâu, {OTHER}",
        "short": "Ga Cổ Mơ.",
        "other": "Ga Cổ Mơ xưa có một trưởng ga người huyện bên; trời nắng, gió nhẹ, chim hót quanh sân ga cả ngày.",
    }
    index.upsert([qa.Document(name, text, f"Bài {name}", language="vi") for name, text in texts.items()])
    ((own, *beside),) = mining.mined([row], qa.Searcher(index), Random(3))
    assert (own.question, own.answer) == (row.question, HEADS[0])
    assert [(one.question, one.context, one.answered, one.relevant) for one in beside] == [
        (row.question, texts["other"], False, 0)
    ]
    titles = {group[1].title for seed in range(30) for group in mining.mined([row], qa.Searcher(index), Random(seed))}
    assert {"", "Bài other"} < titles
    assert all(texts["other"].startswith(title) for title in titles - {"Bài other"})


def test_a_window_keeps_whole_sentences_around_the_answer() -> None:
    context = " ".join(f"Câu số {n} nói về con đường làng." for n in range(80))
    row = answered("Câu nào?", context, "số 40")
    shown = mixture.window(row, 200)
    assert shown.answer == "số 40"
    assert len(shown.context) <= 200
    assert shown.context.startswith("Câu số")
    assert shown.context.endswith("làng.")


@given(seed=st.integers(), kind=st.sampled_from(KINDS))
def test_made_up_rows_point_at_their_answers(seed: int, kind: object) -> None:
    random = Random(seed)
    scene = kind(random)  # type: ignore[operator]
    found = scene_rows(scene, random)
    assert any(row.answered for row in found)
    assert any(not row.answered for row in found)
    assert "⟦" not in found[0].context
    for row in found:
        assert row.answer == row.answer.strip()
        assert bool(row.answer) == row.answered


def test_made_up_groups_are_the_same_for_the_same_seed() -> None:
    groups = made(20, Random(3))
    assert groups == made(20, Random(3))
    assert len(groups) == 20
    assert all(1 < len(group) <= 3 for group in groups)


def test_squad_files_and_groups_keep_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(rows.squad(ROWS)), encoding="utf-8")
    read = read_squad(path)
    assert {one.text for one in read.questions} == {row.question for row in ROWS if row.answered}
    assert {one.question.text for one in read.unanswerable} == {row.question for row in ROWS if not row.answered}
    assert [read.answers[one.id][0].text for one in read.questions if one.text == ROWS[0].question] == ["Kiều Bá Nghĩa"]
    rows.write_groups(GROUPS, tmp_path / "groups.jsonl")
    assert rows.read_groups(tmp_path / "groups.jsonl") == GROUPS
    with lzma.open(tmp_path / "rows.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in ROWS)
    assert list(rows.read(tmp_path / "rows.xz")) == ROWS


def test_a_tenth_of_the_passages_is_held_out() -> None:
    held_out = [number for number in range(5000) if rows.is_held_out(f"Đoạn văn {number}")]
    assert 400 < len(held_out) < 600
    assert held_out == [number for number in range(5000) if rows.is_held_out(f"Đoạn văn {number}")]


def test_steps_learn_the_rows(tokenizer: Tokenizer, state: network.State) -> None:
    examples = [example for example in encoded(tokenizer, ROWS) if example is not None]
    assert len(examples) == 20
    batch, learner = train.stacked(examples), train.Learner(state, train.Recipe(minutes=1, frozen=0))
    losses = [learner.step(batch, rate=5e-3) for _ in range(15)]
    assert losses[-1] < losses[0] * 0.8


def test_training_keeps_the_frozen_layers(tokenizer: Tokenizer, state: network.State, tmp_path: Path) -> None:
    recipe = train.Recipe(minutes=0.02, rate=3e-3, frozen=2)
    learned = train.train(state, GROUPS, tokenizer, recipe, tmp_path / "reader.pt")
    moved = {name for name in state if not torch.equal(state[name], learned[name])}
    assert not {name for name in moved if name.startswith(("embeddings.", "encoder.layer.0.", "encoder.layer.1."))}
    assert "encoder.layer.2.output.dense.weight" in moved
    assert "head.weight" in moved


def test_batches_hold_a_row_and_its_changed_questions_together(tokenizer: Tokenizer) -> None:
    batch = next(train.batches(tokenizer, GROUPS, train.Recipe(minutes=1)))
    assert len(batch.ids) == len(ROWS)
    few = next(train.batches(tokenizer, GROUPS, train.Recipe(minutes=1, batch_tokens=4 * batch.ids.shape[1])))
    assert few.ids.numel() <= 4 * batch.ids.shape[1]


def test_a_student_begins_with_some_layers_and_comes_nearer_to_its_teacher(
    tokenizer: Tokenizer, state: network.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(network.KEPT_LAYERS, 2, (1, 3))
    student = network.fewer_layers(state, 2)
    assert torch.equal(student["encoder.layer.1.output.dense.weight"], state["encoder.layer.3.output.dense.weight"])
    batch = train.stacked([example for example in encoded(tokenizer, ROWS) if example is not None])
    learner = train.Learner(student, train.Recipe(minutes=1, frozen=0))
    teacher = network.from_state(state).to(torch.bfloat16).eval()
    losses = [learner.step(batch, rate=1e-3, teacher=teacher) for _ in range(12)]
    assert losses[-1] < losses[0] * 0.95


def test_the_student_of_its_own_weights_has_no_distance_of_spans_and_layers(
    tokenizer: Tokenizer, state: network.State
) -> None:
    batch = train.stacked([example for example in encoded(tokenizer, ROWS[:4]) if example is not None])
    reader = network.from_state(state).eval()
    with torch.no_grad():
        hidden = reader.hidden(batch.ids, batch.mask)
        values = reader.head(hidden)
        chance = values[:, 0, 2].sigmoid()
        entropy = -(chance * chance.log() + (1 - chance) * (1 - chance).log()).mean()
        found = train.distance((hidden, values), (hidden, values), batch)
    assert float(found) == pytest.approx(train.RELEVANCE * float(entropy), abs=1e-5)


def test_weights_are_saved_and_mixed(state: network.State, tmp_path: Path) -> None:
    halves = {name: value.half().float() for name, value in state.items()}
    network.save(halves, tmp_path / "reader.pt")
    loaded = network.load(tmp_path / "reader.pt")
    zeros = {name: torch.zeros_like(value) for name, value in halves.items()}
    mixed = network.mixed(zeros, loaded, 0.25)
    assert all(torch.allclose(mixed[name], halves[name] / 4) for name in halves)


def test_packed_parts_are_read(state: network.State, tmp_path: Path) -> None:
    words = state[network.WORDS].numpy()
    scales = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-9) / 127
    np.savez(tmp_path / "small.embedding.npz", q=np.round(words / scales).astype(np.int8), s=scales)
    rest = {name: value.numpy().astype(np.float16) for name, value in state.items() if name != network.WORDS}
    np.savez(tmp_path / "small.part0.npz", **rest)  # type: ignore[arg-type]
    loaded = network.load(tmp_path / "small")
    assert loaded.keys() == state.keys()
    assert torch.allclose(loaded[network.WORDS], state[network.WORDS], atol=float(scales.max()))


def test_the_exported_file_gives_nearly_the_values_of_the_float_weights(
    tokenizer: Tokenizer, state: network.State, tmp_path: Path
) -> None:
    quantised = export(state, tokenizer, tmp_path)
    plain = tmp_path / "model.onnx"
    assert quantised.stat().st_size < plain.stat().st_size / 2
    batch = train.stacked([example for example in encoded(tokenizer, ROWS) if example is not None])
    given = {"input_ids": batch.ids.numpy(), "attention_mask": batch.mask.numpy()}
    with torch.no_grad():
        wanted = network.from_state(state).eval()(batch.ids, batch.mask).numpy()
    exact, near = (onnxruntime.InferenceSession(path).run(None, given)[0] for path in (plain, quantised))
    assert wanted.shape == (*batch.ids.shape, 3)
    inside = given["attention_mask"][..., None] * np.ones(3) > 0
    assert np.abs(exact - wanted)[inside].max() < 1e-4
    assert np.corrcoef(near[inside], wanted[inside])[0, 1] > 0.99


def test_readers_are_measured_side_by_side(
    tokenizer: Tokenizer, state: network.State, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quantised = export(state, tokenizer, tmp_path)
    (tmp_path / "rows.json").write_text(json.dumps(rows.squad(ROWS)), encoding="utf-8")
    files = [f"--reader={path}" for path in (quantised, quantised, tmp_path / "model.onnx")]
    options = parser().parse_args(["evaluate", *files, "--count", "4", "--format", "csv", str(tmp_path / "rows.json")])
    options.run(options)
    header, *lines = csv.reader(capsys.readouterr().out.splitlines())
    assert header[0] == "rows: 4 questions with an answer, 4 without"
    assert header[1:3] == ["EM", "F1"]
    assert [line[0] for line in lines] == [str(quantised), str(tmp_path / "model.onnx")]
    assert all(0 <= float(value) <= 1 for line in lines for value in line[1:-1])
    assert lines[0][-1] == "+0.0000"


ASKED = [
    evaluate.GivenPassage("Ai?", "Ông Kiều Bá Nghĩa.", ("Kiều Bá Nghĩa",)),
    evaluate.GivenPassage("Ai?", "Không.", ()),
]


def test_measures_of_a_reader_by_hand() -> None:
    asked = [ASKED[0], ASKED[0], ASKED[1], ASKED[1]]
    texts = ("Kiều Bá Nghĩa", "Ông Kiều Bá Nghĩa.", "Không", "")
    numbers = [(3.0, 0.5), (1.0, -0.5), (2.0, 0.0), (0.0, -1.0)]
    found = [evaluate.Read(text, *pair) for text, pair in zip(texts, numbers, strict=True)]
    assert evaluate.measures(asked, found) == {
        "EM": 0.5,
        "F1": pytest.approx((1 + 6 / 7) / 2),
        "AUC of margin": 0.75,
        "AUC of relevance": 0.75,
        "declined at 5% lost": 0.5,
        "declined at 10% lost": 0.5,
    }


def test_a_set_without_unanswered_questions_is_asked_about_wrong_passages(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps(rows.squad(ROWS[:10])), encoding="utf-8")
    asked = evaluate.questions(read_squad(tmp_path / "rows.json"), 5)
    assert [bool(one.answers) for one in asked] == [True] * 5 + [False] * 5
    assert [one.question for one in asked[5:]] == [one.question for one in asked[:5]]
    assert all(one.passage != other.passage for one, other in zip(asked, asked[5:], strict=False))
