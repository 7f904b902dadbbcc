"""Export a reader as an int8 ONNX file, after smoothing the inputs of most layers (SmoothQuant)."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from tokenizers import Tokenizer
from torch import nn

from qa.reading.readers import MODEL_FILE, TOKENIZER_FILE
from training.reader.examples import encoded
from training.reader.network import WORDS, Reader, State, from_state
from training.reader.rows import Row, is_held_out

OPSET = 17
"""The version of ONNX's operators."""
SMOOTHING = 0.75
"""The share of the inputs' unevenness that is moved into the weights."""
LEAST = 1e-4
WIDE = "output.dense"
"""The second linear layer of each feed-forward block: its inputs are the most uneven, and cause half of the error of
rounding (with int8 alone, logits are .093 off on average; without these layers, .048)."""
BLOCK = 128
"""Weights of such a layer that share one scale."""
TOGETHER = ("query", "key", "value")
"""Layers that share their inputs, and so divide them by the same scales."""
ROWS, APART = 300, 400

Largest = dict[str, torch.Tensor]
"""The largest magnitude of each input, for each linear layer."""


def calibrating(rows: Iterable[Row]) -> list[Row]:
    """Return rows to measure the inputs of layers with: every 400th one that is not held out, 300 in all."""
    return [row for row in islice(rows, 0, None, APART) if not is_held_out(row.context)][:ROWS]


class Smoothed(nn.Module):
    """A linear layer whose inputs are divided by scales, and whose weights are multiplied by them."""

    def __init__(self, linear: nn.Linear, scales: torch.Tensor) -> None:
        super().__init__()
        self.inverse = nn.Parameter(1 / scales)
        self.linear = nn.Linear(linear.in_features, linear.out_features)
        self.linear.weight.data, self.linear.bias.data = linear.weight.data * scales, linear.bias.data

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return what the original layer returns, apart from rounding."""
        outputs: torch.Tensor = self.linear(inputs * self.inverse)
        return outputs


class RoundedEmbedding(nn.Module):
    """An embedding with int8 rows and a scale for each."""

    rows: torch.Tensor
    scales: torch.Tensor

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        scales = (weight.abs().amax(1, keepdim=True) / 127).clamp(min=1e-9)
        self.register_buffer("rows", torch.round(weight / scales).to(torch.int8))
        self.register_buffer("scales", scales)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the rows of the ids (...), shape (..., hidden)."""
        return self.rows[ids].float() * self.scales[ids]


def _layers(reader: Reader) -> Iterator[tuple[str, nn.Linear]]:
    return ((name, part) for name, part in reader.encoder.named_modules() if isinstance(part, nn.Linear))


def _is_wide(name: str) -> bool:
    return name.endswith(WIDE) and "attention" not in name


@torch.no_grad()
def largest_inputs(reader: Reader, tokenizer: Tokenizer, rows: Sequence[Row]) -> Largest:
    """Return the largest magnitude that each input of the encoder's linear layers has while rows are read."""
    largest: Largest = {}

    def seen(name: str, inputs: torch.Tensor) -> None:
        now = inputs.abs().flatten(0, -2).amax(0)
        largest[name] = torch.maximum(largest.get(name, now), now)

    hooks = [
        layer.register_forward_pre_hook(lambda _, given, name=name: seen(name, given[0]))
        for name, layer in _layers(reader)
    ]
    for example in encoded(tokenizer, rows):
        if example is not None:
            ids = torch.tensor([example.ids])
            reader(ids, torch.ones_like(ids))
    for hook in hooks:
        hook.remove()
    return largest


def smooth(reader: Reader, largest: Largest) -> None:
    """Move the unevenness of the inputs of the encoder's linear layers into their weights.

    The scale of an input is its largest magnitude to the power of `SMOOTHING`, divided by the largest of its weights
    to the power of the rest, and the scales of a layer have 1 as their geometric mean (Xiao et al., 2022, arXiv
    2211.10438, equation 4).
    """
    weights = {name: layer.weight.detach().abs().amax(0) for name, layer in _layers(reader)}
    for name, layer in list(_layers(reader)):
        if _is_wide(name):
            continue
        parent, _, own = name.rpartition(".")
        beside = [weights[f"{parent}.{other}"] for other in TOGETHER] if own in TOGETHER else [weights[name]]
        weight = torch.stack(beside).amax(0).clamp(min=LEAST)
        scales = largest[name].clamp(min=LEAST) ** SMOOTHING / weight ** (1 - SMOOTHING)
        setattr(reader.encoder.get_submodule(parent), own, Smoothed(layer, scales / scales.log().mean().exp()))


def export(state: State, tokenizer: Tokenizer, rows: Sequence[Row], folder: Path) -> Path:
    """Write `model.onnx`, `model.int8.onnx` and `tokenizer.json` into a folder, and return the path of the second.

    Inputs `input_ids` and `attention_mask` (batch, length), int64; output `values` (batch, length, 3): start, end,
    relevance. Pieces that the tokenizer lacks are left out. The word embedding is int8 in both files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain, quantised = folder / "model.onnx", folder / MODEL_FILE
    tokenizer.save(str(folder / TOKENIZER_FILE))
    reader = from_state(state | {WORDS: state[WORDS][: tokenizer.get_vocab_size()]}).eval()
    smooth(reader, largest_inputs(reader, tokenizer, rows))
    words = reader.encoder.embeddings.word_embeddings.weight.detach()
    reader.encoder.embeddings.add_module("word_embeddings", RoundedEmbedding(words))
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
    _quantise(plain, quantised)
    return quantised


def _quantise(plain: Path, quantised: Path) -> None:
    """Round the weights to int8.

    Wide layers have 8 bits and a scale per block, as do their inputs; the others 7 bits and a scale per channel, so
    that the sum of two products fits in 16 bits on processors without VNNI.
    """
    model = onnx.load(plain)
    others = [node.name for node in model.graph.node if not _is_wide(node.name.rpartition("/")[0].replace("/", "."))]
    wide = MatMulNBitsQuantizer(
        model, bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=4, nodes_to_exclude=others
    )
    wide.process()
    onnx.save(wide.model.model, quantised)
    quantize_dynamic(quantised, quantised, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
