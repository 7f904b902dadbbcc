"""Reader models: a tiny one whose every number is known, the spans it chooses, and models that are none."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from toy import WordEmbedder

import qa
from qa.cli import main
from qa.errors import ModelNotFoundError, ModelUnusableError
from qa.passages import split
from qa.reading.protocol import SPAN_TOKENS, ReadSpan
from qa.text import syllables

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "mười", "hai", "nhà", "12", "mưa")
WINDOW = 24
# What each word adds to being the first and the last of the answer, over what any other adds.
FIRST = {"12": 4.0, "mười": 3.0, "[CLS]": 1.0}
LAST = {"nhà": 2.0, "[CLS]": 1.0}


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model without layers: each token has a dimension of its own, so its odds are the weights of its word."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

    tokens = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokens.pre_tokenizer = pre_tokenizers.Whitespace()
    special = [("[CLS]", 2), ("[SEP]", 3)]
    pair = "[CLS] $A [SEP] $B:1 [SEP]:1"
    tokens.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", pair, special)
    fast: Any = PreTrainedTokenizerFast  # its constructor has no types
    tokenizer = fast(tokenizer_object=tokens, model_max_length=WINDOW, pad_token="[PAD]")
    tokenizer.cls_token = "[CLS]"
    width = len(WORDS) + 1
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=width, num_hidden_layers=0, num_attention_heads=1, intermediate_size=1
    )
    model = BertForQuestionAnswering(config)
    with torch.no_grad():
        for weights in model.parameters():
            weights.zero_()
        embeddings = model.bert.embeddings
        embeddings.LayerNorm.weight.fill_(1 / math.sqrt(width))
        embeddings.word_embeddings.weight[:, :-1] = 1000 * torch.eye(len(WORDS))
        for row, words in enumerate((FIRST, LAST)):
            for word, odds in words.items():
                model.qa_outputs.weight[row, WORDS.index(word)] = odds
    folder = tmp_path_factory.mktemp("readers") / "tiny"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def reader(model_folder: Path) -> qa.Reader:
    return qa.load_reader(str(model_folder), offline=True)


@pytest.fixture(scope="module")
def byte_reader(tmp_path_factory: pytest.TempPathFactory) -> qa.Reader:
    """Of the RoBERTa family, random, its tokens being bytes: most Vietnamese letters are several tokens."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForQuestionAnswering

    special = {"<s>": 0, "<pad>": 1, "</s>": 2}
    letters = {letter: n for n, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()), len(special))}
    tokens = Tokenizer(models.BPE({**special, **letters}, []))
    tokens.pre_tokenizer, tokens.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    tokens.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    fast: Any = PreTrainedTokenizerFast  # its constructor has no types
    tokenizer = fast(tokenizer_object=tokens, cls_token="<s>", sep_token="</s>", pad_token="<pad>")
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    torch.manual_seed(2)
    size = {"vocab_size": len(tokens.get_vocab()), "hidden_size": 16, "intermediate_size": 16}
    config = RobertaConfig.from_dict(
        {
            **size,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "max_position_embeddings": 66,
            "initializer_range": 1.0,
        }
    )
    folder = tmp_path_factory.mktemp("readers") / "bytes"
    RobertaForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return qa.load_reader(str(folder), offline=True)


def passages(*texts: str) -> list[qa.Passage]:
    return [qa.Passage(f"d{n}#1", f"d{n}", 1, text, 0, len(text), "", "", None) for n, text in enumerate(texts, 1)]


def best(reader: qa.Reader, question: str, text: str) -> ReadSpan:
    (reading,) = reader.read(question, passages(text))
    return reading.best(1)[0]


def margin(first: str, last: str) -> float:
    """By the weights alone: a word's own dimension is 1 above, the normalised others cancel out."""
    width = len(WORDS) + 1
    one = math.sqrt(width - 1) / math.sqrt(width) + 1 / math.sqrt(width * (width - 1))
    return (FIRST.get(first, 0) + LAST.get(last, 0) - FIRST["[CLS]"] - LAST["[CLS]"]) * one


