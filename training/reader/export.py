"""Writes a reader as ONNX and as one quantised file for onnxruntime."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from qa.reading.onnx import MODEL_FILE, TOKENIZER_FILE
from training.reader import network

OPSET = 17


def export(state: network.State, tokenizer: Tokenizer, folder: Path) -> Path:
    """Write `model.onnx`, `model.int8.onnx` and `tokenizer.json` into a folder, and return the path of the second.

    Inputs `input_ids` and `attention_mask` (batch, length), int64; output `values` (batch, length, 3): start, end,
    relevance. The weights of the second are int8, one scale per channel, in seven bits, so that sums of two products
    fit 16 bits on processors without VNNI.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain, quantised = folder / "model.onnx", folder / MODEL_FILE
    tokenizer.save(str(folder / TOKENIZER_FILE))
    reader = network.from_state(state, attention="eager").float().eval()
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
