"""Embed texts with the model that comes with `qa`: static, bilingual, read with tokenizers and numpy, without torch.

Its folder also loads in sentence-transformers and model2vec, which give the same vectors; each takes a second to start.

Texts are tokenized word by word, in a fraction of the time that the tokenizer takes for a whole text. The tokenizer
merges in two stages: first characters within a word, then whole words into compounds. So each word needs the tokenizer
only once, and each text only the merges of the second stage.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.embedding.protocol import EmbedderSettings, Scores, Vectors, unit_rows
from qa.text import WordCache

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BUNDLED = "bundled"
BUNDLED_FOLDER = Path(__file__).parent.parent / "models" / "vi-en-static"
TOKENIZER_FILE = BUNDLED_FOLDER / "tokenizer.json"
FEW = 200
"""Up to this many texts at once, the cache is searched first; an index has more texts, and all of them are new. Up to
this many in all, such as for a single question, the tokenizer takes less time than preparing `WordTokens` would.
"""
REMEMBERED = 20_000  # texts; chosen by hand

TokenIds = NDArray[np.integer]
_STORED = np.dtype("<u2")  # a stored token; there are fewer than 65,536

_SPACE = "▁"  # begins each token at the start of a word
_PARTED = -1  # stands for whatever keeps two words apart
_NEVER = 1 << 30
_KEPT = 50_000  # cached runs of neighbouring words, with their compounds


class BundledEmbedder:
    """The bundled model, which embeds queries and passages alike, since it has no prompts.

    It caches the tokens of the latest texts: a question's passages and their sentences are read several times.
    """

    def __init__(self) -> None:
        from safetensors.numpy import load_file
        from threadpoolctl import threadpool_limits
        from tokenizers import Tokenizer

        # A question is work for one thread: a second one of numpy's helps little, and long keeps the processor busy.
        threadpool_limits(1, user_api="blas")
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER_FILE))
        self._seen = 0
        stored = load_file(BUNDLED_FOLDER / "model.safetensors")
        self._whole, self._scales = stored["embeddings"], stored["weights"]
        revision = json.loads((BUNDLED_FOLDER / "config.json").read_text(encoding="utf-8"))["revision"]
        self._settings = EmbedderSettings(BUNDLED, revision, self._whole.shape[1])
        self._remembered: dict[str, TokenIds] = {}

    def __reduce__(self) -> tuple[Callable[[], BundledEmbedder], tuple[()]]:
        # Every process has the model's files, and loads them only once.
        return _of_process, ()

    @property
    def settings(self) -> EmbedderSettings:
        """The settings that shaped the vectors; the revision is a digest of the model's files."""
        return self._settings

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return rows of unit length, shape (len(texts), dimension)."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return rows of unit length, shape (len(texts), dimension)."""
        return self._embed(texts)

    def tokens(self, texts: Sequence[str]) -> list[bytes]:
        """Return each text's tokens, two bytes for each, from which `embed_tokens` can compute its vector."""
        return [ids.astype(_STORED).tobytes() for ids in self._few_or_new_tokens(texts)]

    def embed_tokens(self, tokens: Sequence[bytes]) -> Vectors:
        """Return, to the last bit, the rows that `embed_passages` returns for the texts with these tokens."""
        return self._summed([np.frombuffer(one, dtype=_STORED) for one in tokens])

    def max_sim(self, query: str, passages: Sequence[str]) -> Scores:
        """Return MaxSim of the query's tokens in each passage, shape (len(passages),)."""
        asked, *read = self._tokens([query, *passages])
        return self._max_sim(asked, read)

    def max_sim_of_tokens(self, query: str, tokens: Sequence[bytes]) -> Scores:
        """Return what `max_sim` returns for the texts with these tokens."""
        return self._max_sim(self._tokens([query])[0], [np.frombuffer(one, dtype=_STORED) for one in tokens])

    def _max_sim(self, asked: TokenIds, read: Sequence[TokenIds]) -> Scores:
        scores = np.zeros(len(read), dtype=np.float32)
        filled = [number for number, ids in enumerate(read) if len(ids)]
        vectors = self._rows(asked)
        weights = np.square(vectors).sum(axis=1)
        if filled and weights.sum():
            starts = np.cumsum([0, *(len(read[number]) for number in filled[:-1])])
            different, places = np.unique(np.concatenate([read[number] for number in filled]), return_inverse=True)
            # A token's scale does not matter for a cosine.
            rows = self._whole.take(different, axis=0, mode="clip").astype(np.float32)
            lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
            cosines = rows @ unit_rows(vectors, self._settings.dimension).T / np.where(lengths > 0, lengths, 1)
            scores[filled] = np.maximum.reduceat(cosines[places], starts, axis=0) @ weights / weights.sum()
        return scores

    def _embed(self, texts: Sequence[str]) -> Vectors:
        return self._summed(self._few_or_new_tokens(texts))

    def _summed(self, tokens: Sequence[TokenIds]) -> Vectors:
        """Return the sum of the vectors of each text's tokens, at unit length."""
        dimension = self._settings.dimension
        vectors = np.empty((len(tokens), dimension), dtype=np.float32)
        room = np.empty((max(map(len, tokens), default=0), dimension), dtype=np.float32)
        for vector, ids in zip(vectors, tokens, strict=True):
            # Indexing with brackets, or multiplying integers by floats, takes twice as long.
            rows = room[: len(ids)]
            rows[...] = self._whole.take(ids, axis=0, mode="clip")
            np.matmul(self._scales.take(ids, mode="clip"), rows, out=vector)
        return unit_rows(vectors, dimension)

    def _rows(self, ids: TokenIds) -> Vectors:
        """Return the vectors of tokens, shape (len(ids), dimension): integers times the token's scale."""
        rows: Vectors = self._whole[ids] * self._scales[ids][:, None]
        return rows

    def _few_or_new_tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        return self._tokens(texts) if len(texts) <= FEW else self._new_tokens(texts)

    def _tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        known = {text: ids for text in texts if (ids := self._remembered.get(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known |= dict(zip(new, self._new_tokens(new), strict=True))
        if len(self._remembered) > REMEMBERED:
            self._remembered = {}
        self._remembered |= known
        return [known[text] for text in texts]

    def _new_tokens(self, texts: Sequence[str]) -> list[TokenIds]:
        self._seen += len(texts)
        if self._seen > FEW:
            found: Iterable[list[int]] = map(self._word_tokens.ids, texts)
        else:
            encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
            found = (one.ids for one in encoded)
        return [np.array(ids, dtype=np.int64) for ids in found]

    @cached_property
    def _word_tokens(self) -> WordTokens:
        return WordTokens(self._tokenizer, TOKENIZER_FILE)


@cache
def _of_process() -> BundledEmbedder:
    return BundledEmbedder()


# Tokens


class WordTokens:
    """Tokenizes word by word, with the same results as a tokenizer and the file that it was read from."""

    def __init__(self, tokenizer: Tokenizer, file: Path) -> None:
        self._pieces = tokenizer.pre_tokenizer.pre_tokenize_str
        self._model = tokenizer.model
        self._normalized = tokenizer.normalizer.normalize_str
        self._words = WordCache(self._word)
        self._compounds = _Compounds(file)

    def ids(self, text: str) -> list[int]:
        """Return the ids of the tokens of a text, in order."""
        found = list(chain.from_iterable(map(self._words.__getitem__, text.split(" "))))
        return [one for one in self._compounds.made_of(found) if one != _PARTED]

    def _word(self, written: str) -> tuple[int, ...]:
        """Return the tokens of the characters between two spaces, which may be several words."""
        return tuple(one for word in self._normalized(written).split() for one in self._parts(word))

    def _parts(self, word: str) -> Iterator[int]:
        done = 0
        for piece, (start, end) in self._pieces(word):
            if start > done:
                yield _PARTED
            yield from (token.id for token in self._model.tokenize(piece))
            done = end
        if done < len(word):
            yield _PARTED


class _Compounds:
    """Merges tokens of whole words into compounds; the earlier a merge, the smaller the id of the token it makes."""

    def __init__(self, file: Path) -> None:
        model = json.loads(file.read_text(encoding="utf-8"))["model"]
        number = model["vocab"].__getitem__
        self._merges: dict[tuple[int, int], int] = {}
        self._neighbours: set[tuple[int, int]] = set()  # pairs of words side by side in a compound
        ends: dict[int, tuple[int, int]] = {}
        for first, second in model["merges"]:
            if second.startswith(_SPACE):
                left, right, made = number(first), number(second), number(first + second)
                (start, before), (after, end) = ends.get(left, (left, left)), ends.get(right, (right, right))
                self._merges[left, right], ends[made] = made, (start, end)
                self._neighbours.add((before, after))
        self._known = lru_cache(_KEPT)(self._merged)

    def made_of(self, words: list[int]) -> list[int]:
        """Return the words with compounds merged; a merge never spans words that are in no compound."""
        done, made = 0, list[int]()
        joints = [at for at, pair in enumerate(pairwise(words)) if pair in self._neighbours]
        for start, stop in _runs(joints):
            made += words[done:start]
            made += self._known(tuple(words[start:stop]))
            done = stop
        return made + words[done:]

    def _merged(self, words: Sequence[int]) -> list[int]:
        """Return the words after all merges, the earliest merge first, the leftmost of equal ones first."""
        left = list(words)
        while True:
            made = [self._merges.get(pair, _NEVER) for pair in pairwise(left)]
            first = min(made, default=_NEVER)
            if first == _NEVER:
                return left
            at = made.index(first)
            left[at : at + 2] = [first]


def _runs(joints: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the start and stop of each run of joined words; a joint has the position of the word before it."""
    if not joints:
        return
    start = before = joints[0]
    for at in joints[1:]:
        if at > before + 1:
            yield start, before + 2
            start = at
        before = at
    yield start, before + 2
