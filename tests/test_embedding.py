"""The embedder seam: prompts, folders, names that are not there, offline."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

import qa
from qa.embedding import EmbedderSettings, Reranker
from qa.embedding.protocol import unit_rows
from qa.embedding.sentence_transformer import E5_PROMPTS, _prompts
from qa.errors import ModelNotFoundError, ModelUnusableError, PackageMissingError

TEXTS = ["Cả nước có bao nhiêu đảng viên?", "rain", ""]


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of twelve words and four dimensions, with prompts of its own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[UNK]", "query", "passage", ":", "mưa", "nắng", "cá", "lúa", "rain", "sun", "fish", "rice"]
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(0).normal(size=(len(words), 4)).astype(np.float32)
    prompts = {"query": "query: ", "document": "passage: "}
    model = SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)], prompts=prompts)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    model.save(str(folder))
    return folder


def test_a_folder_is_loaded_with_its_own_prompts(model_folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    embedder = qa.load_embedder(str(model_folder), offline=True)
    assert isinstance(embedder, qa.Embedder)
    assert embedder.settings.query_prompt == "query: "
    assert embedder.settings.passage_prompt == "passage: "
    assert embedder.settings.dimension == 4
    model = SentenceTransformer(str(model_folder))
    for vectors, prompt in (
        (embedder.embed_queries(["cá"]), "query: "),
        (embedder.embed_passages(["cá"]), "passage: "),
    ):
        plain = model.encode([prompt + "cá"], prompt="")
        assert vectors == pytest.approx(plain / np.linalg.norm(plain), abs=1e-6)
    assert embedder.embed_queries([]).shape == (0, 4)


def test_an_index_remembers_its_folder_model(model_folder: Path, tmp_path: Path) -> None:
    index = qa.Index.create(tmp_path / "index", qa.load_embedder(str(model_folder)))
    index.upsert([qa.Document("a", "Mưa và cá."), qa.Document("b", "Nắng và lúa.")])
    hits = qa.Searcher.open(tmp_path / "index", offline=True).search("lúa", mode="dense")
    assert {hit.passage.document_id for hit in hits} == {"a", "b"}
    assert index.settings["model"] == str(model_folder.resolve())


def test_the_revision_of_a_folder_follows_its_content(model_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model_folder, copy)
    first, same = (qa.load_embedder(str(folder)).settings.revision for folder in (model_folder, copy))
    config = json.loads((copy / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    config["prompts"]["query"] = "ask: "
    (copy / "config_sentence_transformers.json").write_text(json.dumps(config), encoding="utf-8")
    other = qa.load_embedder(str(copy)).settings
    assert first == same
    assert (other.revision == first, other.query_prompt) == (False, "ask: ")


@pytest.mark.parametrize(
    "name", ["intfloat/multilingual-e5-small", "/models/e5-large-v2", "intfloat/multilingual-e5-base/"]
)
def test_prompts_of_the_e5_family_cannot_be_forgotten(name: str) -> None:
    assert _prompts(name, {"query": "", "document": ""}) == E5_PROMPTS


def test_stated_prompts_win_and_other_models_have_none() -> None:
    assert _prompts("intfloat/multilingual-e5-small", {"query": "q: "}) == {"query": "q: ", "passage": ""}
    assert _prompts("intfloat/multilingual-e5-large-instruct", {}) == {"query": "", "passage": ""}
    assert _prompts("BAAI/bge-m3", {"query": "", "passage": ""}) == {"query": "", "passage": ""}


def test_a_model_that_is_not_there() -> None:
    with pytest.raises(ModelNotFoundError, match="is not on this disk and was not downloaded") as caught:
        qa.load_embedder("nobody/no-such-model", offline=True)
    assert caught.value.name == "nobody/no-such-model"
    assert "\n" not in str(caught.value)


def test_a_hub_that_does_not_answer_is_asked_once() -> None:
    """Its clients ask again and again, for a minute and more, and tell so; in a process, since they ask where once."""
    asked = []

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "no-such-model" in self.path:
                asked.append(self.path)
            self.send_error(503)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    code = (
        "import qa\n"
        "for load in (qa.load_embedder, qa.load_reranker, qa.load_reader):\n"
        "    try: load('nobody/no-such-model')\n"
        "    except qa.QAError as error: print(error)\n"
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as hub:
        serving = Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        environment = {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}", "HF_HUB_OFFLINE": "0"}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        hub.shutdown()
        serving.join()
    assert asked == ["/api/models/nobody/no-such-model"] * 3
    message = "The model 'nobody/no-such-model' is not on this disk and was not downloaded (Server error '503 "
    assert [line.startswith(message) for line in done.stdout.splitlines()] == [True] * 3
    assert done.stderr == ""


def test_offline_opens_no_connection(tmp_path: Path) -> None:
    """In a process of its own, in which any attempt to connect ends the test."""
    code = (
        "import socket, sys\n"
        "def refuse(*_): print('CONNECTED'); sys.exit(3)\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import qa\n"
        "try: qa.load_embedder('nobody/no-such-model', offline=True)\n"
        "except qa.QAError as error: print(type(error).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout == "ModelNotFoundError\n", done.stderr


def test_a_model_in_the_hub_cache_is_loaded_offline(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache's own layout, made by hand; its revision is the commit."""
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "models--nobody--tiny"
    shutil.copytree(model_folder, cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit, encoding="utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    settings = qa.load_embedder("nobody/tiny", offline=True).settings
    assert (settings.name, settings.revision, settings.query_prompt) == ("nobody/tiny", commit, "query: ")


@pytest.mark.parametrize("files", [{}, {"modules.json": "not json"}, {"config.json": "{}"}])
def test_a_folder_that_is_no_model(tmp_path: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnusableError, match="cannot be used"):
        qa.load_embedder(str(tmp_path))


@pytest.mark.parametrize("missing", ["sentence_transformers", "transformers"])
def test_without_its_package_another_model_is_refused_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, model_folder: Path, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    load = qa.load_embedder if missing == "sentence_transformers" else qa.load_reader
    with pytest.raises(PackageMissingError, match=r"Install it: pip install sentence-transformers$"):
        load(str(model_folder), offline=True)


def test_unit_rows_keep_zero_rows_zero() -> None:
    rows = unit_rows(np.array([[3, 4], [0, 0]], dtype=np.float16), 2)
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))
    assert rows.dtype == np.float32


