"""One spelling where Vietnamese has two: kĩ and kỹ, lí and lý; hoà and hòa; plain letters and digits.

`common_spelling` is for texts that a model reads, `one_spelling` for terms. Knows syllables; does not know words.
"""

from __future__ import annotations

import re
import unicodedata

from qa.text.canonical import WordCache, canonical, plain_letters

# Of each pair the spelling that stands more often in 143,000 news articles. Not here: vi and vy, which part names,
# and ti and ty, since ti vi is not written with y.
_USUAL = "hy hỷ kỳ ký kỷ kỹ kỵ ly lý lỵ mỹ quy quý quỳ quỷ quỹ quỵ tỷ lì mì mị sĩ tì tí tị"
_Y_FOR_I = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True))
_OTHER = {**_Y_FOR_I, **{y: i for i, y in _Y_FOR_I.items()}}
_TO_USUAL = {usual[:-1] + _OTHER[usual[-1]]: usual for usual in _USUAL.split()}
_WORD = re.compile(r"[^\W\d_]+")
_FOLDED_I = re.compile(r"(?<![^\W_])(h|k|l|m|s|t|qu)i(?![^\W_])")
_LETTER = r"[^\W\d_]"
# Syllables that may have two spellings; going through all the others would take most of the time.
_MAY_VARY = re.compile(
    rf"(?<!{_LETTER})(?:(?:h|k|l|m|s|t|qu)[iìíỉĩịyỳýỷỹỵ]|{_LETTER}{{0,3}}(?:o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])|{_LETTER}*ð{_LETTER}*)"
    rf"(?!{_LETTER})",
    re.IGNORECASE,
)


def one_spelling(form: str) -> str:
    """A canonical text with each syllable in its more usual spelling; idempotent."""
    return _WORD.sub(lambda match: _TO_USUAL.get(match[0], match[0]), form)


def one_folded_spelling(form: str) -> str:
    """A folded text with y for i where both are written after the same letters; idempotent."""
    return _FOLDED_I.sub(r"\1y", form)


def common_spelling(text: str) -> str:
    """A text as its author wrote it, but NFC, in plain letters, and each syllable in its more usual spelling."""
    return " ".join(map(_common_words.__getitem__, text.split(" ")))


def _common_word(word: str) -> str:
    return _MAY_VARY.sub(_usual, unicodedata.normalize("NFC", plain_letters(word)))


def _usual(match: re.Match[str]) -> str:
    """The usual spelling in the case of the written one; a syllable of another length is no spelling of it."""
    written = match[0]
    usual = one_spelling(canonical(written))
    if len(usual) != len(written):
        return written
    return "".join(new.upper() if old.isupper() else new for new, old in zip(usual, written, strict=True))


_common_words = WordCache(_common_word)
