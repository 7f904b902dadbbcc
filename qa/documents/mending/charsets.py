"""Vietnamese character sets from before Unicode, as their text looks when its bytes were taken for Latin letters.

TCVN3 (TCVN 5712:1993, the fonts named .Vn...) has a byte for each small letter, VNI (VNI-Times) a byte for each mark,
which follows its vowel, and Windows-1258 one for each tone. Knows single words; does not know which of them a text
needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import product

from qa.text import nfc

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
    """Each pair or letter of VNI, in both cases, and the letter that it stands for."""
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
"""By name: a word of Latin-1 letters to what it was meant to be."""


def converted(word: str, charset: str) -> str:
    """A word of Latin-1 letters as `charset` meant it; capitals where several plain letters, and all, are capitals."""
    letters = CHARSETS[charset](word)
    plain = [letter for letter in word if letter.isascii()]
    return letters.upper() if len(plain) > 1 and all(map(str.isupper, plain)) else letters