def test_the_best_span_of_each_passage(reader: qa.Reader) -> None:
    texts = ("mưa làm mười hai nhà hỏng", "mưa, 12 nhà hỏng", "mưa")
    readings = reader.read("mưa bao nhiêu?", passages(*texts))
    expected = [("mười hai nhà", ("mười", "nhà")), ("12 nhà", ("12", "nhà")), ("mưa", ("mưa", "mưa"))]
    for text, reading, (span, words) in zip(texts, readings, expected, strict=True):
        (found,) = reading.best(1)
        assert text[found.start : found.end] == span
        assert found.margin == pytest.approx(margin(*words), abs=1e-3)
    assert readings[1].margin(5, 7) == pytest.approx(margin("12", "12"), abs=1e-3)
    assert (readings[0].relevance, reader.folder) == (None, None)


def test_nothing_to_read(reader: qa.Reader) -> None:
    assert reader.read("mưa bao nhiêu?", []) == []
    for reading in reader.read("mưa bao nhiêu?", passages("", "\n \t")):
        assert reading.best(3) == []


def test_long_passages_and_questions_are_read_in_windows(reader: qa.Reader) -> None:
    text = f"{'mưa ' * 100}12 nhà{' mưa' * 100}"
    found = best(reader, "mưa " * 200, text)
    assert (text[found.start : found.end], found.start) == ("12 nhà", 400)


