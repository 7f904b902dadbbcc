"""Define the reader's network, BERT with three values for each token, and store its weights."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig, BertModel

WORDS = "embeddings.word_embeddings.weight"
LAYERS = "encoder.layer."
VALUES = 3
KEPT_LAYERS = {6: (1, 3, 5, 7, 9, 11), 4: (2, 5, 8, 11)}
"""The layers, of twelve, that a student with this many layers begins with."""

State = dict[str, torch.Tensor]


class Reader(nn.Module):
    """BERT and one linear layer: tokens (batch, length) -> start, end and relevance of each (batch, length, 3).

    The relevance of the whole passage is the third value of the first token.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(config.hidden_size, VALUES)

    def hidden(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the encoder's last layer, (batch, length, hidden)."""
        states: torch.Tensor = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return states

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return start, end and relevance, (batch, length, 3), not normalised."""
        values: torch.Tensor = self.head(self.hidden(input_ids, attention_mask))
        return values


class MaskedHead(nn.Module):
    """The head for pretraining, from the last layer at hidden tokens to a value for each piece."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.dense, self.norm = nn.Linear(hidden, hidden), nn.LayerNorm(hidden)
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)

    def forward(self, hidden: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Return (tokens, pieces) of the last layer (tokens, hidden) and the word embedding (pieces, hidden)."""
        values: torch.Tensor = self.norm(functional.gelu(self.dense(hidden))) @ words.T
        return values


def config(
    vocabulary: int, layers: int = 12, hidden: int = 384, *, dropout: float = 0.0, attention: str = "eager"
) -> BertConfig:
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
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
        attn_implementation=attention,
    )


def from_state(state: State, *, dropout: float = 0.0, attention: str = "eager") -> Reader:
    """Return a reader of the given tensors, named as in `BertModel` with `head.weight` and `head.bias` beside them.

    "eager" attention is exported with the fewest operators, "sdpa" is the fastest one to train with.
    """
    layers = 1 + max(int(name.removeprefix(LAYERS).split(".")[0]) for name in state if name.startswith(LAYERS))
    vocabulary, hidden = state[WORDS].shape
    reader = Reader(config(vocabulary, layers, hidden, dropout=dropout, attention=attention))
    reader.encoder.load_state_dict({name: value for name, value in state.items() if not name.startswith("head.")})
    reader.head.load_state_dict({"weight": state["head.weight"], "bias": state["head.bias"]})
    return reader


def to_state(tensors: Mapping[str, torch.Tensor]) -> State:
    """Return the tensors of a `Reader` under the names that `from_state` reads."""
    return {name.removeprefix("encoder."): value.detach().float().cpu().clone() for name, value in tensors.items()}


def with_head(state: State) -> State:
    """Return the tensors of a `BertModel` with those of an untrained head."""
    weight = torch.empty(VALUES, state[WORDS].shape[1])
    return state | {"head.weight": nn.init.normal_(weight, std=0.02), "head.bias": torch.zeros(VALUES)}


def load(path: Path) -> State:
    """Return the tensors that `save` wrote."""
    state: State = torch.load(path, map_location="cpu", weights_only=True)
    return state


def save(state: State, path: Path) -> None:
    """Write tensors in half precision."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: value.half() for name, value in state.items()}, path)


def mixed(first: State, second: State, share: float) -> State:
    """Return the weighted mean of two readers: `share` of the second, the rest of the first."""
    return {name: torch.lerp(first[name].float(), second[name].float(), share) for name in first}


def fewer_layers(state: State, layers: int) -> State:
    """Return a student's initial tensors, with only the layers that `KEPT_LAYERS` names."""
    place = {str(kept): str(new) for new, kept in enumerate(KEPT_LAYERS[layers])}
    student = {}
    for name, value in state.items():
        if not name.startswith(LAYERS):
            student[name] = value
        elif (number := name.removeprefix(LAYERS).split(".")[0]) in place:
            student[name.replace(f"{LAYERS}{number}.", f"{LAYERS}{place[number]}.")] = value
    return student
