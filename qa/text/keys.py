"""Telex and VNI keys that were left in a text, read as the letters that they stand for: "phuwowngf", "d9a5t".

Knows how the keys work and which words look like them; which syllables there are is asked of the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from qa.text.canonical import canonical, fold, nfc
from qa.text.language import detect_language, is_vietnamese_syllable

# A word with a sign between letters and digits, or with capitals beside digits, is a code.
_WORD = re.compile(r"(?<![\w/.@-])[A-Za-z](?:[a-z]*|[A-Z]*|[a-z0-9]*)(?![\w/@-]|\.\w)")
_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323", "z": ""}
_VNI_TONES = dict(zip("123450", "sfrxjz", strict=True))
_VNI_SHAPES = {"6": "aeo", "7": "uo", "8": "a"}
_CIRCUMFLEX, _HORN, _BREVE = "\u0302", "\u031b", "\u0306"
_VOWELS = "aeiouy"
# Keys that hardly any English word ends up with by chance, unlike the s of "bus" and the r of "car".
_SURE = re.compile(r"w|dd|aa|ee|oo|[fj]$|[aeiouy]+[fj]|\w+\d+[a-z]|[a-z]{2,}\d+$")
# Of the words of a question typed with an input method that was off, at least this share shows it.
_LEAST_SHARE = 0.35


def read_keys(text: str, is_known: Callable[[str], bool]) -> str:
    """The text with its keys read; as it is where it is no Vietnamese typed in keys.

    `is_known` tells whether a canonical syllable is one of the language.
    """
    if canonical(text) != fold(text) or detect_language(text) == "en":
        return text
    read = {match.span(): _syllable(match[0], is_known) for match in _WORD.finditer(text)}
    keyed = {span: syllable for span, syllable in read.items() if syllable}
    sure = any(_SURE.search(text[start:end].lower()) for start, end in keyed)
    if not sure or len(keyed) < _LEAST_SHARE * len(read) or (len(keyed) < 2 < len(read)):
        return text
    return _WORD.sub(lambda match: keyed.get(match.span()) or match[0], text)


def _syllable(word: str, is_known: Callable[[str], bool]) -> str | None:
    """What a word reads as if it is typed in keys, None where it is a syllable already or becomes none."""
    form = word.lower()
    decoded = None if is_vietnamese_syllable(form) else decode(form)
    if decoded is None or not is_known(canonical(decoded)):
        return None
    return (
        decoded.upper() if word.isupper() and len(word) > 1 else decoded.capitalize() if word[0].isupper() else decoded
    )


def decode(word: str) -> str | None:
    """The syllable that Telex or VNI keys type, in NFC; None where they type none: a tone or a mark twice."""
    letters: list[str] = []
    tone: str | None = None
    for key in word:
        key = _VNI_TONES.get(key, key)
        if key in _TONES and any(letter[0] in _VOWELS for letter in letters):
            if tone is not None:
                return None
            tone = _TONES[key]
        elif not _typed(letters, key):
            return None
    return None if tone is None and "".join(letters) == word else _toned(letters, tone or "")


def _typed(letters: list[str], key: str) -> bool:
    """Adds what a key types to the letters so far; False where it types nothing."""
    if key in "9d" and letters and letters[0] in {"d", "đ"}:
        wrong = letters[0] == "đ"
        letters[0] = "đ"
        return not wrong
    if key in "w7":
        return _horned(letters, key)
    if key in _VNI_SHAPES:
        return _shaped(letters, _VNI_SHAPES[key], _CIRCUMFLEX if key == "6" else _BREVE)
    if key in "aeo" and key in letters:
        return _shaped(letters, key, _CIRCUMFLEX)
    letters.append(key)
    return not key.isdigit()


def _shaped(letters: list[str], vowels: str, mark: str) -> bool:
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in vowels:
            letters[place] += mark
            return True
    return False


def _horned(letters: list[str], key: str) -> bool:
    """w and 7: ươ of "uo", else ơ, ư or (w) ă; w without a vowel is ư."""
    text = "".join(letter[0] if len(letter) == 1 else "-" for letter in letters)
    if "uo" in text and not text.startswith("quo"):
        at = text.index("uo")
        letters[at], letters[at + 1] = "u" + _HORN, "o" + _HORN
        return True
    if "ua" in text and not text.startswith("qu"):
        return _shaped(letters, "u", _HORN)
    if key == "w" and "a" in text:
        return _shaped(letters, "a", _BREVE)
    if _shaped(letters, "o", _HORN) or _shaped(letters, "u", _HORN):
        return True
    if key == "w" and not any(letter[0] in _VOWELS for letter in letters):
        letters.append("u" + _HORN)
        return True
    return False


def _toned(letters: list[str], tone: str) -> str:
    """The tone on a vowel with a mark of its own, else where an open or closed rhyme bears it."""
    first = 2 if "".join(letters[:2]) in {"qu", "gi"} and len(letters) > 2 and letters[2][0] in _VOWELS else 0
    places = [place for place in range(first, len(letters)) if letters[place][0] in _VOWELS]
    shaped = [place for place in places if len(letters[place]) > 1]
    if not places:
        return nfc("".join(letters))
    closed = places[-1] < len(letters) - 1
    at = shaped[-1] if shaped else places[1] if len(places) > 2 or (len(places) == 2 and closed) else places[0]
    return nfc("".join([*letters[:at], letters[at] + tone, *letters[at + 1 :]]))