def test_settings_tell_models_apart() -> None:
    assert EmbedderSettings("m", "1", 4) != EmbedderSettings("m", "2", 4)


@pytest.fixture(scope="module")
def cross_encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of one layer and eight dimensions with random weights."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder = tmp_path_factory.mktemp("models") / "cross"
    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "mưa", "nắng", "cá", "lúa"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt"), do_lower_case=False).save_pretrained(str(folder))
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8
    )
    config.num_labels = 1
    BertForSequenceClassification(config).save_pretrained(str(folder))
    return folder


def test_a_cross_encoder_reranks_by_its_own_scores(cross_encoder_folder: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranker = qa.load_reranker(str(cross_encoder_folder), offline=True)
    assert isinstance(reranker, Reranker)
    passages = ["cá", "lúa lúa", "nắng"]
    scores = CrossEncoder(str(cross_encoder_folder)).predict([("mưa", passage) for passage in passages])
    assert reranker.rerank("mưa", passages) == pytest.approx(scores)
    index = qa.Index.create(tmp_path / "index")
    index.upsert([qa.Document(passage, passage) for passage in passages])
    hits = qa.Searcher(index, reranker=reranker).search("mưa")
    assert [hit.passage.text for hit in hits] == [passages[place] for place in np.argsort(-scores)]


def test_a_reranker_that_is_not_there_is_reported_like_an_embedder(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match="The model 'no/such' is not on this disk"):
        qa.load_reranker("no/such", offline=True)
    with pytest.raises(ModelUnusableError, match="it holds neither"):
        qa.load_reranker(str(tmp_path))
