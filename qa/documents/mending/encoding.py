"""Repair text that was read in the wrong encoding, word by word.

Three kinds: UTF-8 read as single bytes ("Táº¡i"), HTML entities in a plain text ("th&ocirc;ng"), and a Vietnamese
character set from before Unicode ("B¸o c¸o"). Each is undone only if the words become Vietnamese, so that English,
French, code and correct text beside wrong text are unchanged.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product

from qa.text import is_known, nfc

# Vietnamese character sets from before Unicode, as their text looks when its bytes were taken for Latin letters: TCVN3
# (TCVN 5712:1993, the fonts named .Vn...) has a byte for each small letter, VNI (VNI-Times) a byte for each mark, which
# follows its vowel, and Windows-1258 one for each tone.

# From 0xA1 on; capital letters with a tone, which fonts in capitals replace, and combining tones at their places.
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũú"
    "ụừửữứựỳỷỹýỵ"
)
_TCVN3_LETTERS: Mapping[int, str] = dict(enumerate(_TCVN3, start=0xA1))

_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_MARKS = {
    **_TONES,
    **{"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303"},
    **{"ä": "\u0302\u0323", "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309"},
    **{"ü": "\u0306\u0303", "ë": "\u0306\u0323"},
}
_VNI_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni() -> dict[str, str]:
    """Return each pair or letter of VNI, in both cases, and the letter that it stands for."""
    vowels = {**dict(zip("aeouy", "aeouy", strict=True)), "ô": "ơ", "ö": "ư"}
    found = dict(_VNI_SINGLE)
    for (written, vowel), (sign, mark) in product(vowels.items(), _VNI_MARKS.items()):
        letter = nfc(vowel + mark)
        if len(letter) == 1:
            found[written + sign] = letter
            found[written.upper() + sign] = letter.upper()
    return found | {written.upper(): letter.upper() for written, letter in found.items()}


_VNI = _vni()
_VNI_LETTER = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def _from_tcvn3(word: str) -> str:
    return nfc(word.translate(_TCVN3_LETTERS))


def _from_vni(word: str) -> str:
    return _VNI_LETTER.sub(lambda match: _VNI[match[0]], word)


def _from_windows_1258(word: str) -> str:
    return nfc(word.encode("latin-1", "replace").decode("cp1258", "replace"))


CHARSETS: Mapping[str, Callable[[str], str]] = {
    "TCVN3": _from_tcvn3,
    "VNI": _from_vni,
    "Windows-1258": _from_windows_1258,
}
"""By name: a function from a word of Latin-1 letters to the intended word."""


def decoder_of_font(font: str) -> Callable[[str], str] | None:
    """Return a function that converts text in a font of an old character set to Unicode; None for any other font.

    A font whose name ends with H shows small letters as capitals.
    """
    if font.startswith(".Vn"):
        return (lambda text: _from_tcvn3(text).upper()) if font.endswith("H") else _from_tcvn3
    return _from_vni if font.startswith("VNI-") else None


def converted(word: str, charset: str) -> str:
    """Return a word of Latin-1 letters decoded from `charset`.

    It is in capitals if all of its plain letters, at least two, are.
    """
    letters = CHARSETS[charset](word)
    plain = [letter for letter in word if letter.isascii()]
    return letters.upper() if len(plain) > 1 and all(map(str.isupper, plain)) else letters


# Wrong encodings


MIN_WORDS = 3  # different ones, with letters of an old character set, before anything is taken for one
MIN_SHARE = 0.6  # of such words that become Vietnamese
MAX_ROUNDS = 3  # of bytes taken for letters and written as bytes again

_VIETNAMESE = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_LATIN_WORD = re.compile(r"(?<!\d)[A-Za-z\u00a1-\u00fe]*[\u00a1-\u00fe][A-Za-z\u00a1-\u00fe]*(?!\d)")
_ANY_WORD = re.compile(r"[A-Za-z\u00a1-\u00fe]+(?![\u00ff-\u1eff])|[^\W\d_]+")
_ODD = re.compile(f"[^\x00-\xa0{_VIETNAMESE}{_VIETNAMESE.upper()}\u0100-\U0010ffff]")
_UNIT = re.compile(r"[a-zA-Z]{0,2}[²³°]|[«»·§±]")

# Windows-1252 with its five gaps filled by the control characters of Latin-1, as browsers read it.
_BYTES = {bytes([code]).decode("cp1252", "ignore") or chr(code): code for code in range(0x80, 0x100)}
_BYTES |= {chr(code): code for code in range(0x80, 0x100)}
_TAIL = re.escape("".join(sorted(letter for letter, code in _BYTES.items() if code < 0xC0)))
_TWICE = re.compile(f"[ÂÃÄÅÆÌ][{_TAIL}]|[áâ][{_TAIL}][{_TAIL}]")
_LOST_SPACE = re.compile(r"Ã (?=[\s,.;:!?)]|$| )|(?<=[^\W\d_])Ã (?=\w)")
# Sequences that occur twice only in a wrongly read page; pairs such as "Â»" prove nothing.
_PROOF = re.compile(f"á[º»][{_TAIL}]|Ä[‘ƒ\x91\x83]|Æ[°¡]|â€|Ã[{_TAIL}]")

_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}\d?|#\d{2,6}|#x[0-9A-Fa-f]{2,5});")
_WORD_OR_ENTITY = re.compile(r"[\w&#;]+")


def mend_encoding(text: str) -> str:
    """Return the text as it was before it was read wrongly, in NFC; unchanged if nothing shows that it was."""
    if "&" in text:
        text = _without_entities(text)
    for _ in range(MAX_ROUNDS):
        if not _PROOF.search(text):
            break
        text = _decoded_again(text)
    if _ODD.search(text):
        text = _from_old_charset(text)
    return nfc(text)


def garbled_words(line: str) -> int:
    """Return how many words of a line are still damaged.

    They have odd signs among their letters, or characters that nobody types.
    """
    if not (_ODD_SIGN.search(line) and _GARBLED.search(line)):
        return 0
    return sum(1 for word in line.split() if _GARBLED.search(word))


_ODD_SIGN = re.compile(r"[\x80-\xbf×÷‘\ufffd\ue000-\uf8ff]")  # of which each match of the next has one
_GARBLED = re.compile(r"[^\W\d_][¡-©«-±´-¹»-¿×÷][^\W\d_]|[\x80-\x9f\ufffd\ue000-\uf8ff]|á[º»]|Æ°|Ä‘")


def _without_entities(text: str) -> str:
    meant = [html.unescape(word) for word in _WORD_OR_ENTITY.findall(text) if _ENTITY.search(word)]
    letters = [word for word in meant if any(map(str.isalpha, word)) and not word.isascii()]
    mended = sum(1 for word in letters if all(map(is_known, _ANY_WORD.findall(word))))
    if not mended or mended < MIN_SHARE * len(letters):
        return text
    return _ENTITY.sub(lambda match: " ".join(html.unescape(match[0]).split("\n")).replace("\u00a0", " "), text)


def _decoded_again(text: str) -> str:
    text = _LOST_SPACE.sub("Ã\u00a0", text)
    return _TWICE.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    try:
        letter = bytes(_BYTES[character] for character in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
    return letter


# Old character sets


def best_charset(words: Iterable[str]) -> str | None:
    """Return the character set in which most of the words are Vietnamese, if enough of them are."""
    odd = [word for word in words if len(word) > 1 and _ODD.search(word) and not _UNIT.fullmatch(word)]
    gains = {name: sum(1 for word in odd if is_known(converted(word, name))) for name in CHARSETS}
    best = max(gains, key=gains.__getitem__)
    enough = len({word for word in odd if is_known(converted(word, best))}) >= MIN_WORDS and gains[
        best
    ] >= MIN_SHARE * len(odd)
    return best if enough else None


def _from_old_charset(text: str) -> str:
    """Return the encoding of each line: its own if that is certain, or else that of the whole text.

    One page may be pasted together from several.
    """
    lines = text.split("\n")
    whole = best_charset(_LATIN_WORD.findall(text))
    names = [best_charset(_LATIN_WORD.findall(line)) or whole for line in lines]
    return "\n".join(_line_from(line, name) if name else line for line, name in zip(lines, names, strict=True))


def _line_from(line: str, charset: str) -> str:
    """Return the line converted; an ambiguous word is treated like its nearest certain neighbour."""
    words = list(_ANY_WORD.finditer(line))
    sure = [_is_old(word[0], charset) for word in words]
    pieces, done = [], 0
    for place, word in enumerate(words):
        old = sure[place] if sure[place] is not None else _nearest(sure, place)
        pieces += [line[done : word.start()], converted(word[0], charset) if old else word[0]]
        done = word.end()
    return "".join([*pieces, line[done:]])


def _is_old(word: str, charset: str) -> bool | None:
    """Return whether a word is of the character set, None where it alone does not tell."""
    if word.isascii():
        return None
    if not _LATIN_WORD.fullmatch(word) or _UNIT.fullmatch(word):
        return False
    meant = converted(word, charset)
    if _ODD.search(word):
        return is_known(meant) or not _ODD.search(meant)
    return None if is_known(meant) == is_known(word) else is_known(meant)


def _nearest(sure: Sequence[bool | None], place: int) -> bool:
    for step in range(1, len(sure)):
        near = [sure[one] for one in (place - step, place + step) if 0 <= one < len(sure)]
        found = [one for one in near if one is not None]
        if found:
            return found[0]
    return False


def in_old_charset(data: bytes) -> str | None:
    """Return the text of bytes in a Vietnamese character set from before Unicode; None if they are not.

    Lines in UTF-8 are read as such, since files may be pasted together.
    """
    lines = [(_as_utf8(line), line.decode("cp1252", "replace")) for line in data.split(b"\n")]
    wrong = " ".join(single for utf8, single in lines if utf8 is None)
    if best_charset(_LATIN_WORD.findall(wrong)) is None:
        return None
    return _from_old_charset("\n".join(single if utf8 is None else utf8 for utf8, single in lines))


def _as_utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None
