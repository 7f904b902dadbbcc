"""The reader as a network: BERT with three values for each token, read from disk, written there, exported as ONNX."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertModel

from qa.reading.onnx import MODEL_FILE, TOKENIZER_FILE

WORDS = "embeddings.word_embeddings.weight"
LAYER = "encoder.layer."
KEPT_LAYERS = {6: (1, 3, 5, 7, 9, 11), 4: (2, 5, 8, 11)}
"""Which layers of twelve a student of so many layers begins with."""

State = dict[str, torch.Tensor]


class Reader(nn.Module):
    """BERT and one linear layer: tokens (batch, length) -> start, end and relevance of each (batch, length, 3).

    The relevance of the whole passage is the third value of the first token.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(config.hidden_size, 3)

    def hidden(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the encoder's last layer, (batch, length, hidden)."""
        states: torch.Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return start, end and relevance, (batch, length, 3), not normalised."""
        values: torch.Tensor = self.head(self.hidden(input_ids, attention_mask))
        return values


def config(vocabulary: int, layers: int = 12, hidden: int = 384) -> BertConfig:
    """Return the shape of multilingual-e5-small with another vocabulary, number of layers or width."""
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        intermediate_size=4 * hidden,
        max_position_embeddings=512,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
        pad_token_id=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",  # type: ignore[call-arg]
    )


def from_state(state: State) -> Reader:
    """Return a reader of the given tensors, named as in `BertModel` with `head.weight` and `head.bias` beside them."""
    layers = 1 + max(int(name.removeprefix(LAYER).split(".")[0]) for name in state if name.startswith(LAYER))
    vocabulary, hidden = state[WORDS].shape
    reader = Reader(config(vocabulary, layers, hidden))
    reader.encoder.load_state_dict({name: value for name, value in state.items() if not name.startswith("head.")})
    reader.head.load_state_dict({"weight": state["head.weight"], "bias": state["head.bias"]})
    return reader


def to_state(reader: Reader) -> State:
    """Return the tensors of a reader under the names that `from_state` reads."""
    state = {name: value.detach().float().clone() for name, value in reader.encoder.state_dict().items()}
    return state | {f"head.{name}": value.detach().float().clone() for name, value in reader.head.state_dict().items()}


def load(path: Path) -> State:
    """Return the tensors at a path: a `.pt` file of `save`, or the beginning of the names of packed parts.

    Packed parts are `PATH.part0.npz` and so on, in float16, beside `PATH.embedding.npz` with the word embedding as
    int8 rows `q` and their scales `s`.
    """
    if path.suffix == ".pt":
        state: State = torch.load(path, map_location="cpu", weights_only=True)
        return state
    state = {}
    for part in sorted(path.parent.glob(f"{path.name}.part*.npz")):
        with np.load(part) as tensors:
            state |= {name: torch.from_numpy(tensors[name].astype(np.float32)) for name in tensors}
    with np.load(path.parent / f"{path.name}.embedding.npz") as packed:
        state[WORDS] = torch.from_numpy(packed["q"].astype(np.float32) * packed["s"])
    return state


def save(state: State, path: Path) -> None:
    """Write tensors in half precision."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: value.half() for name, value in state.items()}, path)


def mixed(first: State, second: State, share: float) -> State:
    """Return the weights between two readers: `share` of the second, the rest of the first."""
    return {name: torch.lerp(first[name].float(), second[name].float(), share) for name in first}


def fewer_layers(state: State, layers: int) -> State:
    """Return a student's beginning: the tensors with only the layers that `KEPT_LAYERS` names."""
    place = {str(kept): str(new) for new, kept in enumerate(KEPT_LAYERS[layers])}
    student = {}
    for name, value in state.items():
        if not name.startswith(LAYER):
            student[name] = value
        elif (number := name.removeprefix(LAYER).split(".")[0]) in place:
            student[name.replace(f"{LAYER}{number}.", f"{LAYER}{place[number]}.")] = value
    return student


OPSET = 17


def export(state: State, tokenizer: Tokenizer, folder: Path) -> Path:
    """Write `model.onnx`, `model.int8.onnx` and `tokenizer.json` into a folder, and return the path of the second.

    Inputs `input_ids` and `attention_mask` (batch, length), int64; output `values` (batch, length, 3): start, end,
    relevance. The weights of the second are int8, one scale per channel, in seven bits, so that sums of two products
    fit 16 bits on processors without VNNI.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain, quantised = folder / "model.onnx", folder / MODEL_FILE
    tokenizer.save(str(folder / TOKENIZER_FILE))
    reader = from_state(state).float().eval()
    tokens = torch.randint(5, 50, (2, 40))
    axes = {0: "batch", 1: "length"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            reader,
            (tokens, torch.ones_like(tokens)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["values"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "values": axes},
            opset_version=OPSET,
            dynamo=False,
        )
    quantize_dynamic(plain, quantised, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    return quantised