def test_a_span_that_is_too_long_is_no_span(reader: qa.Reader) -> None:
    far = f"12 {'mưa ' * SPAN_TOKENS}nhà"
    found = best(reader, "mưa?", far)
    assert (far[:2], "nhà" in far[found.start : found.end]) == (far[found.start : found.start + 2], False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(parts=st.lists(st.sampled_from(["12", " ", "nhà", "mưa", ".", "\n", "â", "a\u0301", "5.248", "\u200b"])))
def test_a_span_always_stands_in_its_passage(reader: qa.Reader, byte_reader: qa.Reader, parts: list[str]) -> None:
    cut = split(qa.Document("d", "".join(parts)))
    for one in (reader, byte_reader):
        for passage, reading in zip(cut, one.read("mưa bao nhiêu?", cut), strict=True):
            for span in reading.best(3):
                assert 0 <= span.start < span.end <= len(passage.text)
                assert passage.text[span.start : span.end].strip()


def test_several_people_may_ask_at_once(reader: qa.Reader) -> None:
    def ask(n: int) -> str:
        found = best(reader, "mưa " * n, "mưa, 12 nhà hỏng")
        return "mưa, 12 nhà hỏng"[found.start : found.end]

    with ThreadPoolExecutor(4) as people:
        assert list(people.map(ask, range(1, 41))) == ["12 nhà"] * 40


# In asking


@pytest.fixture
def flood(tmp_path: Path) -> qa.Searcher:
    index = qa.Index.create(tmp_path / "index", WordEmbedder())
    text = "Sáng 5-9, mưa lũ ở miền núi. Chiều 5-9, mưa làm mười hai nhà hỏng. Bà con được cứu."
    index.upsert([qa.Document("flood", text, "Mưa lũ"), qa.Document("fish", "Cá sống ở sông.", "Cá")])
    return qa.Searcher(index)


def test_ask_with_a_reader(flood: qa.Searcher, reader: qa.Reader) -> None:
    reply = qa.ask("Mưa lũ làm hỏng bao nhiêu nhà?", flood, k=1, reader=reader)
    assert (reply.text, reply.sentence) == ("mười hai nhà", "Chiều 5-9, mưa làm mười hai nhà hỏng.")
    assert reply.source is not None
    text = flood.index.document("flood").text
    assert text[reply.start : reply.end] == reply.text
    assert reply.confidence == pytest.approx(1 / (1 + math.exp(-margin("mười", "nhà"))), abs=1e-3)
    assert len(reply.evidence) == 1
    assert qa.Citation.of(reply).quote == reply.sentence
    assert reply.notes == ("unfitted",)


def test_a_reader_may_decline(flood: qa.Searcher, reader: qa.Reader) -> None:
    reply = qa.ask("Cá sống ở đâu?", flood, filters={"document": "fish"}, reader=reader)
    assert (reply.verdict, reply.text, reply.source, reply.start) == ("related", None, None, None)
    assert [hit.passage.document_id for hit in reply.evidence] == ["fish"]


def test_no_word_is_cut(flood: qa.Searcher, byte_reader: qa.Reader) -> None:
    """Whatever tokens a model has: what is shown of its spans begins and ends with whole words."""
    answers = 0
    for question in ("Ai đến thăm nhà?", "Mưa làm bao nhiêu nhà hỏng?", "Cá sống ở đâu?", "Bà con được cứu khi nào?"):
        reply = qa.ask(question, flood, reader=byte_reader)
        if reply.source is None or reply.start is None or reply.end is None:
            continue
        answers += 1
        text = flood.index.document(reply.source.passage.document_id).text
        words = {(word.start, word.end) for word in syllables(text)}
        assert all(word[1] <= at or at <= word[0] for word in words for at in (reply.start, reply.end))
    assert answers


def test_the_command(model_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("Chiều 5-9, mưa lũ làm mười hai nhà hỏng.\n", encoding="utf-8")
    index = str(tmp_path / "index")
    main(["index", str(tmp_path / "news"), "--into", index])
    capsys.readouterr()
    question = "Mưa lũ làm hỏng bao nhiêu nhà?"
    arguments = ["ask", question, "--index", index, "--offline", "--reader"]
    assert main([*arguments, str(model_folder)]) == 0
    printed = capsys.readouterr()
    assert (printed.out.splitlines()[0], printed.err) == ("mười hai nhà", "")
    assert main([*arguments, "nobody/no-such-reader"]) == 1
    assert "'nobody/no-such-reader' is not on this disk and was not downloaded" in capsys.readouterr().err


# Models that are none


def test_a_model_that_is_not_there() -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        qa.load_reader("nobody/no-such-reader", offline=True)
    assert caught.value.name == "nobody/no-such-reader"


def test_offline_opens_no_connection() -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): print('CONNECTED'); sys.exit(3)\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import qa\n"
        "try: qa.load_reader('nobody/no-such-reader', offline=True)\n"
        "except qa.QAError as error: print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "ModelNotFoundError\n", done.stderr


def test_a_model_in_the_hub_cache_is_loaded_offline(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "models--nobody--tiny"
    shutil.copytree(model_folder, cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit, encoding="utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    capfd.readouterr()
    assert isinstance(qa.load_reader("nobody/tiny", offline=True), qa.Reader)
    assert capfd.readouterr() == ("", "")


def test_a_model_that_was_not_trained_to_answer(model_folder: Path, tmp_path: Path) -> None:
    from transformers import BertForQuestionAnswering

    shutil.copytree(model_folder, tmp_path / "plain")
    BertForQuestionAnswering.from_pretrained(model_folder).bert.save_pretrained(tmp_path / "plain")
    with pytest.raises(ModelUnusableError, match=r"was not trained to answer questions: it has no qa_outputs"):
        qa.load_reader(str(tmp_path / "plain"))


@pytest.mark.parametrize("files", [{}, {"config.json": "not json"}, {"config.json": "{}"}])
def test_a_folder_that_is_no_model(tmp_path: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnusableError, match="cannot be used") as caught:
        qa.load_reader(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_the_errors_name_no_option_that_was_not_given() -> None:
    assert "--model" not in str(ModelNotFoundError("a", "offline"))
    assert "--model" not in str(ModelUnusableError("a", "damaged"))
