"""Read sequences of Vietnamese number words."""

from __future__ import annotations

from collections.abc import Sequence

from qa.text.values.value import SCALES

ONES = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
# Without "năm": "mười năm" is ten years.
_AFTER_TEN = {**{word: one for word, one in ONES.items() if word != "năm"}, "lăm": 5}
_AFTER_TENS = {**_AFTER_TEN, "mốt": 1, "tư": 4, "nhăm": 5}
_DECIMALS = {**_AFTER_TENS, "không": 0}
DENOMINATORS = {**ONES, "tư": 4, "mười": 10}
_WORD_SCALES = {word: by for word, by in SCALES.items() if by >= 10**3 and word.isalpha() and not word.isascii()}
NUMBER_WORDS = {
    *ONES,
    *_AFTER_TENS,
    "mười",
    "hăm",
    "mươi",
    "chục",
    "trăm",
    "không",
    "linh",
    "lẻ",
    "rưỡi",
    *_WORD_SCALES,
}


def spoken_number(words: Sequence[str]) -> tuple[int, int]:
    """Return the value of the number words that begin a sequence, and how many they are: (0, 0) for none."""
    total, at, last = 0, 0, 10**15
    while at < len(words):
        value, taken = _below_thousand(words[at:], first=at == 0)
        scale, scales = _scale_of(words[at + taken :])
        if (
            not taken
            or scale >= last
            or (at and not scales and value < 10 and words[at] not in {"linh", "lẻ", "không"})
        ):
            break
        total, at, last = total + value * scale, at + taken + scales, scale
        if words[at : at + 1] == ["rưỡi"] and scale >= 100:
            return total + scale // 2, at + 1
        if not scales:
            break
    return total, at


def spoken_decimals(words: Sequence[str]) -> tuple[str, int]:
    """Return the decimals that number words after "phẩy" stand for ("không năm": "05"), and how many words those are.

    After another digit "năm" counts years: "hai phẩy ba năm".
    """
    digits, at = "", 0
    while at < len(words) and not (words[at] == "năm" and digits.strip("0")):
        figure, taken = _below_hundred(words[at:], alone=True)
        if not taken and words[at] in _DECIMALS:
            figure, taken = _DECIMALS[words[at]], 1
        if not taken:
            break
        digits, at = f"{digits}{figure}", at + taken
    return digits, at


def _below_thousand(words: Sequence[str], *, first: bool) -> tuple[int, int]:
    hundreds, at = 0, 0
    if words[1:2] == ["trăm"] and (words[0] in ONES or words[0] == "không"):
        hundreds, at = 100 * ONES.get(words[0], 0), 2
    if words[at : at + 1] in (["linh"], ["lẻ"]) and (at or not first) and words[at + 1 : at + 2]:
        one = {**ONES, **_AFTER_TENS}.get(words[at + 1])
        return (hundreds + one, at + 2) if one else (hundreds, at)
    value, taken = _below_hundred(words[at:], alone=first and not at)
    return hundreds + value, at + taken


def _below_hundred(words: Sequence[str], *, alone: bool) -> tuple[int, int]:
    """`alone`: nothing larger comes before; "hai trăm năm" is two hundred years."""
    if not words:
        return 0, 0
    second = words[1] if len(words) > 1 else ""
    if words[0] == "mười":
        one = _AFTER_TEN.get(second, 0)
        return 10 + one, 2 if one else 1
    if words[0] == "hăm":
        one = _AFTER_TENS.get(second, 0)
        return (20 + one, 2) if one else (0, 0)
    if words[0] in ONES and second == "mươi":
        third = words[2] if len(words) > 2 else ""
        one = _AFTER_TENS.get(third, 0)
        return 10 * ONES[words[0]] + one, 3 if one else 2
    if words[0] in ONES and second == "chục":
        return 10 * ONES[words[0]], 2
    if words[0] in ONES and (alone or second in _WORD_SCALES):
        return ONES[words[0]], 1
    return 0, 0


def _scale_of(words: Sequence[str]) -> tuple[int, int]:
    scale, taken = 1, 0
    while taken < len(words) and words[taken] in _WORD_SCALES:
        scale, taken = scale * _WORD_SCALES[words[taken]], taken + 1
    return scale, taken
