"""Train by multiple-negatives ranking, each batch with pairs of one kind, and write the model folder.

The folder has int8 rows with one float32 scale per token. Knows pairs, not files of texts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset, DatasetDict
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from sentence_transformers.sentence_transformer.training_args import MultiDatasetBatchSamplers
from tokenizers import Tokenizer

from training.pairs import CROSS_KINDS, Pair

START = 0.1  # standard deviation of the rows before training


@dataclass(frozen=True)
class Recipe:
    """The settings, chosen on MLQA dev and held-out pairs."""

    dimension: int = 512
    batch: int = 2048
    learning_rate: float = 0.02
    scale: float = 20.0
    cross_scale: float = 12.0
    hardness: float = 9.0
    seed: int = 13


def train(tokenizer: Tokenizer, kinds: dict[str, list[Pair]], recipe: Recipe, work: Path) -> NDArray[np.float32]:
    """Return the embedding (tokens, dimension) after training on every pair once, each batch of one kind.

    Checkpoints go to `work`. Kinds named in `CROSS_KINDS` are compared with `cross_scale`, the others with `scale`.
    """
    torch.manual_seed(recipe.seed)
    rows = torch.normal(0.0, START, (tokenizer.get_vocab_size(), recipe.dimension))
    embedding = StaticEmbedding(tokenizer, embedding_weights=rows)
    model = SentenceTransformer(modules=[embedding, Normalize()], device="cpu")
    losses: dict[str, torch.nn.Module] = {
        kind: _loss(model, recipe.cross_scale if kind in CROSS_KINDS else recipe.scale, recipe.hardness)
        for kind in kinds
    }
    trainer = SentenceTransformerTrainer(
        model=model,
        args=_arguments(recipe, work),
        train_dataset=DatasetDict({kind: _dataset(pairs) for kind, pairs in kinds.items()}),
        loss=losses,
    )
    trainer.train()
    return embedding.embedding.weight.detach().numpy()


def _loss(model: SentenceTransformer, scale: float, hardness: float) -> MultipleNegativesRankingLoss:
    """Return the loss in both directions, in which closer negatives weigh more.

    Lan et al., 2025, arXiv 2503.04812, equation 5.
    """
    return MultipleNegativesRankingLoss(
        model,
        scale=scale,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
        hardness_mode="in_batch_negatives",
        hardness_strength=hardness,
    )


def _dataset(pairs: list[Pair]) -> Dataset:
    return Dataset.from_dict({"anchor": [pair[0] for pair in pairs], "positive": [pair[1] for pair in pairs]})


def _arguments(recipe: Recipe, work: Path) -> SentenceTransformerTrainingArguments:
    return SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=recipe.batch,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="linear",
        optim="adamw_torch_fused",
        max_grad_norm=0.0,
        multi_dataset_batch_sampler=MultiDatasetBatchSamplers.PROPORTIONAL,
        dataloader_drop_last=True,
        use_cpu=True,
        seed=recipe.seed,
        save_strategy="steps",
        save_steps=400,
        save_total_limit=1,
        logging_steps=25,
        report_to=[],
    )


MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.static_embedding.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.base.modules.normalize.Normalize",
    },
]


def quantise(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return rows as int8, and a scale for each: `rows` is close to `int8 * scale`."""
    scales = np.abs(rows).max(axis=1) / 127
    scales[scales == 0] = 1
    return np.rint(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def revision(folder: Path) -> str:
    """Return twelve hex digits that name the vectors and the tokenizer of a model folder."""
    digest = hashlib.sha256()
    for name in ("model.safetensors", "tokenizer.json"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def export(tokenizer: Tokenizer, rows: NDArray[np.float32], folder: Path) -> None:
    """Write the model; an existing card is kept."""
    (folder / "1_Normalize").mkdir(parents=True, exist_ok=True)
    vectors, scales = quantise(rows)
    save_file({"embeddings": vectors, "weights": scales}, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)  # safetensors makes the file readable to its owner alone
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    _write(folder / "modules.json", MODULES)
    _write(folder / "1_Normalize" / "config.json", {})
    settings = {"model_type": "SentenceTransformer", "similarity_fn_name": "cosine", "prompts": {}}
    _write(folder / "config_sentence_transformers.json", settings)
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "normalize": True,
        "max_length": None,
        "dimension": rows.shape[1],
        "revision": revision(folder),
    }
    _write(folder / "config.json", config)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
