"""Make the tokenizer: merges learned within syllables first, then merges of whole syllables into known compounds.

Knows the text rules of the model, which tokenizer.json stores so that every reader applies them; knows no vectors.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

SPACE = "▁"
# Symbols that carry meaning and are words of their own ("20%" is "20" and "%").
SYMBOLS = "%$€£°"
INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
# A rhyme without a final consonant has its tone mark on the first vowel: hoà -> hòa, khoẻ -> khỏe, uỷ -> ủy.
OLD_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip


def text_rules() -> normalizers.Normalizer:
    """Return the normalizer: NFC, lower case, one tone placement, no invisible characters."""
    tones = [
        normalizers.Replace(Regex(("(?<!q)" if old[0] == "u" else "") + old + r"(?!\p{L})"), new)
        for old, new in OLD_TONES.items()
    ]
    symbols = [normalizers.Replace(symbol, f" {symbol} ") for symbol in SYMBOLS]
    invisible = normalizers.Replace(Regex(INVISIBLE), "")
    # Not normalizers.Strip: it fails on some texts once their length has changed.
    spaces = [normalizers.Replace(Regex(r"\s+"), " "), normalizers.Replace(Regex("^ | $"), "")]
    return normalizers.Sequence([invisible, normalizers.NFC(), normalizers.Lowercase(), *tones, *symbols, *spaces])


def splitter(*, at_spaces: bool) -> pre_tokenizers.PreTokenizer:
    """Return the pre-tokenizer: it drops punctuation, marks each new syllable, and splits there if `at_spaces`."""
    kept = rf"\p{{L}}\p{{M}}\p{{N}}{SYMBOLS}"
    punctuation = pre_tokenizers.Split(Regex(rf" ?[^{kept} ][^{kept}]*"), "removed")
    marks = pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="always", split=at_spaces)
    return pre_tokenizers.Sequence([punctuation, marks])


def learn_syllables(texts: Iterable[str], size: int, *, least: int = 5) -> Tokenizer:
    """Learn byte-pair merges inside syllables and English words; characters that are not learned are dropped."""
    tokenizer = Tokenizer(BPE())
    tokenizer.normalizer = text_rules()
    tokenizer.pre_tokenizer = splitter(at_spaces=True)
    trainer = BpeTrainer(vocab_size=size, min_frequency=least, limit_alphabet=400, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def add_compounds(tokenizer: Tokenizer, compounds: Iterable[str], size: int) -> Tokenizer:
    """Append a merge of two tokens for each compound, in the order given, until there are `size` tokens.

    The syllable merges come first by rank, so a compound merges only once its syllables are whole. A compound that is
    not two tokens by then (a rare name, a compound inside which nothing merges) is left out.
    """
    state = json.loads(tokenizer.to_str())
    vocabulary, merges = state["model"]["vocab"], state["model"]["merges"]
    ranks: dict[tuple[str, str], int] = {}
    for compound in compounds:
        if len(vocabulary) >= size:
            break
        parts = _merge([SPACE + syllable for syllable in compound.split()], ranks)
        if len(parts) == 2 and all(part in vocabulary for part in parts) and "".join(parts) not in vocabulary:
            ranks[parts[0], parts[1]] = len(ranks)
            merges.append(parts)
            vocabulary["".join(parts)] = len(vocabulary)
    whole: Tokenizer = Tokenizer.from_str(json.dumps(state))
    whole.pre_tokenizer = splitter(at_spaces=False)
    return whole


def _merge(parts: list[str], ranks: dict[tuple[str, str], int]) -> list[str]:
    """Return the syllables after the compound merges, applied lowest rank first."""
    while len(parts) > 2:
        pairs = [pair for pair in pairwise(parts) if pair in ranks]
        if not pairs:
            break
        first, second = min(pairs, key=ranks.__getitem__)
        place = next(i for i in range(len(parts)) if parts[i] == first and parts[i + 1] == second)
        parts = [*parts[:place], first + second, *parts[place + 2 :]]
    return parts
